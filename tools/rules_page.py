"""Writes docs/reference/rules.md: every rule, its rows, its source, and its planted fault.

``python -m tools.rules_page`` writes the page; a test fails while it is stale. The texts of the
rules are those of docs/reference/evaluation.md; the rows are those of tests/spec.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from tests.spec.faults import FAULTS
from tests.spec.planting import Fault
from tests.spec.rows import EFFECTS, Row, Section
from tests.spec.tables import FILES, SECTIONS

REFERENCE = Path(__file__).parents[1] / "docs" / "reference"
PAGE = REFERENCE / "rules.md"
TEXTS = REFERENCE / "evaluation.md"

HEAD = """# Rules, rows, sources

For every rule of [the rules of evaluation](evaluation.md): the cases that show it, clause by
clause, what comes out, and the AWS documentation that says so. "Silent" marks what AWS does not
settle; Doorward then denies. A planted fault is a change of the engine that the rows of its rule
notice, and no other row: `python -m tests.spec.faults` plants them all. Every question is
asked in both forms, JSON and Python. This page is generated (`python -m tools.rules_page`).
"""

GROUPS: Mapping[str, str] = {
    "G": "Documents",
    "A": "Actions",
    "R": "Resources",
    "V": "Variables",
    "C": "Conditions",
    "P": "Principals",
    "F": "The decision",
    "S": "Where services depart from this",
    "K": "Keys that follow from the request",
}

UNNUMBERED: Mapping[str, str] = {
    "P": "Whom an entry of `Principal` meets: the table of principals.",
    "F": "What stands around the steps: their order, partitions, the trust of roles.",
    "K": "The keys that the engine derives: their table.",
}
"""What the page of rules states in a table or in passing, without a number."""


def texts(page: str) -> dict[str, str]:
    """The text of each rule: the rows of its tables, and the steps of the decision (F1 …)."""
    found = dict(UNNUMBERED)
    found |= re.findall(r"^\| ([A-Z][0-9]+) \| (.*) \|$", page, re.MULTILINE)
    steps = re.findall(r"^([0-9]+)\. ((?:.*\n)(?:(?: {3}.*)?\n)*)", page, re.MULTILINE)
    for step, text in steps:
        found[f"F{step}"] = re.sub(r"^ {3}", "", text.strip(), flags=re.MULTILINE)
    return found


def page() -> str:
    """Return the page's text."""
    said = texts(TEXTS.read_text("utf-8"))
    parts = [HEAD, *_counts()]
    for group, title in GROUPS.items():
        parts.append(f"\n## {title}\n")
        for section in SECTIONS:
            if section.rule[0] == group:
                parts += _rule(section, said[section.rule])
    return "".join(parts)


def _counts() -> Iterator[str]:
    rows = [row for section in SECTIONS for row in section.rows]
    allowed = sum(row.passes for row in rows)
    yield (
        f"\n{len(SECTIONS)} rules, {len(rows)} rows ({allowed} allow, {len(rows) - allowed} do "
        f"not), {len(FAULTS)} planted faults.\n"
    )


def _rule(section: Section, text: str) -> Iterator[str]:
    yield f"\n### {section.rule}\n\n"
    yield from (f"> {line}".rstrip() + "\n" for line in text.splitlines())
    file = FILES[section.rule]
    yield f"\nSource: {section.source}. Rows: [`{file}`](../../{file}).\n"
    for fault in FAULTS:
        if fault.rule == section.rule:
            yield _fault(fault)
    yield "\n| Clause | Row | What comes out | Source, where another |\n|---|---|---|---|\n"
    yield from (_row(row) for row in section.rows)


def _fault(fault: Fault) -> str:
    file = f"src/{fault.path}"
    return f"Planted fault, in [`{file}`](../../{file}): {fault.breaks}.\n"


def _row(row: Row) -> str:
    effect = EFFECTS.get(row.expected)
    outcome = f"{effect}, `{row.expected}`" if effect else f"`{row.expected}`"
    outcome = "no problem" if row.expected == "none" else outcome
    cells = (row.clause, row.name, outcome, row.source or "")
    return f"| {' | '.join(_cell(each) for each in cells)} |\n"


def _cell(text: str) -> str:
    """Text that can stand in a table, in which no character is markup."""
    if text.startswith(("ALLOW", "EXPLICIT", "IMPLICIT", "`")):
        return text
    return re.sub(r"([\\|*_<>\[\]`$~])", r"\\\1", text)


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
