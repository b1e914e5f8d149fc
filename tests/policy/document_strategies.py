"""Policy documents that the grammar admits, and ways of writing them down.

Source of the shapes: IAM User Guide, "Grammar of the IAM JSON policy language".
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from doorward.policy.folding import fold

TEXT = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12
) | st.sampled_from(
    ["*", "s3:GetObject", "arn:aws:s3:::a/*", "${aws:username}", 'q"\\/\t\n', "\U0001f600"]
)


def one_or_more(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """A single value, or a list of at least one."""
    return values | st.lists(values, min_size=1, max_size=3)


def mappings(
    keys: st.SearchStrategy[str], values: st.SearchStrategy[Any], *, least: int
) -> st.SearchStrategy[dict[str, Any]]:
    """Objects whose keys differ by more than ASCII case."""
    return st.lists(
        st.tuples(keys, values), min_size=least, max_size=3, unique_by=lambda pair: fold(pair[0])
    ).map(dict)


NUMBERS = (
    st.integers(-(10**15), 10**15)
    | st.decimals(1, 10**6, places=2).map(float)
    | st.sampled_from([0, 10, 0.5])
)
CONDITION_VALUES = TEXT | st.booleans() | NUMBERS
OPERATORS = st.sampled_from(["StringEquals", "Bool", "ForAnyValue:StringLike", "Unknown"]) | TEXT
VALUES: st.SearchStrategy[Any] = one_or_more(CONDITION_VALUES) | st.just([])
CONDITIONS = mappings(OPERATORS, mappings(TEXT, VALUES, least=1), least=0)
PRINCIPALS = st.just("*") | mappings(
    st.sampled_from(["AWS", "Service", "Federated", "CanonicalUser"]), one_or_more(TEXT), least=1
)


@st.composite
def statements(draw: st.DrawFn) -> dict[str, Any]:
    """One statement; the order of its elements is drawn too."""
    members: list[tuple[str, Any]] = [
        ("Effect", draw(st.sampled_from(["Allow", "Deny"]))),
        (draw(st.sampled_from(["Action", "NotAction"])), draw(one_or_more(TEXT))),
    ]
    if draw(st.booleans()):
        members.append(("Sid", draw(TEXT)))
    if draw(st.booleans()):
        members.append((draw(st.sampled_from(["Principal", "NotPrincipal"])), draw(PRINCIPALS)))
    if draw(st.booleans()):
        members.append(
            (draw(st.sampled_from(["Resource", "NotResource"])), draw(one_or_more(TEXT)))
        )
    if draw(st.booleans()):
        members.append(("Condition", draw(CONDITIONS)))
    return dict(draw(st.permutations(members)))


@st.composite
def documents(draw: st.DrawFn) -> dict[str, Any]:
    """One document."""
    members: list[tuple[str, Any]] = [("Statement", draw(one_or_more(statements())))]
    if draw(st.booleans()):
        members.append(("Version", draw(st.sampled_from(["2008-10-17", "2012-10-17"]))))
    if draw(st.booleans()):
        members.append(("Id", draw(TEXT)))
    return dict(draw(st.permutations(members)))


def write(value: object, chance: random.Random) -> str:
    """Write JSON with white space and escapes that nobody would choose."""
    space: Callable[[], str] = lambda: chance.choice(["", "", " ", "\n", "\r\n\t", "  "])  # noqa: E731
    return space() + _write(value, chance, space) + space()


def _write(value: object, chance: random.Random, space: Callable[[], str]) -> str:
    if isinstance(value, dict):
        members = (
            f"{space()}{_string(key, chance)}{space()}:{space()}{_write(item, chance, space)}"
            for key, item in value.items()
        )
        return "{" + (",".join(members) or space()) + "}"
    if isinstance(value, list):
        items = (f"{space()}{_write(item, chance, space)}{space()}" for item in value)
        return "[" + (",".join(items) or space()) + "]"
    return _string(value, chance) if isinstance(value, str) else json.dumps(value)


def _string(text: str, chance: random.Random) -> str:
    return '"' + "".join(_character(letter, chance) for letter in text) + '"'


def _character(letter: str, chance: random.Random) -> str:
    plain = json.dumps(letter, ensure_ascii=False)[1:-1]
    escaped = "".join(
        f"\\u{int.from_bytes(unit, 'big'):04{chance.choice('xX')}}" for unit in _utf16(letter)
    )
    solidus = "\\/" if letter == "/" else plain
    return chance.choice([plain, plain, plain, escaped, solidus])


def _utf16(letter: str) -> list[bytes]:
    encoded = letter.encode("utf-16-be", "surrogatepass")
    return [encoded[at : at + 2] for at in range(0, len(encoded), 2)]


WRITTEN = st.builds(write, documents(), st.randoms(use_true_random=False))
"""Texts of documents that parse without a problem."""
