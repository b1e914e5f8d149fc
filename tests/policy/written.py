"""Statements and documents of every kind of policy, to be broken in one place."""

from __future__ import annotations

from typing import Any

from doorward.policy.kind import PolicyKind
from doorward.policy.parse import parse_policy
from doorward.policy.problem import Problem
from doorward.policy.validate import validate

Json = dict[str, Any]

_STATEMENT: Json = {"Effect": "Deny", "Action": "s3:GetObject"}
_EVERYONE: Json = {"Principal": "*"}
_ALL: Json = {"Resource": "*"}

GOOD: dict[PolicyKind, Json] = {
    PolicyKind.IDENTITY: _STATEMENT | _ALL,
    PolicyKind.BOUNDARY: _STATEMENT | _ALL,
    PolicyKind.TRUST: _STATEMENT | _EVERYONE,
    PolicyKind.SESSION: _STATEMENT | _ALL,
    PolicyKind.RESOURCE: _STATEMENT | _EVERYONE,
    PolicyKind.SERVICE_CONTROL: _STATEMENT | _ALL,
    PolicyKind.RESOURCE_CONTROL: _STATEMENT | _EVERYONE | _ALL,
    PolicyKind.ENDPOINT: _STATEMENT | _EVERYONE | _ALL,
}
"""A statement of each kind, of which there is nothing to say."""


def document(kind: PolicyKind, given: Json | list[Json]) -> Json:
    """A whole document as it is, or one of the statements given, each laid over a good one.

    An element that is ``None`` is taken out of the good statement.
    """
    if isinstance(given, dict) and "Statement" in given:
        return given
    statements = [
        {name: value for name, value in (GOOD[kind] | each).items() if value is not None}
        for each in (given if isinstance(given, list) else [given])
    ]
    return {"Version": "2012-10-17", "Statement": statements}


def problems(
    kind: PolicyKind, given: Json | list[Json], *, service: str | None = None
) -> tuple[Problem, ...]:
    """What is said about a document."""
    return validate(parse_policy(document(kind, given)), kind, service=service)


def codes(kind: PolicyKind, given: Json | list[Json]) -> list[str]:
    """What is said about a document, by code."""
    return [problem.code for problem in problems(kind, given)]
