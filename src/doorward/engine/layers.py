"""The policies that apply to a request, by layer, in AWS's words.

``None`` means that the layer does not apply; an empty tuple means that it applies and grants
nothing. Source: IAM User Guide, "Policy evaluation logic"; ``docs/reference/evaluation.md``.
"""

from __future__ import annotations

import enum
from typing import assert_never

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
    ``via`` is the ARN of the group, account or organization target through which it applies, where
    it is not attached to the principal or resource itself.
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

    def at(self, layer: Layer, level: int | None = None) -> Policies | None:
        """Return the policies of a layer, or of a ``level`` of one; ``None`` if there is none."""
        match layer:
            case Layer.RESOURCE_CONTROL | Layer.SERVICE_CONTROL:
                control = layer is Layer.RESOURCE_CONTROL
                chain = self.resource_control if control else self.service_control
                if chain is None or level is None or level >= len(chain):
                    return None
                return chain[level]
            case Layer.RESOURCE:
                return None if self.resource is None else (self.resource,)
            case Layer.ENDPOINT:
                return self.endpoint
            case Layer.IDENTITY:
                return self.identity
            case Layer.PERMISSIONS_BOUNDARY:
                return self.permissions_boundary
            case Layer.SESSION:
                return self.session
            case _:
                assert_never(layer)
