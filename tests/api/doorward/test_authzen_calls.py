"""Who may call the AuthZEN API, about whom, and what is recorded, on a live server.

Sections are those of the OpenID Authorization API 1.0, final (January 2026).
"""

from __future__ import annotations

import itertools
import json
import random
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from examples.main_job.clients import of_session
from tests.accounts import allow, new_account, new_role, new_user, policy, refused, trust
from tests.api.authzen_client import (
    DOCUMENTS,
    EVALUATION,
    EVALUATIONS,
    JSON,
    ONE,
    READ,
    THREE,
    World,
    document,
    post,
    said,
)
from tests.signing import Reply, Signed, send

if TYPE_CHECKING:
    from examples.main_job.clients import Identity
    from tests.live import LiveServer

_numbers = itertools.count(1)


@pytest.fixture(scope="module")
def world(live_server: LiveServer) -> World:
    return World(live_server)


BODY = json.dumps(ONE).encode()
signed = partial(Signed, service="doorward", target=EVALUATION, body=BODY, headers=JSON)
UNAUTHENTICATED: list[tuple[str, dict[str, str] | Signed | None]] = [
    ("unsigned", None),
    ("a bearer token", {"authorization": "Bearer mF_9.B5f-4.1JqM"}),
    ("a password", {"authorization": "Basic dXNlcjpwYXNz"}),
    ("a wrong secret", signed(secret="x" * 40)),
    ("an unknown key", signed(key="AKIAI44QH8DHBEXAMPLE")),
    ("a broken token", signed(token="bm90IGEgdG9rZW4=")),
    ("another service's scope", signed(service="sts")),
    ("a malformed signature", {"authorization": "AWS4-HMAC-SHA256 Credential=x"}),
]


@pytest.mark.parametrize("given", [each[1] for each in UNAUTHENTICATED],
                         ids=[each[0] for each in UNAUTHENTICATED])  # fmt: skip
@pytest.mark.parametrize("path", [EVALUATION, EVALUATIONS])
def test_who_is_not_authenticated_is_told_how_to_be(
    world: World, path: str, given: dict[str, str] | Signed | None
) -> None:
    """Section 11.3, and 10.1.3 for the id."""
    if isinstance(given, Signed):
        given.target, given.unsigned = path, {"x-request-id": "7"}
        reply = given.send(world.endpoint)
    else:
        reply = send(
            world.endpoint, "POST", path, BODY, JSON | {"x-request-id": "7"} | (given or {})
        )
    assert (reply.status, reply.headers["x-request-id"]) == (401, "7"), reply
    challenge = reply.headers["www-authenticate"]
    assert challenge == 'AWS4-HMAC-SHA256 realm="doorward", service="doorward"'
    assert "Sign the request by AWS Signature Version 4" in said(reply)["error"]["hint"]


def test_authentication_comes_before_the_body(world: World) -> None:
    for path in (EVALUATION, EVALUATIONS):
        assert send(world.endpoint, "POST", path, b"{", JSON).status == 401


def test_a_request_without_an_id_of_its_own_is_answered_without(world: World) -> None:
    assert "x-request-id" not in post(world.administrator, EVALUATION, world.put(ONE)).headers


def test_leave_to_decide_is_asked_for_every_evaluation(world: World) -> None:
    about = f"arn:aws:doorward::{world.account}:decision/"
    first = [f"{about}{world.alice['id']}", f"{about}{DOCUMENTS}/1"]
    _, nobody = new_user(world.administrator)
    _, half = new_user(
        world.administrator,
        policy({"Effect": "Allow", "Action": "doorward:Decide", "Resource": first}),
    )
    one, batch = world.put(ONE), world.put(ONE | {"evaluations": THREE})
    for who, path, body, status in (
        (nobody, EVALUATION, one, 403),
        (nobody, EVALUATIONS, batch, 403),
        (half, EVALUATION, one, 200),
        (half, EVALUATIONS, world.put(ONE | {"evaluations": THREE[:1]}), 200),
        (half, EVALUATIONS, batch, 403),
    ):
        reply = post(who, path, body)
        assert reply.status == status, reply
        if status == 403:
            message = said(reply)["error"]["message"]
            assert "is not authorized to perform: doorward:Decide on resource: " in message


