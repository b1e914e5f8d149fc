"""ListPoliciesGrantingServiceAccess: by which policies an identity may use a service.

Source: IAM API Reference, ListPoliciesGrantingServiceAccess: of a user, its own policies and those
of its groups; boundaries and other kinds of policies are not looked at.
"""

from __future__ import annotations

import msgspec

from doorward.analysis.report.granted import Granting, granting
from doorward.api.call import Read
from doorward.api.iam import reported, shapes
from doorward.api.iam.facts import about
from doorward.api.operation import operation
from doorward.api.pages import Page, page
from doorward.control import messages, report_messages
from doorward.engine.layers import Policy
from doorward.model.identity import Group, ManagedPolicy, Role, User
from doorward.policy import catalog
from doorward.policy.arn import parse_arn
from doorward.policy.folding import fold


class Granted(msgspec.Struct, frozen=True):
    """A service as it was asked for, its place, the policies that grant it, and whose they are."""

    namespace: str
    place: int
    policies: tuple[Policy, ...]
    owner: User | Group | Role


def _policy(policy: Policy, owner: User | Group | Role) -> shapes.Shape:
    """Project a policy: a managed one with its ARN, an inline one with whoever it is of."""
    if policy.arn is not None:
        return {"PolicyName": policy.name, "PolicyType": "MANAGED", "PolicyArn": policy.arn}
    group = parse_arn(policy.via) if policy.via else None
    return {
        "PolicyName": policy.name,
        "PolicyType": "INLINE",
        "EntityType": "GROUP" if group else type(owner).__name__.upper(),
        "EntityName": group.name if group else owner.name,
    }


def _answer(found: Page[Granted]) -> shapes.Shape:
    return shapes.paged("PoliciesGrantingServiceAccess", _granted)(found)


def _granted(granted: Granted) -> shapes.Shape:
    return {
        "ServiceNamespace": granted.namespace,
        "Policies": [_policy(each, granted.owner) for each in granted.policies],
    }


@operation(
    "iam",
    "ListPoliciesGrantingServiceAccess",
    asks=about(reported.resource),
    answer=_answer,
    takes_long=True,
)
def list_policies_granting_service_access(
    call: Read, *, arn: str, service_namespaces: list[str], marker: str | None = None
) -> Page[Granted]:
    """Return, for each service named, the policies that grant something of it.

    Raises ``ControlError``: NoSuchEntity, InvalidInput for a policy's ARN or an unknown service.
    """
    owner = reported.subject(call, arn)
    if isinstance(owner, ManagedPolicy):
        raise messages.UNCLEAR_ENTITY.error(arn=arn)
    for namespace in service_namespaces:
        if catalog.service(namespace) is None:
            raise report_messages.UNKNOWN_SERVICE.error(service=namespace)
    found = granting(reported.policies_of(call.directory, owner))
    return page(
        (
            Granted(namespace, place, _of_service(found, namespace), owner)
            for place, namespace in enumerate(service_namespaces)
        ),
        lambda each: f"{each.place:09}",
        marker,
        None,
        messages.INVALID_MARKER,
    )


def _of_service(found: tuple[Granting, ...], namespace: str) -> tuple[Policy, ...]:
    """Return the policies that grant something of a service; one that comes twice, once."""
    granting_it = (each.policy for each in found if fold(namespace) in each.services)
    return tuple({(each.arn or (each.via, each.name)): each for each in granting_it}.values())
