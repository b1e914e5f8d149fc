"""The literal reference evaluator, conditions (C).

A comparison of a request value with a policy value is True, False, or None where one is not of
the operator's type: that matches neither the operator nor its negation.
"""

import base64
import ipaddress
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from tests.oracle.reference_text import Token, fold, glob, literal, substitute

Comparison = Callable[[str, list[Token]], bool | None]


def plain(tokens: list[Token]) -> str:
    """The characters of a policy value that takes no wildcards."""
    return "".join(character for character, _ in tokens)


def arn_like(value: str, tokens: list[Token]) -> bool | None:
    """C14, V7: six parts, each on its own; fewer on either side compare with nothing."""
    whole = tokens.count((":", True)) >= 5  # or else the colons of values divide as well
    parts: list[list[Token]] = [[]]
    for token in tokens:
        if token[0] == ":" and token[1] >= whole and len(parts) < 6:
            parts.append([])
        else:
            parts[-1].append(token)
    asked = value.split(":", 5)
    if len(parts) < 6 or len(asked) < 6:
        return None
    return all(glob(part, text) for part, text in zip(parts, asked, strict=True))


def number(text: str) -> Decimal | None:
    """C9: integers and decimals, strictly."""
    return Decimal(text) if re.fullmatch(r"[+-]?[0-9]+(\.[0-9]+)?", text) else None


def instant(text: str) -> Decimal | None:
    """C10: a date, a date and time, or epoch seconds, as epoch seconds."""
    if re.fullmatch(r"[+-]?[0-9]+", text):
        return Decimal(text)
    form = r"(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d(?::\d\d)?)(\.\d+)?(Z|[+-]\d\d:\d\d))?"
    found = re.fullmatch(form, text, re.ASCII)
    if not found:
        return None
    day, time, fraction, offset = found.groups()
    try:
        moment = datetime.fromisoformat(f"{day}T{time or '00:00:00'}{offset or 'Z'}")
    except ValueError:
        return None
    seconds = (moment - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds()
    return Decimal(int(seconds)) + Decimal(f"0{fraction or ''}")


def typed(read: Callable[[str], Any], holds: Callable[[Any, Any], bool]) -> Comparison:
    """C9–C12: two values of one type; what is not of the type compares with nothing."""

    def compare(value: str, tokens: list[Token]) -> bool | None:
        left, right = read(value), read(plain(tokens))
        return None if left is None or right is None else holds(left, right)

    return compare


def boolean(text: str) -> str | None:
    """C11: `true` or `false`, any case."""
    return fold(text) if fold(text) in ("true", "false") else None


def binary(text: str) -> bytes | None:
    """C12: the bytes behind base64."""
    try:
        return base64.b64decode(text, validate=True)
    except ValueError:
        return None


def ip_address(value: str, tokens: list[Token]) -> bool | None:
    """C13: an address within a block, of the same family."""
    try:
        return ipaddress.ip_address(value) in ipaddress.ip_network(plain(tokens), strict=False)
    except ValueError:
        return None


BASES: dict[str, tuple[Comparison, bool, bool]] = {
    # comparison; whether negated; V2: whether its values take variables
    "stringequals": (lambda value, tokens: value == plain(tokens), False, True),
    "stringequalsignorecase": (lambda v, tokens: v.lower() == plain(tokens).lower(), False, True),
    "stringlike": (lambda value, tokens: glob(tokens, value), False, True),
    "arnequals": (arn_like, False, True),
    "arnlike": (arn_like, False, True),
    "bool": (typed(boolean, lambda left, right: left == right), False, True),
    "binaryequals": (typed(binary, lambda left, right: left == right), False, False),
    "ipaddress": (ip_address, False, False),
    "notipaddress": (ip_address, True, False),
}
for _family in ("string", "arn"):
    for _name in [name.removeprefix(_family) for name in BASES if name.startswith(_family)]:
        BASES[f"{_family}not{_name}"] = (BASES[_family + _name][0], True, True)
for _family, _read in (("numeric", number), ("date", instant)):
    BASES[_family + "equals"] = (typed(_read, lambda a, b: a == b), False, False)
    BASES[_family + "notequals"] = (typed(_read, lambda a, b: a == b), True, False)
    BASES[_family + "lessthan"] = (typed(_read, lambda a, b: a < b), False, False)
    BASES[_family + "lessthanequals"] = (typed(_read, lambda a, b: a <= b), False, False)
    BASES[_family + "greaterthan"] = (typed(_read, lambda a, b: a > b), False, False)
    BASES[_family + "greaterthanequals"] = (typed(_read, lambda a, b: a >= b), False, False)


def conditions_hold(
    statement: Mapping[str, Any], version: str, context: Mapping[str, Any]
) -> bool:
    """C1, C2, C15: every operator and every key; an unknown operator holds for Deny alone."""
    for operator, keys in statement["Condition"].items():
        for key, values in keys.items():
            held = key_holds(fold(operator), values, context.get(fold(key)), version, context)
            if held is False or (held is None and statement["Effect"] == "Allow"):
                return False
    return True


def key_holds(
    operator: str, values: list[str], given: Any, version: str, context: Mapping[str, Any]
) -> bool | None:
    """C2–C7, C17: one key under one operator; None where nobody knows what that means."""
    if operator == "null":
        return null_holds(values, given) if values else None
    found = re.fullmatch(r"(?s)(forallvalues:|foranyvalue:|)(.*?)(ifexists|)", operator)
    if found is None or found[2] not in BASES:
        return None
    compare, negated, takes_variables = BASES[found[2]]
    if not values and not found[1] and not found[3]:
        return None  # C17
    if given is None:
        return bool(found[3] or found[1] == "forallvalues:" or (negated and not found[1]))
    wanted = [substitute(v, version, context) if takes_variables else literal(v) for v in values]
    items = given if isinstance(given, list) else [given]
    held = [bool(wanted) and value_holds(compare, i, wanted, negated=negated) for i in items]
    if not found[1]:
        return held == [True] and not isinstance(given, list)  # C7
    if found[1] == "forallvalues:":
        return is_null(items) or all(held)
    return not is_null(items) and any(held)


def null_holds(values: list[str], given: Any) -> bool:
    """C4: `true`: the key is absent; `false`: it is there and its value is not null."""
    there = given is not None and not is_null(given if isinstance(given, list) else [given])
    return any({"true": given is None, "false": there}.get(fold(value)) for value in values)


def is_null(items: list[str]) -> bool:
    """C5: no values, or nothing but empty strings."""
    return all(item == "" for item in items)


def value_holds(
    compare: Comparison, value: str, wanted: list[list[Token] | None], *, negated: bool
) -> bool:
    """C1, V6: one of the policy's values, or none of them if negated; None satisfies neither."""
    blank = None if compare is arn_like and value.count(":") < 5 else False  # C14 before V6
    results = [blank if tokens is None else compare(value, tokens) for tokens in wanted]
    return all(result is False for result in results) if negated else True in results
