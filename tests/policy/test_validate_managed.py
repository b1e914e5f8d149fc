"""Validation of AWS's own managed policies, of some of which AWS tells what its checks say.

Source: IAM User Guide, "IAM policy validation check reference", the sections "AWS managed policies
with this …". What it lists and the catalog has not any more is left out, and so is
AWSLambdaReadOnlyAccess, which has lost the statement that it is listed for.
"""

from __future__ import annotations

import functools

import pytest

from doorward.engine.compile import read_document
from doorward.policy.catalog import aws_managed_policies
from doorward.policy.kind import PolicyKind
from doorward.policy.problem import Problem, Severity
from doorward.policy.validate import validate

LISTED = {
    "CREATE_SLR_WITH_STAR_IN_RESOURCE": [
        "PowerUserAccess",
        "AlexaForBusinessFullAccess",
        "AWSOrganizationsServiceTrustPolicy",
    ],
    "CREATE_SLR_WITH_STAR_IN_ACTION_AND_RESOURCE": ["AdministratorAccess", "IAMFullAccess"],
    "PASS_ROLE_WITH_STAR_IN_ACTION_AND_RESOURCE": ["AdministratorAccess", "IAMFullAccess"],
    "PASS_ROLE_WITH_STAR_IN_RESOURCE": [
        "AdministratorAccess-Amplify",
        "AmazonDynamoDBFullAccesswithDataPipeline",
        "AmazonElasticMapReduceFullAccess",
        "AWSElasticBeanstalkService",
        "AWSServiceRoleForAmazonEKSNodegroup",
    ],
    "POLICY_SIZE_EXCEEDS_IDENTITY_POLICY_QUOTA": ["ReadOnlyAccess", "AWSSupportServiceRolePolicy"],
}


@functools.cache
def found() -> dict[str, tuple[Problem, ...]]:
    """What is said of every managed policy, by its name."""
    return {
        policy.name: validate(read_document(policy.document), PolicyKind.IDENTITY)
        for policy in aws_managed_policies()
        if policy.arn.startswith("arn:aws:iam:")
    }


@pytest.mark.parametrize(
    ("code", "name"), [(code, name) for code, names in LISTED.items() for name in names]
)
def test_what_aws_says_of_its_own_policies(code: str, name: str) -> None:
    assert code in {problem.code for problem in found()[name]}


def test_no_policy_of_aws_has_a_part_that_does_not_work() -> None:
    """But for their size: the quota is not AWS's own."""
    errors = {
        problem.code
        for problems in found().values()
        for problem in problems
        if problem.severity is Severity.ERROR
    }
    assert len(found()) > 1_500
    assert errors == {"POLICY_SIZE_EXCEEDS_IDENTITY_POLICY_QUOTA"}


def test_most_policies_of_aws_have_nothing_to_remark_on() -> None:
    remarked = [name for name, problems in found().items() if problems]
    assert len(remarked) < len(found()) / 5


def test_all_of_them_are_searched_to_the_end() -> None:
    codes = {problem.code for problems in found().values() for problem in problems}
    assert "REDUNDANCY_CHECK_INCOMPLETE" not in codes
