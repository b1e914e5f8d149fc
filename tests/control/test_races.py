"""Limits and uniqueness hold when many ask at once: nothing is counted before it is written."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from doorward.control import (
    access_keys,
    aliases,
    groups,
    login_profiles,
    mfa,
    service_linked_roles,
    signing_certificates,
    users,
)
from doorward.control.errors import ControlError
from tests.certificates import issue
from tests.control.estate import NOW, A, B, Estate, codes, owner_of

ASKING = 8


@pytest.fixture
def estate(tmp_path: Path) -> Estate:
    """An estate in a file, so that transactions have connections of their own."""
    return Estate(f"sqlite:///{tmp_path}/estate.db")


def _at_once(ask: Callable[[], Any]) -> Counter[str]:
    """Ask many times at once; return how often each answer came."""

    def answer(_number: int) -> str:
        try:
            ask()
        except ControlError as error:
            return error.code
        return "done"

    with ThreadPoolExecutor(ASKING) as pool:
        return Counter(pool.map(answer, range(ASKING)))


def test_one_name_is_given_once(estate: Estate) -> None:
    answers = _at_once(lambda: estate.user("ann"))
    assert answers == {"done": 1, "EntityAlreadyExists": ASKING - 1}


def test_two_keys_stay_two(estate: Estate) -> None:
    owner = owner_of(estate.user("ann"))
    answers = _at_once(
        lambda: estate.run(access_keys.create, owner, now=NOW, ids=estate.ids, seal=estate.seal)
    )
    assert answers == {"done": 2, "LimitExceeded": ASKING - 2}
    assert len(estate.run(access_keys.of, owner)) == 2


def test_ten_groups_stay_ten(estate: Estate) -> None:
    user = estate.user("ann")
    made = [
        estate.run(groups.create, A, name=f"g{number}", now=NOW, ids=estate.ids)
        for number in range(8 + ASKING)
    ]
    for group in made[:8]:
        estate.run(groups.add, group, user)
    left = iter(made[8:])
    answers = _at_once(lambda: estate.run(groups.add, next(left), user))
    assert answers == {"done": 2, "LimitExceeded": ASKING - 2}
    assert len(estate.run(groups.of, user)) == 10


def test_one_code_is_spent_once(estate: Estate) -> None:
    owner = owner_of(estate.user("ann"))
    new = estate.device("phone")
    given = codes(new.seed)
    answers = _at_once(
        lambda: estate.run(
            mfa.enable,
            owner,
            new.device.serial,
            given,
            now=NOW,
            unseal=estate.unseal,
            guesses=estate.guesses,
        )
    )
    assert answers == {"done": 1, "EntityAlreadyExists": ASKING - 1}
    assert estate.run(users.get, A, "ann").id == owner.id


def test_one_alias_is_given_once(estate: Estate) -> None:
    accounts = itertools.cycle((A, B))
    answers = _at_once(lambda: estate.run(aliases.create, next(accounts), "acme"))
    assert answers == {"done": 1, "EntityAlreadyExists": ASKING - 1}


def test_one_old_password_is_changed_once(estate: Estate) -> None:
    """Whoever accepted a change that another was quicker with does not make it."""
    user, old, new = estate.user("ann"), "correct-Horse7", "another-Horse8"
    first = estate.run(login_profiles.accept, user, old, estate.ids.salt())
    estate.run(login_profiles.create, user, first, now=NOW)

    def change() -> None:
        accepted = estate.run(
            login_profiles.accept_change,
            user,
            old=old,
            new=new,
            salt=estate.ids.salt(),
            now=NOW,
            guesses=estate.guesses,
        )
        estate.run(login_profiles.change, user, accepted, NOW)

    answers = _at_once(change)
    assert answers.pop("done") == 1
    assert set(answers) <= {"ConcurrentModification", "AccessDenied"}
    assert len(estate.run(login_profiles.get, user).earlier_hashes) == 1


def test_one_certificate_is_one_user_s(estate: Estate) -> None:
    owners = iter([owner_of(estate.user(f"u{number}")) for number in range(ASKING)])
    text, now = issue().pem, datetime.now(UTC)
    answers = _at_once(
        lambda: estate.run(
            signing_certificates.upload, next(owners), text, now=now, ids=estate.ids
        )
    )
    assert answers == {"done": 1, "DuplicateCertificate": ASKING - 1}


def test_one_service_has_one_role(estate: Estate) -> None:
    answers = _at_once(
        lambda: estate.run(
            service_linked_roles.create, A, service="ecs.amazonaws.com", now=NOW, ids=estate.ids
        )
    )
    assert answers == {"done": 1, "InvalidInput": ASKING - 1}
