"""The worst that an admissible document can do: CPU to compile it, and to decide by it.

Every family fills a document of each kind up to what AWS admits there; the requests carry the
longest values that AWS admits. What a document costs on its first decision beyond a later one is
its compiling. Each later decision asks with new values, so no memo of values helps. For every
family the costliest kinds are printed; what is over a bound is marked.

Sizes: IAM User Guide, "IAM and AWS STS quotas"; AWS Organizations User Guide, "Quotas and service
limits"; AWS PrivateLink Guide, "Control access to VPC endpoints using endpoint policies"; Amazon
S3 User Guide, "Bucket policies" (20 KB). Values: a tag's value has up to 256 characters, its key
up to 128, a request up to 50 tags; an ARN up to 2048.
"""

from __future__ import annotations

import base64
import itertools
import json
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, NamedTuple

import doorward
from benchmarks.engine import read
from benchmarks.measure import cpu_of

Json = dict[str, Any]
Family = Callable[[int], list[Json]]

COMPILE, DECIDE = 0.100, 0.020
"""The bounds, in CPU seconds."""

DOCUMENTS, DECISIONS = 3, 3
"""The best of so many documents, each decided by so often once it is compiled."""

NUMBERS = itertools.count()
"""What makes documents and requests new."""

ALL: Json = {"Action": "s3:*", "Resource": "*"}
FULL: Json = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow"} | ALL]}
BUCKET = "arn:aws:s3:::"
TAG = "${aws:PrincipalTag/t}"


class Kind(NamedTuple):
    """A kind of document: how many characters it may have, and where it stands in the layers."""

    characters: int
    place: Callable[[str], Json]
    extra: Json


KINDS = {
    "identity": Kind(6_144, lambda text: {"identity": [text]}, {"Effect": "Allow"}),
    "session": Kind(
        2_048, lambda text: {"identity": [FULL], "session": [text]}, {"Effect": "Allow"}
    ),
    "service control": Kind(
        5_120, lambda text: {"identity": [FULL], "service_control": [[text]]}, {"Effect": "Allow"}
    ),
    "resource control": Kind(
        5_120,
        lambda text: {"identity": [FULL], "resource_control": [[FULL, text]]},
        {"Effect": "Deny", "Principal": "*"},
    ),
    "endpoint": Kind(
        20_480,
        lambda text: {"identity": [FULL], "endpoint": [text]},
        {"Effect": "Allow", "Principal": "*"},
    ),
    "resource": Kind(
        20_480, lambda text: {"resource": text}, {"Effect": "Allow", "Principal": "*"}
    ),
}


def request() -> Json:
    """A request with the longest values there are, unlike any before."""
    new = f"{next(NUMBERS):07}"
    long = "a" * 1014 + "b" * 1014 + new
    tags = {f"k{n}": "a" * 249 + new for n in range(49)} | {"t": "a" * 249 + new}
    return {
        "principal": {
            "type": "AWS",
            "arn": "arn:aws:sts::111111111111:assumed-role/App/one",
            "roleArn": "arn:aws:iam::111111111111:role/App",
            "tags": tags,
        },
        "action": f"s3:{'A' * 118}{new}",
        "resource": BUCKET + long,
        "resource_account": "111111111111",
        "context": {
            "aws:UserAgent": long,
            "aws:TagKeys": [f"{'a' * 118}{n:03}{new}" for n in range(50)],
            "aws:SourceIp": "2001:db8:ffff:ffff::1",
            "aws:SourceArn": BUCKET + long,
            "aws:CurrentTime": "2026-03-01T12:00:00Z",
            "aws:MultiFactorAuthAge": "1" * 30 + new,
            "aws:SecureTransport": "true",
            "app:Blob": base64.b64encode(b"a" * 1500 + new.encode()).decode(),
        },
    }


# ---------------------------------------------------------------------------- families


def one(**elements: object) -> list[Json]:
    """A document of one statement."""
    negated = {name.removeprefix("Not") for name in elements if name.startswith("Not")}
    return [{name: value for name, value in ALL.items() if name not in negated} | elements]


def when(operator: str, key: str, value: Callable[[int], str]) -> Family:
    """One condition with as many values as fit."""
    return lambda size: one(Condition={operator: {key: [value(n) for n in range(size)]}})


