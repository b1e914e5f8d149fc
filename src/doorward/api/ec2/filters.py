r"""EC2's filters: a name and values, of which one has to match; all filters have to.

Source: EC2 API Reference, "Filter" and "DescribeRegions": names and values are case-sensitive,
``*`` and ``?`` are wildcards, and a backslash before a character takes its meaning away
(``\*amazon\?\\`` is the text ``*amazon?\``). A filter without values matches nothing (recorded in
moto pull request 8570), one without a name is ``null`` (kubernetes pull request 22788).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from doorward.api.ec2 import messages
from doorward.policy.patterns import Glob, Token, Wildcard, compile_glob

MOST_VALUES = 200
"""The most values of all filters of a call; the limit is EC2's."""

LONGEST_VALUE = 255
"""The most characters of a value; the limit is EC2's."""

_PARTS = re.compile(r"\\(.)|([*?])|(\\$|[^*?\\]+)", re.DOTALL)

Test = tuple[str, tuple[Glob, ...]]


def compiled(filters: Sequence[Mapping[str, Any]], names: Collection[str]) -> tuple[Test, ...]:
    """Return filters ready to be asked, for things that have attributes of these ``names``.

    Raises ``ControlError``: ``InvalidParameterValue`` for a name that is none of them,
    ``FilterLimitExceeded`` for too many values, or one that is too long.
    """
    for each in filters:
        if each.get("Name") not in names:
            raise messages.NO_SUCH_FILTER.error(name=each.get("Name", "null")[:LONGEST_VALUE])
    values = [value for each in filters for value in each.get("Values", ())]
    if len(values) > MOST_VALUES:
        raise messages.TOO_MANY_VALUES.error(most=MOST_VALUES)
    if any(len(value) > LONGEST_VALUE for value in values):
        raise messages.VALUE_TOO_LONG.error(most=LONGEST_VALUE)
    return tuple(
        (each["Name"], tuple(compile_glob(_tokens(value)) for value in each.get("Values", ())))
        for each in filters
    )


def admits(tests: tuple[Test, ...], attributes: Mapping[str, str]) -> bool:
    """Say whether a thing with these attributes passes every filter."""
    return all(any(glob.matches(attributes[name]) for glob in globs) for name, globs in tests)


def _tokens(value: str) -> Iterator[Token]:
    """Split a value into literals and wildcards; a backslash at the very end is itself."""
    for escaped, wildcard, literal in _PARTS.findall(value):
        yield Wildcard(wildcard) if wildcard else escaped or literal
