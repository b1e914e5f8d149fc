"""Where principal and resource are in an organization, as condition keys.

Source: IAM User Guide, "AWS global condition context keys": aws:PrincipalOrgID and the like are in
the request only if the account is in an organization; paths end in a slash.
"""

from __future__ import annotations

import pytest

from doorward.engine.organization_keys import organization_context
from doorward.engine.request import Resource
from doorward.engine.subject import Subject
from doorward.model.organization import Account, OrganizationalUnit
from doorward.model.principal import Anonymous, IamUser, Principal, RootUser, ServicePrincipal
from doorward.model.snapshot import Snapshot
from tests.engine.test_gather import ALICE, ESTATE, LONE, NOW, READER, B, M

PATH = "o-1/r-1/ou-1/ou-2/"
STRAY, LOST, ROUND = "444444444444", "555555555555", "666666666666"
BUCKET = "arn:aws:s3:::bucket"


@pytest.mark.parametrize(
    ("who", "on", "expected"),
    [
        (ALICE, Resource("*"), {"aws:PrincipalOrgID": "o-1", "aws:PrincipalOrgPaths": [PATH]}),
        (READER, Resource("*"), {"aws:PrincipalOrgID": "o-1", "aws:PrincipalOrgPaths": [PATH]}),
        (
            RootUser(M),
            Resource(BUCKET, B),
            {
                "aws:PrincipalOrgID": "o-1",
                "aws:PrincipalOrgPaths": ["o-1/r-1/"],
                "aws:ResourceOrgID": "o-1",
                "aws:ResourceOrgPaths": ["o-1/r-1/"],
            },
        ),
        (
            Anonymous(),
            Resource(f"arn:aws:sqs:eu-west-1:{B}:q"),
            {"aws:ResourceOrgID": "o-1", "aws:ResourceOrgPaths": ["o-1/r-1/"]},
        ),
        (IamUser(f"arn:aws:iam::{STRAY}:user/x"), Resource(BUCKET, LOST), {}),
        (IamUser(f"arn:aws:iam::{ROUND}:user/x"), Resource(BUCKET, ROUND), {}),
        (IamUser(f"arn:aws:iam::{LONE}:user/x"), Resource(BUCKET, LONE), {}),
        (ServicePrincipal("sns.amazonaws.com"), Resource(BUCKET), {}),
    ],
)
def test_the_keys_of_an_organization(
    who: Principal, on: Resource, expected: dict[str, str | list[str]]
) -> None:
    strays = (
        Account(STRAY, "elsewhere", NOW, organization_id="o-9", parent_id="r-9"),
        Account(LOST, "in a unit that is not here", NOW, organization_id="o-1", parent_id="ou-9"),
        Account(ROUND, "in units that hold each other", NOW, None, "o-1", "ou-7"),
        OrganizationalUnit("ou-7", "o-1", "ou-8", "seven", NOW),
        OrganizationalUnit("ou-8", "o-1", "ou-7", "eight", NOW),
    )
    estate = Snapshot.of((*ESTATE, *strays), {})
    context = organization_context(estate, Subject(who), on)
    found = {each.key: list(each.values) if each.multi else each.values[0] for each in context}
    assert found == expected
