"""The public formats, clause by clause, from outside: lines in, lines out, and the same in Python.

Provenance of every row: the published format in docs/reference/decide.md, which changes by
addition only. A row that has to change breaks somebody's program.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import pytest

import doorward
from tests.cli.running import doorward as run

Json = dict[str, Any]

A, B = "111122223333", "444455556666"
USER = f"arn:aws:iam::{A}:user/alice"
ROLE = f"arn:aws:iam::{A}:role/team/Reader"
SESSION = f"arn:aws:sts::{A}:assumed-role/Reader/s1"
ROOT = f"arn:aws:iam::{A}:root"
QUEUE, QUEUE_B = f"arn:aws:sqs:eu-west-1:{A}:q", f"arn:aws:sqs:eu-west-1:{B}:q"
KEY = "arn:aws:s3:::reports/2026.csv"
TARGET = f"arn:aws:iam::{A}:role/Target"

LAYERS = ["resourceControl", "serviceControl", "endpoint", "resource", "identity",
          "permissionsBoundary", "session"]  # fmt: skip
LEVELLED = {"resourceControl", "serviceControl"}
EFFECTS = {"ALLOW", "EXPLICIT_DENY", "IMPLICIT_DENY"}


def say(effect: str = "Allow", **elements: Any) -> Json:
    """A document of one statement about everything but for what ``elements`` say."""
    statement = {"Effect": effect, "Action": "*", "Resource": "*", **elements}
    chosen = {name: value for name, value in statement.items() if value is not None}
    return {"Version": "2012-10-17", "Statement": [chosen]}


FULL = say()


def to(principal: Any, **elements: Any) -> Json:
    """A resource policy that allows everything to ``principal``."""
    return say(Principal=principal, **elements)


def when(operator: str, key: str, value: Any) -> Json:
    """A document that allows everything under one condition."""
    return say(Condition={operator: {key: value}})


def q(request: Json | None = None, /, **policies: Any) -> Json:
    """A question: alice sends to the queue of her account, but for what ``request`` says."""
    usual = {"principal": USER, "action": "sqs:SendMessage", "resource": QUEUE}
    return {"id": 0, "request": usual | (request or {}), "policies": policies}


def who(principal: Any, **request: Any) -> Json:
    return {"principal": principal, **request}


TRUST = {"resource": TARGET, "action": "sts:AssumeRoleWithWebIdentity"}
AWS_SESSION = {"type": "AWS", "arn": SESSION, "roleArn": ROLE}
NAMED_ROLE = when("ArnEquals", "aws:PrincipalArn", ROLE)

DECIDED: dict[str, tuple[Json, str, str]] = {
    # principals by ARN
    "user": (q(identity=[FULL]), "ALLOW", "identity-allow"),
    "role": (q(who(ROLE), identity=[FULL]), "ALLOW", "identity-allow"),
    "session": (q(who(SESSION), identity=[FULL]), "ALLOW", "identity-allow"),
    "root": (q(who(ROOT)), "ALLOW", "root-user-allow"),
    "federated user": (q(who(f"arn:aws:sts::{A}:federated-user/fay"), resource=to(
        {"AWS": f"arn:aws:sts::{A}:federated-user/fay"})), "ALLOW", "resource-allow"),
    # principals by object
    "anonymous": (q(who({"type": "Anonymous"}), resource=to("*")), "ALLOW", "non-account-allow"),
    "anonymous, not named": (q(who({"type": "Anonymous"}), resource=to({"AWS": A})),
                             "IMPLICIT_DENY", "resource-implicit-deny"),
    "service": (q(who({"type": "Service", "name": "sns.amazonaws.com"}),
                  resource=to({"Service": "sns.amazonaws.com"})), "ALLOW", "non-account-allow"),
    "another service": (q(who({"type": "Service", "name": "sqs.amazonaws.com"}),
                          resource=to({"Service": "sns.amazonaws.com"})),
                        "IMPLICIT_DENY", "resource-implicit-deny"),
    "federated": (q(who({"type": "Federated", "provider": "accounts.google.com"}, **TRUST),
                    resource=to({"Federated": "accounts.google.com"}, Resource=None)),
                  "ALLOW", "non-account-allow"),
    "federated elsewhere": (q(who({"type": "Federated", "provider": "www.amazon.com"}, **TRUST),
                              resource=to({"Federated": "accounts.google.com"}, Resource=None)),
                            "IMPLICIT_DENY", "trust-implicit-deny"),
    "canonical user": (q(who({"type": "CanonicalUser", "id": "79a59d"}, action="s3:GetObject",
                             resource=KEY), resource=to({"CanonicalUser": "79a59d"})),
                       "ALLOW", "non-account-allow"),
    "AWS": (q(who({"type": "AWS", "arn": USER}), identity=[FULL]), "ALLOW", "identity-allow"),
    "role with its path": (q(who(AWS_SESSION), identity=[NAMED_ROLE]), "ALLOW", "identity-allow"),
    "role without its path": (q(who(SESSION), identity=[NAMED_ROLE]),
                              "IMPLICIT_DENY", "identity-implicit-deny"),
    "unique id": (q(who({"type": "AWS", "arn": USER, "uniqueId": "AIDA1"}),
                    identity=[when("StringEquals", "aws:userid", "AIDA1")]),
                  "ALLOW", "identity-allow"),
    "tags": (q(who({"type": "AWS", "arn": USER, "tags": {"team": "red"}}),
               identity=[when("StringEquals", "aws:PrincipalTag/team", "red")]),
             "ALLOW", "identity-allow"),
    "no tags": (q(identity=[when("StringEquals", "aws:PrincipalTag/team", "red")]),
                "IMPLICIT_DENY", "identity-implicit-deny"),
    "service-linked": (q(who({**AWS_SESSION, "serviceLinked": True}), identity=[FULL],
                         serviceControl=[[]]), "ALLOW", "identity-allow"),
    "not service-linked": (q(who({**AWS_SESSION, "serviceLinked": False}), identity=[FULL],
                             serviceControl=[[]]),
                           "IMPLICIT_DENY", "service-control-implicit-deny"),
    # resources
    "any resource": (q({"resource": "*"}, identity=[FULL]), "ALLOW", "identity-allow"),
    "all of a list": (q({"resource": [QUEUE, KEY]}, identity=[FULL]), "ALLOW", "identity-allow"),
    "not all of a list": (q({"resource": [KEY, QUEUE]}, identity=[say(Resource=KEY)]),
                          "IMPLICIT_DENY", "identity-implicit-deny"),
    "denied in a list": (q({"resource": [QUEUE, KEY]},
                           identity=[FULL, say("Deny", Resource=KEY)]),
                         "EXPLICIT_DENY", "explicit-deny"),
    "another's resource": (q({"resource": QUEUE_B}, identity=[FULL]),
                           "IMPLICIT_DENY", "resource-implicit-deny"),
    "both accounts": (q({"resource": QUEUE_B}, identity=[FULL], resource=to({"AWS": A})),
                      "ALLOW", "cross-account-allow"),
    "owner told": (q({"resource": KEY, "resourceAccount": B}, identity=[FULL]),
                   "IMPLICIT_DENY", "resource-implicit-deny"),
    "owner told, the same": (q({"resource": KEY, "resourceAccount": A}, identity=[FULL]),
                             "ALLOW", "identity-allow"),
    "resource tags": (q({"resourceFacts": {"tags": {"c": "1"}}},
                        identity=[when("StringEquals", "aws:ResourceTag/c", "1")]),
                      "ALLOW", "identity-allow"),
    "no resource facts": (q({"resourceFacts": {}}, identity=[FULL]), "ALLOW", "identity-allow"),
    # context
    "one value": (q({"context": {"k:x": "a"}}, identity=[when("StringEquals", "k:x", "a")]),
                  "ALLOW", "identity-allow"),
    "a boolean": (q({"context": {"aws:SecureTransport": True}},
                    identity=[when("Bool", "aws:SecureTransport", "true")]),
                  "ALLOW", "identity-allow"),
    "a number": (q({"context": {"k:n": 7}}, identity=[when("NumericLessThan", "k:n", "8")]),
                 "ALLOW", "identity-allow"),
    "any of several": (q({"context": {"k:x": ["b", "a"]}},
                         identity=[when("ForAnyValue:StringEquals", "k:x", "a")]),
                       "ALLOW", "identity-allow"),
    "not all of several": (q({"context": {"k:x": ["b", "a"]}},
                             identity=[when("ForAllValues:StringEquals", "k:x", "a")]),
                           "IMPLICIT_DENY", "identity-implicit-deny"),
    "empty is not absent": (
        q({"context": {"k:x": []}}, identity=[when("Null", "k:x", "true")]),
        "IMPLICIT_DENY",
        "identity-implicit-deny",
    ),
    "absent is absent": (q(identity=[when("Null", "k:x", "true")]), "ALLOW", "identity-allow"),
    "given wins": (q({"context": {"aws:PrincipalArn": ROLE}}, identity=[NAMED_ROLE]),
                   "ALLOW", "identity-allow"),
    "derived": (q(identity=[when("ArnEquals", "aws:PrincipalArn", USER)]),
                "ALLOW", "identity-allow"),
    "given wins in any case": (q({"context": {"AWS:principalarn": ROLE}},
                                 identity=[when("ArnEquals", "aws:PrincipalArn", USER)]),
                               "IMPLICIT_DENY", "identity-implicit-deny"),
    # documents
    "JSON text": (q(identity=[json.dumps(FULL)]), "ALLOW", "identity-allow"),
    "named": (q(identity=[{"name": "Mine", "document": FULL}]), "ALLOW", "identity-allow"),
    "named JSON text": (q(identity=[{"name": "Mine", "document": json.dumps(FULL)}]),
                        "ALLOW", "identity-allow"),
    "resource policy as text": (q({"resource": QUEUE_B}, identity=[FULL],
                                  resource=json.dumps(to({"AWS": A}))),
                                "ALLOW", "cross-account-allow"),
    "resource policy named": (q({"resource": QUEUE_B}, identity=[FULL],
                                resource={"name": "Q", "document": to({"AWS": A})}),
                              "ALLOW", "cross-account-allow"),
    "of a group too": (q(identity=[say(Resource=KEY), FULL]), "ALLOW", "identity-allow"),
    "trust policy": (q({"action": "sts:AssumeRole", "resource": TARGET}, identity=[FULL],
                       resource=to({"AWS": B}, Resource=None)),
                     "IMPLICIT_DENY", "trust-implicit-deny"),
    # layers: absent does not apply, empty grants nothing
    "no layers": (q(), "IMPLICIT_DENY", "identity-implicit-deny"),
    "empty identity": (q(identity=[]), "IMPLICIT_DENY", "identity-implicit-deny"),
    "empty boundary": (q(identity=[FULL], permissionsBoundary=[]),
                       "IMPLICIT_DENY", "boundary-implicit-deny"),
    "empty session": (q(who(SESSION), identity=[FULL], session=[]),
                      "IMPLICIT_DENY", "session-implicit-deny"),
    "empty endpoint": (q(identity=[FULL], endpoint=[]),
                       "IMPLICIT_DENY", "endpoint-implicit-deny"),
    "empty level": (q(identity=[FULL], serviceControl=[[FULL], []]),
                    "IMPLICIT_DENY", "service-control-implicit-deny"),
    "empty first level": (q(identity=[FULL], serviceControl=[[], [FULL]]),
                          "IMPLICIT_DENY", "service-control-implicit-deny"),
    "empty RCP level": (q(identity=[FULL], resourceControl=[[]]),
                        "IMPLICIT_DENY", "resource-control-implicit-deny"),
    "every level": (q(identity=[FULL], serviceControl=[[FULL], [say("Deny", Resource=KEY), FULL]]),
                    "ALLOW", "identity-allow"),
    "blocked public access": (q({"resourceFacts": {"blockPublicAccess": True}}, identity=[FULL]),
                      "ALLOW", "identity-allow"),
    "no public access": (q({"resourceFacts": {"blockPublicAccess": False}}, identity=[FULL]),
                         "ALLOW", "identity-allow"),
    "no grants": (q({"resourceFacts": {"kmsGrants": []}}, identity=[FULL]),
                  "ALLOW", "identity-allow"),
    "guardrails alone": (q(serviceControl=[[FULL]], permissionsBoundary=[FULL]),
                         "IMPLICIT_DENY", "identity-implicit-deny"),
}  # fmt: skip

REFUSED: dict[str, tuple[Json, str, str]] = {
    "null in context": (q({"context": {"k:x": None}}), "InvalidType", "/request/context/k:x"),
    "null in a list": (q({"context": {"k:x": ["a", None]}}),
                       "InvalidType", "/request/context/k:x/1"),
    "null layer": (q(identity=None), "InvalidType", "/policies/identity"),
    "public access": (q({"resourceFacts": {"blockPublicAccess": "on"}}, identity=[FULL]),
                      "InvalidType", "/request/resourceFacts/blockPublicAccess"),
    "grants": (q({"resourceFacts": {"kmsGrants": [{"Operations": []}]}}, identity=[FULL]),
               "MissingField", "/request/resourceFacts/kmsGrants/0"),
    "list and owner": (q({"resource": [QUEUE], "resourceAccount": A}, identity=[FULL]),
                       "InvalidValue", "/request/resourceAccount"),
    "list and facts": (q({"resource": [QUEUE], "resourceFacts": {"tags": {}}}, identity=[FULL]),
                       "InvalidValue", "/request/resourceFacts"),
    "list and resource policy": (q({"resource": [QUEUE]}, resource=to("*")),
                                 "InvalidValue", "/policies/resource"),
    "empty list": (q({"resource": []}, identity=[FULL]), "InvalidValue", "/request/resource"),
    "unknown at the top": (q() | {"trace": True}, "UnknownField", "/trace"),
    "unknown in the request": (q({"time": "now"}), "UnknownField", "/request/time"),
    "unknown layer": (q(groups=[FULL]), "UnknownField", "/policies/groups"),
    "snake case": (q(permissions_boundary=[]), "UnknownField", "/policies/permissions_boundary"),
    "unknown of the principal": (q(who({"type": "AWS", "arn": USER, "path": "/"})),
                                 "UnknownField", "/request/principal/path"),
    "unknown fact": (q({"resourceFacts": {"acl": []}}),
                     "UnknownField", "/request/resourceFacts/acl"),
    "unknown kind": (q(who({"type": "Robot"})), "InvalidValue", "/request/principal/type"),
    "resource list": (q(resource=[to("*")]), "InvalidType", "/policies/resource"),
    "levels missing": (q(serviceControl=[FULL]), "InvalidType", "/policies/serviceControl/0"),
    "one document": (q(identity=FULL), "InvalidType", "/policies/identity"),
    "broken text": (q(identity=[FULL, "{"]), "MalformedPolicy", "/policies/identity/1"),
    "broken statement": (q(session=[say("allow")]),
                         "MalformedPolicy", "/policies/session/0/Statement/0/Effect"),
}  # fmt: skip


@pytest.fixture(scope="module")
def answers() -> dict[object, Json]:
    """Every question above in one run, by name."""
    rows = {name: row[0] for name, row in (*DECIDED.items(), *REFUSED.items())}
    lines = "".join(json.dumps(row | {"id": name}) + "\n" for name, row in rows.items())
    done = run("decide", "--input", "-", "--output", "json", given=lines.encode())
    assert (done.returncode, done.stderr) == (0, b"")
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert [each["id"] for each in found] == list(rows)
    return {each["id"]: each for each in found}


@pytest.mark.parametrize("name", DECIDED)
def test_a_question_is_decided_and_answered_in_the_published_form(
    name: str, answers: dict[object, Json]
) -> None:
    found, (asked, effect, rule) = answers[name], DECIDED[name]
    assert (found.get("effect"), found.get("rule")) == (effect, rule), found
    published = ["id", "effect", "rule", "layers", "determining", "blockedBy"]
    assert list(found)[: len(published)] == published
    assert set(found) - set(published) <= {"dependsOn", "dependsOnMore", "assumptions"}
    assert list(dict.fromkeys(each["layer"] for each in found["layers"])) == LAYERS
    given = asked["policies"]
    for each in found["layers"]:
        chained = each["layer"] in LEVELLED and each["layer"] in given
        assert set(each) - {"level"} == {"layer", "effect"}
        assert "level" not in each or chained
        assert each["effect"] in EFFECTS | {"NOT_APPLICABLE"}
    for each in found["determining"]:
        assert set(each) - {"level", "sid"} == {"layer", "policy", "statement", "pointer"}
        assert ("level" in each) is (each["layer"] in LEVELLED)
    assert set(found["blockedBy"]) <= set(LAYERS)


@pytest.mark.parametrize("name", DECIDED)
def test_python_says_the_same(name: str, answers: dict[object, Json]) -> None:
    asked, effect, rule = DECIDED[name]
    layers = {snake(layer): value for layer, value in asked["policies"].items()}
    request = {snake(field): value for field, value in asked["request"].items()}
    plain, expanded = (
        doorward.decide(doorward.layers(**layers), doorward.request(**request), expand=expand)
        for expand in (False, True)
    )
    for decision in (plain, expanded):
        assert (decision.effect.name, decision.rule.value) == (effect, rule)
        assert [each.value for each in decision.blocked_by] == answers[name]["blockedBy"]
    assert plain.statements is None
    assert expanded.statements is not None
    assert doorward.answer(asked | {"id": name}) == answers[name]


@pytest.mark.parametrize("name", REFUSED)
def test_a_question_that_cannot_be_answered_says_where(
    name: str, answers: dict[object, Json]
) -> None:
    found, (_, code, pointer) = answers[name], REFUSED[name]
    assert set(found) == {"id", "error"}
    assert set(found["error"]) == {"code", "message", "pointer"}
    assert (found["error"]["code"], found["error"]["pointer"]) == (code, pointer)
    assert found["error"]["message"]


def snake(name: str) -> str:
    """Return a field's name as Python spells it."""
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)


