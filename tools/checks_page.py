"""Writes docs/reference/checks.md and practices.md: what audits look at, what it counts for.

``python -m tools.checks_page`` writes both; a test fails while one is stale. All is taken from the
registry of checks; remedies from the cases in tests/analysis/checks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Final

import msgspec

from doorward.analysis import checks
from doorward.analysis.absent import ABSENT, Absent
from doorward.analysis.registry import REGISTRY, STANDARDS, Check, IfThere
from doorward.analysis.run import TO_BRING
from doorward.analysis.thresholds import Thresholds
from doorward.model.evidence import Source
from doorward.results.finding import Remedy, State
from doorward.results.practice import PRACTICES
from tests.analysis.checks.cases import CASES, found
from tools.class_comments import comments

REFERENCE = Path(__file__).parents[1] / "docs" / "reference"
PAGE = REFERENCE / "checks.md"
PRACTICES_PAGE = REFERENCE / "practices.md"

HEAD = """# Checks

What an audit looks at, check by check. Each ends, for every account (or organization), in one of
five states, and only PASS is a pass: NOT_CHECKED says what to bring, UNKNOWN that what was brought
does not tell, FAIL names each subject with a remedy, ERROR that the check could not be carried out
on all there is. Ages are whole days in UTC, rounded down: older than the threshold fails, as old
passes. Checks count for [practices](practices.md), the first that they name above all. Remedies
are those of a case in the tests, where each is carried out; names differ with the finding. This
page is generated (`python -m tools.checks_page`).
"""

ABSENT_HEAD = """
## Not carried out

| Id | Would see that | Why not | It would need | Controls without an answer |
|---|---|---|---|---|
"""

THRESHOLDS_HEAD = """
## Thresholds

| Name | Usual value | Used by | Meaning |
|---|---|---|---|
"""

SOURCES_HEAD = """
## What to bring

| Source | What brings it |
|---|---|
"""

PRACTICES_HEAD = """# Practices

What good access management is made of; findings and reports name it by these ids, which do not
change. A check counts for the practice that it names first; beside that stand the others that it
speaks for. Where no check stands, Doorward makes the practice real by what it does, not by looking
for its absence. This page is generated (`python -m tools.checks_page`).

| Id | Practice | Checks that count for it | Others |
|---|---|---|---|
"""


GROUPS: Final = {
    "root": "The root user",
    "user": "Users",
    "pw": "The password policy",
    "cert": "Certificates",
    "group": "Groups",
    "role": "Roles",
    "policy": "Policies",
    "boundary": "Permissions boundaries",
    "account": "Accounts",
    "access": "Use",
    "org": "Organizations",
    "res": "Resources",
    "ec2": "Instances",
    "aa": "Access analyzers",
}
"""What checks are about, by the beginning of their ids."""


def ordered() -> list[tuple[str, Check]]:
    """Return every check: by what it is about, then as it is written, whoever was loaded first."""

    def place(item: tuple[str, Check]) -> tuple[int, int, int]:
        name, check = item
        module = check.run.__module__.rpartition(".")[2]
        group = list(GROUPS).index(name.split(".")[0])
        return group, checks.MODULES.index(module), check.run.__code__.co_firstlineno

    return sorted(REGISTRY.items(), key=place)


def plain(text: str) -> str:
    """Return documentation as Markdown: paragraphs on one line each, code in single ticks."""
    paragraphs = (" ".join(each.split()) for each in text.split("\n\n"))
    return "\n\n".join(paragraphs).replace("``", "`")


def anchor(identifier: str) -> str:
    """Return a link to a check, by the anchor that its heading gets."""
    return f"[`{identifier}`](checks.md#{identifier.replace('.', '')})"


def needs(check: Check) -> str:
    """Return what a check needs, in words."""
    return "; ".join(_need(each) for each in check.needs)


def _need(need: Source | tuple[Source, ...] | IfThere) -> str:
    match need:
        case IfThere(source=source):
            return f"{source.value}, if it is there"
        case tuple():
            return " or ".join(each.value for each in need)
        case _:
            return need.value


def thresholds(check: Check) -> list[str]:
    """Return the thresholds that a check's documentation names."""
    named = set(re.findall(r"``(\w+)``", check.info.documentation))
    return [name for name in Thresholds.__struct_fields__ if name in named]


def remedy(identifier: str) -> Remedy | None:
    """Return the remedy of a finding, best of one that is carried out by commands."""
    failing = [
        finding.remedy
        for case in CASES.get(identifier, ())
        if case.state is State.FAIL
        for finding in found(identifier, case)
        if finding.state is State.FAIL and finding.remedy is not None
    ]
    return max(failing, key=lambda each: bool(each.commands) + bool(each.edits), default=None)


