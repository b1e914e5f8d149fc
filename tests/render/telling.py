"""Decisions that are worth a picture: every rule, every layer that denies, and hard text."""

from __future__ import annotations

import json
from typing import Any

from tests.render.situations import (
    BOB,
    BY_RULE,
    DENY,
    FULL,
    OTHER,
    SESSION,
    A,
    Situation,
    resource_policy,
    situation,
)


def allow(*actions: str, resource: str = "*", **more: Any) -> dict[str, Any]:
    """An Allow statement."""
    return {"Effect": "Allow", "Action": list(actions), "Resource": resource, **more}


def named(name: str, *statements: dict[str, Any]) -> dict[str, Any]:
    """A policy with a name, written over several lines."""
    document = {"Version": "2012-10-17", "Statement": list(statements)}
    return {"name": name, "document": json.dumps(document, indent=2, ensure_ascii=False)}


MFA = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
NO_MFA = {
    "Sid": "DenyWithoutMfa",
    "Effect": "Deny",
    "Action": "s3:*",
    "Resource": "*",
    "Condition": {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}},
}
DENY_EVERYONE = {
    "Version": "2012-10-17",
    "Statement": {
        "Sid": "NobodyReads",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:Get*",
        "Resource": "*",
    },
}
ALL = resource_policy("*")
LONG = "a-name-that-is-as-long-as-names-of-policies-may-be-" * 3
DEEP = "arn:aws:s3:::" + "bucket-with-a-long-name/" + "folder-in-a-folder/" * 20 + "report.csv"

EVERY_LAYER: dict[str, Any] = {
    "resource_control": [[ALL], [ALL]],
    "service_control": [[FULL], [named("Regions", allow("ec2:*"), allow("s3:*"))], [FULL]],
    "endpoint": [ALL],
    "resource": ALL,
    "identity": [
        named(
            "Team",
            allow("s3:GetObject", "s3:ListBucket", Sid="Read"),
            allow("s3:*", Condition=MFA, Sid="WithMfa"),
            allow("s3:Get*", Sid="Getters"),
        ),
        named("Everything", allow("*"), allow("s3:Get?bject")),
        named("Logs", allow("logs:*")),
        named("More", allow("s3:GetObject*"), allow("s3:G*")),
    ],
    "permissions_boundary": [named("Boundary", allow("s3:*", "ec2:*", Sid="Services"))],
    "session": [FULL],
}
"""A layer of each kind; all allow."""

HOSTILE = (
    'policy </style><script>alert("x")</script>&amp; \x00\x1b[31m\u202egnp.\u2066\ud800\ufffe ]]>'
)

MORE: dict[str, Situation] = {
    "deny-in-resource-control": situation(
        {"identity": [FULL], "resource_control": [[ALL], [ALL, DENY_EVERYONE]]}
    ),
    "deny-in-endpoint": situation({"identity": [FULL], "endpoint": [ALL, DENY_EVERYONE]}),
    "deny-in-resource-policy": situation({"identity": [FULL], "resource": DENY_EVERYONE}),
    "deny-in-identity": situation(
        {"identity": [FULL, named("MfaOnly", allow("s3:*"), NO_MFA)]},
        context={"aws:MultiFactorAuthPresent": "false"},
    ),
    "deny-in-boundary": situation({"identity": [FULL], "permissions_boundary": [FULL, DENY]}),
    "deny-in-session": situation({"identity": [FULL], "session": [FULL, DENY]}, principal=SESSION),
    "deny-in-many-layers": situation(
        {
            "identity": [FULL, DENY],
            "service_control": [[FULL, DENY], [FULL], [DENY]],
            "resource": DENY_EVERYONE,
            "session": [DENY],
            "permissions_boundary": [OTHER],
        },
        principal=SESSION,
    ),
    "allow-in-every-layer": situation(
        EVERY_LAYER, principal=SESSION, context={"aws:MultiFactorAuthPresent": "true"}
    ),
    "made-up-for": situation({"identity": [OTHER], "resource": resource_policy({"AWS": BOB})}),
    "several-resources": situation(
        {"identity": [named("OneBucket", allow("s3:*", resource="arn:aws:s3:::one/*"))]},
        resource=["arn:aws:s3:::one/a", "arn:aws:s3:::two/b", "arn:aws:s3:::three/c"],
        resource_account=None,
    ),
    "unknown-context": situation(
        {
            "identity": [
                named("Own", allow("s3:*", resource="arn:aws:s3:::*/${aws:username}/*")),
                named("Careful", allow("s3:GetObject", Condition=MFA)),
                named("Network", allow("s3:*", Condition={"IpAddress": {"aws:SourceIp": "::/0"}})),
            ]
        }
    ),
    "assumed-owner": situation({"identity": [FULL]}, resource_account=None),
    "long-names": situation(
        {
            "identity": [named(LONG, allow("s3:Get*", resource=DEEP, Sid="Sid" * 40))],
            "service_control": [[FULL], [named(LONG, allow("s3:PutObject", Sid="Sid" * 40))]],
        },
        principal=f"arn:aws:iam::{A}:user/{'path/' * 60}Bob",
        resource=DEEP,
    ),
    "wide-names": situation(
        {
            "identity": [
                named(
                    "読み取り専用ポリシー" * 5, allow("s3:Get*", resource="arn:aws:s3:::データ/*")
                ),
                named("قراءة فقط", allow("s3:List*")),
                named("🦔🔑 e\u0301toile ﷽", allow("s3:Put*", Sid="Żółć")),
            ]
        },
        action="s3:DeleteObject",
        resource="arn:aws:s3:::データ/報告書/🦔🔑/קריאה/" + "二〇二六年度売上高" * 9 + ".csv",
    ),
    "hostile-names": situation(
        {"identity": [{**named("", allow("s3:Put*")), "name": HOSTILE}]},
        resource=f"arn:aws:s3:::b/{HOSTILE}",
    ),
}

TELLING: dict[str, Situation] = {
    **{rule.value: found for rule, found in BY_RULE.items()},
    **MORE,
}
"""Every one of them has its golden text, JSON, HTML and SVG."""
