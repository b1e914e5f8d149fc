"""What exists by Region: enabled Regions, EC2 instances, access analyzers and their findings.

One table, ``FORMS``, has a row for each of AWS's lists. An answer is of one Region of one account;
an empty one says of neither, so that its place has to: the folder, or a member beside the list.
Sources: EC2 API Reference, DescribeRegions and DescribeInstances; Account Management API
Reference, ListRegions; IAM Access Analyzer API Reference, ListAnalyzers, ListFindingsV2.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

import msgspec

from doorward.engine.reading import Field, fail, items, mapping, text
from doorward.errors import InvalidInput
from doorward.importers.estate.listings import PAGING, is_cut
from doorward.importers.estate.source import Source, wanted
from doorward.importers.estate.whereabouts import known_partition
from doorward.model.evidence import Source as Known
from doorward.model.regional import AccessFinding, Analyzer, Instance, is_region, region_of
from doorward.policy.arn import Arn, is_account_id, parse_arn
from doorward.policy.partitions import PARTITIONS
from doorward.policy.problem import Severity

Item = str | Instance | Analyzer | AccessFinding
"""An enabled Region, by its name, or what exists in one."""

Fields = Mapping[str, Field]


class Answer(msgspec.Struct, frozen=True):
    """A list as it was read.

    ``account`` is whose it says that it is, if it does. ``place`` is the Region that was asked, or
    the ARN of the analyzer; empty for what is the account's. ``whole`` says that every item could
    be read, ``cut`` that more follows.
    """

    kind: Known
    source: Source
    pointer: str
    account: str | None
    place: str
    items: tuple[Item, ...]
    whole: bool
    cut: bool

    @property
    def partitions(self) -> tuple[str, ...]:
        """The partitions that its ARNs and Regions tell: one, unless it contradicts itself."""
        told = (self.place, *(_whereabouts(each) for each in self.items))
        return tuple(dict.fromkeys(each for each in map(_partition, told) if each is not None))


def _whereabouts(item: Item) -> str:
    match item:
        case str():
            return item
        case Instance():
            return item.region
        case Analyzer():
            return item.arn
        case AccessFinding():
            return item.analyzer


def _partition(told: str) -> str | None:
    """The partition of an ARN or a Region; that of a Region that opens later is not known."""
    arn = parse_arn(told)
    if arn is not None:
        return arn.partition
    return next((each for each, regions in PARTITIONS.items() if told in regions), None)


class _Form(msgspec.Struct, frozen=True):
    """A list of AWS's: what it tells of, the member that says of where, and how it is read.

    A list of ``REGIONS`` is of none. ``rows`` are the places of its items; ``read`` makes one of
    each.
    """

    kind: Known
    beside: str
    rows: Callable[[Field], Iterator[Field]]
    read: Callable[[Fields, Field], Item | None]


def read_regional(member: str, page: Field, source: Source) -> Answer | None:
    """Read a list that is of a Region; what is wrong with it is a problem."""
    form = FORMS[member]
    source.kinds = (form.kind,)
    try:
        found = source.fields(page, PAGING | {"nextToken", member, form.beside})
        said = text(found[form.beside]) if form.beside in found else None
        place = _place(form, said, found, page)
    except InvalidInput as error:
        source.refuse(error, page, ())
        return None
    read = _Reading(form, source, place or source.region)
    read.each(found[member])
    account = read.account
    if form.kind is Known.REGIONS:
        read.place = ""
    elif form.kind is Known.ACCESS_FINDINGS:
        account = _analyzer(found[form.beside]).account
    elif read.place is None:
        if read.whole:
            _nowhere(source, page, account)
        return None
    cut = is_cut(found, source) or "nextToken" in found
    return Answer(
        form.kind, source, page.pointer, account, read.place or "", read.found(), read.whole, cut
    )


def _place(form: _Form, said: str | None, found: Fields, page: Field) -> str | None:
    """What stands beside a list: the Region, or the analyzer, that was asked."""
    if form.kind is Known.ACCESS_FINDINGS:
        return str(_analyzer(wanted(found, form.beside, page)))
    if said is not None and not is_region(said):
        raise fail(found[form.beside], "the name of a Region, such as eu-west-1, is wanted here")
    return said


def _nowhere(source: Source, page: Field, account: str | None) -> None:
    source.report(
        "UNKNOWN_REGION",
        Severity.ERROR,
        page.pointer,
        "nothing says of which Region this is",
        hint='put the file into a folder named by the Region, or add "Region" beside the list',
        about=(account,) if account is not None else (),
    )


class _Reading:
    """Reads the items of one list, which have to be of one account and one Region."""

    def __init__(self, form: _Form, source: Source, place: str | None) -> None:
        """Begin; ``place`` is what was said of where the list is from."""
        self.place = place
        self.account: str | None = None
        self.whole = True
        self._form, self._source = form, source
        self._items: list[Item] = []

    def each(self, listed: Field) -> None:
        """Read every item of a list."""
        try:
            for row in self._form.rows(listed):
                self._one(row)
        except InvalidInput as error:
            self._refuse(error, listed)

    def found(self) -> tuple[Item, ...]:
        """Return what was read, instances with the Region that the others, or its place, told."""
        return tuple(
            msgspec.structs.replace(each, region=self.place or "")
            if isinstance(each, Instance)
            else each
            for each in self._items
        )

    def _one(self, row: Field) -> None:
        try:
            members = {name: row.child(name, value) for name, value in mapping(row).items()}
            item = self._form.read(members, row)
            if isinstance(item, Instance | Analyzer):
                self._agree(item, row)
            elif isinstance(item, AccessFinding):
                item = msgspec.structs.replace(item, analyzer=self.place or "")
        except InvalidInput as error:
            self._refuse(error, row)
        else:
            if item is not None:
                self._items.append(item)

    def _agree(self, item: Instance | Analyzer, row: Field) -> None:
        self.place = self.place or item.region or None
        self.account = self.account or item.account
        if (item.region or self.place, item.account) != (self.place, self.account):
            raise fail(
                row,
                f"this is of {item.region} in account {item.account}, and the list of"
                f" {self.place} in {self.account}",
            )

    def _refuse(self, error: InvalidInput, field: Field) -> None:
        self.whole = False
        self._source.refuse(error, field, ())


# ------------------------------------------------------------------------- how items are read


def _needed(found: Fields, name: str, row: Field) -> str:
    return text(wanted(found, name, row))


def _within(found: Fields, name: str) -> dict[str, Field]:
    """The members of an object that may not be there."""
    if name not in found:
        return {}
    return {key: found[name].child(key, value) for key, value in mapping(found[name]).items()}


_ENABLED: Final = {
    "opt-in-not-required": True,
    "opted-in": True,
    "not-opted-in": False,
    "ENABLED_BY_DEFAULT": True,
    "ENABLED": True,
    "ENABLING": True,
    "DISABLING": True,
    "DISABLED": False,
}
"""What EC2 and Account Management say of a Region, and whether something may be in it."""


def _region(found: Fields, row: Field) -> str | None:
    name = wanted(found, "RegionName", row)
    if not is_region(text(name)):
        raise fail(name, "the name of a Region, such as eu-west-1, is wanted here")
    member = "RegionOptStatus" if "RegionOptStatus" in found else "OptInStatus"
    return text(name) if _ENABLED[_one_of(_ENABLED, found, member, row)] else None


def _one_of(known: Iterable[str], found: Fields, name: str, row: Field) -> str:
    spelt = wanted(found, name, row)
    if text(spelt) not in known:
        raise fail(spelt, f"one of {', '.join(known)} is wanted here")
    return text(spelt)


def _reserved(listed: Field) -> Iterator[Field]:
    """Yield the instances of reservations; each is given its reservation's owner."""
    for reservation in items(listed):
        found = {each: reservation.child(each, v) for each, v in mapping(reservation).items()}
        owner = _needed(found, "OwnerId", reservation)
        if not is_account_id(owner):
            raise fail(found["OwnerId"], "an account id is wanted here")
        for row in items(wanted(found, "Instances", reservation)):
            yield Field({**mapping(row), _OWNER: owner}, row.step, row.above)


