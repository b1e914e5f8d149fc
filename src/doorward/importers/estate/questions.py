"""Questions about an estate: who asks, what touches the answer, what is not known of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from typing import Final

import msgspec

from doorward.engine.compile import read_document
from doorward.engine.derive import resource_account
from doorward.engine.gather import registered_resource
from doorward.engine.principals import principal_account, principal_arn
from doorward.engine.public_access import is_public
from doorward.engine.request import Resource
from doorward.engine.situation import restricts_public
from doorward.engine.subject import Subject
from doorward.errors import InvalidInput
from doorward.importers.estate.problems import FileProblem
from doorward.model.directory import Directory, one
from doorward.model.evidence import Evidence
from doorward.model.evidence import Source as Known
from doorward.model.home import Home
from doorward.model.identity import Attachment, Group, Membership, Role, User
from doorward.model.organization import (
    Account,
    Organization,
    OrganizationalUnit,
    PolicyTarget,
)
from doorward.model.principal import (
    FederatedUser,
    IamUser,
    Principal,
    RoleSession,
    RootUser,
    overlaid,
)
from doorward.model.resource import RegisteredResource
from doorward.model.snapshot import Snapshot
from doorward.policy.arn import Arn, parse_arn
from doorward.policy.folding import fold
from doorward.policy.problem import MalformedPolicy


def subject_of(snapshot: Snapshot, principal: Principal) -> Subject:
    """Return who asks, with what the estate knows of it; tags that were given go before its own.

    A role stands for some session of it, without session policies.

    Raises:
        InvalidInput: there is no such principal, or an ARN does not say enough of it.
    """
    match principal:
        case IamUser():
            user = _found(snapshot, User, principal.arn, principal.unique_id)
            tags = overlaid(user.tags, principal.tags)
            return Subject(IamUser(user.arn, user.id, tags))
        case RoleSession():
            role = _found(snapshot, Role, principal.role_arn, principal.unique_id)
            return Subject(
                msgspec.structs.replace(
                    principal,
                    role_arn=role.arn,
                    unique_id=role.id,
                    tags=overlaid(role.tags, principal.tags),
                )
            )
        case RootUser(account=account):
            found = snapshot.get(Account, account)
            if found is None or found.partition != principal.partition:
                known = [each.id for each in snapshot.all(Account)]
                raise _nobody(f"the account {account}", known)
            return Subject(principal)
        case FederatedUser(arn=arn):
            raise InvalidInput(
                "NoSuchPrincipal",
                f"{arn} does not say whose session it is, and with which policies",
                hint="ask with --policies, and give what applies as identity and session policies",
            )
        case _:
            return Subject(principal)


def _found(
    snapshot: Snapshot, kind: type[User | Role], arn: str, unique_id: str | None
) -> User | Role:
    """The user or role of an ARN; a session's ARN leaves out the path of its role."""
    parsed = parse_arn(arn)
    entity: User | Role | None = None
    if parsed is not None:
        entity = snapshot.get(kind, parsed.account, fold(parsed.name))
    if (
        parsed is None
        or entity is None
        or not _same(entity, parsed)
        or unique_id not in {None, entity.id}
    ):
        known = [each.arn for each in snapshot.all(kind)]
        raise _nobody(arn, known)
    return entity


def _same(entity: User | Role, arn: Arn) -> bool:
    """Whether an ARN names an entity: with its path or, of a role, without any."""
    pathless = Home(entity.account, entity.partition).iam(f"role/{entity.name}")
    spelt = {fold(entity.arn), *([fold(pathless)] if isinstance(entity, Role) else [])}
    return fold(str(arn)) in spelt


def _nobody(what: str, known: list[str]) -> InvalidInput:
    """An error that names those who have names like it."""
    names = {each.rpartition("/")[2]: each for each in known}
    near = get_close_matches(what.rpartition("/")[2], names, n=3)
    hint = f"{len(known)} of its kind are there"
    if near:
        hint = f"there is {', '.join(names[name] for name in near)}"
    return InvalidInput("NoSuchPrincipal", f"{what} is not in the estate", hint=hint)


# ------------------------------------------------------------------- what touches it


