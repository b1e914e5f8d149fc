"""AWS's one-line message, row by row.

Source: IAM User Guide, "Troubleshoot access denied error messages" (examples), and "AWS IAM policy
names in access denied error messages".
"""

from __future__ import annotations

from typing import Any

import pytest

from doorward.engine.decision import Effect, Rule
from doorward.model.principal import (
    Anonymous,
    CanonicalUser,
    FederatedIdentity,
    FederatedUser,
    IamUser,
    Principal,
    RoleSession,
    RootUser,
    ServicePrincipal,
)
from doorward.render.caller import caller_label
from doorward.render.message import access_denied_message
from tests.render.situations import (
    ASSUME,
    BOB,
    BY_RULE,
    DENY,
    FULL,
    KEY,
    ROLE,
    A,
    resource_policy,
    situation,
    trust_policy,
)

ON_KEY = f"is not authorized to perform: s3:GetObject on resource: {KEY}"
NO = "allows the s3:GetObject action"
DENY_EVERYONE = {
    "Statement": {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*"}
}


@pytest.mark.parametrize(
    ("rule", "ending"),
    [
        (Rule.IDENTITY_IMPLICIT_DENY, f"because no identity-based policy {NO}"),
        (Rule.RESOURCE_IMPLICIT_DENY, f"because no resource-based policy {NO}"),
        (Rule.BOUNDARY_IMPLICIT_DENY, f"because no permissions boundary {NO}"),
        (Rule.SESSION_IMPLICIT_DENY, f"because no session policy {NO}"),
        (Rule.ENDPOINT_IMPLICIT_DENY, f"because no VPC endpoint policy {NO}"),
        (Rule.SERVICE_CONTROL_IMPLICIT_DENY, "with an explicit deny in a service control policy"),
        (
            Rule.RESOURCE_CONTROL_IMPLICIT_DENY,
            "with an explicit deny in a resource control policy",
        ),
    ],
)
def test_nothing_allows(rule: Rule, ending: str) -> None:
    message = access_denied_message(BY_RULE[rule].decision)
    who = message.removeprefix("User: ").split(" ")[0]
    assert message == f"User: {who} {ON_KEY} {ending}"
    assert who.startswith("arn:aws:")


def test_the_role_trust_policy_does_not_allow() -> None:
    assert access_denied_message(BY_RULE[Rule.TRUST_IMPLICIT_DENY].decision) == (
        f"User: {BOB} is not authorized to perform: sts:AssumeRole on resource: {ROLE}"
        " because no role trust policy allows the sts:AssumeRole action"
    )


@pytest.mark.parametrize(
    ("policies", "ending"),
    [
        ({"identity": [FULL, DENY]}, "an identity-based policy"),
        ({"identity": [FULL], "resource": DENY_EVERYONE}, "a resource-based policy"),
        ({"identity": [FULL], "permissions_boundary": [FULL, DENY]}, "a permissions boundary"),
        ({"identity": [FULL], "session": [FULL, DENY]}, "a session policy"),
        ({"identity": [FULL], "service_control": [[FULL, DENY]]}, "a service control policy"),
        (
            {"identity": [FULL], "resource_control": [[resource_policy("*"), DENY_EVERYONE]]},
            "a resource control policy",
        ),
        ({"identity": [FULL], "endpoint": [DENY_EVERYONE]}, "a VPC endpoint policy"),
        (
            {"identity": [DENY], "service_control": [[FULL, DENY]], "session": [DENY]},
            "a service control policy",
        ),
    ],
)
def test_something_denies(policies: dict[str, Any], ending: str) -> None:
    """One type is named even if several deny."""
    found = situation(policies)
    assert found.decision.effect is Effect.EXPLICIT_DENY
    assert access_denied_message(found.decision) == (
        f"User: {BOB} {ON_KEY} with an explicit deny in {ending}"
    )


def test_the_role_trust_policy_denies() -> None:
    found = situation({"identity": [FULL], "resource": trust_policy("Deny", A)}, **ASSUME)
    assert access_denied_message(found.decision).endswith(
        "with an explicit deny in the role trust policy"
    )


def test_an_action_without_a_resource_names_none() -> None:
    found = situation({"identity": []}, action="codecommit:ListRepositories", resource="*")
    assert access_denied_message(found.decision) == (
        f"User: {BOB} is not authorized to perform: codecommit:ListRepositories because no"
        " identity-based policy allows the codecommit:ListRepositories action"
    )


@pytest.mark.parametrize("rule", Rule)
def test_only_a_denial_has_a_message(rule: Rule) -> None:
    decision = BY_RULE[rule].decision
    if decision.effect is Effect.ALLOW:
        with pytest.raises(ValueError, match="allows"):
            access_denied_message(decision)
    else:
        assert "\n" not in access_denied_message(decision)


@pytest.mark.parametrize(
    ("principal", "label"),
    [
        (RootUser(A), f"arn:aws:iam::{A}:root"),
        (RootUser(A, "aws-cn"), f"arn:aws-cn:iam::{A}:root"),
        (IamUser(BOB), BOB),
        (RoleSession(ROLE, "bob"), f"arn:aws:sts::{A}:assumed-role/Deploy/bob"),
        (RoleSession(ROLE, None), ROLE),
        (RoleSession("not an arn", "bob"), "not an arn"),
        (
            FederatedUser(f"arn:aws:sts::{A}:federated-user/Eve"),
            f"arn:aws:sts::{A}:federated-user/Eve",
        ),
        (ServicePrincipal("ec2.amazonaws.com"), "ec2.amazonaws.com"),
        (FederatedIdentity("accounts.google.com"), "accounts.google.com"),
        (CanonicalUser("79a59df900b949e5"), "79a59df900b949e5"),
        (Anonymous(), "anonymous"),
    ],
)
def test_what_callers_are_called(principal: Principal, label: str) -> None:
    assert caller_label(principal) == label
