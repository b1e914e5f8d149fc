"""Cases of the checks in ``analysis.checks.guardrails``."""

from __future__ import annotations

from doorward.model.evidence import Source
from doorward.model.organization import OrganizationPolicy, PolicyType
from doorward.model.schema import Entity
from doorward.results.finding import State
from tests.analysis.checks.case import (
    ACCOUNT,
    FULL,
    FULL_ACCESS,
    MANAGEMENT,
    ORGANIZATION,
    OTHER,
    ROOT_ID,
    Case,
    days_ago,
    joined,
    on,
    organization,
    role,
    scp,
    unit,
    unit_id,
)

NO_ORGANIZATION = (Source.ORGANIZATION,)
LEAVE = {"Effect": "Deny", "Action": "organizations:LeaveOrganization", "Resource": "*"}
STAY = scp("stay", LEAVE)
COPY = scp("copy", FULL)
LIST = scp("list", {"Effect": "Allow", "Action": ["ec2:*", "s3:*"], "Resource": "*"})
PROD = unit_id("prod")
RCP = PolicyType.RESOURCE_CONTROL_POLICY
OUTSIDERS = scp(
    "perimeter",
    {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": "*",
        "Condition": {"StringNotEqualsIfExists": {"aws:PrincipalOrgID": ORGANIZATION}},
    },
    kind=RCP,
)
TORN = OrganizationPolicy(
    "p-torn0000", ORGANIZATION, "torn", PolicyType.SERVICE_CONTROL_POLICY, "{", days_ago(9)
)


def only(*regions: str, **condition: object) -> dict[str, object]:
    """Return a statement that closes all Regions but these."""
    return {
        "Effect": "Deny",
        "NotAction": ["iam:*", "organizations:*", "sts:*"],
        "Resource": "*",
        "Condition": {"StringNotEquals": {"aws:RequestedRegion": list(regions)}, **condition},
    }


EUROPE = scp("europe", only("eu-central-1", "eu-west-1"))
EXCEPTED = scp(
    "excepted",
    only(
        "eu-central-1",
        ArnNotLike={"aws:PrincipalArn": "arn:aws:iam::*:role/AWSControlTowerExecution"},
    ),
)
NOT_IAM = {"Effect": "Deny", "Action": "iam:*Role*", "Resource": "*"}
LOCKED = scp("locked", NOT_IAM)
SPARED = scp(
    "spared",
    {
        **NOT_IAM,
        "Condition": {"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/break-glass"}},
    },
)
GLASS = {"break_glass": ("arn:aws:iam::*:role/break-glass",)}
BREAK_GLASS = f"arn:aws:iam::{ACCOUNT}:role/break-glass"


def arn_of(policy: OrganizationPolicy) -> str:
    """Return the ARN of a service control policy."""
    owner = f"arn:aws:organizations::{MANAGEMENT}"
    return f"{owner}:policy/{ORGANIZATION}/service_control_policy/{policy.id}"


def member(number: str = ACCOUNT, parent: str = ROOT_ID) -> tuple[Entity, ...]:
    """Return a member account under AWS's own policy."""
    return (joined(number, parent), on(FULL_ACCESS, number))


IN_PROD = (*organization(), unit("prod"), on(FULL_ACCESS, PROD), *member(parent=PROD))

