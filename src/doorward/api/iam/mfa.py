"""MFA devices: create virtual ones, enable, resync, deactivate, delete, list, tag."""

from __future__ import annotations

import msgspec

from doorward.api.call import Read, Write
from doorward.api.iam import facts, shapes
from doorward.api.iam.facts import about
from doorward.api.operation import operation
from doorward.api.pages import Page, page
from doorward.control import messages, mfa, security_keys
from doorward.control.mfa import NewDevice
from doorward.credentials import totp
from doorward.model.credential import MfaDevice
from doorward.model.directory import one
from doorward.model.identity import User
from doorward.model.organization import Account

_CODES = frozenset({"AuthenticationCode1", "AuthenticationCode2"})
"""What no event may carry, beyond what the service model marks as sensitive."""


class Named(msgspec.Struct, frozen=True):
    """A device and the name of its user, ``None`` for the root user."""

    device: MfaDevice
    user_name: str | None


class Assigned(msgspec.Struct, frozen=True):
    """A virtual device and whom it is enabled for, ``None`` for nobody."""

    device: MfaDevice
    holder: User | Account | None


def _created(new: NewDevice) -> shapes.Shape:
    """Project a device with its seed and QR code, once."""
    name = new.device.serial.rpartition("/")[2]
    return {
        "VirtualMFADevice": {
            "SerialNumber": new.device.serial,
            "Base32StringSeed": new.seed.encode(),
            "QRCodePNG": totp.qr_code_png(new.seed, device=name, account=new.device.account),
            "Tags": shapes.tag_list(new.device.tags),
        }
    }


def _listed(named: Named) -> shapes.Shape:
    return shapes.mfa_device(named.device, named.user_name)


def _key(named: Named) -> shapes.Shape:
    """Project a security key; one without known certifications has none to show."""
    known = dict(named.device.certifications) or None
    return _listed(named) | {"Certifications": known}


def _virtual(assigned: Assigned) -> shapes.Shape:
    return {
        "SerialNumber": assigned.device.serial,
        "EnableDate": assigned.device.enabled,
        "User": shapes.anybody(assigned.holder) if assigned.holder else None,
    }


@operation(
    "iam",
    "CreateVirtualMFADevice",
    asks=about(facts.new_device, facts.request_tags, tagging="iam:TagMFADevice"),
    answer=_created,
)
def create_virtual_mfa_device(
    call: Write,
    *,
    virtual_mfa_device_name: str,
    path: str | None = None,
    tags: list[dict[str, str]] | None = None,
) -> NewDevice:
    """Create a device and return its seed, this once."""
    return mfa.create(
        call.transaction,
        call.caller.account,
        name=virtual_mfa_device_name,
        path=path,
        given_tags=facts.pairs(tags),
        now=call.now,
        ids=call.ids,
        seal=call.vault.seal,
    )


@operation("iam", "EnableMFADevice", asks=about(facts.user), redact=_CODES)
def enable_mfa_device(
    call: Write,
    *,
    user_name: str,
    serial_number: str,
    authentication_code1: str,
    authentication_code2: str,
) -> None:
    """Enable a device for a user that proves by two consecutive codes to hold it."""
    mfa.enable(
        call.transaction,
        facts.owner(call, user_name),
        serial_number,
        (authentication_code1, authentication_code2),
        now=call.now,
        unseal=call.vault.unseal,
        guesses=call.guesses,
    )


@operation("iam", "ResyncMFADevice", asks=about(facts.user), redact=_CODES)
def resync_mfa_device(
    call: Write,
    *,
    user_name: str,
    serial_number: str,
    authentication_code1: str,
    authentication_code2: str,
) -> None:
    """Bring an enabled device into step by two consecutive codes."""
    mfa.resync(
        call.transaction,
        facts.owner(call, user_name),
        serial_number,
        (authentication_code1, authentication_code2),
        now=call.now,
        unseal=call.vault.unseal,
        guesses=call.guesses,
    )


