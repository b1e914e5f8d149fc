"""The mutants of a module: mutmut thinks of them, each is one whole text of the module.

mutmut's own runner switches between mutants inside functions, so that tables at the level of a
module stay as they are. Here the rules are tables: every mutant is a module of its own, imported
anew.
"""

from __future__ import annotations

import ast
import difflib
import hashlib
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import libcst
from mutmut.mutation.file_mutation import create_mutations, deep_replace

from tests.mutation.mutant import SOURCES, Mutant, module_of


def modules(names: list[str]) -> list[Path]:
    """The files of modules and packages, named below ``doorward``.

    Raises:
        FileNotFoundError: there is no such module.
    """
    found: list[Path] = []
    for name in names:
        path = SOURCES / "doorward" / name.replace(".", "/")
        alone = path.with_suffix(".py")
        found += [alone] if alone.exists() else sorted(path.rglob("*.py"))
        if not (alone.exists() or path.is_dir()):
            raise FileNotFoundError(f"there is no module doorward.{name}")
    return list(dict.fromkeys(found))


def every(paths: list[Path]) -> Iterator[Mutant]:
    """Every mutant of these files."""
    for path in paths:
        source = Source(path)
        yield from filter(None, map(source.mutant, source.mutations))


def sample(paths: list[Path], size: int, seed: int) -> Iterator[Mutant]:
    """Some mutants of these files, as many as wanted, the same for the same seed."""
    sources = [Source(path) for path in paths]
    drawn = [(source, mutation) for source in sources for mutation in source.mutations]
    random.Random(seed).shuffle(drawn)
    for source, mutation in drawn:
        if size and (mutant := source.mutant(mutation)):
            size -= 1
            yield mutant


class Source:
    """A file, and what mutmut would change in it."""

    def __init__(self, path: Path) -> None:
        self.module = module_of(path)
        self.text = path.read_text("utf-8")
        self.tree = ast.parse(self.text)
        self.seen = {ast.dump(self.tree)}
        self.lines = self.text.splitlines()
        parsed, mutations, _, _ = create_mutations(str(path), self.text)
        self.parsed: Any = parsed
        self.mutations = [one for one in mutations if not is_prose(one.original_node)]

    def mutant(self, mutation: Any) -> Mutant | None:
        """Make the mutant, or ``None`` if it is no other program than one there is."""
        text = deep_replace(self.parsed, mutation.original_node, mutation.mutated_node).code
        try:
            dumped = ast.dump(ast.parse(text))
        except SyntaxError:
            return None
        if dumped in self.seen:
            return None
        self.seen.add(dumped)
        line, change = difference(self.text, text)
        return Mutant(self.name(line, change), self.module, line, change, text)

    def name(self, line: int, change: str) -> str:
        """The id of a change; the same line again in one function gets a number."""
        scope, here = self.scope(line), self.lines[line - 1]
        earlier = (n for n, text in enumerate(self.lines[: line - 1], start=1) if text == here)
        again = sum(self.scope(number) == scope for number in earlier)
        digest = hashlib.sha256(change.encode()).hexdigest()[:8]
        name = f"{self.module.removeprefix('doorward.')}/{scope}/{digest}"
        return f"{name}-{again + 1}" if again else name

    def scope(self, line: int) -> str:
        """The function, method or class that a line belongs to; a dash outside of all."""
        names: list[str] = []
        inside: list[ast.stmt] = self.tree.body
        while inside:
            inside, within = [], inside
            for one in within:
                if not isinstance(one, ast.FunctionDef | ast.ClassDef):
                    continue
                if one.lineno <= line <= (one.end_lineno or line):
                    names.append(one.name)
                    inside = one.body
        return ".".join(names) or "-"


def is_prose(node: Any) -> bool:
    """Whether this is a sentence for people: how it is spelt is no behaviour of the engine."""
    return isinstance(node, libcst.SimpleString) and " " in node.value


def difference(before: str, after: str) -> tuple[int, str]:
    """The first line that differs, and the changed lines."""
    lines = list(difflib.unified_diff(before.splitlines(), after.splitlines(), n=0, lineterm=""))[
        2:
    ]
    number = lines[0].split()[1].lstrip("-").partition(",")[0]
    return int(number), "\n".join(line for line in lines if not line.startswith("@@"))
