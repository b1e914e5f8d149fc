"""Cases of the checks in ``analysis.checks.policy_upkeep``."""

from __future__ import annotations

from doorward.results.finding import State
from tests.analysis.checks.case import (
    ACCOUNT,
    FULL,
    Case,
    document,
    group,
    inline,
    member,
    policy,
    user,
)
from tests.analysis.checks.policy_cases import (
    ANA,
    ARN,
    UNREAD,
    allow,
    bad,
    deny,
    good,
    having,
    version,
)
from tests.analysis.checks.user_cases import NO_DETAILS, READ

MAY_SET = allow("iam:SetDefault*")
FIVE = tuple(version(document(READ), f"v{number}") for number in range(2, 6))
TEAM = group("team")
ALL_GROUPS = f"arn:aws:iam::{ACCOUNT}:group/*"

CASES = {
    "policy.unattached": (
        Case("attached", State.PASS, having(READ)),
        Case(
            "a boundary", State.PASS, (user("ana", permissions_boundary=ARN), *policy("p", READ))
        ),
        bad("nowhere", READ),
        NO_DETAILS,
    ),
    "policy.versions": (
        good("one", READ),
        Case(
            "an older that grants less",
            State.PASS,
            (*policy("p", READ), version(document(allow("s3:GetObject")))),
        ),
        Case(
            "an older that grants more",
            State.FAIL,
            (*policy("p", READ), version(document(FULL))),
            subjects=(ARN,),
        ),
        Case(
            "and somebody may set it",
            State.FAIL,
            (*policy("p", READ), version(document(allow("s3:*"))), ANA, inline(ANA, MAY_SET)),
            subjects=(ARN,),
        ),
        Case("five", State.FAIL, (*policy("p", READ), *FIVE), subjects=(ARN,)),
        Case(
            "an older that cannot be read",
            State.UNKNOWN,
            (*policy("p", READ), version("{")),
            subjects=(ARN,),
        ),
        NO_DETAILS,
    ),
    "policy.deny_group_ineffective": (
        good("users", deny("iam:DeleteUser", f"arn:aws:iam::{ACCOUNT}:user/*")),
        good("what groups take part in", deny("iam:AddUserToGroup", ALL_GROUPS)),
        good("an Allow", allow("iam:DeleteUser", ALL_GROUPS)),
        bad(
            "a group for its users",
            FULL,
            deny(["iam:deleteuser", "iam:*LoginProfile"], ALL_GROUPS),
        ),
        Case(
            "a group that is there",
            State.FAIL,
            (ANA, TEAM, member(ANA, TEAM), *policy("p", deny("iam:ChangePassword", TEAM.arn))),
            subjects=(ARN,),
        ),
        UNREAD,
        NO_DETAILS,
    ),
}
