"""Checks of users' MFA devices."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from doorward.analysis.command import aws
from doorward.analysis.held import devices
from doorward.analysis.registry import PASSED, Miss, Passed, Scope, check
from doorward.model.credential import MfaDevice, MfaKind
from doorward.model.evidence import Source
from doorward.model.identity import User
from doorward.results.finding import Remedy, Severity

_SOFT: Final = frozenset({MfaKind.VIRTUAL, MfaKind.SMS})
_CODES: Final = {"authentication_code1": "<code1>", "authentication_code2": "<code2>"}


def _enrolled(scope: Scope, name: str, arn: str) -> Remedy:
    """Return how a user gets a virtual device."""
    serial = f"{arn.partition(':iam:')[0]}:iam::{scope.id}:mfa/{name}"
    return Remedy(
        "Have the user register a security key or passkey in the console; or give them an app's"
        " device: they scan the picture and tell two codes in a row.",
        (
            aws(
                "iam", "create-virtual-mfa-device", virtual_mfa_device_name=name,
                outfile=f"{name}.png", bootstrap_method="QRCodePNG",
            ),
            aws("iam", "enable-mfa-device", user_name=name, serial_number=serial, **_CODES),
        ),
    )  # fmt: skip


@check(
    "user.mfa_console",
    "Users who can sign in to the console have MFA",
    Severity.HIGH,
    needs=(Source.CREDENTIAL_REPORT,),
    practices=("BP19", "BP18"),
    references={"cis5": "1.9", "cis7": "2.10", "hub": "IAM.5"},
)
def console(scope: Scope) -> Iterator[Passed | Miss]:
    """Fails when a user has a password and no MFA device.

    Passwords are guessed, reused and phished; a second factor is what is left then. Users without
    a password, and the root user (``root.mfa``), are not looked at.
    """
    for row in scope.users:
        if not row.password or row.mfa:
            yield PASSED
        else:
            yield Miss(
                row.arn, "a password and no MFA device", remedy=_enrolled(scope, row.name, row.arn)
            )


@check(
    "user.mfa_any",
    "Every user has MFA",
    Severity.MEDIUM,
    needs=((Source.CREDENTIAL_REPORT, Source.MFA_DEVICES),),
    practices=("BP19",),
    references={"hub": "IAM.19"},
)
def every_user(scope: Scope) -> Iterator[Passed | Miss]:
    """Fails when a user has no MFA device, whether it has a password or not.

    Policies can ask for MFA of calls with access keys, too; they can ask only who has a device. A
    program's user fails: what it needs is a role.
    """
    for name, arn, has_mfa in _users(scope):
        if has_mfa:
            yield PASSED
        else:
            yield Miss(arn, "no MFA device", remedy=_enrolled(scope, name, arn))


def _users(scope: Scope) -> Iterator[tuple[str, str, bool]]:
    """Yield each user's name, ARN, and whether a device is enabled for it."""
    if scope.evidence.knows(scope.id, Source.CREDENTIAL_REPORT):
        yield from ((row.name, row.arn, row.mfa) for row in scope.users)
        return
    for user in scope.snapshot.find(User, account=scope.id):
        yield user.name, user.arn, bool(devices(scope, user.id))


@check(
    "user.hw_mfa",
    "Users' MFA devices are hardware",
    Severity.HIGH,
    needs=(Source.MFA_DEVICES,),
    practices=("BP19",),
)
def hardware(scope: Scope) -> Iterator[Passed | Miss]:
    """Fails when a user has no MFA device, or one that is virtual or gets its codes by SMS.

    What a device is its serial number tells: an ARN with ``mfa/`` is virtual, one with
    ``sms-mfa/`` SMS, one with ``u2f/`` a security key or passkey; no ARN is a hardware token.
    """
    for user in scope.snapshot.find(User, account=scope.id):
        held = devices(scope, user.id)
        soft = [each for each in held if each.kind in _SOFT]
        if held and not soft:
            yield PASSED
            continue
        kinds = " and ".join(sorted({each.kind.value for each in soft}))
        yield Miss(
            user.arn,
            f"its MFA is {kinds}" if soft else "no MFA device",
            facts=tuple((each.kind.value, each.serial) for each in held),
            remedy=_hardened(user, soft, has_hardware=len(held) > len(soft)),
        )


def _hardened(user: User, soft: list[MfaDevice], *, has_hardware: bool) -> Remedy:
    """Return how a user gets a hardware token, if it has none, and nothing else stays."""
    enable = aws(
        "iam", "enable-mfa-device", user_name=user.name, serial_number="<token-serial>", **_CODES
    )
    return Remedy(
        "Have the user register a security key in the console, or enable a hardware token by its"
        " serial number and two codes in a row; then take the other devices off.",
        (
            *(() if has_hardware else (enable,)),
            *(command for device in soft for command in _taken_off(user, device)),
        ),
    )


def _taken_off(user: User, device: MfaDevice) -> tuple[str, ...]:
    """Return the commands that take a device from a user, and delete it if it is an app's."""
    serial = device.serial
    off = aws("iam", "deactivate-mfa-device", user_name=user.name, serial_number=serial)
    if device.kind is MfaKind.VIRTUAL:
        return off, aws("iam", "delete-virtual-mfa-device", serial_number=serial)
    return (off,)


@check(
    "user.mfa_sms",
    "No user's codes are sent by SMS",
    Severity.MEDIUM,
    needs=(Source.MFA_DEVICES,),
    practices=("BP19",),
)
def sms(scope: Scope) -> Iterator[Passed | Miss]:
    """Fails when a user has an MFA device that is a telephone number.

    Text messages are read by whoever takes over the number. AWS has ended them; a device that is
    left of that time is no second factor.
    """
    for user in scope.snapshot.find(User, account=scope.id):
        texted = [each for each in devices(scope, user.id) if each.kind is MfaKind.SMS]
        if not texted:
            yield PASSED
            continue
        yield Miss(
            user.arn,
            "its codes are sent by SMS",
            facts=tuple(("device", each.serial) for each in texted),
            remedy=Remedy(
                "Give the user another device, then take this one off.",
                tuple(command for each in texted for command in _taken_off(user, each)),
            ),
        )
