"""An estate as it was brought: what of it is there, what is lacking, and what cannot be read."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

import msgspec

from doorward.analysis.run import TO_BRING
from doorward.importers.estate.problems import FileProblem
from doorward.importers.estate.read import Estate
from doorward.model.evidence import OF_ORGANIZATIONS, Source
from doorward.model.identity import Group, ManagedPolicy, Role, User
from doorward.model.organization import Account, Organization
from doorward.model.resource import RegisteredResource
from doorward.policy.problem import Severity

_Kind = type[User] | type[Group] | type[Role] | type[ManagedPolicy]
_COUNTED: Final[dict[str, _Kind]] = {
    "users": User,
    "groups": Group,
    "roles": Role,
    "policies": ManagedPolicy,
}


class Part(msgspec.Struct, frozen=True):
    """An account, or an organization, of an estate.

    ``counts`` are its users, groups, roles, policies of its own and resources; ``known`` are the
    sources that are there and whole, ``lacking`` those that are not there, ``broken`` those that
    could not be read whole, and why.
    """

    id: str
    name: str
    partition: str
    counts: dict[str, int]
    known: tuple[str, ...]
    lacking: tuple[str, ...]
    broken: dict[str, str]


class Imported(msgspec.Struct, frozen=True):
    """What was read: when it was taken, if that is told; every part of it; what is wrong with it.

    ``bring`` says what brings each source that some part lacks.
    """

    taken: datetime | None
    parts: tuple[Part, ...]
    bring: dict[str, str]
    problems: tuple[FileProblem, ...]

    @property
    def is_whole(self) -> bool:
        """Whether everything that was there could be read."""
        return not any(each.broken for each in self.parts) and not any(
            each.severity is Severity.ERROR for each in self.problems
        )


def imported(estate: Estate) -> Imported:
    """Say what an estate holds."""
    snapshot = estate.snapshot
    resources: dict[str, int] = {}
    for each in snapshot.all(RegisteredResource):
        resources[each.account] = resources.get(each.account, 0) + 1
    own = frozenset(Source) - OF_ORGANIZATIONS
    parts = [
        _part(estate, each.id, "organization", each.partition, {}, OF_ORGANIZATIONS)
        for each in snapshot.all(Organization)
    ]
    for account in snapshot.all(Account):
        counts = {
            name: snapshot.count(kind, account=account.id) for name, kind in _COUNTED.items()
        } | {"resources": resources.get(account.id, 0)}
        wanted = own if account.organization_id else own | {Source.ORGANIZATION}
        parts.append(_part(estate, account.id, account.name, account.partition, counts, wanted))
    lacking = {name for part in parts for name in part.lacking}
    bring: dict[str, str] = {
        each.value: how for each, how in TO_BRING.items() if each.value in lacking
    }
    return Imported(estate.evidence.taken, tuple(parts), bring, estate.problems)


def _part(
    estate: Estate,
    identifier: str,
    name: str,
    partition: str,
    counts: dict[str, int],
    wanted: Iterable[Source],
) -> Part:
    known = estate.evidence.known.get(identifier, frozenset())
    if identifier in estate.evidence.unasked:
        known -= {Source.RESOURCES}
    broken = estate.broken.get(identifier, {})
    order = [each for each in Source if each in wanted]
    return Part(
        identifier,
        name,
        partition,
        counts,
        tuple(each.value for each in order if each in known and each not in broken),
        tuple(each.value for each in order if each not in known and each not in broken),
        {each.value: broken[each] for each in order if each in broken},
    )
