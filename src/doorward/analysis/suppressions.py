"""Suppressions: findings that somebody takes the responsibility for, with the reason, until a day.

They are written in TOML, a table ``[[suppress]]`` for each; docs/reference/audit-reports.md tells
of the form. An error is never suppressed, and nothing that was not looked at becomes a pass.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time
from typing import Any, Final

import msgspec

from doorward.errors import InvalidInput
from doorward.policy.patterns import Glob, compile_glob
from doorward.results.finding import Finding, Report, State, Suppressed, Trouble, Verdict

_CODE: Final = "InvalidSuppressions"
_CANNOT: Final = (State.ERROR, State.NOT_CHECKED, State.PASS)
_ORDER: Final = list(State)


class Suppression(msgspec.Struct, frozen=True):
    """What is suppressed: all that is set has to hold; until when, and why.

    ``subject`` is a pattern of ARNs or ids, with ``*`` and ``?``; ``finding`` the id of one
    finding. From ``expires`` on it counts for nothing. ``place`` is where it is written.
    """

    reason: str
    expires: datetime
    check: str | None = None
    subject: str | None = None
    account: str | None = None
    finding: str | None = None
    place: str = ""


class _Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    reason: str
    expires: Any  # a day, or a time with an offset; `_end` looks
    check: str | None = None
    subject: str | None = None
    account: str | None = None
    finding: str | None = None


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    suppress: tuple[_Entry, ...] = ()


def parse(text: str, name: str = "suppressions") -> tuple[Suppression, ...]:
    """Read the text of a file of suppressions; ``name`` is what its places begin with.

    Raises ``InvalidInput`` with the place: for what is no TOML, a key that is not known, a reason
    or an end that is missing, an entry that is about everything.
    """
    try:
        file = msgspec.toml.decode(text, type=_File)
    except (msgspec.ValidationError, msgspec.DecodeError) as error:
        raise InvalidInput(_CODE, f"{name}: {error}", hint=_HINT) from error
    return tuple(
        _checked(entry, f"{name}: suppress {number}")
        for number, entry in enumerate(file.suppress, start=1)
    )


_HINT: Final = (
    'an entry is a table [[suppress]] with "reason" and "expires", and at least one of "check",'
    ' "subject", "account", "finding"'
)


def _checked(entry: _Entry, place: str) -> Suppression:
    chosen = (entry.check, entry.subject, entry.account, entry.finding)
    if not any(chosen) or "" in chosen:
        raise InvalidInput(_CODE, f"{place}: does not say what it suppresses", hint=_HINT)
    if not entry.reason.strip():
        raise InvalidInput(
            _CODE, f"{place}: the reason is empty", hint="say who decided so, and why"
        )
    return Suppression(entry.reason, _end(entry.expires, place), *chosen, place)


def _end(expires: object, place: str) -> datetime:
    """The moment at which an entry ends; of a day, its beginning in UTC."""
    if isinstance(expires, datetime) and expires.tzinfo is not None:
        return expires
    if isinstance(expires, date) and not isinstance(expires, datetime):
        return datetime.combine(expires, time(), UTC)
    raise InvalidInput(
        _CODE,
        f"{place}: expires is no day, and no time with an offset",
        hint="write 2027-01-31, or 2027-01-31T12:00:00Z",
    )


def apply(report: Report, suppressions: Iterable[Suppression], now: datetime) -> Report:
    """Return the report without what is suppressed now, which stands in ``suppressed``.

    The state of a verdict is that of what is left, unless it is worse than its findings explain:
    PASS only where everything else passed. Entries that have expired, or that are about nothing
    that was found, are told in ``troubles``. ``now`` is aware.
    """
    told = list(suppressions)
    live = [_Matcher(each) for each in told if each.expires > now]
    hidden: list[Suppressed] = []
    verdicts = tuple(_without(verdict, live, hidden) for verdict in report.verdicts)
    troubles = [
        *(_expired(each) for each in told if each.expires <= now),
        *(_unused(each.entry) for each in live if not each.used),
    ]
    return msgspec.structs.replace(
        report,
        verdicts=verdicts,
        suppressed=(*report.suppressed, *hidden),
        troubles=(*report.troubles, *troubles),
    )


class _Matcher:
    """An entry, ready to be held against findings, and whether any matched."""

    def __init__(self, entry: Suppression) -> None:
        self.entry = entry
        self.used = False
        self._subject: Glob | None = compile_glob(entry.subject) if entry.subject else None

    def matches(self, finding: Finding) -> bool:
        entry = self.entry
        found = (
            entry.check in (None, finding.check)
            and entry.account in (None, finding.account)
            and (self._subject is None or self._subject.matches(finding.subject))
            and (entry.finding is None or entry.finding == finding.id)
        )
        self.used = self.used or found
        return found


def _without(verdict: Verdict, live: list[_Matcher], hidden: list[Suppressed]) -> Verdict:
    left: list[Finding] = []
    for finding in verdict.findings:
        match = None
        if finding.state not in _CANNOT:
            match = next((each for each in live if each.matches(finding)), None)
        if match is None:
            left.append(finding)
        else:
            hidden.append(Suppressed(finding, match.entry.reason, match.entry.expires))
    if len(left) == len(verdict.findings):
        return verdict
    state = verdict.state
    if state is _worst(verdict.findings) and not verdict.reason:
        state = _worst(left)
    return msgspec.structs.replace(verdict, findings=tuple(left), state=state)


def _worst(findings: Iterable[Finding]) -> State:
    return max((each.state for each in findings), key=_ORDER.index, default=State.PASS)


def _expired(entry: Suppression) -> Trouble:
    return Trouble(
        "SuppressionExpired",
        entry.place,
        f"ended on {entry.expires:%Y-%m-%d} and is not applied; it was about {_about(entry)}",
        "decide again: mend what it is about, or write a new end",
    )


def _unused(entry: Suppression) -> Trouble:
    return Trouble(
        "SuppressionUnused",
        entry.place,
        f"is about nothing that was found: {_about(entry)}",
        "take it out if it is not needed any more; see whether its names are spelled right",
    )


def _about(entry: Suppression) -> str:
    return ", ".join(_parts(entry))


def _parts(entry: Suppression) -> Iterator[str]:
    for name in ("check", "subject", "account", "finding"):
        value = getattr(entry, name)
        if value is not None:
            yield f"{name} {value}"
