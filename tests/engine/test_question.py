"""The public JSON form: every field read, every mistake answered with its place."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doorward.engine.context import Context
from doorward.engine.layers import Layers, Policy
from doorward.engine.principals import principal_arn
from doorward.engine.question import answer, answer_line, layers
from doorward.engine.request_form import request
from doorward.errors import InvalidInput
from doorward.model.principal import IamUser, RoleSession
from doorward.policy.parse import parse_policy
from doorward.policy.problem import MalformedPolicy
from tests.engine.build import ALICE, FULL, QUEUE, ROLE, ROOT, SEND, SESSION, A, Json, allow, doc

ASKED: Json = {"principal": ALICE, "action": SEND, "resource": QUEUE}
QUESTION: Json = {"id": "q1", "request": ASKED, "policies": {"identity": FULL}}


def test_an_answer_in_full() -> None:
    stack = {
        "identity": [{"name": "Mine", "document": doc(allow(Sid="All"))}],
        "serviceControl": [FULL],
    }
    assert answer({"id": "q1", "request": ASKED, "policies": stack}) == {
        "id": "q1",
        "effect": "ALLOW",
        "rule": "identity-allow",
        "layers": [
            {"layer": "resourceControl", "effect": "NOT_APPLICABLE"},
            {"layer": "serviceControl", "level": 0, "effect": "ALLOW"},
            {"layer": "endpoint", "effect": "NOT_APPLICABLE"},
            {"layer": "resource", "effect": "NOT_APPLICABLE"},
            {"layer": "identity", "effect": "ALLOW"},
            {"layer": "permissionsBoundary", "effect": "NOT_APPLICABLE"},
            {"layer": "session", "effect": "NOT_APPLICABLE"},
        ],
        "determining": [
            {
                "layer": "serviceControl",
                "level": 0,
                "policy": 0,
                "statement": 0,
                "pointer": "/Statement/0",
            },
            {
                "layer": "identity",
                "policy": 0,
                "statement": 0,
                "sid": "All",
                "pointer": "/Statement/0",
            },
        ],
        "blockedBy": [],
    }


def asked(**changes: Any) -> Json:
    """A question whose request is changed; ``None`` stays, as JSON's null."""
    return QUESTION | {"request": ASKED | changes}


def under(**policies: Any) -> Json:
    return QUESTION | {"policies": policies}


def principal(**fields: Any) -> Json:
    return asked(principal={"type": "AWS", "arn": ALICE} | fields)


