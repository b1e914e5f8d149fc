"""Every way to spoil an estate, by name; each is a generator over a whole one."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Final

from tests.spoil import files, members, tables
from tests.spoil.estates import Whole, kind
from tests.spoil.spoil import Spoil

WAYS: Final[Mapping[str, Callable[[Whole], Iterator[Spoil]]]] = {
    "cuts": partial(files.cuts, step=37),
    "gone": files.gone,
    "exchanged": files.exchanged,
    "encodings": files.encodings,
    "twice": files.twice,
    "pages": files.pages,
    "accounts": files.accounts,
    "members": members.members,
    "documents": members.documents,
    "tables": tables.tables,
}


def drawn(whole: Whole, way: str, most: int | None, chance: random.Random) -> list[Spoil]:
    """Return the ways to spoil an estate, or ``most`` of them, by chance."""
    found = [*WAYS[way](whole)]
    if most is not None and len(found) > most:
        found = chance.sample(found, most)
    return [
        each if each.whose else replace(each, whose=told_of(whole, each.file)) for each in found
    ]


def told_of(whole: Whole, file: str) -> frozenset[str]:
    """Return the organization that a file tells of, with its accounts; none of other files."""
    told = json.loads(whole.files[file]) if kind(file) == "organization" else {}
    if not told.get("Organization"):
        return frozenset()
    return frozenset({told["Organization"]["Id"], *(each["Id"] for each in told["Accounts"])})
