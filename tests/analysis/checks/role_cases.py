"""Cases of the checks in ``analysis.checks.roles``."""

from __future__ import annotations

import msgspec

from doorward.model.evidence import Evidence, Source
from doorward.model.identity import InlinePolicy, InstanceProfile
from doorward.results.finding import State
from tests.analysis.checks.case import (
    ACCOUNT,
    FULL,
    Case,
    attached,
    days_ago,
    inline,
    policy,
    role,
    unique,
    used,
    user,
)
from tests.analysis.checks.regional import asked, instance
from tests.analysis.checks.user_cases import (
    ADMINISTRATOR,
    ALL_BUT_IAM,
    IAM_ALONE,
    NO_DETAILS,
    NO_IAM,
    READ,
    within_organization,
)

APP = role("app")
LINKED = role("AWSServiceRoleForX", path="/aws-service-role/x.amazonaws.com/")
RESERVED = role("AWSReservedSSO_Admin_1", path="/aws-reserved/sso.amazonaws.com/")
BAD = InlinePolicy(ACCOUNT, APP.id, "bad", "{}")
SUPPORT = {"Effect": "Allow", "Action": "Support:*", "Resource": "*"}
LAMBDA = role(
    "fn",
    {
        "Effect": "Allow",
        "Principal": {"Service": "lambda.amazonaws.com"},
        "Action": "sts:AssumeRole",
    },
)
PROFILE = InstanceProfile(ACCOUNT, "app", unique("AIPA", "app"), days_ago(400), role_id=APP.id)


def _untold(evidence: Evidence) -> Evidence:
    return msgspec.structs.replace(evidence, role_uses={})


