"""The files of a live organization, put together from AWS's answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from doorward.importers.pull.client import Asker, PullFailed
from doorward.importers.pull.folder import told

_DECIDING: Final = ("SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY")
_DECLARING: Final = ("AISERVICES_OPT_OUT_POLICY", "TAG_POLICY")

Refused = Callable[[str, PullFailed], None]
"""Is told of a part that could not be brought."""

_NOT_ENABLED: Final = "PolicyTypeNotEnabledException"


def pull_organization(asker: Asker, refused: Refused) -> dict[str, Any]:
    """Return the bundle of the asker's organization; it says so if there is none.

    Policies that decide on no request may be left out; ``refused`` is told, then.

    Raises ``PullFailed``: AccessDenied in a member account, for example.
    """
    try:
        head = asker.call("organizations", "describe_organization")["Organization"]
    except PullFailed as error:
        if error.code != "AWSOrganizationsNotInUseException":
            raise
        return {"Organization": None}
    roots = [*asker.every("organizations", "list_roots", "Roots")]
    units: list[dict[str, Any]] = []
    parents: dict[str, str] = {}
    waiting = [root["Id"] for root in roots]
    while waiting:
        parent = waiting.pop()
        for account in asker.every(
            "organizations", "list_accounts_for_parent", "Accounts", ParentId=parent
        ):
            parents[account["Id"]] = parent
        for unit in asker.every(
            "organizations",
            "list_organizational_units_for_parent",
            "OrganizationalUnits",
            ParentId=parent,
        ):
            units.append(unit | {"ParentId": parent})
            waiting.append(unit["Id"])
    accounts = [
        each | {"ParentId": parents[each["Id"]]}
        for each in asker.every("organizations", "list_accounts", "Accounts")
        if each["Id"] in parents
    ]
    return {
        "Organization": head,
        "Roots": roots,
        "OrganizationalUnits": units,
        "Accounts": accounts,
        **_policies(asker, refused),
        **_root_features(asker),
        "EnabledServicePrincipals": [
            *asker.every(
                "organizations",
                "list_aws_service_access_for_organization",
                "EnabledServicePrincipals",
            )
        ],
    }


def _policies(asker: Asker, refused: Refused) -> dict[str, Any]:
    """The policies with their content and targets, and the types that were asked for."""
    found: list[dict[str, Any]] = []
    listed: list[str] = []
    for kind in (*_DECIDING, *_DECLARING):
        try:
            found += _of_type(asker, kind)
        except PullFailed as error:
            if error.code == "InvalidInputException":  # there is no such type here
                continue
            if error.code != _NOT_ENABLED and kind in _DECIDING:
                raise
            if error.code != _NOT_ENABLED:
                refused(f"policies of type {kind}", error)
                continue
        listed.append(kind)
    return {"Policies": found, "ListedPolicyTypes": listed}


def _of_type(asker: Asker, kind: str) -> list[dict[str, Any]]:
    found = []
    for each in asker.every("organizations", "list_policies", "Policies", Filter=kind):
        whole = asker.call("organizations", "describe_policy", PolicyId=each["Id"])["Policy"]
        targets = asker.every(
            "organizations", "list_targets_for_policy", "Targets", PolicyId=each["Id"]
        )
        found.append(
            whole["PolicySummary"]
            | {
                "Content": whole["Content"],
                "Targets": [target["TargetId"] for target in targets],
            }
        )
    return found


def _root_features(asker: Asker) -> dict[str, Any]:
    """The features of centralized root access; nothing where they may not be asked for.

    Without trusted access for IAM none can be enabled (IAM API Reference,
    "EnableOrganizationsRootSessions").
    """
    try:
        answer = asker.call("iam", "list_organizations_features")
    except PullFailed as error:
        none = error.code.removesuffix("Exception") == "ServiceAccessNotEnabled"
        return {"EnabledFeatures": []} if none else {}
    return {"EnabledFeatures": answer.get("EnabledFeatures", [])}


def _resource_policy(asker: Asker) -> object:
    try:
        return told(asker.call("organizations", "describe_resource_policy"))
    except PullFailed as error:
        if error.code != "ResourcePolicyNotFoundException":
            raise
        return {"ResourcePolicy": None}


_ADMINISTRATOR: Final = ("Id", "Arn", "DelegationEnabledDate")


def _administrators(asker: Asker) -> object:
    found = asker.every(
        "organizations", "list_delegated_administrators", "DelegatedAdministrators"
    )
    kept = [{name: each[name] for name in _ADMINISTRATOR if name in each} for each in found]
    return {"DelegatedAdministrators": kept}


def _services(asker: Asker) -> object:
    """The services of each administrator, by its account, which AWS's answer does not say."""
    found = asker.every(
        "organizations", "list_delegated_administrators", "DelegatedAdministrators"
    )
    return [
        {
            "AccountId": each["Id"],
            "DelegatedServices": [
                *asker.every(
                    "organizations",
                    "list_delegated_services_for_account",
                    "DelegatedServices",
                    AccountId=each["Id"],
                )
            ],
        }
        for each in found
    ]


DELEGATIONS: Final[Mapping[str, Callable[[Asker], object]]] = {
    "delegated-administrators": _administrators,
    "delegated-services": _services,
    "organization-resource-policy": _resource_policy,
}
"""Files beside ``organization.json``, by name."""