_OWNER: Final = "OwnerId"
_STATES: Final = ("pending", "running", "shutting-down", "terminated", "stopping", "stopped")


def _instance(found: Fields, row: Field) -> Instance:
    state = _within(found, "State")
    profile, zone = _within(found, "IamInstanceProfile"), _within(found, "Placement")
    region = None
    if "AvailabilityZone" in zone:
        region = region_of(text(zone["AvailabilityZone"]))
        if region is None:
            raise fail(zone["AvailabilityZone"], "the name of a zone is wanted here")
    return Instance(
        text(found[_OWNER]),
        region or "",
        _needed(found, "InstanceId", row),
        _one_of(_STATES, state, "Name", found.get("State", row)),
        _needed(profile, "Arn", found["IamInstanceProfile"]) if profile else None,
    )


def _analyzer(spelt: Field) -> Arn:
    arn = parse_arn(text(spelt))
    if arn is None or arn.resource_type != "analyzer" or not is_region(arn.region):
        raise fail(spelt, "the ARN of an access analyzer is wanted here")
    if not is_account_id(arn.account):
        raise fail(spelt, "the ARN of an access analyzer has an account")
    known_partition(arn, spelt)
    return arn


def _listed_analyzer(found: Fields, row: Field) -> Analyzer:
    arn = _analyzer(wanted(found, "arn", row))
    return Analyzer(
        arn.account,
        arn.region,
        str(arn),
        _needed(found, "type", row),
        _needed(found, "status", row),
        frozenset(_excluded(_within(found, "configuration"))),
    )


