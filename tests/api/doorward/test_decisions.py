"""Decide and GetDecision on real clients: who may ask, about whom, and what each may read."""

from __future__ import annotations

import itertools
import json
from typing import TYPE_CHECKING, Any

import pytest

from examples.main_job.clients import of_session
from tests.accounts import allow, new_account, new_role, new_user, policy, refused, trust

if TYPE_CHECKING:
    from examples.main_job.clients import Identity
    from tests.live import LiveServer

_numbers = itertools.count(1)
DENIED = "is not authorized to perform: doorward:Decide"
READ = "s3:GetObject"
INSECURE = {"Bool": {"aws:SecureTransport": "false"}}


@pytest.fixture(scope="module")
def account(live_server: LiveServer) -> tuple[str, Identity]:
    return new_account(live_server)


@pytest.fixture(scope="module")
def other(live_server: LiveServer) -> tuple[str, Identity]:
    return new_account(live_server)


def bucket(owner: Identity, *statements: dict[str, Any]) -> str:
    """Register a bucket with a policy; its statements are about its objects."""
    arn = f"arn:aws:s3:::decided-{next(_numbers)}"
    whole = [{"Principal": "*", "Resource": f"{arn}/*", **each} for each in statements]
    text = {"Policy": policy(*whole)} if whole else {}
    owner.client("doorward").put_resource(Arn=arn, **text)
    return arn


def decide(
    asker: Identity, subject: dict[str, Any], resource: str, action: str = READ, **more: Any
) -> dict[str, Any]:
    answer: dict[str, Any] = asker.client("doorward").decide(
        Subject=subject, Action=action, Resource=resource, **more
    )["Decision"]
    return answer


def user_arn(account: str, name: str) -> dict[str, str]:
    return {"Principal": f"arn:aws:iam::{account}:user/{name}"}


def session(who: Identity, role: str, **parameters: Any) -> Identity:
    answer = who.client("sts").assume_role(RoleArn=role, RoleSessionName="test", **parameters)
    return of_session(who.endpoint, answer["Credentials"])


def test_a_user_is_decided_by_its_name(account: tuple[str, Identity]) -> None:
    number, administrator = account
    arn = bucket(administrator)
    name, _ = new_user(administrator, policy(allow(READ, f"{arn}/*")))
    allowed = decide(administrator, user_arn(number, name), f"{arn}/key")
    assert (allowed["Effect"], allowed["Rule"]) == ("ALLOW", "identity-allow")
    assert allowed["Determining"][0]["PolicyName"] == "p0"
    refusal = decide(administrator, user_arn(number, name), f"{arn}/key", "s3:DeleteObject")
    assert refusal["Effect"] == "IMPLICIT_DENY"
    assert "no identity-based policy allows the s3:DeleteObject action" in refusal["Message"]
    root = {"Principal": f"arn:aws:iam::{number}:root"}
    assert decide(administrator, root, f"{arn}/key")["Effect"] == "ALLOW"


@pytest.mark.parametrize(
    "subject",
    [
        {"Principal": "arn:aws:sts::{account}:assumed-role/{role}/session"},
        {"Principal": "arn:aws:iam::{account}:role/{role}"},
        {"Principal": "arn:aws:sts::{account}:federated-user/somebody"},
        {"Principal": "arn:aws:iam::{account}:user/nobody"},
        {"Principal": "arn:aws:iam::{account}:group/everybody"},
        {"Principal": "arn:aws:s3:::{role}"},
        {"SessionToken": "bm90IGEgdG9rZW4="},
        {},
        {"Principal": "arn:aws:iam::{account}:root", "SessionToken": "bm90IGEgdG9rZW4="},
    ],
    ids=str,
)
def test_a_subject_that_does_not_say_enough_is_an_error(
    account: tuple[str, Identity], subject: dict[str, str]
) -> None:
    number, administrator = account
    role = new_role(administrator, trust({"AWS": number})).rsplit("/", 1)[-1]
    given = {name: text.format(account=number, role=role) for name, text in subject.items()}
    with refused("InvalidSubjectException", status=400):
        decide(administrator, given, "arn:aws:s3:::some/key")


