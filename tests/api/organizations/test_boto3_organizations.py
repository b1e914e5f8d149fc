"""An organization built, governed and taken down again, by unmodified boto3."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from examples.main_job.clients import Identity
from tests.api.iam.people import allow, policy, refused, somebody
from tests.live import ACCOUNT, LiveServer, serving

DENY_S3 = policy({"Effect": "Deny", "Action": "s3:*", "Resource": "*"})
SCP = "SERVICE_CONTROL_POLICY"


@pytest.fixture(scope="module")
def server() -> Iterator[LiveServer]:
    """A server whose account is in no organization at first."""
    with serving() as server:
        yield server


@pytest.fixture(scope="module")
def organizations(server: LiveServer) -> Any:
    """The management account's client, once the organization is there."""
    client = server.client("organizations")
    assert refused(client.describe_organization) == (
        "AWSOrganizationsNotInUseException",
        400,
        "Your account is not a member of an organization.",
    )
    client.create_organization(FeatureSet="ALL")
    return client


@pytest.fixture(scope="module")
def root(organizations: Any) -> str:
    """The root, with SCPs enabled."""
    (root,) = organizations.list_roots()["Roots"]
    assert root["PolicyTypes"] == []
    enabled = organizations.enable_policy_type(RootId=root["Id"], PolicyType=SCP)["Root"]
    assert enabled["PolicyTypes"] == [{"Type": SCP, "Status": "ENABLED"}]
    identifier: str = root["Id"]
    return identifier


def _account(organizations: Any, email: str, **more: Any) -> str:
    status = organizations.create_account(Email=email, AccountName="Member", **more)
    request = status["CreateAccountStatus"]["Id"]
    done = organizations.describe_create_account_status(CreateAccountRequestId=request)
    assert done["CreateAccountStatus"]["State"] == "SUCCEEDED"
    account: str = done["CreateAccountStatus"]["AccountId"]
    return account


def _inside(server: LiveServer, account: str) -> Identity:
    """Return a session of an account's access role."""
    role = f"arn:aws:iam::{account}:role/OrganizationAccountAccessRole"
    return server.administrator.assuming(role, "inside")


def test_the_organization_describes_itself(organizations: Any, root: str) -> None:
    found = organizations.describe_organization()["Organization"]
    assert found["MasterAccountId"] == ACCOUNT
    assert found["FeatureSet"] == "ALL"
    assert found["Arn"] == f"arn:aws:organizations::{ACCOUNT}:organization/{found['Id']}"
    code, status, _ = refused(organizations.create_organization)
    assert (code, status) == ("AlreadyInOrganizationException", 400)
    code, _, _ = refused(organizations.enable_policy_type, RootId=root, PolicyType=SCP)
    assert code == "PolicyTypeAlreadyEnabledException"


def test_accounts_and_units_form_a_tree(organizations: Any, root: str) -> None:
    account = _account(organizations, "tree@example.com")
    outer = organizations.create_organizational_unit(ParentId=root, Name="outer")
    unit = outer["OrganizationalUnit"]
    inner = organizations.create_organizational_unit(ParentId=unit["Id"], Name="inner")
    assert inner["OrganizationalUnit"]["Path"].endswith(
        f"/{root}/{unit['Id']}/{inner['OrganizationalUnit']['Id']}/"
    )
    organizations.move_account(
        AccountId=account, SourceParentId=root, DestinationParentId=unit["Id"]
    )
    assert organizations.list_parents(ChildId=account)["Parents"] == [
        {"Id": unit["Id"], "Type": "ORGANIZATIONAL_UNIT"}
    ]
    assert organizations.list_parents(ChildId=unit["Id"])["Parents"] == [
        {"Id": root, "Type": "ROOT"}
    ]
    assert organizations.list_children(ParentId=unit["Id"], ChildType="ACCOUNT")["Children"] == [
        {"Id": account, "Type": "ACCOUNT"}
    ]
    children = organizations.list_children(ParentId=root, ChildType="ORGANIZATIONAL_UNIT")
    assert {"Id": unit["Id"], "Type": "ORGANIZATIONAL_UNIT"} in children["Children"]
    (listed,) = organizations.list_accounts_for_parent(ParentId=unit["Id"])["Accounts"]
    assert listed == organizations.describe_account(AccountId=account)["Account"]
    assert listed["Paths"][0].endswith(f"/{root}/{unit['Id']}/{account}/")
    (below,) = organizations.list_organizational_units_for_parent(ParentId=unit["Id"])[
        "OrganizationalUnits"
    ]
    assert below == inner["OrganizationalUnit"]
    renamed = organizations.update_organizational_unit(
        OrganizationalUnitId=below["Id"], Name="core"
    )
    assert renamed["OrganizationalUnit"]["Name"] == "core"
    code, _, _ = refused(organizations.delete_organizational_unit, OrganizationalUnitId=unit["Id"])
    assert code == "OrganizationalUnitNotEmptyException"
    organizations.delete_organizational_unit(OrganizationalUnitId=below["Id"])
    code, _, _ = refused(
        organizations.describe_organizational_unit, OrganizationalUnitId=below["Id"]
    )
    assert code == "OrganizationalUnitNotFoundException"


