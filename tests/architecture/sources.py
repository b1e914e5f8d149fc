"""The project's own source files, parsed, and the names they really use."""

from __future__ import annotations

import ast
import functools
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "doorward"


class Source(NamedTuple):
    """One Python file: its place from the checkout's root, dotted module name, text and tree."""

    path: str
    module: str
    text: str
    tree: ast.Module

    @property
    def layer(self) -> str:
        """The layer under ``doorward`` that the module is, or is in; empty for the facade."""
        return self.module.split(".")[1] if "." in self.module else ""


def parse(path: Path, root: Path) -> Source:
    """Read and parse one file; ``root`` is the folder from which it is imported."""
    text = path.read_text("utf-8")
    module = ".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__")
    return Source(path.relative_to(ROOT).as_posix(), module, text, ast.parse(text))


@functools.cache
def package() -> tuple[Source, ...]:
    """Every module of the package ``doorward``."""
    return tuple(parse(path, PACKAGE.parent) for path in sorted(PACKAGE.rglob("*.py")))


@functools.cache
def configuration() -> dict[str, Any]:
    """The contents of ``pyproject.toml``."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def imports(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Every absolute import anywhere in a module: line, and dotted name of what is imported."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def names(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Every name used in a module, resolved through its imports: line, and full dotted name.

    ``import datetime as dt; dt.datetime.now()`` yields ``datetime.datetime.now`` (and its
    prefixes); a name that is not imported stands for itself, so builtins are themselves.
    """
    meaning: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                top = alias.name.split(".", maxsplit=1)[0]
                meaning[alias.asname or top] = alias.name if alias.asname else top
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            for alias in node.names:
                meaning[alias.asname or alias.name] = f"{node.module}.{alias.name}"
    for node in ast.walk(tree):
        if isinstance(node, ast.Name | ast.Attribute):
            dotted = dotted_name(node)
            if dotted:
                first, dot, rest = dotted.partition(".")
                yield node.lineno, meaning.get(first, first) + dot + rest


def dotted_name(node: ast.expr) -> str:
    """``a.b.c`` for a chain of attributes on a name, empty for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        prefix = dotted_name(node.value)
        return f"{prefix}.{node.attr}" if prefix else ""
    return ""


def functions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function and method of a module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def body_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines from ``def`` to the end, without the docstring: explaining costs nothing."""
    lines = (function.end_lineno or function.lineno) - function.lineno + 1
    first = function.body[0]
    if ast.get_docstring(function, clean=False) is not None:
        lines -= (first.end_lineno or first.lineno) - first.lineno + 1
    return lines