ERRORS: list[tuple[Any, str, str | None]] = [
    ([], "InvalidType", ""),
    ({}, "MissingField", "/id"),
    ({"id": "x"}, "MissingField", "/request"),
    (QUESTION | {"id": None}, "InvalidType", "/id"),
    (QUESTION | {"id": True}, "InvalidType", "/id"),
    (QUESTION | {"extra": 1}, "UnknownField", "/extra"),
    (QUESTION | {"request": None}, "InvalidType", "/request"),
    (QUESTION | {"request": {}}, "MissingField", "/request/principal"),
    (QUESTION | {"policies": None}, "InvalidType", "/policies"),
    (asked(**{"a/b~c": 1}), "UnknownField", "/request/a~1b~0c"),
    # who
    (asked(principal=None), "InvalidType", "/request/principal"),
    (asked(principal="alice"), "InvalidValue", "/request/principal"),
    (asked(principal=""), "InvalidValue", "/request/principal"),
    (asked(principal=f"arn:aws:iam::{A}:user/*"), "InvalidValue", "/request/principal"),
    (asked(principal=f"arn:aws:iam::{A}:user/"), "InvalidValue", "/request/principal"),
    (asked(principal=f"arn:aws:iam::{A}:group/g"), "InvalidValue", "/request/principal"),
    (asked(principal=f"arn:aws:iam:eu:{A}:user/u"), "InvalidValue", "/request/principal"),
    (asked(principal="arn:aws:iam::aws:user/u"), "InvalidValue", "/request/principal"),
    (asked(principal=f"arn:aws:sts::{A}:assumed-role/R"), "InvalidValue", "/request/principal"),
    (
        asked(principal=f"arn:aws:sts::{A}:assumed-role/R/s/t"),
        "InvalidValue",
        "/request/principal",
    ),
    (asked(principal={"type": "Robot"}), "InvalidValue", "/request/principal/type"),
    (asked(principal={"arn": ALICE}), "InvalidType", "/request/principal"),
    (asked(principal={"type": ["AWS"]}), "InvalidType", "/request/principal"),
    (asked(principal={"type": "Service"}), "MissingField", "/request/principal/name"),
    (asked(principal={"type": "Service", "name": 1}), "InvalidType", "/request/principal/name"),
    (
        asked(principal={"type": "Anonymous", "arn": ALICE}),
        "UnknownField",
        "/request/principal/arn",
    ),
    (principal(uniqueId=1), "InvalidType", "/request/principal/uniqueId"),
    (principal(serviceLinked=True), "InvalidValue", "/request/principal/serviceLinked"),
    (principal(roleArn=ROLE), "InvalidValue", "/request/principal/roleArn"),
    (principal(arn=ROOT, tags={}), "InvalidValue", "/request/principal/tags"),
    (principal(tags=[]), "InvalidType", "/request/principal/tags"),
    (principal(tags={"a": 1}), "InvalidType", "/request/principal/tags/a"),
    (principal(tags={"": "a"}), "InvalidValue", "/request/principal/tags/"),
    (principal(arn=ROLE, serviceLinked="yes"), "InvalidType", "/request/principal/serviceLinked"),
    (principal(arn=SESSION, roleArn="x"), "InvalidValue", "/request/principal/roleArn"),
    (
        principal(arn=SESSION, roleArn=ROLE.replace("Reader", "Writer")),
        "InvalidValue",
        "/request/principal/roleArn",
    ),
    # what
    (asked(action="SendMessage"), "InvalidValue", "/request/action"),
    (asked(action="sqs:*"), "InvalidValue", "/request/action"),
    (asked(action=["sqs:SendMessage"]), "InvalidType", "/request/action"),
    (asked(resource="queue"), "InvalidValue", "/request/resource"),
    (asked(resource="arn:aws:sqs"), "InvalidValue", "/request/resource"),
    (asked(resource="arn:aws:sqs:::"), "InvalidValue", "/request/resource"),
    (asked(resource=None), "InvalidType", "/request/resource"),
    (asked(resource=[]), "InvalidValue", "/request/resource"),
    (asked(resource=[QUEUE, "x"]), "InvalidValue", "/request/resource/1"),
    (asked(resource=[QUEUE], resourceAccount=A), "InvalidValue", "/request/resourceAccount"),
    (asked(resource=[QUEUE], resourceFacts={}), "InvalidValue", "/request/resourceFacts"),
    (asked(resourceAccount="123"), "InvalidValue", "/request/resourceAccount"),
    (asked(resourceAccount=None), "InvalidType", "/request/resourceAccount"),
    (asked(resourceFacts={"x": 1}), "UnknownField", "/request/resourceFacts/x"),
    (asked(resourceFacts={"tags": None}), "InvalidType", "/request/resourceFacts/tags"),
    (
        asked(resourceFacts={"blockPublicAccess": "yes"}),
        "InvalidType",
        "/request/resourceFacts/blockPublicAccess",
    ),
    (asked(resourceFacts={"kmsGrants": {}}), "InvalidType", "/request/resourceFacts/kmsGrants"),
    *(
        (
            asked(resourceFacts={"kmsGrants": [wrong]}),
            code,
            f"/request/resourceFacts/kmsGrants/0{at}",
        )
        for wrong, code, at in (
            ({}, "MissingField", "/Operations"),
            ({"Operations": ["Decrypt"]}, "MissingField", ""),
            ({"Operations": "Decrypt", "GranteePrincipal": A}, "InvalidType", "/Operations"),
            ({"Operations": [], "granteePrincipal": "*"}, "InvalidValue", "/granteePrincipal"),
            ({"Operations": [], "Grantee": A}, "UnknownField", "/Grantee"),
            (
                {"Operations": [], "GranteePrincipal": A, "KeyId": "other"},
                "InvalidValue",
                "/KeyId",
            ),
            (
                {"Operations": [], "GranteePrincipal": A, "Constraints": {"Until": "x"}},
                "UnknownField",
                "/Constraints/Until",
            ),
        )
    ),
    # how
    (asked(context=[]), "InvalidType", "/request/context"),
    (asked(context={1: "x"}), "InvalidType", "/request/context"),
    (asked(context={"": "a"}), "InvalidValue", "/request/context/"),
    (asked(context={"a": None}), "InvalidType", "/request/context/a"),
    (asked(context={"a": {}}), "InvalidType", "/request/context/a"),
    (asked(context={"a": ["b", None]}), "InvalidType", "/request/context/a/1"),
    (asked(context={"a": [["b"]]}), "InvalidType", "/request/context/a/0"),
    (asked(context={"a": float("nan")}), "InvalidType", "/request/context/a"),
    (asked(context={"a:b": "x", "A:B": "x"}), "DuplicateKey", "/request/context/A:B"),
    # under which policies
    (under(identities=[]), "UnknownField", "/policies/identities"),
    (under(identity=None), "InvalidType", "/policies/identity"),
    (under(identity=doc(allow())), "InvalidType", "/policies/identity"),
    (under(identity=[None]), "InvalidType", "/policies/identity/0"),
    (under(resource=FULL), "InvalidType", "/policies/resource"),
    (under(serviceControl=FULL), "InvalidType", "/policies/serviceControl/0"),
    (under(identity=[{"name": "x"}]), "MissingField", "/policies/identity/0/document"),
    (under(identity=[{"document": doc(allow())}]), "MissingField", "/policies/identity/0/name"),
    (
        under(identity=[{"name": "x", "document": doc(allow()), "arn": "y"}]),
        "UnknownField",
        "/policies/identity/0/arn",
    ),
    (under(identity=[{}]), "MalformedPolicy", "/policies/identity/0"),
    (under(identity=["{"]), "MalformedPolicy", "/policies/identity/0"),
    (
        under(session=[doc(allow(Effect="allow"))]),
        "MalformedPolicy",
        "/policies/session/0/Statement/0/Effect",
    ),
    (
        under(resourceControl=[[], [{"name": "x", "document": doc({"Effect": "Deny"})}]]),
        "MalformedPolicy",
        "/policies/resourceControl/1/0/document/Statement/0",
    ),
    (
        asked(resource=[QUEUE]) | {"policies": {"resource": doc(allow(Principal="*"))}},
        "InvalidValue",
        "/policies/resource",
    ),
]


