"""Who used what, when last: marks kept of the calls that are authenticated.

Sources: IAM API Reference, AccessKeyLastUsed and RoleLastUsed; IAM User Guide, "Refine permissions
in AWS using last accessed information". A mark is no change of an estate and raises no version.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Protocol

import msgspec

GRANULARITY = timedelta(minutes=15)
"""Of several uses in a span of this length, the first is kept (IAM User Guide, "Generate
credential reports": "When an access key is used more than once in a 15-minute span, only the
first use is recorded")."""

TRACKED = timedelta(days=400)
"""How far back IAM tells of uses."""

WHOLE = ""
"""The scope of a mark of its subject as a whole."""


class Use(msgspec.Struct, frozen=True):
    """The last use of a key, user or role: of it as a whole, of a service, or of an action by it.

    ``subject`` is an access key's id, or the unique id of a user or role (the account's id for the
    root user). ``scope`` is ``WHOLE``, a service's prefix (``iam``) or an action
    (``iam:GetUser``). ``service`` and ``region`` are those of the call. Denied calls count too.
    """

    subject: str
    scope: str
    account: str
    time: datetime
    service: str
    region: str

    @property
    def key(self) -> tuple[str, str]:
        """What there is one mark of."""
        return self.subject, self.scope


def kept(old: Use | None, new: Use) -> Use:
    """Return which of two marks of one thing is kept."""
    return new if old is None or new.time >= old.time + GRANULARITY else old


class UseLog(Protocol):
    """The marks of uses."""

    def note(self, uses: tuple[Use, ...]) -> None:
        """Keep marks; one within ``GRANULARITY`` after the one that is there changes nothing."""
        ...

    def last(self, subjects: Iterable[str]) -> Mapping[str, Use]:
        """Return the marks of subjects as a whole, by subject; none for what was never used."""
        ...

    def scoped(self, subjects: Iterable[str]) -> tuple[Use, ...]:
        """Return the marks of services and actions used by any of ``subjects``, in no order."""
        ...
