"""What each Organizations operation must be allowed to do, held against AWS's own table.

Provenance: Service Authorization Reference, "Actions, resources, and condition keys for AWS
Organizations": resource types and condition keys, row by row.
"""

from __future__ import annotations

from typing import Any

import pytest

from doorward.model.organization import (
    Account,
    Organization,
    OrganizationalUnit,
    OrganizationPolicy,
    PolicyType,
)
from doorward.model.snapshot import Snapshot
from tests.api.asking import ACCOUNT, NOW, asked, operations

MEMBER, ORGANIZATION = "444455556666", "o-exampleorg"
_ACCOUNT = {"organization_id": ORGANIZATION, "parent_id": "r-root", "joined": NOW}
HELD = Snapshot.of(
    [
        Organization(ORGANIZATION, ACCOUNT, "r-root", NOW),
        Account(id=ACCOUNT, name="M", created=NOW, **_ACCOUNT),  # type: ignore[arg-type]
        Account(id=MEMBER, name="A", created=NOW, **_ACCOUNT),  # type: ignore[arg-type]
        OrganizationalUnit("ou-root-12345678", ORGANIZATION, "r-root", "U", NOW),
        OrganizationPolicy(
            "p-12345678",
            ORGANIZATION,
            "R",
            PolicyType.RESOURCE_CONTROL_POLICY,
            "{}",
            NOW,
        ),
    ],
    {},
)
_OWN = f"arn:aws:organizations::{ACCOUNT}"
ROOT = f"{_OWN}:root/{ORGANIZATION}/r-root"
UNIT = f"{_OWN}:ou/{ORGANIZATION}/ou-root-12345678"
HOUSE = f"{_OWN}:account/{ORGANIZATION}/{MEMBER}"
RCP = f"{_OWN}:policy/{ORGANIZATION}/resource_control_policy/p-12345678"
NONE = f"{_OWN}:policy/{ORGANIZATION}/service_control_policy/p-none1234"
FULL = "arn:aws:organizations::aws:policy/service_control_policy/p-FullAWSAccess"
TYPE = {"organizations:PolicyType"}
TRUSTED, SERVICE = {"service_principal": "iam.amazonaws.com"}, {"organizations:ServicePrincipal"}
IN_UNIT, OF_RCP = {"parent_id": "ou-root-12345678"}, {"policy_id": "p-12345678"}

ROWS: list[tuple[str, dict[str, Any], list[str], set[str]]] = [
    ("CreateOrganization", {}, ["*"], set()),
    ("DescribeOrganization", {}, ["*"], set()),
    ("ListRoots", {}, ["*"], set()),
    (
        "EnablePolicyType",
        {"root_id": "r-root", "policy_type": "SERVICE_CONTROL_POLICY"},
        [ROOT],
        TYPE,
    ),
    (
        "DisablePolicyType",
        {"root_id": "r-root", "policy_type": "SERVICE_CONTROL_POLICY"},
        [ROOT],
        TYPE,
    ),
    ("CreateAccount", {"email": "a@example.com", "account_name": "A"}, ["*"], set()),
    ("DescribeCreateAccountStatus", {"create_account_request_id": "car-1"}, ["*"], set()),
    ("ListCreateAccountStatus", {}, ["*"], set()),
    ("ListAccounts", {}, ["*"], set()),
    ("DescribeAccount", {"account_id": MEMBER}, [HOUSE], set()),
    ("ListAccountsForParent", IN_UNIT, [UNIT], set()),
    (
        "MoveAccount",
        {
            "account_id": MEMBER,
            "source_parent_id": "r-root",
            "destination_parent_id": "ou-root-12345678",
        },
        [HOUSE, ROOT, UNIT],
        set(),
    ),
    ("ListParents", {"child_id": MEMBER}, [HOUSE], set()),
    ("ListChildren", IN_UNIT | {"child_type": "ACCOUNT"}, [UNIT], set()),
    ("CreateOrganizationalUnit", {"parent_id": "r-root", "name": "N"}, [ROOT], set()),
    (
        "DescribeOrganizationalUnit",
        {"organizational_unit_id": "ou-root-12345678"},
        [UNIT],
        set(),
    ),
    (
        "UpdateOrganizationalUnit",
        {"organizational_unit_id": "ou-root-12345678"},
        [UNIT],
        set(),
    ),
    (
        "DeleteOrganizationalUnit",
        {"organizational_unit_id": "ou-root-12345678"},
        [UNIT],
        set(),
    ),
    ("ListOrganizationalUnitsForParent", IN_UNIT, [UNIT], set()),
    ("EnableAWSServiceAccess", TRUSTED, ["*"], SERVICE),
    ("DisableAWSServiceAccess", TRUSTED, ["*"], SERVICE),
    ("ListAWSServiceAccessForOrganization", {}, ["*"], set()),
    ("CreatePolicy", {"type": "SERVICE_CONTROL_POLICY"}, ["*"], TYPE),
    ("DescribePolicy", OF_RCP, [RCP], TYPE),
    ("DescribePolicy", {"policy_id": "p-none1234"}, [NONE], TYPE),
    ("DescribePolicy", {"policy_id": "p-FullAWSAccess"}, [FULL], TYPE),
    ("UpdatePolicy", OF_RCP, [RCP], TYPE),
    ("DeletePolicy", OF_RCP, [RCP], TYPE),
    ("ListPolicies", {"filter": "SERVICE_CONTROL_POLICY"}, ["*"], TYPE),
    ("AttachPolicy", OF_RCP | {"target_id": MEMBER}, [RCP, HOUSE], TYPE),
    ("DetachPolicy", OF_RCP | {"target_id": "r-root"}, [RCP, ROOT], TYPE),
    (
        "ListPoliciesForTarget",
        {"target_id": MEMBER, "filter": "SERVICE_CONTROL_POLICY"},
        [HOUSE],
        TYPE,
    ),
    ("ListTargetsForPolicy", OF_RCP, [RCP], TYPE),
]


def test_every_operation_has_a_row() -> None:
    assert {row[0] for row in ROWS} == operations("organizations")


@pytest.mark.parametrize(("name", "parameters", "arns", "keys"), ROWS)
def test_what_is_asked(
    name: str, parameters: dict[str, Any], arns: list[str], keys: set[str]
) -> None:
    found = asked(HELD, "organizations", name, parameters)
    assert [each.arn for each in found] == arns
    assert {each.action for each in found} == {f"organizations:{name}"}
    assert all(each.account == ACCOUNT and each.keys == keys for each in found)


def test_tags_on_a_new_account_are_asked_for_too() -> None:
    """CreateAccount: "the requester must have the organizations:TagResource permission"."""
    found = asked(HELD, "organizations", "CreateAccount", {"tags": [{"Key": "k", "Value": "v"}]})
    assert [each.action for each in found] == [
        "organizations:CreateAccount",
        "organizations:TagResource",
    ]
    assert all(each.keys == {"aws:RequestTag/k", "aws:TagKeys"} for each in found)
