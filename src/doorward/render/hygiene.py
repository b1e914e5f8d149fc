"""The credentials of users as a table for people, and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from doorward.results.hygiene import Holding, Kind, Line

_HEAD: Final = ("USER", "PASSWORD", "KEY 1", "KEY 2", "CERT", "MFA", "NEXT")
_COLUMNS: Final = (Kind.PASSWORD, Kind.KEY_1, Kind.KEY_2)
_CERTIFICATES: Final = (Kind.CERTIFICATE_1, Kind.CERTIFICATE_2)
_NONE: Final = "-"
_WIDEST: Final = 40


def as_json(line: Line) -> dict[str, Any]:
    """Return the public form; it changes by addition only. Days are whole."""
    return {
        "Account": line.account,
        "User": line.user,
        "Arn": line.arn,
        "IsRoot": line.is_root,
        "MFA": line.mfa,
        "Credentials": [
            {"Kind": each.kind.value, "Age": each.age, "Unused": each.idle}
            for each in line.holdings
        ],
        "Due": [{"Severity": each.severity.value, "Action": each.text} for each in line.due],
        "Next": line.due[0].text if line.due else None,
    }


def as_text(lines: Sequence[Line]) -> Iterator[str]:
    """Yield a table: one row a user, ages in days, and what is to be done next.

    Accounts stand one after the other, each with a line of its own where there are several.
    """
    accounts = list(dict.fromkeys(line.account for line in lines))
    for number, account in enumerate(accounts):
        if len(accounts) > 1:
            yield from ("",) if number else ()
            yield f"account {account}"
        yield from _table([line for line in lines if line.account == account])
    due = sum(bool(line.due) for line in lines)
    yield ""
    yield f"{len(lines)} users, {due} with something to do"


def _table(lines: Sequence[Line]) -> Iterator[str]:
    rows = [_HEAD, *(tuple(_row(line)) for line in lines)]
    widths = [min(max(len(row[at]) for row in rows), _WIDEST) for at in range(len(_HEAD))]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        yield "  ".join(cells).rstrip()


def _row(line: Line) -> Iterator[str]:
    yield line.user
    for kind in _COLUMNS:
        yield _cell(line.holding(kind))
    yield str(sum(line.holding(kind) is not None for kind in _CERTIFICATES) or _NONE)
    yield "yes" if line.mfa else "no"
    more = f" (+{len(line.due) - 1})" if len(line.due) > 1 else ""
    yield f"{line.due[0].text}{more}" if line.due else _NONE


def _cell(held: Holding | None) -> str:
    if held is None:
        return _NONE
    age = "?" if held.age is None else f"{held.age}d"
    used = "never used" if held.idle is None else f"used {held.idle}d ago"
    return f"{age}, {used}"
