"""DecodeAuthorizationMessage on real clients: what opens, for whom, and what it then says.

Source of the form: AWS CLI Command Reference, ``sts decode-authorization-message``.
"""

from __future__ import annotations

import itertools
import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError
from hypothesis import given, settings
from hypothesis import strategies as st

from doorward.api.authorization_message import MESSAGE_HEADER, encode, request_id_of
from doorward.credentials.sealing import Sealer, new_master_key
from doorward.usecases.vault import SealedVault
from examples.main_job.clients import of_session, unsigned
from tests.accounts import allow, new_account, new_role, new_user, policy, refused, trust

if TYPE_CHECKING:
    from collections.abc import Callable

    from examples.main_job.clients import Identity
    from tests.live import LiveServer

_numbers = itertools.count(1)
INSECURE = {"Bool": {"aws:SecureTransport": "false"}}
NO_LISTS = {
    "Sid": "NoLists",
    "Effect": "Deny",
    "Action": ["iam:List*", "iam:Get*"],
    "Resource": "*",
    "Condition": INSECURE,
}
INVALID = "InvalidAuthorizationMessageException"
SCP, RCP = "SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"


@pytest.fixture(scope="module")
def account(live_server: LiveServer) -> tuple[str, Identity]:
    return new_account(live_server)


@pytest.fixture(scope="module")
def other(live_server: LiveServer) -> tuple[str, Identity]:
    return new_account(live_server)


def denial(call: Callable[..., Any], **parameters: Any) -> tuple[str, dict[str, Any]]:
    """Make a call that is denied; return its encoded message and its answer."""
    with pytest.raises(ClientError) as caught:
        call(**parameters)
    answer: dict[str, Any] = caught.value.response
    return answer["ResponseMetadata"]["HTTPHeaders"].get(MESSAGE_HEADER, ""), answer


def decoded(reader: Identity, encoded: str) -> dict[str, Any]:
    """Decode a message as ``reader``."""
    answer = reader.client("sts").decode_authorization_message(EncodedMessage=encoded)
    found: dict[str, Any] = json.loads(answer["DecodedMessage"])
    return found


def values(items: dict[str, Any]) -> list[str]:
    """The values of AWS's form of a list."""
    return [each["value"] for each in items["items"]]


def test_an_explicit_deny_is_told_in_awss_form_and_in_full(
    account: tuple[str, Identity],
) -> None:
    number, administrator = account
    name, user = new_user(administrator, policy(allow("*"), NO_LISTS))
    encoded, answer = denial(user.client("iam").list_users)
    found = decoded(administrator, encoded)
    arn = f"arn:aws:iam::{number}:user/{name}"
    user_id = administrator.client("iam").get_user(UserName=name)["User"]["UserId"]
    assert (found["allowed"], found["explicitDeny"]) == (False, True)
    assert found["matchedStatements"]["items"] == [
        {
            "statementId": "NoLists",
            "effect": "DENY",
            "principals": {"items": [{"value": user_id}]},
            "principalGroups": {"items": []},
            "actions": {"items": [{"value": "iam:List*"}, {"value": "iam:Get*"}]},
            "resources": {"items": [{"value": "*"}]},
            "conditions": {
                "items": [
                    {"key": "aws:SecureTransport", "values": {"items": [{"value": "false"}]}}
                ]
            },
        }
    ]
    assert found["failures"] == {"items": []}
    context = found["context"]
    assert context["principal"] == {"id": user_id, "arn": arn, "name": name}
    assert (context["action"], context["resource"]) == ("iam:ListUsers", "*")
    told = {each["key"]: values(each["values"]) for each in context["conditions"]["items"]}
    assert told["aws:SecureTransport"] == ["false"]
    assert told["aws:PrincipalArn"] == [arn]
    full = found["doorward"]
    assert full["requestId"] == answer["ResponseMetadata"]["RequestId"]
    assert (full["source"], full["operation"]) == ("iam.amazonaws.com", "ListUsers")
    assert (full["errorCode"], full["errorMessage"]) == (
        answer["Error"]["Code"], answer["Error"]["Message"],
    )  # fmt: skip
    (decision,) = full["decisions"]
    assert decision["rule"] == "explicit-deny"
    assert '"NoLists"' in decision["text"]
    assert user.secret_access_key not in json.dumps(found)


