"""MFA devices that no call of IAM makes: hardware tokens and FIDO security keys.

AWS knows the seeds of the tokens that it admits from who makes them, and its console registers
security keys. Here an operator gives the seed of a token, by the token's serial number, before
IAM's EnableMFADevice is called for it; and records that a user has a key. A key is no one-time
password: no call of IAM or STS takes one, on AWS neither.

Sources: IAM User Guide, "Assign a hardware TOTP token", "Assign a passkey or security key",
"Secure API access with MFA" (no FIDO there), "IAM identifiers" (ARNs of keys).
"""

from __future__ import annotations

import base64
import binascii
import re
from datetime import datetime

from doorward.control import messages
from doorward.control.errors import ControlError
from doorward.control.ids import Ids
from doorward.control.mfa import of
from doorward.control.quotas import limit
from doorward.control.sealing import Seal
from doorward.control.users import Owner
from doorward.model.credential import MfaDevice, MfaKind
from doorward.model.directory import Directory, Transaction
from doorward.model.identity import User
from doorward.model.principal import Tags
from doorward.policy.folding import fold

SHORTEST_SEED = 16
"""Bytes: RFC 4226, requirement R6: "at least 128 bits"."""

_TOKEN = re.compile(r"[A-Za-z0-9-]{9,256}")


def token(directory: Directory, account: str, serial: str) -> MfaDevice:
    """Return an account's hardware token; raise ResourceNotFoundException for any other."""
    found = directory.get(MfaDevice, serial)
    if found is None or found.account != account or found.kind is not MfaKind.HARDWARE:
        raise ControlError("ResourceNotFoundException", f"There is no token {serial}.")
    return found


def tokens(directory: Directory, account: str) -> tuple[MfaDevice, ...]:
    """Return the hardware tokens of an account, by serial number."""
    held = directory.find(MfaDevice, account=account)
    return tuple(device for device in held if device.kind is MfaKind.HARDWARE)


def register(
    transaction: Transaction, account: str, serial: str, seed: str, *, now: datetime, seal: Seal
) -> MfaDevice:
    """Make a hardware token known, by its seed (base32), so that it can be enabled for a user.

    Raises ``ControlError``: ValidationException for a serial number that no token can have or a
    seed that is none, ConflictException for a token that is known already, here or elsewhere.
    """
    if not _TOKEN.fullmatch(serial):
        raise ControlError(
            "ValidationException", "A token's serial number has 9 to 256 letters, digits, hyphens."
        )
    checked = _seed(seed)
    if transaction.get(MfaDevice, serial) is not None:
        raise ControlError("ConflictException", f"The token {serial} is registered already.")
    device = MfaDevice(
        serial=serial,
        account=account,
        sealed_seed=seal(checked.encode(), (account, serial, "totp")),
        created=now,
    )
    transaction.add(device)
    return device


def forget(transaction: Transaction, device: MfaDevice) -> None:
    """Forget a hardware token and its seed; raise ConflictException while somebody uses it."""
    if device.owner_id is not None:
        raise ControlError(
            "ConflictException", f"The token {device.serial} is in use: deactivate it before."
        )
    transaction.remove(device)


def holder(directory: Directory, account: str, name: str) -> Owner:
    """Return the user with this name; raise ResourceNotFoundException when there is none."""
    user = directory.get(User, account, fold(name))
    if user is None:
        raise ControlError("ResourceNotFoundException", f"There is no user {name}.")
    return Owner(account, user.id, user.name)


def record_key(
    transaction: Transaction,
    owner: Owner,
    name: str,
    certifications: Tags = (),
    *,
    now: datetime,
    ids: Ids,
) -> MfaDevice:
    """Record that somebody has a FIDO security key.

    Raises ``ControlError`` (ConflictException) for a ninth device.
    """
    most = limit(transaction, owner.account, "MFADevicesPerUser")
    if len(of(transaction, owner)) >= most:
        raise ControlError("ConflictException", f"Nobody has more than {most} MFA devices.")
    place = f"u2f/user/{owner.name}" if owner.name is not None else "u2f/root-account"
    device = MfaDevice(
        serial=f"arn:aws:iam::{owner.account}:{place}/{name}-{ids.security_key()}",
        account=owner.account,
        sealed_seed=b"",
        created=now,
        owner_id=owner.id,
        enabled=now,
        certifications=certifications,
    )
    transaction.add(device)
    return device


def key(directory: Directory, owner: Owner, serial: str) -> MfaDevice:
    """Return a security key of ``owner``; raise NoSuchEntity for any other, or another device."""
    device = directory.get(MfaDevice, serial)
    if device is None or device.owner_id != owner.id or device.kind is not MfaKind.FIDO:
        raise messages.NO_SUCH_KEY_DEVICE.error(serial=serial)
    return device


def _seed(text: str) -> str:
    """Return a seed in base32 without spaces; raise ValidationException for one that is none."""
    seed = "".join(text.split()).rstrip("=").upper()
    try:
        plain = base64.b32decode(seed + "=" * (-len(seed) % 8))
    except (binascii.Error, ValueError):
        plain = b""
    if len(plain) < SHORTEST_SEED:
        raise ControlError(
            "ValidationException", f"A seed is base32 of at least {SHORTEST_SEED} bytes."
        )
    return seed
