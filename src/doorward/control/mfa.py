"""MFA devices: virtual ones created, all enabled with two real codes, deactivated, deleted.

Sources: IAM API Reference (CreateVirtualMFADevice, EnableMFADevice, DeactivateMFADevice,
ResyncMFADevice); RFC 6238 §5.2: a code is accepted once.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import msgspec

from doorward.control import messages, names, tags
from doorward.control.guesses import Guesses
from doorward.control.ids import Ids
from doorward.control.quotas import within
from doorward.control.sealing import Seal, Unseal
from doorward.control.users import Owner
from doorward.credentials import totp
from doorward.model.credential import MfaDevice, MfaKind
from doorward.model.directory import Directory, Transaction
from doorward.model.principal import Tags

_LONGEST_SERIAL = 256
"""Characters that EnableMFADevice takes of a serial number; longer, no call could name it."""


class NewDevice(msgspec.Struct, frozen=True):
    """A device with its seed (base32), the only time that anybody sees it."""

    device: MfaDevice
    seed: str

    def __repr__(self) -> str:
        """Name the device; a seed is never shown."""
        return f"NewDevice({self.device.serial})"


def get(directory: Directory, account: str, serial: str) -> MfaDevice:
    """Return an account's device; raise NoSuchEntity when there is none."""
    device = directory.get(MfaDevice, serial)
    if device is None or device.account != account:
        arn = serial.startswith("arn:")
        raise (messages.NO_SUCH_DEVICE if arn else messages.NO_SUCH_TOKEN).error(serial=serial)
    return device


def is_virtual(device: MfaDevice) -> bool:
    """Whether a device is an app's, made by CreateVirtualMFADevice."""
    return device.kind is MfaKind.VIRTUAL


def virtual(directory: Directory, account: str, serial: str) -> MfaDevice:
    """Return an account's virtual device; raise NoSuchEntity for any other."""
    device = get(directory, account, serial)
    if not is_virtual(device):
        raise messages.NO_SUCH_DEVICE.error(serial=serial)
    return device


def of(directory: Directory, owner: Owner) -> tuple[MfaDevice, ...]:
    """Return the devices enabled for an owner, by serial number."""
    return directory.find(MfaDevice, owner_id=owner.id)


def enabled(directory: Directory, owner: Owner, serial: str) -> MfaDevice:
    """Return a device that is enabled for ``owner``; raise NoSuchEntity for any other."""
    device = get(directory, owner.account, serial)
    if device.owner_id != owner.id:
        raise messages.DEVICE_NOT_ENABLED.error(serial=serial)
    return device


def create(
    transaction: Transaction,
    account: str,
    *,
    name: str,
    path: str | None = None,
    given_tags: Tags = (),
    now: datetime,
    ids: Ids,
    seal: Seal,
) -> NewDevice:
    """Create a device that nobody uses yet.

    Raises ``ControlError``: EntityAlreadyExists, ValidationError, InvalidInput, LimitExceeded.
    """
    serial = f"arn:aws:iam::{account}:mfa{names.path(path)}{name}"
    if len(serial) > _LONGEST_SERIAL:
        raise messages.LONG_SERIAL.error(serial=serial, limit=_LONGEST_SERIAL)
    if transaction.get(MfaDevice, serial) is not None:
        raise messages.DEVICE_EXISTS.error()
    held = [each for each in transaction.find(MfaDevice, account=account) if is_virtual(each)]
    within(transaction, account, "VirtualMFADevicesPerAccount", len(held) + 1)
    seed = ids.seed()
    device = MfaDevice(
        serial=serial,
        account=account,
        sealed_seed=seal(seed.encode(), (account, serial, "totp")),
        created=now,
        tags=tags.merged((), given_tags, tags.exact),
    )
    transaction.add(device)
    return NewDevice(device, seed)


def enable(
    transaction: Transaction,
    owner: Owner,
    serial: str,
    codes: tuple[str, str],
    *,
    now: datetime,
    unseal: Unseal,
    guesses: Guesses,
) -> MfaDevice:
    """Give a device to a user that proves to hold it by two consecutive codes.

    Raises ``ControlError``: NoSuchEntity, EntityAlreadyExists when somebody uses it,
    LimitExceeded above eight, InvalidAuthenticationCode.
    """
    device = get(transaction, owner.account, serial)
    if device.owner_id is not None:
        raise messages.DEVICE_IN_USE.error()
    within(transaction, owner.account, "MFADevicesPerUser", len(of(transaction, owner)) + 1)
    stepped = _stepped(device, codes, now=now, unseal=unseal, guesses=guesses)
    changed = msgspec.structs.replace(stepped, owner_id=owner.id, enabled=now)
    transaction.put(changed)
    return changed


def resync(
    transaction: Transaction,
    owner: Owner,
    serial: str,
    codes: tuple[str, str],
    *,
    now: datetime,
    unseal: Unseal,
    guesses: Guesses,
) -> MfaDevice:
    """Bring an enabled device into step again by two consecutive codes; raises as ``enable``."""
    device = enabled(transaction, owner, serial)
    changed = _stepped(device, codes, now=now, unseal=unseal, guesses=guesses)
    transaction.put(changed)
    return changed


def deactivate(transaction: Transaction, owner: Owner, serial: str) -> MfaDevice:
    """Take a device from its user; the codes used so far stay used. Raises NoSuchEntity.

    A security key is its user's alone: with the user it loses, there is no such key any more.
    """
    device = enabled(transaction, owner, serial)
    changed = msgspec.structs.replace(device, owner_id=None, enabled=None)
    if device.kind is MfaKind.FIDO:
        transaction.remove(device)
        return changed
    transaction.put(changed)
    return changed


def delete(transaction: Transaction, device: MfaDevice) -> None:
    """Delete a device that nobody uses; raise DeleteConflict otherwise."""
    if device.owner_id is not None:
        raise messages.DEVICE_ASSIGNED.error()
    transaction.remove(device)


def tag(transaction: Transaction, device: MfaDevice, given: Tags) -> MfaDevice:
    """Add tags to a device, or replace them; raises InvalidInput, LimitExceeded."""
    changed = msgspec.structs.replace(device, tags=tags.merged(device.tags, given, tags.exact))
    transaction.put(changed)
    return changed


def untag(transaction: Transaction, device: MfaDevice, keys: Iterable[str]) -> MfaDevice:
    """Remove tags from a device; keys that it does not have are no error."""
    changed = msgspec.structs.replace(device, tags=tags.without(device.tags, keys, tags.exact))
    transaction.put(changed)
    return changed


def _seed(device: MfaDevice, unseal: Unseal) -> str:
    return unseal(device.sealed_seed, (device.account, device.serial, "totp")).decode()


def _stepped(
    device: MfaDevice,
    codes: tuple[str, str],
    *,
    now: datetime,
    unseal: Unseal,
    guesses: Guesses,
) -> MfaDevice:
    """Return the device in step with its second of two consecutive codes, or raise."""
    if device.kind is MfaKind.FIDO:
        raise messages.INVALID_CODE.error()
    step = guesses.judged(
        device.serial,
        now,
        lambda: totp.verify_consecutive(
            _seed(device, unseal), *codes, now=now, last_step=device.last_step
        ),
    )
    if step is None:
        raise messages.INVALID_CODE.error()
    return msgspec.structs.replace(device, last_step=step, drift=totp.drift(step, now))
