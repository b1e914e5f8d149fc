"""Documents: G1 to G5."""

from __future__ import annotations

import json
from typing import Any

from doorward.policy.kind import PolicyKind
from tests.engine.build import ALICE, FULL, TARGET, A, allow, deny, doc, to
from tests.spec.rows import (
    ALLOWED,
    SILENT,
    UNMATCHED,
    Json,
    Row,
    Section,
    apply,
    ask,
    when,
    write,
)

GRAMMAR = 'IAM User Guide, "Grammar of the IAM JSON policy language"'
SID = 'IAM User Guide, "AWS JSON policy elements: Sid"'
PRINCIPAL = 'IAM User Guide, "AWS JSON policy elements: Principal"'
QUOTAS = 'IAM User Guide, "IAM and AWS STS quotas"'
VERSION = 'IAM User Guide, "IAM JSON policy elements: Version"'
SCP = 'AWS Organizations User Guide, "SCP syntax"'
ORGANIZATION_QUOTAS = 'AWS Organizations User Guide, "Quotas and service limits"'
ENDPOINT = 'AWS PrivateLink Guide, "Endpoint policies"'

READS: Json = {"Effect": "Deny", "Action": "s3:GetObject"}
IDENTITY = READS | {"Resource": "*"}
TRUST = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": A}}
GUARDED = IDENTITY | {"Principal": "*"}
GOOD: dict[PolicyKind, Json] = {
    PolicyKind.IDENTITY: IDENTITY,
    PolicyKind.TRUST: TRUST,
    PolicyKind.SESSION: IDENTITY,
    PolicyKind.RESOURCE: GUARDED,
    PolicyKind.SERVICE_CONTROL: IDENTITY,
    PolicyKind.RESOURCE_CONTROL: GUARDED,
    PolicyKind.ENDPOINT: GUARDED,
}
WORDS = {
    PolicyKind.IDENTITY: "an identity policy",
    PolicyKind.TRUST: "a trust policy",
    PolicyKind.SESSION: "a session policy",
    PolicyKind.RESOURCE: "a resource policy",
    PolicyKind.SERVICE_CONTROL: "a service control policy",
    PolicyKind.RESOURCE_CONTROL: "a resource control policy",
    PolicyKind.ENDPOINT: "an endpoint policy",
}
NAMED = f"arn:aws:s3:::b/{ALICE.rpartition('/')[2]}"
LITERAL = "arn:aws:s3:::b/${aws:username}"
OLD = {"Statement": allow(Resource=LITERAL)}


def without(statement: Json, name: str) -> Json:
    """The statement, but for one element."""
    return {key: value for key, value in statement.items() if key != name}


G1 = (
    write("Version: 2012-10-17", "the newest version", doc(IDENTITY)),
    write("Version: 2008-10-17", "the first version", doc(IDENTITY, version="2008-10-17")),
    write(
        "Version: no other", "a date of no version", doc(IDENTITY, version="2012-10-18"),
        "INVALID_VERSION",
    ),
    write("Version: no other", "a version of no text", {"Version": 2012, "Statement": IDENTITY},
          "DATA_TYPE_MISMATCH"),
    ask("absent means 2008", "without a version, a variable is plain text", ALLOWED,
        on=LITERAL, identity=[OLD], source=VERSION),
    ask("absent means 2008", "without a version, a variable has no value", UNMATCHED,
        on=NAMED, identity=[OLD], source=VERSION),
    write("Id", "an Id", doc(IDENTITY) | {"Id": "Any text, of any length"}),
    write("Id", "an Id of no text", doc(IDENTITY) | {"Id": 1}, "DATA_TYPE_MISMATCH"),
    write("Statement", "no Statement", {"Version": "2012-10-17"}, "MISSING_STATEMENT"),
    write("Statement: an object", "one statement, not in an array", {"Statement": IDENTITY}),
    write("Statement: an array", "two statements", doc(IDENTITY, TRUST)),
    write("Statement: an array", "an array of no statement", doc(), "MISSING_STATEMENT"),
    write("Statement: an object or an array", "a Statement of text", {"Statement": "Allow"},
          "DATA_TYPE_MISMATCH"),
    write("top level: nothing else", "an element of another name", doc(IDENTITY) | {"Sid": "a"},
          "INVALID_POLICY_ELEMENT"),
    write("top level: nothing else", "an element in small letters",
          {"version": "2012-10-17", "Statement": IDENTITY}, "INVALID_POLICY_ELEMENT"),
    write("a key twice", "Version twice", json.dumps(doc(IDENTITY)).replace(
        "{", '{"Version": "2012-10-17", ', 1), "DUPLICATE_KEY"),
    write("a key twice", "Effect twice in a statement", json.dumps(doc(IDENTITY)).replace(
        '"Effect"', '"Effect": "Deny", "Effect"'), "DUPLICATE_KEY"),
    write("a key twice", "a condition key twice under one operator",
          json.dumps(doc(IDENTITY | {"Condition": {"StringEquals": {"a:b": "c"}}})).replace(
              '"a:b"', '"a:b": "d", "a:b"'), "DUPLICATE_KEY"),
    write("a key twice", "an operator twice in a condition",
          json.dumps(doc(IDENTITY | {"Condition": {"StringEquals": {"a:b": "c"}}})).replace(
              '"StringEquals"', '"StringEquals": {"a:c": "d"}, "StringEquals"'),
          "DUPLICATE_KEY"),
)  # fmt: skip

