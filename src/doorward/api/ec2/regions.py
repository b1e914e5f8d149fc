"""DescribeRegions: the Regions of the caller's partition, and which of them its account may use.

Source: EC2 API Reference, DescribeRegions. Audit and clean-up tools ask this before anything else.
Regions that were opened before 20 March 2019 are enabled for every account, later ones for those
that opt in (AWS Account Management Reference Guide, "Enable or disable AWS Regions in your
account"). Here no account opts in, but to the Region that the server itself says it is in: there
it is served. Of other partitions nothing is known to need opting in. The geography of a Region is
not told.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from doorward.api.call import Read
from doorward.api.ec2 import filters as filtering
from doorward.api.ec2 import messages
from doorward.api.operation import ContextValues, Parameters, as_is, on_everything, operation
from doorward.policy.arn import parse_arn
from doorward.policy.partitions import COMMERCIAL, PARTITIONS
from doorward.wire.regions import Place, places

NOT_OPTED_IN: Final = "not-opted-in"
_FILTERS: Final[Mapping[str, str]] = {
    "endpoint": "Endpoint",
    "opt-in-status": "OptInStatus",
    "region-name": "RegionName",
}
"""The filters of DescribeRegions, and the members of a Region that they are about."""


def _context(call: Read, _parameters: Parameters) -> ContextValues:
    return {"ec2:Region": call.region}


@operation(
    "ec2",
    "DescribeRegions",
    asks=on_everything(_context),
    answer=as_is,
    takes_long=True,  # two hundred patterns may be asked for
)
def describe_regions(
    call: Read,
    *,
    region_names: list[str] | None = None,
    all_regions: bool | None = None,
    dry_run: bool | None = None,
    filters: list[dict[str, Any]] | None = None,
) -> dict[str, Any]:
    """List Regions: those named, or all, or those that the account may use.

    Raises ``ControlError``: ``InvalidParameterValue`` for a name of a Region or a filter that is
    none, ``FilterLimitExceeded``, and ``DryRunOperation`` where that is asked for and all is well.
    """
    arn = parse_arn(call.caller.arn)
    assert arn is not None  # noqa: S101 - a caller's ARN is ours
    known = {
        place.name: _region(place, arn.partition, call.region) for place in places(arn.partition)
    }
    wanted = frozenset(region_names or ())
    unknown = next((name for name in region_names or () if name not in known), None)
    if unknown is not None:
        raise messages.NO_SUCH_REGION.error(name=unknown[:128])
    tests = filtering.compiled(filters or (), _FILTERS)
    if dry_run:
        raise messages.WOULD_HAVE_SUCCEEDED.error()
    chosen = [
        region
        for name, region in known.items()
        if (name in wanted if wanted else all_regions or region["OptInStatus"] != NOT_OPTED_IN)
    ]
    return {"Regions": [region for region in chosen if filtering.admits(tests, _facts(region))]}


def _facts(region: Mapping[str, str]) -> dict[str, str]:
    """Return what filters can ask of a Region."""
    return {name: region[member] for name, member in _FILTERS.items()}


def _region(place: Place, partition: str, own: str) -> dict[str, str]:
    """Return a Region as it is answered; ``own`` is the one that the server is in."""
    status = NOT_OPTED_IN
    if partition != COMMERCIAL or place.name in PARTITIONS[COMMERCIAL]:
        status = "opt-in-not-required"
    elif place.name == own:
        status = "opted-in"
    return {"OptInStatus": status, "RegionName": place.name, "Endpoint": place.endpoint}
