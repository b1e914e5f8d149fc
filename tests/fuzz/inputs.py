"""Texts to try: policies, almost policies, and what bytes make of them.

Input ``number`` of a ``seed`` is always the same text, whatever was tried before it.
"""

from __future__ import annotations

import functools
import json
import random
from collections.abc import Callable
from typing import Any

from tests.policy.document_strategies import write
from tests.policy.test_validate_rules import ROWS
from tests.policy.written import document

LONGEST = 132_000  # a little beyond what is read
USUAL = 2_000

WORDS = (
    "*", "?", "**", "", " ", "s3:GetObject", "s3:*", "*:*", "iam:Pass*", "s3:", ":", "a b:c",
    "arn:aws:s3:::b/*", "arn:aws:iam::111122223333:role/*", "arn:*:*:*:*:*", "arn:aws:s3", "arn",
    "arn:aws:sns:${aws:x}:1:t", "${aws:username}", "${aws:username", "${}", "${a, 'b'}", "${a,'b",
    "${*}", "$", "${$}{a}", "${'", "'}", "111122223333", "AROADBQP57FF2AEXAMPLE", "repo:a/b:*",
    "2012-10-17", "2008-10-17", "2012", "Allow", "Deny", "allow", "10.0.0.0/8", "10.1.2.3/8",
    "::/0",
    "fd00::/8", "999.1.1.1", "2026-01-01", "2026-01-01T00:00:00Z", "1772366400", "1e9", "NaN",
    "true",
    "cmVk", "vpc-1", "cognito-identity.amazonaws.com", "\u212a", "\u0130", "e\u0301", "\u202e",
    "\ufeff",
    "\u2028", "\U0001f600", "\0", "\ud800", "~1", "~0", "/", "\\", '"',
)  # fmt: skip
"""Values that mean something somewhere, or nearly."""

KEYS = (
    "Version", "Id", "Statement", "Sid", "Effect", "Principal", "NotPrincipal", "Action",
    "NotAction",
    "Resource", "NotResource", "Condition", "AWS", "Service", "Federated", "CanonicalUser",
    "effect",
    "StringEquals", "StringLike", "ForAllValues:StringLike", "ForAnyValue:Null", "NullIfExists",
    "Null", "Bool", "IpAddress", "NotIpAddress", "NumericLessThan", "DateEquals",
    "ArnLikeIfExists",
    "BinaryEquals", "stringequals", "aws:SourceIp", "aws:VpcSourceIp", "aws:SourceVpc", "aws:ARN",
    "aws:RequestTag/", "aws:PrincipalTag/a b", "iam:PassedToService", "nokey", ":", "a:b:c",
    "~", "/",
)  # fmt: skip
"""Names of elements, operators and condition keys, or nearly."""

SAFE_WORDS = tuple(word for word in WORDS if word not in {"\0", "\ud800"})
OPERATORS = KEYS[KEYS.index("StringEquals") : KEYS.index("aws:SourceIp")]
CONDITION_KEYS = KEYS[KEYS.index("aws:SourceIp") :]

SCRAPS = (
    "{", "}", "[", "]", ",", ":", '"', "\\", "/", "-", ".", "0", "1", "e", "E", "+", " ", "\n",
    "\t",
    "null", "true", "false", "NaN", "Infinity", "\\u0000", "\\ud800", "\\udc00\\ud800", "\\u",
    "//",
    "'", "\x00", "\x1f", "\x7f", "\x85", "\xa0", "\ufeff", "\u2028", "\ud800", "\U0010ffff",
    "[]", "{}",
    '"Effect"', '"effect":', "1e400", "-0", "01", "9" * 70,
)  # fmt: skip
"""What is put between the characters of a text."""


@functools.cache
def seeds() -> tuple[Any, ...]:
    """The documents of the table of rules: each is close to breaking one, or beyond."""
    return tuple(document(row.kind, given) for row in ROWS for given in (row.broken, row.kept))


def text(seed: int, number: int) -> str:
    """Return an input: half of them keep the grammar, a third are spoilt as texts."""
    chance = random.Random(f"{seed}/{number}")
    value = json.loads(json.dumps(chance.choice(seeds())))
    draw = chance.random()
    for _ in range(chance.choice((0, 1, 2, 4, 8))):
        value = _vary(value, chance) if draw < 0.7 else _change(value, chance)
    if draw < 0.7 and chance.random() < 0.2:
        _grow(value, chance)
    made = write(value, chance) if chance.random() < 0.3 else _plain(value)
    if draw < 0.5 or 0.7 <= draw < 0.8:
        return made
    if chance.random() < 0.4:
        made = _amplify(made, chance)
    for _ in range(chance.choice((0, 1, 1, 1, 2, 5))):
        made = chance.choice(TEXTUAL)(made, chance)
    return made[:LONGEST]


