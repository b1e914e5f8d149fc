"""Trusted access of services: enabled, disabled, listed.

What Doorward itself acts on is that of IAM (centralized root access); others are kept.
"""

from __future__ import annotations

from doorward.api.call import Read, Write
from doorward.api.operation import ContextValues, Parameters, operation
from doorward.api.organizations import facts, shapes
from doorward.api.organizations.facts import about
from doorward.api.organizations.shapes import Shape
from doorward.api.pages import Page, page
from doorward.control import messages, organizations, root_access


def _principal(_call: Read, parameters: Parameters) -> ContextValues:
    """Give organizations:ServicePrincipal."""
    return {"organizations:ServicePrincipal": parameters["service_principal"]}


@operation("organizations", "EnableAWSServiceAccess", asks=about(keys=_principal))
def enable_aws_service_access(call: Write, *, service_principal: str) -> None:
    """Let a service work in the whole organization."""
    organization = organizations.managed_by(call.transaction, call.caller.account)
    root_access.trust(call.transaction, organization, service_principal, call.now)


@operation("organizations", "DisableAWSServiceAccess", asks=about(keys=_principal))
def disable_aws_service_access(call: Write, *, service_principal: str) -> None:
    """Let a service work in the organization no more."""
    organization = organizations.managed_by(call.transaction, call.caller.account)
    root_access.distrust(call.transaction, organization, service_principal)


@operation(
    "organizations",
    "ListAWSServiceAccessForOrganization",
    asks=about(),
    answer=shapes.paged("EnabledServicePrincipals"),
)
def list_aws_service_access_for_organization(
    call: Read, *, next_token: str | None = None, max_results: int | None = None
) -> Page[Shape]:
    """Return the services that are trusted, by name."""
    organization = organizations.managed_by(call.directory, call.caller.account)
    return page(
        [
            {"ServicePrincipal": each.principal, "DateEnabled": each.enabled}
            for each in organization.trusted_services
        ],
        lambda shape: str(shape["ServicePrincipal"]),
        next_token,
        facts.PAGE if max_results is None else max_results,
        messages.INVALID_PAGINATION_TOKEN,
    )