@pytest.mark.parametrize(("question", "code", "pointer"), ERRORS)
def test_mistakes_are_answered_with_their_place(
    question: Any, code: str, pointer: str | None
) -> None:
    result = answer(question)
    error = result["error"]
    assert isinstance(error, dict)
    assert (error["code"], error.get("pointer")) == (code, pointer)
    assert error["message"]
    assert set(result) == {"id", "error"}


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("", "InvalidJson"),
        ("{", "InvalidJson"),
        ("[" * 100_000, "InvalidJson"),
        ('{"id": 1, "id": 2}', "DuplicateKey"),
        ('{"id": 1, "request": {}, "policies": {"a": NaN}}', "InvalidJson"),
        ("9" * 10_000, "InvalidJson"),
        ("1", "InvalidType"),
    ],
)
def test_lines_that_are_no_question(line: str, code: str) -> None:
    error = answer_line(line)["error"]
    assert isinstance(error, dict)
    assert error["code"] == code


def test_a_line_is_answered_like_its_value() -> None:
    assert answer_line(json.dumps(QUESTION)) == answer(QUESTION)
    assert answer_line(json.dumps(QUESTION))["effect"] == "ALLOW"


def test_values_nested_too_deeply_are_an_error() -> None:
    deep: Any = []
    for _ in range(100_000):
        deep = [deep]
    result = answer(under(identity=[{"Statement": deep}]))
    assert "error" in result


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)