def test_an_implicit_deny_of_a_write_is_told_too(account: tuple[str, Identity]) -> None:
    user = new_user(account[1])[1]
    encoded, answer = denial(user.client("iam").create_user, UserName="somebody")
    found = decoded(account[1], encoded)
    assert (found["allowed"], found["explicitDeny"]) == (False, False)
    assert found["matchedStatements"] == {"items": []}
    assert found["context"]["action"] == "iam:CreateUser"
    assert found["doorward"]["decisions"][0]["rule"] == "identity-implicit-deny"
    assert len(encoded) < 300, "small enough for any client's and proxy's limit on headers"
    assert answer["Error"]["Message"].endswith("allows the iam:CreateUser action")


def test_services_that_speak_json_send_it_too(account: tuple[str, Identity]) -> None:
    user = new_user(account[1])[1]
    encoded, _ = denial(user.client("organizations").describe_organization)
    action = decoded(account[1], encoded)["context"]["action"]
    assert action == "organizations:DescribeOrganization"


def test_a_sessions_principal_is_its_own(account: tuple[str, Identity]) -> None:
    number, administrator = account
    role = new_role(administrator, trust({"AWS": number}))
    session = administrator.assuming(role, "Ana")
    encoded, _ = denial(session.client("iam").list_users)
    principal = decoded(administrator, encoded)["context"]["principal"]
    name = role.rsplit("/", 1)[-1]
    assert principal["arn"] == f"arn:aws:sts::{number}:assumed-role/{name}/Ana"
    assert principal["id"].endswith(":Ana")
    assert "name" not in principal


def test_what_was_not_denied_by_policies_has_no_message(
    live_server: LiveServer, account: tuple[str, Identity]
) -> None:
    administrator = account[1]
    allowed = administrator.client("iam").list_users()["ResponseMetadata"]["HTTPHeaders"]
    assert MESSAGE_HEADER not in allowed
    encoded, answer = denial(administrator.client("iam").get_user, UserName="nobody")
    assert (encoded, answer["Error"]["Code"]) == ("", "NoSuchEntity")
    encoded, answer = denial(unsigned(live_server.endpoint, "sts").get_caller_identity)
    assert (encoded, answer["Error"]["Code"]) == ("", "MissingAuthenticationToken")
    token = administrator.client("sts").get_session_token()["Credentials"]
    limited = of_session(live_server.endpoint, token)
    encoded, answer = denial(limited.client("sts").get_session_token)
    assert (encoded, answer["Error"]["Code"]) == ("", "AccessDenied")


def test_who_may_not_decode_is_denied(account: tuple[str, Identity]) -> None:
    user = new_user(account[1])[1]
    encoded, _ = denial(user.client("iam").list_users)
    with refused("AccessDenied", "sts:DecodeAuthorizationMessage", 403) as seen:
        decoded(user, encoded)
    assert seen.message.endswith(
        "is not authorized to perform: sts:DecodeAuthorizationMessage because no identity-based"
        " policy allows the sts:DecodeAuthorizationMessage action"
    )
    may = new_user(account[1], policy(allow("sts:DecodeAuthorizationMessage")))[1]
    assert decoded(may, encoded)["context"]["action"] == "iam:ListUsers"


def test_another_account_is_told_nothing_and_neither_is_the_installations(
    live_server: LiveServer, account: tuple[str, Identity], other: tuple[str, Identity]
) -> None:
    user = new_user(account[1])[1]
    encoded, _ = denial(user.client("iam").list_users)
    seen = []
    for reader in (other[1], live_server.administrator):
        with refused(INVALID, status=400) as caught:
            decoded(reader, encoded)
        seen.append(caught.message)
    with refused(INVALID, status=400) as forged:
        decoded(other[1], "forged")
    assert seen == [forged.message] * 2


def test_a_message_that_was_altered_is_not_valid(account: tuple[str, Identity]) -> None:
    user = new_user(account[1])[1]
    encoded, _ = denial(user.client("iam").list_users)
    flipped = encoded[:100] + ("A" if encoded[100] != "A" else "B") + encoded[101:]
    token = account[1].client("sts").get_session_token()["Credentials"]["SessionToken"]
    for altered in (
        encoded[:-1], encoded[1:], encoded + "A", encoded + "=", encoded + "\n", flipped,
        f" {encoded}", encoded * 2, "é", "A" * 10_240, token,
    ):  # fmt: skip
        with refused(INVALID, "Message is not valid", 400):
            decoded(account[1], altered)
    for unfit in ("A" * 10_241, "\x00"):
        with refused("ValidationError", status=400):
            decoded(account[1], unfit)
    assert decoded(account[1], encoded)["allowed"] is False


