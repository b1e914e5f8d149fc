"""Whatever is asked in whatever order, the directory stays whole."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from doorward.control import (
    access_keys,
    attachments,
    boundaries,
    groups,
    inline,
    policies,
    roles,
    users,
)
from doorward.control.errors import ControlError
from doorward.control.inline import Entity
from doorward.control.quotas import QUOTAS
from doorward.model.credential import AccessKey
from doorward.model.directory import Directory, Transaction, one
from doorward.model.identity import (
    Attachment,
    Group,
    InlinePolicy,
    ManagedPolicy,
    Membership,
    PolicyVersion,
    Role,
    User,
)
from tests.control.estate import ADMINISTRATOR_ACCESS, ALLOW, NOW, TRUST, A, Estate, owner_of

NAMES = ("a", "A", "b")

Step = Callable[[Estate, Transaction, random.Random], object]


def _user(transaction: Transaction, chance: random.Random) -> User:
    return users.get(transaction, A, chance.choice(NAMES))


def _group(transaction: Transaction, chance: random.Random) -> Group:
    return groups.get(transaction, A, chance.choice(NAMES))


def _bounded(transaction: Transaction, chance: random.Random) -> User | Role:
    if chance.random() < 0.5:
        return _user(transaction, chance)
    return roles.get(transaction, A, chance.choice(NAMES))


def _entity(transaction: Transaction, chance: random.Random) -> Entity:
    if chance.random() < 0.3:
        return _group(transaction, chance)
    return _bounded(transaction, chance)


def _arn(chance: random.Random) -> str:
    own = f"arn:aws:iam::{A}:policy/{chance.choice(NAMES)}"
    return chance.choice((own, own, ADMINISTRATOR_ACCESS))


def _policy(transaction: Transaction, chance: random.Random) -> ManagedPolicy:
    return policies.own(transaction, A, _arn(chance))


STEPS: tuple[Step, ...] = (
    lambda e, t, c: users.create(t, A, name=c.choice(NAMES), now=NOW, ids=e.ids),
    lambda e, t, c: users.create(
        t, A, name=c.choice(NAMES), permissions_boundary=_arn(c), now=NOW, ids=e.ids
    ),
    lambda e, t, c: users.update(t, _user(t, c), new_name=c.choice(NAMES), new_path="/x/"),
    lambda e, t, c: users.delete(t, _user(t, c)),
    lambda e, t, c: groups.create(t, A, name=c.choice(NAMES), now=NOW, ids=e.ids),
    lambda e, t, c: groups.update(t, _group(t, c), new_name=c.choice(NAMES), new_path="/x/"),
    lambda e, t, c: groups.add(t, _group(t, c), _user(t, c)),
    lambda e, t, c: groups.remove(t, _group(t, c), _user(t, c)),
    lambda e, t, c: groups.delete(t, _group(t, c)),
    lambda e, t, c: roles.create(
        t, A, name=c.choice(NAMES), trust_policy=TRUST, now=NOW, ids=e.ids
    ),
    lambda e, t, c: roles.delete(t, roles.get(t, A, c.choice(NAMES))),
    lambda e, t, c: policies.create(
        t, A, name=c.choice(NAMES), document=ALLOW, now=NOW, ids=e.ids
    ),
    lambda e, t, c: policies.create_version(
        t, _policy(t, c), ALLOW, default=c.random() < 0.5, now=NOW
    ),
    lambda e, t, c: policies.delete_version(t, _policy(t, c), f"v{c.randint(1, 4)}"),
    lambda e, t, c: policies.set_default(t, _policy(t, c), f"v{c.randint(1, 4)}", now=NOW),
    lambda e, t, c: policies.delete(t, _policy(t, c)),
    lambda e, t, c: attachments.attach(t, _entity(t, c), _arn(c)),
    lambda e, t, c: attachments.detach(t, _entity(t, c), _arn(c)),
    lambda e, t, c: inline.put(t, _entity(t, c), name=c.choice(NAMES), document=ALLOW),
    lambda e, t, c: inline.delete(t, _entity(t, c), c.choice(NAMES)),
    lambda e, t, c: boundaries.put(t, _bounded(t, c), _arn(c)),
    lambda e, t, c: boundaries.delete(t, _bounded(t, c)),
    lambda e, t, c: access_keys.create(t, owner_of(_user(t, c)), now=NOW, ids=e.ids, seal=e.seal),
    lambda e, t, c: access_keys.delete(t, *_some_key(t, c)),
)


def _some_key(transaction: Transaction, chance: random.Random) -> tuple[Any, str]:
    owner = owner_of(_user(transaction, chance))
    held = access_keys.of(transaction, owner)
    return owner, held[0].id if held else "AKIANONE"


def check(directory: Directory) -> None:
    """Hold what must always be true of a directory."""
    bounded: tuple[User | Role, ...] = (*directory.all(User), *directory.all(Role))
    entities: tuple[Entity, ...] = (*bounded, *directory.all(Group))
    owners = {entity.id for entity in entities}
    assert len(owners) == len(entities)
    for named in (
        directory.all(User),
        directory.all(Group),
        directory.all(Role),
        directory.all(ManagedPolicy),
    ):
        assert len({each.name_key for each in named}) == len(named)
    owned = [
        *(each.owner_id for each in directory.all(Attachment)),
        *(each.owner_id for each in directory.all(InlinePolicy)),
        *(each.owner_id for each in directory.all(AccessKey)),
    ]
    assert owners.issuperset(owned)
    for arn in (
        *(each.policy_arn for each in directory.all(Attachment)),
        *(each.permissions_boundary for each in bounded if each.permissions_boundary),
    ):
        assert arn == ADMINISTRATOR_ACCESS or one(directory, ManagedPolicy, arn=arn)
    for membership in directory.all(Membership):
        assert one(directory, User, id=membership.user_id)
        assert one(directory, Group, id=membership.group_id)
    held = {policy.id: policy for policy in directory.all(ManagedPolicy)}
    counted = Counter(version.policy_id for version in directory.all(PolicyVersion))
    assert set(counted) == set(held)
    for policy in held.values():
        assert directory.get(PolicyVersion, policy.id, policy.default_version)
        assert counted[policy.id] <= min(QUOTAS["VersionsPerPolicy"], policy.versions_ever)
    keys_of = Counter(key.owner_id for key in directory.all(AccessKey))
    assert all(count <= QUOTAS["AccessKeysPerUser"] for count in keys_of.values())


def _outcome(estate: Estate, chance: random.Random) -> str:
    """Take one random step in a transaction; return ``done`` or the code of the refusal."""
    step = chance.choice(STEPS)
    try:
        estate.store.write(lambda held: step(estate, held, chance))
    except ControlError as error:
        return error.code
    return "done"


@settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(0, 2**32))
def test_the_directory_stays_whole(seed: int) -> None:
    estate, chance = Estate(), random.Random(seed)
    outcomes: Counter[str] = Counter()
    try:
        for _ in range(150):
            outcomes[_outcome(estate, chance)] += 1
        check(estate.store.load())
    finally:
        estate.store.close()
    assert outcomes["done"] > 15
