"""Catalogue rows 75 and 84: the database is gone, or silent; two servers go on deciding.

For ten minutes: ``dev.py crash --outage 600``.
"""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from examples.main_job.clients import Identity
from tests.acceptance.outage.outages import SOON, Pair, outage, pair
from tests.accounts import new_user, refused

pytestmark = pytest.mark.postgres


@pytest.fixture(scope="module")
def both() -> Iterator[Pair]:
    with pair() as made:
        yield made


def test_row_84_a_revocation_holds_from_the_next_request_in_every_process(both: Pair) -> None:
    here, there = both.servers
    iam = here.client("iam")
    for number in range(10):
        name, user = new_user(here.administrator)
        sts = Identity(there.endpoint, user.access_key_id, user.secret_access_key).client("sts")
        assert sts.get_caller_identity()["Arn"].endswith(name)
        if number % 2:
            iam.delete_access_key(UserName=name, AccessKeyId=user.access_key_id)
        else:
            iam.update_access_key(UserName=name, AccessKeyId=user.access_key_id, Status="Inactive")
        with refused("InvalidClientTokenId"):
            sts.get_caller_identity()


def test_row_84_without_the_database_decisions_go_on(both: Pair) -> None:
    shown = outage(both, both.cut, 3.0, every=0.02)
    assert shown.failed == []
    assert shown.decided > 40
    assert shown.refused > 0
    assert shown.back_after < SOON
    assert shown.unrecorded == 0


def test_row_75_a_database_that_is_silent_holds_up_nothing(both: Pair) -> None:
    shown = outage(both, both.hold, 4.0, every=0.02)
    assert shown.failed == []
    assert shown.decided > 40
    assert shown.refused > 0
    assert shown.longest < SOON
    assert shown.back_after < SOON
    assert shown.unrecorded == 0


def test_row_75_connections_that_an_operator_ends(both: Pair) -> None:
    """By pg_terminate_backend: no call is lost that was acknowledged, and none done twice."""

    def terminate() -> None:
        with psycopg.connect(both.url, autocommit=True) as admin:
            admin.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )

    shown = outage(both, terminate, 1.0, every=0.0)
    assert shown.failed == []
    assert shown.back_after < SOON
