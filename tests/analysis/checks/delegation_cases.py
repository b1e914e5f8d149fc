"""Cases of the checks in ``analysis.checks.delegation``."""

from __future__ import annotations

from functools import partial
from typing import Any

from doorward.model.evidence import Source
from doorward.model.organization import TrustedService
from doorward.model.organization_report import Delegate
from doorward.results.finding import State
from tests.analysis.checks.case import (
    ACCOUNT,
    MANAGEMENT,
    ORGANIZATION,
    OTHER,
    ROOT_ID,
    Case,
    account,
    days_ago,
    document,
    joined,
    organization,
)
from tests.analysis.checks.seen import Alter, reported

GUARDDUTY, CONFIG = "guardduty.amazonaws.com", "config.amazonaws.com"
ARN = f"arn:aws:organizations::{MANAGEMENT}:organization/{ORGANIZATION}"
NOT_SERVED = "Doorward's Organizations serves no delegation"

administrators = partial(
    reported, Source.DELEGATED_ADMINISTRATORS, Source.DELEGATED_SERVICES, Source.DELEGATION_POLICY
)
BOTH = Delegate(ACCOUNT, (GUARDDUTY, CONFIG))
EXPECTED = {"delegated_administrators": (ACCOUNT,)}


def delegating(*actions: str, to: str = ACCOUNT, **more: Any) -> str:
    """Return a resource policy that lets an account do something."""
    usual = {
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{to}:root"},
        "Action": list(actions),
        "Resource": "*",
    }
    return document(usual | more)


ANSWERS = {"account-id": ACCOUNT, "service-principal": GUARDDUTY}
POLICIES = delegating("organizations:List*", "organizations:AttachPolicy")
BY_TYPE = delegating(
    "organizations:UpdatePolicy",
    "organizations:AttachPolicy",
    Resource=[
        f"arn:aws:organizations::{MANAGEMENT}:root/{ORGANIZATION}/{ROOT_ID}",
        f"arn:aws:organizations::{MANAGEMENT}:policy/{ORGANIZATION}/service_control_policy/*",
    ],
    Condition={"StringLikeIfExists": {"organizations:PolicyType": ["SERVICE_CONTROL_POLICY"]}},
)
TO_A_ROLE = delegating(
    "organizations:*Policy", Principal={"AWS": f"arn:aws:iam::{ACCOUNT}:role/guardrails"}
)
TO_ALL = delegating(
    "organizations:UpdatePolicy",
    Principal="*",
    Condition={"StringEquals": {"aws:PrincipalOrgID": ORGANIZATION}},
)
TO_ANOTHERS = delegating(
    "organizations:UpdatePolicy",
    Principal="*",
    Condition={"StringEquals": {"aws:PrincipalOrgID": "o-somebodys1"}},
)
DENIED_AGAIN = document(
    {
        "Effect": "Allow",
        "Principal": {"AWS": ACCOUNT},
        "Action": "organizations:*",
        "Resource": "*",
    },
    {"Effect": "Deny", "Principal": "*", "Action": "organizations:*Policy", "Resource": "*"},
)
TRUSTED = tuple(
    TrustedService(each, days_ago(100))
    for each in (GUARDDUTY, "tagpolicies.tag.amazonaws.com", CONFIG)
)
ESTATE = (*organization(trusted_services=TRUSTED), joined())
WELL: Alter = administrators(delegates=(BOTH,), resource_policy=POLICIES)


def policy(text: str | None) -> Alter:
    """Have the organization this resource policy, and every service delegated."""
    return administrators(delegates=(BOTH,), resource_policy=text)


