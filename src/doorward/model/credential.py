"""What identities prove themselves with: access keys and MFA devices. Secrets are sealed bytes."""

from __future__ import annotations

import enum
from datetime import datetime

import msgspec

from doorward.model.principal import Tags


class KeyStatus(enum.Enum):
    """Whether an access key may be used."""

    ACTIVE = "Active"
    INACTIVE = "Inactive"


class AccessKey(msgspec.Struct, frozen=True, tag_field="entity", tag=True):
    """A long-term access key (AKIA…) of a user.

    ``owner_id`` is the owner's unique id (AIDA…; the account id for the root user);
    ``sealed_secret`` is readable by ``credentials.sealing`` alone, under the context
    ``(account, owner_id, id)``.
    """

    id: str
    account: str
    owner_id: str
    sealed_secret: bytes
    created: datetime
    status: KeyStatus = KeyStatus.ACTIVE

    @property
    def scope(self) -> str:
        """The account whose version a change of this entity raises."""
        return self.account


class MfaDevice(msgspec.Struct, frozen=True, tag_field="entity", tag=True):
    """A virtual MFA device. ``owner_id`` is set once it is enabled for a user.

    ``sealed_seed`` is sealed under the context ``(account, serial, "totp")``. ``last_step`` is the
    TOTP time step of the last code accepted: no code of that step or before is accepted again.
    """

    serial: str
    account: str
    sealed_seed: bytes
    created: datetime
    owner_id: str | None = None
    enabled: datetime | None = None
    last_step: int = 0
    tags: Tags = ()

    @property
    def scope(self) -> str:
        """The account whose version a change of this entity raises."""
        return self.account