def _excluded(configuration: Fields) -> Iterator[str]:
    """Yield the accounts that an analyzer of unused access leaves out."""
    for use in configuration:
        rule = _within(_within(configuration, use), "analysisRule")
        if "exclusions" in rule:
            for each in items(rule["exclusions"]):
                listed = mapping(each).get("accountIds")
                ids = items(each.child("accountIds", listed)) if listed is not None else ()
                yield from (text(one) for one in ids)


_KINDS_WITHIN: Final = ("Unused", "InternalAccess")
_FINDING_STATES: Final = ("ACTIVE", "ARCHIVED", "RESOLVED")


def _finding(found: Fields, row: Field) -> AccessFinding:
    """Read a finding; ``list-findings`` tells no type, for it is of external access alone."""
    kind = text(found["findingType"]) if "findingType" in found else ""
    owner = wanted(found, "resourceOwnerAccount", row)
    if not is_account_id(text(owner)):
        raise fail(owner, "an account id is wanted here")
    identifier = _needed(found, "id", row)
    return AccessFinding(
        "",
        identifier,
        text(found["resource"]) if "resource" in found else identifier,
        text(owner),
        _one_of(_FINDING_STATES, found, "status", row),
        not kind.startswith(_KINDS_WITHIN),
        text(found["error"]) if "error" in found else "",
    )


def _rows(listed: Field) -> Iterator[Field]:
    yield from items(listed)


_ANALYZER: Final = "analyzerArn"

FORMS: Final[Mapping[str, _Form]] = {
    "Regions": _Form(Known.REGIONS, "", _rows, _region),
    "Reservations": _Form(Known.INSTANCES, "Region", _reserved, _instance),
    "analyzers": _Form(Known.ANALYZERS, "Region", _rows, _listed_analyzer),
    "findings": _Form(Known.ACCESS_FINDINGS, _ANALYZER, _rows, _finding),
}
"""Every list that is read, by the member that holds it."""
