"""What is asked: a principal, an action, one or more resources, and the context."""

from __future__ import annotations

import msgspec

from doorward.engine.context import Context
from doorward.model.principal import Principal, Tags


class Resource(msgspec.Struct, frozen=True):
    """One resource of a request.

    ``arn`` is an ARN or ``"*"`` (actions without a resource type, rule R6). ``account`` owns the
    resource; ``None`` when neither the ARN nor the asker says so (S3 ARNs carry no account): it
    then counts as the principal's own.
    """

    arn: str
    account: str | None = None
    tags: Tags = ()


class Request(msgspec.Struct, frozen=True):
    """A request to be decided. All ``resources`` must be allowed (rule R8).

    ``context`` holds what the asker gave and what ``engine.derive`` added; it is complete: the
    engine reads no clock and no address of its own.
    """

    principal: Principal
    action: str
    resources: tuple[Resource, ...]
    context: Context
