"""What identities prove themselves with: access keys, MFA devices, passwords and their rules.

Secrets that have to be known again are sealed bytes; of passwords only hashes are kept.
"""

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


class MfaKind(enum.Enum):
    """What an MFA device is: its serial number tells."""

    VIRTUAL = "virtual"
    HARDWARE = "hardware"
    FIDO = "fido"
    SMS = "sms"  # of exported estates only: AWS gives it to nobody any more


_KINDS = {"u2f": MfaKind.FIDO, "sms-mfa": MfaKind.SMS}
"""What the ARNs of devices that are not virtual (``mfa/``) begin with, after the account."""


class MfaDevice(msgspec.Struct, frozen=True, tag_field="entity", tag=True):
    """An MFA device. ``owner_id`` is set once it is enabled for a user.

    ``sealed_seed`` is sealed under the context ``(account, serial, "totp")``; a security key has
    none. ``last_step`` is the TOTP time step of the last code accepted, by the device's own clock:
    no code of that step or before is accepted again. ``drift`` is by how many steps that clock
    goes before ours. ``certifications`` of a security key are pairs (name, level).
    """

    serial: str
    account: str
    sealed_seed: bytes
    created: datetime
    owner_id: str | None = None
    enabled: datetime | None = None
    last_step: int = 0
    tags: Tags = ()
    drift: int = 0
    certifications: Tags = ()

    @property
    def kind(self) -> MfaKind:
        """What it is, as its serial number tells (IAM User Guide, "IAM identifiers")."""
        if not self.serial.startswith("arn:"):
            return MfaKind.HARDWARE
        form = self.serial.split(":")[5].partition("/")[0]
        return _KINDS.get(form, MfaKind.VIRTUAL)

    @property
    def scope(self) -> str:
        """The account whose version a change of this entity raises."""
        return self.account


class LoginProfile(msgspec.Struct, frozen=True, tag_field="entity", tag=True):
    """A user's password for signing in, as an argon2id hash.

    ``user_id`` is the account's for the root user, whose hash is empty: it has none chosen yet.
    ``created`` is when the user first got a password, ``changed`` when it got this one.
    ``earlier_hashes`` are of its last passwords, the latest first. ``max_session`` is in seconds.
    """

    user_id: str
    account: str
    password_hash: str
    created: datetime
    changed: datetime
    reset_required: bool = False
    max_session: int | None = None
    earlier_hashes: tuple[str, ...] = ()

    @property
    def scope(self) -> str:
        """The account whose version a change of this entity raises."""
        return self.account

    def __repr__(self) -> str:
        """Name the user; hashes are not shown."""
        return f"LoginProfile({self.user_id})"


class PasswordPolicy(msgspec.Struct, frozen=True, tag_field="entity", tag=True):
    """An account's own rules for its users' passwords.

    ``max_age`` is in days, ``reuse_prevention`` counts earlier passwords; 0 is no rule.
    ``users_may_change`` lets every user change the own password. The defaults are those of
    UpdateAccountPasswordPolicy.
    """

    account: str
    minimum_length: int = 6
    require_symbols: bool = False
    require_numbers: bool = False
    require_uppercase: bool = False
    require_lowercase: bool = False
    users_may_change: bool = False
    max_age: int = 0
    reuse_prevention: int = 0
    hard_expiry: bool = False

    @property
    def scope(self) -> str:
        """The account whose version a change of this entity raises."""
        return self.account
