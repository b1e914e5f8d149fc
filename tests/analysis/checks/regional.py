"""What accounts have by Region, put into the evidence of cases."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from doorward.model.evidence import BY_REGION, Evidence, Source
from doorward.model.regional import AccessFinding, Analyzer, Instance, Regional
from tests.analysis.checks.case import ACCOUNT
from tests.analysis.checks.seen import Alter

WEST, EAST = "us-west-2", "us-east-1"
"""The Regions that accounts of cases may use."""


def asked(
    *there: Instance | Analyzer | AccessFinding,
    account: str = ACCOUNT,
    enabled: Iterable[str] = (WEST, EAST),
    instances_in: Iterable[str] | None = None,
    analyzers_in: Iterable[str] | None = None,
    unread: Iterable[Analyzer] = (),
    without: Iterable[Source] = (),
) -> Alter:
    """Have an account asked in every Region that it may use, or in those named.

    ``unread`` are analyzers that were not asked what they found; ``without`` sources that are not
    there at all.
    """
    regions = frozenset(enabled)
    analyzers = of(Analyzer, there)
    found = Regional(
        regions,
        regions if instances_in is None else frozenset(instances_in),
        regions if analyzers_in is None else frozenset(analyzers_in),
        frozenset(each.arn for each in analyzers) - {each.arn for each in unread},
        of(Instance, there),
        analyzers,
        of(AccessFinding, there),
    )

    def alter(evidence: Evidence) -> Evidence:
        known = {**evidence.known, account: evidence.known[account] | BY_REGION - set(without)}
        regional = {**evidence.regional, account: found}
        return msgspec.structs.replace(evidence, known=known, regional=regional)

    return alter


def of(kind: type[Any], there: Iterable[object]) -> tuple[Any, ...]:
    """Return what is of a kind."""
    return tuple(each for each in there if isinstance(each, kind))


def together(*alters: Alter) -> Alter:
    """Do one after the other."""

    def alter(evidence: Evidence) -> Evidence:
        for each in alters:
            evidence = each(evidence)
        return evidence

    return alter


def instance(
    name: str, *, region: str = WEST, state: str = "running", profile: str | None = None
) -> Instance:
    """Return an instance; ``profile`` is the name of its instance profile."""
    arn = None if profile is None else f"arn:aws:iam::{ACCOUNT}:instance-profile/{profile}"
    return Instance(ACCOUNT, region, name, state, arn)


def analyzer(
    kind: str = "ACCOUNT",
    *,
    region: str = WEST,
    account: str = ACCOUNT,
    status: str = "ACTIVE",
    excluded: Iterable[str] = (),
) -> Analyzer:
    """Return an analyzer, named by its type."""
    arn = f"arn:aws:access-analyzer:{region}:{account}:analyzer/{kind}"
    return Analyzer(account, region, arn, kind, status, frozenset(excluded))


def finding(by: Analyzer, name: str, **more: Any) -> AccessFinding:
    """Return an active finding on a bucket of the account."""
    usual: dict[str, Any] = {
        "owner": ACCOUNT,
        "status": "ACTIVE",
        "is_external": True,
        "resource": f"arn:aws:s3:::{name}",
    }
    return AccessFinding(by.arn, name, **(usual | more))
