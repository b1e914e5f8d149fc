"""What the details of a role alone have: instance profiles, the last use, the length of sessions.

None of it decides a request: what cannot be read is a warning, and the details are not whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final

import msgspec

from doorward.engine.reading import Field, fail, items, text
from doorward.importers.estate.source import Source, moment, tags, wanted
from doorward.model.identity import InstanceProfile, Role
from doorward.policy.arn import parse_arn
from doorward.policy.problem import Severity


class Told(msgspec.Struct, frozen=True):
    """The members of a role's details, and whom their problems touch."""

    source: Source
    fields: Mapping[str, Field]
    about: tuple[str, ...]


def seconds(told: Told, name: str, most: int) -> int | None:
    """Return how long a session lasts, ``None`` where that is not told."""

    def read(field: Field) -> int:
        value = field.value
        if isinstance(value, bool) or not isinstance(value, int) or not 3600 <= value <= most:
            raise fail(field, f"a session lasts 3600 to {most} seconds")
        return value

    if name not in told.fields:
        return None
    return told.source.attempt(read, told.fields[name], told.about, Severity.WARNING)


_PROFILE: Final = frozenset({
    "Path", "InstanceProfileName", "InstanceProfileId", "Arn", "CreateDate", "Roles", "Tags",
})  # fmt: skip


def profiles(told: Told, role: Role) -> Iterator[InstanceProfile]:
    """Yield the instance profiles that a role is in."""
    listed = told.fields.get("InstanceProfileList")
    if listed is None:
        return

    def read(field: Field) -> InstanceProfile:
        found = told.source.fields(field, _PROFILE, told.about)
        arn = parse_arn(text(wanted(found, "Arn", field)))
        if arn is None or arn.resource_type != "instance-profile":
            raise fail(found["Arn"], "the ARN of an instance profile is wanted here")
        return InstanceProfile(
            role.account,
            arn.name,
            text(wanted(found, "InstanceProfileId", field)),
            told.source.time(found, "CreateDate", told.about),
            path=f"/{arn.resource_id.removesuffix(arn.name)}",
            role_id=role.id,
            tags=tags(found["Tags"]) if "Tags" in found else (),
            partition=role.partition,
        )

    for each in told.source.attempt(items, listed, told.about, Severity.WARNING) or ():
        profile = told.source.attempt(read, each, told.about, Severity.WARNING)
        if profile is not None:
            yield profile


def last_used(told: Told) -> tuple[datetime | None, ...]:
    """Return a role's last use, alone; nothing where it is not told, or cannot be read."""
    field = told.fields.get("RoleLastUsed")
    if field is None:
        return ()

    def read(one: Field) -> tuple[datetime | None, ...]:
        found = told.source.fields(one, frozenset({"LastUsedDate", "Region"}), told.about)
        return (moment(found["LastUsedDate"]) if "LastUsedDate" in found else None,)

    return told.source.attempt(read, field, told.about, Severity.WARNING) or ()
