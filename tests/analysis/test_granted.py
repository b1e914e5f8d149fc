"""Which services policies grant, row by row.

Provenance: IAM API Reference, ListPoliciesGrantingServiceAccess ("permissions policy logic"); IAM
User Guide, "IAM JSON policy elements: Action" and "NotAction".
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from doorward.analysis.report.granted import granted, granting, services
from doorward.engine.compile import read_document
from doorward.engine.layers import Policy
from doorward.policy import catalog


def statement(effect: str, **more: Any) -> dict[str, Any]:
    return {"Effect": effect, "Resource": "*"} | more


def policy(*statements: dict[str, Any]) -> Policy:
    return Policy(read_document(json.dumps({"Version": "2012-10-17", "Statement": statements})))


ALLOW_BOTH = statement("Allow", Action=["s3:*", "sqs:SendMessage"])
ONE_BUCKET = "arn:aws:s3:::box/*"
IF_MFA = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        ([ALLOW_BOTH], {"s3", "sqs"}),
        ([statement("Allow", Action="S3:getobject")], {"s3"}),
        ([statement("Allow", Action="s3:NoSuchThing")], set()),
        ([statement("Allow", Action="sq*:Send*")], {"sqs"}),
        ([statement("Allow", Action="s3:GetObject", Resource=ONE_BUCKET)], {"s3"}),
        ([statement("Allow", Action="s3:GetObject", Condition=IF_MFA)], {"s3"}),
        ([ALLOW_BOTH, statement("Deny", Action="s3:*")], {"sqs"}),
        ([ALLOW_BOTH, statement("Deny", Action="s3:GetObject")], {"s3", "sqs"}),
        ([ALLOW_BOTH, statement("Deny", Action="s3:*", Resource=ONE_BUCKET)], {"s3", "sqs"}),
        ([ALLOW_BOTH, statement("Deny", Action="s3:*", Condition=IF_MFA)], {"s3", "sqs"}),
        ([ALLOW_BOTH, statement("Deny", NotAction="s3:*")], {"s3"}),
        ([ALLOW_BOTH, statement("Deny", Action="*")], set()),
    ],
)
def test_what_a_policy_grants(statements: list[dict[str, Any]], expected: set[str]) -> None:
    assert services(granted((policy(*statements),))) == expected
    apart = tuple(policy(each) for each in statements)
    assert services(granted(apart)) == expected, "in one document or in several: the same"


def test_notaction_grants_the_rest() -> None:
    found = services(granted((policy(statement("Allow", NotAction=["iam:*", "sts:*"])),)))
    assert found == set(catalog.services()) - {"iam", "sts"}
    everything = services(granted((policy(statement("Allow", Action="*")),)))
    assert everything == set(catalog.services())


def test_each_policy_grants_its_own_and_what_is_denied_beside_it_is_gone() -> None:
    first, second = policy(ALLOW_BOTH), policy(statement("Deny", Action="sqs:*"))
    found = granting((first, second))
    assert [each.policy for each in found] == [first, second]
    assert [set(each.services) for each in found] == [{"s3"}, set()]
