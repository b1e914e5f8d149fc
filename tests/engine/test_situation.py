"""What a question about an estate is decided on: contexts in order, what is known of resources."""

from __future__ import annotations

import pytest

from doorward.engine.context import Provenance, build
from doorward.engine.request import Resource
from doorward.engine.situation import known_resource, situation
from doorward.engine.subject import Subject
from doorward.model.identity import Role, User
from doorward.model.principal import Tags
from doorward.model.resource import RegisteredResource
from doorward.model.schema import Entity
from doorward.model.snapshot import Snapshot
from tests.engine.build import QUEUE
from tests.engine.test_gather import ALICE, ESTATE, NOW, USER, A, B, layers, text

TAGS: Tags = (("team", "data"),)
BUCKET, KEY = "arn:aws:s3:::box", "arn:aws:s3:::box/key"
ROLE_ARN, USER_ARN = f"arn:aws:iam::{A}:role/p/R", f"arn:aws:iam::{A}:user/p/U"
TAGGED: tuple[Entity, ...] = (
    RegisteredResource(BUCKET, B, NOW, tags=TAGS),
    RegisteredResource("arn:aws:s3:::nobodys", "", NOW),
    Role(A, "R", "AROAR", NOW, text("sts:*"), path="/p/", tags=TAGS),
    User(A, "U", "AIDAU", NOW, path="/p/", tags=TAGS),
)


@pytest.mark.parametrize(
    ("arn", "account", "expected"),
    [
        (BUCKET, None, Resource(BUCKET, B, TAGS)),
        (KEY, None, Resource(KEY, B)),  # a bucket's tags are not its objects'
        (BUCKET, A, Resource(BUCKET, A, TAGS)),
        ("arn:aws:s3:::nobodys", None, Resource("arn:aws:s3:::nobodys")),
        (QUEUE, None, Resource(QUEUE)),
        (ROLE_ARN, None, Resource(ROLE_ARN, None, TAGS)),
        (USER_ARN, None, Resource(USER_ARN, None, TAGS)),
        (f"arn:aws:iam::{A}:user/U", None, Resource(f"arn:aws:iam::{A}:user/U")),
        (f"arn:aws:iam::{A}:group/U", None, Resource(f"arn:aws:iam::{A}:group/U")),
        ("*", None, Resource("*")),
    ],
)
def test_what_is_known_of_a_resource(arn: str, account: str | None, expected: Resource) -> None:
    assert known_resource(Snapshot.of(TAGGED, {}), arn, account) == expected


def test_what_is_given_goes_before_the_session_the_organization_and_the_moment() -> None:
    """The order in which a call that is served is judged (``api.authorize``)."""
    org = "aws:PrincipalOrgID"
    ambient = {"aws:SourceIp": "ambient", org: "ambient", "a:Session": "ambient", "a:Given": "x"}
    session = {org: "session", "a:Session": "session", "a:Given": "session"}
    subject = Subject(ALICE, None, build(session, Provenance.DERIVED))
    found, request = situation(
        Snapshot.of(ESTATE, {}),
        subject,
        "sqs:SendMessage",
        Resource(QUEUE),
        given=build({"a:given": "given"}, Provenance.GIVEN),
        ambient=build(ambient, Provenance.DERIVED),
    )
    values = {each.key: each.values[0] for each in request.context}
    assert values["aws:SourceIp"] == "ambient"
    assert values[org] == values["a:Session"] == "session"
    assert values["a:given"] == "given"
    assert "a:Given" not in values
    assert values["aws:ResourceOrgID"] == "o-1"
    assert found == layers(ALICE)
    assert (request.principal, request.resources) == (ALICE, (Resource(QUEUE),))
    assert USER.arn == ALICE.arn
