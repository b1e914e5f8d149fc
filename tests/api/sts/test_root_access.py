"""Centralized root access on real clients: trusted access, features, AssumeRoot and its tasks.

Sources: IAM API Reference (Enable…, Disable…, ListOrganizationsFeatures, CreateLoginProfile); AWS
STS API Reference, AssumeRoot; IAM User Guide, "Centralize root access for member accounts",
"Perform a privileged task on a member account"; CloudTrail User Guide, "userIdentity element".
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest

from examples.main_job.clients import Identity, of_session
from tests.accounts import allow, new_account, new_role, new_user, policy, refused, trust
from tests.live import ACCOUNT, LiveServer, serving

TASKS = "arn:aws:iam::aws:policy/root-task/"
AUDIT, CREATE, DELETE, UNLOCK = (
    f"{TASKS}{name}"
    for name in (
        "IAMAuditRootUserCredentials",
        "IAMCreateRootUserPassword",
        "IAMDeleteRootUserCredentials",
        "S3UnlockBucketPolicy",
    )
)
IAM = "iam.amazonaws.com"
NO_ADMINISTRATOR = "AccountNotManagementOrDelegatedAdministratorException"


@pytest.fixture(scope="module")
def server() -> Iterator[LiveServer]:
    with serving() as server:
        yield server


@pytest.fixture(scope="module")
def member(server: LiveServer) -> str:
    """A member account of the server's organization, which trusts nobody yet."""
    organizations = server.client("organizations")
    organizations.create_organization()
    status = organizations.create_account(Email="m@example.com", AccountName="Member")
    account: str = status["CreateAccountStatus"]["AccountId"]
    return account


@pytest.fixture
def central(server: LiveServer, member: str) -> Iterator[Any]:
    """IAM of the management account, with both features; without them afterwards."""
    organizations, iam = server.client("organizations"), server.client("iam")
    organizations.enable_aws_service_access(ServicePrincipal=IAM)
    iam.enable_organizations_root_credentials_management()
    iam.enable_organizations_root_sessions()
    yield iam
    organizations.enable_aws_service_access(ServicePrincipal=IAM)
    iam.disable_organizations_root_credentials_management()
    iam.disable_organizations_root_sessions()
    organizations.disable_aws_service_access(ServicePrincipal=IAM)


def assume(who: Identity, target: str, task: str, **more: Any) -> dict[str, Any]:
    answer: dict[str, Any] = who.client("sts").assume_root(
        TargetPrincipal=target, TaskPolicyArn={"arn": task}, **more
    )
    return answer


def as_root(who: Identity, target: str, task: str) -> Identity:
    return of_session(who.endpoint, assume(who, target, task)["Credentials"])


def inside(server: LiveServer, member: str) -> Identity:
    """Return a session of the member's access role."""
    role = f"arn:aws:iam::{member}:role/OrganizationAccountAccessRole"
    return server.administrator.assuming(role, "inside")


def calls(iam: Any) -> list[Any]:
    """All five operations of the features."""
    return [
        iam.list_organizations_features,
        iam.disable_organizations_root_credentials_management,
        iam.disable_organizations_root_sessions,
        iam.enable_organizations_root_credentials_management,
        iam.enable_organizations_root_sessions,
    ]


def test_services_are_trusted_by_name(server: LiveServer, member: str) -> None:
    organizations = server.client("organizations")

    def trusted() -> list[str]:
        found = organizations.list_aws_service_access_for_organization()
        return [each["ServicePrincipal"] for each in found["EnabledServicePrincipals"]]

    assert trusted() == []
    for name in ("sso.amazonaws.com", "config.amazonaws.com", "sso.amazonaws.com"):
        organizations.enable_aws_service_access(ServicePrincipal=name)
    assert trusted() == ["config.amazonaws.com", "sso.amazonaws.com"]
    first = organizations.list_aws_service_access_for_organization(MaxResults=1)
    rest = organizations.list_aws_service_access_for_organization(NextToken=first["NextToken"])
    assert rest["EnabledServicePrincipals"][0]["ServicePrincipal"] == "sso.amazonaws.com"
    for name in ("sso.amazonaws.com", "config.amazonaws.com", "config.amazonaws.com"):
        organizations.disable_aws_service_access(ServicePrincipal=name)
    assert trusted() == []
    with refused("InvalidInputException", "isn't recognized", 400) as seen:
        organizations.enable_aws_service_access(ServicePrincipal="somebody@example.com")
    assert seen.message
    within = inside(server, member).client("organizations")
    for call in (within.enable_aws_service_access, within.disable_aws_service_access):
        with refused("AccessDeniedException", "You don't have permissions", 400):
            call(ServicePrincipal=IAM)


