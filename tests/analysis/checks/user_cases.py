"""Cases of the checks in ``analysis.checks.users`` and ``analysis.checks.groups``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from doorward.model.evidence import Evidence, Source
from doorward.model.identity import InlinePolicy
from doorward.model.organization import (
    Organization,
    OrganizationPolicy,
    PolicyTarget,
    PolicyType,
)
from doorward.model.schema import Entity
from doorward.results.finding import State
from tests.analysis.checks.case import (
    ACCOUNT,
    FULL,
    OTHER,
    Case,
    account,
    attached,
    days_ago,
    document,
    group,
    inline,
    member,
    policy,
    role,
    user,
    virtual_mfa,
)

ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"
READ = {"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}
IAM_ALONE = {"Effect": "Allow", "Action": "IAM:*", "Resource": "*"}
ALL_BUT_IAM = {"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}
WITH_MFA = {**FULL, "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}}
NO_IAM = {"Effect": "Deny", "Action": "iam:*", "Resource": "*"}

ANA, BO = user("ana"), user("bo")
TEAM = group("team")
BAD = InlinePolicy(ACCOUNT, ANA.id, "bad", "{")
ANA_ARN, TEAM_ARN = ANA.arn, TEAM.arn
NO_DETAILS = Case("no details", State.NOT_CHECKED, without=(Source.DETAILS,))


def within_organization(
    *statements: Mapping[str, Any], kind: PolicyType = PolicyType.SERVICE_CONTROL_POLICY
) -> tuple[Entity, ...]:
    """Return an organization whose root has an SCP beside AWS's own; the account is a member.

    ``kind`` may make an RCP of it.
    """
    organization = Organization(
        "o-exampleorg1",
        OTHER,
        "r-root",
        days_ago(900),
        enabled_policy_types=tuple(PolicyType),
    )
    scp = OrganizationPolicy(
        "p-guard1234",
        organization.id,
        "guard",
        kind,
        document(*statements),
        days_ago(900),
    )
    places = {"organization_id": organization.id, "parent_id": organization.root_id}
    full = [
        PolicyTarget(organization.id, target, "p-FullAWSAccess", 0)
        for target in (organization.root_id, ACCOUNT, OTHER)
    ]
    return (
        account(**places),
        account(OTHER, **places),
        organization,
        scp,
        *full,
        PolicyTarget(organization.id, organization.root_id, scp.id, 1),
    )


def _without_ana(evidence: Evidence) -> Evidence:
    rows = tuple(row for row in evidence.reported[ACCOUNT] if row.name != "ana")
    return msgspec.structs.replace(evidence, reported={ACCOUNT: rows})


CASES = {
    "user.direct_policies": (
        Case("by a group", State.PASS, (ANA, TEAM, member(ANA, TEAM), inline(TEAM, READ))),
        Case(
            "a boundary grants nothing",
            State.PASS,
            (user("eve", permissions_boundary=ADMINISTRATOR),),
        ),
        Case(
            "one attached, one inline",
            State.FAIL,
            (ANA, BO, *policy("read", READ), attached(ANA, "read"), inline(ANA, READ)),
            subjects=(ANA_ARN,),
            answers={"group": "readers"},
        ),
        NO_DETAILS,
    ),
    "user.no_group": (
        Case("in a group", State.PASS, (ANA, TEAM, member(ANA, TEAM))),
        Case(
            "in none",
            State.FAIL,
            (ANA, TEAM),
            subjects=(ANA_ARN,),
            answers={"group": "team"},
        ),
        NO_DETAILS,
    ),
    "user.admin": (
        Case("reads alone", State.PASS, (ANA, inline(ANA, READ))),
        Case(
            "a name says nothing",
            State.PASS,
            (ANA, *policy("AdministratorAccess", READ), attached(ANA, "AdministratorAccess")),
        ),
        Case(
            "a boundary without IAM",
            State.PASS,
            (
                user("ana", permissions_boundary=f"arn:aws:iam::{ACCOUNT}:policy/edge"),
                *policy("edge", ALL_BUT_IAM),
                attached(ANA, ADMINISTRATOR),
            ),
        ),
        Case("a Deny on part of it", State.PASS, (ANA, inline(ANA, FULL, NO_IAM))),
        Case(
            "a Deny in a group",
            State.PASS,
            (ANA, TEAM, member(ANA, TEAM), inline(ANA, FULL), inline(TEAM, NO_IAM)),
        ),
        Case(
            "all on some resources",
            State.PASS,
            (ANA, inline(ANA, {**FULL, "Resource": f"arn:aws:iam::{ACCOUNT}:role/app-*"})),
        ),
        Case(
            "on resources with a tag alone",
            State.PASS,
            (
                ANA,
                inline(
                    ANA, {**FULL, "Condition": {"StringEquals": {"aws:ResourceTag/team": "a"}}}
                ),
            ),
        ),
        Case(
            "an organization that allows no IAM",
            State.PASS,
            (*within_organization(NO_IAM), ANA, inline(ANA, FULL)),
        ),
        Case(
            "an organization that forbids a part",
            State.FAIL,
            (
                *within_organization(
                    {"Effect": "Deny", "Action": "iam:CreateUser", "Resource": "*"}
                ),
                ANA,
                inline(ANA, FULL),
            ),
            subjects=(ANA_ARN,),
        ),
        Case(
            "attached",
            State.FAIL,
            (ANA, BO, attached(ANA, ADMINISTRATOR)),
            subjects=(ANA_ARN,),
        ),
        Case(
            "by a group",
            State.FAIL,
            (ANA, TEAM, member(ANA, TEAM), inline(TEAM, FULL)),
            subjects=(ANA_ARN,),
        ),
        Case(
            "split over two policies",
            State.FAIL,
            (
                ANA,
                TEAM,
                member(ANA, TEAM),
                inline(TEAM, ALL_BUT_IAM),
                *policy("iam", IAM_ALONE),
                attached(ANA, "iam"),
            ),
            subjects=(ANA_ARN,),
        ),
        Case("with MFA alone", State.FAIL, (ANA, inline(ANA, WITH_MFA)), subjects=(ANA_ARN,)),
        Case(
            "twice, with MFA and without",
            State.FAIL,
            (ANA, inline(ANA, WITH_MFA), inline(ANA, FULL, name="q")),
            subjects=(ANA_ARN,),
        ),
        Case(
            "without MFA it is denied",
            State.FAIL,
            (
                ANA,
                inline(
                    ANA,
                    FULL,
                    {
                        "Effect": "Deny",
                        "Action": "*",
                        "Resource": "*",
                        "Condition": {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}},
                    },
                ),
            ),
            subjects=(ANA_ARN,),
        ),
        Case("a policy that cannot be read", State.UNKNOWN, (ANA, BAD), subjects=(ANA_ARN,)),
        Case(
            "a policy that is not there",
            State.UNKNOWN,
            (ANA, attached(ANA, "gone")),
            subjects=(ANA_ARN,),
        ),
        NO_DETAILS,
    ),
    "user.mfa_admin": (
        Case("no administrator", State.PASS, (ANA, inline(ANA, READ))),
        Case("with MFA", State.PASS, (ANA, inline(ANA, FULL), virtual_mfa(ANA))),
        Case("nothing without MFA", State.PASS, (ANA, inline(ANA, WITH_MFA))),
        Case(
            "by a group, without",
            State.FAIL,
            (ANA, TEAM, member(ANA, TEAM), inline(TEAM, FULL)),
            subjects=(ANA_ARN,),
            cleared=False,
            why="the codes of a device are read off it by who holds it",
        ),
        Case(
            "not in the report",
            State.UNKNOWN,
            (ANA, inline(ANA, FULL)),
            subjects=(ANA_ARN,),
            evidence=_without_ana,
        ),
        Case("a policy that cannot be read", State.UNKNOWN, (ANA, BAD), subjects=(ANA_ARN,)),
        Case("no report", State.NOT_CHECKED, without=(Source.CREDENTIAL_REPORT,)),
    ),
    "group.admin": (
        Case("reads alone", State.PASS, (TEAM, inline(TEAM, READ))),
        Case(
            "administration is its member's own",
            State.PASS,
            (ANA, TEAM, member(ANA, TEAM), inline(ANA, FULL)),
        ),
        Case(
            "an organization that allows no IAM",
            State.PASS,
            (*within_organization(NO_IAM), TEAM, inline(TEAM, FULL)),
        ),
        Case(
            "without members",
            State.FAIL,
            (TEAM, attached(TEAM, ADMINISTRATOR)),
            subjects=(TEAM_ARN,),
        ),
        Case(
            "a policy that cannot be read",
            State.UNKNOWN,
            (TEAM, InlinePolicy(ACCOUNT, TEAM.id, "bad", "[]")),
            subjects=(TEAM_ARN,),
        ),
        NO_DETAILS,
    ),
    "group.empty": (
        Case("with a member", State.PASS, (ANA, TEAM, member(ANA, TEAM))),
        Case(
            "with policies and nobody",
            State.FAIL,
            (TEAM, inline(TEAM, READ), attached(TEAM, ADMINISTRATOR)),
            subjects=(TEAM_ARN,),
        ),
        NO_DETAILS,
    ),
    "group.inline": (
        Case("managed", State.PASS, (TEAM, attached(TEAM, ADMINISTRATOR))),
        Case("of a role", State.PASS, (TEAM, role("app"), inline(role("app"), READ))),
        Case(
            "two of them",
            State.FAIL,
            (TEAM, inline(TEAM, READ), inline(TEAM, READ, name="q")),
            subjects=(TEAM_ARN, TEAM_ARN),
        ),
        NO_DETAILS,
    ),
}
