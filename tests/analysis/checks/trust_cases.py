"""Cases of the checks in ``analysis.checks.trusts`` and ``analysis.checks.service_trusts``."""

from __future__ import annotations

from typing import Any

import msgspec

from doorward.model.federation import OpenIdProvider
from doorward.model.identity import Role
from doorward.model.organization import Organization
from doorward.model.schema import Entity
from doorward.results.finding import State
from tests.analysis.checks.case import ACCOUNT, OTHER, Case, account, days_ago, document, role
from tests.analysis.checks.user_cases import NO_DETAILS, within_organization

ROOT = f"arn:aws:iam::{ACCOUNT}:root"
OUTSIDE = f"arn:aws:iam::{OTHER}:root"
PROVIDER = OpenIdProvider(ACCOUNT, "token.actions.githubusercontent.com", days_ago(100))
GITHUB = f"arn:aws:iam::{ACCOUNT}:oidc-provider/token.actions.githubusercontent.com"
SUB = "token.actions.githubusercontent.com:sub"
ARN = role("app").arn


def trusting(
    principal: Any, condition: Any = None, action: str = "sts:AssumeRole", **more: Any
) -> Role:
    """Return a role that lets a principal in."""
    statement = {"Effect": "Allow", "Principal": principal, "Action": action, **more}
    return role("app", {**statement, "Condition": condition} if condition else statement)


def both(*statements: dict[str, Any]) -> Role:
    """Return a role with several statements in its trust policy."""
    return msgspec.structs.replace(role("app"), trust_policy=document(*statements))


