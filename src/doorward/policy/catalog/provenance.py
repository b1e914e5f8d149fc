"""Which data the catalog holds, and from where: what every result that depends on it names."""

from __future__ import annotations

import functools
from datetime import date

import msgspec

from doorward.policy.catalog import archive


class Source(msgspec.Struct, frozen=True):
    """A package that data was taken from; ``gives`` says which.

    ``date`` is that of the package's data, ``None`` where the package does not tell.
    """

    name: str
    version: str
    licence: str
    copyright: str
    date: date | None
    gives: str

    def __str__(self) -> str:
        """Say in one line what is from where."""
        day = f", data of {self.date}" if self.date else ""
        return f"{self.gives}: {self.name} {self.version} ({self.licence}{day})"


class CatalogVersion(msgspec.Struct, frozen=True):
    """The catalog's version: the date of its newest data, and the beginning of ``content``.

    ``content`` is the SHA-256 of all that the catalog holds, in hexadecimal digits.
    """

    version: str
    content: str
    sources: tuple[Source, ...]


@functools.cache
def version() -> CatalogVersion:
    """Return the version of the catalog's data and the packages that it was made from."""
    return msgspec.json.decode(archive.read(archive.PROVENANCE), type=CatalogVersion)
