"""Cases of the checks in ``analysis.checks.mfa``."""

from __future__ import annotations

from doorward.model.credential import MfaDevice
from doorward.model.evidence import Source
from doorward.model.identity import User
from doorward.results.finding import State
from tests.analysis.checks.case import (
    ACCOUNT,
    Case,
    days_ago,
    hardware_mfa,
    key,
    password,
    user,
    virtual_mfa,
)

ANA, BEN = user("ana"), user("ben")
TOKEN = "GAHT87654321"
"""The serial number of a hardware token that is nobody's yet."""


def at(who: User, form: str) -> MfaDevice:
    """Return a device whose ARN has this form."""
    serial = f"arn:aws:iam::{ACCOUNT}:{form}/{who.name}"
    return MfaDevice(serial, ACCOUNT, b"", days_ago(10), who.id, days_ago(10))


SPARE = MfaDevice(TOKEN, ACCOUNT, b"", days_ago(10))
NO_DEVICES = Case("devices are not known", State.NOT_CHECKED, without=(Source.MFA_DEVICES,))

CASES = {
    "user.mfa_console": (
        Case("a password and a device", State.PASS, (ANA, password(ANA), virtual_mfa(ANA))),
        Case("a key alone", State.PASS, (ANA, key(ANA))),
        Case(
            "a password and no device",
            State.FAIL,
            (ANA, password(ANA), BEN, password(BEN), virtual_mfa(BEN)),
            subjects=(ANA.arn,),
        ),
        Case("no report", State.NOT_CHECKED, without=(Source.CREDENTIAL_REPORT,)),
    ),
    "user.mfa_any": (
        Case("a device", State.PASS, (ANA, hardware_mfa(ANA))),
        Case("a user without anything", State.FAIL, (ANA,), subjects=(ANA.arn,)),
        Case(
            "devices tell, where there is no report",
            State.FAIL,
            (ANA, BEN, virtual_mfa(BEN)),
            subjects=(ANA.arn,),
            without=(Source.CREDENTIAL_REPORT,),
        ),
        Case(
            "neither report nor devices",
            State.NOT_CHECKED,
            without=(Source.CREDENTIAL_REPORT, Source.MFA_DEVICES),
        ),
    ),
    "user.hw_mfa": (
        Case("a token", State.PASS, (ANA, hardware_mfa(ANA))),
        Case("a security key", State.PASS, (ANA, at(ANA, "u2f/user"))),
        Case(
            "an app",
            State.FAIL,
            (ANA, virtual_mfa(ANA), SPARE),
            subjects=(ANA.arn,),
            answers={"token-serial": TOKEN},
        ),
        Case(
            "an app beside a token",
            State.FAIL,
            (ANA, virtual_mfa(ANA), hardware_mfa(ANA)),
            subjects=(ANA.arn,),
        ),
        Case(
            "SMS beside a security key",
            State.FAIL,
            (ANA, at(ANA, "sms-mfa"), at(ANA, "u2f/user")),
            subjects=(ANA.arn,),
        ),
        Case(
            "no device",
            State.FAIL,
            (ANA, SPARE),
            subjects=(ANA.arn,),
            answers={"token-serial": TOKEN},
        ),
        NO_DEVICES,
    ),
    "user.mfa_sms": (
        Case("an app", State.PASS, (ANA, virtual_mfa(ANA))),
        Case("no device", State.PASS, (ANA,)),
        Case("SMS", State.FAIL, (ANA, at(ANA, "sms-mfa")), subjects=(ANA.arn,)),
        NO_DEVICES,
    ),
}
