"""A container recipe, read as its builder reads it: stages, instructions, their values."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple


class Instruction(NamedTuple):
    """One instruction and what follows it, continued lines joined."""

    word: str
    rest: str


class Stage(NamedTuple):
    """One stage: what it begins from, and its instructions in order."""

    base: str
    instructions: tuple[Instruction, ...]

    def all(self, word: str) -> list[str]:
        """Return what follows each instruction of this word."""
        return [each.rest for each in self.instructions if each.word == word]

    def one(self, word: str) -> str:
        """Return what follows the only instruction of this word."""
        (rest,) = self.all(word)
        return rest

    def command(self, word: str) -> list[str]:
        """Return the words of a command that is written as a list."""
        said = self.one(word)
        words: list[str] = json.loads(said[said.index("[") :])
        return words

    def environment(self) -> Mapping[str, str]:
        """Return the variables that the stage sets."""
        pairs = [pair.partition("=") for rest in self.all("ENV") for pair in shlex.split(rest)]
        return {name: value for name, _, value in pairs}

    def copied(self) -> list[tuple[list[str], str]]:
        """Return what is copied out of the context, and where to."""
        words = [shlex.split(rest) for rest in self.all("COPY")]
        return [(each[:-1], each[-1]) for each in words if not each[0].startswith("--from=")]


def stages(file: Path) -> list[Stage]:
    """Read a recipe; the arguments before its first stage are put where they are named."""
    arguments: dict[str, str] = {}
    found: list[tuple[str, list[Instruction]]] = []
    for each in _instructions(file.read_text("utf-8")):
        if each.word == "ARG" and not found:
            name, _, value = each.rest.partition("=")
            arguments[name] = value
        elif each.word == "FROM":
            base = re.sub(r"\$\{(\w+)\}", lambda seen: arguments[seen[1]], each.rest)
            found.append((base, []))
        else:
            found[-1][1].append(each)
    return [Stage(base, tuple(instructions)) for base, instructions in found]


def _instructions(text: str) -> Iterator[Instruction]:
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    for line in re.sub(r"\\\n\s*", "", "\n".join(lines)).splitlines():
        if line.strip():
            word, _, rest = line.partition(" ")
            yield Instruction(word, rest.strip())
