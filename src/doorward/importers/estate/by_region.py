"""What exists by Region, put together: which Regions were asked to the end, and what is there.

A place, the Region or analyzer that was asked, counts as asked if its last page is there and every
item of every page could be read. What two files tell differently is not known.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Final, TypeVar

from doorward.importers.estate.regional import Answer, Item
from doorward.model.evidence import Source as Known
from doorward.model.regional import AccessFinding, Analyzer, Instance, Regional
from doorward.policy.partitions import COMMERCIAL, PARTITIONS
from doorward.policy.problem import Severity

_Place = tuple[Known, str, str]
"""What was asked for, of which account, and where."""

_Kind = TypeVar("_Kind", Instance, Analyzer, AccessFinding)

_AGAIN: Final = "keep the files of one moment"


class ByRegion:
    """Collects answers; after ``end``, ``seen`` is by account what they tell."""

    def __init__(self) -> None:
        """Begin with none."""
        self.seen: Mapping[str, Regional] = {}
        self._answers: dict[_Place, list[Answer]] = {}
        self._items: dict[_Place, dict[str, Item]] = {}
        self._unclear: dict[_Place, set[str]] = {}

    def add(self, answer: Answer, account: str) -> None:
        """Add an answer of an account."""
        place = answer.kind, account, answer.place
        self._answers.setdefault(place, []).append(answer)
        held = self._items.setdefault(place, {})
        for item in answer.items:
            name = _name(item)
            if held.setdefault(name, item) != item:
                self._unclear.setdefault(place, set()).add(name)
                answer.source.kinds = (answer.kind,)
                answer.source.report(
                    "CONFLICTING_ENTRIES",
                    Severity.ERROR,
                    answer.pointer,
                    f"another file says something else of {name}",
                    hint=_AGAIN,
                    about=(account,),
                )

    def end(self, accounts: Collection[str]) -> None:
        """Put everything together, and report what is missing; ``accounts`` are all there are."""
        whole = {place for place in self._answers if self._is_whole(place)}
        found = self._findings(accounts)
        named = dict.fromkeys((*(account for _, account, _ in self._answers), *found))
        self.seen = {each: self._seen(each, whole, tuple(found.get(each, ()))) for each in named}

    def _seen(
        self, account: str, whole: set[_Place], findings: tuple[AccessFinding, ...]
    ) -> Regional:
        def asked(kind: Known) -> frozenset[str]:
            return frozenset(where for what, of, where in whole if (what, of) == (kind, account))

        regions = Known.REGIONS, account, ""
        return Regional(
            enabled=frozenset(self._items[regions] if regions in whole else ()),
            instances_in=asked(Known.INSTANCES),
            analyzers_in=asked(Known.ANALYZERS),
            analyzed=asked(Known.ACCESS_FINDINGS),
            instances=tuple(self._all(Known.INSTANCES, account, Instance)),
            analyzers=tuple(self._all(Known.ANALYZERS, account, Analyzer)),
            findings=findings,
        )

    def _findings(self, accounts: Collection[str]) -> dict[str, list[AccessFinding]]:
        """Findings by the account that has the resource; the analyzer's, if that is not here."""
        found: dict[str, list[AccessFinding]] = {}
        for account in sorted(
            {of for what, of, _ in self._items if what is Known.ACCESS_FINDINGS}
        ):
            for each in self._all(Known.ACCESS_FINDINGS, account, AccessFinding):
                whose = each.owner if each.owner in accounts else account
                found.setdefault(whose, []).append(each)
        return found

    def _all(self, kind: Known, account: str, of: type[_Kind]) -> Iterator[_Kind]:
        """Yield the items of an account, in an order that does not depend on the files'."""
        for place in sorted(
            (each for each in self._items if each[:2] == (kind, account)),
            key=lambda each: each[2],
        ):
            held = self._items[place]
            names = sorted(held.keys() - self._unclear.get(place, set()))
            yield from (item for name in names if isinstance(item := held[name], of))

    def _is_whole(self, place: _Place) -> bool:
        answers = self._answers[place]
        if all(each.cut for each in answers):
            _report(answers[0], place, "PAGES_MISSING", _FOLLOW, _TO_THE_END)
            return False
        if place[0] is Known.REGIONS and (why := _lacking(set(self._items[place]))):
            _report(answers[0], place, "INCOMPLETE_REGIONS", why, _UNFILTERED)
            return False
        return place not in self._unclear and all(each.whole for each in answers)


_FOLLOW: Final = "more pages follow; the last is not here"
_TO_THE_END: Final = "export it whole: without --max-items, or page by page to the end"
_UNFILTERED: Final = "export it whole: aws ec2 describe-regions, without names and filters"


def _report(answer: Answer, place: _Place, code: str, why: str, hint: str) -> None:
    kind, account, where = place
    of = f"{where}, account {account}" if where else f"account {account}"
    answer.source.kinds = (kind,)
    answer.source.report(
        code,
        Severity.WARNING,
        answer.pointer,
        f"{kind.value} of {of}: {why}",
        hint=hint,
        about=(account,),
        breaks=True,
    )


def _name(item: Item) -> str:
    """What tells an item from the others of its place."""
    match item:
        case str():
            return item
        case Analyzer():
            return item.arn
        case _:
            return item.id


def _lacking(enabled: set[str]) -> str:
    """Why a list of enabled Regions cannot be all of them; empty if it can.

    Nobody can disable the Regions of ``aws`` that every account may use. Of other partitions it is
    enough that one of theirs is told.
    """
    lacking = set(PARTITIONS[COMMERCIAL]) - enabled
    elsewhere = any(
        not enabled.isdisjoint(regions)
        for partition, regions in PARTITIONS.items()
        if partition != COMMERCIAL
    )
    if elsewhere or not lacking:
        return ""
    return f"{', '.join(sorted(lacking))} are enabled for every account, and not in it"
