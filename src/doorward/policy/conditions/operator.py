"""What a condition operator is, and how its tests of single values make a test of all."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TypeVar

import msgspec

from doorward.policy.glob_set import MANY
from doorward.policy.variables import Values

Test = Callable[[str, Values], bool | None]
"""How one request value relates to one policy value: equal (in the operator's sense), or not, or
``None`` when either is nothing that the operator can compare; then it never matches, negated or
not (C9, C13, C14)."""

Member = Callable[[str, Values], bool]
"""Whether one request value satisfies the operator against all of its policy values."""


class Operator(msgspec.Struct, frozen=True):
    """One row of the registry.

    ``name`` is AWS's spelling; ``negated`` operators hold when no policy value is equal;
    ``compile`` makes the test of one policy value, given its text and whether policy variables
    are variables in this document. ``compile_many`` does so for long lists at once, where that is
    cheaper: whether a request value is equal to any of them.
    """

    name: str
    compile: Callable[[str, bool], Test]
    negated: bool = False
    compile_many: Callable[[tuple[str, ...], bool], Member] | None = None

    def member(self, values: tuple[str, ...], *, variables: bool) -> Member:
        """Several policy values: one must match, or, negated, none may (C1)."""
        if self.compile_many is not None and len(values) >= MANY:
            any_equal = self.compile_many(values, variables)
            if self.negated:
                return lambda value, context: not any_equal(value, context)
            return any_equal
        tests = tuple(self.compile(value, variables) for value in values)
        if len(tests) == 1:
            only, wanted = tests[0], not self.negated
            return lambda value, context: only(value, context) is wanted
        if self.negated:
            return lambda value, context: all(test(value, context) is False for test in tests)
        return lambda value, context: any(test(value, context) is True for test in tests)


T = TypeVar("T")
_SHORT = 64


def comparison(
    read: Callable[[str], T | None], related: Callable[[T, T], bool]
) -> Callable[[str, bool], Test]:
    """Make the ``compile`` of an operator that reads both sides and compares what it read.

    ``read`` returns ``None`` for text that is no such value; ``related`` takes the request's value
    and the policy's. Variables mean nothing here (V2). Short texts are kept as read: requests
    repeat them.
    """
    kept = lru_cache(maxsize=1024)(read)

    def compile_value(text: str, _variables: bool) -> Test:  # noqa: FBT001 — the shape of `Operator.compile`
        wanted = read(text)

        def test(value: str, _context: Values) -> bool | None:
            given = kept(value) if len(value) <= _SHORT else read(value)
            return None if given is None or wanted is None else related(given, wanted)

        return test

    return compile_value