def test_an_scp_governs_from_the_next_call(
    server: LiveServer, organizations: Any, root: str
) -> None:
    account = _account(organizations, "governed@example.com")
    member = _inside(server, account).client("iam")
    member.list_users()
    made = organizations.create_policy(
        Name="no iam",
        Description="",
        Type=SCP,
        Content=policy({"Effect": "Deny", "Action": "iam:List*", "Resource": "*"}),
    )["Policy"]["PolicySummary"]
    organizations.attach_policy(PolicyId=made["Id"], TargetId=account)
    code, _, message = refused(member.list_users)
    assert code == "AccessDenied"
    assert "with an explicit deny in a service control policy" in message
    targets = organizations.list_targets_for_policy(PolicyId=made["Id"])["Targets"]
    assert [(each["TargetId"], each["Type"]) for each in targets] == [(account, "ACCOUNT")]
    attached = organizations.list_policies_for_target(TargetId=account, Filter=SCP)["Policies"]
    assert {each["Id"] for each in attached} == {"p-FullAWSAccess", made["Id"]}
    code, _, _ = refused(organizations.delete_policy, PolicyId=made["Id"])
    assert code == "PolicyInUseException"
    organizations.detach_policy(PolicyId=made["Id"], TargetId=account)
    member.list_users()
    with pytest.raises(organizations.exceptions.ConstraintViolationException) as caught:
        organizations.detach_policy(PolicyId="p-FullAWSAccess", TargetId=account)
    assert caught.value.response["Reason"] == "MIN_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED"
    assert caught.value.response["Error"]["Message"] == (
        "You cannot remove the last policy attached to the specified target. You must have at "
        "least one attached at all times."
    )
    organizations.delete_policy(PolicyId=made["Id"])


def test_a_policy_is_kept_as_written_and_changed(organizations: Any, root: str) -> None:
    text = json.dumps(json.loads(DENY_S3), indent=3)
    made = organizations.create_policy(Name="s3", Description="d", Type=SCP, Content=text)
    identifier = made["Policy"]["PolicySummary"]["Id"]
    assert organizations.describe_policy(PolicyId=identifier)["Policy"] == made["Policy"]
    assert made["Policy"]["Content"] == text
    changed = organizations.update_policy(PolicyId=identifier, Name="s4", Content=DENY_S3)
    assert changed["Policy"]["PolicySummary"]["Name"] == "s4"
    assert changed["Policy"]["Content"] == DENY_S3
    names = {each["Name"] for each in organizations.list_policies(Filter=SCP)["Policies"]}
    assert {"FullAWSAccess", "s4"} <= names
    code, _, _ = refused(
        organizations.create_policy, Name="s4", Description="", Type=SCP, Content=DENY_S3
    )
    assert code == "DuplicatePolicyException"
    code, _, _ = refused(
        organizations.create_policy, Name="bad", Description="", Type=SCP, Content="{"
    )
    assert code == "MalformedPolicyDocumentException"
    full = organizations.describe_policy(PolicyId="p-FullAWSAccess")["Policy"]
    assert full["PolicySummary"]["AwsManaged"]
    assert full["PolicySummary"]["Arn"] == (
        "arn:aws:organizations::aws:policy/service_control_policy/p-FullAWSAccess"
    )