def test_features_need_an_organization_its_management_and_trust(
    server: LiveServer, member: str
) -> None:
    alone = new_account(server)[1].client("iam")
    for call in calls(alone):
        with refused("OrganizationNotFoundException", "No organization", 400):
            call()
    within = inside(server, member).client("iam")
    codes = [NO_ADMINISTRATOR] * 3 + ["CallerIsNotManagementAccountException"] * 2
    for call, code in zip(calls(within), codes, strict=True):
        with refused(code, "management account", 400):
            call()
    for call in calls(server.client("iam")):
        with refused("ServiceAccessNotEnabledException", "Trusted access", 400):
            call()
    with refused("AccessDenied", "RootCredentialsManagement", 403):
        assume(server.administrator, member, AUDIT)


def test_features_are_enabled_listed_and_disabled(server: LiveServer, central: Any) -> None:
    organization = server.client("organizations").describe_organization()["Organization"]["Id"]
    both = ["RootCredentialsManagement", "RootSessions"]
    for answer, features in (
        (central.list_organizations_features(), both),
        (central.disable_organizations_root_credentials_management(), both[1:]),
        (central.disable_organizations_root_credentials_management(), both[1:]),
        (central.enable_organizations_root_credentials_management(), both),
        (central.disable_organizations_root_sessions(), both[:1]),
        (central.list_organizations_features(), both[:1]),
        (central.enable_organizations_root_sessions(), both),
    ):
        assert (answer["OrganizationId"], answer["EnabledFeatures"]) == (organization, features)


@pytest.mark.parametrize("target", ["{member}", "arn:aws:iam::{member}:root"])
def test_a_session_is_the_member_s_root_for_a_quarter_of_an_hour(
    server: LiveServer, member: str, central: Any, target: str
) -> None:
    answer = assume(server.administrator, target.format(member=member), AUDIT)
    credentials = answer["Credentials"]
    assert abs(credentials["Expiration"].timestamp() - time.time() - 900) < 20
    assert "SourceIdentity" not in answer
    who = of_session(server.endpoint, credentials).client("sts").get_caller_identity()
    assert who["Arn"] == f"arn:aws:iam::{member}:root"
    assert (who["UserId"], who["Account"]) == (member, member)
    shorter = assume(server.administrator, member, AUDIT, DurationSeconds=60)["Credentials"]
    assert shorter["Expiration"].timestamp() - time.time() < 61
    with refused("ValidationError", "less than or equal to 900", 400):
        assume(server.administrator, member, AUDIT, DurationSeconds=901)


def test_the_task_bounds_the_session(server: LiveServer, member: str, central: Any) -> None:
    """The five policies' own statements; a Deny is named by the policy's ARN."""
    iam = as_root(server.administrator, member, AUDIT).client("iam")
    assert iam.list_access_keys()["AccessKeyMetadata"] == []
    assert iam.list_mfa_devices()["MFADevices"] == []
    assert iam.get_user()["User"]["Arn"] == f"arn:aws:iam::{member}:root"
    assert iam.get_account_summary()["SummaryMap"]["AccountPasswordPresent"] == 0
    denied = f"with an explicit deny in an identity-based policy: {AUDIT}"
    for call in (iam.list_users, iam.create_access_key, iam.create_login_profile):
        with refused("AccessDenied", denied, 403):
            call()
    with refused("AccessDenied", denied, 403):
        iam.list_access_keys(UserName="administrator")
    unlock = as_root(server.administrator, member, UNLOCK)
    with refused("AccessDenied", "explicit deny in an identity-based policy", 403):
        unlock.client("iam").get_user()
    doorward = inside(server, member).client("doorward")
    for action, effect in (
        ("s3:DeleteBucketPolicy", "ALLOW"),
        ("s3:GetObject", "EXPLICIT_DENY"),
    ):
        arn = "arn:aws:s3:::locked"
        doorward.put_resource(Arn=arn, Account=member)
        subject = {"SessionToken": unlock.session_token}
        decision = doorward.decide(Subject=subject, Action=action, Resource=arn)["Decision"]
        assert decision["Effect"] == effect, decision


