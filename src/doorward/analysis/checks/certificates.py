"""Checks of what users and accounts hold beside passwords and access keys."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from doorward.analysis.command import aws
from doorward.analysis.held import certificates, days, moment
from doorward.analysis.registry import PASSED, Miss, Passed, Scope, check
from doorward.model.certificate import ServerCertificate, ServiceCredential
from doorward.model.credential import KeyStatus
from doorward.model.evidence import Source
from doorward.model.federation import OpenIdProvider, SamlProvider
from doorward.model.identity import Role, User
from doorward.policy.folding import fold
from doorward.results.finding import Remedy, Severity


@check(
    "user.certs",
    "No user has a signing certificate",
    Severity.MEDIUM,
    needs=(Source.CREDENTIAL_REPORT,),
    practices=("BP1", "BP20"),
)
def signing(scope: Scope) -> Iterator[Passed | Miss]:
    """Fails when an X.509 signing certificate of a user is active.

    It signs calls of old SOAP interfaces, and lives until somebody deletes it. An inactive one
    passes.
    """
    for row in scope.users:
        active = sum(each.active for each in row.certificates)
        if not active:
            yield PASSED
            continue
        user = scope.snapshot.get(User, scope.id, fold(row.name))
        listed = certificates(scope, user.id) if user else ()
        ids = [each.id for each in listed] or [
            f"<certificate-id-{number}>" for number in range(1, active + 1)
        ]
        yield Miss(
            row.arn,
            f"{active} active signing certificate{'s'[: active - 1]}",
            facts=tuple(
                ("uploaded", moment(each.rotated))
                for each in row.certificates
                if each.active and each.rotated
            ),
            remedy=Remedy(
                "Delete the certificate; what signs with it signs with a role's credentials"
                " instead.",
                (
                    aws("iam", "list-signing-certificates", user_name=row.name),
                    *(
                        aws(
                            "iam",
                            "delete-signing-certificate",
                            user_name=row.name,
                            certificate_id=each,
                        )
                        for each in ids
                    ),
                ),
            ),
        )


_ALL_OF_IT: Final = frozenset({"bedrock.amazonaws.com"})
"""Services whose credentials are bearer tokens: no signature, no MFA, good from anywhere."""


@check(
    "user.service_creds",
    "No user has a credential for a single service",
    Severity.HIGH,
    needs=(Source.SERVICE_CREDENTIALS,),
    practices=("BP1", "BP20", "BP21"),
)
def service_credentials(scope: Scope) -> Iterator[Passed | Miss]:
    """Fails when a service-specific credential of a user is active.

    Passwords for CodeCommit or Keyspaces and API keys for Bedrock are long-lived secrets that no
    signature protects. The finding is of medium severity while the credential is not older than
    ``service_credential_age`` days (90), unless it is for Bedrock. One that is inactive or has
    expired passes.
    """
    for user in scope.snapshot.find(User, account=scope.id):
        for held in scope.snapshot.find(ServiceCredential, owner_id=user.id):
            ended = held.expires is not None and held.expires <= scope.now
            if held.status is not KeyStatus.ACTIVE or ended:
                yield PASSED
                continue
            yield _credential(scope, user, held)


def _credential(scope: Scope, user: User, held: ServiceCredential) -> Miss:
    age = days(held.created, scope)
    is_old = age > scope.thresholds.service_credential_age
    named = {"user_name": user.name, "service_specific_credential_id": held.id}
    ends = moment(held.expires) if held.expires else "never"
    return Miss(
        user.arn,
        f"{held.id} for {held.service} is active, and {age} days old",
        facts=(("service", held.service), ("made", moment(held.created)), ("expires", ends)),
        remedy=Remedy(
            "Use a role's credentials with this service; delete this one.",
            (
                aws("iam", "update-service-specific-credential", **named, status="Inactive"),
                aws("iam", "delete-service-specific-credential", **named),
            ),
        ),
        about=held.id,
        severity=None if is_old or held.service in _ALL_OF_IT else Severity.MEDIUM,
    )


_IDENTITY_CENTER: Final = "/aws-reserved/sso.amazonaws.com/"
"""The path of the roles that IAM Identity Center makes in an account."""


@check(
    "user.federation",
    "People come from an identity provider",
    Severity.MEDIUM,
    needs=(Source.CREDENTIAL_REPORT, Source.PROVIDERS, Source.DETAILS),
    practices=("BP1", "BP17"),
    references={"cis5": "1.20", "cis7": "2.19"},
)
def federation(scope: Scope) -> Iterator[Passed | Miss]:
    """Fails when users have passwords, and the account trusts no identity provider.

    People who leave are taken out of one place then, and every account is forgotten. An OpenID
    Connect or SAML provider passes, and so do the roles of IAM Identity Center, by their path. An
    account in which nobody has a password passes.
    """
    named = [row.name for row in scope.users if row.password]
    kinds: tuple[type[OpenIdProvider | SamlProvider], ...] = (OpenIdProvider, SamlProvider)
    trusted = any(scope.snapshot.count(kind, account=scope.id) for kind in kinds)
    if not named or trusted or _has_identity_center(scope):
        yield PASSED
        return
    yield Miss(
        scope.id,
        f"{len(named)} users have passwords of this account, and no identity provider is trusted",
        facts=(("users with a password", str(len(named))),),
        remedy=Remedy(
            "Let people sign in at IAM Identity Center, or trust your identity provider; then take"
            " the passwords away, but those for emergencies.",
            (
                aws(
                    "iam",
                    "create-saml-provider",
                    name="<provider>",
                    saml_metadata_document="file://<metadata.xml>",
                ),
            ),
        ),
    )


def _has_identity_center(scope: Scope) -> bool:
    roles = scope.snapshot.find(Role, account=scope.id)
    return any(role.path.startswith(_IDENTITY_CENTER) for role in roles)


@check(
    "cert.expired",
    "Server certificates have not expired",
    Severity.HIGH,
    needs=(Source.SERVER_CERTIFICATES,),
    practices=("BP22",),
    references={"cis5": "1.18", "cis7": "2.17", "hub": "IAM.26"},
)
def expired(scope: Scope) -> Iterator[Passed | Miss]:
    """Fails when a server certificate has expired, or is about to.

    One that is good for fewer than ``certificate_expiry`` whole days (30) is a finding of medium
    severity. An expired certificate may be put on a load balancer by mistake, and turns its users
    away; one that nobody renews will.
    """
    for held in scope.snapshot.find(ServerCertificate, account=scope.id):
        left = (held.expires - scope.now).days
        if left >= scope.thresholds.certificate_expiry:
            yield PASSED
            continue
        is_over = held.expires <= scope.now
        ended = moment(held.expires)
        yield Miss(
            held.arn,
            f"expired on {ended}" if is_over else f"expires in {left} days",
            facts=(("expires", ended),),
            remedy=Remedy(
                "Put another certificate, best of AWS Certificate Manager, wherever this one is"
                " used; then delete it.",
                (aws("iam", "delete-server-certificate", server_certificate_name=held.name),),
            ),
            severity=None if is_over else Severity.MEDIUM,
        )
