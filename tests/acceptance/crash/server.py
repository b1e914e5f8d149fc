"""The same with a whole server: real clients write concurrently, ``kill -9`` ends the process."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

from doorward.model.credential import AccessKey
from doorward.model.identity import InlinePolicy, User
from doorward.model.snapshot import Snapshot
from doorward.store import Store
from tests.acceptance.crash.invariants import verify
from tests.acceptance.crash.rounds import LONGEST, Round
from tests.live import ACCOUNT, LiveServer, serving

POLICY = '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}}'


class Client(threading.Thread):
    """Creates users with a key and a policy, and deletes every third again, until cut off.

    ``told`` holds what the server has acknowledged, with the request ids; ``open`` what was under
    way when the server went: that may be there or not.
    """

    def __init__(self, server: LiveServer, name: str) -> None:
        super().__init__(daemon=True)
        self._iam = server.client("iam")
        self._name = name
        self.told: dict[tuple[str, str], bool] = {}
        self.open: tuple[str, str] | None = None
        self.requests: list[str] = []
        self.refused: list[str] = []

    def run(self) -> None:
        """Write until the connection is gone."""
        try:
            for number in range(10_000):
                self._one(f"{self._name}-{number}", keep=number % 3 != 2)
        except (BotoCoreError, ClientError, ResponseParserError) as error:
            # An answer that the end of the server cut short was not heard.
            if isinstance(error, ClientError):
                self.refused.append(str(error))

    def _one(self, user: str, *, keep: bool) -> None:
        """Create one user whole, and perhaps take it apart again."""
        iam = self._iam
        self._say(("user", user), present=True, answer=iam.create_user, UserName=user)
        key = self._say(("key", user), present=True, answer=iam.create_access_key, UserName=user)
        named = {"UserName": user, "PolicyName": "p"}
        put = iam.put_user_policy
        self._say(("policy", user), present=True, answer=put, PolicyDocument=POLICY, **named)
        if keep:
            return
        gone = {"UserName": user, "AccessKeyId": key["AccessKey"]["AccessKeyId"]}
        self._say(("key", user), present=False, answer=iam.delete_access_key, **gone)
        self._say(("policy", user), present=False, answer=iam.delete_user_policy, **named)
        self._say(("user", user), present=False, answer=iam.delete_user, UserName=user)

    def _say(self, fact: tuple[str, str], *, present: bool, answer: Any, **request: Any) -> Any:
        """Make one call and keep what its answer promises."""
        self.open = fact
        reply = answer(**request)
        self.told[fact], self.open = present, None
        self.requests.append(reply["ResponseMetadata"]["RequestId"])
        return reply


def play(file: Path, rounds: int, *, seed: int, threads: int = 4) -> Iterator[Round]:
    """Play so many rounds on one store file; each begins where the last one was killed."""
    chance = random.Random(seed)
    promised: dict[tuple[str, str], bool] = {}
    for number in range(rounds):
        with serving(f"sqlite:///{file}") as server:
            clients = [Client(server, f"r{number}t{thread}") for thread in range(threads)]
            for client in clients:
                client.start()
            time.sleep(0.3 + chance.uniform(0, LONGEST))
            server.kill()
            for client in clients:
                client.join(timeout=30)
        problems = verify(file)
        problems += [f"refused: {text}" for client in clients for text in client.refused]
        yield judged(f"sqlite:///{file}", clients, promised, problems)


def judged(
    url: str, clients: list[Client], promised: dict[tuple[str, str], bool], problems: list[str]
) -> Round:
    """Return what a round showed, now that everything has ended; adds to what is ``promised``."""
    for client in clients:
        promised |= client.told
    unsure = {client.open for client in clients if client.open is not None}
    present, unrecorded = _read(url, [r for client in clients for r in client.requests])
    unheard = sum((fact in present) != promised.pop(fact, False) for fact in unsure)
    acknowledged = sum(len(client.requests) for client in clients)
    return Round(acknowledged, unheard, (*problems, *_broken(promised, present, unrecorded)))


def _read(url: str, requests: list[str]) -> tuple[set[tuple[str, str]], list[str]]:
    """Return what the store holds, and the requests of which it has no event."""
    store = Store.open(url, exclusive=True)
    try:
        unrecorded = [request for request in requests if store.events.by_request(request) is None]
        return _facts(store.load()), unrecorded
    finally:
        store.close()


def _broken(
    promised: dict[tuple[str, str], bool], present: set[tuple[str, str]], unrecorded: list[str]
) -> list[str]:
    """Return every promise that the store does not keep."""
    return [
        f"{kind} of {user}: acknowledged as {'there' if kept else 'gone'}, and is not"
        for (kind, user), kept in promised.items()
        if ((kind, user) in present) != kept
    ] + [f"request {request} acknowledged and not recorded" for request in unrecorded]


def _facts(held: Snapshot) -> set[tuple[str, str]]:
    """Return what the store holds, in the terms of the clients."""
    names = {user.id: user.name for user in held.find(User, account=ACCOUNT)}
    keys = {("key", names[key.owner_id]) for key in held.find(AccessKey, account=ACCOUNT)}
    inline = {("policy", names[each.owner_id]) for each in held.all(InlinePolicy)}
    return {("user", name) for name in names.values()} | keys | inline
