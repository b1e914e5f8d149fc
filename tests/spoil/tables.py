"""Credential reports spoilt: rows, columns and cells."""

from __future__ import annotations

import base64
import csv
import io
import json
from collections.abc import Callable, Iterator
from functools import partial

from doorward.importers.credential_report import COLUMNS
from tests.spoil.estates import Whole, beside, encoded, kind
from tests.spoil.spoil import Law, Spoil

Rows = list[list[str]]
FREE = frozenset({
    "access_key_1_last_used_region", "access_key_1_last_used_service",
    "access_key_2_last_used_region", "access_key_2_last_used_service",
})  # fmt: skip
"""Columns of which any text may be the value."""

NONSENSE = ("?", "", "N/A", "maybe", "2025-13-45T99:99:99+00:00", "7")


def tables(whole: Whole) -> Iterator[Spoil]:
    """Yield every credential report with each row, column and cell in turn spoilt."""
    for file, content in whole.files.items():
        if kind(file) != "credential-report":
            continue
        rows, again = _opened(file, content)
        for how, law, changed in (*_rows(rows), *_columns(rows), *_cells(rows)):
            yield Spoil(how, file, law, {file: partial(again, changed)})
        for number, (how, changed) in enumerate(_contradictions(rows)):
            copy = beside(file, first=number % 2 == 0)
            yield Spoil(how, file, Law.BROKEN, {copy: partial(again, changed)})


def _opened(file: str, content: bytes) -> tuple[Rows, Callable[[Rows], bytes]]:
    """Return the rows of a report, and what writes them as they were."""
    if file.endswith(".csv"):
        return _read(content.decode()), lambda rows: _text(rows).encode()
    answer = json.loads(content)

    def again(rows: Rows) -> bytes:
        inner = base64.b64encode(_text(rows).encode()).decode()
        return encoded(answer | {"Content": inner})

    return _read(base64.b64decode(answer["Content"]).decode()), again


def _read(text: str) -> Rows:
    return [*csv.reader(io.StringIO(text, newline=""))]


def _text(rows: Rows) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()


def _rows(rows: Rows) -> Iterator[tuple[str, Law, Rows]]:
    head, *body = rows
    for number, row in enumerate(body, 1):
        before, after = rows[:number], rows[number + 1 :]
        yield f"row {number} removed", Law.BROKEN, before + after
        yield f"row {number} twice", Law.BROKEN, [*before, row, row, *after]
        yield f"row {number} without its last cell", Law.BROKEN, [*before, row[:-1], *after]
        yield f"row {number} with a cell more", Law.BROKEN, [*before, [*row, "x"], *after]
        yield f"row {number} cut in half", Law.BROKEN, [*before, row[: len(row) // 2], *after]
    yield "without any row", Law.BROKEN, [head]
    yield "the header twice", Law.BROKEN, [head, *rows]


def _columns(rows: Rows) -> Iterator[tuple[str, Law, Rows]]:
    for index, name in enumerate(rows[0]):
        first = index < 2  # by these a credential report is known
        renamed = [*rows[0][:index], f"{name}_", *rows[0][index + 1 :]]
        absent = Law.ABSENT if first else Law.BROKEN
        yield f"the column {name} renamed", absent, [renamed, *rows[1:]]
        yield f"the column {name} dropped", absent, [[*r[:index], *r[index + 1 :]] for r in rows]
        yield f"the column {name} twice", Law.BROKEN, [[*r, r[index]] for r in rows]
        other = [*rows[0], name]
        contradicted = [other, *([*row, "false"] for row in rows[1:])]
        yield f"the column {name} twice, and different", Law.BROKEN, contradicted


def _cells(rows: Rows) -> Iterator[tuple[str, Law, Rows]]:
    for number, row in enumerate(rows[1:], 1):
        for index, there in enumerate(row):
            name = COLUMNS[index]
            for cell in {*NONSENSE, there[: len(there) // 2], f"{there}\0"} - {there}:
                law = _cell_law(name, row[0], cell)
                changed = [*row[:index], cell, *row[index + 1 :]]
                how = f"row {number}, {name} is {cell[:30]!r}, not {there[:30]!r}"
                yield how, law, [*rows[:number], changed, *rows[number + 1 :]]


def _contradictions(rows: Rows) -> Iterator[tuple[str, Rows]]:
    """Yield other reports of the same users."""
    for number, row in enumerate(rows[1:], 1):
        for index, there in enumerate(row):
            other = _OTHER.get(there) or (f"2019{there[4:]}" if there[:2] == "20" else "")
            if other:
                changed = [*rows[:number], [*row[:index], other, *row[index + 1 :]]]
                how = f"another one says of row {number} that {COLUMNS[index]} is {other}"
                yield how, changed + rows[number + 1 :]


_OTHER = {"true": "false", "false": "true"}


def _cell_law(name: str, user: str, cell: str) -> Law:
    """Return what it amounts to that a cell is another one; ``user`` is whose row it is in."""
    if cell == "N/A" and name.endswith(_DATES):
        return Law.OTHER
    if cell == "N/A" and name == "password_enabled" and user.startswith("<"):
        return Law.OTHER
    return Law.UNREAD if name in FREE and cell else Law.BROKEN


_DATES = ("_used", "_changed", "_rotation", "_rotated", "_date", "_time")
