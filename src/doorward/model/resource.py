"""Resources that Doorward does not serve itself but keeps policies for."""

from __future__ import annotations

from datetime import datetime

import msgspec

from doorward.model.principal import Tags


class RegisteredResource(msgspec.Struct, frozen=True, tag_field="entity", tag=True):
    """A resource in the registry: its owner, its policy's text and its tags.

    The text is byte-exact but for the users and roles that it names: these are kept by unique id
    (``engine.binding``).

    ``restricts_public`` says of a bucket whether its own S3 Block Public Access restricts public
    policies (``RestrictPublicBuckets``); ``None``: not known.
    """

    arn: str
    account: str
    updated: datetime
    policy: str | None = None
    type: str | None = None
    tags: Tags = ()
    restricts_public: bool | None = None

    @property
    def scope(self) -> str:
        """The account whose version a change of this entity raises."""
        return self.account
