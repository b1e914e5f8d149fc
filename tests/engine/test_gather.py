"""From an estate to the layers of a request."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable

import pytest

from doorward.engine.gather import gather
from doorward.engine.layers import Layers, Policies
from doorward.engine.request import Resource
from doorward.engine.subject import Subject
from doorward.errors import InvalidInput, Unsupported
from doorward.model.credential import PasswordPolicy
from doorward.model.identity import (
    Attachment,
    Group,
    InlinePolicy,
    ManagedPolicy,
    Membership,
    PolicyVersion,
    Role,
    User,
)
from doorward.model.organization import (
    Account,
    Organization,
    OrganizationalUnit,
    OrganizationPolicy,
    PolicyTarget,
    PolicyType,
)
from doorward.model.principal import (
    Anonymous,
    FederatedUser,
    IamUser,
    Principal,
    RoleSession,
    RootUser,
    ServicePrincipal,
)
from doorward.model.resource import RegisteredResource
from doorward.model.schema import Entity
from doorward.model.snapshot import Snapshot
from doorward.policy.problem import MalformedPolicy
from tests.engine.build import QUEUE, allow, doc

NOW = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
M, A, B, LONE = "100000000000", "111111111111", "222222222222", "333333333333"
ADMIN = "arn:aws:iam::aws:policy/AdministratorAccess"
OWN = f"arn:aws:iam::{A}:policy/Own"
SCP, RCP = PolicyType.SERVICE_CONTROL_POLICY, PolicyType.RESOURCE_CONTROL_POLICY


def text(action: str) -> str:
    return json.dumps(doc(allow(Action=action)))


USER = User(A, "Alice", "AIDA1", NOW, path="/team/", permissions_boundary=OWN)
ROLE = Role(A, "Reader", "AROA1", NOW, trust_policy=text("sts:AssumeRole"), path="/team/")
ORGANIZATION = Organization("o-1", M, "r-1", NOW, enabled_policy_types=(SCP,))

ESTATE: tuple[Entity, ...] = (
    USER,
    ROLE,
    InlinePolicy(A, "AIDA1", "inline", text("s3:Get*")),
    InlinePolicy(A, "AROA1", "of-role", text("sqs:*")),
    Attachment(A, "AIDA1", ADMIN, 2),
    Attachment(A, "AIDA1", OWN, 1),
    ManagedPolicy(A, "Own", "ANPA1", NOW, NOW, default_version="v2"),
    PolicyVersion(A, "ANPA1", "v1", text("s3:Old"), NOW),
    PolicyVersion(A, "ANPA1", "v2", text("s3:New"), NOW),
    ORGANIZATION,
    OrganizationalUnit("ou-1", "o-1", "r-1", "top", NOW),
    OrganizationalUnit("ou-2", "o-1", "ou-1", "inner", NOW),
    Account(M, "management", NOW, organization_id="o-1", parent_id="r-1"),
    Account(A, "a", NOW, organization_id="o-1", parent_id="ou-2"),
    Account(B, "b", NOW, organization_id="o-1", parent_id="r-1"),
    Account(LONE, "lone", NOW),
    OrganizationPolicy("p-1", "o-1", "NoDeletes", SCP, text("s3:*"), NOW),
    OrganizationPolicy("p-2", "o-1", "Perimeter", RCP, text("sqs:*"), NOW),
    PolicyTarget("o-1", "r-1", "p-FullAWSAccess", 0),
    PolicyTarget("o-1", "ou-1", "p-1", 1),
    PolicyTarget("o-1", "ou-1", "p-FullAWSAccess", 0),
    PolicyTarget("o-1", "ou-1", "p-2", 2),
    PolicyTarget("o-1", "ou-1", "p-RCPFullAWSAccess", 3),
    PolicyTarget("o-1", A, "p-FullAWSAccess", 0),
    RegisteredResource("arn:aws:s3:::bucket", A, NOW, policy=text("s3:ListBucket")),
    RegisteredResource(QUEUE, B, NOW),
)
ALICE = IamUser(USER.arn, "AIDA1")
READER = RoleSession(ROLE.arn, "s1", "AROA1")


def layers(
    who: Principal,
    on: str = QUEUE,
    *,
    session: tuple[str, ...] | None = None,
    estate: Iterable[Entity] = ESTATE,
    account: str | None = None,
) -> Layers:
    directory = Snapshot.of(estate, {})
    return gather(directory, Subject(who, session), Resource(on, account))


def changed(*entities: Entity) -> list[Entity]:
    """The estate with some entities replaced or added (later ones win)."""
    return [*ESTATE, *entities]


def names(policies: Policies | None) -> list[str | None] | None:
    return None if policies is None else [policy.name for policy in policies]


def sources(policies: Policies | None) -> list[str]:
    return [policy.document.source for policy in policies or ()]


@pytest.mark.parametrize(
    ("who", "expected", "boundary"),
    [
        (ALICE, ["inline", "Own", "AdministratorAccess"], ["Own"]),
        (IamUser(USER.arn), ["inline", "Own", "AdministratorAccess"], ["Own"]),
        (IamUser(USER.arn.replace("team/Alice", "TEAM/ALICE")), ["inline", "Own",
         "AdministratorAccess"], ["Own"]),
        (IamUser(USER.arn.replace("team/", "")), [], None),
        (IamUser(USER.arn, "AIDAGONE"), [], None),
        (IamUser("not an ARN"), [], None),
        (READER, ["of-role"], None),
        (RoleSession(ROLE.arn, None), ["of-role"], None),
        (FederatedUser(f"arn:aws:sts::{A}:federated-user/f", USER.arn),
         ["inline", "Own", "AdministratorAccess"], ["Own"]),
        (FederatedUser(f"arn:aws:sts::{A}:federated-user/f"), [], None),
        (RootUser(A), [], None),
        (Anonymous(), [], None),
        (ServicePrincipal("x.amazonaws.com"), [], None),
    ],
)  # fmt: skip
def test_identity_and_boundary(
    who: Principal, expected: list[str], boundary: list[str] | None
) -> None:
    found = layers(who)
    assert names(found.identity) == expected
    assert names(found.permissions_boundary) == boundary


TEAMS: tuple[Entity, ...] = (
    Group(A, "zebras", "AGPA1", NOW, path="/team/"),
    Group(A, "Apes", "AGPA2", NOW),
    Membership(A, "AIDA1", "AGPA1"),
    Membership(A, "AIDA1", "AGPA2"),
    InlinePolicy(A, "AGPA1", "of-zebras", text("s3:*")),
    Attachment(A, "AGPA1", ADMIN, 0),
    Attachment(A, "AGPA2", OWN, 0),
)


def test_a_user_has_the_policies_of_its_groups_after_its_own() -> None:
    """IAM User Guide, "IAM user groups": every user in a group has its permissions."""
    found = layers(ALICE, estate=changed(*TEAMS)).identity or ()
    zebras, apes = f"arn:aws:iam::{A}:group/team/zebras", f"arn:aws:iam::{A}:group/Apes"
    assert [(policy.name, policy.via) for policy in found] == [
        ("inline", None),
        ("Own", None),
        ("AdministratorAccess", None),
        ("Own", apes),
        ("of-zebras", zebras),
        ("AdministratorAccess", zebras),
    ]
    assert names(layers(READER, estate=changed(*TEAMS)).identity) == ["of-role"]


def test_a_password_policy_may_let_every_user_change_the_own_password() -> None:
    """IAM API Reference, PasswordPolicy: AllowUsersToChangePassword needs no attachment."""
    found = layers(ALICE, estate=changed(*TEAMS, PasswordPolicy(A, users_may_change=True)))
    last = (found.identity or ())[-1]
    assert (last.name, last.via) == ("IAMUserChangePassword", f"arn:aws:iam::{A}:root")
    for who, policy in (
        (ALICE, PasswordPolicy(A)),
        (ALICE, PasswordPolicy(B, users_may_change=True)),
        (READER, PasswordPolicy(A, users_may_change=True)),
    ):
        assert layers(who, estate=changed(policy)).identity == layers(who).identity


def test_what_an_estate_brings_of_aws_policies_goes_before_the_catalog() -> None:
    own = (
        ManagedPolicy("aws", "AdministratorAccess", "ANPA9", NOW, NOW, default_version="v2"),
        PolicyVersion("aws", "ANPA9", "v2", text("s3:Newer"), NOW),
    )
    assert sources(layers(ALICE, estate=changed(*own)).identity)[2] == text("s3:Newer")


def test_managed_policies_count_in_their_default_version() -> None:
    found = layers(ALICE).identity or ()
    assert [policy.arn for policy in found] == [None, OWN, ADMIN]
    assert sources(found)[1] == text("s3:New")


def test_session_policies() -> None:
    assert layers(READER).session is None
    assert layers(READER, session=()).session == ()
    assert sources(layers(READER, session=(text("s3:*"),)).session) == [text("s3:*")]
    federated = FederatedUser(f"arn:aws:sts::{A}:federated-user/f", USER.arn)
    assert layers(federated).session == ()  # §1.8: no permissions without session policies


def test_the_managed_ones_of_session_policies_stand_last_and_are_named() -> None:
    texts = (text("s3:*"), text("s3:Get*"), text("s3:List*"))
    subject = Subject(READER, texts, session_policy_arns=(OWN, ADMIN))
    found = gather(Snapshot.of(ESTATE, {}), subject, Resource(QUEUE)).session or ()
    assert sources(found) == list(texts)
    assert [policy.arn for policy in found] == [None, OWN, ADMIN]
    assert [policy.name for policy in found] == [
        None,
        OWN.rsplit("/", maxsplit=1)[-1],
        "AdministratorAccess",
    ]


@pytest.mark.parametrize(
    ("on", "expected", "arn"),
    [
        ("arn:aws:s3:::bucket", text("s3:ListBucket"), "arn:aws:s3:::bucket"),
        ("arn:aws:s3:::bucket/a/b", text("s3:ListBucket"), "arn:aws:s3:::bucket"),
        ("arn:aws:s3:::bucket2/a", None, None),
        (QUEUE, None, None),
        (ROLE.arn, text("sts:AssumeRole"), ROLE.arn),
        (ROLE.arn.replace("Reader", "READER"), text("sts:AssumeRole"), ROLE.arn),
        (ROLE.arn.replace("team/", ""), None, None),
        (USER.arn, None, None),
        ("*", None, None),
    ],
)
def test_resource_policies(on: str, expected: str | None, arn: str | None) -> None:
    policy = layers(ALICE, on).resource
    assert (policy and policy.document.source) == expected
    assert (policy and policy.arn) == arn


def test_the_chain_of_service_control_policies() -> None:
    chain = layers(ALICE).service_control
    assert chain is not None
    assert [names(level) for level in chain] == [
        ["FullAWSAccess"],
        ["FullAWSAccess", "NoDeletes"],
        [],
        ["FullAWSAccess"],
    ]
    policy = chain[1][1]
    assert policy.arn == f"arn:aws:organizations::{M}:policy/o-1/service_control_policy/p-1"
    owner = f"arn:aws:organizations::{M}"
    via = [policy.via for level in chain for policy in level]
    assert via == [
        f"{owner}:root/o-1/r-1",
        f"{owner}:ou/o-1/ou-1",
        f"{owner}:ou/o-1/ou-1",
        f"{owner}:account/o-1/{A}",
    ]


@pytest.mark.parametrize(
    "who",
    [
        RootUser(M),
        RootUser(LONE),
        RootUser("999999999999"),
        Anonymous(),
    ],
)
def test_no_service_control_policies(who: Principal) -> None:
    assert layers(who).service_control is None


def test_service_control_policies_count_only_where_enabled() -> None:
    disabled = Organization("o-1", M, "r-1", NOW)
    assert layers(ALICE, estate=changed(disabled)).service_control is None


@pytest.mark.parametrize(
    ("on", "account", "applies"),
    [
        (f"arn:aws:sqs:eu-west-1:{A}:q", None, True),
        (f"arn:aws:sqs:eu-west-1:{M}:q", None, False),
        (f"arn:aws:sqs:eu-west-1:{LONE}:q", None, False),
        ("arn:aws:s3:::bucket/k", None, True),
        ("arn:aws:s3:::unknown", M, False),
        ("arn:aws:s3:::unknown", None, True),
        (f"arn:aws:ec2:eu-west-1:{A}:instance/i", None, True),
        (ROLE.arn, None, True),
        ("*", None, False),
    ],
)
def test_resource_control_policies(on: str, account: str | None, *, applies: bool) -> None:
    """Step 3: only member accounts; RCPFullAWSAccess everywhere. Which services they cover is for
    the decision to say (S7)."""
    enabled = Organization("o-1", M, "r-1", NOW, enabled_policy_types=(SCP, RCP))
    chain = layers(ALICE, on, estate=changed(enabled), account=account).resource_control
    assert (chain is not None) is applies
    if chain is not None:
        assert [names(level) for level in chain] == [
            ["RCPFullAWSAccess"],
            ["RCPFullAWSAccess", "Perimeter"],
            ["RCPFullAWSAccess"],
            ["RCPFullAWSAccess"],
        ]


def test_no_resource_control_policies_where_the_type_is_not_enabled() -> None:
    assert layers(ALICE).resource_control is None


def test_an_organization_that_is_not_there_is_an_error_with_a_code() -> None:
    estate = changed(Account(A, "a", NOW, organization_id="o-9", parent_id="r-1"))
    with pytest.raises(InvalidInput) as caught:
        layers(ALICE, estate=estate)
    assert caught.value.code == "OrganizationNotFound"


@pytest.mark.parametrize(
    ("broken", "error"),
    [
        (Attachment(A, "AIDA1", f"arn:aws:iam::{A}:policy/Gone", 3), InvalidInput),
        (ManagedPolicy(A, "Own", "ANPA1", NOW, NOW, default_version="v9"), InvalidInput),
        (Attachment(A, "AIDA1", "arn:aws:iam::aws:policy/Unheard", 3), Unsupported),
        (InlinePolicy(A, "AIDA1", "inline", "{"), MalformedPolicy),
        (Membership(A, "AIDA1", "AGPAGONE"), InvalidInput),
        (PolicyTarget("o-1", A, "p-gone", 1), InvalidInput),
        (OrganizationalUnit("ou-1", "o-1", "ou-2", "top", NOW), InvalidInput),
        (Account(A, "a", NOW, organization_id="o-1", parent_id="ou-9"), InvalidInput),
        (Account(A, "a", NOW, organization_id="o-9", parent_id="r-1"), InvalidInput),
        (Account(A, "a", NOW, organization_id="o-1"), InvalidInput),
    ],
)
def test_a_broken_estate_is_an_error_never_a_guess(broken: Entity, error: type[Exception]) -> None:
    with pytest.raises(error):
        layers(ALICE, estate=changed(broken))
