"""GetFederationToken and GetAccessKeyInfo on real clients.

Sources: AWS STS API Reference, GetFederationToken, GetAccessKeyInfo; IAM User Guide, "Compare AWS
STS credentials"; PackedPolicySize and the refusals of session credentials as recorded from AWS.
"""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import pytest

from doorward.control.ids import Ids
from examples.main_job.clients import Identity, of_session
from tests.accounts import allow, new_account, new_role, new_user, policy, refused, trust
from tests.live import ACCOUNT, KEY

if TYPE_CHECKING:
    from tests.live import LiveServer

EVERYTHING = policy(allow("*"))
QUEUE = "arn:aws:sqs:eu-west-1:{}:q"
RED = [{"Key": "team", "Value": "red"}]


@pytest.fixture(scope="module")
def account(live_server: LiveServer) -> tuple[str, Identity]:
    return new_account(live_server)


def federate(who: Identity, name: str = "fay", **parameters: Any) -> Identity:
    answer = who.client("sts").get_federation_token(Name=name, **parameters)
    return of_session(who.endpoint, answer["Credentials"])


def decided(asker: Identity, session: Identity, action: str, resource: str) -> str:
    """Return the effect of a request of the session's on a resource of another service."""
    answer = asker.client("doorward").decide(
        Subject={"SessionToken": session.session_token}, Action=action, Resource=resource
    )
    effect: str = answer["Decision"]["Effect"]
    return effect


def test_a_federated_user_says_who_it_is(account: tuple[str, Identity]) -> None:
    number, administrator = account
    user = new_user(administrator, policy(allow("sts:GetFederationToken")))[1]
    answer = user.client("sts").get_federation_token(Name="Fay@example")
    arn = f"arn:aws:sts::{number}:federated-user/Fay@example"
    assert answer["FederatedUser"] == {"FederatedUserId": f"{number}:Fay@example", "Arn": arn}
    assert answer["PackedPolicySize"] == 0
    assert answer["Credentials"]["AccessKeyId"].startswith("ASIA")
    who = of_session(user.endpoint, answer["Credentials"]).client("sts").get_caller_identity()
    assert (who["Arn"], who["UserId"], who["Account"]) == (arn, f"{number}:Fay@example", number)


@pytest.mark.parametrize(("asked", "lasts"), [({}, 43_200), ({"DurationSeconds": 900}, 900),
    ({"DurationSeconds": 129_600}, 129_600)])  # fmt: skip
def test_a_federated_session_lasts_as_asked(
    account: tuple[str, Identity], asked: dict[str, int], lasts: int
) -> None:
    answer = account[1].client("sts").get_federation_token(Name="fay", **asked)
    assert abs(answer["Credentials"]["Expiration"].timestamp() - time.time() - lasts) < 20


@pytest.mark.parametrize(
    ("parameters", "code", "text"),
    [
        ({"Name": "f" * 33}, "ValidationError", "length less than or equal to 32"),
        ({"Name": "a b"}, "ValidationError", "regular expression pattern"),
        ({"DurationSeconds": 129_601}, "ValidationError", "less than or equal to 129600"),
        ({"Policy": " " * 2049}, "ValidationError", "length less than or equal to 2048"),
        ({"Policy": "{"}, "MalformedPolicyDocument", ""),
        ({"Policy": trust("*")}, "MalformedPolicyDocument", ""),
        (
            {"PolicyArns": [{"arn": "arn:aws:iam::111122223333:policy/none"}]},
            "ValidationError",
            "does not exist or is not attachable",
        ),
        (
            {"PolicyArns": [{"arn": f"arn:aws:iam::111122223333:policy/{n}"} for n in range(11)]},
            "ValidationError",
            "exceeds 10",
        ),
        (
            {"Tags": [{"Key": "a", "Value": "1"}, {"Key": "A", "Value": "2"}]},
            "InvalidParameterValue",
            "Duplicate tag keys found",
        ),
        ({"Tags": [{"Key": "aws:a", "Value": "1"}]}, "InvalidParameterValue", "aws:"),
    ],
    ids=str,
)
def test_a_federated_session_that_cannot_be_made_is_not(
    account: tuple[str, Identity], parameters: dict[str, Any], code: str, text: str
) -> None:
    with refused(code, text, 400):
        account[1].client("sts").get_federation_token(**{"Name": "fay"} | parameters)


