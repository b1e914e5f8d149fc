"""What was seen of an account Region by Region: instances, access analyzers, what these found.

Where a Region does not stand among those that were asked, nobody knows what is there.
"""

from __future__ import annotations

import re
from typing import Final

import msgspec

_PATTERN: Final = (
    r"[a-z]{2,4}(?:-[a-z]+)?"
    r"-(?:(?:north|south)(?:east|west)?|east|west|central)-[0-9]{1,2}"
)
_REGION: Final = re.compile(_PATTERN)


def is_region(text: str) -> bool:
    """Say whether a text is spelt as the names of Regions are: ``eu-west-1``."""
    return _REGION.fullmatch(text) is not None


def region_of(zone: str) -> str | None:
    """Return the Region of a zone (``us-east-1a``, ``us-west-2-lax-1a``), by its name.

    Source: EC2 User Guide, "Regions and Zones": the name of a zone begins with its Region's.
    """
    found = _REGION.match(zone)
    return found[0] if found is not None else None


class Instance(msgspec.Struct, frozen=True):
    """An EC2 instance: its state (``running``), and the ARN of its instance profile, if any."""

    account: str
    region: str
    id: str
    state: str
    profile: str | None = None


EXTERNAL: Final = frozenset({"ACCOUNT", "ORGANIZATION"})
"""Types of analyzers that look at access from outside of an account or organization."""

UNUSED: Final = frozenset({"ACCOUNT_UNUSED_ACCESS", "ORGANIZATION_UNUSED_ACCESS"})
"""Types of analyzers that look at access that nobody uses."""


class Analyzer(msgspec.Struct, frozen=True):
    """An analyzer of IAM Access Analyzer, in the account that made it.

    ``kind`` is its type (IAM Access Analyzer API Reference, "AnalyzerSummary"). ``excluded`` are
    the accounts that its analysis leaves out.
    """

    account: str
    region: str
    arn: str
    kind: str
    status: str
    excluded: frozenset[str] = frozenset()

    @property
    def is_active(self) -> bool:
        """Whether it looks at anything now."""
        return self.status == "ACTIVE"

    @property
    def is_of_organization(self) -> bool:
        """Whether it looks at every account of its account's organization."""
        return self.kind.startswith("ORGANIZATION")


class AccessFinding(msgspec.Struct, frozen=True):
    """What an analyzer found: access to a resource, which ``owner`` has.

    ``is_external`` says that it is access from outside, not access that is unused or within;
    ``status`` is ``ACTIVE``, ``ARCHIVED`` or ``RESOLVED``; ``error`` says why the resource could
    not be analyzed, and is empty where it could.
    """

    analyzer: str
    id: str
    resource: str
    owner: str
    status: str
    is_external: bool
    error: str = ""


class Regional(msgspec.Struct, frozen=True):
    """What was seen of an account Region by Region.

    ``enabled`` are the Regions that it may use, none where that is not known; ``instances_in``
    and ``analyzers_in`` those of which all instances and analyzers are here; ``analyzed`` the ARNs
    of its analyzers of which all findings that are active are. ``findings`` are of its resources,
    whoever's the analyzer is.
    """

    enabled: frozenset[str] = frozenset()
    instances_in: frozenset[str] = frozenset()
    analyzers_in: frozenset[str] = frozenset()
    analyzed: frozenset[str] = frozenset()
    instances: tuple[Instance, ...] = ()
    analyzers: tuple[Analyzer, ...] = ()
    findings: tuple[AccessFinding, ...] = ()


NOWHERE: Final = Regional()
"""Of an account of which nothing was seen in any Region."""
