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
    """How bad a problem is, in the types of IAM Access Analyzer's findings.

    An ``ERROR`` is a part that does not work, a ``SECURITY_WARNING`` access that is too wide, a
    ``WARNING`` what good practice avoids, a ``SUGGESTION`` style. Source: IAM Access Analyzer API
    Reference, "ValidatePolicyFinding".
    """

    ERROR = "error"
    SECURITY_WARNING = "securityWarning"
    WARNING = "warning"
    SUGGESTION = "suggestion"


class Problem(msgspec.Struct, frozen=True):
    """One problem: a stable ``code``, the place, what is wrong, and what to do about it.

    ``pointer`` is an RFC 6901 JSON pointer, ``span`` the characters in the source text (``None``
    where the text has no such place), ``line`` and ``column`` count from 1. ``refused`` means that
    the value cannot be used: what parsing finds cannot be evaluated, what validation finds cannot
    be written. Only errors are refused, and not all of them: AWS stores many a policy of which its
    own Access Analyzer says that a part does not work.
    """

    code: str
    severity: Severity
    pointer: str
    message: str
    hint: str
    span: Span | None = None
    line: int | None = None
    column: int | None = None
    refused: bool = False


class Finding(msgspec.Struct, frozen=True):
    """A problem before it has a code: where it is, what is wrong, what to do about it."""

    pointer: str
    span: Span
    message: str
    hint: str


def quoted(text: str) -> str:
    """Return ``text`` for a message: in quotation marks, escaped, cut where it is long."""
    return repr(text if len(text) <= _LONGEST_QUOTE else text[:_LONGEST_QUOTE] + "…")


class Collector:
    """Collects the problems of one text in the order found, and says where each one stands.

    Those that are refused and the others are counted apart: however much there is to remark, what
    forbids the use of the text is never lost behind it.
    """

    def __init__(self, source: str) -> None:
        """Collect for ``source``, the text that spans refer to."""
        self.source = source
        self._problems: list[Problem] = []
        self._counts = {True: 0, False: 0}
        self._line_starts: list[int] | None = None

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Everything collected so far."""
        return tuple(self._problems)

    @property
    def full(self) -> bool:
        """Whether so much was refused that no more of it is recorded."""
        return self._counts[True] >= _MOST_PROBLEMS

    @property
    def failed(self) -> bool:
        """Whether something was refused."""
        return self._counts[True] > 0

    def error(self, code: str, pointer: str, span: Span, message: str, hint: str) -> None:
        """Record an error that is refused."""
        self.add(code, Severity.ERROR, Finding(pointer, span, message, hint), refused=True)

    def add(self, code: str, severity: Severity, found: Finding, *, refused: bool) -> None:
        """Record a problem; the last that there is room for says that there are more."""
        count = self._counts[refused] = self._counts[refused] + 1
        if count > _MOST_PROBLEMS:
            return
        pointer, message, hint = found.pointer, found.message, found.hint
        if count == _MOST_PROBLEMS:
            code, message, hint = "TOO_MANY_PROBLEMS", "There are more problems", "Correct these"
        line, column = self.place(found.span.start)
        self._problems.append(
            Problem(code, severity, pointer, message, hint, found.span, line, column, refused)
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
        """Speak for the first that is refused; keep them all."""
        first = next(problem for problem in problems if problem.refused)
        super().__init__(first.code, first.message, pointer=first.pointer, hint=first.hint)
        self.problems = problems
