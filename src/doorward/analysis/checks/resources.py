"""Checks of resource policies: who from outside gets in."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any, Final

import msgspec

from doorward.analysis.doors import Door, doors
from doorward.analysis.outsiders import STRANGER, Outsider, Zone, named, strangers
from doorward.analysis.registry import IF_ORGANIZED, PASSED, Miss, Passed, Scope, Unseen, check
from doorward.analysis.zone import zone_of_trust
from doorward.engine.binding import shown
from doorward.engine.compile import read_document
from doorward.engine.public_access import is_public
from doorward.engine.situation import restricts_public
from doorward.errors import InvalidInput, Unsupported
from doorward.model.evidence import Source
from doorward.model.home import Home
from doorward.model.organization import Account
from doorward.model.principal import Anonymous, CanonicalUser
from doorward.model.resource import RegisteredResource
from doorward.policy.arn import parse_arn
from doorward.policy.document import Document
from doorward.results.finding import Edit, Remedy, Severity, State

_UNREADABLE: Final = (InvalidInput, Unsupported)
_ADDRESS: Final = "203.0.113.77"
"""An address of nobody (RFC 5737)."""

_SHOWN: Final = 5

COMMANDS: Final = {
    "s3": "aws s3api put-bucket-policy --bucket {name} --policy {policy}",
    "kms": "aws kms put-key-policy --key-id {arn} --policy-name default --policy {policy}",
    "sns": (
        "aws sns set-topic-attributes --topic-arn {arn}"
        " --attribute-name Policy --attribute-value {policy}"
    ),
    "secretsmanager": (
        "aws secretsmanager put-resource-policy --secret-id {arn} --resource-policy {policy}"
    ),
    "ecr": "aws ecr set-repository-policy --repository-name {name} --policy-text {policy}",
}
"""How the policy of a resource is replaced, by service."""


def _with_policies(scope: Scope) -> Iterator[tuple[RegisteredResource, str]]:
    for resource in scope.snapshot.find(RegisteredResource, account=scope.id):
        if resource.policy is not None:
            yield resource, resource.policy


def _of_nobody(scope: Scope) -> Iterator[RegisteredResource]:
    """Yield the resources with policies whose owner the estate does not have, once in all."""
    if scope.id != min(scope.accounts):
        return
    for resource in scope.snapshot.all(RegisteredResource):
        if resource.account not in scope.accounts and resource.policy is not None:
            yield resource


def _unseen(scope: Scope) -> Iterator[Unseen]:
    """Say what was not asked for, service by service: in which Regions, or of which resources."""
    places: dict[str, set[str]] = {}
    named: dict[str, set[str]] = {}
    for each in scope.evidence.unasked.get(scope.id, ()):
        to = named if each.arn else places
        to.setdefault(each.service, set()).add(each.arn or each.region or "every Region")
    for service, regions in sorted(places.items()):
        yield Unseen(f"bring all resources of {service} in {_few(regions)} (resources.json)")
    for service, arns in sorted(named.items()):
        yield Unseen(f"bring the policies of {_few(arns)} ({service}, resources.json)")


def _few(names: set[str]) -> str:
    """Return names in words: a few of them, and how many others there are."""
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(sorted(names)[:_SHOWN]) + more


def _whose(resource: RegisteredResource, message: str) -> Miss:
    return Miss(
        resource.arn,
        f"whose it is is not known: {message}",
        remedy=Remedy(
            "Give its Account in resources.json, and bring what is known of the account."
        ),
        state=State.UNKNOWN,
    )


def _unknown(resource: RegisteredResource, error: Exception) -> Miss:
    return Miss(
        resource.arn,
        f"who may use it is not known: {error}",
        remedy=Remedy("Correct what cannot be read, or export it again."),
        state=State.UNKNOWN,
    )


# --- everybody


@check(
    "res.public",
    "No resource is open to everybody",
    Severity.CRITICAL,
    needs=(Source.RESOURCES, IF_ORGANIZED),
    practices=("BP7", "BP18"),
    references={"cis7": "2.21"},
)
def public(scope: Scope) -> Iterator[Passed | Miss | Unseen]:
    """Fails for each resource that everybody may use by its policy.

    The engine is asked for every action that Allow statements of the policy are about: may it be
    done by somebody who is not signed in, from an address of nobody, or by a role of an AWS
    account that nobody knows? Deny statements, conditions and resource control policies count as
    they do in any request. Conditions on what a caller chooses (``aws:Referer``,
    ``aws:UserAgent``, ``aws:PrincipalTag/…``, ``s3:prefix`` …) keep nobody out. A bucket also
    fails (high) if it would be open but for conditions that S3 itself does not count. What S3
    Block Public Access of the bucket or its account restricts (``RestrictPublicBuckets``) passes;
    a finding says whether it is off, or not known. Where nothing says whose a resource is, what
    would fail is UNKNOWN: its owner's organization may deny it.

    Looked at is what ``resources.json`` lists; ``doorward import aws`` brings the resources of
    eight services. What could not be asked for (``NotAsked`` there) is named, and the check does
    not pass.
    """
    for resource, text in _with_policies(scope):
        try:
            before = shown(scope.snapshot, text)
            yield _public(scope, resource, before)
        except _UNREADABLE as error:
            yield _unknown(resource, error)
    for resource in _of_nobody(scope):
        yield _public_of_nobody(scope, resource)
    yield from _unseen(scope)


def _public_of_nobody(scope: Scope, resource: RegisteredResource) -> Passed | Miss:
    """What is denied to everybody stays so; what keeps others out, only its owner would tell."""
    try:
        found = _public(scope, resource, shown(scope.snapshot, resource.policy or ""))
    except _UNREADABLE as error:
        return _unknown(resource, error)
    return found if found is PASSED else _whose(resource, found.message)


def _public(scope: Scope, resource: RegisteredResource, before: str) -> Passed | Miss:
    document = read_document(before)
    partition = resource.arn.split(":")[1]
    stranger = (("aws:SourceIp", _ADDRESS),)
    everybody = [
        Outsider("everybody", Anonymous(), stranger),
        *(
            Outsider(each.name, each.principal, stranger)
            for each in strangers(document, partition)
        ),
    ]
    found = tuple(doors(scope.snapshot, resource, document, everybody, strangers=True))
    is_bucket = resource.arn.split(":", 3)[2] == "s3"
    loose = _as_s3_takes_it(document) if is_bucket else document
    taken = found
    if loose != document:
        taken = tuple(doors(scope.snapshot, resource, loose, everybody, strangers=True))
    if not taken:
        return PASSED
    indexes = {index for door in taken for index in door.statements}
    known = restricts_public(scope.snapshot, resource) is not None
    blocked = (("Block Public Access", "off" if known else "not known"),) if is_bucket else ()
    after = _changed(before, indexes, lambda each: _owned(each, resource))
    return Miss(
        resource.arn,
        f"{found[0].outsider} may {_told(found)}"
        if found
        else f"S3 takes its policy for public: {_told(taken)}",
        facts=(*_facts(found or taken), *blocked),
        remedy=Remedy(
            "Name who may use it. Meant for the organization, a statement may go on naming"
            " everybody, with the condition StringEquals on aws:PrincipalOrgID."
            + (" Turn on S3 Block Public Access for the account." if is_bucket else ""),
            _commands(resource, after),
            (Edit(resource.arn, before, after),),
        ),
        severity=None if found else Severity.HIGH,
    )


def _as_s3_takes_it(document: Document) -> Document:
    """Return a policy without the conditions of statements that are public all the same (S5)."""
    statements = tuple(
        msgspec.structs.replace(each, conditions=())
        if is_public(msgspec.structs.replace(document, statements=(each,)))
        else each
        for each in document.statements
    )
    return msgspec.structs.replace(document, statements=statements)


# --- other accounts


@check(
    "res.cross_account",
    "No resource is open to accounts outside",
    Severity.MEDIUM,
    needs=(Source.RESOURCES, IF_ORGANIZED),
    practices=("BP7", "BP4"),
)
def cross_account(scope: Scope) -> Iterator[Passed | Miss | Unseen]:
    """Fails for each account outside the zone of trust that may use a resource by its policy.

    The zone of trust are the accounts of the same organization and those of the setting
    ``trusted_accounts``; without an organization, the accounts of the estate. For each account,
    user, role or organization that an Allow statement names, as principal or in a condition, and
    each service that acts for such an account (``aws:SourceAccount``, ``aws:SourceArn``), the
    engine is asked whether it may do what the statements are about. Conditions count that say
    where somebody is from; others, such as addresses, may hold for whoever is named. Who stands
    behind a canonical user is not known: UNKNOWN, as is a resource of which nothing says whose it
    is. What everybody may, ``res.public`` tells. What could not be asked for (``NotAsked`` in
    ``resources.json``) is named, and the check does not pass.
    """
    held = scope.snapshot.get(Account, scope.id)
    organization = held.organization_id if held is not None else None
    zone = Zone(zone_of_trust(scope) | {STRANGER}, organization, scope.home.partition)
    for resource, text in _with_policies(scope):
        try:
            before = shown(scope.snapshot, text)
            yield from _outside(scope, resource, before, zone)
        except _UNREADABLE as error:
            yield _unknown(resource, error)
    for resource in _of_nobody(scope):
        yield _whose(resource, "who is outside is not known either")
    yield from _unseen(scope)


def _outside(
    scope: Scope, resource: RegisteredResource, before: str, zone: Zone
) -> Iterator[Passed | Miss]:
    document = read_document(before)
    outsiders = tuple(dict.fromkeys(named(document, zone)))
    unknown = {each.name for each in outsiders if isinstance(each.principal, CanonicalUser)}
    found: dict[str, list[Door]] = {}
    for door in doors(scope.snapshot, resource, document, outsiders, strangers=False):
        found.setdefault(door.outsider, []).append(door)
    if not found:
        yield PASSED
    for name, theirs in found.items():
        yield _entered(resource, before, name, tuple(theirs), known=name not in unknown)


def _entered(
    resource: RegisteredResource, before: str, name: str, found: tuple[Door, ...], *, known: bool
) -> Miss:
    indexes = {index for door in found for index in door.statements}
    after = _changed(before, indexes, lambda each: _without(each, name, resource))
    who = f"{name}, outside the zone of trust," if known else f"the canonical user {name}"
    return Miss(
        resource.arn,
        f"{who} may {_told(found)}",
        facts=(("outside", name), *_facts(found)),
        remedy=Remedy(
            "Ask its owner what it is needed for. If it is, add it to trusted_accounts; if not,"
            " take it out of the policy.",
            _commands(resource, after),
            (Edit(resource.arn, before, after),),
        ),
        about=name,
        state=State.FAIL if known else State.UNKNOWN,
    )


# --- what is said of it


def _told(found: tuple[Door, ...]) -> str:
    actions = list(dict.fromkeys(door.action for door in found))
    more = f" and {len(actions) - _SHOWN} more" if len(actions) > _SHOWN else ""
    return f"{', '.join(actions[:_SHOWN])}{more} on {found[0].resource}"


def _facts(found: tuple[Door, ...]) -> tuple[tuple[str, str], ...]:
    if not found:
        return ()
    indexes = sorted({index for door in found for index in door.statements})
    keys = sorted({key for door in found for key in door.keys})
    sent = (("by sending", ", ".join(keys)),) if keys else ()
    return (
        ("who", ", ".join(dict.fromkeys(door.outsider for door in found))),
        ("actions", ", ".join(dict.fromkeys(door.action for door in found))),
        ("statements", ", ".join(f"/Statement/{index}" for index in indexes)),
        *sent,
    )


# --- changes of policies

_Written = dict[str, Any]


def _changed(text: str, indexes: set[int], change: Callable[[_Written], None]) -> str:
    """Return a policy with some statements changed."""
    value = json.loads(text)
    statements = value["Statement"]
    for index, each in enumerate(statements if isinstance(statements, list) else [statements]):
        if index in indexes:
            change(each)
    return json.dumps(value, indent=2 if "\n" in text else None)


def _root_of(resource: RegisteredResource) -> dict[str, str]:
    return {"AWS": Home(resource.account, resource.arn.split(":")[1]).root}


def _owned(statement: _Written, resource: RegisteredResource) -> None:
    """Leave a statement to the owner's account alone."""
    statement.pop("NotPrincipal", None)
    statement["Principal"] = _root_of(resource)


def _without(statement: _Written, name: str, resource: RegisteredResource) -> None:
    """Take an account out of a statement's principals; where nobody is left, the owner is."""
    principal = statement.get("Principal")
    listed = principal.get("AWS") if isinstance(principal, dict) else None
    entries = [listed] if isinstance(listed, str) else list(listed or ())
    left = [each for each in entries if each != name and f":{name}:" not in each]
    if len(left) == len(entries) or not left:
        _owned(statement, resource)
    else:
        assert isinstance(principal, dict)  # noqa: S101 - it has the entries
        principal["AWS"] = left


def _commands(resource: RegisteredResource, after: str) -> tuple[str, ...]:
    parsed = parse_arn(resource.arn)
    form = COMMANDS.get(parsed.service) if parsed else None
    if parsed is None or form is None:
        return ()
    policy = json.dumps(json.loads(after)).replace("'", "'\\''")
    name = parsed.resource if parsed.service == "s3" else parsed.resource_id
    return (form.format(name=name, arn=resource.arn, policy=f"'{policy}'"),)