EFFECTS: tuple[tuple[Any, str], ...] = (
    ("Permit", "INVALID_EFFECT"), ("allow", "INVALID_EFFECT"), ("DENY", "INVALID_EFFECT"),
    (["Allow"], "DATA_TYPE_MISMATCH"),
)  # fmt: skip


def principal_presence() -> tuple[Row, ...]:
    """Principal where it must stand, and where it must not."""
    forbidding = {
        PolicyKind.IDENTITY: "UNSUPPORTED_PRINCIPAL",
        PolicyKind.SESSION: "UNSUPPORTED_PRINCIPAL",
        PolicyKind.SERVICE_CONTROL: "SCP_SYNTAX_ERROR_PRINCIPAL",
    }
    rows = []
    for kind, good in GOOD.items():
        word = WORDS[kind]
        rows.append(write("Principal: where it may stand", f"{word} as it should be", doc(good),
                          kind=kind))  # fmt: skip
        if kind in forbidding:
            code, statement = forbidding[kind], good | {"Principal": "*"}
        else:
            code, statement = "MISSING_PRINCIPAL", without(good, "Principal")
        name = f"{word} {'with' if kind in forbidding else 'without'} a Principal"
        rows.append(write("Principal: in these policies only", name, doc(statement), code,
                          kind=kind))  # fmt: skip
    return tuple(rows)


