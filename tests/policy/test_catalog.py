"""AWS's own managed policies (AWS Managed Policy Reference; Organizations User Guide)."""

from __future__ import annotations

import pytest

from doorward.policy.catalog import (
    FULL_AWS_ACCESS_ARN,
    RCP_FULL_AWS_ACCESS_ARN,
    aws_managed_policies,
    aws_managed_policy,
    managed_policy_text,
)
from doorward.policy.document import Effect
from doorward.policy.kind import PolicyKind
from doorward.policy.parse import parse_or_raise
from doorward.policy.validate import validate

ADMINISTRATOR_ACCESS = "arn:aws:iam::aws:policy/AdministratorAccess"


def test_what_the_catalog_holds() -> None:
    assert {policy.arn for policy in aws_managed_policies()} == {
        ADMINISTRATOR_ACCESS,
        FULL_AWS_ACCESS_ARN,
        RCP_FULL_AWS_ACCESS_ARN,
    }


@pytest.mark.parametrize("arn", [policy.arn for policy in aws_managed_policies()])
def test_each_allows_everything_and_is_kept_as_text(arn: str) -> None:
    text = managed_policy_text(arn)
    assert text is not None
    document = parse_or_raise(text)
    assert document.source == text
    (statement,) = document.statements
    assert statement.effect is Effect.ALLOW
    assert [pattern.value for pattern in statement.actions.patterns] == ["*"]
    assert statement.resources is not None
    assert [pattern.value for pattern in statement.resources.patterns] == ["*"]
    assert statement.conditions == ()
    assert (statement.principals is not None) == (arn == RCP_FULL_AWS_ACCESS_ARN)


@pytest.mark.parametrize(
    ("arn", "kind"),
    [
        (ADMINISTRATOR_ACCESS, PolicyKind.IDENTITY),
        (FULL_AWS_ACCESS_ARN, PolicyKind.SERVICE_CONTROL),
    ],
)
def test_each_may_be_written(arn: str, kind: PolicyKind) -> None:
    assert validate(parse_or_raise(managed_policy_text(arn) or ""), kind) == ()


def test_administrator_access_as_iam_tells_it() -> None:
    policy = aws_managed_policy(ADMINISTRATOR_ACCESS)
    assert policy is not None
    assert (policy.id, policy.name, policy.version) == (
        "ANPAIWMBCKSKIEE64ZLYK",
        "AdministratorAccess",
        "v1",
    )
    assert policy.created is not None
    assert policy.created.isoformat() == "2015-02-06T18:39:46+00:00"


@pytest.mark.parametrize("arn", ["", "AdministratorAccess", ADMINISTRATOR_ACCESS.lower()])
def test_what_is_not_in_it(arn: str) -> None:
    assert aws_managed_policy(arn) is None
    assert managed_policy_text(arn) is None
