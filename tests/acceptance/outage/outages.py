"""A database that goes away under two servers, while decisions are asked of both."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from doorward.store import Store
from examples.main_job.clients import Identity
from tests.acceptance.outage.cable import Cable, cable_to
from tests.acceptance.outage.load import Load
from tests.accounts import new_user
from tests.live import LiveServer, serving
from tests.store.places import postgresql_database, postgresql_server

RECORDED = 60.0
"""Seconds in which all that waited has to be recorded."""

SOON = 5.0
"""Seconds after which writes go on once the database is back."""


@dataclass(frozen=True)
class Pair:
    """Two servers on one database, each with a cable of its own, and its URL without one."""

    servers: tuple[LiveServer, LiveServer]
    cables: tuple[Cable, Cable]
    url: str

    def cut(self) -> None:
        for cable in self.cables:
            cable.cut()

    def hold(self) -> None:
        for cable in self.cables:
            cable.hold()

    def mend(self) -> None:
        for cable in self.cables:
            cable.mend()


@contextmanager
def pair() -> Iterator[Pair]:
    """Give two servers on a new PostgreSQL database."""
    with ExitStack() as held:
        url = held.enter_context(postgresql_database(held.enter_context(postgresql_server())))
        ways = [held.enter_context(cable_to(url)) for _ in range(2)]
        one, other = (held.enter_context(serving(way)) for way, _ in ways)
        yield Pair((one, other), (ways[0][1], ways[1][1]), url)


@dataclass(frozen=True)
class Outage:
    """What an outage showed: decisions, and seconds until a write went through again."""

    decided: int
    failed: list[str]
    longest: float
    refused: int
    back_after: float
    unrecorded: int


def outage(both: Pair, goes: Callable[[], None], seconds: float, *, every: float) -> Outage:
    """Take the database away by ``goes`` for so long; ask for decisions, and for a few writes."""
    people = [new_user(both.servers[0].administrator)[1] for _ in both.servers]
    loads = [
        Load(Identity(server.endpoint, who.access_key_id, who.secret_access_key)
             .client("sts").get_caller_identity, every)
        for server, who in zip(both.servers, people, strict=True)
    ]  # fmt: skip
    for load in loads:
        load.once()
        load.start()
    goes()
    writers = [server.client("iam") for server in both.servers]
    ends, refused = time.monotonic() + seconds, 0
    while time.monotonic() < ends:
        refused += sum(_is_refused(writer) for writer in writers)
        time.sleep(min(0.2, seconds / 10))
    both.mend()
    began = time.monotonic()
    while any(_is_refused(writer) for writer in writers):
        time.sleep(0.05)
        if time.monotonic() - began > 60:
            raise AssertionError("writes did not go on")
    back_after = time.monotonic() - began
    for load in loads:
        load.end()
    asked = [name for load in loads for name in load.request_ids]
    return Outage(
        decided=len(asked),
        failed=[text for load in loads for text in load.failed],
        longest=max(load.longest for load in loads),
        refused=refused,
        back_after=back_after,
        unrecorded=unrecorded(both.url, asked[:: 1 + len(asked) // 20]),
    )


def _is_refused(iam: Any) -> bool:
    """Whether a write answers that it cannot be done now; any other refusal is none."""
    try:
        iam.tag_user(UserName="administrator", Tags=[{"Key": "k", "Value": str(time.time())}])
    except ClientError as error:
        answer = error.response
        if answer["ResponseMetadata"]["HTTPStatusCode"] != 503:
            raise
        return True
    return False


def unrecorded(url: str, request_ids: list[str]) -> int:
    """Return how many of some calls are not recorded, once the servers had the time."""
    store, left = Store.open(url), set(request_ids)
    ends = time.monotonic() + RECORDED
    try:
        while left and time.monotonic() < ends:
            left = {name for name in left if store.events.by_request(name) is None}
            time.sleep(0.5 if left else 0)
        return len(left)
    finally:
        store.close()