def test_it_may_do_what_both_the_user_and_the_session_policies_allow(
    account: tuple[str, Identity],
) -> None:
    number, administrator = account
    name, user = new_user(
        administrator, policy(allow("sts:GetFederationToken"), allow("sqs:Send*"))
    )
    managed = administrator.client("iam").create_policy(
        PolicyName=f"of-{name}", PolicyDocument=policy(allow("sqs:SendMessage"))
    )["Policy"]["Arn"]
    queue = QUEUE.format(number)
    by_inline = federate(user, Policy=policy(allow("sqs:*")))
    by_managed = federate(user, PolicyArns=[{"arn": managed}])
    by_nothing = federate(user)
    for session, action, effect in (
        (by_inline, "sqs:SendMessage", "ALLOW"),
        (by_inline, "sqs:ReceiveMessage", "IMPLICIT_DENY"),
        (by_managed, "sqs:SendMessage", "ALLOW"),
        (by_managed, "sqs:SendMessageBatch", "IMPLICIT_DENY"),
        (by_nothing, "sqs:SendMessage", "IMPLICIT_DENY"),
    ):
        assert decided(administrator, session, action, queue) == effect, action


def test_a_managed_session_policy_holds_as_it_is_now(account: tuple[str, Identity]) -> None:
    """Its ARN is what the session has. Once it is gone the session may do nothing."""
    number, administrator = account
    iam, queue = administrator.client("iam"), QUEUE.format(number)
    managed = iam.create_policy(PolicyName="now", PolicyDocument=policy(allow("sqs:*")))
    arn = managed["Policy"]["Arn"]
    session = federate(administrator, PolicyArns=[{"arn": arn}], Policy=policy(allow("sns:*")))
    assert decided(administrator, session, "sqs:SendMessage", queue) == "ALLOW"
    iam.create_policy_version(
        PolicyArn=arn, PolicyDocument=policy(allow("sqs:Get*")), SetAsDefault=True
    )
    assert decided(administrator, session, "sqs:SendMessage", queue) == "IMPLICIT_DENY"
    assert decided(administrator, session, "sns:Publish", "*") == "ALLOW"
    iam.delete_policy_version(PolicyArn=arn, VersionId="v1")
    iam.delete_policy(PolicyArn=arn)
    assert decided(administrator, session, "sns:Publish", "*") == "IMPLICIT_DENY"


def test_a_resource_policy_that_names_it_is_enough(account: tuple[str, Identity]) -> None:
    """evaluation.md, step 7: the session's ARN makes up for everything; its user's does not."""
    number, administrator = account
    name, user = new_user(administrator, policy(allow("sts:GetFederationToken")))
    session = federate(user, "gus")
    for number_, principal, effect in (
        (1, f"arn:aws:sts::{number}:federated-user/gus", "ALLOW"),
        (2, f"arn:aws:sts::{number}:federated-user/other", "IMPLICIT_DENY"),
        (3, f"arn:aws:iam::{number}:user/{name}", "IMPLICIT_DENY"),
    ):
        queue = f"{QUEUE.format(number)}{number_}"
        document = policy(allow("sqs:*", queue) | {"Principal": {"AWS": principal}})
        administrator.client("doorward").put_resource(Arn=queue, Policy=document)
        assert decided(administrator, session, "sqs:SendMessage", queue) == effect, principal


def test_it_calls_neither_iam_nor_sts(account: tuple[str, Identity]) -> None:
    """GetCallerIdentity alone; the code and text are those recorded from AWS."""
    number, administrator = account
    who = federate(administrator, Policy=EVERYTHING)
    role = new_role(administrator, trust({"AWS": number}))
    sts = who.client("sts")
    sts.get_caller_identity()
    with refused("InvalidClientTokenId", status=403):
        who.client("iam").list_users()
    for name, call in (
        ("GetFederationToken", lambda: sts.get_federation_token(Name="gus")),
        ("GetSessionToken", sts.get_session_token),
        ("AssumeRole", lambda: sts.assume_role(RoleArn=role, RoleSessionName="s1")),
        ("GetAccessKeyInfo", lambda: sts.get_access_key_info(AccessKeyId=KEY)),
    ):
        with refused("AccessDenied", f"Cannot call {name} with session credentials", 403):
            call()


def test_no_session_asks_for_a_federation_token(account: tuple[str, Identity]) -> None:
    number, administrator = account
    role = new_role(administrator, trust({"AWS": number}), EVERYTHING)
    answer = administrator.client("sts").assume_role(RoleArn=role, RoleSessionName="s1")
    temporary = administrator.client("sts").get_session_token()
    for credentials in (answer["Credentials"], temporary["Credentials"]):
        with refused("AccessDenied", "Cannot call GetFederationToken with session credentials"):
            federate(of_session(administrator.endpoint, credentials))


def test_leave_is_by_the_federated_user_and_by_tags(account: tuple[str, Identity]) -> None:
    number, administrator = account
    fay = f"arn:aws:sts::{number}:federated-user/fay"
    user = new_user(administrator, policy(allow("sts:GetFederationToken", fay)))[1]
    federate(user)
    with refused("AccessDenied", "sts:GetFederationToken on resource: "):
        federate(user, "gus")
    with refused("AccessDenied", f"sts:TagSession on resource: {fay}"):
        federate(user, Tags=RED)
    red: dict[str, Any] = {"Condition": {"StringEquals": {"aws:RequestTag/team": "red"}}}
    tagger = new_user(
        administrator, policy(allow(["sts:GetFederationToken", "sts:TagSession"], **red))
    )[1]
    federate(tagger, Tags=RED)
    with refused("AccessDenied", "sts:GetFederationToken"):
        federate(tagger, Tags=[{"Key": "team", "Value": "blue"}])


