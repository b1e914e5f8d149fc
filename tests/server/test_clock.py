"""Catalogue row 83: the clock of a running server is set forward and back, to days and years that
programs stumble over.

Whatever it says, windows and ends go by it, and the order of calls that change something does not.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import pytest
from sqlalchemy import select

from doorward.store import Store
from doorward.store.tables import CHANGES, EVENTS
from tests.accounts import allow, policy
from tests.live import ACCOUNT, KEY, SECRET, LiveServer, running
from tests.server.shifted import Clock
from tests.signing import Reply, Signed
from tests.store.places import postgresql_database, postgresql_server

VERSIONS = {"iam": "2010-05-08", "sts": "2011-06-15"}


class Shifted:
    """A server, its clock and its store."""

    def __init__(self, server: LiveServer, clock: Clock, store: str) -> None:
        self.server, self.clock, self.store = server, clock, store

    def call(
        self,
        service: str,
        action: str,
        key: tuple[str, str, str | None] = (KEY, SECRET, None),
        *,
        late: timedelta = timedelta(0),
        **given: str,
    ) -> Reply:
        """Call an operation, signed ``late`` by the server's clock."""
        body = urlencode({"Action": action, "Version": VERSIONS[service], **given}).encode()
        signed = Signed(key[0], key[1], service=service, body=body, token=key[2])
        signed.skew = self.clock.ahead - late
        return signed.send(self.server.endpoint)


def text(reply: Reply, name: str) -> str:
    """Return the text of an element of an answer."""
    return reply.body.partition(f"<{name}>")[2].partition(f"</{name}>")[0]


@pytest.fixture(
    scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]
)
def shifted(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Shifted]:
    folder = tmp_path_factory.mktemp("clock")
    clock = Clock(folder / "ahead")
    clock.set(datetime.now(UTC))
    if request.param == "sqlite":
        yield from _started(f"sqlite:///{folder}/doorward.db", clock)
    else:
        with postgresql_server() as server, postgresql_database(server) as url:
            yield from _started(url, clock)


def _started(store: str, clock: Clock) -> Iterator[Shifted]:
    command = [sys.executable, "-m", "tests.server.shifted", store, str(clock.file)]
    with running(command, os.environ) as server:
        yield Shifted(server, clock, store)
        assert server.stop() == 0
        assert "Traceback" not in "".join(server.said)


MOMENTS = {
    "now": None,
    "a leap day ends": datetime(2028, 2, 29, 23, 55, tzinfo=UTC),
    "2^31 seconds": datetime(2038, 1, 19, 3, 10, tzinfo=UTC),
    "2^32 seconds": datetime(2106, 2, 7, 6, 24, tzinfo=UTC),
    "no leap day": datetime(2100, 2, 28, 23, 55, tzinfo=UTC),
    "the year turns": datetime(2099, 12, 31, 23, 55, tzinfo=UTC),
    "summer time ends in Europe": datetime(2026, 10, 25, 0, 55, tzinfo=UTC),
}
"""When the clock is set; a session of a quarter of an hour passes what is named."""


@pytest.mark.parametrize("moment", MOMENTS)
def test_row_83_windows_and_ends_hold_at_any_time(shifted: Shifted, moment: str) -> None:
    begins = MOMENTS[moment] or datetime.now(UTC)
    shifted.clock.set(begins)
    name = f"ann-{begins:%Y%m%d}"
    made = shifted.call("iam", "CreateUser", UserName=name)
    assert (
        text(made, "CreateDate")
        == f"{shifted.clock():%Y-%m-%dT%H:%M}{text(made, 'CreateDate')[16:]}"
    )
    for late, code in (
        (16, "SignatureDoesNotMatch"),
        (14, ""),
        (-16, "SignatureDoesNotMatch"),
        (-4, ""),
    ):
        assert shifted.call("iam", "GetUser", late=timedelta(minutes=late)).code == code, late

    answer = shifted.call("sts", "GetSessionToken", DurationSeconds="900")
    session = (
        text(answer, "AccessKeyId"),
        text(answer, "SecretAccessKey"),
        text(answer, "SessionToken").replace("&#x2F;", "/"),
    )
    ends = datetime.fromisoformat(text(answer, "Expiration"))
    assert abs(ends - begins - timedelta(seconds=900)) < timedelta(seconds=10)
    shifted.clock.set(ends - timedelta(seconds=10))
    assert shifted.call("sts", "GetCallerIdentity", session).status == 200
    shifted.clock.set(ends + timedelta(seconds=1))
    assert shifted.call("sts", "GetCallerIdentity", session).code == "ExpiredToken"


@pytest.mark.parametrize("seconds", [3600, -3600])
def test_row_83_an_hour_on_or_back(shifted: Shifted, seconds: int) -> None:
    """Requests signed by the clock of before are late or early; an Allow until an hour ends."""
    shifted.clock.set(datetime.now(UTC))
    now = shifted.clock()
    name = f"bob{seconds}"
    shifted.call("iam", "CreateUser", UserName=name)
    until = {
        "DateLessThan": {"aws:CurrentTime": f"{now + timedelta(seconds=1800):%Y-%m-%dT%H:%M:%SZ}"}
    }
    document = policy(allow("iam:GetUser", Condition=until))
    put = shifted.call(
        "iam", "PutUserPolicy", UserName=name, PolicyName="p", PolicyDocument=document
    )
    assert put.status == 200
    made = shifted.call("iam", "CreateAccessKey", UserName=name)
    key = (text(made, "AccessKeyId"), text(made, "SecretAccessKey"), None)
    assert shifted.call("iam", "GetUser", key).status == 200
    shifted.clock.move(seconds)
    assert shifted.call("iam", "GetUser", late=timedelta(seconds=seconds)).status == 403
    expected = 403 if seconds > 0 else 200
    assert shifted.call("iam", "GetUser", key).status == expected
    shifted.clock.move(-seconds)
    assert shifted.call("iam", "GetUser", key).status == 200


def test_row_83_calls_are_in_the_order_of_versions(shifted: Shifted) -> None:
    """The clock goes back between one change and the next, and forward again."""
    shifted.clock.set(datetime.now(UTC))
    asked = []
    for number, seconds in enumerate((0, -3600, 7200, -86_400, 60, -1)):
        shifted.clock.move(seconds)
        asked.append(shifted.call("iam", "CreateUser", UserName=f"cyd-{number}").request_id)
    store = Store.open(shifted.store)
    found = store.look(
        lambda connection: connection.execute(
            select(EVENTS.c.request_id, EVENTS.c.time, CHANGES.c.version)
            .join_from(CHANGES, EVENTS, CHANGES.c.event_id == EVENTS.c.id)
            .where(CHANGES.c.scope == ACCOUNT)
            .order_by(CHANGES.c.version)
        ).all()
    )
    store.close()
    last = found[-len(asked) :]
    assert [row.request_id for row in last] == asked
    times = [row.time for row in last]
    assert times != sorted(times)
    versions = [row.version for row in found]
    assert versions == list(range(versions[0], versions[0] + len(versions)))
