"""Resources with their policies: a bundle for the account, and one for each of its Regions.

What was refused stands in the bundle, as ``NotAsked``: nobody may take what is there for all there
is. It is asked for again when the pull is called again. The account's bundle is written first and
says that nothing was asked yet, so that a pull that is killed never looks as if it were whole.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import Any, Final

import msgspec

from doorward.importers.pull.client import Asker, PullFailed
from doorward.importers.pull.folder import Folder, Missing
from doorward.importers.pull.regions import enabled, in_each
from doorward.importers.pull.resource_kinds import (
    BUCKETS,
    KINDS,
    REGIONAL,
    Kind,
    Named,
    Place,
    public_access,
)

_FILE: Final = "resources.json"
_PUBLIC_ACCESS: Final = "public-access"
_RESOURCES, _NOT_ASKED, _SERVICE, _WHY = "Resources", "NotAsked", "Service", "Why"

_ANOTHERS: Final = f"{_FILE} is there, and of no pull: give it another name"
_LEFT_OUT: Final = "the Regions were left out"
_NOT_KNOWN: Final = "the enabled Regions are not known"

Note = Callable[[str], None]
_Rows = list[dict[str, Any]]


def pull_resources(
    asker: Asker, folder: Folder, place: Place, *, regions: bool, note: Note
) -> list[Missing]:
    """Bring what is not there yet of an account's resources; return what could not be brought.

    Without ``regions``, what exists by Region is not asked for, and the bundle says so.
    """
    missing = list(_own_setting(asker, folder, place, note))
    if not folder.has(_FILE):
        folder.write(_FILE, _nothing(KINDS))
    elif _is_anothers(folder):
        return [*missing, Missing(place.account, "resources", _ANOTHERS)]
    missing += _bring(asker, folder, place, (BUCKETS,), note)
    names = enabled(folder) if regions else None
    if names is None:
        if regions:
            missing.append(Missing(place.account, "resources by Region", _NOT_KNOWN))
        _settle(folder, _NOT_KNOWN if regions else _LEFT_OUT)
        return missing

    def ask(there: Asker, region: str) -> list[Missing]:
        here = msgspec.structs.replace(place, region=region)
        return _bring(there, folder.below(region), here, REGIONAL, note)

    refused = in_each(asker, names, ask)
    _settle(folder, _ANOTHERS if any(each.why == _ANOTHERS for each in refused) else None)
    return [*missing, *refused]


def _own_setting(asker: Asker, folder: Folder, place: Place, note: Note) -> Iterator[Missing]:
    """Bring S3 Block Public Access of the account."""
    if folder.has(f"{_PUBLIC_ACCESS}.json"):
        return
    note(f"{place.account}: {_PUBLIC_ACCESS}")
    try:
        found = public_access(asker, "s3control", AccountId=place.account)
        folder.write(f"{_PUBLIC_ACCESS}.json", found)
    except PullFailed as error:
        yield Missing(place.account, _PUBLIC_ACCESS, str(error))


def _nothing(kinds: Collection[Kind]) -> dict[str, _Rows]:
    """A bundle of which nothing was asked yet."""
    return {_RESOURCES: [], _NOT_ASKED: [{_SERVICE: each.service} for each in kinds]}


def _is_anothers(folder: Folder) -> bool:
    """Whether a bundle was not written by a pull, which always says what it could not ask for."""
    return _NOT_ASKED not in folder.read(_FILE)


def _settle(folder: Folder, why: str | None) -> None:
    """Have the account's bundle say why its Regions were not asked; nothing, if they were.

    Where they were in an earlier pull, that stays.
    """
    held = folder.read(_FILE)
    of_regions = {each.service for each in REGIONAL}
    kept = [each for each in held[_NOT_ASKED] if each[_SERVICE] not in of_regions]
    if len(kept) == len(held[_NOT_ASKED]):
        return
    if why is not None:
        kept += [{_SERVICE: each.service, _WHY: why} for each in REGIONAL]
    folder.write(_FILE, held | {_NOT_ASKED: kept})


def _bring(
    asker: Asker, folder: Folder, place: Place, kinds: Collection[Kind], note: Note
) -> list[Missing]:
    """Ask for these kinds as far as they were not asked for, and write the bundle anew."""
    where = f"{place.region}/" if place.region else ""
    if folder.has(_FILE) and _is_anothers(folder):
        return [Missing(place.account, f"{where}resources", _ANOTHERS)]
    held = folder.read(_FILE) if folder.has(_FILE) else _nothing(kinds)
    unasked = {each[_SERVICE] for each in held[_NOT_ASKED]}
    kinds = [each for each in kinds if each.service in unasked]
    if not kinds:
        return []
    services, types = {each.service for each in kinds}, {each.type for each in kinds}
    found = [each for each in held[_RESOURCES] if each["Type"] not in types]
    failed = [each for each in held[_NOT_ASKED] if each[_SERVICE] not in services]
    missing: list[Missing] = []
    for kind in kinds:
        note(f"{place.account}: {where}{kind.service}")
        asked = _Asked(kind, asker, place)
        found += asked.found
        failed += asked.failed
        missing += [Missing(place.account, f"{where}{what}", why) for what, why in asked.missing()]
    folder.write(_FILE, {_RESOURCES: found, _NOT_ASKED: failed})
    return missing


class _Asked:
    """All resources of a kind in one place: what was found, and what was refused."""

    def __init__(self, kind: Kind, asker: Asker, place: Place) -> None:
        """Ask for all of them."""
        self.found: _Rows = []
        self.failed: _Rows = []
        self._kind, self._asker, self._place = kind, asker, place
        self._askers: dict[str, Asker] = {}
        self._by_region: dict[str | None, _Rows] = {}
        try:
            for each in asker.every(kind.service, kind.listed, kind.member, **kind.page):
                self._one(kind.named(each, place))
        except PullFailed as error:
            self.found = []  # a list that is not whole is none
            self.failed = [self._refused(str(error))]
        else:
            for region, rows in self._by_region.items():
                self._label(region, rows)

    def missing(self) -> Iterator[tuple[str, str]]:
        """Yield what was refused, in words, and the first reason why."""
        if self.failed:
            of = [each for each in self.failed if "Arn" in each]
            some = f" ({len(of)} of them)" if of else ""
            yield f"resources of {self._kind.service}{some}", self.failed[0][_WHY]

    def _one(self, named: Named) -> None:
        asker, kind = self._where(named.region), self._kind
        try:
            if not kind.counts(asker, named):
                return
            policy = self._policy(asker, named)
        except PullFailed as error:
            if error.code != kind.gone:
                self.failed.append(self._refused(str(error), named.region, named.arn))
            return
        row: dict[str, Any] = {
            "Arn": named.arn, "Type": kind.type, "Account": self._place.account,
        }  # fmt: skip
        if policy is not None:
            row["Policy"] = policy
        try:
            row |= kind.beside(asker, named)
        except PullFailed as error:
            self.failed.append(self._refused(str(error), named.region, named.arn))
        self.found.append(row)
        self._by_region.setdefault(named.region, []).append(row)

    def _label(self, region: str | None, rows: _Rows) -> None:
        """Add the tags of resources in a Region, of which one service tells for all.

        Policies may rest on them: without them, the kind was not asked for as a whole.
        """
        try:
            tags = dict(_tags(self._where(region), self._kind.service))
        except PullFailed as error:
            self.failed.append(self._refused(f"tags: {error}", region))
            return
        for row in rows:
            if tags.get(row["Arn"]):
                row["Tags"] = tags[row["Arn"]]

    def _policy(self, asker: Asker, named: Named) -> str | None:
        """The text of a policy; ``None`` where there is none."""
        kind = self._kind
        try:
            return kind.text(asker.call(kind.service, kind.policy, **named.asked))
        except PullFailed as error:
            if not kind.none or error.code != kind.none:
                raise
            return None

    def _where(self, region: str | None) -> Asker:
        """Who asks in the Region that a list tells of one resource; else, where the list was."""
        if region is None:
            return self._asker
        if region not in self._askers:
            self._askers[region] = self._asker.in_region(region)
        return self._askers[region]

    def _refused(self, why: str, region: str | None = None, arn: str = "") -> dict[str, Any]:
        said = {"Region": self._place.region or region, "Arn": arn}
        there = {name: each for name, each in said.items() if each}
        return {_SERVICE: self._kind.service, **there, _WHY: why}


def _tags(asker: Asker, service: str) -> Iterator[tuple[str, _Rows]]:
    """Yield the ARNs of a service's resources that are tagged, or were, with their tags."""
    for each in asker.every(
        "resourcegroupstaggingapi",
        "get_resources",
        "ResourceTagMappingList",
        ResourceTypeFilters=[service],
        ResourcesPerPage=100,
    ):
        yield each["ResourceARN"], each["Tags"]
