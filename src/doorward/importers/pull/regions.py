"""What exists by Region: enabled Regions, instances, access analyzers and what they found.

Every enabled Region is asked, some at a time, into a folder of its own: an answer without entries
does not say where it is from.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, Final

from doorward.importers.pull.client import Asker, PullFailed
from doorward.importers.pull.folder import Folder, Missing, told
from doorward.model.regional import EXTERNAL

AT_ONCE: Final = 8
"""How many Regions are asked at the same time, at most."""

_REGIONS: Final = "regions"
_ANALYZERS: Final = "access-analyzers"
_LISTED: Final = "analyzers"

_Ask = Callable[[Asker], object]


def pull_regions(
    asker: Asker, folder: Folder, account: str, *, note: Callable[[str], None]
) -> list[Missing]:
    """Bring what is not there yet of an account's Regions; return what could not be brought."""
    there = f"{_REGIONS}.json"
    try:
        if not folder.has(there):
            note(f"{account}: {_REGIONS}")
            folder.write(there, told(asker.call("ec2", "describe_regions")))
    except PullFailed as error:
        return [Missing(account, _REGIONS, str(error))]

    def ask(here: Asker, region: str) -> list[Missing]:
        def noted(name: str) -> None:
            note(f"{account}: {region}/{name}")

        failed = _region(here, folder.below(region), noted)
        return [Missing(account, f"{region}/{name}", why) for name, why in failed]

    return in_each(asker, enabled(folder) or [], ask)


def enabled(folder: Folder) -> list[str] | None:
    """Return the enabled Regions of an account, as its folder has them; ``None`` if not at all."""
    there = f"{_REGIONS}.json"
    if not folder.has(there):
        return None
    return sorted(each["RegionName"] for each in folder.read(there)["Regions"])


def in_each(
    asker: Asker, regions: Iterable[str], ask: Callable[[Asker, str], list[Missing]]
) -> list[Missing]:
    """Ask in each Region, in some at a time; return what could not be brought of all of them."""
    pool = ThreadPoolExecutor(AT_ONCE, "region")
    try:
        found = pool.map(lambda each: ask(asker.in_region(each), each), regions)
        return [missing for of_one in found for missing in of_one]
    finally:
        pool.shutdown(cancel_futures=True)


def _region(
    asker: Asker, folder: Folder, note: Callable[[str], None]
) -> Iterator[tuple[str, str]]:
    """Bring the files of one Region; yield the names of those that could not be, and why."""
    yield from _bring(asker, folder, note, _WHOLE)
    if folder.has(f"{_ANALYZERS}.json"):
        listed = folder.read(f"{_ANALYZERS}.json")[_LISTED]
        arns = sorted(each["arn"] for each in listed if _looks_outside(each))
        asked = {
            f"access-findings-{n:04}": partial(_findings, arn) for n, arn in enumerate(arns, 1)
        }
        yield from _bring(asker, folder, note, asked)


def _bring(
    asker: Asker, folder: Folder, note: Callable[[str], None], wanted: Mapping[str, _Ask]
) -> Iterator[tuple[str, str]]:
    for name, ask in wanted.items():
        if folder.has(f"{name}.json"):
            continue
        note(name)
        try:
            folder.write(f"{name}.json", ask(asker))
        except PullFailed as error:
            yield name, str(error)


def _instances(asker: Asker) -> object:
    listed = asker.every("ec2", "describe_instances", "Reservations", MaxResults=1000)
    return {"Reservations": [*listed]}


def _analyzers(asker: Asker) -> object:
    return {_LISTED: [*asker.every("accessanalyzer", "list_analyzers", _LISTED)]}


_WHOLE: Final[Mapping[str, _Ask]] = {"instances": _instances, _ANALYZERS: _analyzers}
"""Files of one answer, by name."""


def _looks_outside(analyzer: Mapping[str, Any]) -> bool:
    """Whether an analyzer has findings of external access; one that is not active tells none."""
    return analyzer["type"] in EXTERNAL and analyzer["status"] == "ACTIVE"


def _findings(analyzer: str, asker: Asker) -> object:
    """The active findings of an analyzer, with whose they are: AWS's answer does not say."""
    active = {"status": {"eq": ["ACTIVE"]}}
    listed = asker.every(
        "accessanalyzer", "list_findings_v2", "findings", analyzerArn=analyzer, filter=active
    )
    return {"analyzerArn": analyzer, "findings": [*listed]}
