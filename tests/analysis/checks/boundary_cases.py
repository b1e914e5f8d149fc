"""Cases of the checks in ``analysis.checks.boundaries`` and ``analysis.checks.access``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from doorward.model.evidence import Source
from doorward.model.identity import InlinePolicy, User
from doorward.model.schema import Entity
from doorward.model.use import WHOLE, Use
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
    user,
)
from tests.analysis.checks.policy_cases import allow, deny
from tests.analysis.checks.user_cases import (
    ADMINISTRATOR,
    BAD,
    NO_DETAILS,
    READ,
    within_organization,
)

EDGE = f"arn:aws:iam::{ACCOUNT}:policy/edge"
ANA, APP = user("ana"), role("app")
BOUNDED = user("ana", permissions_boundary=EDGE)
BOUND = {"StringEquals": {"iam:PermissionsBoundary": EDGE}}
OTHERS = tuple(user(f"user{number}") for number in range(19))


def bounded(*statements: Mapping[str, Any]) -> tuple[Entity, ...]:
    """Return a user whose boundary has these statements, and who may do everything else."""
    return (BOUNDED, inline(BOUNDED, FULL), *policy("edge", *statements))


def uses(who: User, **days: float) -> tuple[Use, ...]:
    """Return the marks of uses of services so many days ago."""
    return (
        Use(who.id, WHOLE, who.account, days_ago(min(days.values())), "s3", "us-east-1"),
        *(
            Use(who.id, service, who.account, days_ago(ago), service, "us-east-1")
            for service, ago in days.items()
        ),
    )


CASES = {
    "boundary.missing": (
        Case("makes nobody", State.PASS, (ANA, inline(ANA, READ))),
        Case("an administrator, of whom another tells", State.PASS, (ANA, inline(ANA, FULL))),
        Case(
            "with a boundary alone",
            State.PASS,
            (ANA, inline(ANA, allow(["iam:Create*", "iam:Attach*"], Condition=BOUND))),
        ),
        Case(
            "others are denied",
            State.PASS,
            (
                APP,
                inline(
                    APP,
                    allow("iam:*"),
                    deny(
                        "iam:*", Condition={"StringNotEquals": {"iam:PermissionsBoundary": EDGE}}
                    ),
                ),
            ),
        ),
        Case(
            "by its organization",
            State.PASS,
            (
                *within_organization(
                    deny(
                        ["iam:Create*", "iam:Put*", "iam:Attach*"],
                        Condition={
                            "StringNotLike": {
                                "iam:PermissionsBoundary": "arn:aws:iam::*:policy/edge"
                            }
                        },
                    )
                ),
                APP,
                inline(APP, allow("iam:Create*")),
            ),
        ),
        Case(
            "with any boundary",
            State.FAIL,
            (
                APP,
                inline(
                    APP,
                    allow(
                        "iam:CreateRole",
                        Condition={"StringLike": {"iam:PermissionsBoundary": "*"}},
                    ),
                ),
            ),
            subjects=(APP.arn,),
            answers={"boundary-arn": EDGE},
        ),
        Case(
            "makes roles",
            State.FAIL,
            (APP, inline(APP, allow("IAM:createrole"))),
            subjects=(APP.arn,),
            answers={"boundary-arn": EDGE},
        ),
        Case(
            "gives permissions",
            State.FAIL,
            (ANA, inline(ANA, allow("iam:*Policy", f"arn:aws:iam::{ACCOUNT}:user/*"))),
            subjects=(ANA.arn,),
            answers={"boundary-arn": EDGE},
        ),
        Case("a policy that cannot be read", State.UNKNOWN, (ANA, BAD), subjects=(ANA.arn,)),
        NO_DETAILS,
    ),
    "boundary.removable": (
        Case("no boundary", State.PASS, (ANA, inline(ANA, FULL))),
        Case("within it no IAM", State.PASS, bounded(allow("s3:*"))),
        Case(
            "it denies that",
            State.PASS,
            bounded(FULL, deny(["iam:*PermissionsBoundary"]), deny(["iam:*PolicyVersion"], EDGE)),
        ),
        Case(
            "the same one may be put",
            State.PASS,
            bounded(allow("iam:PutUserPermissionsBoundary", Condition=BOUND)),
        ),
        Case(
            "it may be taken off",
            State.FAIL,
            bounded(allow("iam:DeleteUser*")),
            subjects=(ANA.arn,),
        ),
        Case(
            "another may be put",
            State.FAIL,
            bounded(allow("iam:put*", "arn:aws:iam::*:user/${aws:username}")),
            subjects=(ANA.arn,),
        ),
        Case(
            "it may be rewritten",
            State.FAIL,
            bounded(allow("iam:CreatePolicyVersion", EDGE)),
            subjects=(ANA.arn,),
        ),
        Case("a boundary that is not there", State.UNKNOWN, (BOUNDED,), subjects=(ANA.arn,)),
        NO_DETAILS,
    ),
    "account.granters": (
        Case("nobody", State.PASS, (ANA, inline(ANA, READ))),
        Case("one", State.PASS, (ANA, attached(ANA, ADMINISTRATOR))),
        Case(
            "two of twenty",
            State.PASS,
            (ANA, attached(ANA, ADMINISTRATOR), inline(OTHERS[0], allow("iam:*")), *OTHERS),
        ),
        Case(
            "two of twenty, and few are allowed",
            State.FAIL,
            (ANA, attached(ANA, ADMINISTRATOR), inline(OTHERS[0], allow("iam:*")), *OTHERS),
            subjects=(ACCOUNT,),
            thresholds={"granting_share": 5},
        ),
        Case(
            "the other but to itself",
            State.FAIL,
            (
                ANA,
                attached(ANA, ADMINISTRATOR),
                APP,
                inline(APP, allow("iam:AttachRolePolicy", APP.arn)),
            ),
            subjects=(ACCOUNT,),
        ),
        Case(
            "of the other nobody can say",
            State.UNKNOWN,
            (APP, inline(APP, FULL), ANA, BAD),
            subjects=(ACCOUNT,),
        ),
        NO_DETAILS,
    ),
    "access.stale_service": (
        Case("all are used", State.PASS, (ANA, inline(ANA, READ)), uses(ANA, s3=5)),
        Case(
            "used 90 days and some hours ago",
            State.PASS,
            (ANA, inline(ANA, allow(["s3:*", "ec2:*"]))),
            uses(ANA, s3=5, ec2=90.9),
        ),
        Case(
            "denied again",
            State.PASS,
            (ANA, inline(ANA, allow(["s3:*", "ec2:*"]), deny("e*:*"))),
            uses(ANA, s3=5),
        ),
        Case(
            "made of late", State.PASS, (user("ana", age=30), inline(ANA, FULL)), uses(ANA, s3=5)
        ),
        Case("nothing is used, of which others tell", State.PASS, (ANA, inline(ANA, FULL))),
        Case(
            "one is not",
            State.FAIL,
            (ANA, inline(ANA, allow(["S3:Get*", "ec2:*"]))),
            uses(ANA, s3=5),
            subjects=(ANA.arn,),
        ),
        Case(
            "one is not any more",
            State.FAIL,
            (ANA, inline(ANA, allow(["s3:*", "ec2:*"]))),
            uses(ANA, s3=5, ec2=91),
            subjects=(ANA.arn,),
        ),
        Case(
            "most are not",
            State.FAIL,
            (ANA, attached(ANA, ADMINISTRATOR)),
            uses(ANA, s3=5, iam=1),
            subjects=(ANA.arn,),
        ),
        Case(
            "a policy that cannot be read",
            State.UNKNOWN,
            (ANA, InlinePolicy(ACCOUNT, ANA.id, "bad", "{")),
            uses(ANA, s3=5),
            subjects=(ANA.arn,),
        ),
        Case("no report", State.NOT_CHECKED, without=(Source.LAST_ACCESSED,)),
    ),
}
