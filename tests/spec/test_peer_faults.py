"""Where others go wrong: a question for each fault found in another engine, and the right answer.

The faults are facts about how others behave; no code and no test of theirs is here. The answers
are those of AWS's documentation, by the rule that is named (``docs/reference/evaluation.md``).
"""

from __future__ import annotations

from typing import NamedTuple

import pytest

from tests.engine.build import (
    ALICE,
    FULL,
    NONE,
    QUEUE,
    ROLE,
    SESSION,
    A,
    B,
    allow,
    deny,
    doc,
    to,
)
from tests.spec.rows import ALLOWED, DENIED, KEY, UNMATCHED, Row, apply, ask, when
from tests.spec.run import by_json, by_python, wanted


class Fault(NamedTuple):
    """An engine, what it does wrong, and a row (its clause is the rule) that shows it."""

    peer: str
    wrong: str
    row: Row


NAME = "${aws:username}"
TOPIC = f"arn:aws:sns:eu-west-1:{A}:"
TAGGED = {"type": "AWS", "arn": ALICE, "tags": {"team": "red"}}
READER = {"type": "AWS", "arn": SESSION, "roleArn": ROLE}
OBJECT = "arn:aws:s3:::bucket/k"


def simulate(wrong: str, row: Row) -> Fault:
    """A fault of iam-simulate 0.1.17x."""
    return Fault("iam-simulate", wrong, row)


