"""Principals of saved documents: ids of the living are read as ARNs, all else as written."""

from __future__ import annotations

import pytest

from doorward.engine.binding import shown
from doorward.engine.gather import gather
from doorward.engine.request import Resource
from doorward.engine.subject import Subject
from doorward.model.identity import Role, User
from doorward.model.resource import RegisteredResource
from doorward.model.snapshot import Snapshot
from tests.engine.test_gather import ALICE, ROLE, USER, A, changed

USER_ID, ROLE_ID = "AIDAUSER1", "AROAROLE1"
ANN = User(A, "Ann", USER_ID, USER.created, path="/team/")
OPS = Role(A, "Ops", ROLE_ID, USER.created, trust_policy="", path="/x/")
DIRECTORY = Snapshot.of((ANN, OPS), {})


def written(principal: str, element: str = "Principal") -> str:
    """A document whose Principal is ``principal``, with space and escapes to be kept."""
    return (
        '{"Version": "2012-10-17",\n "Statement": [{"Effect":"Deny", '
        f'"{element}" : {principal}, "Action":"sts:*","Resource":"arn:aws:s3:::b\\/x",'
        f'"Condition":{{"StringEquals":{{"aws:userid":"{USER_ID}"}}}}}}]}}'
    )


@pytest.mark.parametrize(
    ("kept", "read"),
    [
        (f'{{"AWS":"{USER_ID}"}}', f'{{"AWS":"{ANN.arn}"}}'),
        (f'{{"AWS": [ "{ROLE_ID}" , "*"]}}', f'{{"AWS": [ "{OPS.arn}" , "*"]}}'),
        (
            f'{{"Service":"ec2.amazonaws.com","AWS":["{A}","{USER_ID}","{ROLE_ID}"]}}',
            f'{{"Service":"ec2.amazonaws.com","AWS":["{A}","{ANN.arn}","{OPS.arn}"]}}',
        ),
        (f'{{"AWS":"{ROLE_ID}:s@1"}}', f'{{"AWS":"arn:aws:sts::{A}:assumed-role/Ops/s@1"}}'),
    ],
)
@pytest.mark.parametrize("element", ["Principal", "NotPrincipal"])
def test_ids_of_those_who_are_there_are_read_as_their_arns(
    kept: str, read: str, element: str
) -> None:
    assert shown(DIRECTORY, written(kept, element)) == written(read, element)


@pytest.mark.parametrize(
    "principal",
    [
        '"*"',
        '{"AWS":"AIDAGONE2"}',
        '{"AWS":"AROAGONE2"}',
        '{"AWS":"AROAGONE2:session"}',
        f'{{"AWS":"{USER_ID}:session"}}',
        f'{{"AWS":"arn:aws:iam::{A}:user/{USER_ID}"}}',
        f'{{"Federated":"{USER_ID}"}}',
        f'{{"AWS":"{ANN.arn}"}}',
    ],
)
def test_everything_else_stays_as_it_was_written(principal: str) -> None:
    assert shown(DIRECTORY, written(principal)) == written(principal)


def test_a_document_without_principals_is_as_it_was() -> None:
    text = '{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}'
    assert shown(DIRECTORY, text) == text


@pytest.mark.parametrize("there", [True, False])
def test_policies_are_judged_as_they_are_shown(there: bool) -> None:
    """A trust policy and a resource policy name the user only while the user is there."""
    kept = written(f'{{"AWS":"{USER.id}"}}')
    role = Role(A, "Other", "AROA2", ROLE.created, trust_policy=kept)
    bucket = RegisteredResource("arn:aws:s3:::bound", A, ROLE.created, policy=kept)
    estate = [each for each in changed(role, bucket) if there or each != USER]
    expected = written(f'{{"AWS":"{USER.arn if there else USER.id}"}}')
    for arn in (role.arn, bucket.arn):
        layers = gather(Snapshot.of(estate, {}), Subject(ALICE), Resource(arn, A))
        assert layers.resource is not None
        assert layers.resource.document.source == expected
