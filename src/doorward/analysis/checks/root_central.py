"""The check of centralized root access: no member account needs credentials of its root user."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from doorward.analysis.command import aws
from doorward.analysis.held import RootUser, root_user
from doorward.analysis.registry import PASSED, Extent, Miss, Passed, Scope, check
from doorward.model.evidence import Source
from doorward.model.home import Home
from doorward.model.organization import Account, Organization, RootFeature
from doorward.results.finding import Remedy, Severity, State

_FEATURES: Final = (
    (RootFeature.ROOT_CREDENTIALS_MANAGEMENT, "enable-organizations-root-credentials-management"),
    (RootFeature.ROOT_SESSIONS, "enable-organizations-root-sessions"),
)


@check(
    "root.central_mgmt",
    "Root access is managed centrally, and members' root users have no credentials",
    Severity.HIGH,
    needs=(Source.ROOT_FEATURES,),
    practices=("BP23", "BP8"),
    references={"cis7": "2.1.1"},
    extent=Extent.ORGANIZATION,
)
def central_management(scope: Scope) -> Iterator[Passed | Miss]:
    """Fails when a feature of centralized root access is off, or a member's root user can sign in.

    With root credentials management and root sessions, the management account does what only a
    member's root user could, for a few minutes and recorded; no member needs credentials of its
    root user any more. Members of which neither credential report nor account summary tells are
    named as unknown. The management account's own root user is not looked at here.
    """
    organization = scope.snapshot.get(Organization, scope.id)
    if organization is None:
        raise LookupError(scope.id)
    missing = [
        (feature, verb) for feature, verb in _FEATURES if feature not in organization.root_features
    ]
    if missing:
        yield Miss(
            organization.arn,
            f"{' and '.join(feature.value for feature, _ in missing)} not enabled",
            about="features",
            remedy=Remedy(
                "Enable the features, in the management account.",
                (
                    aws("organizations", "enable-aws-service-access", service_principal=_IAM),
                    *(aws("iam", verb) for _, verb in missing),
                ),
            ),
        )
    else:
        yield PASSED
    yield from _members(scope, organization)


_IAM: Final = "iam.amazonaws.com"


def _members(scope: Scope, organization: Organization) -> Iterator[Passed | Miss]:
    unknown: list[str] = []
    for member in scope.snapshot.find(Account, organization_id=organization.id):
        if member.id == organization.management_account:
            continue
        root = root_user(scope, member.id)
        held = _held(root)
        if held:
            yield Miss(
                root.arn,
                f"the root user of member {member.id} has credentials: {', '.join(held)}",
                facts=tuple(("credential", each) for each in held),
                remedy=_taken_away(Home(member.id, member.partition), held, root),
            )
        elif root.keys is None or root.password is None:
            unknown.append(member.id)
        else:
            yield PASSED
    if unknown:
        yield Miss(
            organization.arn,
            f"of the root users of {len(unknown)} members it is not known what they have",
            facts=tuple(("member", each) for each in unknown),
            about="members",
            remedy=Remedy("Bring the account summary of each member."),
            state=State.UNKNOWN,
        )


def _held(root: RootUser) -> list[str]:
    """Name the credentials that a root user is known to have."""
    told = {
        "a password": root.password,
        "access keys": root.keys,
        "signing certificates": root.certificates,
    }
    return [what for what, is_there in told.items() if is_there]


def _taken_away(home: Home, held: list[str], root: RootUser) -> Remedy:
    """Return how the management account takes a member's root user its credentials."""
    verbs = {
        "a password": (aws("iam", "delete-login-profile"),),
        "access keys": tuple(
            aws("iam", "delete-access-key", access_key_id=f"<key-id-{number}>")
            for number in range(1, 1 + (root.keys or 0))
        ),
        "signing certificates": tuple(
            aws(
                "iam",
                "delete-signing-certificate",
                certificate_id=f"<certificate-id-{number + 1}>",
            )
            for number in range(root.certificates or 0)
        ),
    }
    task = f"arn={home.aws_policy('root-task/IAMDeleteRootUserCredentials')}"
    return Remedy(
        "Open a root session in the member, from the management account, and delete what is there"
        " with the credentials that it gives; aws iam list-access-keys and"
        " list-signing-certificates tell the ids.",
        (
            aws("sts", "assume-root", target_principal=home.account, task_policy_arn=task),
            *(command for each in held for command in verbs[each]),
        ),
    )
