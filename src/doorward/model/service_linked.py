"""Roles that AWS services make for themselves: what is kept of their deletion."""

from __future__ import annotations

from datetime import datetime

import msgspec


class RoleDeletion(msgspec.Struct, frozen=True, tag_field="entity", tag=True):
    """A service-linked role that was deleted; ``id`` is the deletion task's.

    Here no service uses its role, so a deletion has succeeded when it is recorded.
    """

    id: str
    account: str
    completed: datetime

    @property
    def scope(self) -> str:
        """The account whose version a change of this entity raises."""
        return self.account