def entries(element: str, entry: Callable[[int], str]) -> Family:
    """One element with as many entries as fit."""
    return lambda size: one(**{element: [entry(n) for n in range(size)]})


def bits(number: int) -> str:
    """A piece that is not in the values, though every character of it is, in this order."""
    return f"b{number:b}".replace("0", "?").replace("1", "b")


FAMILIES: dict[str, Family] = {
    "one pattern of *": lambda size: one(Resource=f"{BUCKET}{'*a' * size}b*"),
    "one pattern of ?*": lambda size: one(Resource=f"{BUCKET}{'?*' * size}b*"),
    "one pattern of ?": lambda size: one(Resource=f"{BUCKET}*{'?' * size}b*"),
    "needles": entries("Resource", lambda n: f"{BUCKET}*{'a' * 990}b{n}x*"),
    "needles with ?": entries("Resource", lambda n: f"{BUCKET}*{'a' * 990}?b{n}x*"),
    "needles with ? within": entries("Resource", lambda n: f"{BUCKET}*{'a?' * 490}b{n}x*"),
    "short needles with ?": entries("Resource", lambda n: f"{BUCKET}*{bits(n)}a*"),
    "patterns of *": entries("Resource", lambda n: f"{BUCKET}*a*a*a*a*b{n}x*"),
    "patterns of ?*": entries("Resource", lambda n: f"{BUCKET}?*?*?*a?*b{n}x*"),
    "patterns, * in each part": entries("Resource", lambda n: f"arn:*:s3:*:*:*a*b{n}x*"),
    "patterns, not": entries("NotResource", lambda n: f"{BUCKET}*a*a*b{n}x*"),
    "one action of *": lambda size: one(Action=f"s3:{'*A' * size}b*"),
    "actions": entries("Action", lambda n: f"s3:*A*A*b{n}x*"),
    "actions, not": entries("NotAction", lambda n: f"s3:*A*A*b{n}x*"),
    "statements": lambda size: [ALL] * size,
    "statements that miss": lambda size: [
        {"Action": "s3:*", "Resource": f"{BUCKET}*a*b{n}x*"} for n in range(size)
    ],
    "statements with conditions": lambda size: [
        ALL | {"Condition": {"StringLike": {"aws:UserAgent": f"*a*b{n}x*"}}} for n in range(size)
    ],
    "one text of *": lambda size: one(
        Condition={"StringLike": {"aws:UserAgent": f"{'*a' * size}b*"}}
    ),
    "texts": when("StringLike", "aws:UserAgent", lambda n: f"*a*a*b{n}x*"),
    "texts, not": when("StringNotLike", "aws:UserAgent", lambda n: f"*a*?*b{n}x*"),
    "texts, equal": when("StringNotEquals", "aws:UserAgent", lambda n: f"{n}"),
    "texts, without case": when("StringEqualsIgnoreCase", "aws:UserAgent", lambda n: f"A{n}"),
    "texts, needles": when("StringLike", "aws:UserAgent", lambda n: f"*{'a' * 990}?b{n}x*"),
    "texts, short needles": when("StringLike", "aws:UserAgent", lambda n: f"*{bits(n)}a*"),
    "texts, ? before": when("StringLike", "aws:UserAgent", lambda n: f"*?a?{n}b*"),
    "each of 50, like": when("ForAllValues:StringLike", "aws:TagKeys", lambda n: f"*a*b{n}x*"),
    "each of 50, not like": when(
        "ForAllValues:StringNotLike", "aws:TagKeys", lambda n: f"*a*b{n}x*"
    ),
    "any of 50, like": when("ForAnyValue:StringLike", "aws:TagKeys", lambda n: f"*a*?*b{n}x*"),
    "any of 50, equal": when("ForAnyValue:StringEquals", "aws:TagKeys", lambda n: f"{n}"),
    "keys": lambda size: one(
        Condition={"StringLike": {f"aws:PrincipalTag/k{n}": "*a*" for n in range(size)}}
    ),
    "variables": entries("Resource", lambda n: f"{BUCKET}*{TAG}*{n}b*"),
    "variables, needles": entries("Resource", lambda n: f"{BUCKET}*{TAG * 4}?{n}b*"),
    "one pattern of variables": lambda size: one(Resource=f"{BUCKET}{f'*{TAG}' * size}*b*"),
    "variables, not": entries("NotResource", lambda n: f"{BUCKET}*{TAG}*{n}b*"),
    "defaults": entries("Resource", lambda n: f"{BUCKET}${{app:None, 'aaaa'}}*{n}b*"),
    "variables in texts": when("StringLike", "aws:UserAgent", lambda n: f"*{TAG}*{n}b*"),
    "variables in lists": when("ForAnyValue:StringLike", "aws:TagKeys", lambda n: f"*{TAG}*{n}b*"),
    "addresses": when("NotIpAddress", "aws:SourceIp", lambda n: f"2001:db8:{n:x}::/48"),
    "numbers": when("NumericNotEquals", "aws:MultiFactorAuthAge", lambda n: f"{n}"),
    "one long number": lambda size: one(
        Condition={"NumericLessThan": {"aws:MultiFactorAuthAge": f"0.{'1' * size}"}}
    ),
    "dates": when(
        "DateNotEquals", "aws:CurrentTime", lambda n: f"20{n % 100:02}-01-01T00:00:00.{n}Z"
    ),
    "ARNs": when("ArnLike", "aws:SourceArn", lambda n: f"arn:*:*:*:*:*a*b{n}x*"),
    "principals": lambda size: one(
        Principal={"AWS": [f"arn:aws:iam::{n:012}:role/R" for n in range(size)]}
    ),
    "bytes": when(
        "BinaryEquals", "app:Blob", lambda n: base64.b64encode(f"{n:06}".encode()).decode()
    ),
}


