"""What a principal is called: the ARN that AWS shows for it, or the kind of caller it is."""

from __future__ import annotations

from typing import assert_never

from doorward.model.principal import (
    Anonymous,
    CanonicalUser,
    FederatedIdentity,
    FederatedUser,
    IamUser,
    Principal,
    RoleSession,
    RootUser,
    ServicePrincipal,
)
from doorward.policy.arn import Arn, parse_arn


def caller_label(principal: Principal) -> str:
    """Return what AWS's messages and CloudTrail call ``principal``; ``anonymous`` for nobody."""
    match principal:
        case RootUser(account=account, partition=partition):
            return f"arn:{partition}:iam::{account}:root"
        case IamUser(arn=arn) | FederatedUser(arn=arn):
            return arn
        case RoleSession():
            return _session_arn(principal)
        case ServicePrincipal(name=name):
            return name
        case FederatedIdentity(provider=provider):
            return provider
        case CanonicalUser(id=identifier):
            return identifier
        case Anonymous():
            return "anonymous"
        case _:
            assert_never(principal)


def _session_arn(session: RoleSession) -> str:
    """The session's ARN, in which the role stands without its path; the role's for any session."""
    role = parse_arn(session.role_arn)
    if role is None or session.session_name is None:
        return session.role_arn
    name = f"assumed-role/{role.name}/{session.session_name}"
    return str(Arn(role.partition, "sts", "", role.account, name))