def _plain(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


# ------------------------------------------------- changes that keep to the grammar


def _vary(value: Any, chance: random.Random) -> Any:
    """Put one text for another: a value where values are, an operator or key in conditions."""
    places = _places(value)
    texts = [(node, key) for node, key in places if isinstance(node[key], str) and _is_free(key)]
    blocks = [node[key] for node, key in places if key == "Condition" and node[key]]
    if blocks and chance.random() < 0.4:
        block = chance.choice(blocks)
        operator = chance.choice(list(block))
        if chance.random() < 0.5:
            block[chance.choice(OPERATORS)] = block.pop(operator)
        else:
            block[operator][chance.choice(CONDITION_KEYS)] = [chance.choice(SAFE_WORDS)]
    elif texts:
        node, key = chance.choice(texts)
        node[key] = chance.choice(SAFE_WORDS) + chance.choice(("", "", chance.choice(SAFE_WORDS)))
    return value


def _is_free(key: object) -> bool:
    return key not in {"Version", "Effect", "Principal", "NotPrincipal"}


def _grow(value: Any, chance: random.Random) -> None:
    """Make one text, or the statement, many: all the same, or counted."""
    size = chance.choice((200, 200, 200, *[USUAL] * 10, 20_000, 20_000, LONGEST - 1_500))
    places = [(node, key) for node, key in _places(value) if isinstance(node[key], str)]
    free = [(node, key) for node, key in places if _is_free(key) and key not in {"Sid", "Id"}]
    if chance.random() < 0.2 and isinstance(value["Statement"], list):
        statement = _plain(value["Statement"][0])
        times = size // len(statement)
        value["Statement"] += [
            json.loads(statement.replace("s3:", f"s3:{number}")) for number in range(times)
        ]
    elif free:
        node, key = chance.choice(free)
        word = chance.choice((node[key], chance.choice(SAFE_WORDS)))
        form = chance.choice(
            ("{0}", "{0}{1}", "{1}{0}", "a:{1}{0}", "a:{0}{1}*", "arn:::::{0}*{1}")
        )
        many = [form.format(word, number) for number in range(size // (len(word) + 12))]
        node[key] = "".join(many) if isinstance(node, list) else many


# ------------------------------------------------------------ changes of the value


def _places(value: Any) -> list[tuple[Any, Any]]:
    """Every container with every one of its keys or indices."""
    found: list[tuple[Any, Any]] = []
    todo = [value]
    while todo:
        node = todo.pop()
        if isinstance(node, dict):
            found += [(node, key) for key in node]
            todo += node.values()
        elif isinstance(node, list):
            found += [(node, index) for index in range(len(node))]
            todo += node
    return found


def _change(value: Any, chance: random.Random) -> Any:
    """Change one place of a document."""
    places = _places(value)
    if not places:
        return _anything(chance, 3)
    node, key = chance.choice(places)
    draw = chance.randrange(8)
    if draw == 0:
        del node[key]
    elif draw == 1:
        node[key] = _anything(chance, 3)
    elif draw == 2:
        node[key] = [node[key]]
    elif draw == 3 and isinstance(node[key], list):
        node[key] += [_anything(chance, 1) for _ in range(chance.choice((1, 2, 30)))]
    elif draw == 4 and isinstance(node, dict):
        node[chance.choice(KEYS)] = node.pop(key)
    elif draw == 5 and isinstance(node, dict):
        node[chance.choice(KEYS)] = _anything(chance, 2)
    elif draw == 6:
        other, from_key = chance.choice(places)
        node[key] = json.loads(
            json.dumps(other.get(from_key) if isinstance(other, dict) else other)
        )
    else:
        node[key] = chance.choice(WORDS)
    return value


def _anything(chance: random.Random, depth: int) -> Any:
    draw = chance.randrange(9)
    if depth and draw == 0:
        return [_anything(chance, depth - 1) for _ in range(chance.randrange(4))]
    if depth and draw == 1:
        return {
            chance.choice(KEYS): _anything(chance, depth - 1) for _ in range(chance.randrange(4))
        }
    if draw == 2:
        return chance.choice((0, -1, 1.5, 10**20, True, False, None))
    return chance.choice(WORDS) + (chance.choice(WORDS) if draw == 3 else "")


# ------------------------------------------------------------- changes of the text


def _amplify(made: str, chance: random.Random) -> str:
    """Repeat a part that is whole between commas or brackets, up to any length."""
    cuts = [at for at, letter in enumerate(made) if letter in ',[]{}:"']
    if len(cuts) < 2:
        return made
    start, stop = sorted(chance.sample(cuts, 2))
    part = made[start:stop]
    size = chance.choice((*[USUAL] * 10, 20_000, LONGEST))
    times = max(1, (size - len(made)) // max(len(part), 1))
    if chance.random() < 0.5:
        return made[:start] + part * times + made[stop:]
    counted = "".join(f"{part[:-1]}{number}{part[-1:]}" for number in range(times))
    return made[:start] + counted + made[stop:]


def _insert(made: str, chance: random.Random) -> str:
    at = chance.randint(0, len(made))
    return made[:at] + chance.choice(SCRAPS) + made[at + chance.choice((0, 0, 1, 3)) :]


def _cut(made: str, chance: random.Random) -> str:
    return made[: chance.randint(0, len(made))]


def _swap(made: str, chance: random.Random) -> str:
    a, b = sorted(chance.randint(0, len(made)) for _ in range(2))
    return made[b:] + made[a:b] + made[:a]


def _nest(made: str, chance: random.Random) -> str:
    opening, closing = chance.choice((("[", "]"), ('{"a":', "}")))
    levels = chance.choice((2, 60, 70, 5_000))
    return opening * levels + made + closing * levels


def _bytes(made: str, chance: random.Random) -> str:
    """Flip bytes of the text's UTF-8, and read it as Python reads a command line."""
    raw = bytearray(made.encode("utf-8", "surrogatepass"))
    for _ in range(chance.choice((1, 3, 20)) if raw else 0):
        raw[chance.randrange(len(raw))] ^= 1 << chance.randrange(8)
    return raw.decode("utf-8", chance.choice(("surrogateescape", "replace")))


def _repeat_a_key(made: str, chance: random.Random) -> str:
    key = chance.choice(KEYS)
    return made.replace("{", f'{{"{key}": {_plain(_anything(chance, 1))},', chance.choice((1, 2)))


TEXTUAL: tuple[Callable[[str, random.Random], str], ...] = (
    _insert,
    _insert,
    _insert,
    _cut,
    _swap,
    _nest,
    _bytes,
    _repeat_a_key,
)
