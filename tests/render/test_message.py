"""AWS's one-line message, row by row.

Source: IAM User Guide, "Troubleshoot access denied error messages" (examples), and "AWS IAM policy
names in access denied error messages".
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from doorward.engine.combine import decide
from doorward.engine.decision import Decision, Effect, Rule
from doorward.engine.layers import Policy
from doorward.engine.question import layers
from doorward.engine.request_form import request
from doorward.importers.denied_text import read_denied_text
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
from doorward.policy.parse import parse_or_raise
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
    B,
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


ORG, MANAGEMENT = "o-acme000001", "999988887777"
OF_IAM = f"arn:aws:iam::{A}:policy/team/Fence"
OF_AWS = "arn:aws:iam::aws:policy/AWSCompromisedKeyQuarantineV3"
SCP, RCP = (
    f"arn:aws:organizations::{MANAGEMENT}:policy/{ORG}/{kind}_control_policy/p-guard0001"
    for kind in ("service", "resource")
)
MEMBER = {"aws:PrincipalOrgID": ORG}


def denied(
    layer: str, arn: str | None, context: dict[str, str], principal: object = BOB
) -> Decision:
    """A denial by a policy with an ARN (or an inline one) in a layer."""
    text = DENY_EVERYONE if layer in {"resource_control", "endpoint", "resource"} else DENY
    named: Any = Policy(parse_or_raise(json.dumps(text)), "Fence", arn)
    stack: dict[str, Any] = {"identity": [FULL]}
    if layer == "resource":
        stack[layer] = named
    else:
        chain = layer in {"resource_control", "service_control"}
        stack[layer] = [[named]] if chain else [named]
    asked = request(
        principal=principal,
        action="s3:GetObject",
        resource=KEY,
        resource_account=B,
        context=context,
    )
    return decide(layers(**stack), asked)


@pytest.mark.parametrize(
    ("layer", "arn", "context", "ending"),
    [
        ("identity", OF_IAM, {}, f"an identity-based policy: {OF_IAM}"),
        ("identity", OF_AWS, {}, f"an identity-based policy: {OF_AWS}"),
        ("identity", None, {}, "an identity-based policy"),
        ("permissions_boundary", OF_IAM, {}, f"a permissions boundary: {OF_IAM}"),
        ("session", OF_IAM, {}, f"a session policy: {OF_IAM}"),
        ("service_control", SCP, MEMBER, f"a service control policy: {SCP}"),
        ("resource_control", RCP, MEMBER, f"a resource control policy: {RCP}"),
        # of another account or organization, or nobody knows of which the caller is
        ("identity", OF_IAM.replace(A, B), {}, "an identity-based policy"),
        ("service_control", SCP, {}, "a service control policy"),
        ("resource_control", RCP, {}, "a resource control policy"),
        (
            "resource_control",
            RCP,
            {"aws:PrincipalOrgID": "o-other00001"},
            "a resource control policy",
        ),
        ("resource_control", RCP.replace(ORG, ORG[:-1]), MEMBER, "a resource control policy"),
        ("resource_control", "not an arn", MEMBER, "a resource control policy"),
        # layers that AWS does not name
        ("resource", f"arn:aws:s3:::{A}", MEMBER, "a resource-based policy"),
        ("endpoint", OF_IAM, MEMBER, "a VPC endpoint policy"),
    ],
)
def test_an_explicit_deny_names_the_policy_within_the_border(
    layer: str, arn: str | None, context: dict[str, str], ending: str
) -> None:
    """Source: AWS Security Blog, "Enhanced access denied error messages with policy ARNs"."""
    message = access_denied_message(denied(layer, arn, context))
    assert message == f"User: {BOB} {ON_KEY} with an explicit deny in {ending}"
    read = read_denied_text(message).denial
    assert read is not None
    assert read.policy_arn == (arn if f": {arn}" in ending else None)


def test_the_management_account_is_of_its_organization() -> None:
    manager = f"arn:aws:iam::{MANAGEMENT}:user/manager"
    message = access_denied_message(denied("resource_control", RCP, {}, manager))
    assert message.endswith(f"a resource control policy: {RCP}")


@pytest.mark.parametrize(
    "principal", [{"type": "Anonymous"}, {"type": "Service", "name": "ec2.amazonaws.com"}]
)
def test_a_caller_of_no_account_is_told_of_no_policy(principal: object) -> None:
    message = access_denied_message(denied("resource_control", RCP, MEMBER, principal))
    assert message.endswith("with an explicit deny in a resource control policy")


def test_of_several_policies_the_first_that_decided_is_named() -> None:
    inline: Any = Policy(parse_or_raise(json.dumps(DENY)), "inline")
    managed: Any = Policy(parse_or_raise(json.dumps(DENY)), "Fence", OF_IAM)
    for policies, ending in (
        ([FULL, managed, inline], f"an identity-based policy: {OF_IAM}"),
        ([FULL, inline, managed], "an identity-based policy"),
    ):
        found = situation({"identity": policies})
        assert access_denied_message(found.decision).endswith(ending)


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