CASES = {
    "org.delegated_admins": (
        Case(
            "one that is expected",
            State.PASS,
            ESTATE,
            evidence=administrators(delegates=(BOTH,)),
            thresholds=EXPECTED,
        ),
        Case("none", State.PASS, ESTATE, evidence=administrators(), thresholds=EXPECTED),
        Case(
            "expected for each of its services",
            State.PASS,
            ESTATE,
            evidence=administrators(delegates=(BOTH,)),
            thresholds={
                "delegated_administrators": (f"{ACCOUNT}/{GUARDDUTY}", f"{ACCOUNT}/{CONFIG}")
            },
        ),
        Case(
            "expected for another service",
            State.FAIL,
            ESTATE,
            evidence=administrators(delegates=(BOTH,)),
            subjects=(ACCOUNT,),
            thresholds={"delegated_administrators": (f"{ACCOUNT}/{GUARDDUTY}",)},
            cleared=False,
            why=NOT_SERVED,
            elsewhere=True,
            answers=ANSWERS,
        ),
        Case(
            "one that is not expected, its services not known",
            State.FAIL,
            ESTATE,
            evidence=reported(
                Source.DELEGATED_ADMINISTRATORS, delegates=(Delegate(ACCOUNT), Delegate(OTHER))
            ),
            subjects=(OTHER,),
            thresholds=EXPECTED,
            cleared=False,
            why=NOT_SERVED,
            elsewhere=True,
            answers=ANSWERS,
        ),
        Case(
            "one that is not expected, of no service",
            State.FAIL,
            ESTATE,
            evidence=administrators(delegates=(Delegate(OTHER, ()),)),
            subjects=(OTHER,),
            thresholds=EXPECTED,
            cleared=False,
            why=NOT_SERVED,
            elsewhere=True,
            answers=ANSWERS,
        ),
        Case(
            "expected for a service, its services not known",
            State.UNKNOWN,
            ESTATE,
            evidence=reported(Source.DELEGATED_ADMINISTRATORS, delegates=(Delegate(ACCOUNT),)),
            subjects=(ACCOUNT,),
            thresholds={"delegated_administrators": (f"{ACCOUNT}/{GUARDDUTY}",)},
        ),
        Case(
            "nobody says who is expected",
            State.NOT_CHECKED,
            ESTATE,
            evidence=administrators(delegates=(BOTH,)),
        ),
        Case("nobody asked AWS", State.NOT_CHECKED, ESTATE, thresholds=EXPECTED),
    ),
    "org.delegated_policies": (
        Case("policies and services", State.PASS, ESTATE, evidence=WELL),
        Case("policies of one type", State.PASS, ESTATE, evidence=policy(BY_TYPE)),
        Case("to one role of a member", State.PASS, ESTATE, evidence=policy(TO_A_ROLE)),
        Case("to everybody of the organization", State.PASS, ESTATE, evidence=policy(TO_ALL)),
        Case(
            "in China",
            State.PASS,
            (
                *organization(partition="aws-cn"),
                account(organization_id=ORGANIZATION, parent_id=ROOT_ID, partition="aws-cn"),
            ),
            evidence=administrators(resource_policy=POLICIES.replace("arn:aws:", "arn:aws-cn:")),
        ),
        Case(
            "no service has trusted access",
            State.PASS,
            (*organization(), joined()),
            evidence=administrators(resource_policy=POLICIES),
        ),
        Case(
            "nothing is delegated",
            State.FAIL,
            ESTATE,
            evidence=administrators(),
            subjects=(ARN, ARN, ARN),
            cleared=False,
            why=NOT_SERVED,
            elsewhere=True,
            answers=ANSWERS,
        ),
        Case(
            "a service that nobody administers",
            State.FAIL,
            ESTATE,
            evidence=administrators(
                delegates=(Delegate(ACCOUNT, (CONFIG,)),), resource_policy=POLICIES
            ),
            subjects=(ARN,),
            cleared=False,
            why=NOT_SERVED,
            elsewhere=True,
            answers=ANSWERS,
        ),
        *(
            Case(
                name,
                State.FAIL,
                ESTATE,
                evidence=policy(text),
                subjects=(ARN,),
                cleared=False,
                why=NOT_SERVED,
                elsewhere=True,
                answers=ANSWERS,
            )
            for name, text in (
                ("reading alone", delegating("organizations:List*", "organizations:Describe*")),
                ("to the management account", delegating("organizations:*", to=MANAGEMENT)),
                ("to an account outside", delegating("organizations:*", to=OTHER)),
                ("to another organization", TO_ANOTHERS),
                ("denied again", DENIED_AGAIN),
            )
        ),
        Case(
            "a resource policy that cannot be read",
            State.UNKNOWN,
            ESTATE,
            evidence=policy("{"),
            subjects=(ARN,),
        ),
        Case("nobody asked AWS", State.NOT_CHECKED, ESTATE),
        Case(
            "no trusted services",
            State.NOT_CHECKED,
            ESTATE,
            evidence=WELL,
            without=(Source.TRUSTED_SERVICES,),
        ),
        Case("no organization read", State.NOT_CHECKED, (account(),), without=tuple(Source)),
    ),
}
