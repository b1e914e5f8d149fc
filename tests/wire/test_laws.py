"""Laws over arbitrary input: an answer or a client's error, never anything else."""

from __future__ import annotations

import json
import random
from urllib.parse import quote, quote_plus

from hypothesis import given
from hypothesis import strategies as st

from doorward.wire import codec, validate, xml
from doorward.wire.faults import WireError, render
from doorward.wire.http import HttpRequest
from doorward.wire.models import SERVED, Operation, operation, service
from doorward.wire.route import protocol, route

ACTIONS = st.sampled_from(
    [
        *(("iam", name) for name in ("TagUser", "CreateUser", "SimulateCustomPolicy")),
        *(("iam", name) for name in ("CreateDelegationRequest", "UpdateAccountPasswordPolicy")),
        *(("sts", name) for name in ("AssumeRole", "GetSessionToken")),
        ("ec2", "DescribeRegions"),
        *(("organizations", name) for name in ("CreatePolicy", "ListHandshakesForAccount")),
        *(("doorward", name) for name in service("doorward").operations),
    ]
)
MEMBERS = sorted(
    {
        member.name
        for name in SERVED
        for found in service(name).operations.values()
        for member in found.members
    }
)
PARTS = st.one_of(
    st.sampled_from(MEMBERS),
    st.sampled_from(["member", "entry", "key", "value", "Key", "Value", "0", "1", "2", "10", ""]),
    st.text(max_size=3),
)
NAMES = st.lists(PARTS, min_size=1, max_size=6).map(".".join)
FORMS = st.lists(
    st.tuples(NAMES, st.text(max_size=20)), max_size=12, unique_by=lambda pair: pair[0]
)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10)
KEYS = st.sampled_from(MEMBERS) | st.text(max_size=4)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)


def _request(name: str, action: str, body: bytes) -> HttpRequest:
    if SERVED[name].protocol == "json":
        target = f"{SERVED[name].target_prefix}.{action}"
        headers = (("X-Amz-Target", target), ("Content-Type", "application/x-amz-json-1.1"))
        return HttpRequest("POST", "/", headers=headers, body=body)
    head = f"Action={action}&Version={SERVED[name].version}&"
    return HttpRequest("POST", "/", body=head.encode() + body)


def _refusal(request: HttpRequest) -> WireError | None:
    """Take a request through the wire; return what refused it, if anything did."""
    try:
        found = route(request)
        validate.check(found.operation, codec.parse(found.operation, request))
    except WireError as error:
        return error
    return None


def _assert_answered(request: HttpRequest) -> None:
    refused = _refusal(request)
    if refused is not None:
        assert 400 <= refused.fault.status < 500
        assert refused.fault.sender
        assert render(refused.fault, "req-1", protocol=protocol(request)).body


@given(ACTIONS, st.binary(max_size=80))
def test_any_bytes_are_answered(action: tuple[str, str], body: bytes) -> None:
    _assert_answered(_request(*action, body))


@given(ACTIONS.filter(lambda row: SERVED[row[0]].protocol != "json"), FORMS)
def test_any_form_is_answered(action: tuple[str, str], form: list[tuple[str, str]]) -> None:
    body = "&".join(f"{quote_plus(name)}={quote(value, safe='')}" for name, value in form)
    _assert_answered(_request(*action, body.encode()))


@given(ACTIONS.filter(lambda row: SERVED[row[0]].protocol == "json"), VALUES)
def test_any_json_is_answered(action: tuple[str, str], value: object) -> None:
    body = json.dumps(value).encode()
    _assert_answered(_request(*action, body))


def _tags(found: Operation, pairs: list[tuple[str, str]]) -> dict[str, object]:
    body = "&".join(f"{quote_plus(name)}={quote_plus(value)}" for name, value in pairs)
    return codec.parse(found, HttpRequest("POST", "/", body=body.encode()))


@given(st.lists(st.tuples(st.text(max_size=5), st.text(max_size=5)), max_size=12), st.randoms())
def test_the_order_of_parameters_means_nothing(
    tags: list[tuple[str, str]], shuffler: random.Random
) -> None:
    pairs = [("UserName", "u")]
    for index, (key, value) in enumerate(tags, 1):
        pairs.append((f"Tags.member.{index}.Key", key))
        pairs.append((f"Tags.member.{index}.Value", value))
    found = operation("iam", "TagUser")
    expected: dict[str, object] = {"UserName": "u"}
    if tags:
        expected["Tags"] = [{"Key": key, "Value": value} for key, value in tags]
    assert _tags(found, pairs) == expected
    shuffler.shuffle(pairs)
    assert _tags(found, pairs) == expected


def test_every_character_is_content_escaped_or_refused_as_xml_wants() -> None:
    """Provenance: XML 1.0 §2.2 (Char), §2.4 (escapes), §2.11 (a bare CR would be read as LF)."""
    for code in range(0x110000):
        char = chr(code)
        legal = code in {9, 10, 13} or 32 <= code < 0xD800 or 0xE000 <= code < 0xFFFE
        assert xml.carries(char) == (legal or code > 0xFFFF)
        assert xml.is_special(char) == (char in "&<>\r" or not xml.carries(char))


@given(st.text())
def test_what_xml_cannot_carry_is_never_written(text: str) -> None:
    assert xml.carries(xml.legible(text))
    if xml.carries(text):
        assert xml.text(text) == xml.legible(text)