def test_members_describe_and_no_more(server: LiveServer, organizations: Any, root: str) -> None:
    account = _account(organizations, "member@example.com")
    member = _inside(server, account).client("organizations")
    assert member.describe_organization()["Organization"]["MasterAccountId"] == ACCOUNT
    for call, parameters in (
        (member.list_accounts, {}),
        (member.list_roots, {}),
        (member.create_account, {"Email": "x@example.com", "AccountName": "X"}),
        (member.describe_account, {"AccountId": account}),
        (member.create_organizational_unit, {"ParentId": root, "Name": "mine"}),
        (member.detach_policy, {"PolicyId": "p-FullAWSAccess", "TargetId": account}),
    ):
        code, status, _ = refused(call, **parameters)
        assert (code, status) == ("AccessDeniedException", 400)


def test_attaching_is_allowed_on_policy_and_target_alike(
    server: LiveServer, organizations: Any, root: str
) -> None:
    """Service Authorization Reference: AttachPolicy has the policy and the target as resources."""
    made = organizations.create_policy(Name="t", Description="", Type=SCP, Content=DENY_S3)
    summary = made["Policy"]["PolicySummary"]
    first, second = (
        organizations.create_organizational_unit(ParentId=root, Name=name)["OrganizationalUnit"]
        for name in ("may", "may not")
    )
    _, caller = somebody(
        server,
        allow("organizations:AttachPolicy", summary["Arn"]),
        allow("organizations:AttachPolicy", first["Arn"]),
    )
    mine = caller.client("organizations")
    mine.attach_policy(PolicyId=summary["Id"], TargetId=first["Id"])
    code, _, message = refused(mine.attach_policy, PolicyId=summary["Id"], TargetId=second["Id"])
    assert code == "AccessDeniedException"
    assert second["Arn"] in message


def test_creating_an_account_with_tags_needs_tagging(
    server: LiveServer, organizations: Any
) -> None:
    """CreateAccount: "the requester must have the organizations:TagResource permission"."""
    _, caller = somebody(server, allow("organizations:CreateAccount"))
    code, _, message = refused(
        caller.client("organizations").create_account,
        Email="tagged@example.com",
        AccountName="T",
        Tags=[{"Key": "k", "Value": "v"}],
    )
    assert code == "AccessDeniedException"
    assert "organizations:TagResource" in message


def test_one_address_makes_one_account(organizations: Any) -> None:
    _account(organizations, "once@example.com")
    again = organizations.create_account(Email="once@example.com", AccountName="Again")
    status = again["CreateAccountStatus"]
    assert (status["State"], status["FailureReason"]) == ("FAILED", "EMAIL_ALREADY_EXISTS")
    failed = organizations.list_create_account_status(States=["FAILED"])
    assert status["Id"] in {each["Id"] for each in failed["CreateAccountStatuses"]}


def test_accounts_are_paged(organizations: Any) -> None:
    _account(organizations, "paged@example.com")
    first = organizations.list_accounts(MaxResults=1)
    rest = organizations.list_accounts(NextToken=first["NextToken"])
    everybody = {each["Id"] for each in organizations.list_accounts()["Accounts"]}
    assert {each["Id"] for each in (*first["Accounts"], *rest["Accounts"])} == everybody
    code, _, _ = refused(organizations.list_accounts, NextToken="nonsense!")
    assert code == "InvalidInputException"


def test_of_a_type_that_is_not_kept_there_are_no_policies(organizations: Any, root: str) -> None:
    """AWS lists each of its types, empty at first; what goes through all of them finds that."""
    model = organizations.meta.service_model.shape_for("PolicyType")
    assert {SCP, "TAG_POLICY"} < set(model.enum)
    for kind in set(model.enum) - {SCP, "RESOURCE_CONTROL_POLICY"}:
        assert organizations.list_policies(Filter=kind)["Policies"] == []
        assert organizations.list_policies_for_target(TargetId=root, Filter=kind)["Policies"] == []
    nowhere = {"TargetId": "111111111111", "Filter": "TAG_POLICY"}
    code, _, _ = refused(organizations.list_policies_for_target, **nowhere)
    assert code == "TargetNotFoundException"
    code, _, _ = refused(organizations.list_policies, Filter="NONSENSE")
    assert code == "InvalidInputException"


def test_what_is_not_kept_is_refused(organizations: Any, root: str) -> None:
    code, status, message = refused(
        organizations.create_organizational_unit,
        ParentId=root,
        Name="tagged",
        Tags=[{"Key": "k", "Value": "v"}],
    )
    assert (code, status) == ("NotImplementedException", 501)
    assert "Tags" in message
    code, _, _ = refused(organizations.enable_policy_type, RootId=root, PolicyType="TAG_POLICY")
    assert code == "InvalidInputException"