ONLY = {
    "principals": ("resource",),
    "actions, not": ("identity", "session", "service control", "endpoint", "resource"),
}
"""The kinds of a family that not every kind admits."""


# --------------------------------------------------------------------------- measuring


def written(kind: Kind, statements: list[Json]) -> str:
    """The document, unlike any before: its first statement has a new Sid."""
    new = {"Sid": f"x{next(NUMBERS):09}"}
    first, *rest = [kind.extra | statement for statement in statements]
    document = {"Version": "2012-10-17", "Statement": [new | first, *rest]}
    return json.dumps(document, separators=(",", ":"))


def largest(kind: Kind, family: Family) -> list[Json]:
    """The largest document of the family that is admissible as this kind."""
    low, high = 1, kind.characters
    while low < high:
        middle = (low + high + 1) // 2
        if len(written(kind, family(middle))) <= kind.characters:
            low = middle
        else:
            high = middle - 1
    return family(low)


class Cost(NamedTuple):
    """CPU seconds of one document."""

    kind: str
    compiling: float
    deciding: float


def cost(name: str, family: Family) -> Cost:
    """Measure the family's document of one kind."""
    kind = KINDS[name]
    statements = largest(kind, family)
    costs = [_once(kind, statements) for _ in range(DOCUMENTS)]
    return Cost(name, min(c for c, _ in costs), min(d for _, d in costs))


def _once(kind: Kind, statements: list[Json]) -> tuple[float, float]:
    text = written(kind, statements)
    held: list[Any] = []

    def decide(each: Json) -> None:
        read(doorward.decide(held[0], doorward.request(**each)))

    def first(each: Json) -> None:
        held.append(doorward.layers(**kind.place(text)))
        decide(each)

    compiling = cpu_of(partial(first, request()))
    deciding = min(cpu_of(partial(decide, request())) for _ in range(DECISIONS))
    return max(compiling - deciding, 0), deciding


def rows() -> Iterator[str]:
    """A line for each family; a star marks what is over a bound."""
    for name, family in FAMILIES.items():
        costs = [cost(kind, family) for kind in ONLY.get(name, KINDS)]
        compiling = max(costs, key=lambda each: each.compiling)
        deciding = max(costs, key=lambda each: each.deciding)
        over = [" ", "*"]
        yield (
            f"  {name:<28}"
            f"{compiling.compiling * 1000:>9.1f} {over[compiling.compiling > COMPILE]}"
            f" {compiling.kind:<17}"
            f"{deciding.deciding * 1000:>9.1f} {over[deciding.deciding > DECIDE]}"
            f" {deciding.kind}"
        )


def main() -> None:
    """Measure and print."""
    bounds = f"bounds: {COMPILE * 1000:.0f} and {DECIDE * 1000:.0f}; * is over"
    print(f"worst (CPU milliseconds to compile and to decide, each of its worst kind; {bounds})")
    for row in rows():
        print(row, flush=True)
