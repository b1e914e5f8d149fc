"""The MFA code that AssumeRole and GetSessionToken take: checked before, spent within.

A code is looked at twice: when the call is judged, against the current snapshot, because trust
policies ask for MFA; and in the transaction that issues the session, where it is spent, so that no
two calls can use the same code. Wrong codes are counted; to a locked device every code is wrong.
"""

from __future__ import annotations

import msgspec

from doorward.api.call import Caller, Read, Write
from doorward.control.errors import ControlError
from doorward.credentials import totp
from doorward.model.credential import MfaDevice, MfaKind
from doorward.model.directory import Directory

_FAILED = "MultiFactorAuthentication failed with invalid MFA one time pass code."
_BOTH = (
    "MultiFactorAuthentication failed, must provide both MFA serial number and one time pass code."
)


def mfa_context(call: Read, serial: str | None, code: str | None) -> dict[str, str]:
    """Return the MFA condition keys that this very call earns: none when it gives no code.

    Raises ``ControlError`` (AccessDenied) when the code is wrong, spent or incomplete.
    """
    if serial is None and code is None:
        return {}
    _accepted(call, call.directory, serial, code)
    return {"aws:MultiFactorAuthPresent": "true", "aws:MultiFactorAuthAge": "0"}


SPENDS = frozenset({"SerialNumber", "TokenCode"})
"""The members by which a call spends a code, and so changes the directory."""


def spend(call: Read, serial: str | None, code: str | None) -> int | None:
    """Spend the code; return when MFA was given (epoch seconds), or ``None`` without a code.

    Raises ``TypeError`` when there is a code and the call does not write.
    """
    if serial is None and code is None:
        return None
    if not isinstance(call, Write):
        raise TypeError("a code is spent by a call that writes")
    device, step = _accepted(call, call.transaction, serial, code)
    call.transaction.put(msgspec.structs.replace(device, last_step=step))
    return int(call.now.timestamp())


def inherited(caller: Caller) -> int | None:
    """Return when MFA was given for the session that calls, if it is a user's own."""
    claims = caller.claims
    return claims.mfa_authenticated_at if claims and claims.kind == "SessionToken" else None


def _accepted(
    call: Read, directory: Directory, serial: str | None, code: str | None
) -> tuple[MfaDevice, int]:
    """Return the caller's device and the time step of the code, which must be fresh."""
    if serial is None or code is None:
        raise ControlError("AccessDenied", _BOTH)
    device = directory.get(MfaDevice, serial)
    owner = call.caller.user_id
    if device is None or device.owner_id != owner or device.enabled is None:
        raise ControlError("AccessDenied", _FAILED)
    if device.kind is MfaKind.FIDO:  # its key signs for web pages; it has no codes
        raise ControlError("AccessDenied", _FAILED)
    step = call.guesses.judged(
        serial,
        call.now,
        lambda: totp.verify(
            _seed(call, device),
            code,
            now=call.now,
            last_step=device.last_step,
            drift=device.drift,
        ),
    )
    if step is None:
        raise ControlError("AccessDenied", _FAILED)
    return device, step


def _seed(call: Read, device: MfaDevice) -> str:
    """Open the device's seed."""
    return call.vault.unseal(device.sealed_seed, (device.account, device.serial, "totp")).decode()