def test_batch_decide_does_not_grant_by_its_own_name(world: World) -> None:
    """There is one permission to ask, and it is Decide's."""
    _, who = new_user(world.administrator, policy(allow("doorward:BatchDecide")))
    assert post(who, EVALUATIONS, world.put(ONE | {"evaluations": THREE})).status == 403


def test_another_accounts_resource_is_not_asked_about(
    world: World, live_server: LiveServer
) -> None:
    """Not alone, and not in a batch whose other evaluations may be asked."""
    number, _ = new_account(live_server)
    queue = {"type": "queue", "id": f"arn:aws:sqs:us-east-1:{number}:jobs"}
    batch = world.put(ONE | {"evaluations": [*THREE, {"resource": queue}]})
    assert post(world.administrator, EVALUATION, batch | {"resource": queue}).status == 403
    assert post(world.administrator, EVALUATIONS, batch).status == 403


def recorded(who: Identity, reply: Reply) -> tuple[dict[str, Any], list[tuple[str, str, str]]]:
    found = who.client("doorward").get_decision(RequestId=reply.headers["x-amzn-requestid"])
    decisions = [(each["Action"], each["Resource"], each["Effect"]) for each in found["Decisions"]]
    return json.loads(found["Event"]), decisions


def test_calls_are_recorded_with_every_decision(world: World) -> None:
    about = f"arn:aws:doorward::{world.account}:decision/"
    person = ("doorward:Decide", f"{about}{world.alice['id']}", "ALLOW")
    things = [("doorward:Decide", f"{about}{DOCUMENTS}/{n}", "ALLOW") for n in (1, 2, 3)]
    answers = [
        (READ["name"], f"{DOCUMENTS}/{n}", "IMPLICIT_DENY" if n == 2 else "ALLOW")
        for n in (1, 2, 3)
    ]
    who = world.administrator
    event, decisions = recorded(who, post(who, EVALUATION, world.put(ONE)))
    assert (event["eventName"], event["readOnly"]) == ("Decide", True)
    assert event["requestParameters"]["subject"] == {"principal": world.alice["id"]}
    assert decisions == [things[0], person, answers[0]]
    event, decisions = recorded(
        who, post(who, EVALUATIONS, world.put(ONE | {"evaluations": THREE}))
    )
    assert event["eventName"] == "BatchDecide"
    assert decisions == [things[0], person, *things[1:], *answers]


def test_denials_are_recorded_too(world: World) -> None:
    _, nobody = new_user(world.administrator)
    reply = post(nobody, EVALUATION, world.put(ONE))
    event, decisions = recorded(world.administrator, reply)
    assert event["errorCode"] == "AccessDeniedException"
    assert decisions[0][2] == "IMPLICIT_DENY"


def test_a_session_is_asked_about_by_its_token(world: World) -> None:
    role = new_role(
        world.administrator, trust({"AWS": world.account}), policy(allow(READ["name"]))
    )
    narrow = {"Policy": policy(allow(READ["name"], f"{DOCUMENTS}/1"))}
    for parameters, expected in (({}, True), (narrow, False)):
        session = world.administrator.assuming(role, "one", **parameters)
        arn = session.client("sts").get_caller_identity()["Arn"]
        subject = {
            "type": "session",
            "id": arn,
            "properties": {"sessionToken": session.session_token},
        }
        asked = world.put(ONE) | {"subject": subject, "resource": document(2)}
        assert world.ask(asked, EVALUATION)["decision"] is expected
        reply = post(world.administrator, EVALUATION, asked)
        assert session.session_token
        assert session.session_token not in json.dumps(recorded(world.administrator, reply)[0])
        wrong = asked | {"subject": subject | {"id": f"{arn}-else"}}
        reply = post(world.administrator, EVALUATION, wrong)
        message = said(reply)["error"]["message"]
        assert (reply.status, message) == (400, f"The session token is not that of {arn}-else.")