CASES = {
    "role.admin": (
        Case("reads alone", State.PASS, (APP, inline(APP, READ))),
        Case("service-linked", State.PASS, (LINKED, attached(LINKED, ADMINISTRATOR))),
        Case(
            "denied by its organization",
            State.PASS,
            (*within_organization(NO_IAM), APP, inline(APP, FULL)),
        ),
        Case(
            "of a machine, split",
            State.FAIL,
            (APP, inline(APP, IAM_ALONE), inline(APP, ALL_BUT_IAM, name="q")),
            subjects=(APP.arn,),
        ),
        Case(
            "allowed from an address alone",
            State.FAIL,
            (
                APP,
                inline(
                    APP, {**FULL, "Condition": {"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}}
                ),
            ),
            subjects=(APP.arn,),
        ),
        Case(
            "of Identity Center",
            State.FAIL,
            (RESERVED, attached(RESERVED, ADMINISTRATOR)),
            subjects=(RESERVED.arn,),
            cleared=False,
            why="only Identity Center changes its roles, by their permission set",
        ),
        Case("a policy that cannot be read", State.UNKNOWN, (APP, BAD), subjects=(APP.arn,)),
        NO_DETAILS,
    ),
    "role.inline": (
        Case("managed", State.PASS, (APP, attached(APP, ADMINISTRATOR))),
        Case("service-linked", State.PASS, (LINKED, inline(LINKED, READ))),
        Case("of Identity Center", State.PASS, (RESERVED, inline(RESERVED, READ))),
        Case("one", State.FAIL, (APP, inline(APP, READ)), subjects=(APP.arn,)),
        Case("one that cannot be read", State.UNKNOWN, (APP, BAD), subjects=(APP.arn,)),
        NO_DETAILS,
    ),
    "role.unused": (
        Case("used yesterday", State.PASS, (APP,), (used(APP, days=1),)),
        Case("used 90 days and some hours ago", State.PASS, (APP,), (used(APP, days=90.9),)),
        Case("made today", State.PASS, (role("app", age=0.1),)),
        Case("service-linked", State.PASS, (LINKED,)),
        Case(
            "a longer threshold",
            State.PASS,
            (APP,),
            (used(APP, days=91),),
            thresholds={"role_unused": 91},
        ),
        Case(
            "used 91 days ago",
            State.FAIL,
            (APP, inline(APP, READ), attached(APP, ADMINISTRATOR), PROFILE),
            (used(APP, days=91),),
            subjects=(APP.arn,),
        ),
        Case("never used", State.FAIL, (APP,), subjects=(APP.arn,)),
        Case("not told", State.UNKNOWN, (APP,), subjects=(APP.arn,), evidence=_untold),
        Case("no last uses", State.NOT_CHECKED, (APP,), without=(Source.ROLE_LAST_USED,)),
    ),
    "role.ec2_unused": (
        Case("the live directory has no instances", State.NOT_CHECKED, (APP, PROFILE)),
        Case(
            "an instance has it, stopped",
            State.PASS,
            (APP, PROFILE),
            evidence=asked(instance("i-0a", state="stopped", profile="app")),
        ),
        Case(
            "an instance in one Region, and another Region was not asked",
            State.NOT_CHECKED,
            (APP, PROFILE),
            evidence=asked(instance("i-0a", profile="app"), instances_in=["us-west-2"]),
        ),
        Case("in no instance profile", State.PASS, (APP,), evidence=asked()),
        Case(
            "not for instances",
            State.PASS,
            (LAMBDA, msgspec.structs.replace(PROFILE, role_id=LAMBDA.id)),
            evidence=asked(),
        ),
        Case(
            "no instance has it, or one that is terminated",
            State.FAIL,
            (APP, inline(APP, READ), attached(APP, ADMINISTRATOR), PROFILE),
            subjects=(APP.arn,),
            evidence=asked(
                instance("i-0a", state="terminated", profile="app"),
                instance("i-0b", profile="other"),
            ),
        ),
        Case(
            "a trust policy that cannot be read",
            State.UNKNOWN,
            (msgspec.structs.replace(APP, trust_policy="{"), PROFILE),
            subjects=(APP.arn,),
            evidence=asked(),
        ),
        Case(
            "a Region that was not asked",
            State.NOT_CHECKED,
            (APP, PROFILE),
            evidence=asked(instances_in=["us-east-1"]),
        ),
        Case(
            "Regions that are not known",
            State.NOT_CHECKED,
            (APP, PROFILE),
            evidence=asked(without=[Source.REGIONS]),
        ),
        NO_DETAILS,
    ),
    "role.support": (
        Case(
            "AWS's policy",
            State.PASS,
            (APP, attached(APP, "arn:aws:iam::aws:policy/AWSSupportAccess")),
        ),
        Case("one's own", State.PASS, (user("ana"), inline(user("ana"), SUPPORT))),
        Case("nobody", State.FAIL, subjects=(ACCOUNT,)),
        Case(
            "an administrator is not appointed",
            State.FAIL,
            (APP, attached(APP, ADMINISTRATOR)),
            subjects=(ACCOUNT,),
        ),
        Case(
            "not attached, or denied again",
            State.FAIL,
            (
                APP,
                *policy("ready", SUPPORT),
                inline(APP, SUPPORT, {"Effect": "Deny", "Action": "support:c*", "Resource": "*"}),
            ),
            subjects=(ACCOUNT,),
        ),
        Case("a policy that cannot be read", State.UNKNOWN, (APP, BAD), subjects=(ACCOUNT,)),
        NO_DETAILS,
    ),
    "role.security_audit": (
        Case("a role", State.PASS, (APP, attached(APP, "arn:aws:iam::aws:policy/SecurityAudit"))),
        Case("nobody", State.FAIL, (APP,), subjects=(ACCOUNT,)),
        Case(
            "a user, and a policy that is only called so",
            State.FAIL,
            (
                user("ana"),
                attached(user("ana"), "arn:aws:iam::aws:policy/SecurityAudit"),
                APP,
                *policy("SecurityAudit", READ),
                attached(APP, "SecurityAudit"),
            ),
            subjects=(ACCOUNT,),
        ),
        NO_DETAILS,
    ),
}
