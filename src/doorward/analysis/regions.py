"""What checks know of an account Region by Region, and of the analyzers that look at it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

import msgspec

from doorward.analysis.registry import Scope
from doorward.model.evidence import Evidence, Source
from doorward.model.organization import Account
from doorward.model.regional import Analyzer, Regional
from doorward.model.snapshot import Snapshot

HOW: Final = {
    Source.INSTANCES: "aws ec2 describe-instances",
    Source.ANALYZERS: "aws accessanalyzer list-analyzers",
    Source.ACCESS_FINDINGS: "aws accessanalyzer list-findings-v2",
}
"""The commands that bring what exists by Region."""


def seen(scope: Scope) -> Regional:
    """Return what was seen of the scope's account Region by Region."""
    return scope.evidence.seen_in_regions(scope.id)


def bring(source: Source, regions: Collection[str], whose: str = "") -> str:
    """Say that something was not asked for in these Regions, and what brings it."""
    named = ", ".join(sorted(regions))
    return f"bring the {source.value} of {whose}{named} ({HOW[source]})"


class Others(msgspec.Struct, frozen=True):
    """The accounts of an organization, any of which may analyze all of them.

    Only the management account and the delegated administrator may, and nothing here tells who
    that is. ``known`` says whether it is known which accounts there are; ``analyzers`` are those
    that look at all of them. ``everywhere`` says that each account was asked for its analyzers in
    every Region that it may use; ``asked_in`` are the Regions in which all were, ``None`` for all.
    """

    known: bool = True
    analyzers: tuple[Analyzer, ...] = ()
    everywhere: bool = True
    asked_in: frozenset[str] | None = None

    def asked(self, region: str) -> bool:
        """Say whether each of them was asked in a Region; there may be none to ask."""
        return self.known and (self.asked_in is None or region in self.asked_in)


def others(scope: Scope) -> Others:
    """Return what is known of the accounts of the account's organization, itself among them.

    Accounts that are closed are left out: nobody works there any more.
    """
    held = scope.snapshot.get(Account, scope.id)
    if held is None or not scope.evidence.knows(scope.id, Source.ORGANIZATION):
        return Others(known=False)
    if held.organization_id is None:
        return Others()
    return scope.derived(_accounts_of, held.organization_id)


def _accounts_of(directory: Snapshot, evidence: Evidence, organization: str) -> Others:
    analyzers: list[Analyzer] = []
    everywhere, asked_in = True, None
    for each in directory.find(Account, organization_id=organization):
        if each.status != "ACTIVE":
            continue
        found = evidence.seen_in_regions(each.id)
        analyzers += [one for one in found.analyzers if one.is_of_organization]
        everywhere = everywhere and bool(found.enabled) and found.enabled <= found.analyzers_in
        asked_in = found.analyzers_in if asked_in is None else asked_in & found.analyzers_in
    return Others(analyzers=tuple(analyzers), everywhere=everywhere, asked_in=asked_in)


def looking(scope: Scope, kinds: frozenset[str], beside: Others) -> tuple[Analyzer, ...]:
    """Return the analyzers of these types that are active and look at the scope's account.

    They are its own, and those that another account made for the whole organization and that do
    not leave it out.
    """
    return tuple(
        each
        for each in dict.fromkeys((*seen(scope).analyzers, *beside.analyzers))
        if each.is_active and each.kind in kinds and scope.id not in each.excluded
    )