def test_a_session_is_decided_by_its_token_with_all_that_it_carries(
    account: tuple[str, Identity],
) -> None:
    number, administrator = account
    arn = bucket(administrator)
    tagged = {"Condition": {"StringEquals": {"aws:PrincipalTag/team": "red"}}}
    role = new_role(
        administrator,
        trust({"AWS": number}, ["sts:AssumeRole", "sts:TagSession"]),
        policy(allow(READ, f"{arn}/*", **tagged)),
    )
    tags = {"Tags": [{"Key": "team", "Value": "red"}]}
    narrow = {"Policy": policy(allow("s3:ListBucket", arn))}
    for parameters, effect, blocked_by in (
        (tags, "ALLOW", []),
        ({}, "IMPLICIT_DENY", []),
        (tags | narrow, "IMPLICIT_DENY", ["session"]),
    ):
        token = session(administrator, role, **parameters).session_token
        decision = decide(administrator, {"SessionToken": token}, f"{arn}/key")
        assert (decision["Effect"], decision["BlockedBy"]) == (effect, blocked_by), parameters


def test_a_token_of_a_role_that_is_gone_is_no_subject(account: tuple[str, Identity]) -> None:
    number, administrator = account
    role = new_role(administrator, trust({"AWS": number}))
    token = session(administrator, role).session_token
    administrator.client("iam").delete_role(RoleName=role.rsplit("/", 1)[-1])
    with refused("InvalidSubjectException", "invalid"):
        decide(administrator, {"SessionToken": token}, "arn:aws:s3:::some/key")


def test_only_the_resources_account_asks_about_it(
    account: tuple[str, Identity], other: tuple[str, Identity]
) -> None:
    """Objects too, whose ARNs name no account: their bucket's owner answers for them."""
    arn = bucket(account[1], {"Effect": "Allow", "Action": READ})
    name, _ = new_user(other[1])
    queue = f"arn:aws:sqs:us-east-1:{account[0]}:jobs"
    for resource in (arn, f"{arn}/key", queue):
        with refused("AccessDeniedException", DENIED, 400):
            decide(other[1], user_arn(other[0], name), resource)


def test_another_accounts_user_is_asked_about_by_its_token_alone(
    account: tuple[str, Identity], other: tuple[str, Identity]
) -> None:
    arn = bucket(account[1], {"Effect": "Allow", "Action": READ, "Sid": "Everybody"})
    name, user = new_user(other[1], policy(allow("s3:Get*", Sid="TheirOwnBusiness")))
    with refused("AccessDeniedException", DENIED, 400):
        decide(account[1], user_arn(other[0], name), f"{arn}/key")
    credentials = user.client("sts").get_session_token()["Credentials"]
    decision = decide(account[1], {"SessionToken": credentials["SessionToken"]}, f"{arn}/key")
    assert decision["Effect"] == "ALLOW"
    assert "Everybody" in decision["Text"]
    assert "TheirOwnBusiness" not in json.dumps(decision)


def test_a_resource_that_nobody_registered_is_the_askers(
    account: tuple[str, Identity], other: tuple[str, Identity]
) -> None:
    """Its ARN names no account; a stranger's own policies must not open what they do not own."""
    _, user = new_user(other[1], policy(allow("s3:*")))
    token = {"SessionToken": user.client("sts").get_session_token()["Credentials"]["SessionToken"]}
    unknown = "arn:aws:s3:::nobody-registered-this/key"
    assert decide(account[1], token, unknown)["Rule"] == "resource-implicit-deny"
    assert decide(other[1], token, unknown)["Effect"] == "ALLOW"


def test_leave_to_ask_is_asked_for(account: tuple[str, Identity]) -> None:
    number, administrator = account
    arn = bucket(administrator)
    name, nobody = new_user(administrator)
    with refused("AccessDeniedException", DENIED):
        decide(nobody, user_arn(number, name), f"{arn}/key")
    about = f"arn:aws:doorward::{number}:decision/"
    half = new_user(administrator, policy(allow("doorward:Decide", f"{about}{arn}/*")))[1]
    with refused("AccessDeniedException", f"{DENIED} on resource: {about}arn:aws:iam"):
        decide(half, user_arn(number, name), f"{arn}/key")


