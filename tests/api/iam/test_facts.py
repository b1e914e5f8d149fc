"""What each IAM operation must be allowed to do, held against AWS's own table.

Provenance: Service Authorization Reference, "Actions, resources, and condition keys for AWS
Identity and Access Management (IAM)": resource type and condition keys, row by row.
"""

from __future__ import annotations

from typing import Any

import pytest

from doorward.model.credential import AccessKey, MfaDevice
from doorward.model.identity import Group, InstanceProfile, ManagedPolicy, Role, User
from doorward.model.snapshot import Snapshot
from tests.api.asking import ACCOUNT, NOW, Asked, asked, context, operations
from tests.api.iam import credential_rows

EDGE = f"arn:aws:iam::{ACCOUNT}:policy/edge"
POLICY = f"arn:aws:iam::{ACCOUNT}:policy/p/Pol"
DEVICE = f"arn:aws:iam::{ACCOUNT}:mfa/phone"
AWS_POLICY = "arn:aws:iam::aws:policy/AdministratorAccess"
TAGS = (("team", "red"),)

HELD = Snapshot.of(
    [
        User(ACCOUNT, "Ann", "AIDAANN", NOW, "/u/", TAGS, EDGE),
        User(ACCOUNT, "caller", "AIDACALLERAAAAAAAAAAA", NOW),
        Group(ACCOUNT, "Devs", "AGPADEVS", NOW, "/g/"),
        Role(ACCOUNT, "Ops", "AROAOPS", NOW, "{}", "/r/", tags=TAGS, permissions_boundary=EDGE),
        InstanceProfile(ACCOUNT, "Web", "AIPAWEB", NOW, "/w/", tags=TAGS),
        ManagedPolicy(ACCOUNT, "Pol", "ANPAPOL", NOW, NOW, "/p/", tags=TAGS),
        MfaDevice(DEVICE, ACCOUNT, b"", NOW, tags=TAGS),
        AccessKey("AKIAANN", ACCOUNT, "AIDAANN", b"", NOW),
        AccessKey("AKIATHEIRS", "444455556666", "AIDATHEIRS", b"", NOW),
        *credential_rows.HELD,
    ],
    {},
)

USER, ROLE = f"arn:aws:iam::{ACCOUNT}:user/u/Ann", f"arn:aws:iam::{ACCOUNT}:role/r/Ops"
NO_ANN, NO_OPS = f"arn:aws:iam::{ACCOUNT}:user/Ann", f"arn:aws:iam::{ACCOUNT}:group/Ops"
GROUP = f"arn:aws:iam::{ACCOUNT}:group/g/Devs"
PROFILE = f"arn:aws:iam::{ACCOUNT}:instance-profile/w/Web"
THEIRS = "arn:aws:iam::444455556666:role/Ops"
TAG = {"tags": [{"Key": "k", "Value": "v"}]}
TAG_KEYS = {"tag_keys": ["k"]}
OF_TAGS = {"aws:RequestTag/k", "aws:TagKeys"}
NAMESPACES = "iam:AccountPropertyNamespaces"
BOUNDARY, POLICY_ARN = "iam:PermissionsBoundary", "iam:PolicyARN"
OWN_TAG = "iam:ResourceTag/team"
ANN, OPS = {"user_name": "aNN"}, {"role_name": "oPS"}
DEVS = {"group_name": "dEVS"}
POL, PHONE = {"policy_arn": POLICY}, {"serial_number": DEVICE}
WEB = {"instance_profile_name": "wEB"}
DOCUMENT = {"policy_name": "x", "policy_document": "{}"}
CODES = {"authentication_code1": "1", "authentication_code2": "2"}

Row = tuple[str, dict[str, Any], str, set[str]]

