"""Problems: what is wrong with an input, as values.

Parsing and importing return ``(value, problems)`` with every problem found, never the first alone.
"""

from __future__ import annotations

import bisect
import enum
import re

import msgspec

from doorward.errors import InvalidInput
from doorward.policy.document import Span

_LINE_END = re.compile("\n")
_MOST_PROBLEMS = 1000
_LONGEST_QUOTE = 80


class Severity(enum.Enum):
    """How bad a problem is; an ``ERROR`` means that the value cannot be used."""

    ERROR = "error"
    WARNING = "warning"


class Problem(msgspec.Struct, frozen=True):
    """One problem: a stable ``code``, the place, what is wrong, and what to do about it.

    ``pointer`` is an RFC 6901 JSON pointer, ``span`` the characters in the source text (``None``
    where the text has no such place), ``line`` and ``column`` count from 1.
    """

    code: str
    severity: Severity
    pointer: str
    message: str
    hint: str
    span: Span | None = None
    line: int | None = None
    column: int | None = None


def quoted(text: str) -> str:
    """Return ``text`` for a message: in quotation marks, escaped, cut where it is long."""
    return repr(text if len(text) <= _LONGEST_QUOTE else text[:_LONGEST_QUOTE] + "…")


class Collector:
    """Collects the problems of one text in the order found, and says where each one stands."""

    def __init__(self, source: str) -> None:
        """Collect for ``source``, the text that spans refer to."""
        self.source = source
        self._problems: list[Problem] = []
        self._line_starts: list[int] | None = None

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Everything collected so far."""
        return tuple(self._problems)

    @property
    def full(self) -> bool:
        """Whether there are so many problems that no more are recorded."""
        return len(self._problems) >= _MOST_PROBLEMS

    @property
    def failed(self) -> bool:
        """Whether an error is among the problems."""
        return any(problem.severity is Severity.ERROR for problem in self._problems)

    def error(self, code: str, pointer: str, span: Span, message: str, hint: str) -> None:
        """Record an error at ``pointer`` and ``span``; the last that is recorded says so."""
        if self.full:
            return
        if len(self._problems) == _MOST_PROBLEMS - 1:
            code, message, hint = "TOO_MANY_PROBLEMS", "There are more problems", "Correct these"
        line, column = self.place(span.start)
        self._problems.append(
            Problem(code, Severity.ERROR, pointer, message, hint, span, line, column)
        )

    def place(self, offset: int) -> tuple[int, int]:
        """Return line and column of a character, both counted from 1; a line feed ends a line."""
        if self._line_starts is None:
            self._line_starts = [0, *(match.end() for match in _LINE_END.finditer(self.source))]
        line = bisect.bisect_right(self._line_starts, offset)
        return line, offset - self._line_starts[line - 1] + 1


class MalformedPolicy(InvalidInput):
    """A policy document with errors; ``problems`` are all that were found."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        """Speak for the first error; keep them all."""
        first = next(problem for problem in problems if problem.severity is Severity.ERROR)
        super().__init__(first.code, first.message, pointer=first.pointer, hint=first.hint)
        self.problems = problems
