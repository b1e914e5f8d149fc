"""Cases of the checks in ``analysis.checks.policies`` and ``policy_forms``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from doorward.model.identity import (
    Attachment,
    InlinePolicy,
    ManagedPolicy,
    PolicyVersion,
)
from doorward.model.schema import Entity
from doorward.results.finding import State
from tests.analysis.checks.case import (
    ACCOUNT,
    FULL,
    OTHER,
    Case,
    attached,
    days_ago,
    document,
    inline,
    policy,
    role,
    unique,
    user,
)
from tests.analysis.checks.trust_cases import UNREADABLE, both, fails, passes, trusting
from tests.analysis.checks.user_cases import (
    ADMINISTRATOR,
    ALL_BUT_IAM,
    IAM_ALONE,
    NO_DETAILS,
    NO_IAM,
    READ,
    WITH_MFA,
)

ANA, APP = user("ana"), role("app")
ARN = f"arn:aws:iam::{ACCOUNT}:policy/p"
BAD = (
    ManagedPolicy(ACCOUNT, "bad", unique("ANPA", "bad"), days_ago(9), days_ago(9)),
    PolicyVersion(ACCOUNT, unique("ANPA", "bad"), "v1", '{"Statement": ', days_ago(9)),
)
BAD_ARN = f"arn:aws:iam::{ACCOUNT}:policy/bad"
UNREAD = Case("one that cannot be read", State.UNKNOWN, BAD, subjects=(BAD_ARN,))


def allow(action: str | list[str], resource: str | list[str] = "*", **more: Any) -> dict[str, Any]:
    """Return an Allow."""
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def deny(action: str | list[str], resource: str | list[str] = "*", **more: Any) -> dict[str, Any]:
    """Return a Deny."""
    return {**allow(action, resource, **more), "Effect": "Deny"}


def on_mfa() -> dict[str, Any]:
    """Return a condition on MFA."""
    return {"Bool": {"aws:MultiFactorAuthPresent": "true"}}


def good(name: str, *statements: Mapping[str, Any]) -> Case:
    """Return a case of one customer managed policy that passes."""
    return Case(name, State.PASS, policy("p", *statements))


def bad(name: str, *statements: Mapping[str, Any], **more: Any) -> Case:
    """Return a case of one customer managed policy that fails."""
    return Case(name, State.FAIL, policy("p", *statements), subjects=(ARN,), **more)


def version(text: str, number: str = "v2", age: float = 400) -> Entity:
    """Return another version of the policy ``p``."""
    return PolicyVersion(ACCOUNT, unique("ANPA", ACCOUNT + "p"), number, text, days_ago(age))


def having(*statements: Mapping[str, Any]) -> tuple[Entity, ...]:
    """Return a user with the policy ``p``."""
    return (ANA, *policy("p", *statements), attached(ANA, "p"))


CASES = {
    "policy.admin_attached": (
        Case("reads", State.PASS, having(READ)),
        Case("lies ready", State.PASS, policy("p", FULL)),
        Case(
            "bounds alone",
            State.PASS,
            (user("ana", permissions_boundary=ARN), *policy("p", FULL)),
        ),
        Case("denied again", State.PASS, having(FULL, NO_IAM)),
        Case("on some resources", State.PASS, having(allow("*", "arn:aws:s3:::mine/*"))),
        Case("attached", State.FAIL, having(FULL), subjects=(ARN,)),
        Case("by parts", State.FAIL, having(IAM_ALONE, ALL_BUT_IAM), subjects=(ARN,)),
        Case("with MFA", State.FAIL, having(WITH_MFA), subjects=(ARN,)),
        Case(
            "inline",
            State.FAIL,
            (APP, inline(APP, allow(["iam:*", "s3:*"])), inline(APP, FULL, name="q")),
            subjects=(APP.arn,),
        ),
        Case(
            "AWS's",
            State.FAIL,
            (ANA, attached(ANA, ADMINISTRATOR), APP, attached(APP, ADMINISTRATOR)),
            subjects=(ADMINISTRATOR,),
        ),
        Case(
            "one that cannot be read",
            State.UNKNOWN,
            (ANA, InlinePolicy(ACCOUNT, ANA.id, "p", "?")),
            subjects=(ANA.arn,),
        ),
        Case(
            "one that is not there",
            State.UNKNOWN,
            (ANA, Attachment(ACCOUNT, ANA.id, ARN, 0)),
            subjects=(ARN,),
        ),
        NO_DETAILS,
    ),
    "policy.admin_unattached": (
        Case("attached", State.PASS, having(FULL)),
        good("reads", READ),
        Case(
            "a boundary", State.PASS, (role("app", permissions_boundary=ARN), *policy("p", FULL))
        ),
        bad("lies ready", FULL),
        Case(
            "with an older version",
            State.FAIL,
            (*policy("p", FULL), version(document(READ))),
            subjects=(ARN,),
        ),
        UNREAD,
        NO_DETAILS,
    ),
    "policy.kms_decrypt_all": (
        good("one key", allow("kms:Decrypt", f"arn:aws:kms:us-east-1:{ACCOUNT}:key/1234")),
        good(
            "by a service",
            allow(
                "kms:*",
                Condition={"StringEquals": {"kms:ViaService": "s3.us-east-1.amazonaws.com"}},
            ),
        ),
        good("denied again", allow("kms:*"), deny(["kms:decrypt", "kms:ReEncrypt*"])),
        good("only seen", allow("kms:Describe*")),
        bad("all", allow("KMS:decrypt"), answers={"key-arn": f"arn:aws:kms:*:{ACCOUNT}:key/1"}),
        bad(
            "all of a region in every account",
            allow("kms:Decrypt", "arn:aws:kms:eu-west-3:*:key/*"),
            answers={"key-arn": f"arn:aws:kms:eu-west-3:{ACCOUNT}:key/1"},
        ),
        bad(
            "all of some regions",
            allow("kms:Decrypt", f"arn:aws:kms:eu-*:{ACCOUNT}:key/*"),
            answers={"key-arn": f"arn:aws:kms:eu-west-3:{ACCOUNT}:key/1"},
        ),
        bad(
            "all of one, behind forty of which one key is meant",
            allow(
                "kms:Decrypt",
                [
                    *(f"arn:aws:kms:r{n}:{100000000000 + n}:key/1" for n in range(40)),
                    f"arn:aws:kms:eu-west-3:{ACCOUNT}:key/*",
                ],
            ),
            answers={"key-arn": f"arn:aws:kms:eu-west-3:{ACCOUNT}:key/1"},
        ),
        bad(
            "all of a region",
            allow("kms:ReEncrypt*", f"arn:aws:kms:eu-west-3:{ACCOUNT}:key/*"),
            answers={"key-arn": f"arn:aws:kms:*:{ACCOUNT}:key/1"},
        ),
        bad(
            "all of another account",
            allow("kms:D*", f"arn:aws:kms:*:{OTHER}:key/*"),
            answers={"key-arn": f"arn:aws:kms:*:{OTHER}:key/1"},
        ),
        bad(
            "among everything",
            {"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"},
            answers={"key-arn": f"arn:aws:kms:*:{ACCOUNT}:key/1"},
        ),
        bad(
            "with MFA",
            allow("kms:Decrypt", Condition=on_mfa()),
            answers={"key-arn": f"arn:aws:kms:*:{ACCOUNT}:key/1"},
        ),
        UNREAD,
        NO_DETAILS,
    ),
    "policy.kms_full": (
        good("uses keys", allow(["kms:Decrypt", "kms:GenerateDataKey"])),
        good("all but destroying", allow("kms:*"), deny("kms:ScheduleKeyDeletion")),
        bad("all", allow("kms:*"), answers={"key-arn": f"arn:aws:kms:*:{ACCOUNT}:key/1"}),
        Case(
            "inline, beside more",
            State.FAIL,
            (APP, inline(APP, allow(["s3:Get*", "KMS:**"]))),
            subjects=(APP.arn,),
            answers={"key-arn": f"arn:aws:kms:*:{ACCOUNT}:key/1"},
        ),
        UNREAD,
        NO_DETAILS,
    ),
    "policy.cloudtrail_full": (
        good("reads", allow(["cloudtrail:Get*", "cloudtrail:Lookup*"])),
        good("one trail", allow("cloudtrail:*", f"arn:aws:cloudtrail:*:{ACCOUNT}:trail/mine")),
        bad(
            "all",
            allow("CloudTrail:*"),
            answers={"trail-arn": f"arn:aws:cloudtrail:*:{ACCOUNT}:trail/mine"},
        ),
        UNREAD,
        NO_DETAILS,
    ),
    "policy.marketplace_subscribe": (
        good("views", allow("aws-marketplace:View*")),
        good(
            "one product",
            allow(
                "aws-marketplace:Subscribe",
                Condition={"ForAnyValue:StringEquals": {"aws-marketplace:ProductId": ["p-1"]}},
            ),
        ),
        bad("by name", allow("aws-marketplace:Subscribe")),
        bad("by a wildcard, beside more", allow(["aws-marketplace:*", "s3:GetObject"])),
        UNREAD,
        NO_DETAILS,
    ),
    "policy.assume_any": (
        good("by their names", allow("sts:AssumeRole", f"arn:aws:iam::{ACCOUNT}:role/app-*")),
        good("by their names, anywhere", allow("sts:AssumeRole", "arn:aws:iam::*:role/app-*")),
        good("one", allow("sts:*", [f"arn:aws:iam::{OTHER}:role/audit"])),
        good("denied again", allow("sts:*"), deny("STS:Assume*", "arn:aws:iam::*:role/*")),
        good("a star that is no AssumeRole", allow("sts:Get*")),
        bad("all", allow("sts:AssumeRole"), answers={"role-arn": APP.arn}),
        bad(
            "in lower case",
            allow("STS:assumerole", "arn:aws:iam::*:role/*"),
            answers={"role-arn": APP.arn},
        ),
        bad("by a wildcard", allow("sts:Assume*"), answers={"role-arn": APP.arn}),
        bad(
            "all of the account",
            allow("sts:*", f"arn:aws:iam::{ACCOUNT}:role/*"),
            answers={"role-arn": APP.arn},
        ),
        bad(
            "all of another",
            allow("sts:AssumeRole", f"arn:aws:iam::{OTHER}:role/*"),
            answers={"role-arn": APP.arn},
        ),
        bad(
            "with MFA", allow("sts:AssumeRole", Condition=on_mfa()), answers={"role-arn": APP.arn}
        ),
        UNREAD,
        NO_DETAILS,
    ),
    "policy.passrole_any": (
        good("one role", allow("iam:PassRole", APP.arn)),
        good(
            "to one service",
            allow(
                "iam:PassRole",
                Condition={"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}},
            ),
        ),
        good(
            "others are denied",
            allow("*"),
            deny(
                "iam:PassRole",
                Condition={"StringNotEquals": {"iam:PassedToService": "lambda.amazonaws.com"}},
            ),
        ),
        bad("all", allow("iam:passrole"), answers={"role-arn": APP.arn}),
        bad(
            "to any service",
            allow("iam:PassRole", Condition={"StringLike": {"iam:PassedToService": "*"}}),
            answers={"role-arn": APP.arn},
        ),
        bad("among everything", FULL, answers={"role-arn": APP.arn}),
        UNREAD,
        NO_DETAILS,
    ),
    "policy.service_star": (
        good("some", allow(["s3:Get*", "s3:List*"])),
        good("denied again", allow("s3:*"), deny("S3:*")),
        good("everything, of which another tells", FULL),
        bad("all", allow(["s3:*", "ec2:Describe*"]), answers={"action": "GetObject"}),
        bad(
            "written otherwise",
            allow("S3:**", "arn:aws:s3:::mine"),
            answers={"action": "ListBucket"},
        ),
        UNREAD,
        NO_DETAILS,
    ),
    "policy.cloudshell": (
        Case("none", State.PASS, having(READ)),
        Case(
            "without files",
            State.PASS,
            having(allow("cloudshell:*"), deny(["cloudshell:GetFile*", "cloudshell:Put*"])),
        ),
        Case("lies ready", State.PASS, policy("p", allow("cloudshell:*"))),
        Case(
            "AWS's",
            State.FAIL,
            (ANA, attached(ANA, "arn:aws:iam::aws:policy/AWSCloudShellFullAccess")),
            subjects=("arn:aws:iam::aws:policy/AWSCloudShellFullAccess",),
        ),
        Case("one's own", State.FAIL, having(allow("CloudShell:*")), subjects=(ARN,)),
        Case(
            "one that cannot be read",
            State.UNKNOWN,
            (*BAD, ANA, attached(ANA, "bad")),
            subjects=(BAD_ARN,),
        ),
        NO_DETAILS,
    ),
    "policy.notaction": (
        good("in a Deny", {"Effect": "Deny", "NotAction": "s3:*", "Resource": "*"}, READ),
        bad("in an Allow", ALL_BUT_IAM, READ, answers={"action": "s3:GetObject"}),
        UNREAD,
        NO_DETAILS,
    ),
    "policy.notresource": (
        good("in a Deny", {"Effect": "Deny", "Action": "*", "NotResource": "arn:aws:s3:::a"}),
        bad(
            "in an Allow",
            {"Effect": "Allow", "Action": "s3:*", "NotResource": "arn:aws:s3:::a"},
            answers={"arn": "arn:aws:s3:::b"},
        ),
        UNREAD,
        NO_DETAILS,
    ),
    "policy.notprincipal": (
        passes("none", trusting({"AWS": ACCOUNT})),
        passes(
            "in a Deny",
            both(
                {"Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "Action": "sts:AssumeRole"},
                {"Effect": "Deny", "NotPrincipal": {"AWS": ACCOUNT}, "Action": "sts:AssumeRole"},
            ),
        ),
        fails(
            "in an Allow",
            both({"Effect": "Allow", "NotPrincipal": {"AWS": OTHER}, "Action": "sts:AssumeRole"}),
        ),
        UNREADABLE,
        NO_DETAILS,
    ),
}
