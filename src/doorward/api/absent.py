"""What Doorward does not do of IAM and STS, and why: what a call of it is answered.

One row for every operation of the service models that is not in the registry, and for every
optional member that a served operation does not take. A test holds the two against each other.
Of services that are served for the sake of a few operations the others are no rows: whoever calls
them is told that there is no such action.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

TOKENS = (
    "tokens and assertions of identity providers are not exchanged yet; providers themselves, and"
    " trust policies that name them, are kept"
)
DELEGATION = (
    "delegation requests are for partners whom AWS has admitted; Doorward has no requests for"
    " access yet"
)
TEMPLATES = "role templates are AWS's own (Role Manager), and AWS does not publish them"
SUMMARY = "the summary is written by a language model of AWS's"
OUTBOUND = (
    "signing tokens for services outside needs a public issuer; Doorward publishes no keys yet"
)
ORGANIZATION_REPORT = "reports of access for a whole organization are not made yet"
SCOPED = (
    "a scope-down policy limits what resource policies grant, too; the engine has no such layer"
)
IDENTITY_CENTER = "Doorward has no IAM Identity Center whose instance could be associated"

ABSENT: Mapping[tuple[str, str], str] = MappingProxyType(
    {
        ("sts", "AssumeRoleWithSAML"): TOKENS,
        ("sts", "AssumeRoleWithWebIdentity"): TOKENS,
        ("sts", "GetDelegatedAccessToken"): DELEGATION,
        ("sts", "GetScopedCredentials"): SCOPED,
        ("sts", "GetWebIdentityToken"): OUTBOUND,
        ("iam", "AcceptDelegationRequest"): DELEGATION,
        ("iam", "AssociateDelegationRequest"): DELEGATION,
        ("iam", "CreateDelegationRequest"): DELEGATION,
        ("iam", "GetDelegationRequest"): DELEGATION,
        ("iam", "ListDelegationRequests"): DELEGATION,
        ("iam", "RejectDelegationRequest"): DELEGATION,
        ("iam", "SendDelegationToken"): DELEGATION,
        ("iam", "UpdateDelegationRequest"): DELEGATION,
        ("iam", "GetHumanReadableSummary"): SUMMARY,
        ("iam", "AcquireRole"): TEMPLATES,
        ("iam", "GetRoleTemplateVersion"): TEMPLATES,
        ("iam", "DisableOutboundWebIdentityFederation"): OUTBOUND,
        ("iam", "EnableOutboundWebIdentityFederation"): OUTBOUND,
        ("iam", "GetOutboundWebIdentityFederationInfo"): OUTBOUND,
        ("iam", "GenerateOrganizationsAccessReport"): ORGANIZATION_REPORT,
        ("iam", "GetOrganizationsAccessReport"): ORGANIZATION_REPORT,
    }
)
"""Operations that are absent, by service and name, with the reason."""

ABSENT_MEMBERS: Mapping[tuple[str, str], str] = MappingProxyType(
    {
        ("iam", "IdentityCenterInstanceArn"): IDENTITY_CENTER,
        ("iam", "RemoveIdentityCenterInstance"): IDENTITY_CENTER,
    }
)
"""Optional members that no operation of a service takes, with the reason."""


IN_PART: Mapping[str, str] = MappingProxyType(
    {
        "ec2": (
            "Doorward has no machines or networks; but audit and clean-up tools ask for the"
            " Regions of an account before anything else, and stop, or log an error, where they"
            " are not told"
        )
    }
)
"""Services of which only what the router names is served, with the reason for serving that."""


def refusal_of(service: str, operation: str) -> str:
    """Return what a call of an operation that is not served is told."""
    return _sentence(f"{service}:{operation}", ABSENT.get((service, operation)))


def refusal_of_members(service: str, members: list[str]) -> str:
    """Return what a call is told that gives members which the operation does not take."""
    reasons = {ABSENT_MEMBERS.get((service, member)) for member in members} - {None}
    return _sentence(", ".join(members), "; ".join(sorted(filter(None, reasons))) or None)


def _sentence(what: str, reason: str | None) -> str:
    said = f"{what} is not supported by this version of Doorward"
    return f"{said}: {reason}." if reason else said
