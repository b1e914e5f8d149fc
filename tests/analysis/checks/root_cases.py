"""Cases of the checks in ``analysis.checks.root`` and ``root_central``."""

from __future__ import annotations

from typing import Any

from doorward.model.certificate import SigningCertificate
from doorward.model.credential import KeyStatus, LoginProfile, MfaDevice
from doorward.model.evidence import Evidence, Source
from doorward.model.organization import Organization, RootFeature, TrustedService
from doorward.model.schema import Entity
from doorward.results.finding import State
from tests.analysis.checks.case import (
    ACCOUNT,
    OTHER,
    Case,
    account,
    days_ago,
    hardware_mfa,
    key,
    used,
    virtual_mfa,
)
from tests.analysis.checks.seen import ROOT as ROOT_ROW
from tests.analysis.checks.seen import row, summary, without_row

ROOT = f"arn:aws:iam::{ACCOUNT}:root"
MEMBER_ROOT = f"arn:aws:iam::{OTHER}:root"
TOLD = (Source.CREDENTIAL_REPORT, Source.SUMMARY)
PASSWORD = LoginProfile(ACCOUNT, ACCOUNT, "", days_ago(100), days_ago(100))
ON_THE_CONSOLE = "a root user's MFA devices are registered in the console"
ONLY_TIME = "only time ends it"
FEATURES = tuple(RootFeature)


def certificate(owner: str, identifier: str, *, active: bool = True) -> SigningCertificate:
    """Return a signing certificate of the root user of an account."""
    status = KeyStatus.ACTIVE if active else KeyStatus.INACTIVE
    return SigningCertificate(identifier, owner, owner, "body", identifier, days_ago(100), status)


def passkey(owner: str = ACCOUNT) -> MfaDevice:
    """Return a security key of the root user."""
    serial = f"arn:aws:iam::{owner}:u2f/root-account/key-ABCDEFGHIJ"
    return MfaDevice(serial, owner, b"", days_ago(10), owner, days_ago(10))


def organization(*more: Entity, **features: Any) -> tuple[Entity, ...]:
    """Return an organization with its management account and a member."""
    return (
        Organization(
            "o-exampleorg1",
            ACCOUNT,
            "r-ex01",
            days_ago(900),
            trusted_services=(TrustedService("iam.amazonaws.com", days_ago(800)),),
            **features,
        ),
        account(organization_id="o-exampleorg1", parent_id="r-ex01", joined=days_ago(900)),
        account(OTHER, organization_id="o-exampleorg1", parent_id="r-ex01", joined=days_ago(800)),
        *more,
    )


ORGANIZATION = f"arn:aws:organizations::{ACCOUNT}:organization/o-exampleorg1"


def unknown_member(evidence: Evidence) -> Evidence:
    """Leave all sources of the member away."""
    known = {**evidence.known, OTHER: frozenset[Source]()}
    return Evidence(known=known, reported={}, summaries={})


NOT_TOLD = Case("neither report nor summary", State.NOT_CHECKED, without=TOLD)
NO_ROW = Case(
    "a report without the root user's row, and no summary",
    State.UNKNOWN,
    subjects=(ROOT,),
    without=(Source.SUMMARY,),
    evidence=without_row(ROOT_ROW),
)