def test_a_session_of_a_task_calls_nothing_else_of_sts(
    server: LiveServer, member: str, central: Any
) -> None:
    sts = as_root(server.administrator, member, AUDIT).client("sts")
    for name, call in (
        ("GetSessionToken", sts.get_session_token),
        ("GetFederationToken", lambda: sts.get_federation_token(Name="fay")),
        (
            "AssumeRoot",
            lambda: sts.assume_root(TargetPrincipal=member, TaskPolicyArn={"arn": AUDIT}),
        ),
    ):
        with refused("AccessDenied", f"Cannot call {name} with session credentials", 403):
            call()


def test_the_root_user_is_let_choose_a_password_and_loses_it(
    server: LiveServer, member: str, central: Any
) -> None:
    create = as_root(server.administrator, member, CREATE).client("iam")
    delete = as_root(server.administrator, member, DELETE).client("iam")
    audit = as_root(server.administrator, member, AUDIT).client("iam")
    with refused("NoSuchEntity", "Login Profile for User root cannot be found", 404):
        audit.get_login_profile()
    with refused("ValidationError", "takes neither Password", 400):
        create.create_login_profile(Password="Correct-Horse-9")
    made = create.create_login_profile()["LoginProfile"]
    assert audit.get_login_profile()["LoginProfile"] == made
    assert audit.get_account_summary()["SummaryMap"]["AccountPasswordPresent"] == 1
    with refused("EntityAlreadyExists", "already exists", 409):
        create.create_login_profile()
    delete.delete_login_profile()
    with refused("NoSuchEntity", status=404):
        delete.delete_login_profile()
    assert audit.get_account_summary()["SummaryMap"]["AccountPasswordPresent"] == 0


def test_each_task_needs_its_feature_and_trust(
    server: LiveServer, member: str, central: Any
) -> None:
    central.disable_organizations_root_sessions()
    assume(server.administrator, member, AUDIT)
    with refused("AccessDenied", "the feature RootSessions", 403):
        assume(server.administrator, member, UNLOCK)
    server.client("organizations").disable_aws_service_access(ServicePrincipal=IAM)
    with refused("AccessDenied", "the feature RootCredentialsManagement", 403):
        assume(server.administrator, member, AUDIT)


def test_whom_and_what_for(server: LiveServer, member: str, central: Any) -> None:
    outsider, stranger = new_account(server)
    none = "none of"
    for who, target in (
        (server.administrator, outsider),
        (server.administrator, "999999999999"),
        (server.administrator, ACCOUNT),
        (stranger, member),
    ):
        with refused("AccessDenied", none, 403):
            assume(who, target, AUDIT)
    within = inside(server, member)
    with refused("AccessDenied", none, 403):
        assume(within, member, AUDIT)
    for task in (
        "arn:aws:iam::aws:policy/ReadOnlyAccess",
        f"arn:aws:iam::{ACCOUNT}:policy/root-task/IAMAuditRootUserCredentials",
    ):
        with refused("ValidationError", "none of AWS's policies for root tasks", 400):
            assume(server.administrator, member, task)
    for target in (f"arn:aws:iam::{member}:user/x", "somebody-else-1"):
        with refused("ValidationError", f"{target} is invalid", 400):
            assume(server.administrator, target, AUDIT)


