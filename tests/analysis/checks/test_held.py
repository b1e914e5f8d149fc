"""A finding is the same whatever told of the credential: a report, a list, or both."""

from __future__ import annotations

import pytest

from doorward.model.evidence import Source
from doorward.model.schema import Entity
from doorward.results.finding import State
from tests.analysis.checks.case import Case, key, used, user
from tests.analysis.checks.cases import found

ANA = user("ana")
OLD, OTHER = key(ANA, age=400), key(ANA, age=300, number="2")
INACTIVE = key(ANA, age=200, number="2", active=False)
TWIN = key(ANA, age=400, number="2")
SOURCES: tuple[tuple[Source, ...], ...] = (
    (),
    (Source.ACCESS_KEYS,),
    (Source.CREDENTIAL_REPORT,),
)


@pytest.mark.parametrize("name", ["user.key_age", "user.two_keys"])
@pytest.mark.parametrize(
    "keys",
    [(OLD,), (OLD, OTHER), (OLD, INACTIVE), (OLD, TWIN)],
    ids=["one", "two", "one inactive", "twins"],
)
def test_a_finding_keeps_its_id(name: str, keys: tuple[Entity, ...]) -> None:
    told = [
        {each.id for each in found(name, Case("", State.FAIL, (ANA, *keys), without=without))}
        for without in SOURCES
    ]
    assert told[0] == told[1] == told[2]
    assert len(told[0]) == (name == "user.key_age") + (len(keys) > 1 and keys[1] is not INACTIVE)


def test_a_list_of_keys_gives_the_report_their_ids() -> None:
    uses = (used(OLD, days=100),)
    both = found("user.key_unused", Case("", State.FAIL, (ANA, OLD), uses))
    report = found(
        "user.key_unused", Case("", State.FAIL, (ANA, OLD), uses, without=(Source.ACCESS_KEYS,))
    )
    assert both[0].id == report[0].id
    assert both[0].message.startswith(OLD.id)
    assert report[0].message.startswith("access key 1")
