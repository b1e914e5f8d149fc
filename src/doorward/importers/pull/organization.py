"""``organization.json`` of a live organization, put together from AWS's answers."""

from __future__ import annotations

from typing import Any, Final

from doorward.importers.pull.client import Asker, PullFailed

_TYPES: Final = ("SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY")
_NOT_ENABLED: Final = frozenset({"PolicyTypeNotEnabledException", "InvalidInputException"})


def pull_organization(asker: Asker) -> dict[str, Any]:
    """Return the bundle of the asker's organization; it says so if there is none.

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
        "Policies": _policies(asker),
        **_root_features(asker),
        "EnabledServicePrincipals": [
            *asker.every(
                "organizations",
                "list_aws_service_access_for_organization",
                "EnabledServicePrincipals",
            )
        ],
    }


def _policies(asker: Asker) -> list[dict[str, Any]]:
    """The policies that decide, with their content and targets."""
    found = []
    for kind in _TYPES:
        try:
            listed = [*asker.every("organizations", "list_policies", "Policies", Filter=kind)]
        except PullFailed as error:
            if error.code not in _NOT_ENABLED:
                raise
            continue
        for each in listed:
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
