"""How ``doorward import PATH…`` tells of what it read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import msgspec

from doorward.cli.terminal import printable
from doorward.importers.estate.problems import FileProblem, as_json
from doorward.policy.problem import Severity
from doorward.usecases.imported import Imported, Part

_MOST: Final = 20
"""Parts, and problems, that are told one by one."""


def json_of(found: Imported, kept: Path | None) -> str:
    """Return it as JSON: everything."""
    value = {
        "taken": found.taken,
        "kept": None if kept is None else str(kept),
        "whole": found.is_whole,
        "parts": found.parts,
        "bring": found.bring,
        "problems": [as_json(each) for each in found.problems],
    }
    return msgspec.json.format(msgspec.json.encode(value), indent=2).decode()


def text_of(found: Imported, kept: Path | None) -> str:
    """Return it as text: the parts that lack most first, what to bring, the worst problems."""
    return printable("\n".join(_lines(found, kept)))


def _lines(found: Imported, kept: Path | None) -> Iterator[str]:
    total: Counter[str] = Counter()
    for part in found.parts:
        total.update(part.counts)
    accounts = sum(bool(part.counts) for part in found.parts)
    when = (
        f"taken {found.taken:%Y-%m-%d %H:%M} UTC" if found.taken else "of a time that is not told"
    )
    counts = _counts({"accounts": accounts, **total})
    yield f"An estate {when}: {counts}."
    ordered = sorted(found.parts, key=lambda part: (-len(part.broken), -len(part.lacking)))
    for part in ordered[:_MOST]:
        yield _told(part)
        for source, why in part.broken.items():
            yield f"    not whole: {source}: {why}"
    if len(ordered) > _MOST:
        yield f"  and {len(ordered) - _MOST} more, which lack no more than these"
    if found.bring:
        yield "Lacking, and what brings it:"
        lacking = Counter(name for part in found.parts for name in part.lacking)
        for name, how in found.bring.items():
            yield f"  {name} (of {lacking[name]}): {how}"
    yield from _problems(found.problems)
    if kept is not None:
        yield f"Kept in {kept}."
    else:
        yield "Nothing was kept: --into FOLDER keeps it; doorward audit reads the files as well."


def _counts(numbers: Mapping[str, int]) -> str:
    """Numbers of things, in words."""
    return ", ".join(
        f"{number} {name if number != 1 else _ONE.get(name, name[:-1])}"
        for name, number in numbers.items()
    )


_ONE: Final = {"policies": "policy"}


def _told(part: Part) -> str:
    counts = _counts({name: number for name, number in part.counts.items() if number})
    name = "" if part.name == part.id else f" ({part.name})"
    where = "" if part.partition == "aws" else f" in {part.partition}"
    known = len(part.known)
    wanted = known + len(part.lacking) + len(part.broken)
    return f"  {part.id}{name}{where}: {counts or 'nothing'}; {known} of {wanted} sources"


_ORDER: Final = list(Severity)


def _problems(problems: tuple[FileProblem, ...]) -> Iterator[str]:
    ordered = sorted(problems, key=lambda each: _ORDER.index(each.severity))
    for each in ordered[:_MOST]:
        line = "" if each.line is None else f", line {each.line}"
        place = f" {each.pointer}" if each.pointer else ""
        yield f"{each.severity.value.lower()} in {each.file}{line}{place}: {each.message}"
        if each.hint:
            yield f"    {each.hint}"
    if len(ordered) > _MOST:
        yield f"and {len(ordered) - _MOST} more problems: --output json has them all"
