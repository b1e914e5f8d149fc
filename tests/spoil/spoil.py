"""A spoilt estate, as a value: what was done to which file, and what has to hold of it.

What is demanded goes by what AWS's formats say of the place that was spoilt, never by what the
importer happens to do with it.
"""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import dataclass, field

from doorward.model.evidence import Source

Path = tuple[str | int, ...]
"""A place in a file of JSON: the keys and indexes that lead to it."""


class Law(enum.Enum):
    """What a change amounts to, by AWS's formats; the value says it in words."""

    SAME = "the same in another form: every verdict is as before"
    UNREAD = "what no verdict rests on, or what is told elsewhere, too: no finding goes away"
    BROKEN = "what AWS never writes: an error with its place, and nothing that rests on it passes"
    ABSENT = "a source that is not there: nothing that rests on it passes"
    OTHER = "another fact, which may be true: an end without an exception, in bounded time"


@dataclass(frozen=True)
class Spoil:
    """One way to spoil one file of an estate.

    ``changes`` has what stands in the place of files, by name. ``place`` is the JSON pointer at
    which it is spoilt; unless it is ``pointed`` all that can be said is which file it is.
    ``whose`` are the accounts that the place tells of, where they are not the folder's, and
    ``sources`` what it is a source of, where that is not what its file is.
    """

    how: str
    file: str
    law: Law
    changes: dict[str, Contents] = field(repr=False)
    place: str = ""
    pointed: bool = False
    whose: frozenset[str] = frozenset()
    sources: tuple[Source, ...] = ()

    @property
    def scopes(self) -> frozenset[str]:
        """Return the accounts and organizations that the place tells of; none if it may be any."""
        folder = self.file.partition("/")[0]
        return self.whose or frozenset({folder} if folder.isdecimal() else ())

    def __str__(self) -> str:
        """Return how it is told of."""
        return f"{self.how}: {self.file}{f' at {self.place}' if self.place else ''}"


class Kind(enum.Enum):
    """What stands in the place of a file, beside bytes."""

    GONE = "nothing"
    FOLDER = "a folder"
    PIPE = "a pipe"
    DANGLING = "a link to nothing"
    LOOP = "a link to itself"
    FORBIDDEN = "a file without permissions"


Contents = bytes | Kind | Callable[[], bytes]
"""What a file holds, made when it is wanted."""


def pointer(path: Path) -> str:
    """Return the JSON pointer (RFC 6901) to a place."""
    return "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in path)
