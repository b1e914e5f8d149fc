"""In which partition each account of an estate is: ARNs tell it, and an account is in one.

Source: AWS General Reference, "Amazon Resource Names"; AWS Organizations User Guide: accounts of
the commercial Regions, of GovCloud and of China cannot be in one organization.
"""

from __future__ import annotations

from collections.abc import Iterable

from doorward.engine.reading import Field, fail, text
from doorward.importers.estate.source import Source
from doorward.policy.arn import Arn, parse_arn
from doorward.policy.partitions import COMMERCIAL, PARTITIONS
from doorward.policy.problem import Severity

Place = tuple[str, Source, str]
"""An account with the file and the pointer that name it."""


class Whereabouts:
    """Collects what is told of accounts; the first word counts, and another one is a problem."""

    def __init__(self) -> None:
        """Begin with nothing told."""
        self._told: dict[str, tuple[str, str]] = {}
        self._complained: set[tuple[str, str, str]] = set()

    def tell(self, place: Place, partition: str) -> bool:
        """Note in which partition an account is; say whether nothing told otherwise before.

        What tells otherwise is a problem, once for each account and file.
        """
        account, source, pointer = place
        there, first = self._told.setdefault(account, (partition, source.file))
        once = account, partition, source.file
        if there != partition and once not in self._complained:
            self._complained.add(once)
            source.report(
                "CONFLICTING_PARTITIONS",
                Severity.ERROR,
                pointer,
                f"this is of account {account} in {partition}; {first} has it in {there}",
                hint="an account, and an organization, is in one partition: audit them apart",
                about=(account,),
            )
        return there == partition

    def of(self, account: str) -> str:
        """Return the partition of an account: as told, else ``aws``."""
        told = self._told.get(account)
        return COMMERCIAL if told is None else told[0]

    def together(self, places: Iterable[Place]) -> None:
        """Take accounts of one organization to be all where the first is of which it is told."""
        members = list(places)
        told = [account for account, _, _ in members if account in self._told]
        for place in members if told else ():
            self.tell(place, self.of(told[0]))


def known_partition(arn: Arn, field: Field) -> str:
    """Return the partition of an ARN; raise ``InvalidInput`` if AWS has none of that name."""
    if arn.partition not in PARTITIONS:
        raise fail(field, f"{arn.partition} is none of AWS's partitions")
    return arn.partition


def partition_told(field: Field) -> str:
    """Return the partition that an ARN tells; raise ``InvalidInput`` if it is none."""
    arn = parse_arn(text(field))
    if arn is None:
        raise fail(field, "an ARN is wanted here")
    return known_partition(arn, field)
