"""Checks of the root user: the one that no policy of its account limits."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from doorward.analysis.command import aws
from doorward.analysis.held import (
    KEY_ID,
    RootUser,
    certificates,
    days,
    devices,
    moment,
    root_user,
)
from doorward.analysis.registry import PASSED, Miss, Passed, Scope, check
from doorward.model.credential import AccessKey, KeyStatus, MfaDevice, MfaKind
from doorward.model.evidence import Source
from doorward.results.finding import Remedy, Severity, State

_TOLD = (Source.CREDENTIAL_REPORT, Source.SUMMARY)
_REPORT_AGAIN = Remedy(
    "Generate the credential report again, and bring all of it: its first row is the root user's."
)

_REGISTER = (
    "Sign in as the root user, and register at least two MFA devices in the console, under"
    " Security credentials: a security key or hardware token, kept in a safe, and one to fall back"
    " on. Where the organization manages root access centrally, delete the credentials of members'"
    " root users instead."
)


def _unknown(root: RootUser) -> Miss:
    """Return what is said where neither the report nor the summary tells of the root user."""
    return Miss(
        root.arn,
        "nothing that was brought tells of the root user",
        remedy=_REPORT_AGAIN,
        state=State.UNKNOWN,
    )


@check(
    "root.access_key",
    "The root user has no access key",
    Severity.CRITICAL,
    needs=(_TOLD,),
    practices=("BP23", "BP19"),
    references={"cis5": "1.3", "cis7": "2.4", "hub": "IAM.4"},
)
def access_key(scope: Scope) -> Iterator[Passed | Miss]:
    """Fails when an access key of the root user is active.

    Whoever has it can do everything in the account, and no policy, boundary or MFA stands in the
    way. Nothing that a key of the root user is used for needs one. Where only the account summary
    was brought, an inactive key fails, too: the summary does not tell it apart.
    """
    root = root_user(scope, scope.id)
    if root.keys is None:
        yield _unknown(root)
        return
    if not root.keys:
        yield PASSED
        return
    held = scope.snapshot.find(AccessKey, owner_id=scope.id)
    ids = [key.id for key in held if key.status is KeyStatus.ACTIVE] or [KEY_ID]
    several = "has two active access keys"
    yield Miss(
        root.arn,
        f"the root user {'has an active access key' if root.keys == 1 else several}",
        facts=(("active keys", str(root.keys)),),
        remedy=Remedy(
            "Give whatever uses the keys a role; then delete them, signed in as the root user.",
            (
                aws("iam", "list-access-keys"),
                *(aws("iam", "delete-access-key", access_key_id=each) for each in ids),
            ),
        ),
    )


@check(
    "root.mfa",
    "The root user has MFA",
    Severity.CRITICAL,
    needs=(_TOLD,),
    practices=("BP19", "BP23"),
    references={"cis5": "1.4", "cis7": "2.5", "hub": "IAM.9"},
)
def mfa(scope: Scope) -> Iterator[Passed | Miss]:
    """Fails when the root user can sign in or call, and no MFA device is enabled for it.

    A password alone, guessed, reused or phished, then opens the whole account. A root user without
    any credentials, as centralized root access leaves it, passes. Older credential reports do not
    say whether there is a password: then it is supposed that there is one.
    """
    root = root_user(scope, scope.id)
    if root.mfa is None:
        yield _unknown(root)
    elif root.mfa or not root.has_credentials:
        yield PASSED
    else:
        yield Miss(root.arn, "the root user has no MFA device", remedy=Remedy(_REGISTER))


@check(
    "root.hw_mfa",
    "The root user's MFA devices are hardware",
    Severity.CRITICAL,
    needs=(_TOLD, Source.MFA_DEVICES),
    practices=("BP19", "BP23"),
    references={"cis5": "1.5", "cis7": "2.6", "hub": "IAM.6"},
)
def hw_mfa(scope: Scope) -> Iterator[Passed | Miss]:
    """Fails when the root user has no MFA device, or one that is virtual.

    The seed of an app on a phone can be copied, backed up and phished; that of a security key or
    hardware token cannot leave it. What a device is its serial number tells: an ARN with ``mfa/``
    is virtual, one with ``u2f/`` a security key or passkey, and no ARN is a hardware token. AWS
    lists only virtual devices of the root user to others, so MFA without one of these is hardware.
    """
    root = root_user(scope, scope.id)
    held = devices(scope, scope.id)
    soft = [each for each in held if each.kind in _SOFT]
    if root.mfa is None and not soft:
        yield _unknown(root)
    elif soft:
        yield Miss(
            root.arn,
            f"the root user's MFA is {soft[0].kind.value}",
            facts=tuple(("device", each.serial) for each in soft),
            remedy=_without(soft) if len(soft) < len(held) else Remedy(_REGISTER),
        )
    elif root.mfa or not root.has_credentials:
        yield PASSED
    else:
        yield Miss(root.arn, "the root user has no MFA device", remedy=Remedy(_REGISTER))


def _without(soft: list[MfaDevice]) -> Remedy:
    """Return how devices are taken off, where others stay."""
    verbs = ("deactivate-mfa-device", "delete-virtual-mfa-device")
    return Remedy(
        "Take the other devices off, signed in as the root user: the hardware stays.",
        tuple(
            aws("iam", verb, serial_number=device.serial)
            for device in soft
            for verb in verbs[: 2 if device.kind is MfaKind.VIRTUAL else 1]
        ),
    )


_SOFT: Final = frozenset({MfaKind.VIRTUAL, MfaKind.SMS})
_FEWEST_DEVICES: Final = 2


@check(
    "root.multi_mfa",
    "The root user has several MFA devices, one of them hardware",
    Severity.HIGH,
    needs=(_TOLD, Source.MFA_DEVICES),
    practices=("BP19",),
)
def multi_mfa(scope: Scope) -> Iterator[Passed | Miss]:
    """Fails when the root user has fewer than two MFA devices, or none that is hardware.

    Whoever loses the only device is locked out of the account and depends on AWS's support; so a
    second is registered, and one of the two is a security key or hardware token. A root user
    without credentials passes. AWS lists security keys and hardware tokens of the root user to the
    root user alone: bring what ``aws iam list-mfa-devices`` says to it; without, it is unknown how
    many there are.
    """
    root = root_user(scope, scope.id)
    held = devices(scope, scope.id)
    hard = [each for each in held if each.kind not in _SOFT]
    facts = tuple((each.kind.value, each.serial) for each in held)
    if root.mfa is None and not held:
        yield _unknown(root)
    elif len(held) >= _FEWEST_DEVICES and hard:
        yield PASSED
    elif not held and root.mfa:
        yield Miss(
            root.arn,
            "the root user has MFA by devices that only the root user is shown",
            remedy=Remedy(
                "Bring what the root user is answered.", (aws("iam", "list-mfa-devices"),)
            ),
            state=State.UNKNOWN,
        )
    elif not held and not root.has_credentials:
        yield PASSED
    else:
        lacks = "one MFA device" if len(held) == 1 else f"{len(held) or 'no'} MFA devices"
        without = "" if hard else ", none of them hardware"
        yield Miss(
            root.arn,
            f"the root user has {lacks}{without if held else ''}",
            facts,
            Remedy(_REGISTER),
        )


@check(
    "root.used",
    "The root user is not used",
    Severity.HIGH,
    needs=(Source.CREDENTIAL_REPORT,),
    practices=("BP23", "BP22"),
    references={"cis5": "1.6", "cis7": "2.7", "hub": "IAM.20"},
)
def used(scope: Scope) -> Iterator[Passed | Miss]:
    """Fails when the root user's password, or either of its keys, was used lately.

    Lately is within ``root_used`` days (90): a use that is older passes. Password and keys are all
    looked at, active or not. Few tasks need the root user; all others are a role's.
    """
    row = scope.root
    if row is None:
        yield _unknown(root_user(scope, scope.id))
        return
    uses: list[tuple[str, datetime | None]] = [
        ("password", row.password_used),
        *((f"access key {number}", key.used) for number, key in enumerate(row.keys, start=1)),
    ]
    recent = [
        (what, when)
        for what, when in uses
        if when is not None and days(when, scope) <= scope.thresholds.root_used
    ]
    if not recent:
        yield PASSED
        return
    what, latest = max(recent, key=lambda each: each[1])
    yield Miss(
        row.arn,
        f"the root user was used {_ago(days(latest, scope))}, by its {what}",
        facts=tuple((f"{what} last used", moment(when)) for what, when in recent),
        remedy=Remedy(
            "Find out what the root user did (CloudTrail tells; of a Doorward server, the command"
            " doorward root), give a role the permissions for it, and have people assume that."
            " The finding ends when the last use is long enough ago."
        ),
    )


def _ago(age: int) -> str:
    return {0: "today", 1: "a day ago"}.get(age, f"{age} days ago")


@check(
    "root.certs",
    "The root user has no signing certificate",
    Severity.HIGH,
    needs=(_TOLD,),
    practices=("BP23", "BP1"),
)
def certs(scope: Scope) -> Iterator[Passed | Miss]:
    """Fails when an X.509 signing certificate of the root user is active.

    It signs calls of old SOAP interfaces, and lives until somebody deletes it; nothing needs it
    today. Where only the account summary was brought, an inactive one fails, too.
    """
    root = root_user(scope, scope.id)
    if root.certificates is None:
        yield _unknown(root)
        return
    if not root.certificates:
        yield PASSED
        return
    ids = [each.id for each in certificates(scope, scope.id)] or ["<certificate-id>"]
    yield Miss(
        root.arn,
        "the root user has an active signing certificate",
        facts=(("active certificates", str(root.certificates)),),
        remedy=Remedy(
            "Delete the certificates, signed in as the root user.",
            (
                aws("iam", "list-signing-certificates"),
                *(aws("iam", "delete-signing-certificate", certificate_id=each) for each in ids),
            ),
        ),
    )
