"""AuthZEN's wording of Decide: whatever is sent is valid parameters, or an error with a place."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doorward.api.doorward.batches import SEMANTICS
from doorward.wire import authzen
from doorward.wire.faults import COMMON, Fault, WireError, render
from doorward.wire.http import HttpRequest, HttpResponse
from doorward.wire.models import operation
from doorward.wire.route import protocol, route
from doorward.wire.validate import validate

USER = "arn:aws:iam::111122223333:user/alice"
JSON = (("content-type", "application/json"),)
PATHS = st.sampled_from([authzen.EVALUATION_PATH, authzen.EVALUATIONS_PATH])

SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6)
ANY = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=6,
)
KEYS = st.sampled_from(["aws:SourceIp", "AWS:sourceip", "a:b/c~d", ":", "time"]) | st.text()
VALUES = st.dictionaries(KEYS, SCALARS | st.lists(SCALARS, max_size=3) | ANY, max_size=3)


def members(**parts: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Objects of these members, each there or not, right or arbitrary; seldom no object."""
    several = st.fixed_dictionaries({}, optional={name: p | ANY for name, p in parts.items()})
    return st.one_of(several, several, several, ANY)


IDS = st.sampled_from([USER, "arn:aws:iam::111122223333:root", "arn:aws:s3:::b/k", "*", "x y"])
SUBJECT = members(
    type=st.sampled_from(["user", "root", "session", "role"]), id=IDS,
    properties=VALUES | st.just({"sessionToken": "t"}),
)  # fmt: skip
ACTION = members(name=st.sampled_from(["s3:GetObject", "read"]), properties=VALUES)
RESOURCE = members(type=st.just("object"), id=IDS, properties=VALUES)
TUPLE = {"subject": SUBJECT, "action": ACTION, "resource": RESOURCE, "context": VALUES}
OPTIONS = members(evaluations_semantic=st.sampled_from([*SEMANTICS, "any"]))
BODIES = members(**TUPLE, evaluations=st.lists(members(**TUPLE), max_size=4), options=OPTIONS)


def request(body: object, path: str = authzen.EVALUATION_PATH) -> HttpRequest:
    return HttpRequest("POST", path, headers=JSON, body=json.dumps(body).encode())


@given(BODIES, PATHS)
def test_any_body_is_valid_parameters_or_an_error_with_a_place(body: Any, path: str) -> None:
    asked = request(body, path)
    routed = route(asked)
    try:
        parameters = authzen.parse(routed.operation, asked)
    except WireError as error:
        reply = render(error.fault, "id", protocol=protocol(asked))
        assert reply.status == 400
        assert re.match(r"/|The ", json.loads(reply.body)["error"]["message"])
    else:
        assert validate(routed.operation, parameters) == ()
        if routed.operation.name == "BatchDecide":
            unreadable: Any = parameters.get("Unreadable", [])
            questions: Any = parameters["Questions"]
            assert len(questions) + len(unreadable) == len(body["evaluations"])


def test_the_semantics_are_those_of_the_model() -> None:
    assert tuple(SEMANTICS) == operation("doorward", "BatchDecide").shapes["Semantic"].enum


def test_the_bound_is_that_of_the_model() -> None:
    assert operation("doorward", "BatchDecide").shapes["Questions"].maximum == (
        authzen.MOST_EVALUATIONS
    )


def test_errors_of_authentication_are_401_and_no_others_are() -> None:
    """Section 11.3."""
    unauthenticated = {
        "ExpiredToken", "IncompleteSignature", "InvalidClientTokenId",
        "MissingAuthenticationToken", "SignatureDoesNotMatch",
    }  # fmt: skip
    for row in COMMON.values():
        reply = render(Fault(row.json, "no", row.json_status), "id", protocol="authzen")
        assert (reply.status == 401) is (row.query in unauthenticated), row
        assert (reply.header("www-authenticate") is not None) is (reply.status == 401)


@pytest.mark.parametrize(
    ("host", "external", "secure", "base"),
    [
        ("pdp.example.com", None, True, "https://pdp.example.com"),
        ("pdp.example.com:8480", None, False, "http://pdp.example.com:8480"),
        ("[::1]:8480", None, False, "http://[::1]:8480"),
        ("10.0.0.7:8480", "pdp.example.com", False, "https://pdp.example.com"),
        ("evil/path", None, False, None),
        ("a b", None, False, None),
        ("", None, False, None),
    ],
)
def test_the_metadata_names_the_address_that_was_asked(
    host: str, external: str | None, secure: bool, base: str | None
) -> None:
    """Section 9.2.3: the address must be the one that the caller used."""
    asked = HttpRequest("GET", authzen.METADATA_PATH, headers=(("host", host),), secure=secure)
    reply = authzen.metadata(asked, external)
    if base is None:
        assert reply.status == 400
        return
    said = json.loads(reply.body)
    assert said["policy_decision_point"] == base
    assert said["access_evaluation_endpoint"] == f"{base}/access/v1/evaluation"


def test_only_answers_of_this_api_carry_the_callers_id() -> None:
    named = (("x-request-id", "7"),)
    for path, expected in (
        (authzen.EVALUATION_PATH, "7"),
        ("/access/v1/search/action", "7"),
        (authzen.METADATA_PATH, "7"),
        ("/", None),
    ):
        reply = authzen.identified(HttpRequest("POST", path, headers=named), HttpResponse(200))
        assert reply.header("x-request-id") == expected
    unnamed = HttpRequest("POST", authzen.EVALUATION_PATH)
    assert authzen.identified(unnamed, HttpResponse(200)).header("x-request-id") is None