def test_the_root_user_is_asked_about_by_its_arn(world: World) -> None:
    root = {"type": "root", "id": f"arn:aws:iam::{world.account}:root"}
    assert world.ask(world.put(ONE) | {"subject": root}, EVALUATION)["decision"] is True


def test_temporary_credentials_sign_too(world: World) -> None:
    credentials = world.administrator.client("sts").get_session_token()["Credentials"]
    session = of_session(world.endpoint, credentials)
    assert post(session, EVALUATION, world.put(ONE)).status == 200


CONTEXT = [
    ({"context": {"aws:SourceIp": "10.1.2.3"}}, True),
    ({"context": {"aws:SourceIp": "10.1.2.3", "time": "noon", "ip": "192.0.2.1"}}, True),
    ({"context": {"aws:SourceIp": "192.0.2.1"}}, False),
    ({"action": READ | {"properties": {"aws:SourceIp": "10.1.2.3"}}}, True),
    ({"context": {"ip": "10.1.2.3"}}, False),
]


@pytest.mark.parametrize(("more", "expected"), CONTEXT, ids=str)
def test_names_with_a_colon_are_condition_keys(
    world: World, more: dict[str, Any], expected: bool
) -> None:
    """In the context and in properties; every other name is somebody else's."""
    inside = {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}
    name, _ = new_user(world.administrator, policy(allow(READ["name"], Condition=inside)))
    subject = {"type": "user", "id": f"arn:aws:iam::{world.account}:user/{name}"}
    answer = world.ask(world.put(ONE) | {"subject": subject} | more, EVALUATION)
    assert answer["decision"] is expected
    said_key = "aws:SourceIp" in json.dumps(more)
    depends = [each["effect"] for each in answer["context"].get("dependsOn", [])]
    assert depends == ([] if said_key else ["ALLOW"])


VALUES = [
    (True, {"Bool": {"a:b": "true"}}), (7, {"NumericEquals": {"a:b": "7"}}),
    (2.5, {"NumericEquals": {"a:b": "2.5"}}), ("x", {"StringEquals": {"a:b": "x"}}),
    (["x", "y"], {"ForAllValues:StringEquals": {"a:b": ["x", "y"]}}),
    (["x"], {"ForAnyValue:StringEquals": {"a:b": "x"}}),
]  # fmt: skip


def test_values_of_every_type_are_compared_as_policies_write_them(world: World) -> None:
    for value, condition in VALUES:
        name, _ = new_user(world.administrator, policy(allow(READ["name"], Condition=condition)))
        subject = {"type": "user", "id": f"arn:aws:iam::{world.account}:user/{name}"}
        asked = world.put(ONE) | {"subject": subject}
        assert world.ask(asked | {"context": {"a:b": value}}, EVALUATION)["decision"] is True
        assert world.ask(asked | {"context": {"a:b": "other"}}, EVALUATION)["decision"] is False


