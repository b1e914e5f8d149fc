"""A check that looks at organizations says so: where theirs cannot be read, it does not know.

Every case runs in an account of an organization, on a directory that notes what is looked up.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TypeVar, cast

import pytest

from doorward.analysis.observed import observed
from doorward.analysis.registry import IF_ORGANIZED, REGISTRY
from doorward.analysis.run import run
from doorward.analysis.thresholds import Thresholds
from doorward.model.directory import Directory
from doorward.model.evidence import Source
from doorward.model.organization import (
    Account,
    Organization,
    OrganizationalUnit,
    OrganizationPolicy,
    PolicyTarget,
)
from doorward.model.schema import Entity
from doorward.model.snapshot import Snapshot
from doorward.results.finding import State
from tests.analysis.checks.case import ACCOUNT, NOW, Case, joined, organization
from tests.analysis.checks.cases import CASES, entities_of

E = TypeVar("E", bound=Entity)
K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

ORGANIZED = (OrganizationalUnit, OrganizationPolicy, PolicyTarget)


class Noting:
    """A directory that notes the kinds of entities that are looked up; a ``Directory``."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self.seen: set[type] = set()

    def get(self, kind: type[E], *key: str) -> E | None:
        self.seen.add(kind)
        return self._snapshot.get(kind, *key)

    def find(self, kind: type[E], **fields: str) -> tuple[E, ...]:
        self.seen.add(kind)
        return self._snapshot.find(kind, **fields)

    def count(self, kind: type[E], **fields: str) -> int:
        return len(self.find(kind, **fields))

    def all(self, kind: type[E]) -> tuple[E, ...]:
        return self._snapshot.all(kind)

    def version(self, scope: str) -> int:
        return self._snapshot.version(scope)

    def derived(self, make: Callable[[Directory, K], V], key: K) -> V:
        return make(cast("Directory", self), key)


def organized(case: Case) -> Snapshot:
    """Return the estate of a case, its account in an organization."""
    entities = entities_of(case)
    if not any(isinstance(each, Organization) for each in entities):
        entities = (
            *(
                joined() if isinstance(each, Account) and each.id == ACCOUNT else each
                for each in entities
            ),
            *organization(),
        )
    return Snapshot.of(entities, {})


@pytest.mark.parametrize("name", CASES)
def test_a_check_that_looks_at_an_organization_says_so(name: str) -> None:
    looked: set[type] = set()
    for case in CASES[name]:
        snapshot = organized(case)
        noting = Noting(snapshot)
        seen = observed(snapshot, case.uses, NOW)
        thresholds = Thresholds(**case.thresholds)
        run([REGISTRY[name]], cast("Snapshot", noting), seen, NOW, thresholds=thresholds)
        looked |= noting.seen
    told = {Source.ORGANIZATION, Source.ROOT_FEATURES, IF_ORGANIZED}
    assert looked.isdisjoint(ORGANIZED) or told & set(REGISTRY[name].needs)


def test_what_looks_at_an_organization_that_cannot_be_read_is_an_error() -> None:
    """And where there is none, it is carried out."""
    snapshot = organized(CASES["user.admin"][0])
    seen = observed(snapshot, (), NOW)
    check = REGISTRY["user.admin"]
    broken = {ACCOUNT: {Source.ORGANIZATION: "it is cut"}}
    states = {v.account: v for v in run([check], snapshot, seen, NOW, broken=broken)}
    assert states[ACCOUNT].state is State.ERROR
    assert "it is cut" in states[ACCOUNT].reason
    (alone,) = run([check], Snapshot.of(entities_of(CASES["user.admin"][0]), {}), seen, NOW)
    assert alone.state is not State.ERROR
