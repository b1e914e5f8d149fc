"""Where a service departs from the general rules: tables, looked up by folded action.

Source: ``docs/reference/evaluation.md``, "The decision"; AWS STS API Reference,
"GetCallerIdentity"; IAM User Guide, "Permissions for GetSessionToken" and "Role trust policies".
"""

from __future__ import annotations

from collections.abc import Mapping

from doorward.model.principal import (
    CanonicalUser,
    FederatedIdentity,
    FederatedUser,
    IamUser,
    Principal,
    RoleSession,
    RootUser,
    ServicePrincipal,
)
from doorward.policy.resource_patterns import ArnText

_AUTHENTICATED: tuple[type[Principal], ...] = (
    RootUser, IamUser, RoleSession, FederatedUser, ServicePrincipal, FederatedIdentity,
    CanonicalUser,
)  # fmt: skip

NO_PERMISSION_NEEDED: Mapping[str, tuple[type[Principal], ...]] = {
    "sts:getcalleridentity": _AUTHENTICATED,
    "sts:getsessiontoken": (RootUser, IamUser),
}
"""Actions that need no permission, and that no policy can deny, for these kinds of principal."""

FEDERATING_ACTIONS = frozenset({"sts:assumerolewithsaml", "sts:assumerolewithwebidentity"})
"""Actions by which the users of an identity provider come in."""

TRUST_ACTIONS = frozenset({"sts:assumerole"}) | FEDERATING_ACTIONS
"""Actions that the trust policy of a role must allow, whoever asks."""

TRUST_ACTIONS_ON_ROLES = frozenset({"sts:tagsession", "sts:setsourceidentity"})
"""Actions that the trust policy must allow when the resource is a role."""


def needs_no_permission(action: str, principal: Principal) -> bool:
    """Whether the folded ``action`` is allowed to ``principal`` whatever policies say."""
    return isinstance(principal, NO_PERMISSION_NEEDED.get(action, ()))


def needs_trust(action: str, resource: ArnText) -> bool:
    """Whether the resource policy is a role's trust policy, which must allow the ``action``."""
    if action in TRUST_ACTIONS:
        return True
    return (
        action in TRUST_ACTIONS_ON_ROLES
        and bool(resource.parts)
        and resource.parts[2] == "iam"
        and resource.tail.startswith("role/")
    )
