"""What is known of a live directory beside it: its marks of uses, read from the store."""

from __future__ import annotations

from datetime import datetime

from doorward.analysis.observed import observed
from doorward.model.credential import AccessKey
from doorward.model.evidence import Evidence
from doorward.model.identity import Role, User
from doorward.model.snapshot import Snapshot
from doorward.model.use import Use, UseLog


def uses_of(snapshot: Snapshot, log: UseLog) -> tuple[Use, ...]:
    """Return the marks of a directory's access keys and roles, and of services by principals."""
    keys = [each.id for each in snapshot.all(AccessKey)]
    roles = [each.id for each in snapshot.all(Role)]
    users = [each.id for each in snapshot.all(User)]
    return (*log.last((*keys, *roles)).values(), *log.scoped((*users, *roles)))


def observe(snapshot: Snapshot, log: UseLog, now: datetime) -> Evidence:
    """Return the evidence of a live directory; ``now`` is when it is looked at."""
    return observed(snapshot, uses_of(snapshot, log), now)