def test_indexes_sids_and_levels() -> None:
    """Indexes count from 0; ``sid`` only where one is written, ``level`` only in a chain."""
    denied = say("Deny", Resource=KEY)["Statement"]
    two = say() | {"Statement": [*denied, FULL["Statement"][0] | {"Sid": "All"}]}
    found = doorward.answer(q(identity=[say(Resource=KEY), two], serviceControl=[[FULL], [FULL]]))
    assert found["determining"] == [
        {"layer": "serviceControl", "level": 0, "policy": 0, "statement": 0,
         "pointer": "/Statement/0"},
        {"layer": "serviceControl", "level": 1, "policy": 0, "statement": 0,
         "pointer": "/Statement/0"},
        {"layer": "identity", "policy": 1, "statement": 1, "sid": "All",
         "pointer": "/Statement/1"},
    ]  # fmt: skip


def test_blocked_by_names_what_alone_stops_it() -> None:
    """Each of them would stop it by itself; nothing is named where nothing would be allowed."""
    one = doorward.answer(q(identity=[FULL], permissionsBoundary=[]))
    two = doorward.answer(q(identity=[FULL], permissionsBoundary=[], endpoint=[]))
    assert one["blockedBy"] == ["permissionsBoundary"]
    assert two["blockedBy"] == ["endpoint", "permissionsBoundary"]
    assert doorward.answer(q(permissionsBoundary=[]))["blockedBy"] == []