VAULT = SealedVault(Sealer([new_master_key(lambda length: bytes(range(length)))]))
ISSUED = encode(VAULT, "111122223333", "529b3f7a-7ba5-480d-9098-a99482b2043a")


@settings(max_examples=400)
@given(
    st.one_of(
        st.text(max_size=400),
        st.text(alphabet="ABCabc019-_=", max_size=400),
        st.integers(0, len(ISSUED) - 1).map(lambda at: ISSUED[:at]),
        st.tuples(st.integers(0, len(ISSUED) - 1), st.characters()).map(
            lambda change: ISSUED[: change[0]] + change[1] + ISSUED[change[0] + 1 :]
        ),
        st.binary(max_size=300).map(lambda data: data.hex()),
    )
)
def test_whatever_is_sent_only_what_was_issued_opens(text: str) -> None:
    opened = request_id_of(VAULT, "111122223333", text)
    assert (opened is not None) == (text == ISSUED)
    assert request_id_of(VAULT, "444455556666", text) is None


def test_a_message_opens_with_an_older_master_key_and_with_no_other() -> None:
    old = new_master_key(lambda length: b"1" * length)
    new = new_master_key(lambda length: b"2" * length)
    encoded = encode(SealedVault(Sealer([old])), "1", "id")
    assert request_id_of(SealedVault(Sealer([new, old])), "1", encoded) == "id"
    assert request_id_of(SealedVault(Sealer([new])), "1", encoded) is None


def test_of_anothers_role_neither_policy_nor_tags_are_told(
    account: tuple[str, Identity], other: tuple[str, Identity]
) -> None:
    closed = {"Effect": "Deny", "Principal": "*", "Action": "sts:AssumeRole", "Sid": "OurSecret"}
    role = new_role(account[1], policy(closed), Tags=[{"Key": "codename", "Value": "bluebird"}])
    asking = {"RoleArn": role, "RoleSessionName": "test"}
    encoded, _ = denial(other[1].client("sts").assume_role, **asking)
    told = decoded(other[1], encoded)
    assert told["explicitDeny"] is True
    assert told["matchedStatements"] == {"items": []}
    for secret in ("OurSecret", "bluebird", "codename"):
        assert secret not in json.dumps(told)
    encoded, _ = denial(account[1].client("sts").assume_role, **asking)
    own = decoded(account[1], encoded)
    (statement,) = own["matchedStatements"]["items"]
    assert (statement["statementId"], values(statement["principals"])) == ("OurSecret", ["*"])
    assert "bluebird" in json.dumps(own["context"])


def test_whether_anothers_role_exists_is_not_told(
    account: tuple[str, Identity], other: tuple[str, Identity]
) -> None:
    """By AssumeRole it is not; so it must not be told by what is recorded of it."""
    role = new_role(account[1], trust({"AWS": account[0]}), Tags=[{"Key": "a", "Value": "b"}])
    told = []
    for arn in (role, f"{role}-that-is-not"):
        call = other[1].client("sts").assume_role
        encoded, answer = denial(call, RoleArn=arn, RoleSessionName="test")
        (decision,) = decoded(other[1], encoded)["doorward"]["decisions"]
        reading = {"RequestId": answer["ResponseMetadata"]["RequestId"]}
        (recorded,) = other[1].client("doorward").get_decision(**reading)["Decisions"]
        keys = [each["key"] for each in decision.pop("context")]
        del recorded["RequestId"]
        told.append(json.dumps([keys, decision, recorded]).replace(arn, "ROLE"))
    assert told[0] == told[1]


# ------------------------------------------------------------------ policies by their ARN