def test_context_that_is_given_is_used_and_never_opens_what_is_hidden(
    account: tuple[str, Identity], other: tuple[str, Identity]
) -> None:
    arn = bucket(
        account[1],
        {"Effect": "Allow", "Action": READ},
        {"Effect": "Deny", "Action": READ, "Condition": INSECURE},
    )
    _, user = new_user(other[1], policy(allow("s3:Get*", Sid="TheirOwnBusiness")))
    credentials = user.client("sts").get_session_token()["Credentials"]
    subject = {"SessionToken": credentials["SessionToken"]}

    def given(**values: str) -> list[dict[str, Any]]:
        return [{"Key": f"aws:{key}", "Values": [value]} for key, value in values.items()]

    def answer(**values: str) -> dict[str, Any]:
        return decide(account[1], subject, f"{arn}/key", Context=given(**values))

    assert answer(SecureTransport="true")["Effect"] == "ALLOW"
    assert answer(SecureTransport="false")["Effect"] == "EXPLICIT_DENY"
    lied = answer(SecureTransport="true", PrincipalAccount=account[0])
    assert "TheirOwnBusiness" not in json.dumps(lied)
    with refused("ValidationException", "given twice"):
        decide(
            account[1], subject, f"{arn}/key",
            Context=[*given(SecureTransport="true"), *given(securetransport="false")],
        )  # fmt: skip


def test_every_account_reads_its_own_calls_and_no_others(
    live_server: LiveServer, account: tuple[str, Identity], other: tuple[str, Identity]
) -> None:
    secret = "OnlyForPartners"
    role = new_role(
        account[1],
        policy({"Effect": "Deny", "Principal": "*", "Action": "sts:AssumeRole", "Sid": secret}),
    )
    with refused("AccessDenied") as seen:
        other[1].client("sts").assume_role(RoleArn=role, RoleSessionName="test")
    reading = {"RequestId": seen.request_id}
    with refused("ResourceNotFoundException", "No call"):
        account[1].client("doorward").get_decision(**reading)
    theirs = other[1].client("doorward").get_decision(**reading)
    everything = live_server.client("doorward").get_decision(**reading)
    assert secret not in json.dumps(theirs["Decisions"])
    assert secret in everything["Decisions"][0]["Text"]
    decision = theirs["Decisions"][0]
    assert (decision["Effect"], decision["RequestId"]) == ("EXPLICIT_DENY", seen.request_id)
    assert decision["Determining"][0]["Layer"] == "resource"
    with refused("ResourceNotFoundException", "No call"):
        other[1].client("doorward").get_decision(RequestId="11111111-2222-3333-4444-555555555555")


def test_get_decision_needs_leave(account: tuple[str, Identity]) -> None:
    answer = account[1].client("sts").get_caller_identity()
    request_id = answer["ResponseMetadata"]["RequestId"]
    nobody = new_user(account[1])[1]
    with refused("AccessDeniedException", "doorward:GetDecision"):
        nobody.client("doorward").get_decision(RequestId=request_id)
    found = account[1].client("doorward").get_decision(RequestId=request_id)
    assert found["Decisions"][0]["Rule"] == "no-permission-needed"


def test_decide_is_recorded_with_what_it_answered(account: tuple[str, Identity]) -> None:
    number, administrator = account
    arn = bucket(administrator)
    name, _ = new_user(administrator)
    answer = administrator.client("doorward").decide(
        Subject=user_arn(number, name), Action=READ, Resource=f"{arn}/key"
    )
    request_id = answer["ResponseMetadata"]["RequestId"]
    found = administrator.client("doorward").get_decision(RequestId=request_id)
    asked = [(each["Action"], each["Effect"]) for each in found["Decisions"]]
    assert asked == [
        ("doorward:Decide", "ALLOW"), ("doorward:Decide", "ALLOW"), (READ, "IMPLICIT_DENY"),
    ]  # fmt: skip