CASES = {
    "root.access_key": (
        Case("no key", State.PASS),
        Case("an inactive key", State.PASS, (key(ACCOUNT, active=False),)),
        Case(
            "an active key",
            State.FAIL,
            (key(ACCOUNT),),
            subjects=(ROOT,),
            as_root=True,
        ),
        Case(
            "two active keys",
            State.FAIL,
            (key(ACCOUNT), key(ACCOUNT, number="2")),
            subjects=(ROOT,),
            as_root=True,
        ),
        Case(
            "the summary tells, where there is no report",
            State.FAIL,
            (key(ACCOUNT),),
            subjects=(ROOT,),
            without=(Source.CREDENTIAL_REPORT,),
            as_root=True,
        ),
        Case(
            "no row, and the summary tells of no key",
            State.PASS,
            evidence=without_row(ROOT_ROW),
        ),
        NO_ROW,
        NOT_TOLD,
    ),
    "root.mfa": (
        Case("a device", State.PASS, (PASSWORD, virtual_mfa(ACCOUNT))),
        Case("nothing to sign in with", State.PASS),
        Case(
            "a password alone",
            State.FAIL,
            (PASSWORD,),
            subjects=(ROOT,),
            cleared=False,
            why=ON_THE_CONSOLE,
        ),
        Case(
            "a key alone",
            State.FAIL,
            (key(ACCOUNT),),
            subjects=(ROOT,),
            cleared=False,
            why=ON_THE_CONSOLE,
        ),
        Case(
            "nobody says whether there is a password",
            State.FAIL,
            subjects=(ROOT,),
            without=(Source.SUMMARY,),
            cleared=False,
            why=ON_THE_CONSOLE,
        ),
        Case(
            "the report says that there is no password",
            State.PASS,
            without=(Source.SUMMARY,),
            evidence=row(ROOT_ROW, password=False),
        ),
        Case(
            "the summary tells of MFA",
            State.PASS,
            without=(Source.CREDENTIAL_REPORT,),
            evidence=summary(AccountMFAEnabled=1, AccountPasswordPresent=1),
        ),
        NO_ROW,
        NOT_TOLD,
    ),
    "root.hw_mfa": (
        Case("a hardware token", State.PASS, (PASSWORD, hardware_mfa(ACCOUNT))),
        Case("a security key", State.PASS, (PASSWORD, passkey())),
        Case(
            "MFA by what AWS does not list",
            State.PASS,
            (PASSWORD,),
            evidence=row(ROOT_ROW, mfa=True),
        ),
        Case("nothing to sign in with", State.PASS),
        Case(
            "a virtual device",
            State.FAIL,
            (PASSWORD, virtual_mfa(ACCOUNT, "root-account-mfa-device")),
            subjects=(ROOT,),
            cleared=False,
            why=ON_THE_CONSOLE,
        ),
        Case(
            "a virtual device beside a hardware token",
            State.FAIL,
            (PASSWORD, virtual_mfa(ACCOUNT), hardware_mfa(ACCOUNT)),
            subjects=(ROOT,),
            as_root=True,
        ),
        Case(
            "no device",
            State.FAIL,
            (PASSWORD,),
            subjects=(ROOT,),
            cleared=False,
            why=ON_THE_CONSOLE,
        ),
        NO_ROW,
        Case("devices are not known", State.NOT_CHECKED, without=(Source.MFA_DEVICES,)),
        NOT_TOLD,
    ),
    "root.multi_mfa": (
        Case(
            "an app and a hardware token",
            State.PASS,
            (PASSWORD, virtual_mfa(ACCOUNT), hardware_mfa(ACCOUNT)),
        ),
        Case("two security keys", State.PASS, (PASSWORD, passkey(), hardware_mfa(ACCOUNT))),
        Case("nothing to sign in with", State.PASS),
        Case(
            "two apps",
            State.FAIL,
            (PASSWORD, virtual_mfa(ACCOUNT), virtual_mfa(ACCOUNT, "tablet")),
            subjects=(ROOT,),
            cleared=False,
            why=ON_THE_CONSOLE,
        ),
        Case(
            "one security key",
            State.FAIL,
            (PASSWORD, passkey()),
            subjects=(ROOT,),
            cleared=False,
            why=ON_THE_CONSOLE,
        ),
        Case(
            "none",
            State.FAIL,
            (PASSWORD,),
            subjects=(ROOT,),
            cleared=False,
            why=ON_THE_CONSOLE,
        ),
        Case(
            "MFA by devices that are not listed",
            State.UNKNOWN,
            (PASSWORD,),
            subjects=(ROOT,),
            evidence=row(ROOT_ROW, mfa=True),
        ),
        NO_ROW,
        Case("devices are not known", State.NOT_CHECKED, without=(Source.MFA_DEVICES,)),
    ),
    "root.used": (
        Case("never", State.PASS),
        Case(
            "the password, 91 days ago",
            State.PASS,
            evidence=row(ROOT_ROW, password_used=days_ago(91)),
        ),
        *(
            Case(
                f"the password, {days} days ago",
                State.FAIL,
                subjects=(ROOT,),
                evidence=row(ROOT_ROW, password_used=days_ago(days)),
                cleared=False,
                why=ONLY_TIME,
            )
            for days in (0, 89, 90, 90.9)
        ),
        Case(
            "a key, though the password was used long ago",
            State.FAIL,
            (key(ACCOUNT),),
            (used(key(ACCOUNT), days=1),),
            subjects=(ROOT,),
            evidence=row(ROOT_ROW, password_used=days_ago(2000)),
            cleared=False,
            why=ONLY_TIME,
        ),
        Case(
            "a key that is inactive by now",
            State.FAIL,
            (key(ACCOUNT, active=False),),
            (used(key(ACCOUNT), days=1),),
            subjects=(ROOT,),
            cleared=False,
            why=ONLY_TIME,
        ),
        Case(
            "within a week is not within a day",
            State.PASS,
            evidence=row(ROOT_ROW, password_used=days_ago(7)),
            thresholds={"root_used": 1},
        ),
        Case(
            "no row of the root user",
            State.UNKNOWN,
            subjects=(ROOT,),
            evidence=without_row(ROOT_ROW),
        ),
        Case("no report", State.NOT_CHECKED, without=(Source.CREDENTIAL_REPORT,)),
    ),
    "root.certs": (
        Case("none", State.PASS),
        Case("an inactive one", State.PASS, (certificate(ACCOUNT, "C" * 24, active=False),)),
        Case(
            "an active one",
            State.FAIL,
            (certificate(ACCOUNT, "C" * 24),),
            subjects=(ROOT,),
            as_root=True,
        ),
        Case(
            "the summary tells of one",
            State.FAIL,
            (certificate(ACCOUNT, "C" * 24, active=False),),
            subjects=(ROOT,),
            without=(Source.CREDENTIAL_REPORT,),
            answers={"certificate-id": "C" * 24},
            as_root=True,
        ),
        NO_ROW,
        NOT_TOLD,
    ),
    "root.central_mgmt": (
        Case("both features, no credentials", State.PASS, organization(root_features=FEATURES)),
        Case(
            "no feature",
            State.FAIL,
            organization(),
            subjects=(ORGANIZATION,),
        ),
        Case(
            "one feature",
            State.FAIL,
            organization(root_features=FEATURES[:1]),
            subjects=(ORGANIZATION,),
        ),
        Case(
            "a member whose root user has a password and a key",
            State.FAIL,
            organization(
                LoginProfile(OTHER, OTHER, "", days_ago(10), days_ago(10)),
                key(OTHER, number="member"),
                root_features=FEATURES,
            ),
            subjects=(MEMBER_ROOT,),
            answers={"key-id-1": key(OTHER, number="member").id},
        ),
        Case(
            "the management account's root user is another matter",
            State.PASS,
            organization(PASSWORD, key(ACCOUNT), root_features=FEATURES),
        ),
        Case(
            "a member of which nothing is known",
            State.UNKNOWN,
            organization(root_features=FEATURES),
            subjects=(ORGANIZATION,),
            evidence=unknown_member,
        ),
        Case(
            "features are not known",
            State.NOT_CHECKED,
            organization(root_features=FEATURES),
            without=(Source.ROOT_FEATURES,),
        ),
    ),
}
