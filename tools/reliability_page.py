"""Writes docs/reference/reliability.md: the catalogue of bad input and faults, and what shows it.

``python -m tools.reliability_page`` writes the page; a test fails while it is stale. The rows are
those of tests/spec/catalogue.toml.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from tests.spec.catalogue import GROUPS, LAST, Row, rows

PAGE = Path(__file__).parents[1] / "docs" / "reference" / "reliability.md"

HEAD = """# Bad input and faults

What comes, what Doorward answers, and the tests that show it: ninety rows of what attackers,
broken clients and broken machines do. Of every row holds: no input is answered by a failure of the
server, no answer has a stack trace or a secret in it, time and memory are bounded, and what is in
doubt is denied. Tests run in `python3 dev.py check`; a verb is a longer proof: `python3 dev.py
VERB`. "Open" says what is still to be shown. This page is generated
(`python -m tools.reliability_page`).
"""


def page() -> str:
    """Return the page's text."""
    found = rows()
    parts = [HEAD, "\n", *_counts(found)]
    starts = [*GROUPS, (LAST + 1, "")]
    for (first, title), (following, _) in pairwise(starts):
        parts.append(f"\n## {title}\n\n| Row | What comes | What happens | Shown by |\n")
        parts.append("|---|---|---|---|\n")
        parts += (_row(row) for row in found if first <= row.number < following)
    return "".join(parts)


def _counts(found: tuple[Row, ...]) -> Iterator[str]:
    states = Counter(_state(row) for row in found)
    yield (
        f"{len(found)} rows: {states['shown']} shown, {states['open']} open in part or whole, "
        f"{states['not built']} about what is not built.\n"
    )


def _state(row: Row) -> str:
    if row.not_built:
        return "not built"
    return "open" if row.open else "shown"


def _row(row: Row) -> str:
    cells = (str(row.number), _cell(row.comes), _cell(row.answer), "<br>".join(_shown(row)))
    return f"| {' | '.join(cells)} |\n"


def _shown(row: Row) -> Iterator[str]:
    for node in row.tests:
        path, _, name = node.partition("::")
        yield f"[`{name}`](../../{path})"
    for verb in row.verbs:
        yield f"`dev.py {verb}`"
    if row.open:
        yield f"Open: {_cell(row.open)}"
    if row.not_built:
        yield f"Not built: {_cell(row.not_built)}"


def _cell(text: str) -> str:
    """Text that can stand in a table; code keeps its signs."""
    pieces = re.split(r"(`[^`]*`)", text)
    return "".join(
        piece if piece.startswith("`") else re.sub(r"([\\|*_<>\[\]$~])", r"\\\1", piece)
        for piece in pieces
    )


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