CASES = {
    "org.guardrails": (
        Case("denied at the root", State.PASS, (*IN_PROD, STAY, on(STAY, ROOT_ID, 1))),
        Case(
            "a list of what is allowed",
            State.PASS,
            (*organization(), joined(), LIST, on(LIST, ACCOUNT)),
        ),
        Case(
            "a resource control policy",
            State.PASS,
            (
                *organization(PolicyType.SERVICE_CONTROL_POLICY, RCP),
                *member(),
                OUTSIDERS,
                on(OUTSIDERS, ROOT_ID, 1),
            ),
        ),
        Case(
            "AWS's own policy alone, and a copy of it",
            State.FAIL,
            (*IN_PROD, STAY, COPY, on(COPY, PROD, 1)),
            subjects=(PROD, ACCOUNT),
            answers={"policy-id": STAY.id},
        ),
        Case(
            "of two units one is guarded",
            State.FAIL,
            (*IN_PROD, unit("lab"), on(FULL_ACCESS, unit_id("lab")), STAY, on(STAY, PROD, 1)),
            subjects=(unit_id("lab"),),
            answers={"policy-id": STAY.id},
        ),
        Case(
            "policies are attached but not enabled",
            State.FAIL,
            (*organization(RCP), joined(), STAY, on(STAY, ROOT_ID, 1)),
            subjects=(ACCOUNT,),
            answers={"policy-id": STAY.id},
        ),
        Case(
            "a policy that cannot be read",
            State.UNKNOWN,
            (*organization(), *member(), TORN, on(TORN, ACCOUNT, 1)),
            subjects=(ACCOUNT,),
        ),
        Case("no organization read", State.NOT_CHECKED, organization(), without=NO_ORGANIZATION),
    ),
    "org.region_deny": (
        Case("two Regions are open", State.PASS, (*IN_PROD, EUROPE, on(EUROPE, ROOT_ID, 1))),
        Case("but for one role", State.PASS, (*IN_PROD, EXCEPTED, on(EXCEPTED, PROD, 1))),
        Case(
            "exactly those that are allowed",
            State.PASS,
            (*IN_PROD, EUROPE, on(EUROPE, ROOT_ID, 1)),
            thresholds={"allowed_regions": ("eu-central-1", "eu-west-1", "eu-north-1")},
        ),
        Case(
            "all Regions are open",
            State.FAIL,
            (*IN_PROD, EUROPE),
            subjects=(ACCOUNT,),
            answers={"policy-id": EUROPE.id},
        ),
        Case(
            "one more than is allowed",
            State.FAIL,
            (*IN_PROD, EUROPE, EXCEPTED, on(EUROPE, ROOT_ID, 1)),
            subjects=(ACCOUNT,),
            thresholds={"allowed_regions": ("eu-central-1",)},
            answers={"policy-id": EXCEPTED.id},
        ),
        Case(
            "on another account alone",
            State.FAIL,
            (*IN_PROD, *member(OTHER, PROD), EUROPE, on(EUROPE, OTHER, 1)),
            subjects=(ACCOUNT,),
            answers={"policy-id": EUROPE.id},
        ),
        Case(
            "a policy that cannot be read",
            State.UNKNOWN,
            (*IN_PROD, TORN, on(TORN, PROD, 1)),
            subjects=(ACCOUNT,),
        ),
        Case("no organization read", State.NOT_CHECKED, organization(), without=NO_ORGANIZATION),
    ),
    "org.break_glass": (
        Case(
            "spared",
            State.PASS,
            (*IN_PROD, role("break-glass"), SPARED, on(SPARED, ROOT_ID, 1)),
            thresholds=GLASS,
        ),
        Case(
            "nobody of that name",
            State.PASS,
            (*IN_PROD, role("other"), LOCKED, on(LOCKED, ROOT_ID, 1)),
            thresholds=GLASS,
        ),
        Case(
            "locked out with all others",
            State.FAIL,
            (*IN_PROD, role("break-glass"), LOCKED, on(LOCKED, PROD, 1)),
            subjects=(BREAK_GLASS,),
            thresholds=GLASS,
            cleared=False,
            why="which exception a guardrail may have, its owner decides",
        ),
        Case(
            "left out of a list",
            State.FAIL,
            (*organization(), joined(), LIST, on(LIST, ACCOUNT), role("break-glass")),
            subjects=(BREAK_GLASS,),
            thresholds=GLASS,
            cleared=False,
            why="which exception a guardrail may have, its owner decides",
        ),
        Case(
            "a policy that cannot be read",
            State.UNKNOWN,
            (*IN_PROD, role("break-glass"), TORN, on(TORN, PROD, 1)),
            subjects=(BREAK_GLASS,),
            thresholds=GLASS,
        ),
        Case("nobody is named", State.NOT_CHECKED, IN_PROD),
    ),
    "org.scp_ineffective": (
        Case("it denies", State.PASS, (*IN_PROD, STAY, on(STAY, PROD, 1))),
        Case(
            "more conditions above",
            State.PASS,
            (*IN_PROD, EUROPE, EXCEPTED, on(EUROPE, PROD, 1), on(EXCEPTED, ROOT_ID, 1)),
        ),
        Case(
            "an allow above does not stand for one below",
            State.PASS,
            (*organization(), unit("prod"), COPY, on(COPY, PROD), *member(parent=PROD)),
        ),
        Case(
            "on the management account",
            State.FAIL,
            (*IN_PROD, STAY, on(STAY, MANAGEMENT, 1)),
            subjects=(arn_of(STAY),),
        ),
        Case(
            "on an empty unit",
            State.FAIL,
            (*organization(), unit("prod"), on(FULL_ACCESS, PROD), STAY, on(STAY, PROD, 1)),
            subjects=(arn_of(STAY),),
        ),
        Case(
            "denied by another above",
            State.FAIL,
            (
                *IN_PROD,
                STAY,
                scp("wide", {"Effect": "Deny", "Action": "organizations:*", "Resource": "*"}),
                on("p-wide0000", ROOT_ID, 1),
                on(STAY, ACCOUNT, 1),
            ),
            subjects=(arn_of(STAY),),
        ),
        Case(
            "the same twice on one target",
            State.FAIL,
            (*IN_PROD, STAY, scp("again", LEAVE), on("p-again0000", PROD, 2), on(STAY, PROD, 1)),
            subjects=(arn_of(scp("again")),),
        ),
        Case(
            "a copy of AWS's own",
            State.FAIL,
            (*IN_PROD, COPY, on(COPY, PROD, 1)),
            subjects=(arn_of(COPY),),
        ),
        Case(
            "not enabled",
            State.FAIL,
            (*organization(RCP), joined(), STAY, on(STAY, ROOT_ID, 1)),
            subjects=(arn_of(STAY),),
        ),
        Case(
            "a policy that cannot be read",
            State.UNKNOWN,
            (*IN_PROD, TORN, on(TORN, PROD, 1)),
            subjects=(arn_of(TORN),),
        ),
        Case("no organization read", State.NOT_CHECKED, organization(), without=NO_ORGANIZATION),
    ),
}