def _allow(principal: Any, **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole", **more}


def _deny(principal: Any, **more: Any) -> dict[str, Any]:
    return {**_allow(principal, **more), "Effect": "Deny"}


def fails(name: str, *entities: Entity, **more: Any) -> Case:
    """Return a case that fails for the role."""
    return Case(name, State.FAIL, entities, subjects=(ARN,), **more)


def passes(name: str, entity: Role) -> Case:
    """Return a case that passes."""
    return Case(name, State.PASS, (entity,))


UNREADABLE = Case(
    "a trust policy that cannot be read",
    State.UNKNOWN,
    (msgspec.structs.replace(role("app"), trust_policy="{"),),
    subjects=(ARN,),
)
EQUALS = "StringEquals"
STRANGERS = tuple(
    each
    for number, name in ((ACCOUNT, "o-exampleorg1"), (OTHER, "o-exampleorg2"))
    for each in (
        account(number, organization_id=name, parent_id=f"r-{number[:4]}"),
        Organization(name, number, f"r-{number[:4]}", days_ago(900)),
    )
)
"""Two accounts in organizations of their own: a server knows both, outside of each other."""


def github(condition: Any = None, action: str = "sts:AssumeRoleWithWebIdentity") -> Role:
    """Return a role that lets GitHub's workflows in."""
    return trusting({"Federated": GITHUB}, condition, action)


CASES = {
    "role.trust_any": (
        passes("itself", trusting({"AWS": ROOT})),
        passes("an organization", trusting("*", {EQUALS: {"aws:PrincipalOrgID": "o-a"}})),
        passes(
            "accounts by a condition", trusting("*", {EQUALS: {"AWS:PrincipalAccount": OTHER}})
        ),
        passes("a network", trusting("*", {"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}})),
        passes(
            "others are denied",
            both(
                _allow({"AWS": "*"}),
                _deny(
                    {"AWS": "*"}, Condition={"StringNotEquals": {"aws:PrincipalAccount": OTHER}}
                ),
            ),
        ),
        fails("everybody", trusting({"AWS": "*"})),
        fails("everybody, in lower case", trusting("*", action="STS:assume*")),
        fails("any organization", trusting("*", {"StringLike": {"aws:PrincipalOrgID": "*"}})),
        fails("any network", trusting("*", {"IpAddress": {"aws:SourceIp": "0.0.0.0/0"}})),
        fails("a tag", trusting("*", {EQUALS: {"aws:PrincipalTag/team": "a"}})),
        fails("an external id", trusting("*", {EQUALS: {"sts:ExternalId": "42"}})),
        fails("whoever has MFA", trusting("*", {"Bool": {"aws:MultiFactorAuthPresent": "true"}})),
        fails(
            "all but one",
            both(
                {
                    "Effect": "Allow",
                    "NotPrincipal": {"AWS": OUTSIDE},
                    "Action": "sts:AssumeRole",
                }
            ),
        ),
        UNREADABLE,
        NO_DETAILS,
    ),
    "role.trust_external": (
        passes("itself", trusting({"AWS": ACCOUNT})),
        passes("a service", trusting({"Service": "lambda.amazonaws.com"})),
        Case(
            "an account of the estate",
            State.PASS,
            (account(), account(OTHER), trusting({"AWS": OTHER})),
        ),
        Case(
            "an account of the organization",
            State.PASS,
            (
                *within_organization({"Effect": "Deny", "Action": "x:y", "Resource": "*"}),
                trusting({"AWS": OUTSIDE}),
            ),
        ),
        Case(
            "an account that is trusted all the same",
            State.PASS,
            (trusting({"AWS": OTHER}),),
            thresholds={"trusted_accounts": (OTHER,)},
        ),
        Case(
            "an account of another organization",
            State.FAIL,
            (*STRANGERS, trusting({"AWS": [ROOT, OUTSIDE]})),
            subjects=(ARN,),
        ),
        passes(
            "by an organization that it is not in",
            trusting({"AWS": OUTSIDE}, {EQUALS: {"aws:PrincipalOrgID": "o-mine"}}),
        ),
        passes("denied again", both(_allow({"AWS": OUTSIDE}), _deny({"AWS": OUTSIDE}))),
        passes("somebody who is gone", trusting({"AWS": "AROAABCDEFGHIJKLMNOPQ"})),
        passes("another action", trusting({"AWS": OUTSIDE}, action="sts:TagSession")),
        fails("an account", trusting({"AWS": OTHER})),
        fails(
            "a role, with an external id",
            trusting({"AWS": f"arn:aws:iam::{OTHER}:role/x"}, {EQUALS: {"sts:ExternalId": "1"}}),
        ),
        fails("beside the account itself", trusting({"AWS": [ROOT, OUTSIDE]})),
        UNREADABLE,
        NO_DETAILS,
    ),
    "role.trust_external_no_extid": (
        passes("itself", trusting({"AWS": ACCOUNT})),
        passes("an external id", trusting({"AWS": OUTSIDE}, {EQUALS: {"sts:ExternalId": "42"}})),
        passes(
            "MFA", trusting({"AWS": OUTSIDE}, {"Bool": {"aws:MultiFactorAuthPresent": "true"}})
        ),
        fails("nothing", *STRANGERS, trusting({"AWS": OUTSIDE}), answers={"external-id": "42"}),
        fails(
            "any external id",
            *STRANGERS,
            trusting({"AWS": OTHER}, {"StringLike": {"sts:ExternalId": "*"}}),
            answers={"external-id": "42"},
        ),
        fails(
            "MFA if there is any",
            *STRANGERS,
            trusting({"AWS": OTHER}, {"BoolIfExists": {"aws:MultiFactorAuthPresent": "true"}}),
            answers={"external-id": "42"},
        ),
        fails(
            "of two statements one asks for nothing",
            *STRANGERS,
            both(
                _allow({"AWS": OUTSIDE}, Condition={EQUALS: {"sts:ExternalId": "42"}}),
                _allow({"AWS": OUTSIDE}),
            ),
            answers={"external-id": "42"},
        ),
        UNREADABLE,
        NO_DETAILS,
    ),
    "role.trust_no_mfa": (
        passes("MFA", trusting({"AWS": ROOT}, {"Bool": {"aws:MultiFactorAuthPresent": "true"}})),
        passes(
            "recent MFA",
            trusting({"AWS": ROOT}, {"NumericLessThan": {"aws:MultiFactorAuthAge": "3600"}}),
        ),
        passes("a role by name", trusting({"AWS": f"arn:aws:iam::{ACCOUNT}:role/caller"})),
        passes("another account", trusting({"AWS": OUTSIDE})),
        fails("no condition", trusting({"AWS": ROOT})),
        fails("by its number", trusting({"AWS": ACCOUNT})),
        fails(
            "MFA if there is any",
            trusting({"AWS": ROOT}, {"BoolIfExists": {"aws:MultiFactorAuthPresent": "true"}}),
        ),
        UNREADABLE,
        NO_DETAILS,
    ),
    "role.confused_deputy": (
        passes("a service that sends nothing", trusting({"Service": "ec2.amazonaws.com"})),
        passes("functions", trusting({"Service": ["lambda.amazonaws.com", "glue.amazonaws.com"]})),
        passes(
            "its account",
            trusting(
                {"Service": "states.amazonaws.com"}, {EQUALS: {"aws:sourceAccount": ACCOUNT}}
            ),
        ),
        passes(
            "its organization",
            trusting({"Service": "states.amazonaws.com"}, {EQUALS: {"aws:SourceOrgID": "o-mine"}}),
        ),
        fails("nothing", trusting({"Service": "scheduler.amazonaws.com"})),
        fails(
            "one of two", trusting({"Service": ["ec2.amazonaws.com", "codedeploy.amazonaws.com"]})
        ),
        UNREADABLE,
        NO_DETAILS,
    ),
    "role.service_trust_scope": (
        passes(
            "its account",
            trusting(
                {"Service": "states.amazonaws.com"}, {EQUALS: {"aws:SourceAccount": ACCOUNT}}
            ),
        ),
        passes(
            "resources of its account",
            trusting(
                {"Service": "states.amazonaws.com"},
                {"ArnLike": {"aws:SourceArn": f"arn:aws:states:*:{ACCOUNT}:*"}},
            ),
        ),
        passes(
            "nothing at all, of which role.confused_deputy tells",
            trusting({"Service": "states.amazonaws.com"}),
        ),
        fails(
            "resources of any account",
            trusting(
                {"Service": "states.amazonaws.com"},
                {"ArnLike": {"aws:SourceArn": "arn:aws:states:*:*:stateMachine:*"}},
            ),
        ),
        fails(
            "any account",
            trusting(
                {"Service": "states.amazonaws.com"}, {"StringLike": {"aws:SourceAccount": "*"}}
            ),
        ),
        UNREADABLE,
        NO_DETAILS,
    ),
    "role.oidc_scope": (
        passes("no provider", trusting({"AWS": ROOT})),
        passes("a branch", github({EQUALS: {SUB: "repo:acme/web:ref:refs/heads/main"}})),
        passes("a repository", github({"StringLike": {SUB: "repo:acme/web:*"}})),
        passes(
            "an application of Google's users",
            trusting(
                {"Federated": "accounts.google.com"},
                {EQUALS: {"accounts.google.com:aud": "mine"}},
                "sts:AssumeRoleWithWebIdentity",
            ),
        ),
        passes("another action", github(action="sts:TagSession")),
        fails(
            "the audience alone",
            PROVIDER,
            github({EQUALS: {"token.actions.githubusercontent.com:aud": "sts.amazonaws.com"}}),
            answers={"sub": "repo:acme/web:ref:refs/heads/main"},
        ),
        fails("nothing", PROVIDER, github(), answers={"sub": "repo:acme/web:ref:refs/heads/main"}),
        fails(
            "any repository",
            PROVIDER,
            github({"StringLike": {SUB: "repo:*"}}),
            answers={"sub": "repo:acme/web:ref:refs/heads/main"},
        ),
        fails(
            "any repository of one owner",
            PROVIDER,
            github({"StringLike": {SUB: "repo:acme/*"}}),
            answers={"sub": "repo:acme/web:ref:refs/heads/main"},
        ),
        fails(
            "whoever Google knows",
            trusting({"Federated": "accounts.google.com"}, None, "sts:AssumeRoleWithWebIdentity"),
            answers={"aud": "mine"},
        ),
        UNREADABLE,
        NO_DETAILS,
    ),
}
