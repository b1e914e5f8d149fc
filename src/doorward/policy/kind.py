"""The kinds of policy: where a document is attached decides what may stand in it."""

from __future__ import annotations

import enum


class PolicyKind(enum.Enum):
    """What a document is attached as.

    A permissions boundary is written as an identity policy; as a boundary it is a ceiling, which
    grants nothing.
    """

    IDENTITY = "identity"
    BOUNDARY = "permissionsBoundary"
    TRUST = "trust"
    SESSION = "session"
    RESOURCE = "resource"
    SERVICE_CONTROL = "serviceControl"
    RESOURCE_CONTROL = "resourceControl"
    ENDPOINT = "endpoint"