ROWS: list[Row] = [
    # Users.
    (
        "CreateUser",
        {"user_name": "N", "path": "/n/", "permissions_boundary": EDGE},
        f"arn:aws:iam::{ACCOUNT}:user/n/N",
        {BOUNDARY},
    ),
    ("GetUser", ANN, USER, {OWN_TAG}),
    ("GetUser", {}, f"arn:aws:iam::{ACCOUNT}:user/caller", set()),
    ("GetUser", {"user_name": "none"}, f"arn:aws:iam::{ACCOUNT}:user/none", set()),
    ("UpdateUser", ANN, USER, {OWN_TAG}),
    ("DeleteUser", ANN, USER, {OWN_TAG}),
    ("ListUsers", {}, "*", set()),
    ("TagUser", ANN | TAG, USER, OF_TAGS | {OWN_TAG}),
    ("UntagUser", ANN | TAG_KEYS, USER, {"aws:TagKeys", OWN_TAG}),
    ("ListUserTags", ANN, USER, {OWN_TAG}),
    (
        "PutUserPermissionsBoundary",
        ANN | {"permissions_boundary": POLICY},
        USER,
        {BOUNDARY, OWN_TAG},
    ),
    ("DeleteUserPermissionsBoundary", ANN, USER, {BOUNDARY, OWN_TAG}),
    ("AttachUserPolicy", ANN | POL, USER, {BOUNDARY, POLICY_ARN, OWN_TAG}),
    ("DetachUserPolicy", ANN | POL, USER, {BOUNDARY, POLICY_ARN, OWN_TAG}),
    ("ListAttachedUserPolicies", ANN, USER, {OWN_TAG}),
    ("PutUserPolicy", ANN | DOCUMENT, USER, {BOUNDARY, OWN_TAG}),
    ("GetUserPolicy", ANN | DOCUMENT, USER, {OWN_TAG}),
    ("DeleteUserPolicy", ANN | DOCUMENT, USER, {BOUNDARY, OWN_TAG}),
    ("ListUserPolicies", ANN, USER, {OWN_TAG}),
    ("CreateAccessKey", ANN, USER, {OWN_TAG}),
    ("UpdateAccessKey", ANN, USER, {OWN_TAG}),
    ("DeleteAccessKey", {}, f"arn:aws:iam::{ACCOUNT}:user/caller", set()),
    ("ListAccessKeys", ANN, USER, {OWN_TAG}),
    # Groups: they have no tags and no boundary.
    (
        "CreateGroup",
        {"group_name": "N", "path": "/n/"},
        f"arn:aws:iam::{ACCOUNT}:group/n/N",
        set(),
    ),
    ("GetGroup", DEVS, GROUP, set()),
    ("GetGroup", {"group_name": "none"}, f"arn:aws:iam::{ACCOUNT}:group/none", set()),
    ("UpdateGroup", DEVS, GROUP, set()),
    ("DeleteGroup", DEVS, GROUP, set()),
    ("ListGroups", {}, "*", set()),
    ("AddUserToGroup", DEVS | ANN, GROUP, set()),
    ("RemoveUserFromGroup", DEVS | ANN, GROUP, set()),
    ("ListGroupsForUser", ANN, USER, {OWN_TAG}),
    ("AttachGroupPolicy", DEVS | POL, GROUP, {POLICY_ARN}),
    ("DetachGroupPolicy", DEVS | POL, GROUP, {POLICY_ARN}),
    ("ListAttachedGroupPolicies", DEVS, GROUP, set()),
    ("PutGroupPolicy", DEVS | DOCUMENT, GROUP, set()),
    ("GetGroupPolicy", DEVS | DOCUMENT, GROUP, set()),
    ("DeleteGroupPolicy", DEVS | DOCUMENT, GROUP, set()),
    ("ListGroupPolicies", DEVS, GROUP, set()),
    # Roles.
    (
        "CreateRole",
        {"role_name": "N", "permissions_boundary": EDGE},
        f"arn:aws:iam::{ACCOUNT}:role/N",
        {BOUNDARY},
    ),
    ("GetRole", OPS, ROLE, {BOUNDARY, OWN_TAG}),
    ("UpdateRole", OPS, ROLE, {BOUNDARY, OWN_TAG}),
    ("UpdateRoleDescription", OPS, ROLE, {BOUNDARY, OWN_TAG}),
    ("UpdateAssumeRolePolicy", OPS, ROLE, {BOUNDARY, OWN_TAG}),
    ("DeleteRole", OPS, ROLE, {BOUNDARY, OWN_TAG}),
    ("ListRoles", {}, "*", set()),
    ("TagRole", OPS | TAG, ROLE, OF_TAGS | {OWN_TAG}),
    ("UntagRole", OPS | TAG_KEYS, ROLE, {"aws:TagKeys", OWN_TAG}),
    ("ListRoleTags", OPS, ROLE, {OWN_TAG}),
    (
        "PutRolePermissionsBoundary",
        OPS | {"permissions_boundary": POLICY},
        ROLE,
        {BOUNDARY, OWN_TAG},
    ),
    ("DeleteRolePermissionsBoundary", OPS, ROLE, {BOUNDARY, OWN_TAG}),
    ("AttachRolePolicy", OPS | POL, ROLE, {BOUNDARY, POLICY_ARN, OWN_TAG}),
    ("DetachRolePolicy", OPS | POL, ROLE, {BOUNDARY, POLICY_ARN, OWN_TAG}),
    ("ListAttachedRolePolicies", OPS, ROLE, {OWN_TAG}),
    ("PutRolePolicy", OPS | DOCUMENT, ROLE, {BOUNDARY, OWN_TAG}),
    ("GetRolePolicy", OPS | DOCUMENT, ROLE, {OWN_TAG}),
    ("DeleteRolePolicy", OPS | DOCUMENT, ROLE, {BOUNDARY, OWN_TAG}),
    ("ListRolePolicies", OPS, ROLE, {OWN_TAG}),
    # Instance profiles.
    (
        "CreateInstanceProfile",
        {"instance_profile_name": "N", "path": "/n/"},
        f"arn:aws:iam::{ACCOUNT}:instance-profile/n/N",
        set(),
    ),
    ("GetInstanceProfile", WEB, PROFILE, set()),
    ("ListInstanceProfiles", {}, "*", set()),
    ("ListInstanceProfilesForRole", OPS, ROLE, {OWN_TAG}),
    ("DeleteInstanceProfile", WEB, PROFILE, set()),
    ("AddRoleToInstanceProfile", WEB | OPS, PROFILE, set()),
    ("RemoveRoleFromInstanceProfile", WEB | OPS, PROFILE, set()),
    ("TagInstanceProfile", WEB | TAG, PROFILE, OF_TAGS),
    ("UntagInstanceProfile", WEB | TAG_KEYS, PROFILE, {"aws:TagKeys"}),
    ("ListInstanceProfileTags", WEB, PROFILE, set()),
    # Policies.
    (
        "CreatePolicy",
        {"policy_name": "N", "path": "/n/"},
        f"arn:aws:iam::{ACCOUNT}:policy/n/N",
        set(),
    ),
    ("GetPolicy", POL, POLICY, set()),
    ("GetPolicy", {"policy_arn": AWS_POLICY}, AWS_POLICY, set()),
    ("ListPolicies", {}, "*", set()),
    ("DeletePolicy", POL, POLICY, set()),
    ("CreatePolicyVersion", POL, POLICY, set()),
    ("GetPolicyVersion", POL, POLICY, set()),
    ("ListPolicyVersions", POL, POLICY, set()),
    ("DeletePolicyVersion", POL, POLICY, set()),
    ("SetDefaultPolicyVersion", POL, POLICY, set()),
    ("ListEntitiesForPolicy", POL, POLICY, set()),
    ("TagPolicy", POL | TAG, POLICY, OF_TAGS),
    ("UntagPolicy", POL | TAG_KEYS, POLICY, {"aws:TagKeys"}),
    ("ListPolicyTags", POL, POLICY, set()),
    # MFA devices.
    (
        "CreateVirtualMFADevice",
        {"virtual_mfa_device_name": "n", "path": "/m/"},
        f"arn:aws:iam::{ACCOUNT}:mfa/m/n",
        set(),
    ),
    ("EnableMFADevice", ANN | PHONE | CODES, USER, {OWN_TAG}),
    ("ResyncMFADevice", ANN | PHONE | CODES, USER, {OWN_TAG}),
    ("DeactivateMFADevice", ANN | PHONE, USER, {OWN_TAG}),
    ("GetMFADevice", ANN | PHONE, USER, {OWN_TAG}),
    ("DeleteVirtualMFADevice", PHONE, DEVICE, set()),
    (
        "DeleteVirtualMFADevice",
        {"serial_number": "GAHT12345678"},
        f"arn:aws:iam::{ACCOUNT}:mfa/GAHT12345678",
        set(),
    ),
    ("ListMFADevices", ANN, USER, {OWN_TAG}),
    ("ListVirtualMFADevices", {}, "*", set()),
    ("TagMFADevice", PHONE | TAG, DEVICE, OF_TAGS),
    ("UntagMFADevice", PHONE | TAG_KEYS, DEVICE, {"aws:TagKeys"}),
    ("ListMFADeviceTags", PHONE, DEVICE, set()),
    # Passwords.
    ("CreateLoginProfile", ANN | {"password": "p"}, USER, {OWN_TAG}),
    ("GetLoginProfile", ANN, USER, {OWN_TAG}),
    ("GetLoginProfile", {}, f"arn:aws:iam::{ACCOUNT}:user/caller", set()),
    ("UpdateLoginProfile", ANN | {"password": "p"}, USER, {OWN_TAG}),
    ("DeleteLoginProfile", ANN, USER, {OWN_TAG}),
    (
        "ChangePassword",
        {"old_password": "o", "new_password": "n"},
        f"arn:aws:iam::{ACCOUNT}:user/caller",
        set(),
    ),
    # The account.
    ("CreateAccountAlias", {"account_alias": "acme"}, "*", set()),
    ("DeleteAccountAlias", {"account_alias": "acme"}, "*", set()),
    ("ListAccountAliases", {}, "*", set()),
    ("GetAccountPasswordPolicy", {}, "*", set()),
    ("UpdateAccountPasswordPolicy", {}, "*", set()),
    ("DeleteAccountPasswordPolicy", {}, "*", set()),
    ("GetAccountSummary", {}, "*", set()),
    ("SetSecurityTokenServicePreferences", {}, "*", set()),
    ("GetAccountProperties", {}, "*", {NAMESPACES}),
    ("PutAccountProperties", {"properties": {"RoleManager/Enabled": "true"}}, "*", {NAMESPACES}),
    # Centralized root access.
    ("ListOrganizationsFeatures", {}, "*", set()),
    ("EnableOrganizationsRootCredentialsManagement", {}, "*", set()),
    ("EnableOrganizationsRootSessions", {}, "*", set()),
    ("DisableOrganizationsRootCredentialsManagement", {}, "*", set()),
    ("DisableOrganizationsRootSessions", {}, "*", set()),
    # Reports.
    ("GetAccountAuthorizationDetails", {}, "*", set()),
    ("GetAccessKeyLastUsed", {"access_key_id": "AKIAANN"}, USER, {OWN_TAG}),
    ("GetAccessKeyLastUsed", {"access_key_id": "AKIATHEIRS"}, "*", set()),
    ("GetAccessKeyLastUsed", {"access_key_id": "AKIANONE"}, "*", set()),
    ("GenerateCredentialReport", {}, "*", set()),
    ("GetCredentialReport", {}, "*", set()),
    ("GenerateServiceLastAccessedDetails", {"arn": USER}, USER, {OWN_TAG}),
    ("GenerateServiceLastAccessedDetails", {"arn": ROLE}, ROLE, {OWN_TAG}),
    ("GenerateServiceLastAccessedDetails", {"arn": GROUP}, GROUP, set()),
    ("GenerateServiceLastAccessedDetails", {"arn": POLICY}, POLICY, set()),
    ("GenerateServiceLastAccessedDetails", {"arn": AWS_POLICY}, AWS_POLICY, set()),
    ("GenerateServiceLastAccessedDetails", {"arn": THEIRS}, THEIRS, set()),
    ("GenerateServiceLastAccessedDetails", {"arn": "arn:aws:s3:::x"}, "*", set()),
    ("GetServiceLastAccessedDetails", {"job_id": "j"}, "*", set()),
    ("GetServiceLastAccessedDetailsWithEntities", {"job_id": "j"}, "*", set()),
    ("ListPoliciesGrantingServiceAccess", {"arn": USER}, USER, {OWN_TAG}),
    ("ListPoliciesGrantingServiceAccess", {"arn": NO_ANN}, NO_ANN, set()),
    # Simulations.
    ("SimulateCustomPolicy", {}, "*", set()),
    ("GetContextKeysForCustomPolicy", {}, "*", set()),
    ("SimulatePrincipalPolicy", {"policy_source_arn": USER}, USER, {OWN_TAG}),
    ("SimulatePrincipalPolicy", {"policy_source_arn": ROLE}, ROLE, {OWN_TAG}),
    ("SimulatePrincipalPolicy", {"policy_source_arn": GROUP}, GROUP, set()),
    ("GetContextKeysForPrincipalPolicy", {"policy_source_arn": USER}, USER, {OWN_TAG}),
    # Who is not there, or not the caller's: his own policies say whether he may ask.
    ("SimulatePrincipalPolicy", {"policy_source_arn": NO_ANN}, NO_ANN, set()),
    ("SimulatePrincipalPolicy", {"policy_source_arn": NO_OPS}, NO_OPS, set()),
    ("GetContextKeysForPrincipalPolicy", {"policy_source_arn": THEIRS}, THEIRS, set()),
    ("SimulatePrincipalPolicy", {"policy_source_arn": "x" * 20}, "*", set()),
    *credential_rows.ROWS,
]


