"""The kinds of policy: where a document is attached decides what may stand in it."""

from __future__ import annotations

import enum


class PolicyKind(enum.Enum):
    """What a document is attached as. Permissions boundaries are identity policies."""

    IDENTITY = "identity"
    TRUST = "trust"
    SESSION = "session"
    RESOURCE = "resource"
    SERVICE_CONTROL = "serviceControl"
    RESOURCE_CONTROL = "resourceControl"
    ENDPOINT = "endpoint"