def summary() -> Iterator[str]:
    """Yield the table of all checks."""
    yield f"\n{len(REGISTRY)} checks; not carried out: {len(ABSENT)}.\n\n"
    yield "| Check | Title | Severity | Needs |\n|---|---|---|---|\n"
    for identifier, check in ordered():
        link = f"[`{identifier}`](#{identifier.replace('.', '')})"
        info = check.info
        yield f"| {link} | {info.title} | {info.severity.value} | {needs(check)} |\n"


def entry(identifier: str, check: Check) -> Iterator[str]:
    """Yield all that is said of a check."""
    info = check.info
    yield f"\n### {identifier}\n\n**{info.title}.** {plain(info.documentation)}\n\n"
    yield f"- severity: {info.severity.value}; carried out on each {check.extent.value}\n"
    yield f"- needs: {needs(check)}\n"
    practices = "; ".join(f"{each} ({PRACTICES[each]})" for each in info.practices)
    yield f"- practices: {practices}\n"
    by_standard = groupby(info.references, key=lambda each: each.standard)
    answers = [f"{name} {', '.join(e.control for e in each)}" for name, each in by_standard]
    if answers:
        yield f"- answers: {'; '.join(answers)}\n"
    if used := thresholds(check):
        yield f"- thresholds: {', '.join(f'`{each}`' for each in used)}\n"
    if ended := remedy(identifier):
        yield from told(ended)


def told(ended: Remedy) -> Iterator[str]:
    """Yield a remedy: in words, as commands, as changes."""
    yield f"- remedy: {ended.text}\n"
    if ended.commands:
        yield from ("\n```sh\n", *(f"{each}\n" for each in ended.commands), "```\n")
    for edit in ended.edits[:1]:
        yield f"\nIn the policy of `{edit.policy}`, in the place of\n"
        yield f"\n```json\n{edit.before}\n```\n"
        yield f"\nthere will stand\n\n```json\n{edit.after}\n```\n"


def entries() -> Iterator[str]:
    """Yield what is said of every check, by what they are about."""
    for prefix, title in GROUPS.items():
        yield f"\n## {title}\n"
        for name, each in ordered():
            if name.split(".")[0] == prefix:
                yield from entry(name, each)


def shown(value: object) -> str:
    """Return a threshold's usual value."""
    return ", ".join(value) or "none" if isinstance(value, tuple) else str(value).lower()


def numbers() -> Iterator[str]:
    """Yield the rows of thresholds."""
    meanings = comments(Thresholds)
    for name, value in msgspec.structs.asdict(Thresholds()).items():
        used = [anchor(each) for each, check in ordered() if name in thresholds(check)]
        meaning = plain(meanings.get(name, ""))
        yield f"| `{name}` | {shown(value)} | {', '.join(used)} | {meaning} |\n"


def unanswered(given: Absent) -> str:
    """Return the controls that nothing answers."""
    named = given.references.items()
    return "; ".join(f"{STANDARDS[name]} {', '.join(said.split())}" for name, said in named)


def page() -> str:
    """Return the page of checks."""
    sources = (f"| {each.value} | {TO_BRING[each]} |\n" for each in Source)
    absent = (
        f"| `{each.id}` | {each.title} | {each.reason} | {each.needed} | {unanswered(each)} |\n"
        for each in ABSENT
    )
    return "".join(
        (
            HEAD,
            *summary(),
            *entries(),
            ABSENT_HEAD,
            *absent,
            THRESHOLDS_HEAD,
            *numbers(),
            SOURCES_HEAD,
            *sources,
            f"\nStandards: {', '.join(STANDARDS.values())}.\n",
        )
    )


def practices_page() -> str:
    """Return the page of practices."""
    rows = []
    for identifier, title in PRACTICES.items():
        counting = [name for name, c in ordered() if c.info.practices[0] == identifier]
        others = [name for name, c in ordered() if identifier in c.info.practices[1:]]
        first, second = (", ".join(map(anchor, names)) for names in (counting, others))
        rows.append(f"| {identifier} | {title} | {first} | {second} |\n")
    return "".join((PRACTICES_HEAD, *rows))


def main() -> None:
    """Write the pages."""
    PAGE.write_text(page(), encoding="utf-8")
    PRACTICES_PAGE.write_text(practices_page(), encoding="utf-8")


if __name__ == "__main__":
    main()