def test_every_operation_has_a_row() -> None:
    assert {row[0] for row in ROWS} == operations("iam")


@pytest.mark.parametrize(("name", "parameters", "arn", "keys"), ROWS)
def test_what_is_asked(name: str, parameters: dict[str, Any], arn: str, keys: set[str]) -> None:
    found = asked(HELD, "iam", name, parameters)
    assert found[0] == Asked(f"iam:{name}", arn, ACCOUNT, frozenset(keys))
    assert all(each == found[0] for each in found if each.action != "iam:PassRole")


def test_who_hands_a_role_over_is_asked_for_leave_to_pass_it() -> None:
    """Service Authorization Reference: AddRoleToInstanceProfile depends on iam:PassRole."""
    _, passing = asked(HELD, "iam", "AddRoleToInstanceProfile", WEB | OPS)
    keys = frozenset({"iam:PassedToService", "iam:AssociatedResourceArn", OWN_TAG})
    assert passing == Asked("iam:PassRole", ROLE, ACCOUNT, keys)


def test_a_group_is_renamed_by_leave_for_both_names() -> None:
    """IAM API Reference, UpdateGroup: "permission to change … the old name and the new name"."""
    found = asked(HELD, "iam", "UpdateGroup", DEVS | {"new_group_name": "N", "new_path": "/n/"})
    assert [each.arn for each in found] == [GROUP, f"arn:aws:iam::{ACCOUNT}:group/n/N"]
    moved = asked(HELD, "iam", "UpdateGroup", DEVS | {"new_path": "/n/"})
    assert [each.arn for each in moved] == [GROUP, f"arn:aws:iam::{ACCOUNT}:group/n/Devs"]


