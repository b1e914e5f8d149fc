"""Roles that services alone may change.

Source: IAM User Guide, "Service-linked roles": IAM lets nobody change their policies, trust or
boundary; the description may be edited and tags may be set.
"""

from __future__ import annotations

from doorward.control import credential_messages as messages
from doorward.model.identity import Group, Role, User

SERVICE_ROLE_PATH = "/aws-service-role/"
"""How the path of every service-linked role begins, and of no other."""


def service_linked(role: Role) -> bool:
    """Whether a role is linked to a service: its path says so, and nobody else can have that."""
    return role.path.startswith(SERVICE_ROLE_PATH)


def modifiable(entity: User | Group | Role) -> None:
    """Raise UnmodifiableEntity for a service-linked role."""
    if isinstance(entity, Role) and service_linked(entity):
        raise messages.PROTECTED_ROLE.error(name=entity.name)