def test_spans_refer_to_the_text_that_was_given() -> None:
    text = """{ "Version": "2012-10-17",
      "Statement": {"Effect": "Allow", "Action": "*",
                    "Resource": "é*"} }"""
    identity = doorward.layers(identity=[text]).identity
    assert identity is not None
    document = identity[0].document
    span = document.statements[0].span
    assert document.source == text
    assert text[span.start : span.end] == text[text.index('{"Effect"') : text.rindex("}") - 1]


def test_context_says_what_was_given() -> None:
    asked = doorward.request(
        principal=USER, action="sqs:SendMessage", resource=QUEUE,
        context={"aws:PrincipalArn": ROLE},
    )  # fmt: skip
    context = doorward.decide(doorward.layers(), asked).request.context
    marks = {each.key: each.provenance.value for each in context}
    assert marks["aws:PrincipalArn"] == "given"
    assert marks["aws:PrincipalAccount"] == "derived"


ALLOWED = json.dumps(q(identity=[FULL])).encode()
BYTES: dict[str, tuple[bytes, list[str]]] = {
    "CRLF and blank lines": (ALLOWED + b"\r\n\r\n \t\n" + ALLOWED + b"\r\n", ["ALLOW", "ALLOW"]),
    "no line feed at the end": (ALLOWED, ["ALLOW"]),
    "nothing": (b"", []),
    "byte order mark": (b"\xef\xbb\xbf" + ALLOWED + b"\n" + ALLOWED, ["InvalidJson", "ALLOW"]),
    "not UTF-8": (b'"\xff\xfe"\n' + ALLOWED, ["InvalidJson", "ALLOW"]),
    "UTF-16": (ALLOWED.decode().encode("utf-16") + b"\n" + ALLOWED, ["InvalidJson", "ALLOW"]),
    "no objects": (b'[]\n"x"\n1\nnull\ntrue\n' + ALLOWED, ["InvalidType"] * 5 + ["ALLOW"]),
    "no JSON": (b"{\n}\n{'id': 1}\nNaN\n" + ALLOWED, ["InvalidJson"] * 4 + ["ALLOW"]),
    "two on a line": (ALLOWED + ALLOWED + b"\n" + ALLOWED, ["InvalidJson", "ALLOW"]),
    "a key twice": (b'{"id": 1, "id": 2}\n{"id": 1, "request": {"action": "a", "action": "b"}}',
                    ["DuplicateKey", "DuplicateKey"]),
    "a huge line": (ALLOWED.replace(b'"id": 0', b'"id": "' + b"x" * 8_000_000 + b'"') + b"\n"
                    + ALLOWED, ["ALLOW", "ALLOW"]),
    "NUL": (b"\0\n" + ALLOWED, ["InvalidJson", "ALLOW"]),
    "separators inside": ('{"id": "\u2028\u0085"}\n'.encode() + ALLOWED,
                          ["MissingField", "ALLOW"]),
}  # fmt: skip


@pytest.mark.parametrize("name", BYTES)
def test_one_line_is_one_answer_whatever_its_bytes(name: str) -> None:
    given, expected = BYTES[name]
    done = run("decide", "--input", "-", given=given)
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert (done.returncode, done.stderr) == (0, b"")
    assert [each.get("effect") or each["error"]["code"] for each in found] == expected


def test_a_program_may_wait_for_each_answer() -> None:
    """One line is answered before the next is written: nothing is kept back in a buffer."""
    with subprocess.Popen(
        [sys.executable, "-m", "doorward.cli", "decide", "--input", "-"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=dict(os.environ) | {"PYTHONUNBUFFERED": ""},
    ) as asking:
        assert asking.stdin is not None
        assert asking.stdout is not None
        for name in ("first", "second"):
            asking.stdin.write(json.dumps(q(identity=[FULL]) | {"id": name}).encode() + b"\n")
            asking.stdin.flush()
            assert json.loads(asking.stdout.readline())["id"] == name
        asking.stdin.close()
        assert asking.stdout.read() == b""
    assert asking.returncode == 0
