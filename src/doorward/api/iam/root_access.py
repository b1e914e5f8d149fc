"""Centralized root access: its features enabled, disabled, listed by the management account."""

from __future__ import annotations

from doorward.api.call import Read, Write
from doorward.api.iam import facts
from doorward.api.iam.facts import about
from doorward.api.iam.shapes import Shape
from doorward.api.operation import operation
from doorward.control import root_access
from doorward.control import root_access_messages as messages
from doorward.model.organization import Organization, RootFeature


def _features(organization: Organization) -> Shape:
    return {
        "OrganizationId": organization.id,
        "EnabledFeatures": [each.value for each in organization.root_features],
    }


@operation("iam", "ListOrganizationsFeatures", asks=about(facts.everything), answer=_features)
def list_organizations_features(call: Read) -> Organization:
    """Return the features that are enabled."""
    account = call.caller.account
    return root_access.manager_of(call.directory, account, messages.NOT_ADMINISTRATOR)


@operation(
    "iam",
    "EnableOrganizationsRootCredentialsManagement",
    asks=about(facts.everything),
    answer=_features,
)
def enable_organizations_root_credentials_management(call: Write) -> Organization:
    """Let the management account manage the credentials of members' root users."""
    return _enabled(call, RootFeature.ROOT_CREDENTIALS_MANAGEMENT)


@operation(
    "iam", "EnableOrganizationsRootSessions", asks=about(facts.everything), answer=_features
)
def enable_organizations_root_sessions(call: Write) -> Organization:
    """Let the management account do privileged tasks as members' root users."""
    return _enabled(call, RootFeature.ROOT_SESSIONS)


@operation(
    "iam",
    "DisableOrganizationsRootCredentialsManagement",
    asks=about(facts.everything),
    answer=_features,
)
def disable_organizations_root_credentials_management(call: Write) -> Organization:
    """Let nobody manage the credentials of members' root users from outside any more."""
    return _disabled(call, RootFeature.ROOT_CREDENTIALS_MANAGEMENT)


@operation(
    "iam", "DisableOrganizationsRootSessions", asks=about(facts.everything), answer=_features
)
def disable_organizations_root_sessions(call: Write) -> Organization:
    """Let nobody do privileged tasks as members' root users any more."""
    return _disabled(call, RootFeature.ROOT_SESSIONS)


def _enabled(call: Write, feature: RootFeature) -> Organization:
    account = call.caller.account
    organization = root_access.manager_of(call.transaction, account, messages.NOT_MANAGEMENT)
    return root_access.enable(call.transaction, organization, feature)


def _disabled(call: Write, feature: RootFeature) -> Organization:
    account = call.caller.account
    organization = root_access.manager_of(call.transaction, account, messages.NOT_ADMINISTRATOR)
    return root_access.disable(call.transaction, organization, feature)