FAULTS = (
    # iam-simulate
    simulate("variables are read under version 2008-10-17, too",
             ask("V1", "under version 2008 a variable is text", UNMATCHED,
                 on="arn:aws:s3:::b/alice",
                 identity=[doc(allow(Resource=f"arn:aws:s3:::b/{NAME}"), version="2008-10-17")])),
    simulate("an ARN is split before its variables are found",
             apply("V7", "a topic named by a variable", allow(Resource=f"{TOPIC}{NAME}"),
                   on=f"{TOPIC}alice", holds=True)),
    simulate("an ARN is split before its variables are found",
             apply("V7", "a queue named by a tag",
                   allow(Resource="arn:aws:sqs:*:*:q-${aws:PrincipalTag/team}"),
                   on=f"{QUEUE}-red", who=TAGGED, holds=True)),
    simulate("ForAllValues is false of a list of an empty text",
             when("C5", "a list of an empty text", "ForAllValues:StringEquals", "a", [""],
                  holds=True)),
    simulate("10abc is read as 10",
             when("C9", "10abc is no number", "NumericEquals", "10", "10abc", holds=False)),
    simulate("1e3 is read as 1",
             when("C9", "1e3 is not 1", "NumericEquals", "1", "1e3", holds=False)),
    simulate("numbers are read as milliseconds",
             when("C10", "a number is of seconds", "DateGreaterThan", "2024-01-01T00:00:00Z",
                  1798761600, holds=True, key="aws:EpochTime",
                  context={"aws:EpochTime": 1798761600})),
    simulate("plain IPv6 addresses are compared as texts",
             when("C13", "the long form of an IPv6 address", "IpAddress",
                  "2001:0db8:0000:0000:0000:0000:0000:0001", "2001:db8::1", holds=True)),
    simulate("a key with a line feed matches no pattern",
             apply("R4", "a key with a line feed", allow(Resource="arn:aws:s3:::bucket/*"),
                   on="arn:aws:s3:::bucket/a\nb", holds=True)),
    simulate("a wildcard in the type of a resource matches nothing",
             apply("R2", "a wildcard in the type of a resource",
                   allow(Resource=f"arn:aws:dynamodb:*:{A}:tab*/bob"), action="dynamodb:GetItem",
                   on=f"arn:aws:dynamodb:eu-west-1:{A}:table/bob", holds=True)),
    simulate("a session policy binds what a resource policy gives the session by its ARN",
             ask("F7", "a session that the resource policy names", "resource-allow", who=SESSION,
                 resource=to({"AWS": SESSION}), session=NONE)),
    simulate("the principal of an endpoint policy is not looked at",
             ask("P5", "an endpoint for another caller", "endpoint-implicit-deny", identity=FULL,
                 endpoint=[to({"AWS": ROLE})])),
    simulate("a Deny with NotResource does not apply where a variable has no value",
             apply("R7", "a Deny on all but what has no value",
                   deny(NotResource="arn:aws:sqs:*:*:${aws:PrincipalTag/team}"), holds=True)),
    Fault("all of them", "bytes are compared as texts",
          when("C12", "other spelling, same bytes", "BinaryEquals", "AA==", "AB==", holds=True)),
    # PMapper
    Fault("PMapper", "resources ignore case",
          apply("R3", "a key in capital letters", allow(Resource="arn:aws:s3:::bucket/K"),
                on=OBJECT, holds=False)),
    Fault("PMapper", "characters of regular expressions are special",
          apply("R4", "brackets in a key", allow(Resource="arn:aws:s3:::bucket/a+(b)[c]|*"),
                on="arn:aws:s3:::bucket/a+(b)[c]|d", holds=True)),
    Fault("PMapper", "any action of SQS matches any other in a resource policy",
          ask("A1", "another action of the queue's policy", UNMATCHED,
              resource=doc(allow(Principal={"AWS": ALICE}, Action="sqs:ReceiveMessage")))),
    Fault("PMapper", "a statement without a principal is an error",
          ask("P2", "a statement without a principal beside one with", "resource-allow",
              resource=doc(allow(), allow(Principal={"AWS": ALICE})))),
    Fault("PMapper", '{"AWS": "*"} does not name the caller, though * does',
          ask("P", "everyone of AWS", "resource-allow", resource=to({"AWS": "*"}))),
    Fault("PMapper", "aws:PrincipalArn of a session is not known",
          apply("K", "the ARN of a session's role", allow(
              Condition={"ArnEquals": {"aws:PrincipalArn": ROLE}}), who=READER, holds=True)),
    # iamspy
    Fault("iamspy", "conditions with set operators are left out",
          when("C6", "a set without the value", "ForAnyValue:StringEquals", "a", ["b"],
               holds=False)),
    Fault("iamspy", "a list of NotResource is an alternative of exceptions",
          apply("R7", "the first of two resources that are excepted",
                allow(NotResource=[QUEUE, f"{QUEUE}2"]), holds=False)),
    Fault("iamspy", "NotPrincipal is not looked at",
          ask("P3", "a Deny for all but another", DENIED, identity=FULL,
              resource=doc(deny(NotPrincipal={"AWS": ROLE})))),
    Fault("iamspy", "negated operators need the key",
          when("C3", "a negated operator without the key", "StringNotEquals", "a", None,
               holds=True)),
    Fault("iamspy", "IgnoreCase puts the key's name into small letters",
          when("C8", "IgnoreCase of a key with capital letters", "StringEqualsIgnoreCase", "A",
               "a", holds=True)),
    Fault("iamspy", "there are no spaces, nor letters beyond ASCII",
          apply("R4", "a space and an accent", allow(Resource="arn:aws:s3:::bucket/é *"),
                on="arn:aws:s3:::bucket/é \N{SNOWMAN}", holds=True)),
    Fault("iamspy", "service control policies of the root are left out",
          ask("F4", "a Deny on the root alone", DENIED, identity=FULL,
              service_control=[[doc(allow(), deny())], FULL])),
    # moto
    Fault("moto", "conditions of identity policies are not looked at",
          when("C1", "an Allow whose condition does not hold", "StringEquals", "a", "b",
               holds=False)),
    Fault("moto", "an Allow whose condition does not hold denies",
          ask("C1", "an Allow that does not apply beside one that does", ALLOWED,
              context={KEY: "b"},
              identity=[doc(allow(Condition={"StringEquals": {KEY: "a"}}), allow())])),
    Fault("moto", "a Deny with NotResource allows",
          apply("R7", "a Deny on all but another resource", deny(NotResource=f"{QUEUE}2"),
                holds=True)),
    Fault("moto", "a Deny without a resource allows",
          ask("G2", "a Deny without a resource is no permission", UNMATCHED,
              identity=[doc(deny(Resource=None))])),
    Fault("moto", "characters of regular expressions are special",
          apply("R4", "a dot in a bucket's name", allow(Resource="arn:aws:s3:::my.bucket/*"),
                on="arn:aws:s3:::myxbucket/k", holds=False)),
    Fault("moto", "of the operators there is StringEquals alone",
          when("C13", "a block of addresses", "IpAddress", "10.0.0.0/8", "192.0.2.1",
               holds=False)),
    # floci
    Fault("floci", "a negated operator fails without the key",
          apply("C3", "a Deny of what is not encrypted", deny(
              Condition={"StringNotEquals": {"s3:x-amz-server-side-encryption": "aws:kms"}}),
              action="s3:PutObject", on=OBJECT, holds=True)),
    Fault("floci", "several values of a negated operator are alternatives",
          when("C1", "one of two values, under a negated operator", "StringNotLike",
               ["a*", "b*"], "bc", holds=False)),
    Fault("floci", "ARNs are plain globs",
          apply("R1", "* for region and account", allow(Resource="arn:aws:sqs:*:q:q"),
                on=f"{QUEUE}:q", holds=False)),
    Fault("floci", "session policies do not bind",
          ask("F7", "a session policy that does not allow", "session-implicit-deny", who=SESSION,
              identity=FULL, session=NONE)),
    Fault("floci", "a boundary binds what a resource policy gives a user by name",
          ask("F7", "a user whom the resource policy names, with a boundary", "resource-allow",
              resource=to({"AWS": ALICE}), permissions_boundary=NONE)),
    Fault("floci", "the keys of S3's tags are not known",
          apply("C15", "a tag of the object", allow(
              Condition={"StringEquals": {"s3:ExistingObjectTag/team": "red"}}),
              action="s3:GetObject", on=OBJECT, context={"s3:ExistingObjectTag/Team": "red"},
              holds=True)),
    # Ceph
    Fault("Ceph", "Null does not look at true and false",
          when("C4", "Null false without the key", "Null", "false", None, holds=False)),
    Fault("Ceph", "several values of a negated operator are alternatives",
          when("C1", "one of two values, negated", "StringNotEquals", ["a", "b"], "a",
               holds=False)),
    Fault("Ceph", "a negated operator fails without the key",
          when("C3", "NotIpAddress without the key", "NotIpAddress", "10.0.0.0/8", None,
               holds=True)),
    # fakecloud
    Fault("fakecloud", "the names of actions are case-sensitive",
          apply("A1", "an action in small letters", allow(Action="sqs:sendmessage"), holds=True)),
    Fault("fakecloud", "service control policies do not bind",
          ask("F4", "a level that does not allow", "service-control-implicit-deny",
              identity=FULL, service_control=[FULL, NONE])),
    # Users' reports
    Fault("PMapper", "another account's resource needs no policy (issue 102)",
          ask("F9", "another account's object without a policy", "resource-implicit-deny",
              action="s3:GetObject", on=OBJECT, account=B, identity=FULL)),
)  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: f"{fault.peer}: {fault.row.name}")
def test_a_fault_that_is_not_ours(fault: Fault) -> None:
    assert by_json(fault.row) == wanted(fault.row), fault.wrong
    assert by_python(fault.row) == wanted(fault.row), fault.wrong
