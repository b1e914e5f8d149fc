"""Cases of the checks in ``analysis.checks.organization``."""

from __future__ import annotations

from doorward.model.evidence import Source
from doorward.model.identity import Role
from doorward.results.finding import State
from tests.analysis.checks.case import (
    ACCOUNT,
    MANAGEMENT,
    OTHER,
    Case,
    account,
    days_ago,
    document,
    joined,
    organization,
    role,
    unique,
    unit,
    unit_id,
)

BY_PEOPLE = {
    "Effect": "Allow",
    "Principal": {"AWS": f"arn:aws:iam::{MANAGEMENT}:root"},
    "Action": "sts:AssumeRole",
}
BY_LAMBDA = {
    "Effect": "Allow",
    "Principal": {"Service": "lambda.amazonaws.com"},
    "Action": "sts:AssumeRole",
    "Condition": {"ArnLike": {"aws:SourceArn": f"arn:aws:lambda:*:{MANAGEMENT}:function:*"}},
}
BY_CLOUDTRAIL = {
    "Effect": "Allow",
    "Principal": {"Service": "cloudtrail.amazonaws.com"},
    "Action": "sts:AssumeRole",
}
DENIED_AGAIN = {"Effect": "Deny", "Principal": "*", "Action": "sts:AssumeRole"}
NO_ORGANIZATION = (Source.ORGANIZATION,)


def doubly_trusting(name: str) -> Role:
    """Return a role that a service may assume by one statement, and nobody by another."""
    text = document(BY_LAMBDA, DENIED_AGAIN)
    identifier = unique("AROA", MANAGEMENT + name)
    return Role(MANAGEMENT, name, identifier, days_ago(500), trust_policy=text)


CASES = {
    "org.member": (
        Case("a member", State.PASS, (*organization(), joined())),
        Case(
            "an account alone",
            State.FAIL,
            (account(),),
            subjects=(ACCOUNT,),
            cleared=False,
            why="an invitation is accepted by the other account, and Doorward has none",
        ),
        Case("no organization read", State.NOT_CHECKED, without=NO_ORGANIZATION),
    ),
    "org.ou_structure": (
        Case(
            "in a unit",
            State.PASS,
            (*organization(), unit("prod"), joined(parent=unit_id("prod"))),
        ),
        Case("the management account alone", State.PASS, organization()),
        Case(
            "below the root",
            State.FAIL,
            (*organization(), unit("prod"), joined(), joined(OTHER, unit_id("prod"))),
            subjects=(ACCOUNT,),
            answers={"unit-id": unit_id("prod")},
        ),
        Case("no organization read", State.NOT_CHECKED, organization(), without=NO_ORGANIZATION),
    ),
    "org.mgmt_workload": (
        Case(
            "roles of people and of an auditing service",
            State.PASS,
            (
                *organization(),
                role("admin", BY_PEOPLE, number=MANAGEMENT),
                role("trail", BY_CLOUDTRAIL, number=MANAGEMENT),
            ),
        ),
        Case("a role in a member account", State.PASS, (*organization(), joined(), role("app"))),
        Case(
            "a role linked to a service",
            State.PASS,
            (
                *organization(),
                role(
                    "AWSServiceRoleX",
                    number=MANAGEMENT,
                    path="/aws-service-role/ec2.amazonaws.com/",
                ),
            ),
        ),
        Case(
            "a trust policy that denies again",
            State.PASS,
            (*organization(), doubly_trusting("off")),
        ),
        Case(
            "a function's role, with a condition, and a machine's",
            State.FAIL,
            (
                *organization(),
                role("app", BY_LAMBDA, number=MANAGEMENT),
                role("web", number=MANAGEMENT),
            ),
            subjects=tuple(f"arn:aws:iam::{MANAGEMENT}:role/{name}" for name in ("app", "web")),
            cleared=False,
            why="people move a workload to another account",
        ),
        Case(
            "a trust policy that cannot be read",
            State.UNKNOWN,
            (
                *organization(),
                Role(MANAGEMENT, "torn", unique("AROA", "torn"), days_ago(9), trust_policy="{"),
            ),
            subjects=(f"arn:aws:iam::{MANAGEMENT}:role/torn",),
        ),
        Case("no details", State.NOT_CHECKED, organization(), without=(Source.DETAILS,)),
    ),
}
