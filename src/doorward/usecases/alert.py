"""Alerts: what an audit found that the one before did not, told to a webhook."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import urlsplit

from doorward.errors import ConfigurationError
from doorward.results.difference import Became, Difference, Shift
from doorward.results.finding import Severity
from doorward.wire.webhook import NotTaken, post

MOST_TOLD: Final = 50
"""How many findings a message has; ``more`` says how many there are beside."""

_ALARMING: Final = (Became.NEW, Became.REOPENED, Became.CHANGED)
_TRIES: Final = 3
_PAUSE: Final = 2.0
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})


def message(difference: Difference, least: Severity) -> dict[str, Any] | None:
    """Return what to tell of a difference, ``None`` if nothing is new that is as bad as ``least``.

    ``text`` is for people; chat services show that member.
    """
    shifts = [
        shift
        for shift in difference.shifts
        if shift.became in _ALARMING and shift.finding.severity.rank <= least.rank
    ]
    lapses = len(difference.lapses)
    if not shifts and not lapses:
        return None
    text = f"Doorward: {len(shifts)} new in {difference.estates[1]}"
    text += f", {lapses} checks no longer carried out" if lapses else ""
    told = [_told(shift) for shift in shifts[:MOST_TOLD]]
    return {
        "text": "\n".join([text, *(f"{each['severity']}: {each['message']}" for each in told)]),
        "estate": difference.estates[1],
        "before": difference.before.isoformat(),
        "after": difference.after.isoformat(),
        "findings": told,
        "more": len(shifts) - len(told),
        "lapses": [
            {"check": each.check, "account": each.account, "state": each.after.value}
            for each in difference.lapses[:MOST_TOLD]
        ],
    }


def _told(shift: Shift) -> dict[str, str]:
    finding = shift.finding
    return {
        "id": finding.id,
        "became": shift.became.value,
        "check": finding.check,
        "severity": finding.severity.value,
        "account": finding.account,
        "subject": finding.subject,
        "message": finding.message,
    }


def checked(url: str) -> str:
    """Return the URL of a webhook; raises ``ConfigurationError`` for one that tells in clear."""
    parts = urlsplit(url)
    if not parts.hostname or parts.scheme not in {"https", "http"}:
        raise ConfigurationError("the webhook must be an https URL")
    if parts.scheme == "http" and parts.hostname not in _LOOPBACK:
        raise ConfigurationError("the webhook must be an https URL: it is not on this machine")
    return url


def _pause(seconds: float) -> None:
    threading.Event().wait(seconds)


def send(
    url: str,
    told: dict[str, Any],
    secret: str | None,
    *,
    pause: Callable[[float], None] = _pause,
) -> None:
    """Post a message, signed where there is a secret, in three tries; raises ``NotTaken``."""
    for attempt in range(1, _TRIES + 1):
        try:
            post(url, told, secret)
        except NotTaken:
            if attempt == _TRIES:
                raise
            pause(_PAUSE * attempt)
        else:
            return
