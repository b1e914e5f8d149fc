"""What a call of an operation asks of the engine, and which tests call it: read from the tests.

The rows of ``tests/api/*/test_facts.py`` are asked again here, with tags where the operation takes
them; so what the page says is what was asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from doorward.model.snapshot import Snapshot
from doorward.policy.arn import parse_arn
from doorward.wire.models import Operation
from tests.api.asking import Asked, asked
from tests.api.ec2 import test_facts as ec2
from tests.api.iam import test_facts as iam
from tests.api.organizations import test_facts as organizations
from tests.api.sts import test_facts as sts

TESTS = Path(__file__).parents[1] / "tests" / "api"

_ROWS: Mapping[str, tuple[Snapshot, list[Any]]] = {
    "ec2": (ec2.HELD, ec2.ROWS),
    "iam": (iam.HELD, iam.ROWS),
    "organizations": (organizations.HELD, organizations.ROWS),
    "sts": (sts.HELD, sts.ROWS),
}
_TAGS = {"tags": [{"Key": "k", "Value": "v"}]}
_PLACEHOLDERS = {
    "aws:RequestTag/k": "aws:RequestTag/${TagKey}",
    "iam:ResourceTag/team": "iam:ResourceTag/${TagKey}",
}


class Facts(msgspec.Struct, frozen=True):
    """The actions that a call asks for, on which types of resource, with which keys."""

    actions: tuple[str, ...]
    resources: tuple[str, ...]
    keys: tuple[str, ...]
    rows: int


def facts(operation: Operation) -> Facts:
    """Return what calls of an operation ask for, over all of its rows."""
    held, rows = _ROWS[operation.service]
    own = [row for row in rows if row[0] == operation.name]
    found = [each for row in own for each in _asked(held, operation, row[1])]
    return Facts(
        tuple(dict.fromkeys(each.action for each in found)),
        tuple(sorted({_type(each.arn) for each in found})),
        tuple(sorted({_PLACEHOLDERS.get(key, key) for each in found for key in each.keys})),
        len(own),
    )


def _asked(held: Snapshot, operation: Operation, parameters: dict[str, Any]) -> Iterator[Asked]:
    yield from asked(held, operation.service, operation.name, parameters)
    if any(member.python_name == "tags" for member in operation.members):
        yield from asked(held, operation.service, operation.name, parameters | _TAGS)


def _type(arn: str) -> str:
    """Return the word for a type of resource that an ARN has; ``*`` for all."""
    parsed = parse_arn(arn)
    return arn if parsed is None else re.split(r"[/:]", parsed.resource)[0]


@cache
def _texts() -> Mapping[str, str]:
    """Return the text of every file of tests that may call operations, by name."""
    return {
        path.relative_to(TESTS).as_posix(): path.read_text("utf-8")
        for path in sorted(TESTS.rglob("test_*.py"))
        if path.name != "test_facts.py"
    }


def calling_tests(operation: Operation) -> tuple[str, ...]:
    """Return the files of tests/api that name an operation as boto3's clients do.

    Those of its own service, where there are any.
    """
    called = re.compile(rf"\b{operation.python_name}\b")
    found = [name for name, text in _texts().items() if called.search(text)]
    own = [name for name in found if Path(name).parent.as_posix() == operation.service]
    return tuple(own or found)
