"""Entries of authorization details that are not read: whom they are about, and once for each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from doorward.engine.reading import Field
from doorward.errors import InvalidInput
from doorward.importers.estate.parts import AWS
from doorward.importers.estate.source import Source
from doorward.policy.arn import parse_arn

OTHER_PARTITION: Final = "UnsupportedPartition"
"""The code of an entity that is of another partition than ``aws``."""


def named(field: Field) -> tuple[str, ...]:
    """Return whom an entry is about, if it says so much."""
    arn = field.value.get("Arn") if isinstance(field.value, Mapping) else None
    return (arn,) if isinstance(arn, str) and arn else ()


def refuse_partition(error: InvalidInput, field: Field, source: Source, refused: set[str]) -> None:
    """Say once of an account in another partition that its details cannot be read.

    AWS's own policies there are used by such accounts alone.
    """
    arn = parse_arn(next(iter(named(field)), ""))
    account = arn.account if arn is not None else ""
    if account in refused or account == AWS:
        return
    refused.add(account)
    source.refuse(error, field, (account,))
