"""What is asked: a principal, an action, one or more resources, and the context."""

from __future__ import annotations

import msgspec

from doorward.engine.context import Context
from doorward.engine.principals import Name
from doorward.model.principal import Principal, Tags


class Grant(msgspec.Struct, frozen=True):
    """A grant of a KMS key, as ``kms:ListGrants`` gives it.

    ``grantee`` and ``retiring`` are the names of principals as a policy would have them, the
    latter ``None`` where nobody may retire the grant by it. ``operations`` are folded actions
    (``kms:decrypt``). The encryption contexts are pairs; ``None`` where there is no such
    constraint.
    """

    grantee: Name
    operations: frozenset[str]
    retiring: Name | None = None
    context_equals: frozenset[tuple[str, str]] | None = None
    context_subset: frozenset[tuple[str, str]] | None = None
    source_arn: str | None = None


class Resource(msgspec.Struct, frozen=True, gc=False):
    """One resource of a request.

    ``arn`` is an ARN or ``"*"`` (actions without a resource type, rule R6). ``account`` owns the
    resource; ``None`` when neither the ARN nor the asker says so (S3 ARNs carry no account): it
    then counts as the principal's own.

    Facts that only some services know: ``public_access_blocked``, whether S3 restricts a public
    policy (S5); ``grants`` of a KMS key (S2); ``aws_managed_key``, whether AWS manages it (S7).
    """

    arn: str
    account: str | None = None
    tags: Tags = ()
    public_access_blocked: bool = False
    grants: tuple[Grant, ...] = ()
    aws_managed_key: bool = False


class Request(msgspec.Struct, frozen=True, gc=False):
    """A request to be decided. All ``resources`` must be allowed (rule R8).

    ``context`` holds what the asker gave and what ``engine.derive`` added; it is complete: the
    engine reads no clock and no address of its own.
    """

    principal: Principal
    action: str
    resources: tuple[Resource, ...]
    context: Context