@given(st.sampled_from(["principal", "action", "resource", "context", "extra"]), json_values)
def test_any_request_gets_an_answer(field: str, value: Any) -> None:
    result = answer(asked(**{field: value}))
    assert ("error" in result) is not ("effect" in result)


@given(st.sampled_from(["identity", "resource", "serviceControl", "endpoint"]), json_values)
def test_any_policies_get_an_answer(field: str, value: Any) -> None:
    result = answer(under(**{field: value}))
    assert ("error" in result) is not ("effect" in result)


@pytest.mark.parametrize(
    ("value", "values", "multi"),
    [
        ("a", ("a",), False),
        (True, ("true",), False),
        (False, ("false",), False),
        (10, ("10",), False),
        (-1.50, ("-1.5",), False),
        (1e20, ("100000000000000000000",), False),
        (["a"], ("a",), True),
        (["a", 1], ("a", "1"), True),
        ([], (), True),
    ],
)
def test_context_values(value: Any, values: tuple[str, ...], *, multi: bool) -> None:
    context = request(principal=ALICE, action=SEND, resource=QUEUE, context={"k": value}).context
    found = context.get("K")
    assert found is not None
    assert (found.values, found.multi) == (values, multi)


def test_huge_integers_are_values_too() -> None:
    """Python refuses to write integers of more than 4,300 digits by ``str``."""
    huge: Any = {"k": 10**5000}
    found = request(principal=ALICE, action=SEND, resource=QUEUE, context=huge).context.get("k")
    assert found is not None
    assert found.values == ("1" + "0" * 5000,)


def test_the_python_form_takes_values_that_are_there_already() -> None:
    document = parse_policy(doc(allow()))
    stack = layers(
        identity=[document, Policy(document, name="x")], resource=json.dumps(doc(allow()))
    )
    assert stack.identity == (Policy(document), Policy(document, name="x"))
    who = IamUser(ALICE)
    made = request(principal=who, action=SEND, resource=QUEUE, resource_account=A)
    assert made.principal is who
    assert made.context == Context({})
    assert layers() == Layers()


def test_the_python_form_raises() -> None:
    with pytest.raises(MalformedPolicy) as malformed:
        layers(session=["{}"])
    assert malformed.value.problems
    assert malformed.value.pointer == "/policies/session/0"
    with pytest.raises(InvalidInput, match="a list"):
        request(principal=ALICE, action=SEND, resource=QUEUE, resource_facts={"kmsGrants": {}})
    with pytest.raises(InvalidInput) as invalid:
        request(principal=ALICE, action="sqs", resource=QUEUE)
    assert invalid.value.pointer == "/request/action"


def test_sessions_and_their_roles() -> None:
    """A session's ARN has no path; ``roleArn`` brings it."""
    bare = request(principal=SESSION, action=SEND, resource=QUEUE).principal
    assert bare == RoleSession(f"arn:aws:iam::{A}:role/Reader", "s1")
    fields = {"type": "AWS", "arn": SESSION, "roleArn": ROLE, "serviceLinked": True}
    full = request(principal=fields, action=SEND, resource=QUEUE).principal
    assert full == RoleSession(ROLE, "s1", service_linked=True)
    assert principal_arn(full) == ROLE


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ({"tags": {}}, {"bogus": {}}),
        ({"tags": {}}, {"roleArn": ""}),
        ({"tags": {}}, {"tags": None}),
        ({"uniqueId": "AIDA1"}, {"roleArn": "AIDA1"}),
        ({"tags": {"a": "1"}}, {"tags": {"a": 1}}),
        ({}, {"serviceLinked": True}),
    ],
)
def test_what_was_read_once_lets_nothing_else_in(
    right: dict[str, object], wrong: dict[str, object]
) -> None:
    """The memo of principals is keyed by all that was said."""
    who = {"type": "AWS", "arn": ALICE}
    request(principal=who | right, action=SEND, resource=QUEUE)
    request(principal=who | right, action=SEND, resource=QUEUE)
    with pytest.raises(InvalidInput):
        request(principal=who | wrong, action=SEND, resource=QUEUE)
