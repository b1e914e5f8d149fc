"""What to make of the trials: counts for each module, and the survivors, known and new."""

from __future__ import annotations

import tomllib
from collections import Counter
from pathlib import Path
from typing import NamedTuple

LISTED = Path(__file__).with_name("survivors.toml")
SHARE = 0.05
STATUSES = ("killed", "timeout", "types", "survived")


class Row(NamedTuple):
    """What became of a mutant.

    ``status``: killed by a test, out of time, refused by the type checker, or survived; ``by``
    says what killed it, ``seconds`` of processor time that took.
    """

    id: str
    module: str
    line: int
    change: str
    status: str
    by: str | None
    seconds: float


def summary(rows: list[Row], whole: set[str]) -> tuple[str, bool]:
    """The summary as text, and whether it is good; of ``whole`` modules every mutant was tried."""
    listed = {one["id"]: one["reason"] for one in reasons()}
    survivors = [row for row in rows if row.status == "survived"]
    new = [row for row in survivors if row.id not in listed]
    share = len(survivors) / max(len(rows), 1)
    killed = {row.id for row in rows} - {row.id for row in survivors}
    gone = {name for name in listed if f"doorward.{name.partition('/')[0]}" in whole}
    gone -= {row.id for row in rows}
    lines = [
        *table(rows),
        f"{len(survivors)} of {len(rows)} survive, {share:.1%}; {len(new)} are not listed",
        *(f"listed: {row.id}: {listed[row.id]}" for row in survivors if row.id in listed),
        *(f"listed, but killed: {name}" for name in sorted(killed & set(listed))),
        *(f"listed, but no mutant any more: {name}" for name in sorted(gone)),
        *(stub(row) for row in new),
    ]
    return "\n".join(lines), share <= SHARE and not new


def reasons() -> list[dict[str, str]]:
    """The listed survivors."""
    found: list[dict[str, str]] = tomllib.loads(LISTED.read_text("utf-8")).get("survivor", [])
    return found


def table(rows: list[Row]) -> list[str]:
    """Counts for each module."""
    counts: dict[str, Counter[str]] = {}
    for row in rows:
        counts.setdefault(row.module, Counter())[row.status] += 1
    head = f"{'module':42}" + "".join(f"{status:>9}" for status in STATUSES)
    return [
        head,
        *(
            f"{module:42}" + "".join(f"{found[status]:9}" for status in STATUSES)
            for module, found in sorted(counts.items())
        ),
    ]


def stub(row: Row) -> str:
    """A new survivor, as it would be listed once it was looked at."""
    change = f"change = '''\n{row.change}'''"
    return f"\n# line {row.line}\n[[survivor]]\nid = {row.id!r}\n{change}\nreason = ''"