def test_session_tags_come_before_the_user_s(account: tuple[str, Identity]) -> None:
    number, administrator = account
    name, user = new_user(
        administrator,
        policy(
            allow(["sts:GetFederationToken", "sts:TagSession"]),
            allow("sqs:*", Condition={"StringEquals": {"aws:PrincipalTag/TEAM": "red"}}),
            allow("sns:*", Condition={"StringEquals": {"aws:PrincipalTag/floor": "2"}}),
        ),
    )
    tags = [{"Key": "Team", "Value": "blue"}, {"Key": "floor", "Value": "2"}]
    administrator.client("iam").tag_user(UserName=name, Tags=tags)
    plain = federate(user, Policy=EVERYTHING)
    tagged = federate(user, Policy=EVERYTHING, Tags=RED)
    queue = QUEUE.format(number)
    assert decided(administrator, plain, "sqs:SendMessage", queue) == "IMPLICIT_DENY"
    assert decided(administrator, tagged, "sqs:SendMessage", queue) == "ALLOW"
    assert decided(administrator, tagged, "sns:Publish", "*") == "ALLOW"


def test_it_goes_when_its_user_goes(account: tuple[str, Identity]) -> None:
    administrator = account[1]
    name, user = new_user(administrator, policy(allow("sts:GetFederationToken")))
    session, iam = federate(user, Policy=EVERYTHING).client("sts"), administrator.client("iam")
    session.get_caller_identity()
    iam.delete_user_policy(UserName=name, PolicyName="p0")
    iam.delete_access_key(UserName=name, AccessKeyId=user.access_key_id)
    session.get_caller_identity()
    iam.delete_user(UserName=name)
    with refused("InvalidClientTokenId", status=403):
        session.get_caller_identity()
    iam.create_user(UserName=name)
    with refused("InvalidClientTokenId", status=403):
        session.get_caller_identity()


def test_an_event_says_whose_federated_user_called(account: tuple[str, Identity]) -> None:
    """CloudTrail User Guide, "CloudTrail userIdentity element": FederatedUser and its issuer."""
    number, administrator = account
    name, user = new_user(administrator, policy(allow("sts:GetFederationToken")))
    called = federate(user).client("sts").get_caller_identity()
    request = called["ResponseMetadata"]["RequestId"]
    found = administrator.client("doorward").get_decision(RequestId=request)
    who = json.loads(found["Event"])["userIdentity"]
    issuer = who["sessionContext"]["sessionIssuer"]
    assert (who["type"], who["principalId"]) == ("FederatedUser", f"{number}:fay")
    assert (issuer["type"], issuer["userName"]) == ("IAMUser", name)
    assert issuer["arn"] == f"arn:aws:iam::{number}:user/{name}"


@pytest.mark.parametrize("prefix", ["AKIA", "ASIA"])
def test_a_key_says_its_account(account: tuple[str, Identity], prefix: str) -> None:
    """Whether there is such a key, or ever was, is not looked up."""
    sts = account[1].client("sts")
    made = Ids(bytes).access_key_id(prefix, "000000000042")
    assert sts.get_access_key_info(AccessKeyId=made)["Account"] == "000000000042"
    assert sts.get_access_key_info(AccessKeyId="ASIAQNZGKIQY56JQ7WML")["Account"] == (
        "029608264753"
    )
    own = account[1].access_key_id
    assert sts.get_access_key_info(AccessKeyId=own)["Account"] == account[0]
    assert sts.get_access_key_info(AccessKeyId=KEY)["Account"] == ACCOUNT


@pytest.mark.parametrize(
    "key", ["AKIAI44QH8DHBEXAMPLE", "AIDAQNZGKIQY56JQ7WML", "ASIAQNZGKIQY56JQ7WMLA", "x" * 16]
)
def test_what_is_no_key_of_any_account_is_invalid(account: tuple[str, Identity], key: str) -> None:
    sts = account[1].client("sts")
    with refused("ValidationError", f"Access key id {key} is malformed", 400):
        sts.get_access_key_info(AccessKeyId=key)
    with refused("ValidationError", "1 validation error detected", 400):
        sts.get_access_key_info(AccessKeyId="-" * 16)


def test_key_info_needs_leave(account: tuple[str, Identity]) -> None:
    with refused("AccessDenied", "sts:GetAccessKeyInfo", 403):
        new_user(account[1])[1].client("sts").get_access_key_info(AccessKeyId=KEY)