def test_a_managed_policy_is_named_wherever_it_denies(account: tuple[str, Identity]) -> None:
    number, administrator = account
    iam = administrator.client("iam")
    name = f"fence-{next(_numbers)}"
    fence = iam.create_policy(
        PolicyName=name, PolicyDocument=policy(allow("*"), NO_LISTS)
    )["Policy"]["Arn"]  # fmt: skip
    attached, as_user = new_user(administrator, policy(allow("*")))
    iam.attach_user_policy(UserName=attached, PolicyArn=fence)
    bounded, as_bounded = new_user(administrator, policy(allow("*")))
    iam.put_user_permissions_boundary(UserName=bounded, PermissionsBoundary=fence)
    role = new_role(administrator, trust({"AWS": number}), policy(allow("*")))
    credentials = administrator.client("sts").assume_role(
        RoleArn=role,
        RoleSessionName="test",
        Policy=policy(allow("*")),
        PolicyArns=[{"arn": fence}],
    )["Credentials"]
    for who, kind in (
        (as_user, "an identity-based policy"),
        (as_bounded, "a permissions boundary"),
        (of_session(administrator.endpoint, credentials), "a session policy"),
    ):
        encoded, answer = denial(who.client("iam").list_users)
        ending = f"with an explicit deny in {kind}: {fence}"
        assert answer["Error"]["Message"].endswith(ending)
        told = decoded(administrator, encoded)["doorward"]["decisions"][0]
        assert told["message"] == answer["Error"]["Message"]
        assert told["determining"][0]["policyArn"] == fence


@pytest.fixture(scope="module")
def member(live_server: LiveServer) -> tuple[Identity, str, Identity]:
    """The management account of an organization, a member's number and its access role."""
    manager = new_account(live_server)[1]
    organizations = manager.client("organizations")
    organizations.create_organization(FeatureSet="ALL")
    (root,) = organizations.list_roots()["Roots"]
    for kind in (SCP, RCP):
        organizations.enable_policy_type(RootId=root["Id"], PolicyType=kind)
    status = organizations.create_account(Email="m@example.com", AccountName="Member")
    number = status["CreateAccountStatus"]["AccountId"]
    role = f"arn:aws:iam::{number}:role/OrganizationAccountAccessRole"
    return manager, number, manager.assuming(role, "inside")


def attach(manager: Identity, target: str, kind: str, statement: dict[str, Any]) -> str:
    """Create an organization's policy and attach it; return its ARN."""
    organizations = manager.client("organizations")
    made = organizations.create_policy(
        Name=f"guard-{next(_numbers)}", Description="", Type=kind, Content=policy(statement)
    )["Policy"]["PolicySummary"]  # fmt: skip
    organizations.attach_policy(PolicyId=made["Id"], TargetId=target)
    arn: str = made["Arn"]
    return arn


def test_a_service_control_policy_is_named_to_its_members_and_its_text_is_not_shown(
    member: tuple[Identity, str, Identity],
) -> None:
    manager, number, inside = member
    arn = attach(manager, number, SCP, {**NO_LISTS, "Action": "iam:ListRoles"})
    encoded, answer = denial(inside.client("iam").list_roles)
    message = answer["Error"]["Message"]
    assert message.endswith(f"with an explicit deny in a service control policy: {arn}")
    told = decoded(inside, encoded)
    (decision,) = told["doorward"]["decisions"]
    assert decision["message"] == message
    assert decision["determining"][0]["policyArn"] == arn
    assert told["matchedStatements"] == {"items": []}
    assert "NoLists" not in json.dumps(told)


def test_a_resource_control_policy_is_named_within_its_organization_alone(
    member: tuple[Identity, str, Identity], other: tuple[str, Identity]
) -> None:
    manager, number, inside = member
    role = new_role(inside, trust({"AWS": "*"}))
    user = new_user(inside, policy(allow("*")))[1]
    arn = attach(
        manager,
        number,
        RCP,
        {
            "Effect": "Deny",
            "Principal": "*",
            "Action": "sts:AssumeRole",
            "Resource": role,
            "Sid": "OnlyOurs",
        },
    )
    asking = {"RoleArn": role, "RoleSessionName": "test"}
    ending = "with an explicit deny in a resource control policy"
    for insider in (manager, user):
        _, answer = denial(insider.client("sts").assume_role, **asking)
        assert answer["Error"]["Message"].endswith(f"{ending}: {arn}")
    encoded, answer = denial(other[1].client("sts").assume_role, **asking)
    assert answer["Error"]["Message"].endswith(ending)
    told = decoded(other[1], encoded)
    assert told["explicitDeny"] is True
    reading = {"RequestId": answer["ResponseMetadata"]["RequestId"]}
    recorded = other[1].client("doorward").get_decision(**reading)
    organization = arn.split("/")[1]
    for secret in (arn, organization, "OnlyOurs", "guard-"):
        assert secret not in json.dumps([told, recorded["Decisions"]])
