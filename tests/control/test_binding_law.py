"""Law: a trust policy admits the very user or role that it named when it was saved, and no other.

Users and roles are made, renamed, moved and deleted under a few names, again and again; each trust
policy names one of those who are there.
"""

from __future__ import annotations

import json
import random

import pytest

from doorward.control import roles, users
from doorward.control.roles import shown
from doorward.engine.combine import decide
from doorward.engine.context import Context
from doorward.engine.request import Resource
from doorward.engine.situation import situation
from doorward.engine.subject import Subject
from doorward.model.directory import Directory
from doorward.model.identity import Role, User
from doorward.model.principal import IamUser, RoleSession
from tests.control.estate import A, Estate, trust

NAMES = ("Ann", "ann-b", "Ops")
PATHS = ("/", "/x/")
TARGETS = ("target-0", "target-1", "target-2")
STEPS = 50


def admitted(directory: Directory, who: User | Role, target: Role) -> bool:
    """Whether ``who`` may assume the target: inside one account its trust policy alone decides."""
    principal = (
        IamUser(who.arn, who.id) if isinstance(who, User) else RoleSession(who.arn, "s", who.id)
    )
    layers, request = situation(
        directory, Subject(principal), "sts:AssumeRole", Resource(target.arn, A),
        given=Context({}),
    )  # fmt: skip
    return decide(layers, request).allowed


def people(directory: Directory) -> list[User | Role]:
    """Return the users, and the roles that are nobody's target."""
    found = [role for role in directory.find(Role, account=A) if role.name not in TARGETS]
    return [*directory.find(User, account=A), *found]


def step(estate: Estate, chance: random.Random, named: dict[str, str]) -> None:
    """Change something: make, delete, rename, or save a trust policy."""
    name, path = chance.choice(NAMES), chance.choice(PATHS)
    there = estate.run(people)
    kind = chance.choice(("make", "delete", "rename", "save", "save"))
    if kind == "make" and not any(each.name_key == name.lower() for each in there):
        if chance.random() < 0.5:
            estate.user(name, path=path)
        else:
            estate.role(name, path=path)
    elif kind == "delete" and there:
        gone = chance.choice(there)
        estate.run(users.delete if isinstance(gone, User) else roles.delete, gone)
    elif kind == "rename" and there:
        moved = chance.choice(there)
        if isinstance(moved, User):
            estate.run(users.update, moved, new_name=None, new_path=path)
    elif kind == "save" and there:
        chosen = chance.choice(there)
        target = estate.run(roles.get, A, chance.choice(TARGETS))
        estate.run(roles.update_trust, target, trust(json.dumps({"AWS": chosen.arn})))
        named[target.name] = chosen.id


@pytest.mark.parametrize("seed", range(2))
def test_a_trust_policy_admits_whom_it_named(estate: Estate, seed: int) -> None:
    chance = random.Random(seed)
    named: dict[str, str] = {}
    for target in TARGETS:
        estate.role(target, trust('{"Service":"ec2.amazonaws.com"}'))
    admissions, refusals = 0, 0
    for _ in range(STEPS):
        step(estate, chance, named)
        directory = estate.store.load()
        arns = {each.id: each.arn for each in people(directory)}
        for name in TARGETS:
            role = roles.get(directory, A, name)
            for who in people(directory):
                assert admitted(directory, who, role) is (named.get(name) == who.id)
            kept = named.get(name)
            if kept is not None:
                principal = json.loads(shown(directory, role).trust_policy)["Statement"][0]
                assert principal["Principal"]["AWS"] == arns.get(kept, kept)
                admissions += kept in arns
                refusals += kept not in arns
    assert admissions > STEPS / 4
    assert refusals > STEPS / 4
