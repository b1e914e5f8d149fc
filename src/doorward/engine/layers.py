"""The policies that apply to a request, by layer, in AWS's words.

``None`` means that the layer does not apply; an empty tuple means that it applies and grants
nothing. Source: IAM User Guide, "Policy evaluation logic"; ``docs/reference/evaluation.md``.
"""

from __future__ import annotations

import enum

import msgspec

from doorward.policy.document import Document


class Layer(enum.Enum):
    """The layers, in the order in which an answer lists them."""

    RESOURCE_CONTROL = "resourceControl"
    SERVICE_CONTROL = "serviceControl"
    ENDPOINT = "endpoint"
    RESOURCE = "resource"
    IDENTITY = "identity"
    PERMISSIONS_BOUNDARY = "permissionsBoundary"
    SESSION = "session"

    # Members are single objects: their identity is a hash, and many times cheaper than Enum's.
    __hash__ = object.__hash__


class Policy(msgspec.Struct, frozen=True):
    """A document where it is attached.

    ``name`` is what people call it; ``arn`` is set for managed policies and organization policies;
    ``via`` is the ARN of the group or organization target through which it applies, where it is
    not attached to the principal or resource itself.
    """

    document: Document
    name: str | None = None
    arn: str | None = None
    via: str | None = None


Policies = tuple[Policy, ...]


class Layers(msgspec.Struct, frozen=True):
    """Everything that ``decide`` looks at, for one resource.

    ``service_control`` and ``resource_control`` are chains of levels: root first, then the
    organizational units down, then the account; policies unite within a level, levels intersect.
    Policies of the principal's groups are among ``identity``.
    """

    identity: Policies | None = None
    permissions_boundary: Policies | None = None
    session: Policies | None = None
    resource: Policy | None = None
    service_control: tuple[Policies, ...] | None = None
    resource_control: tuple[Policies, ...] | None = None
    endpoint: Policies | None = None
