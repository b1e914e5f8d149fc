"""Amazon Resource Names of existing things (patterns over ARNs are in ``policy.patterns``).

Source: IAM User Guide, "IAM identifiers", and AWS General Reference, "Amazon Resource Names":
``arn:partition:service:region:account-id:resource``; the resource keeps its own colons.
"""

from __future__ import annotations

import re
from functools import lru_cache

import msgspec

_ACCOUNT_ID = re.compile(r"[0-9]{12}")
_LABEL = re.compile(r"[a-z0-9-]+")
_REGION = re.compile(r"[a-z0-9-]*")
# AWS's own namespaces stand where an account id would: `aws` (managed policies), `cloudfront` …
_OWNER = re.compile(r"|[0-9]{12}|[a-z][a-z-]*")
_TYPE_ENDS = re.compile(r"[/:]")


def is_account_id(text: str) -> bool:
    """Whether ``text`` is an account id: exactly 12 ASCII digits (full-width digits are not)."""
    return _ACCOUNT_ID.fullmatch(text) is not None


class Arn(msgspec.Struct, frozen=True):
    """The parts of an ARN; ``region`` and ``account`` may be empty, ``resource`` never is."""

    partition: str
    service: str
    region: str
    account: str
    resource: str

    def __str__(self) -> str:
        """Spell the ARN."""
        return f"arn:{self.partition}:{self.service}:{self.region}:{self.account}:{self.resource}"

    @property
    def resource_type(self) -> str:
        """The resource's type word: ``role`` in ``role/path/Name``; ``""`` where it has none."""
        end = _TYPE_ENDS.search(self.resource)
        return self.resource[: end.start()] if end else ""

    @property
    def resource_id(self) -> str:
        """What follows the type word: ``path/Name`` in ``role/path/Name``."""
        end = _TYPE_ENDS.search(self.resource)
        return self.resource[end.end() :] if end else self.resource

    @property
    def name(self) -> str:
        """The last segment of the resource: ``Name`` in ``role/path/Name``."""
        return self.resource_id.rpartition("/")[2]


@lru_cache(maxsize=2048)  # the same few are asked for again and again
def parse_arn(text: str) -> Arn | None:
    """Return the parts of ``text``, or ``None`` if it is not the ARN of a thing.

    Wildcards are no part of partition, service, region or account here; the resource may hold any
    character (S3 object keys do).
    """
    parts = text.split(":", 5)
    if len(parts) != 6:
        return None
    scheme, partition, service, region, account, resource = parts
    well_formed = (
        scheme == "arn"
        and _LABEL.fullmatch(partition)
        and _LABEL.fullmatch(service)
        and _REGION.fullmatch(region)
        and _OWNER.fullmatch(account)
        and resource
    )
    return Arn(partition, service, region, account, resource) if well_formed else None
