"""Last accessed details and granting policies, by unmodified boto3.

Provenance: IAM API Reference, GenerateServiceLastAccessedDetails, GetServiceLastAccessedDetails,
GetServiceLastAccessedDetailsWithEntities, ListPoliciesGrantingServiceAccess, and their data types.
Groups are asked about on a directory.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from doorward.api import services as served
from doorward.api.operation import REGISTRY
from doorward.model.identity import Attachment, Group, InlinePolicy, Membership, Role, User
from doorward.model.snapshot import Snapshot
from doorward.model.use import TRACKED, WHOLE, Use
from examples.main_job.clients import Identity
from tests.accounts import allow, new_account, new_role, new_user, policy, refused, trust
from tests.api.asking import ACCOUNT, NOW, Unused, call
from tests.api.iam.test_boto3_credential_report import Shelf
from tests.live import LiveServer


@pytest.fixture(scope="module")
def account(live_server: LiveServer) -> tuple[str, Identity]:
    return new_account(live_server)


def report(asker: Identity, arn: str, **more: Any) -> tuple[str, dict[str, Any]]:
    iam = asker.client("iam")
    job = iam.generate_service_last_accessed_details(Arn=arn, **more)["JobId"]
    return job, iam.get_service_last_accessed_details(JobId=job)


def test_a_user_s_services_are_those_granted_with_their_last_access(
    account: tuple[str, Identity],
) -> None:
    number, administrator = account
    name, user = new_user(administrator, policy(allow(["iam:GetUser", "iam:List*", "sqs:*"])))
    arn = f"arn:aws:iam::{number}:user/{name}"
    user.client("iam").get_user()
    with refused("AccessDenied"):
        user.client("iam").get_role(RoleName="none")
    job, found = report(administrator, arn, Granularity="ACTION_LEVEL")
    assert len(job) == 36
    assert (found["JobStatus"], found["JobType"]) == ("COMPLETED", "ACTION_LEVEL")
    assert datetime.now(UTC) - found["JobCreationDate"] < timedelta(minutes=5)
    assert found["JobCompletionDate"] >= found["JobCreationDate"]
    assert not found["IsTruncated"]
    iam, sqs = found["ServicesLastAccessed"]
    assert sqs == {
        "ServiceName": "Amazon SQS",
        "ServiceNamespace": "sqs",
        "TotalAuthenticatedEntities": 0,
    }
    assert (iam["ServiceNamespace"], iam["TotalAuthenticatedEntities"]) == ("iam", 1)
    assert (iam["LastAuthenticatedEntity"], iam["LastAuthenticatedRegion"]) == (arn, "us-east-1")
    (action,) = iam["TrackedActionsLastAccessed"]
    assert (action["ActionName"], action["LastAccessedEntity"]) == ("GetUser", arn)
    assert action["LastAccessedTime"] == iam["LastAuthenticated"]
    _, coarse = report(administrator, arn)
    assert coarse["JobType"] == "SERVICE_LEVEL"
    assert not any("TrackedActionsLastAccessed" in each for each in coarse["ServicesLastAccessed"])
    details = administrator.client("iam").get_service_last_accessed_details_with_entities(
        JobId=job, ServiceNamespace="IAM"
    )
    (entity,) = details["EntityDetailsList"]
    assert entity["LastAuthenticated"] == iam["LastAuthenticated"]
    assert {key: entity["EntityInfo"][key] for key in ("Arn", "Name", "Type", "Path")} == {
        "Arn": arn, "Name": name, "Type": "USER", "Path": "/",
    }  # fmt: skip


def test_a_policy_s_users_and_roles_by_their_last_access(account: tuple[str, Identity]) -> None:
    number, administrator = account
    iam = administrator.client("iam")
    shared = iam.create_policy(
        PolicyName="shared", PolicyDocument=policy(allow(["sts:*", "s3:GetObject"]))
    )["Policy"]["Arn"]
    never, _ = new_user(administrator)
    name, user = new_user(administrator)
    role = new_role(administrator, trust({"AWS": number}))
    for each in (never, name):
        iam.attach_user_policy(UserName=each, PolicyArn=shared)
    iam.attach_role_policy(RoleName=role.rpartition("/")[2], PolicyArn=shared)
    user.client("sts").get_caller_identity()
    administrator.assuming(role, "session").client("sts").get_caller_identity()
    job, found = report(administrator, shared)
    by_name = {each["ServiceNamespace"]: each for each in found["ServicesLastAccessed"]}
    assert set(by_name) == {"s3", "sts"}
    assert by_name["sts"]["TotalAuthenticatedEntities"] == 2
    assert by_name["sts"]["LastAuthenticatedEntity"] == role
    assert "LastAuthenticated" not in by_name["s3"]
    pages = [
        iam.get_service_last_accessed_details_with_entities(
            JobId=job, ServiceNamespace="sts", MaxItems=2
        )
    ]
    assert pages[0]["IsTruncated"]
    pages.append(
        iam.get_service_last_accessed_details_with_entities(
            JobId=job, ServiceNamespace="sts", Marker=pages[0]["Marker"]
        )
    )
    listed = [each for page in pages for each in page["EntityDetailsList"]]
    assert [each["EntityInfo"]["Arn"].rpartition("/")[2] for each in listed] == [
        role.rpartition("/")[2], name, never,
    ]  # fmt: skip
    assert ["LastAuthenticated" in each for each in listed] == [True, True, False]
    assert [each["EntityInfo"]["Type"] for each in listed] == ["ROLE", "USER", "USER"]


def test_the_services_of_an_administrator_come_in_pages(account: tuple[str, Identity]) -> None:
    _, administrator = account
    iam = administrator.client("iam")
    job = iam.generate_service_last_accessed_details(
        Arn="arn:aws:iam::aws:policy/AdministratorAccess"
    )["JobId"]
    names: list[str] = []
    marker: str | None = None
    while True:
        more: dict[str, str] = {"Marker": marker} if marker else {}
        answer = iam.get_service_last_accessed_details(JobId=job, MaxItems=200, **more)
        names += [each["ServiceNamespace"] for each in answer["ServicesLastAccessed"]]
        marker = answer.get("Marker")
        if marker is None:
            break
    assert names == sorted(set(names))
    assert len(names) > 400


def test_a_job_is_for_whoever_asked_for_it(account: tuple[str, Identity]) -> None:
    """IAM API Reference: the JobId "must be used … by the same user"."""
    number, administrator = account
    arn = f"arn:aws:iam::{number}:user/administrator"
    job, _ = report(administrator, arn)
    _, other = new_user(administrator, policy(allow("iam:*")))
    for caller, asked in ((other, job), (administrator, "0" * 36)):
        iam = caller.client("iam")
        with refused("NoSuchEntity", asked, 404):
            iam.get_service_last_accessed_details(JobId=asked)
        with refused("NoSuchEntity", asked, 404):
            iam.get_service_last_accessed_details_with_entities(
                JobId=asked, ServiceNamespace="iam"
            )
    with refused("InvalidInput", "nonesuch", 400):
        administrator.client("iam").get_service_last_accessed_details_with_entities(
            JobId=job, ServiceNamespace="nonesuch"
        )


@pytest.mark.parametrize(
    ("arn", "code", "status"),
    [
        ("arn:aws:iam::{account}:user/nobody", "NoSuchEntity", 404),
        ("arn:aws:iam::{account}:user/wrong/administrator", "NoSuchEntity", 404),
        ("arn:aws:iam::{account}:role/nobody", "NoSuchEntity", 404),
        ("arn:aws:iam::{account}:group/nobody", "NoSuchEntity", 404),
        ("arn:aws:iam::444455556666:user/administrator", "NoSuchEntity", 404),
        ("arn:aws:iam::{account}:policy/none", "NoSuchEntity", 404),
        ("arn:aws:iam::{account}:root", "InvalidInput", 400),
        ("arn:aws:s3:::some-bucket-of-mine", "InvalidInput", 400),
    ],
)
def test_what_cannot_be_reported_on(
    account: tuple[str, Identity], arn: str, code: str, status: int
) -> None:
    number, administrator = account
    iam, asked = administrator.client("iam"), arn.format(account=number)
    with refused(code, "", status):
        iam.generate_service_last_accessed_details(Arn=asked)
    wanted = (code, status) if ":policy/" not in arn else ("NoSuchEntity", 404)
    with refused(wanted[0], "", wanted[1]):
        iam.list_policies_granting_service_access(Arn=asked, ServiceNamespaces=["s3"])


def test_the_policies_that_grant_a_service(account: tuple[str, Identity]) -> None:
    number, administrator = account
    iam = administrator.client("iam")
    name, _ = new_user(administrator, policy(allow("sqs:*")), policy(allow("iam:GetUser")))
    queue = iam.create_policy(PolicyName="queue", PolicyDocument=policy(allow("sqs:SendMessage")))
    iam.attach_user_policy(UserName=name, PolicyArn=queue["Policy"]["Arn"])
    answer = iam.list_policies_granting_service_access(
        Arn=f"arn:aws:iam::{number}:user/{name}", ServiceNamespaces=["sqs", "s3", "iam"]
    )
    assert not answer["IsTruncated"]
    inline = {"PolicyType": "INLINE", "EntityType": "USER", "EntityName": name}
    assert answer["PoliciesGrantingServiceAccess"] == [
        {
            "ServiceNamespace": "sqs",
            "Policies": [
                {"PolicyName": "p0", **inline},
                {
                    "PolicyName": "queue",
                    "PolicyType": "MANAGED",
                    "PolicyArn": queue["Policy"]["Arn"],
                },
            ],
        },
        {"ServiceNamespace": "s3", "Policies": []},
        {"ServiceNamespace": "iam", "Policies": [{"PolicyName": "p1", **inline}]},
    ]
    with refused("InvalidInput", "nonesuch", 400):
        iam.list_policies_granting_service_access(
            Arn=f"arn:aws:iam::{number}:user/{name}", ServiceNamespaces=["nonesuch"]
        )
    with refused("InvalidInput", "", 400):
        iam.list_policies_granting_service_access(
            Arn=queue["Policy"]["Arn"], ServiceNamespaces=["s3"]
        )


# --- on a directory: groups, and what is too old

READ_ONLY = "arn:aws:iam::aws:policy/AmazonSQSReadOnlyAccess"
GROUPED = Snapshot.of(
    [
        User(ACCOUNT, "Ann", "AIDAANN", NOW),
        User(ACCOUNT, "bob", "AIDABOB", NOW),
        Role(ACCOUNT, "Ops", "AROAOPS", NOW, "{}"),
        Group(ACCOUNT, "Team", "AGPATEAM", NOW, "/g/"),
        Membership(ACCOUNT, "AIDAANN", "AGPATEAM"),
        Membership(ACCOUNT, "AIDABOB", "AGPATEAM"),
        InlinePolicy(ACCOUNT, "AGPATEAM", "of-team", policy(allow("iam:ListUsers"))),
        InlinePolicy(ACCOUNT, "AIDAANN", "own", policy(allow("iam:GetUser"))),
        Attachment(ACCOUNT, "AGPATEAM", READ_ONLY, 0),
        Attachment(ACCOUNT, "AROAOPS", READ_ONLY, 0),
    ],
    {},
)
TEAM = f"arn:aws:iam::{ACCOUNT}:group/g/Team"


class Marks(Unused):
    """Ann used IAM long ago and bob just now."""

    def scoped(self, subjects: Any) -> tuple[Use, ...]:
        uses = (
            Use("AIDAANN", "iam", ACCOUNT, NOW - TRACKED - timedelta(seconds=1), "iam", "here"),
            Use("AIDABOB", "iam", ACCOUNT, NOW - TRACKED, "iam", "there"),
            Use("AROAOPS", "sqs", ACCOUNT, NOW, "sqs", "there"),
        )
        wanted = set(subjects)
        return tuple(use for use in uses if use.subject in wanted and use.scope != WHOLE)


served.load()


def on_directory(shelf: Shelf, name: str, **given: Any) -> Any:
    made = msgspec.structs.replace(call(GROUPED), reports=shelf, uses=Marks())
    operation = REGISTRY["iam", name]
    return operation.answer(operation.handler(made, **given))


def test_a_group_s_members_and_the_time_that_is_tracked() -> None:
    shelf = Shelf()
    job = on_directory(shelf, "GenerateServiceLastAccessedDetails", arn=TEAM)["JobId"]
    found = on_directory(shelf, "GetServiceLastAccessedDetails", job_id=job)
    services = {each["ServiceNamespace"]: each for each in found["ServicesLastAccessed"]}
    assert set(services) == {"iam", "sqs"}
    assert services["iam"]["TotalAuthenticatedEntities"] == 1
    assert services["iam"]["LastAuthenticatedEntity"].endswith(":user/bob")
    assert services["sqs"]["TotalAuthenticatedEntities"] == 0
    entities = on_directory(
        shelf, "GetServiceLastAccessedDetailsWithEntities", job_id=job, service_namespace="iam"
    )["EntityDetailsList"]
    assert [each["EntityInfo"]["Name"] for each in entities] == ["bob", "Ann"]
    assert [each["LastAuthenticated"] for each in entities] == [NOW - TRACKED, None]


def test_a_policy_reaches_the_members_of_groups_too() -> None:
    shelf = Shelf()
    job = on_directory(shelf, "GenerateServiceLastAccessedDetails", arn=READ_ONLY)["JobId"]
    entities = on_directory(
        shelf, "GetServiceLastAccessedDetailsWithEntities", job_id=job, service_namespace="sqs"
    )["EntityDetailsList"]
    assert [each["EntityInfo"]["Name"] for each in entities] == ["Ops", "Ann", "bob"]


@pytest.mark.parametrize(
    ("arn", "expected"),
    [
        (f"arn:aws:iam::{ACCOUNT}:user/Ann", ["own", "of-team"]),
        (f"arn:aws:iam::{ACCOUNT}:user/bob", ["of-team"]),
        (TEAM, ["of-team"]),
        (f"arn:aws:iam::{ACCOUNT}:role/Ops", []),
    ],
)
def test_policies_of_groups_are_told_as_the_group_s(arn: str, expected: list[str]) -> None:
    """ "The list also includes any additional … policies that are attached to the group"."""
    answer = on_directory(
        Shelf(), "ListPoliciesGrantingServiceAccess", arn=arn, service_namespaces=["iam"]
    )
    (granted,) = answer["PoliciesGrantingServiceAccess"]
    assert [each["PolicyName"] for each in granted["Policies"]] == expected
    of_team = [each for each in granted["Policies"] if each["PolicyName"] == "of-team"]
    assert all((each["EntityType"], each["EntityName"]) == ("GROUP", "Team") for each in of_team)


def test_a_job_is_forgotten_after_a_while() -> None:
    shelf = Shelf()
    job = on_directory(shelf, "GenerateServiceLastAccessedDetails", arn=TEAM)["JobId"]
    made = msgspec.structs.replace(
        call(GROUPED), reports=shelf, uses=Marks(), now=NOW + timedelta(days=7)
    )
    with pytest.raises(Exception, match="cannot be found"):
        REGISTRY["iam", "GetServiceLastAccessedDetails"].handler(made, job_id=job)
