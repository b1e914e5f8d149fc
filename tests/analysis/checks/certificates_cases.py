"""Cases of the checks in ``analysis.checks.certificates``."""

from __future__ import annotations

from datetime import timedelta

from doorward.model.certificate import ServerCertificate, ServiceCredential, SigningCertificate
from doorward.model.credential import KeyStatus
from doorward.model.evidence import Source
from doorward.model.federation import OpenIdProvider, SamlProvider
from doorward.results.finding import State
from tests.analysis.checks.case import ACCOUNT, NOW, Case, days_ago, password, role, unique, user
from tests.certificates import issue, metadata

ANA, BEN = user("ana"), user("ben")
BEDROCK, COMMIT = "bedrock.amazonaws.com", "codecommit.amazonaws.com"


def status(*, active: bool) -> KeyStatus:
    """Return whether something may be used."""
    return KeyStatus.ACTIVE if active else KeyStatus.INACTIVE


def signing(identifier: str, *, active: bool = True) -> SigningCertificate:
    """Return a signing certificate of Ana's."""
    return SigningCertificate(
        identifier, ACCOUNT, ANA.id, "body", identifier, days_ago(100), status(active=active)
    )


def credential(
    service: str = COMMIT, *, age: float = 10, active: bool = True, expires: float | None = None
) -> ServiceCredential:
    """Return a credential of Ana's for a service; it expires so many days from now."""
    return ServiceCredential(
        unique("ACCA", service), ACCOUNT, ANA.id, service, "ana-at-1", b"sealed", days_ago(age),
        status(active=active), None if expires is None else NOW + timedelta(days=expires),
    )  # fmt: skip


def server(days: float, name: str = "www") -> ServerCertificate:
    """Return a server certificate that expires so many days from now."""
    expires = NOW + timedelta(days=days)
    return ServerCertificate(ACCOUNT, name, unique("ASCA", name), "body", days_ago(300), expires)


IDENTITY_CENTER = role("AWSReservedSSO_Admin_0123", path="/aws-reserved/sso.amazonaws.com/")
SAML = SamlProvider(ACCOUNT, "people", "0123", days_ago(10), "<xml/>", NOW + timedelta(days=1000))

CASES = {
    "user.certs": (
        Case("none", State.PASS, (ANA,)),
        Case("an inactive one", State.PASS, (ANA, signing("C" * 24, active=False))),
        Case("an active one", State.FAIL, (ANA, signing("C" * 24)), subjects=(ANA.arn,)),
        Case(
            "two active ones",
            State.FAIL,
            (ANA, signing("C" * 24), signing("D" * 24)),
            subjects=(ANA.arn,),
        ),
        Case("no report", State.NOT_CHECKED, without=(Source.CREDENTIAL_REPORT,)),
    ),
    "user.service_creds": (
        Case("none", State.PASS, (ANA,)),
        Case("an inactive one", State.PASS, (ANA, credential(active=False))),
        Case("one that has expired", State.PASS, (ANA, credential(BEDROCK, expires=0))),
        Case("a young one", State.FAIL, (ANA, credential(age=90)), subjects=(ANA.arn,)),
        Case("an old one", State.FAIL, (ANA, credential(age=91)), subjects=(ANA.arn,)),
        Case(
            "a key for Bedrock that will expire, beside one for CodeCommit",
            State.FAIL,
            (ANA, credential(), credential(BEDROCK, expires=1)),
            subjects=(ANA.arn, ANA.arn),
        ),
        Case("not known", State.NOT_CHECKED, without=(Source.SERVICE_CREDENTIALS,)),
    ),
    "user.federation": (
        Case("nobody has a password", State.PASS, (ANA,)),
        Case("SAML", State.PASS, (ANA, password(ANA), SAML)),
        Case(
            "OpenID Connect",
            State.PASS,
            (ANA, password(ANA), OpenIdProvider(ACCOUNT, "id.example.com", days_ago(10))),
        ),
        Case("IAM Identity Center", State.PASS, (ANA, password(ANA), IDENTITY_CENTER)),
        Case(
            "passwords alone",
            State.FAIL,
            (ANA, password(ANA), BEN),
            subjects=(ACCOUNT,),
            answers={"provider": "people", "metadata.xml": metadata(issue().base64)},
        ),
        Case("providers are not known", State.NOT_CHECKED, without=(Source.PROVIDERS,)),
        Case("no report", State.NOT_CHECKED, without=(Source.CREDENTIAL_REPORT,)),
    ),
    "cert.expired": (
        Case("good for 30 days", State.PASS, (server(30),)),
        *(
            Case(
                f"good for {days} days",
                State.FAIL,
                (server(days), server(400, "other")),
                subjects=(server(0).arn,),
            )
            for days in (29.9, 1, 0, -0.1, -100)
        ),
        Case("not known", State.NOT_CHECKED, without=(Source.SERVER_CERTIFICATES,)),
    ),
}
