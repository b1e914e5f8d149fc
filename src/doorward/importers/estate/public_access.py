"""S3 Block Public Access of a bucket or an account, as AWS prints it.

Source: S3 API Reference, GetPublicAccessBlock; S3 Control, GetPublicAccessBlock; S3 User Guide,
"Blocking public access to your Amazon S3 storage". What decides on requests is
``RestrictPublicBuckets``: the other settings are about access control lists, and about policies
that are yet to be put.
"""

from __future__ import annotations

from typing import Final

import msgspec

from doorward.engine.reading import Field, flag
from doorward.errors import InvalidInput
from doorward.importers.estate.source import Source
from doorward.model.evidence import Source as Known

BLOCK: Final = "PublicAccessBlockConfiguration"
"""The member that holds it."""

_SETTINGS: Final = frozenset(
    {"BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"}
)


class PublicAccess(msgspec.Struct, frozen=True):
    """Whether an account restricts public policies; the answer does not say which account."""

    source: Source
    pointer: str
    restricts: bool


def restricts(field: Field, source: Source) -> bool:
    """Say whether public policies are restricted; ``null`` stands for AWS's answer of none.

    Raises:
        InvalidInput: it is neither, or a setting is no boolean.
    """
    if field.value is None:
        return False
    said = {name: flag(each) for name, each in source.fields(field, _SETTINGS).items()}
    return said.get("RestrictPublicBuckets", False)


def read_public_access(page: Field, source: Source) -> PublicAccess | None:
    """Read what ``aws s3control get-public-access-block`` says of an account."""
    source.kinds = (Known.RESOURCES,)
    try:
        found = source.fields(page, frozenset({BLOCK, "ResponseMetadata"}))
        return PublicAccess(source, page.pointer, restricts(found[BLOCK], source))
    except InvalidInput as error:
        source.refuse(error, page, ())
        return None