def test_keys_of_policies_that_the_asker_may_not_read_are_not_told(
    world: World, live_server: LiveServer
) -> None:
    """A stranger's policies have their own conditions; their names are the stranger's."""
    _, other = new_account(live_server)
    theirs = {"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}
    _, user = new_user(other, policy(allow(READ["name"], Condition=theirs)))
    token = user.client("sts").get_session_token()["Credentials"]["SessionToken"]
    arn = user.client("sts").get_caller_identity()["Arn"]
    subject = {"type": "session", "id": arn, "properties": {"sessionToken": token}}
    bucket = f"arn:aws:s3:::shared-{next(_numbers)}"
    whole = {"Effect": "Allow", "Principal": "*", "Action": READ["name"]}
    text = policy(whole | {"Resource": f"{bucket}/*"})
    world.administrator.client("doorward").put_resource(Arn=bucket, Policy=text)

    def depends(who: Identity, resource: str) -> Any:
        asked = {"subject": subject, "action": READ, "resource": {"type": "o", "id": resource}}
        evaluation = said(post(who, EVALUATION, asked))
        assert evaluation["decision"] is False
        return evaluation["context"].get("dependsOn")

    needed = {"context": {"aws:RequestedRegion": "eu-west-1"}, "effect": "ALLOW"}
    assert depends(other, "arn:aws:s3:::unregistered/key") == [needed]
    assert depends(world.administrator, f"{bucket}/key") is None


def test_answers_agree_with_decide(world: World, live_server: LiveServer) -> None:
    """Random policies and questions: alone and in a batch, all as ``doorward:Decide`` answers."""
    chance = random.Random(20260111)
    actions = [f"s3:{each}" for each in ("GetObject", "PutObject", "DeleteObject")]
    users = [world.alice["id"], f"arn:aws:iam::{world.account}:user/nobody"]
    for _ in range(6):
        statements = [
            {
                "Effect": chance.choice(["Allow", "Allow", "Deny"]),
                "Action": chance.sample([*actions, "s3:Get*"], 2),
                "Resource": [f"{DOCUMENTS}/{chance.randrange(4)}", f"{DOCUMENTS}/a*"],
                **chance.choice([{}, {"Condition": {"Bool": {"aws:SecureTransport": "true"}}}]),
            }
            for _ in range(3)
        ]
        name, _user = new_user(world.administrator, policy(*statements))
        users.append(f"arn:aws:iam::{world.account}:user/{name}")
    client = world.administrator.client("doorward")
    questions, expected = [], []
    for _ in range(50):
        user, action = chance.choice(users), chance.choice(actions)
        resource = f"{DOCUMENTS}/{chance.choice(['0', '1', '2', '3', 'ab'])}"
        secure = chance.choice([None, True, False])
        context = {} if secure is None else {"aws:SecureTransport": secure}
        questions.append({
            "subject": {"type": "user", "id": user}, "action": {"name": action},
            "resource": {"type": "object", "id": resource}, "context": context,
        })  # fmt: skip
        given = [{"Key": key, "Values": [str(value).lower()]} for key, value in context.items()]
        try:
            decided = client.decide(
                Subject={"Principal": user}, Action=action, Resource=resource, Context=given
            )["Decision"]
        except ClientError as error:
            expected.append(error.response["Error"]["Message"])
        else:
            expected.append((decided["Effect"] == "ALLOW", decided["Rule"]))

    def told(evaluation: Any) -> Any:
        context = evaluation["context"]
        error = context.get("error")
        return error["message"] if error else (evaluation["decision"], context["rule"])

    batch = world.ask({"evaluations": questions})["evaluations"]
    assert [told(each) for each in batch] == expected
    assert {each[0] for each in expected} >= {True, False, "T"}
    for question, wanted in zip(questions[:20], expected, strict=False):
        reply = post(world.administrator, EVALUATION, question)
        answer = said(reply)
        if reply.status == 400:
            assert answer["error"]["message"] == wanted
        else:
            assert told(answer) == wanted


def test_the_same_in_boto3(world: World) -> None:
    """BatchDecide is an operation like others; places of unreadable questions are held to it."""
    client = world.administrator.client("doorward")
    question = {"Subject": {"Principal": world.alice["id"]}, "Action": READ["name"]}
    questions = [{**question, "Resource": f"{DOCUMENTS}/{n}"} for n in (1, 2)]
    answers = client.batch_decide(
        Questions=questions, Unreadable=[{"Place": 1, "Error": "not put"}]
    )["Answers"]
    told = [each.get("Error") or each["Decision"]["Effect"] for each in answers]
    assert told == ["ALLOW", "not put", "IMPLICIT_DENY"]
    for places in ([3], [0, 0]):
        unreadable = [{"Place": place, "Error": "x"} for place in places]
        with refused("ValidationException", "Places of Unreadable", 400):
            client.batch_decide(Questions=questions, Unreadable=unreadable)
    both = {"Principal": "arn:aws:s3:::x", "SessionArn": "arn:aws:s3:::y"}
    with refused("InvalidSubjectException", "arn:aws:s3:::x is not the ARN of a principal", 400):
        client.batch_decide(Questions=[{**questions[0], "Subject": both}])
    named = {"Principal": world.alice["id"], "SessionArn": world.alice["id"]}
    with refused("InvalidSubjectException", "A SessionArn goes with a SessionToken", 400):
        client.decide(Subject=named, Action=READ["name"], Resource="*")
