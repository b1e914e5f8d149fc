"""A request of IAM as the context of a Cedar request.

Cedar has no text that is a date in one operator and a number in the next, so each key stands once
for every way to read it: ``aws:sourceip#text``, ``aws:sourceip#ip``. The key alone
(``aws:sourceip``) says that it is there; ``#0``, ``#1`` number the values of a list. An ARN is
divided into its six parts, the last one also at its slashes: ``name/0`` is what stands before the
first slash, ``name/after/1`` what stands after it.

Sources: IAM User Guide, "AWS global condition context keys"; Cedar Policy Language Reference
Guide, "Entities and context JSON syntax", "Data types".
"""

import ipaddress
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

Json = dict[str, Any]

HEAD = ("partition", "service", "region", "account")
SLOTS = 3
"""How many values of a list are numbered; the unrolled set operators look at these."""


# ------------------------------------------------------------------ how texts are read


def number(text: str) -> str | None:
    """C9: an integer or a decimal, as Cedar's ``decimal`` wants it."""
    found = re.fullmatch(r"([+-]?)([0-9]+)(?:\.([0-9]{1,4}))?", text)
    return found and f"{found[1].strip('+')}{found[2]}.{found[3] or 0}"


def date(text: str) -> str | None:
    """C10: a date, a date and time, or epoch seconds, as Cedar's ``datetime`` wants it."""
    if re.fullmatch("[0-9]+", text):
        return f"{datetime.fromtimestamp(int(text), UTC):%Y-%m-%dT%H:%M:%SZ}"
    form = r"(\d{4}-\d\d-\d\d)(?:(T\d\d:\d\d:\d\d)(?:\.(\d{1,3}))?(Z|[+-]\d\d:\d\d))?"
    found = re.fullmatch(form, text, re.ASCII)
    if found is None:
        return None
    day, time, fraction, offset = found.groups()
    return day + (f"{time}.{fraction or '':0<3}{offset.replace(':', '')}" if time else "")


def address(text: str) -> str | None:
    """C13: an address or a block."""
    try:
        ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None
    return text


def boolean(text: str) -> bool | None:
    """C11."""
    return {"true": True, "false": False}.get(text.lower())


EXTENSIONS: dict[str, tuple[str, Callable[[str], str | None]]] = {
    "number": ("decimal", number),
    "date": ("datetime", date),
    "ip": ("ip", address),
}
"""View → the constructor of Cedar's extension type, and what it is given."""

# -------------------------------------------------------------------------- requests


def context(request: Mapping[str, Any]) -> Json:
    """The whole request as a Cedar context."""
    found: Json = {"action": request["action"].lower()}
    if request["resource"] != "*":
        _, *head, name = request["resource"].split(":", 5)
        found |= dict(zip(HEAD, (part.lower() for part in head), strict=True))
        found["name"] = name
        pieces = name.split("/")
        for n, piece in enumerate(pieces[:-1]):
            found |= {f"name/{n}": piece, f"name/after/{n + 1}": "/".join(pieces[n + 1 :])}
    given = {key.lower(): value for key, value in request["context"].items()}
    for key, value in (derived(request["principal"]) | given).items():
        found |= dict(attributes(key, value))
    return found


def texts_of(values: Any) -> list[str]:
    """G2: a scalar is a list of one; numbers and booleans are text."""
    several = values if isinstance(values, list) else [values]
    return [str(v).lower() if isinstance(v, bool) else str(v) for v in several]


def derived(principal: Any) -> dict[str, str]:
    """What a caller says about itself ("AWS global condition context keys")."""
    who: Json = {"arn": principal} if isinstance(principal, str) else principal
    account, name = who["arn"].split(":", 5)[4:]
    user = name.startswith("user/")
    found = {
        "aws:principalaccount": account,
        "aws:principaltype": "User" if user else "AssumedRole",
        "aws:principalarn": who["arn"] if user else who["roleArn"],
    }
    if user:
        found["aws:username"] = name.rsplit("/", 1)[1]
    tags = {f"aws:principaltag/{key}".lower(): tag for key, tag in who.get("tags", {}).items()}
    return found | tags


def attributes(key: str, value: Any) -> Iterator[tuple[str, Any]]:
    """A condition key in every way to read it."""
    texts = texts_of(value)
    assert len(texts) <= SLOTS
    yield key, True
    yield f"{key}#null", all(text == "" for text in texts)
    yield f"{key}#set", texts
    if not isinstance(value, list):
        yield from views(key, texts[0])
    for n, text in enumerate(texts):
        yield f"{key}#{n}", True
        yield from views(f"{key}#{n}", text)


def views(slot: str, text: str) -> Iterator[tuple[str, Any]]:
    """One value in every way to read it; what it cannot be read as is not there."""
    yield f"{slot}#text", text
    yield f"{slot}#lower", text.lower()
    if boolean(text) is not None:
        yield f"{slot}#bool", boolean(text)
    for view, (constructor, argument) in EXTENSIONS.items():
        if argument(text) is not None:
            yield f"{slot}#{view}", {"__extn": {"fn": constructor, "arg": argument(text)}}
    parts = text.split(":", 5)
    if len(parts) == 6:
        yield f"{slot}#arn", True
        yield from ((f"{slot}#arn/{n}", part) for n, part in enumerate(parts))


def request(asked: Mapping[str, Any], attributes_asked: frozenset[str]) -> Json:
    """The request in the form that cedarpy takes, with no more context than is asked for."""
    entities = {"principal": 'P::"p"', "action": 'A::"a"', "resource": 'R::"r"'}
    said = {name: value for name, value in context(asked).items() if name in attributes_asked}
    return entities | {"context": said}