def test_leave_is_by_member_and_by_task(server: LiveServer, member: str, central: Any) -> None:
    root = f"arn:aws:iam::{member}:root"
    only = {"Condition": {"ArnEquals": {"sts:TaskPolicyArn": AUDIT}}}
    auditor = new_user(server.administrator, policy(allow("sts:AssumeRoot", root, **only)))[1]
    assume(auditor, member, AUDIT)
    with refused("AccessDenied", f"sts:AssumeRoot on resource: {root}", 403):
        assume(auditor, member, DELETE)
    elsewhere = new_user(
        server.administrator,
        policy(
            allow("sts:AssumeRoot", Condition={"StringEquals": {"aws:ResourceAccount": ACCOUNT}})
        ),
    )[1]
    with refused("AccessDenied", f"sts:AssumeRoot on resource: {root}", 403):
        assume(elsewhere, member, AUDIT)


def test_a_source_identity_stays_with_the_session(
    server: LiveServer, member: str, central: Any
) -> None:
    role = new_role(
        server.administrator,
        trust({"AWS": ACCOUNT}, ["sts:AssumeRole", "sts:SetSourceIdentity"]),
        policy(allow("sts:AssumeRoot")),
    )
    assumed = server.client("sts").assume_role(
        RoleArn=role, RoleSessionName="ann", SourceIdentity="ann"
    )
    who = of_session(server.endpoint, assumed["Credentials"])
    answer = assume(who, member, AUDIT)
    assert answer["SourceIdentity"] == "ann"
    session = of_session(server.endpoint, answer["Credentials"])
    called = session.client("iam").get_user()["ResponseMetadata"]["RequestId"]
    found = server.client("doorward").get_decision(RequestId=called)
    identity = json.loads(found["Event"])["userIdentity"]
    assert (identity["type"], identity["accountId"]) == ("Root", member)
    assert identity["sessionContext"]["assumedRoot"] == "true"
    assert identity["sessionContext"]["sourceIdentity"] == "ann"


def test_service_control_policies_bind_the_session(
    server: LiveServer, member: str, central: Any
) -> None:
    """And may let sessions of AssumeRoot pass alone: aws:AssumedRoot."""
    organizations = server.client("organizations")
    (root,) = organizations.list_roots()["Roots"]
    kind = "SERVICE_CONTROL_POLICY"
    organizations.enable_policy_type(RootId=root["Id"], PolicyType=kind)

    def attached(name: str, **condition: Any) -> str:
        document = policy({"Effect": "Deny", "Action": "iam:*", "Resource": "*", **condition})
        made = organizations.create_policy(Name=name, Description="", Type=kind, Content=document)[
            "Policy"
        ]["PolicySummary"]["Id"]
        organizations.attach_policy(PolicyId=made, TargetId=member)
        identifier: str = made
        return identifier

    iam = as_root(server.administrator, member, AUDIT).client("iam")
    without = attached("but-tasks", Condition={"Null": {"aws:AssumedRoot": "true"}})
    iam.get_user()
    organizations.detach_policy(PolicyId=without, TargetId=member)
    attached("all")
    with refused("AccessDenied", "explicit deny in a service control policy", 403):
        iam.get_user()
    organizations.disable_policy_type(RootId=root["Id"], PolicyType=kind)


def test_the_member_s_resource_control_policies_bind_who_assumes(
    server: LiveServer, member: str, central: Any
) -> None:
    """AWS Organizations User Guide, "Services that support RCPs": STS is one of them."""
    organizations = server.client("organizations")
    (root,) = organizations.list_roots()["Roots"]
    kind = "RESOURCE_CONTROL_POLICY"
    organizations.enable_policy_type(RootId=root["Id"], PolicyType=kind)
    assume(server.administrator, member, AUDIT)
    deny = {"Effect": "Deny", "Principal": "*", "Action": "sts:AssumeRoot", "Resource": "*"}
    made = organizations.create_policy(
        Name="no-tasks", Description="", Type=kind, Content=policy(deny)
    )["Policy"]["PolicySummary"]["Id"]
    organizations.attach_policy(PolicyId=made, TargetId=member)
    with refused("AccessDenied", "explicit deny in a resource control policy", 403):
        assume(server.administrator, member, AUDIT)
    organizations.disable_policy_type(RootId=root["Id"], PolicyType=kind)
