"""What is to be done about the credentials of each user: one table of rules, the worst first.

Sources of the rules: CIS AWS Foundations 5.0, 1.3 to 1.14; AWS Security Hub, IAM.3 to IAM.22; IAM
User Guide, "Security best practices in IAM". The numbers are ``analysis.thresholds``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Final

import msgspec

from doorward.analysis.thresholds import Thresholds
from doorward.model.evidence import ReportedUser
from doorward.results.finding import Severity
from doorward.results.hygiene import Due, Holding, Kind, Line

KEYS: Final = (Kind.KEY_1, Kind.KEY_2)
CERTIFICATES: Final = (Kind.CERTIFICATE_1, Kind.CERTIFICATE_2)


class _User(msgspec.Struct, frozen=True):
    """A row with what it holds; ``age`` is the user's own, in days."""

    row: ReportedUser
    holdings: tuple[Holding, ...]
    age: int | None
    thresholds: Thresholds

    def access_keys(self) -> list[Holding]:
        return [each for each in self.holdings if each.kind in KEYS]

    def password(self) -> Holding | None:
        return next((each for each in self.holdings if each.kind is Kind.PASSWORD), None)


def hygiene(
    rows: Iterable[ReportedUser], now: datetime, thresholds: Thresholds | None = None
) -> tuple[Line, ...]:
    """Return a line for each row: root users first, then by the worst that is due, then by name.

    ``now`` is when the rows were true; days are whole, in UTC.
    """
    lines = [_line(row, now, thresholds or Thresholds()) for row in rows]
    return tuple(sorted(lines, key=_order))


def _order(line: Line) -> tuple[object, ...]:
    worst = line.due[0].severity.rank if line.due else len(Severity)
    return (not line.is_root, worst, line.account, line.user)


def _line(row: ReportedUser, now: datetime, thresholds: Thresholds) -> Line:
    holdings = tuple(_holdings(row, now))
    user = _User(row, holdings, _days(row.created, now), thresholds)
    rules = ROOT_RULES if row.is_root else RULES
    due = tuple(Due(severity, text) for severity, rule in rules for text in rule(user))
    return Line(row.account, row.name, row.arn, row.is_root, row.mfa, holdings, due)


def _days(since: datetime | None, now: datetime) -> int | None:
    return None if since is None else max(0, (now - since).days)


def _holdings(row: ReportedUser, now: datetime) -> Iterator[Holding]:
    if row.password:
        yield Holding(
            Kind.PASSWORD,
            _days(row.password_changed, now),
            _days(row.password_used, now),
        )
    for kind, key in zip(KEYS, row.keys, strict=True):
        if key.active:
            yield Holding(kind, _days(key.rotated, now), _days(key.used, now))
    for kind, certificate in zip(CERTIFICATES, row.certificates, strict=True):
        if certificate.active:
            yield Holding(kind, _days(certificate.rotated, now))


# --- rules: each yields what is due


def _root_keys(user: _User) -> Iterator[str]:
    for key in user.access_keys():
        yield f"Delete {key.kind.value} of the root user"


def _root_mfa(user: _User) -> Iterator[str]:
    # An older report does not say whether there is a password: then there may be one.
    may_sign_in = user.row.password is not False or user.access_keys()
    if may_sign_in and not user.row.mfa:
        yield "Turn on MFA for the root user"


def _root_used(user: _User) -> Iterator[str]:
    used = [each.idle for each in user.holdings if each.idle is not None]
    if used and min(used) <= user.thresholds.root_used:
        yield f"Use a role instead of the root user, which was used {_ago(min(used))}"


def _certificates(user: _User) -> Iterator[str]:
    for each in user.holdings:
        if each.kind in CERTIFICATES:
            yield f"Delete {each.kind.value}"


def _unused_keys(user: _User) -> Iterator[str]:
    most = user.thresholds.key_unused
    for key in user.access_keys():
        if key.idle is not None and key.idle > most:
            yield f"Delete {key.kind.value}, unused for {key.idle} days"
        elif key.idle is None and key.age is not None and key.age > most:
            yield f"Delete {key.kind.value}, never used in {key.age} days"


def _unused_password(user: _User) -> Iterator[str]:
    password, most = user.password(), user.thresholds.password_unused
    if password is None:
        return
    if password.idle is not None and password.idle > most:
        yield f"Delete the password, unused for {password.idle} days"
    elif password.idle is None and password.age is not None and password.age > most:
        yield f"Delete the password, of which no use is known in {password.age} days"


def _console_mfa(user: _User) -> Iterator[str]:
    if user.password() is not None and not user.row.mfa:
        yield "Enrol an MFA device"


def _key_mfa(user: _User) -> Iterator[str]:
    if user.password() is None and user.access_keys() and not user.row.mfa:
        yield "Enrol an MFA device, or give what uses the keys a role"


def _old_keys(user: _User) -> Iterator[str]:
    for key in user.access_keys():
        if key.age is not None and key.age > user.thresholds.key_age:
            yield f"Rotate {key.kind.value}, {key.age} days old"


def _old_password(user: _User) -> Iterator[str]:
    password = user.password()
    if password is not None and (password.age or 0) > user.thresholds.password_age:
        yield f"Change the password, {password.age} days old"


def _two_keys(user: _User) -> Iterator[str]:
    if len(user.access_keys()) > 1:
        yield "Delete one of two access keys"


def _nothing(user: _User) -> Iterator[str]:
    most = user.thresholds.password_unused
    if not user.holdings and user.age is not None and user.age > most:
        yield "Delete the user, who has no credentials"


def _ago(days: int) -> str:
    return "today" if days == 0 else "a day ago" if days == 1 else f"{days} days ago"


Rule = Callable[[_User], Iterator[str]]
_Rules = tuple[tuple[Severity, Rule], ...]

ROOT_RULES: Final[_Rules] = (
    (Severity.CRITICAL, _root_keys),
    (Severity.CRITICAL, _root_mfa),
    (Severity.HIGH, _certificates),
    (Severity.HIGH, _root_used),
)
"""What is due for a root user, the worst first."""

RULES: Final[_Rules] = (
    (Severity.HIGH, _unused_password),
    (Severity.HIGH, _unused_keys),
    (Severity.HIGH, _console_mfa),
    (Severity.MEDIUM, _old_keys),
    (Severity.MEDIUM, _certificates),
    (Severity.MEDIUM, _two_keys),
    (Severity.LOW, _old_password),
    (Severity.LOW, _key_mfa),
    (Severity.LOW, _nothing),
)
"""What is due for a user, the worst first: what is not used goes before it is made safer."""
