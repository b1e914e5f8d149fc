"""Explanations entry by entry: they follow from the decision, and the decision from them."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given

from doorward.engine.combine import decide
from doorward.engine.context import Provenance
from doorward.engine.decision import Reason
from doorward.engine.explain import (
    ElementExplanation,
    EntryOutcome,
    Explanation,
    StatementExplanation,
    explain,
)
from doorward.engine.layers import Layers
from doorward.engine.question import layers
from doorward.engine.request import Request
from doorward.engine.request_form import request
from doorward.policy.conditions.registry import OPERATORS, take_apart
from doorward.policy.document import Effect
from tests.engine.build import ALICE, QUEUE, SEND, TARGET, Json, allow, deny, doc
from tests.engine.test_decide import cases

V = "${aws:PrincipalTag/team}"


@given(cases)
def test_an_explanation_is_the_decision_and_says_more(case: tuple[Layers, Request]) -> None:
    found = explain(*case)
    assert found.decision == decide(*case, expand=True)
    assert found.decision.statements is not None
    told = [(each.ref, each.reason) for each in found.statements]
    assert told == [(each.ref, each.reason) for each in found.decision.statements]
    for short, full in zip(found.decision.statements, found.statements, strict=True):
        elements = [(each.pointer, each.matched) for each in full.elements]
        assert elements == [(each.pointer, each.matched) for each in short.elements]


@given(cases)
def test_what_is_said_of_the_entries_makes_what_is_said_of_the_element(
    case: tuple[Layers, Request],
) -> None:
    for statement in explain(*case).statements:
        for element in statement.elements:
            expected = follows(statement, element)
            assert expected is None or element.matched is expected, (statement, element)


def follows(statement: StatementExplanation, element: ElementExplanation) -> bool | None:
    """Whether an element must be met, by its entries alone; ``None`` where they do not say."""
    met = any(entry.matched for entry in element.entries)
    match element.reason:
        case Reason.ACTION:
            return met is not element.name.startswith("Not")
        case Reason.RESOURCE if element.span is not None:
            unknown = any(entry.resolved is None for entry in element.entries)
            if not element.name.startswith("Not"):
                return met
            return not met and (statement.effect is Effect.DENY or not unknown)
        case Reason.PRINCIPAL if element.name == "Principal" and statement.effect is Effect.DENY:
            # An identity policy must not have the element, and a Deny that has it holds.
            return met if statement.ref.layer.value in {"resource", "endpoint"} else None
        case Reason.CONDITION:
            name = take_apart(element.name)
            operator = OPERATORS.get(name.base)
            plain = name.quantifier is None and operator is not None and not operator.negated
            if not plain or element.tested is None or len(element.tested) != 1:
                return None
            if not element.entries and not name.if_exists:
                return statement.effect is Effect.DENY  # nobody can say what it means (C17)
            # A list of one value is a list: no plain operator takes it (C7).
            return met if element.matched or not met else None
        case _:
            return None


def one(element: str, found: Explanation) -> ElementExplanation:
    """The element of that name, of the only statement."""
    (statement,) = found.statements
    (only,) = [each for each in statement.elements if element in {each.name, each.key}]
    return only


def asked(context: Json | None = None, **policies: object) -> Explanation:
    who = {"type": "AWS", "arn": ALICE, "tags": {"team": "r*d"}}
    stack = layers(**policies)
    return explain(stack, request(principal=who, action=SEND, resource=QUEUE, context=context))


ENTRIES: list[tuple[str, Json, Json, list[tuple[str, str | None, bool]]]] = [
    (
        "Action",
        {"Action": ["sqs:send*", "s3:*"]},
        {},
        [("sqs:send*", "sqs:send*", True), ("s3:*", "s3:*", False)],
    ),
    ("NotAction", {"NotAction": "sqs:*"}, {}, [("sqs:*", "sqs:*", True)]),
    (
        "Resource",
        {"Resource": [QUEUE, f"arn:aws:sqs:*:*:{V}", "arn:aws:sqs:*:*:${app:none}"]},
        {},
        [
            (QUEUE, QUEUE, True),
            (f"arn:aws:sqs:*:*:{V}", "arn:aws:sqs:*:*:r${*}d", False),
            ("arn:aws:sqs:*:*:${app:none}", None, False),
        ],
    ),
    (  # No variable stands before the fifth colon (V2).
        "Resource",
        {"Resource": f"arn:aws:{V}:*:*:q"},
        {},
        [(f"arn:aws:{V}:*:*:q", None, False)],
    ),
    (
        "app:key",
        {"Condition": {"StringLike": {"app:key": [V, "r?d", "${app:none, 'x'}"]}}},
        {"app:key": "r*d"},
        [(V, "r${*}d", True), ("r?d", "r?d", True), ("${app:none, 'x'}", "x", False)],
    ),
    (
        "app:key",
        {"Condition": {"StringNotEquals": {"app:key": ["a", "b"]}}},
        {"app:key": "b"},
        [("a", "a", False), ("b", "b", True)],
    ),
    (
        "app:key",
        {"Condition": {"NumericLessThan": {"app:key": ["5", V, "1"]}}},
        {"app:key": "3"},
        [("5", "5", True), (V, V, False), ("1", "1", False)],
    ),
    (
        "app:key",
        {"Condition": {"Null": {"app:key": ["true", "false"]}}},
        {},
        [("true", "true", True), ("false", "false", False)],
    ),
    ("app:key", {"Condition": {"Bool": {"app:key": "true"}}}, {}, [("true", "true", False)]),
    (  # ``Null`` takes no prefix (C4): what this means is not known.
        "app:key",
        {"Condition": {"ForAllValues:Null": {"app:key": "true"}}},
        {},
        [("true", "true", False)],
    ),
    ("app:key", {"Condition": {"Odd": {"app:key": "x"}}}, {"app:key": "x"}, [("x", "x", False)]),
    (
        "app:key",
        {"Condition": {"ForAnyValue:StringEquals": {"app:key": ["a", "z"]}}},
        {"app:key": ["a", "b"]},
        [("a", "a", True), ("z", "z", False)],
    ),
]


@pytest.mark.parametrize(("name", "elements", "context", "entries"), ENTRIES)
def test_entries(
    name: str, elements: Json, context: Json, entries: list[tuple[str, str | None, bool]]
) -> None:
    element = one(name, asked(context, identity=[doc(allow(**elements))]))
    found = [(each.written, each.resolved, each.matched) for each in element.entries]
    assert found == entries


@pytest.mark.parametrize("name", ["Principal", "NotPrincipal"])
def test_a_principal_element_is_called_as_it_is_written(name: str) -> None:
    statement = {"Effect": "Deny", name: {"AWS": ALICE}, "Action": "sqs:*", "Resource": "*"}
    (entry,) = one(name, asked(resource=doc(statement))).entries
    assert (entry.written, entry.matched) == (ALICE, True)


def test_under_old_versions_a_variable_is_text() -> None:
    old = doc(allow(Resource=f"arn:aws:sqs:*:*:{V}"), version="2008-10-17")
    (entry,) = one("Resource", asked(identity=[old])).entries
    assert entry.resolved == entry.written


def test_what_was_tested_and_where_it_comes_from() -> None:
    elements = {
        "StringEquals": {"aws:PrincipalTag/team": "x", "app:none": "x"},
        "Bool": {"aws:SecureTransport": "true"},
    }
    found = asked({"AWS:securetransport": True}, identity=[doc(allow(Condition=elements))])
    assert one("Action", found).tested == (SEND,)
    assert one("Resource", found).tested == (QUEUE,)
    tag, given_, absent = (
        one(key, found) for key in ("aws:PrincipalTag/team", "aws:SecureTransport", "app:none")
    )
    assert (tag.tested, tag.provenance) == (("r*d",), Provenance.DERIVED)
    assert (given_.tested, given_.provenance) == (("true",), Provenance.GIVEN)
    assert (absent.tested, absent.provenance) == (None, None)


def test_principals_and_what_is_absent() -> None:
    trust = doc(allow(Principal={"AWS": [ALICE, QUEUE]}, Action="sts:AssumeRole", Resource=None))
    found = explain(
        layers(resource=trust),
        request(principal=ALICE, action="sts:AssumeRole", resource=TARGET),
    )
    principal, resource = one("Principal", found), one("Resource", found)
    assert [entry.matched for entry in principal.entries] == [True, False]
    assert (principal.tested, principal.matched) == ((ALICE,), True)
    assert (resource.span, resource.entries, resource.matched) == (None, (), True)
    assert resource.pointer == "/Statement/0"


def test_places_are_those_of_the_text_as_written() -> None:
    text = '{"Statement": {"Effect": "Deny",\n "Action": ["s3:*", "sqs:*"], "Resource": "*"}}'
    found = asked(identity=[text])
    entry = one("Action", found).entries[1]
    assert isinstance(entry, EntryOutcome)
    assert text[entry.span.start : entry.span.end] == '"sqs:*"'
    assert entry.pointer == "/Statement/Action/1"


def test_of_several_resources_the_one_that_decided_is_explained() -> None:
    stack = layers(identity=[doc(allow(), deny(Resource=f"{QUEUE}2"))])
    several = request(principal=ALICE, action=SEND, resource=[QUEUE, f"{QUEUE}2", f"{QUEUE}3"])
    found = explain(stack, several)
    assert found.decision.resource == f"{QUEUE}2"
    assert {e.tested for s in found.statements for e in s.elements if e.name == "Resource"} == {
        (f"{QUEUE}2",)
    }
    assert msgspec.structs.replace(found.decision, statements=None) == decide(stack, several)