@operation("iam", "DeactivateMFADevice", asks=about(facts.user))
def deactivate_mfa_device(
    call: Write, *, serial_number: str, user_name: str | None = None
) -> None:
    """Take a device from its user."""
    mfa.deactivate(call.transaction, facts.owner(call, user_name), serial_number)


@operation("iam", "DeleteVirtualMFADevice", asks=about(facts.device))
def delete_virtual_mfa_device(call: Write, *, serial_number: str) -> None:
    """Delete a device that nobody uses."""
    device = mfa.virtual(call.transaction, call.caller.account, serial_number)
    mfa.delete(call.transaction, device)


@operation(
    "iam",
    "ListMFADevices",
    asks=about(facts.user),
    answer=shapes.paged("MFADevices", _listed),
)
def list_mfa_devices(
    call: Read,
    *,
    user_name: str | None = None,
    marker: str | None = None,
    max_items: int | None = None,
) -> Page[Named]:
    """Return the devices enabled for a user."""
    owner = facts.owner(call, user_name)
    return page(
        (Named(device, owner.name) for device in mfa.of(call.directory, owner)),
        lambda named: named.device.serial,
        marker,
        max_items,
        messages.INVALID_MARKER,
    )


@operation(
    "iam",
    "ListVirtualMFADevices",
    asks=about(facts.everything),
    answer=shapes.paged("VirtualMFADevices", _virtual),
)
def list_virtual_mfa_devices(
    call: Read,
    *,
    assignment_status: str | None = None,
    marker: str | None = None,
    max_items: int | None = None,
) -> Page[Assigned]:
    """Return the account's virtual devices: ``Assigned``, ``Unassigned`` or ``Any``."""
    wanted = {"Assigned": (True,), "Unassigned": (False,)}.get(
        assignment_status or "Any", (True, False)
    )
    found = call.directory.find(MfaDevice, account=call.caller.account)
    return page(
        (
            Assigned(device, _holder(call, device))
            for device in found
            if mfa.is_virtual(device) and (device.owner_id is not None) in wanted
        ),
        lambda assigned: assigned.device.serial,
        marker,
        max_items,
        messages.INVALID_MARKER,
    )


@operation("iam", "GetMFADevice", asks=about(facts.user), answer=_key)
def get_mfa_device(call: Read, *, serial_number: str, user_name: str | None = None) -> Named:
    """Return a user's security key ("we only accept FIDO security key ARNs")."""
    owner = facts.owner(call, user_name)
    return Named(security_keys.key(call.directory, owner, serial_number), owner.name)


@operation("iam", "TagMFADevice", asks=about(facts.device, facts.request_tags))
def tag_mfa_device(call: Write, *, serial_number: str, tags: list[dict[str, str]]) -> None:
    """Add tags to a device, or replace them."""
    device = mfa.virtual(call.transaction, call.caller.account, serial_number)
    mfa.tag(call.transaction, device, facts.pairs(tags))


@operation("iam", "UntagMFADevice", asks=about(facts.device, facts.removed_tags))
def untag_mfa_device(call: Write, *, serial_number: str, tag_keys: list[str]) -> None:
    """Remove tags from a device."""
    device = mfa.virtual(call.transaction, call.caller.account, serial_number)
    mfa.untag(call.transaction, device, tag_keys)


@operation(
    "iam",
    "ListMFADeviceTags",
    asks=about(facts.device),
    answer=shapes.paged("Tags", shapes.tag),
)
def list_mfa_device_tags(
    call: Read, *, serial_number: str, marker: str | None = None, max_items: int | None = None
) -> Page[tuple[str, str]]:
    """Return a device's tags by key."""
    device = mfa.virtual(call.directory, call.caller.account, serial_number)
    return facts.tags_page(device.tags, marker, max_items)


def _holder(call: Read, device: MfaDevice) -> User | Account | None:
    """Return whom a device is enabled for."""
    if device.owner_id is None:
        return None
    if device.owner_id == device.account:
        return call.directory.get(Account, device.account)
    return one(call.directory, User, id=device.owner_id)
