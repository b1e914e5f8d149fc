"""What a mutant is, and where modules are."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

SOURCES = Path("src")


class Mutant(NamedTuple):
    """A module with one thing changed.

    ``id`` names the change by module, function and content: it stays when lines move. Without a
    ``change`` the module is as it was.
    """

    id: str
    module: str
    line: int
    change: str
    text: str


def module_of(path: Path) -> str:
    """The name of a file's module; a package is its ``__init__``."""
    return ".".join(path.relative_to(SOURCES).with_suffix("").parts).removesuffix(".__init__")


def path_of(module: str) -> Path:
    """The file of a module."""
    path = SOURCES.joinpath(*module.split("."))
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