G2 = (
    write("Sid?", "a Sid of no text", doc(IDENTITY | {"Sid": 1}), "DATA_TYPE_MISMATCH"),
    write("Effect", "no Effect", doc(without(IDENTITY, "Effect")), "MISSING_EFFECT"),
    write("Effect: exactly Allow or Deny", "Allow, exactly", doc(IDENTITY | {"Effect": "Allow"})),
    *(
        write("Effect: exactly Allow or Deny", f"the Effect {value}",
              doc(IDENTITY | {"Effect": value}), code)
        for value, code in EFFECTS
    ),
    *principal_presence(),
    write("Principal or NotPrincipal", "NotPrincipal in a resource policy",
          doc(without(GUARDED, "Principal") | {"NotPrincipal": {"AWS": A}}),
          kind=PolicyKind.RESOURCE),
    write("Principal or NotPrincipal", "both in one statement",
          doc(GUARDED | {"NotPrincipal": {"AWS": A}}), "UNSUPPORTED_ELEMENT_COMBINATION"),
    write("Principal or NotPrincipal", "NotPrincipal in an identity policy",
          doc(IDENTITY | {"NotPrincipal": {"AWS": A}}), "UNSUPPORTED_PRINCIPAL",
          kind=PolicyKind.IDENTITY),
    write("Principal or NotPrincipal", "a principal of an unknown kind",
          doc(TRUST | {"Principal": {"IAM": A}}), "INVALID_PRINCIPAL_KEY"),
    write("Principal or NotPrincipal", "a principal of plain text",
          doc(TRUST | {"Principal": ALICE}), "INVALID_PRINCIPAL_FORMAT"),
    apply("Principal: in these policies only", "an Allow with a Principal in an identity policy",
          allow(Principal="*"), holds=False, source=SILENT),
    apply("Principal: in these policies only", "a Deny with a Principal in an identity policy",
          deny(Principal={"AWS": "222222222222"}), holds=True, source=SILENT),
    write("Action or NotAction", "NotAction", doc(without(IDENTITY, "Action")
                                                  | {"NotAction": "s3:*"})),
    write("Action or NotAction: one", "Action and NotAction", doc(IDENTITY | {"NotAction": "*"}),
          "UNSUPPORTED_ELEMENT_COMBINATION"),
    write("Action or NotAction: required", "neither Action nor NotAction",
          doc(without(IDENTITY, "Action")), "MISSING_ACTION"),
    write("Resource or NotResource", "NotResource", doc(READS | {"NotResource": "arn:aws:s3:::b"}),
          kind=PolicyKind.IDENTITY),
    write("Resource or NotResource: one", "Resource and NotResource",
          doc(IDENTITY | {"NotResource": "arn:aws:s3:::b"}), "UNSUPPORTED_ELEMENT_COMBINATION"),
    write("Resource or NotResource", "neither in an identity policy", doc(READS),
          "MISSING_RESOURCE", kind=PolicyKind.IDENTITY),
    write("Resource: absent in trust policies", "a Resource in a trust policy",
          doc(TRUST | {"Resource": "*"}), "ROLE_TRUST_POLICY_SYNTAX_ERROR_RESOURCE",
          kind=PolicyKind.TRUST),
    ask("absent, it means this role", "a trust policy has no Resource", "resource-allow",
        action="sts:AssumeRole", on=TARGET,
        resource=doc(allow(Principal={"AWS": ALICE}, Resource=None))),
    ask("absent, it means this role", "no Resource in the policy of something else",
        UNMATCHED, resource=doc(allow(Principal={"AWS": ALICE}, Resource=None)), source=SILENT),
    ask("absent, it means this role", "no Resource in an identity policy", UNMATCHED,
        action="sts:AssumeRole", on=TARGET, resource=doc(allow(Principal={"AWS": A})),
        identity=[doc(allow(Resource=None))], source=SILENT),
    write("Condition?", "a Condition", doc(IDENTITY | {"Condition": {"Bool": {"a:b": "true"}}})),
    write("Condition?", "a Condition of text", doc(IDENTITY | {"Condition": "true"}),
          "DATA_TYPE_MISMATCH"),
    write("nothing else", "an element that statements do not have",
          doc(IDENTITY | {"Conditions": {}}), "INVALID_POLICY_ELEMENT"),
    apply("a scalar and a list of one are equal", "lists of one action and resource",
          allow(Action=["sqs:SendMessage"], Resource=["*"]), holds=True),
    ask("a scalar and a list of one are equal", "a list of one principal", "resource-allow",
        resource=to({"AWS": [ALICE]})),
    when("a scalar and a list of one are equal", "a list of one value in a condition",
         "StringEquals", ["a"], "a", holds=True),
    when("numbers are read as text", "a number in a condition", "StringEquals", 10, "10",
         holds=True),
    when("numbers are read as text", "a number in the request", "NumericEquals", "10.5", 10.5,
         holds=True),
    when("booleans are read as text", "a boolean in a condition", "Bool", True, "true",
         holds=True),
    when("booleans are read as text", "a boolean that is not the request's", "StringEquals",
         False, "true", holds=False),
    when("booleans are read as text", "a boolean in the request", "Bool", "false", False,
         holds=True),
    write("numbers are read as text", "a number as an action", doc(IDENTITY | {"Action": 1}),
          "DATA_TYPE_MISMATCH"),
    write("Condition?", "null as a value",
          doc(IDENTITY | {"Condition": {"Null": {"a:b": None}}}), "DATA_TYPE_MISMATCH"),
)  # fmt: skip


def with_sids(kind: PolicyKind, *sids: str) -> Json:
    """A policy with a statement for each Sid."""
    return doc(*(GOOD[kind] | {"Sid": sid} for sid in sids))


IAMS = (PolicyKind.IDENTITY, PolicyKind.TRUST, PolicyKind.SESSION)

G3 = (
    *(
        write("letters and digits", f"a plain Sid in {WORDS[kind]}",
              with_sids(kind, "AllowReads1"), kind=kind)
        for kind in IAMS
    ),
    *(
        write("letters and digits", f"a Sid with a space in {WORDS[kind]}",
              with_sids(kind, "Allow reads"), "UNSUPPORTED_SID", kind=kind)
        for kind in IAMS
    ),
    *(
        write("ASCII letters and digits", f"a Sid with {what}", with_sids(kind, sid),
              "UNSUPPORTED_SID", kind=kind)
        for kind, what, sid in (
            (PolicyKind.IDENTITY, "an underscore", "under_score"),
            (PolicyKind.IDENTITY, "an accent", "Bébé"),
            (PolicyKind.IDENTITY, "an Arabic digit", "\u0661"),
            (PolicyKind.IDENTITY, "a line feed at its end", "a\n"),
        )
    ),
    write("unique in the document", "two Sids", with_sids(PolicyKind.IDENTITY, "One", "one"),
          kind=PolicyKind.IDENTITY),
    write("unique in the document", "one Sid twice", with_sids(PolicyKind.IDENTITY, "One", "One"),
          "UNIQUE_SIDS_REQUIRED", kind=PolicyKind.IDENTITY),
    write("in IAM's policies", "a Sid with a space in a resource policy",
          with_sids(PolicyKind.RESOURCE, "Allow reads"), kind=PolicyKind.RESOURCE),
)  # fmt: skip

