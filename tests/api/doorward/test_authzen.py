"""The AuthZEN API on a live server, by a client that signs: what is asked and answered.

Provenance of the rows: OpenID Authorization API 1.0, final (January 2026), by section. Its
subjects, actions and resources are put in this server's terms; the forms are the specification's.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from tests.api.authzen_client import (
    DOCUMENTS,
    EVALUATION,
    EVALUATIONS,
    JSON,
    ONE,
    READ,
    THREE,
    WRITE,
    World,
    document,
    post,
    said,
)
from tests.signing import send

if TYPE_CHECKING:
    from tests.live import LiveServer

TIME = {"time": "2024-05-31T15:22-07:00"}
METADATA = "/.well-known/authzen-configuration"


@pytest.fixture(scope="module")
def world(live_server: LiveServer) -> World:
    return World(live_server)


def with_semantic(name: str) -> dict[str, Any]:
    return {
        "subject": "ALICE", "action": READ, "evaluations": THREE,
        "options": {"evaluations_semantic": name},
    }  # fmt: skip


SINGLE = [
    ("6.1 a permit", ONE, True),
    ("6.1.1 with context and properties of the action",
     ONE | {"action": READ | {"properties": {"method": "GET"}}, "context": TIME}, True),
    ("6.2 a deny", ONE | {"resource": document(2)}, False),
    ("6.2 another action", ONE | {"action": WRITE}, False),
    ("5.2 an object among the properties",
     ONE | {"resource": document(1) | {"properties": {"record": {"isbn": "978"}}}}, True),
    ("10.1.1 unknown fields are ignored", ONE | {"foo": "bar", "later": {"nested": True}}, True),
    ("6.1 evaluations mean nothing to a request for one", ONE | {"evaluations": [{}]}, True),
]  # fmt: skip


@pytest.mark.parametrize(("asked", "expected"), [each[1:] for each in SINGLE],
                         ids=[each[0] for each in SINGLE])  # fmt: skip
def test_one_evaluation(world: World, asked: Any, expected: bool) -> None:
    answer = world.ask(world.put(asked), EVALUATION)
    assert answer["decision"] is expected
    assert ("reason" in answer["context"]) is not expected


SEVERAL = [
    ("7.1 without default values",
     {"evaluations": [ONE | {"context": TIME}, ONE | {"resource": document(2)}, ONE]},
     [True, False, True]),
    ("7.1.1 one subject and context",
     {"subject": "ALICE", "context": TIME,
      "evaluations": [{"action": READ, "resource": document(n)} for n in (1, 2, 3)]},
     [True, False, True]),
    ("7.1.1 an action that the third overrides",
     {"subject": "ALICE", "context": TIME, "action": READ,
      "evaluations": [*THREE[:2], {"action": WRITE, "resource": document(3)}]},
     [True, False, False]),
    ("7.1.1 a resource for all",
     {"subject": "ALICE", "resource": document(1),
      "evaluations": [{"action": READ}, {"action": WRITE}]},
     [True, False]),
    ("7.1.2 options that nobody knows",
     ONE | {"evaluations": THREE, "options": {"another_option": "value"}}, [True, False, True]),
    ("7.1.2.1 execute_all", with_semantic("execute_all"), [True, False, True]),
    ("7.1.2.1 deny_on_first_deny", with_semantic("deny_on_first_deny"), [True, False]),
    ("7.1.2.1 permit_on_first_permit", with_semantic("permit_on_first_permit"), [True]),
    ("7.1.2.1 a deny first, until the permit",
     with_semantic("permit_on_first_permit") | {"evaluations": THREE[1:]}, [False, True]),
    ("7.1.2.1 nothing but permits",
     with_semantic("deny_on_first_deny") | {"evaluations": [THREE[0]]}, [True]),
    ("7.1.2.1 an error is a denial",
     with_semantic("deny_on_first_deny") | {"evaluations": [{}, *THREE]}, [False]),
    ("7.1.2.1 an error is no permit",
     with_semantic("permit_on_first_permit") | {"evaluations": [{}, *THREE]}, [False, True]),
]  # fmt: skip


@pytest.mark.parametrize(("asked", "expected"), [each[1:] for each in SEVERAL],
                         ids=[each[0] for each in SEVERAL])  # fmt: skip
def test_several_evaluations(world: World, asked: Any, expected: list[bool]) -> None:
    answer = world.ask(world.put(asked))
    assert [each["decision"] for each in answer["evaluations"]] == expected
    assert answer.keys() == {"evaluations"}


@pytest.mark.parametrize("more", [{}, {"evaluations": []}], ids=["absent", "empty"])
def test_without_evaluations_a_request_for_several_is_one_for_one(
    world: World, more: dict[str, Any]
) -> None:
    """Section 7.1."""
    assert world.ask(world.put(ONE | more)) == world.ask(world.put(ONE), EVALUATION)


def test_an_evaluation_in_error_stands_in_its_place(world: World) -> None:
    """Section 7.2.1: decisions default to closed, and the context says what was wrong."""
    nobody = {"type": "user", "id": f"arn:aws:iam::{world.account}:user/nobody"}
    answer = world.ask(
        world.put({
            "subject": "ALICE", "action": READ,
            "evaluations": [
                {}, THREE[0], {"resource": {"type": "document", "id": "1"}},
                {"resource": document(1), "subject": nobody},
                {"resource": document(1), "action": {"name": "can_read"}}, "three",
            ],
        })
    )  # fmt: skip
    errors = [each["context"].get("error") for each in answer["evaluations"]]
    assert [each["decision"] for each in answer["evaluations"]] == [False, True, *[False] * 4]
    assert errors[1] is None
    assert {each["status"] for each in errors if each} == {400}
    texts = [each["message"] for each in errors if each]
    for text, expected in zip(
        texts,
        ["/evaluations/0/resource is missing", "/evaluations/2/resource/id must be an ARN",
         f"There is no principal {nobody['id']} here", "/evaluations/4/action/name: Member must",
         "/evaluations/5 must be an object"],
        strict=True,
    ):  # fmt: skip
        assert text.startswith(expected)


SESSION = {"type": "session", "id": "arn:aws:sts::111122223333:assumed-role/some/one"}
BAD = [
    (EVALUATION, {"action": READ, "resource": document(1)}, "/subject is missing"),
    (EVALUATION, {"subject": "ALICE", "resource": document(1)}, "/action is missing"),
    (EVALUATION, {"subject": "ALICE", "action": READ}, "/resource is missing"),
    (EVALUATION, ONE | {"subject": {"id": "x"}}, "/subject/type is missing"),
    (EVALUATION, ONE | {"subject": {"type": "user"}}, "/subject/id is missing"),
    (EVALUATION, ONE | {"action": {}}, "/action/name is missing"),
    (EVALUATION, ONE | {"resource": {"id": f"{DOCUMENTS}/1"}}, "/resource/type is missing"),
    (EVALUATION, ONE | {"resource": {"type": "document"}}, "/resource/id is missing"),
    (EVALUATION, ONE | {"subject": "alice"}, "/subject must be an object"),
    (EVALUATION, ONE | {"action": {"name": 123}}, "/action/name must be a string"),
    (EVALUATION, ONE | {"action": {"name": "can_read"}}, "/action/name: Member must satisfy"),
    (EVALUATION, ONE | {"context": None}, "/context must be an object"),
    (EVALUATION, ONE | {"context": {"aws:SourceIp": None}}, "/context/aws:SourceIp must be a"),
    (EVALUATION, ONE | {"context": {"a:b/c": {}}}, "/context/a:b~1c must be a string"),
    (EVALUATION, ONE | {"context": {"aws:SourceIp": "::1", "AWS:sourceip": "::2"}},
     "/context/AWS:sourceip is given twice"),
    (EVALUATION, ONE | {"action": READ | {"properties": []}},
     "/action/properties must be an object"),
    (EVALUATION, ONE | {"subject": {"type": "role", "id": "arn:aws:iam::111122223333:role/r"}},
     "/subject/type must be one of user, root, session"),
    (EVALUATION, ONE | {"subject": {"type": "user", "id": "alice@example.com"}},
     "/subject/id must be the ARN of a user"),
    (EVALUATION, ONE | {"subject": {"type": "user", "id": "arn:aws:iam::111122223333:root"}},
     "/subject/id must be the ARN of a user"),
    (EVALUATION, ONE | {"subject": SESSION}, "/subject/properties/sessionToken is missing"),
    (EVALUATION, ONE | {"subject": SESSION | {"properties": {"sessionToken": "a b"}}},
     "/subject/properties/sessionToken: Member must satisfy"),
    (EVALUATION, ONE | {"subject": SESSION | {"properties": {"sessionToken": "bm90IG9uZQ=="}}},
     "The security token included in the request is invalid"),
    (EVALUATION, ONE | {"subject": {"type": "user", "id": "arn:aws:iam::111122223333:user/u",
                                    "properties": {"sessionToken": "x"}}},
     "/subject/properties/sessionToken goes with the type session"),
    (EVALUATION, [], "The body must be a JSON object"),
    (EVALUATION, b"", "/subject is missing"),
    (EVALUATION, b"{", "The body is not a JSON document"),
    (EVALUATION, b'{"subject": {}, "subject": {}}', "The body is not a JSON document"),
    (EVALUATION, b"[" * 100_000, "The body is not a JSON document"),
    (EVALUATIONS, b"{", "The body is not a JSON document"),
    (EVALUATIONS, ONE | {"evaluations": {"resource": document(1)}}, "/evaluations must be an"),
    (EVALUATIONS, {"subject": "ALICE", "evaluations": [{}]}, "/evaluations/0/action is missing"),
    (EVALUATIONS, ONE | {"evaluations": [{}] * 51}, "/evaluations has 51 entries; 50 are the"),
    (EVALUATIONS, ONE | {"evaluations": THREE, "options": []}, "/options must be an object"),
    (EVALUATIONS, ONE | {"evaluations": THREE, "options": {"evaluations_semantic": "any"}},
     "/options/evaluations_semantic must be one of execute_all, deny_on_first_deny, permit_"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "body", "says"), BAD, ids=[each[2] for each in BAD])
def test_what_cannot_be_mapped_is_a_bad_request_with_its_place(
    world: World, path: str, body: Any, says: str
) -> None:
    """Sections 7.2.1, 10.1.1 and 10.1.2."""
    sent = body if isinstance(body, bytes) else world.put(body)
    reply = post(world.administrator, path, sent, x_request_id="as it came")
    assert reply.status == 400, reply
    error = said(reply)["error"]
    assert (error["status"], error["message"].startswith(says)) == (400, True), error
    assert reply.headers["x-request-id"] == "as it came"


def test_a_content_type_other_than_json_is_a_bad_request(world: World) -> None:
    reply = post(world.administrator, EVALUATION, world.put(ONE), content_type="text/plain")
    assert (reply.status, said(reply)["error"]["message"]) == (
        400, "The content type must be application/json.",
    )  # fmt: skip
    charset = {"content_type": "Application/JSON; charset=utf-8"}
    assert world.ask(world.put(ONE), EVALUATION, **charset)["decision"] is True


def test_the_most_evaluations_are_answered(world: World) -> None:
    answer = world.ask(world.put(ONE | {"evaluations": [{}] * 50}))
    assert [each["decision"] for each in answer["evaluations"]] == [True] * 50


def test_a_body_that_is_too_large_is_refused(world: World) -> None:
    body = json.dumps(world.put(ONE) | {"padding": "x" * (1 << 20)}).encode()
    headers = JSON | {"x-request-id": "large"}
    reply = send(world.endpoint, "POST", EVALUATION, body, headers)
    assert (reply.status, said(reply)["error"]["status"]) == (413, 413)
    assert reply.headers["x-request-id"] == "large"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", EVALUATION, 405),
        ("PUT", EVALUATIONS, 405),
        ("POST", "/access/v1/search/subject", 404),
        ("POST", "/access/v1/search/resource", 404),
        ("POST", "/access/v1/search/action", 404),
        ("POST", "/access/v1/evaluation/", 404),
        ("POST", "/access/v2/evaluation", 404),
    ],
)
def test_what_is_not_served_says_so(world: World, method: str, path: str, status: int) -> None:
    reply = send(world.endpoint, method, path, b"{}", JSON)
    assert (reply.status, said(reply)["error"]["status"]) == (status, status)
    assert reply.headers.get("allow") == ("POST" if status == 405 else None)


def test_an_operation_is_named_once(world: World) -> None:
    target = {"x_amz_target": "Doorward_20261101.ListResources"}
    reply = post(world.administrator, EVALUATION, world.put(ONE), **target)
    assert (reply.status, "more than once" in reply.body) == (400, True)
    reply = post(world.administrator, f"{EVALUATION}?Action=GetUser", world.put(ONE))
    assert (reply.status, "more than once" in reply.body) == (400, True)


def test_the_metadata_is_read_unsigned(world: World) -> None:
    """Section 9.1: endpoints that are not named are not served; the address is the asked one."""
    reply = send(world.endpoint, "GET", METADATA, b"", {"x-request-id": "m"})
    assert (reply.status, reply.headers["x-request-id"]) == (200, "m")
    assert said(reply) == {
        "policy_decision_point": world.endpoint,
        "access_evaluation_endpoint": world.endpoint + EVALUATION,
        "access_evaluations_endpoint": world.endpoint + EVALUATIONS,
    }
    port = urlsplit(world.endpoint).port
    named = send(world.endpoint, "GET", METADATA, b"", {"host": f"localhost:{port}"})
    assert said(named)["policy_decision_point"] == f"http://localhost:{port}"
    assert send(world.endpoint, "GET", METADATA, b"", {"host": '"><x'}).status == 400
    assert send(world.endpoint, "POST", METADATA, b"", {}).status == 400