def test_a_boundary_is_asked_for_as_it_will_be_or_as_it_is() -> None:
    def boundary(name: str, parameters: dict[str, Any]) -> Any:
        return context(HELD, "iam", name, parameters).get(BOUNDARY)

    assert boundary("PutUserPermissionsBoundary", ANN | {"permissions_boundary": POLICY}) == POLICY
    assert boundary("DeleteUserPermissionsBoundary", ANN) == EDGE
    assert boundary("PutRolePolicy", OPS | DOCUMENT) == EDGE
    assert boundary("CreateUser", {"user_name": "n"}) is None
    assert boundary("PutUserPolicy", {"user_name": "caller"} | DOCUMENT) is None


@pytest.mark.parametrize(
    ("name", "parameters", "tagging"),
    [
        ("CreateUser", {"user_name": "n"}, "iam:TagUser"),
        ("CreateRole", {"role_name": "n"}, "iam:TagRole"),
        ("CreateInstanceProfile", {"instance_profile_name": "n"}, "iam:TagInstanceProfile"),
        ("CreatePolicy", {"policy_name": "n"}, "iam:TagPolicy"),
        ("CreateVirtualMFADevice", {"virtual_mfa_device_name": "n"}, "iam:TagMFADevice"),
        *credential_rows.TAGGING,
    ],
)
def test_tags_at_creation_are_asked_for_too(
    name: str, parameters: dict[str, Any], tagging: str
) -> None:
    """IAM User Guide, "Tags for IAM resources"."""
    found = asked(HELD, "iam", name, parameters | TAG)
    assert [each.action for each in found] == [f"iam:{name}", tagging]
    assert all(each.keys == OF_TAGS for each in found)
    assert len(asked(HELD, "iam", name, parameters | {"tags": []})) == 1


def test_policies_of_aws_are_aws_s_to_change_and_everybody_s_to_read() -> None:
    for name, account in (("GetPolicy", ACCOUNT), ("DeletePolicy", "aws")):
        (found,) = asked(HELD, "iam", name, {"policy_arn": AWS_POLICY})
        assert found.account == account


def test_what_another_account_owns_is_asked_of_it() -> None:
    theirs = "arn:aws:iam::444455556666:policy/p"
    (found,) = asked(HELD, "iam", "GetPolicy", {"policy_arn": theirs})
    assert (found.arn, found.account) == (theirs, "444455556666")
    device = "arn:aws:iam::444455556666:mfa/d"
    (found,) = asked(HELD, "iam", "DeleteVirtualMFADevice", {"serial_number": device})
    assert (found.arn, found.account) == (device, "444455556666")