LIMITS = (
    (PolicyKind.IDENTITY, 6_144, "POLICY_SIZE_EXCEEDS_IDENTITY_POLICY_QUOTA", QUOTAS),
    (PolicyKind.TRUST, 2_048, "POLICY_SIZE_EXCEEDS_ROLE_TRUST_POLICY_QUOTA", QUOTAS),
    (PolicyKind.SESSION, 2_048, "POLICY_SIZE_EXCEEDS_SESSION_POLICY_QUOTA",
     'AWS STS API Reference, "AssumeRole"'),
    (PolicyKind.SERVICE_CONTROL, 10_240, "POLICY_SIZE_EXCEEDS_SCP_QUOTA",
     'AWS\'s announcement of 15 May 2026, "Organizations increases quotas for SCPs"'),
    (PolicyKind.RESOURCE_CONTROL, 5_120, "POLICY_SIZE_EXCEEDS_RCP_QUOTA", ORGANIZATION_QUOTAS),
    (PolicyKind.ENDPOINT, 20_480, "POLICY_SIZE_EXCEEDS_ENDPOINT_POLICY_QUOTA", ENDPOINT),
)  # fmt: skip
SPACES_FREE = frozenset({PolicyKind.IDENTITY, PolicyKind.TRUST})


def sized(kind: PolicyKind, characters: int, spaces: str = "") -> str:
    """A policy of just so many characters, and white space at its end."""
    whole = json.dumps(doc(GOOD[kind]) | {"Id": ""}, separators=(",", ":"))
    return whole.replace('"Id":"', '"Id":"' + "x" * (characters - len(whole))) + spaces


def size_rows(kind: PolicyKind, limit: int, code: str, source: str) -> tuple[Row, ...]:
    """At the limit, one over it, and at the limit with white space."""
    word, free = WORDS[kind], kind in SPACES_FREE
    spaces = () if free else (code,)
    return (
        write("sizes", f"{word} of {limit} characters", sized(kind, limit), kind=kind,
              source=source),
        write("sizes", f"{word} of {limit + 1} characters", sized(kind, limit + 1), code,
              kind=kind, source=source),
        write(f"white space {'is not counted' if free else 'counts'}",
              f"{word} of {limit} characters, and white space", sized(kind, limit, " \n\t"),
              *spaces, kind=kind, source=source),
    )  # fmt: skip


G5 = (
    write("no wildcard for part of a principal", "a user named in full",
          doc(GUARDED | {"Principal": {"AWS": ALICE}}), kind=PolicyKind.RESOURCE),
    write("no wildcard for part of a principal", "* is no part", doc(GUARDED),
          kind=PolicyKind.RESOURCE),
    *(
        write("no wildcard for part of a principal", f"the principal {word} with a wildcard",
              doc(GUARDED | {"Principal": {kind: value}}), "UNSUPPORTED_WILDCARD_IN_PRINCIPAL",
              kind=PolicyKind.RESOURCE)
        for word, kind, value in (
            ("user/*", "AWS", f"arn:aws:iam::{A}:user/*"),
            ("user/a?", "AWS", f"arn:aws:iam::{A}:user/a?"),
            ("*.amazonaws.com", "Service", "*.amazonaws.com"),
        )
    ),
    ask("no wildcard for part of a principal", "a user's name with a wildcard meets nobody",
        UNMATCHED, resource=to({"AWS": f"arn:aws:iam::{A}:user/*"})),
    ask("no wildcard for part of a principal", "a Deny of a user's name with a wildcard",
        ALLOWED, resource=doc(deny(Principal={"AWS": f"arn:aws:iam::{A}:user/a*"})),
        identity=FULL),
    ask("no wildcard for part of a principal", "nobody asks as user/*", "error InvalidValue",
        who=f"arn:aws:iam::{A}:user/*", identity=FULL),
    write("a group is never a principal", "a group",
          doc(TRUST | {"Principal": {"AWS": f"arn:aws:iam::{A}:group/admins"}}),
          "INVALID_PRINCIPAL", kind=PolicyKind.TRUST),
    ask("a group is never a principal", "a group's ARN does not meet the user of its name",
        UNMATCHED, resource=to({"AWS": ALICE.replace(":user/", ":group/")})),
    ask("a group is never a principal", "a Deny for a group meets nobody", ALLOWED,
        identity=FULL,
        resource=doc(deny(Principal={"AWS": ALICE.replace(":user/", ":group/")}))),
    ask("a group is never a principal", "nobody asks as a group", "error InvalidValue",
        who=f"arn:aws:iam::{A}:group/admins", identity=FULL),
)  # fmt: skip

SECTIONS = (
    Section("G1", GRAMMAR, G1),
    Section("G2", GRAMMAR, G2),
    Section("G3", SID, G3),
    Section("G4", QUOTAS, tuple(row for limit in LIMITS for row in size_rows(*limit))),
    Section("G5", PRINCIPAL, G5),
)
