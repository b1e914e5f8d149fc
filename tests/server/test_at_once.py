"""Catalogue rows 34 and 35: many clients at once, by one server, and by two on one store.

Limits and names are decided inside a serializable transaction: nothing is counted first and
inserted later.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from itertools import count, cycle
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from doorward.policy.catalog import aws_managed_policies
from tests.accounts import trust
from tests.live import ACCOUNT, serving
from tests.store.places import postgresql_database, postgresql_server

AT_ONCE = 50
_NUMBERS = count()


class Servers:
    """The clients of one server, or of several on one store, in turn."""

    def __init__(self, clients: list[Any]) -> None:
        self.clients = clients
        self._next = cycle(clients)

    @property
    def iam(self) -> Any:
        return next(self._next)

    def at_once(self, *calls: Callable[[], Any]) -> Counter[str]:
        """Make calls at the same time; return how often each answer came."""

        def answer(call: Callable[[], Any]) -> str:
            try:
                call()
            except ClientError as error:
                return str(error.response["Error"]["Code"])
            return "done"

        with ThreadPoolExecutor(len(calls)) as pool:
            return Counter(pool.map(answer, calls))


PLACES = [
    "sqlite",
    pytest.param("postgresql", marks=pytest.mark.postgres),
    pytest.param("two on postgresql", marks=pytest.mark.postgres),
]


@pytest.fixture(scope="module", params=PLACES)
def servers(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Servers]:
    with running(request.param, tmp_path_factory.mktemp("races")) as started:
        yield started


@contextmanager
def running(place: str, folder: Path) -> Iterator[Servers]:
    """Run what one of ``PLACES`` says: one server or two, on a new store."""
    with ExitStack() as held:
        if place == "sqlite":
            url, many = f"sqlite:///{folder}/doorward.db", 1
        else:
            url = held.enter_context(postgresql_database(held.enter_context(postgresql_server())))
            many = 2 if place.startswith("two") else 1
        started = [held.enter_context(serving(url)) for _ in range(many)]
        yield Servers([server.client("iam") for server in started])


def fresh(kind: str) -> str:
    return f"{kind}{next(_NUMBERS)}"


def test_row_34_two_keys_stay_two(servers: Servers) -> None:
    name = fresh("ann")
    servers.iam.create_user(UserName=name)
    calls = [_calling(servers.iam.create_access_key, UserName=name) for _ in range(AT_ONCE)]
    assert servers.at_once(*calls) == {"done": 2, "LimitExceeded": AT_ONCE - 2}
    assert len(servers.iam.list_access_keys(UserName=name)["AccessKeyMetadata"]) == 2


def test_row_34_ten_policies_stay_ten(servers: Servers) -> None:
    name = fresh("deploy")
    servers.iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust({"AWS": ACCOUNT}))
    usable = (p.arn for p in aws_managed_policies() if "service-role" not in p.arn)
    arns = [arn for arn in usable if "/aws-service" not in arn][:AT_ONCE]
    calls = [_calling(servers.iam.attach_role_policy, RoleName=name, PolicyArn=a) for a in arns]
    assert servers.at_once(*calls) == {"done": 10, "LimitExceeded": AT_ONCE - 10}
    attached = servers.iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]
    assert len(attached) == 10


def test_row_34_one_name_in_any_case_is_given_once(servers: Servers) -> None:
    name = fresh("manycases")
    spelt = [
        "".join(c.upper() if number >> place & 1 else c for place, c in enumerate(name))
        for number in range(AT_ONCE)
    ]
    calls = [_calling(servers.iam.create_user, UserName=each) for each in spelt]
    assert servers.at_once(*calls) == {"done": 1, "EntityAlreadyExists": AT_ONCE - 1}


def test_row_35_a_user_is_deleted_while_another_gives_it_a_key(servers: Servers) -> None:
    """A thousand times on each place: ``dev.py rows 35``."""
    assert sum(interleaved(servers, AT_ONCE // 2).values()) == AT_ONCE // 2


def interleaved(servers: Servers, times: int) -> Counter[str]:
    """Delete users while others give them keys; return how often each of both was refused.

    One of both is refused, whichever is later; no key is left without its user.
    """

    def both(name: str) -> str:
        servers.iam.create_user(UserName=name)
        deleted, given = servers.iam.delete_user, servers.iam.create_access_key
        answers = servers.at_once(_calling(deleted, UserName=name), _calling(given, UserName=name))
        (refused,) = answers.keys() - {"done"}
        assert answers == {"done": 1, refused: 1}
        assert refused in {"DeleteConflict", "NoSuchEntity"}
        keys = _calling(servers.iam.list_access_keys, UserName=name)
        if refused == "DeleteConflict":
            (key,) = keys()["AccessKeyMetadata"]
            servers.iam.delete_access_key(UserName=name, AccessKeyId=key["AccessKeyId"])
            servers.iam.delete_user(UserName=name)
        with pytest.raises(ClientError, match="NoSuchEntity"):
            keys()
        return refused

    with ThreadPoolExecutor(5) as pool:
        return Counter(pool.map(both, [fresh("leaver") for _ in range(times)]))


def _calling(call: Callable[..., Any], **given: Any) -> Callable[[], Any]:
    return lambda: call(**given)
