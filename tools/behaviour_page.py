"""Writes docs/reference/behaviour.md: how IAM and STS behave, and which test shows each line.

``python -m tools.behaviour_page`` writes the page; a test fails while it is stale. The lines are
those of tests/spec/control_plane.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tests.spec.control_plane import SECTIONS, Line

PAGE = Path(__file__).parents[1] / "docs" / "reference" / "behaviour.md"

HEAD = """# How IAM and STS behave

What clients of IAM and STS meet beside the decisions about access: identifiers, quotas, errors,
sessions; and of EC2 the one operation that is served. Each line says where AWS documents it, or
that it was recorded from AWS, and which tests show it here. This page is generated
(`python -m tools.behaviour_page`).
"""


def _shown(line: Line) -> str:
    """Name the tests of a line, or say why there are none."""
    if line.absent:
        return f"none: {line.absent}"
    named = (each.removeprefix("tests/").partition(".py::") for each in line.tests)
    return ", ".join(f"`{file}` {name.removeprefix('test_')}" for file, _, name in named)


def _rows() -> Iterator[str]:
    for section, lines in SECTIONS.items():
        yield f"\n## {section}\n\n| Line | Source | Shown by |\n|---|---|---|\n"
        for line in lines:
            yield f"| {line.what} | {line.source} | {_shown(line)} |\n"


def page() -> str:
    """Return the page's text."""
    return HEAD + "".join(_rows())


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
