"""``organization.json`` and ``resources.json`` of a live directory."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
from typing import Any

from doorward.api.iam import shapes
from doorward.engine import binding
from doorward.model.organization import (
    Account,
    Organization,
    OrganizationalUnit,
    OrganizationPolicy,
    PolicyTarget,
    PolicyType,
)
from doorward.model.resource import RegisteredResource
from doorward.model.snapshot import Snapshot
from doorward.policy.problem import MalformedPolicy

Shape = dict[str, Any]


def organization(snapshot: Snapshot, of: Organization) -> Shape:
    """Return the bundle of an organization: what stands where, and what is attached to it."""
    targets: dict[str, list[PolicyTarget]] = {}
    for each in snapshot.find(PolicyTarget, organization_id=of.id):
        targets.setdefault(each.policy_id, []).append(each)
    policies = {each.id: each for each in snapshot.find(OrganizationPolicy, organization_id=of.id)}
    return {
        "Organization": {
            "Id": of.id,
            "Arn": of.arn,
            "MasterAccountId": of.management_account,
            "FeatureSet": of.feature_set,
        },
        "Roots": [
            {
                "Id": of.root_id,
                "Name": "Root",
                "PolicyTypes": [
                    {"Type": each.value, "Status": "ENABLED"} for each in of.enabled_policy_types
                ],
            }
        ],
        "OrganizationalUnits": [
            {"Id": each.id, "ParentId": each.parent_id, "Name": each.name}
            for each in snapshot.find(OrganizationalUnit, organization_id=of.id)
        ],
        "Accounts": [_account(each) for each in snapshot.find(Account, organization_id=of.id)],
        "Policies": list(_policies(policies, targets)),
        "EnabledFeatures": [each.value for each in of.root_features],
        "EnabledServicePrincipals": [
            {"ServicePrincipal": each.principal, "DateEnabled": each.enabled}
            for each in of.trusted_services
        ],
    }


def _account(account: Account) -> Shape:
    return {
        "Id": account.id,
        "ParentId": account.parent_id,
        "Name": account.name,
        "Email": account.email,
        "Status": account.status,
        "JoinedMethod": account.joined_method,
        "JoinedTimestamp": account.joined,
        "Tags": [shapes.tag(each) for each in account.tags],
    }


def _policies(
    policies: dict[str, OrganizationPolicy], targets: dict[str, list[PolicyTarget]]
) -> Iterator[Shape]:
    """Yield every policy with its targets, AWS's own by what it is known to be alone."""
    for identifier in _ordered(policies.keys() | targets.keys(), targets):
        found = policies.get(identifier)
        shape: Shape = {
            "Id": identifier,
            "Targets": [each.target_id for each in targets.get(identifier, ())],
        }
        if found is None:
            aws = "RCP" in identifier
            kind = PolicyType.RESOURCE_CONTROL_POLICY if aws else PolicyType.SERVICE_CONTROL_POLICY
            yield shape | {"Name": identifier.removeprefix("p-"), "Type": kind.value}
            continue
        yield shape | {
            "Name": found.name,
            "Description": found.description,
            "Type": found.type.value,
            "Content": found.content,
        }


def _ordered(identifiers: AbstractSet[str], targets: dict[str, list[PolicyTarget]]) -> list[str]:
    """Return policies so that on each target they stand in the order in which they were attached.

    Where orders on several targets contradict each other, by id: no decision rests on them.
    """
    on_target: dict[str, list[PolicyTarget]] = {}
    for each in (target for found in targets.values() for target in found):
        on_target.setdefault(each.target_id, []).append(each)
    before: dict[str, set[str]] = {each: set() for each in sorted(identifiers)}
    for found in on_target.values():
        found.sort(key=lambda each: each.ordinal)
        for first, then in pairwise(found):
            before[then.policy_id].add(first.policy_id)
    try:
        return [*TopologicalSorter(before).static_order()]
    except CycleError:
        return sorted(identifiers)


def _shown(snapshot: Snapshot, policy: str | None) -> str | None:
    """A resource's policy by the ARNs that principals have now; as it is kept if unreadable."""
    if policy is None:
        return None
    try:
        return binding.shown(snapshot, policy)
    except MalformedPolicy:
        return policy


def public_access(holder: Account | RegisteredResource) -> Shape:
    """Return S3 Block Public Access as far as it is known."""
    if holder.restricts_public is None:
        return {}
    return {"PublicAccessBlockConfiguration": {"RestrictPublicBuckets": holder.restricts_public}}


def resources(snapshot: Snapshot) -> Shape:
    """Return the bundle of the resources whose policies are kept."""
    return {
        "Resources": [
            {
                "Arn": each.arn,
                "Account": each.account,
                "Type": each.type,
                "Policy": _shown(snapshot, each.policy),
                "Tags": [shapes.tag(tag) for tag in each.tags] or None,
                **public_access(each),
            }
            for each in snapshot.all(RegisteredResource)
        ]
    }