def touching(
    problems: Iterable[FileProblem], snapshot: Snapshot, principal: Principal, resource: Resource
) -> tuple[FileProblem, ...]:
    """Return the problems that touch the answer: those about what it rests on, or everything."""
    names = set(_names(snapshot, principal, resource))
    return tuple(
        each
        for each in problems
        if not (each.about and names.isdisjoint(each.about))
        and not (each.sources and _DECIDING.isdisjoint(each.sources))
    )


_DECIDING: Final = frozenset({Known.DETAILS, Known.ORGANIZATION, Known.RESOURCES})
"""What decisions rest on."""


def _names(snapshot: Snapshot, principal: Principal, resource: Resource) -> Iterator[str]:
    yield resource.arn
    registered = registered_resource(snapshot, resource.arn)
    if registered is not None:
        yield registered.arn
    arn = principal_arn(principal)
    if arn is not None:
        yield arn
        yield from _policies(snapshot, principal)
    owner = resource_account(resource)
    for account in {principal_account(principal), owner}:
        if account is not None:
            yield account
            yield from _places(snapshot, account)


def _policies(snapshot: Snapshot, principal: Principal) -> Iterator[str]:
    """The ARNs of the caller's policies and groups."""
    entity: User | Role | None = None
    match principal:
        case IamUser(unique_id=str(identifier)):
            entity = one(snapshot, User, id=identifier)
        case RoleSession(unique_id=str(identifier)):
            entity = one(snapshot, Role, id=identifier)
        case _:
            pass
    if entity is None:
        return
    if entity.permissions_boundary is not None:
        yield entity.permissions_boundary
    owners = [entity.id]
    for membership in snapshot.find(Membership, user_id=entity.id):
        owners.append(membership.group_id)
        group = one(snapshot, Group, id=membership.group_id)
        if group is not None:
            yield group.arn
    for owner in owners:
        yield from (each.policy_arn for each in snapshot.find(Attachment, owner_id=owner))


def _places(snapshot: Snapshot, number: str) -> Iterator[str]:
    """An account's organization, the units above it, and the policies attached on the way."""
    account = snapshot.get(Account, number)
    if account is None or account.organization_id is None:
        return
    yield account.organization_id
    seen: set[str] = set()
    at: str | None = account.id
    while at is not None and at not in seen:
        seen.add(at)
        yield at
        yield from (each.policy_id for each in snapshot.find(PolicyTarget, target_id=at))
        unit = snapshot.get(OrganizationalUnit, at)
        at = account.parent_id if at == account.id else unit.parent_id if unit else None


def unlisted(directory: Directory, resource: Resource) -> tuple[str, ...]:
    """Return, in words, what the estate says nothing about, and what is assumed instead."""
    found: tuple[str, ...] = ()
    if not directory.all(Organization):
        found += ("no organization.json is there: SCPs and RCPs, if there are any, are not known",)
    parsed = parse_arn(resource.arn)
    elsewhere = resource.arn == "*" or (parsed is not None and parsed.service == "iam")
    registered = registered_resource(directory, resource.arn)
    if not elsewhere and registered is None:
        found += (f"{resource.arn} is in no resources.json: a policy of its own is not known",)
    if registered is not None and _may_be_restricted(directory, registered):
        found += (
            f"whether S3 Block Public Access restricts {registered.arn} is not known: as if not",
        )
    if parsed is not None and (parsed.service, parsed.resource_type) == ("kms", "key"):
        found += (f"grants of {resource.arn} are in no estate: as if there were none",)
    return found


def not_brought(evidence: Evidence, resource: Resource) -> tuple[str, ...]:
    """Return, in words, what a pull could not ask of a resource, or of its kind in its Region."""
    parsed, owner = parse_arn(resource.arn), resource_account(resource)
    if parsed is None or owner is None:
        return ()
    return tuple(
        f"of {each.arn or f'resources of {each.service}'} not everything was brought"
        f"{f' ({each.why})' if each.why else ''}: what is not known counts as not there"
        for each in evidence.unasked.get(owner, ())
        if each.service == parsed.service
        and each.region in {"", parsed.region}
        and each.arn in {"", resource.arn, resource.arn.partition("/")[0]}
    )


def _may_be_restricted(directory: Directory, bucket: RegisteredResource) -> bool:
    """Whether a bucket's policy is public, and nobody knows whether S3 restricts it (S5)."""
    if bucket.policy is None or restricts_public(directory, bucket) is not None:
        return False
    try:
        return is_public(read_document(bucket.policy))
    except MalformedPolicy:
        return False  # it is not decided on
