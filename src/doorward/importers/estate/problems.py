"""What is wrong with the files of an estate, as values: nothing is left out without one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from json.decoder import JSONDecoder
from typing import Final

import msgspec

from doorward.model.evidence import Source as Known
from doorward.policy.problem import Severity

_MOST: Final = 10_000
_SEARCHED: Final = 200_000_000
"""Characters that are looked through, at most, to find the lines of an estate's problems."""


class FileProblem(msgspec.Struct, frozen=True):
    """One problem: a stable ``code``, the file and the place in it, what is wrong, what to do.

    ``pointer`` is an RFC 6901 JSON pointer, ``line`` counts from 1 where it is known. ``about``
    names what the problem touches: ARNs, account ids, ids of an organization. One that names
    nothing touches everything. An ``ERROR`` is a part that could not be read; what rests on it is
    not decided as if it were not there. ``sources`` are what may not be whole because of it; none
    are all of them: of such a file it is not even known what it is.
    """

    code: str
    severity: Severity
    file: str
    pointer: str
    message: str
    hint: str = ""
    line: int | None = None
    about: tuple[str, ...] = ()
    sources: tuple[Known, ...] = ()


class Fault(msgspec.Struct, frozen=True):
    """Why some sources are not whole: of whom ``about`` names, else of the folder's account.

    Where neither says whom it touches, it touches everybody; no ``sources`` are all.
    """

    sources: tuple[Known, ...]
    about: tuple[str, ...]
    folder: str | None
    why: str


class Problems:
    """Collects the problems of an estate, the lines found while that is cheap."""

    def __init__(self) -> None:
        """Begin without any."""
        self._found: list[FileProblem] = []
        self._faults: dict[tuple[object, ...], Fault] = {}
        self._left = _SEARCHED

    def add(
        self, problem: FileProblem, written: Callable[[], str] | None = None, size: int = 0
    ) -> None:
        """Record a problem; the last says that there are more.

        ``written`` returns the text of its file, of ``size`` characters, if that is of use.
        """
        if len(self._found) >= _MOST:
            return
        if len(self._found) == _MOST - 1:
            self._found.append(
                FileProblem(
                    "TOO_MANY_PROBLEMS",
                    Severity.ERROR,
                    problem.file,
                    "",
                    "there are more problems than are listed",
                    "correct these, and read the estate again",
                )
            )
            return
        if written is not None and problem.line is None and size <= self._left:
            self._left -= size
            problem = msgspec.structs.replace(problem, line=line_of(written(), problem.pointer))
        self._found.append(problem)

    def fault(self, problem: FileProblem, folder: str | None) -> None:
        """Note that because of a problem something is not whole; there is no end to these."""
        fault = Fault(problem.sources, problem.about, folder, f"{problem.file}: {problem.message}")
        self._faults.setdefault((fault.sources, fault.about, folder), fault)

    @property
    def faults(self) -> Iterable[Fault]:
        """What is not whole, the first reason of each."""
        return self._faults.values()

    def __iter__(self) -> Iterator[FileProblem]:
        """Iterate in the order found."""
        return iter(self._found)


_SPACE: Final = re.compile(r"[ \t\n\r]*")
_DECODER: Final = JSONDecoder()


def line_of(text: str, pointer: str) -> int | None:
    """Return the line of what ``pointer`` points at in a JSON text, or of what holds it."""
    at = _skip(text, 0)
    try:
        for step in pointer.split("/")[1:]:
            found = _into(text, at, step.replace("~1", "/").replace("~0", "~"))
            if found is None:
                break
            at = found
    except (ValueError, IndexError, RecursionError):
        return None
    return text.count("\n", 0, at) + 1


def _into(text: str, at: int, step: str) -> int | None:
    """Return where the value of a key, or the item of an index, begins."""
    if text[at] not in "{[":
        return None
    bracket, index = text[at], 0
    at = _skip(text, at + 1)
    while text[at] not in "}]":
        key = str(index)
        if bracket == "{":
            key, at = _DECODER.raw_decode(text, at)
            at = _skip(text, _skip(text, at) + 1)
        if key == step:
            return at
        _, at = _DECODER.raw_decode(text, at)
        at = _skip(text, at)
        if text[at] == ",":
            at = _skip(text, at + 1)
        index += 1
    return None


def _skip(text: str, at: int) -> int:
    space = _SPACE.match(text, at)
    return space.end() if space else at


def as_json(problem: FileProblem) -> dict[str, object]:
    """Return a problem in its public form."""
    optional = {"line": problem.line, "hint": problem.hint or None}
    found: dict[str, object] = {
        "code": problem.code,
        "severity": problem.severity.value,
        "file": problem.file,
        "pointer": problem.pointer,
        "message": problem.message,
        **{name: value for name, value in optional.items() if value is not None},
    }
    return found
