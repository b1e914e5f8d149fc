"""Law: a group's policy allows its members, from the next decision on, and no one else.

Groups change in one process and decisions are taken in another, on the same database.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from doorward.control import groups, inline, roles, users
from doorward.control.ids import Ids
from doorward.engine.combine import decide
from doorward.engine.context import Context
from doorward.engine.request import Resource
from doorward.engine.situation import situation
from doorward.engine.subject import Subject
from doorward.model.directory import Directory, Transaction
from doorward.model.identity import Group, Role, User
from doorward.model.organization import Account
from doorward.model.principal import IamUser, Principal, RoleSession
from doorward.store import Store
from doorward.usecases.clock import system_clock
from doorward.usecases.live import Live
from tests.control.estate import NOW, TRUST, A, B

SEED = random.Random().randrange(10**9)
STEPS = 80
NAMES = ("a", "b", "c")


class Told:
    """What the steps have made so: who is in which group, by unique ids, and what each allows."""

    def __init__(self) -> None:
        self.members: dict[str, set[str]] = {}
        self.allows: dict[str, str] = {}

    def allowed(self, user: str, action: str) -> bool:
        return any(
            user in members and self.allows.get(group) == action
            for group, members in self.members.items()
        )


def policy(action: str) -> str:
    return (
        '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Resource":"*",'
        f'"Action":"{action}"}}}}'
    )


def setting(transaction: Transaction, ids: Ids) -> None:
    """Two accounts with people of the same names; a role that is called as a user is."""
    for account in (A, B):
        transaction.add(Account(account, account, NOW))
        for name in NAMES:
            users.create(transaction, account, name=name, now=NOW, ids=ids)
    roles.create(transaction, A, name="a", trust_policy=TRUST, now=NOW, ids=ids)


def step(transaction: Transaction, chance: random.Random, told: Told, ids: Ids) -> None:
    """Change one thing about the groups of account A, and tell it."""
    held = transaction.find(Group, account=A)
    if len(held) < 2 or (len(held) < 4 and chance.random() < 0.1):
        taken = {group.name_key for group in held}
        name = next(each for each in ("g0", "g1", "g2", "g3") if each not in taken)
        group = groups.create(transaction, A, name=name, now=NOW, ids=ids)
        told.members[group.id] = set()
        return
    group = chance.choice(held)
    user = chance.choice(transaction.find(User, account=A))
    members = told.members[group.id]
    match chance.randrange(6):
        case 0 | 1:
            groups.add(transaction, group, user)
            members.add(user.id)
        case 2:
            groups.remove(transaction, group, user)
            members.discard(user.id)
        case 3:
            action = f"sqs:{chance.choice('XYZ')}"
            inline.put(transaction, group, name="p", document=policy(action))
            told.allows[group.id] = action
        case 4:
            swapped = group.name.swapcase()
            groups.update(transaction, group, new_name=swapped, new_path=f"/{swapped}/")
        case _:
            for member in groups.members(transaction, group):
                groups.remove(transaction, group, member)
            if told.allows.pop(group.id, None):
                inline.delete(transaction, group, "p")
            groups.delete(transaction, group)
            del told.members[group.id]


def allowed(directory: Directory, principal: Principal, action: str) -> bool:
    layers, request = situation(
        directory,
        Subject(principal),
        action,
        Resource(f"arn:aws:sqs:eu-west-1:{A}:q", A),
        given=Context({}),
    )
    return decide(layers, request).allowed


def check(directory: Directory, told: Told) -> int:
    """Hold the law for everybody and every action; return how many were allowed."""
    count = 0
    for action in ("sqs:X", "sqs:Y", "sqs:Z"):
        for user in directory.all(User):
            found = allowed(directory, IamUser(user.arn, user.id), action)
            assert found is told.allowed(user.id, action), (SEED, user, action)
            count += found
        for role in directory.all(Role):
            assert not allowed(directory, RoleSession(role.arn, "s", role.id), action)
    return count


@pytest.fixture
def processes(tmp_path: Path) -> Iterator[tuple[Live, Live]]:
    """Two processes' views of one database."""
    stores = [Store.open(f"sqlite:///{tmp_path}/estate.db") for _ in range(2)]
    stores[0].migrate()
    writing, deciding = (Live(store, alone=False, clock=system_clock) for store in stores)
    yield writing, deciding
    for store in stores:
        store.close()


def test_a_group_allows_its_members_and_no_one_else(processes: tuple[Live, Live]) -> None:
    writing, deciding = processes
    chance, told = random.Random(SEED), Told()
    ids = Ids(chance.randbytes)
    writing.write(lambda transaction, _: setting(transaction, ids))
    counts = []
    for _ in range(STEPS):
        writing.write(lambda transaction, _: step(transaction, chance, told, ids))
        counts.append(check(deciding.current(), told))
    assert len(set(counts)) > 2, SEED
