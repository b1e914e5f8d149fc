"""How somebody from outside gets at a resource by its policy: asked of the engine, call by call.

Whoever is outside may allow itself everything: its own side is taken to. What a policy says is
read only to know what to ask: its actions, places, and the outsiders that it names.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Final

import msgspec

from doorward.analysis.guardrails import EVERYTHING
from doorward.engine.combine import decide
from doorward.engine.context import Context, Provenance, build
from doorward.engine.decision import Decision, Effect
from doorward.engine.dependencies import dependencies
from doorward.engine.layers import Layer, Layers, Policy
from doorward.engine.principals import principal_account
from doorward.engine.request import Request
from doorward.engine.situation import known_resource, situation
from doorward.engine.subject import Subject
from doorward.model.directory import Directory
from doorward.model.principal import (
    Anonymous,
    CanonicalUser,
    FederatedUser,
    IamUser,
    Principal,
    RoleSession,
    ServicePrincipal,
)
from doorward.model.resource import RegisteredResource
from doorward.policy import catalog
from doorward.policy.arn import is_account_id, parse_arn
from doorward.policy.document import Document, PrincipalEntry, PrincipalKind, Statement
from doorward.policy.document import Effect as StatementEffect
from doorward.policy.folding import fold

STRANGER: Final = "000000000000"
"""An account that nobody knows: what it may, every account may."""

CHOSEN: Final = frozenset({
    "aws:referer", "aws:useragent", "aws:tagkeys", "aws:username",
    "s3:prefix", "s3:delimiter", "s3:max-keys", "s3:versionid", "s3:authtype", "s3:tlsversion",
    "s3:signatureversion", "s3:signatureage", "s3:x-amz-acl", "s3:x-amz-content-sha256",
    "s3:x-amz-server-side-encryption", "s3:x-amz-storage-class", "s3:x-amz-copy-source",
    "sns:endpoint", "sns:protocol", "lambda:functionurlauthtype", "lambda:invokedviafunctionurl",
    "kms:encryptionalgorithm", "kms:signingalgorithm",
})  # fmt: skip
"""Condition keys whose value the caller chooses, folded; conditions on them keep nobody out."""

_CHOSEN_BEGINNINGS: Final = (
    "aws:principaltag/", "aws:requesttag/", "kms:encryptioncontext", "s3:requestobjecttag",
    "s3:x-amz-grant",
)  # fmt: skip

PINNED: Final = frozenset({
    "aws:principalorgid", "aws:principalorgpaths", "aws:principalaccount", "aws:principalarn",
    "aws:sourceaccount", "aws:sourcearn", "aws:sourceowner", "aws:sourceorgid",
    "aws:sourceorgpaths", "aws:sourcevpc", "aws:sourcevpce", "aws:vpceaccount", "aws:vpceorgid",
    "aws:vpceorgpaths", "aws:sourcevpcarn", "aws:userid", "kms:calleraccount", "kms:viaservice",
    "s3:dataaccesspointaccount", "s3:dataaccesspointarn",
})  # fmt: skip
"""Keys that say where somebody is from, folded: nobody from elsewhere comes by another value."""

_PATHS: Final = "aws:PrincipalOrgPaths"
_PROBE: Final = "probe"


class Outsider(msgspec.Struct, frozen=True):
    """Somebody to ask about: ``name`` is what reports say, ``given`` the keys of the calls."""

    name: str
    principal: Principal
    given: tuple[tuple[str, str], ...] = ()


class Door(msgspec.Struct, frozen=True):
    """A call that an outsider may make: by which statements, and with which keys of its choice."""

    outsider: str
    action: str
    resource: str
    statements: tuple[int, ...]
    keys: tuple[str, ...] = ()


def is_chosen(key: str) -> bool:
    """Whether a caller chooses the value of a condition key."""
    return fold(key) in CHOSEN or fold(key).startswith(_CHOSEN_BEGINNINGS)


def is_sent(key: str) -> bool:
    """Whether who is not signed in chooses the value of a condition key."""
    return is_chosen(key) and not fold(key).startswith(("aws:principal", "aws:username"))


def is_unpinned(key: str) -> bool:
    """Whether somebody who is named may come by any value of a condition key."""
    return fold(key) not in PINNED


# --- asking


def doors(
    directory: Directory,
    resource: RegisteredResource,
    document: Document,
    outsiders: Iterable[Outsider],
    *,
    strangers: bool,
) -> Iterator[Door]:
    """Yield what outsiders may do with a resource whose policy is ``document``.

    Of ``strangers`` conditions count but for keys that a caller chooses; of others, who are
    named, only those that say where they are from.

    Raises:
        MalformedPolicy, InvalidInput, Unsupported: as ``engine.gather``.
    """
    places = tuple(_questions(document, resource.arn))
    for outsider in outsiders:
        unsigned = isinstance(outsider.principal, Anonymous)
        free = is_sent if unsigned else is_chosen if strangers else is_unpinned
        for action, arn in places:
            layers, request = situation(
                directory,
                Subject(outsider.principal),
                action,
                known_resource(directory, arn, resource.account),
                given=_carried(outsider, resource.arn),
            )
            limits = Layers(
                identity=EVERYTHING,
                resource=Policy(document, arn=resource.arn),
                resource_control=layers.resource_control,
            )
            decision = decide(limits, request)
            keys: tuple[str, ...] = ()
            if not decision.allowed:
                found = _by_choice(limits, request, decision, free)
                if found is None:
                    continue
                decision, keys = found
            yield Door(outsider.name, action, arn, _statements(decision), keys)


def _carried(outsider: Outsider, arn: str) -> Context:
    """What the calls of an outsider carry."""
    parsed = parse_arn(arn)
    account = principal_account(outsider.principal)
    values: dict[str, str | tuple[str, ...]] = {
        "aws:SecureTransport": "true",
        "aws:RequestedRegion": (parsed.region if parsed else "") or "us-east-1",
        "aws:ViaAWSService": "false",
    }
    if account is not None:
        values |= {"aws:MultiFactorAuthPresent": "true", "kms:CallerAccount": account}
    for key, value in outsider.given:
        values[key] = (value,) if key == _PATHS else value
    return build(values, Provenance.SUPPOSED)


def _by_choice(
    layers: Layers, request: Request, decision: Decision, free: Callable[[str], bool]
) -> tuple[Decision, tuple[str, ...]] | None:
    """Return the decision that lets in whoever sends other values of keys that are ``free``."""
    for each in dependencies(layers, request, decision).suppositions:
        keys = tuple(value.key for value in each.given)
        if each.effect is Effect.ALLOW and all(free(key) for key in keys):
            entries = dict(request.context.entries) | {
                fold(value.key): value for value in each.given
            }
            supposed = msgspec.structs.replace(request, context=Context(entries))
            return decide(layers, supposed), keys
    return None


def _statements(decision: Decision) -> tuple[int, ...]:
    return tuple(ref.statement for ref in decision.determining if ref.layer is Layer.RESOURCE)


# --- what to ask


def _questions(document: Document, arn: str) -> Iterator[tuple[str, str]]:
    """Yield the actions and places that Allow statements may be about, each once."""
    asked: set[tuple[str, str]] = set()
    for statement in document.statements:
        if statement.effect is StatementEffect.ALLOW:
            places = tuple(dict.fromkeys(_places(statement, arn)))
            for action in _actions(statement, arn):
                for place in places:
                    if (action, place) not in asked and _fits(action, place):
                        asked.add((action, place))
                        yield action, place


def _actions(statement: Statement, arn: str) -> Iterator[str]:
    """Yield the actions of the resource's service that a statement names, as far as known."""
    service = arn.split(":", 3)[2]
    if statement.actions.negated:
        yield from (each.full_name for each in catalog.actions_of(service))
        return
    for pattern in statement.actions.patterns:
        if pattern.value == "*":
            yield from (each.full_name for each in catalog.actions_of(service))
            continue
        known = [each for each in catalog.expand(pattern.value) if fold(each.service) == service]
        yield from (each.full_name for each in known)
        if not known and not re.search(r"[*?]", pattern.value):
            yield pattern.value


def _places(statement: Statement, arn: str) -> Iterator[str]:
    """Yield the resource, and in a bucket some objects."""
    yield arn
    if not _is_bucket(arn):
        return
    yield f"{arn}/{_PROBE}"
    patterns = statement.resources.patterns if statement.resources else ()
    for pattern in patterns:
        place = example(pattern.value)
        if place.startswith(f"{arn}/"):
            yield place


def example(pattern: str) -> str:
    """Return a text that a pattern matches, with plain words for wildcards and variables."""
    return re.sub(r"\$\{[^}]*\}|\*", _PROBE, pattern).replace("?", "x")


def _is_bucket(arn: str) -> bool:
    return arn.startswith("arn:") and arn.split(":", 3)[2] == "s3" and "/" not in arn


def _fits(action: str, arn: str) -> bool:
    """Whether an action is about a resource like this; of an unknown action anything may be."""
    if catalog.action(action) is None:
        return True
    found = catalog.resource_format(action, arn)
    if found is None:
        return False
    return arn.split(":", 3)[2] != "s3" or ("/" in found) == ("/" in arn)


# --- whom to ask about


def strangers(document: Document) -> tuple[Outsider, ...]:
    """Return roles of an account that nobody knows: any, and those that conditions name."""
    arns = [f"arn:aws:iam::{STRANGER}:role/{_PROBE}"]
    for statement in document.statements:
        for value in _values(statement, "aws:principalarn"):
            parts = value.split(":", 5)
            if len(parts) == 6 and "*" in parts[4]:
                arns.append(example(":".join((*parts[:4], STRANGER, parts[5]))))
    found = (_somebody("every AWS account", arn) for arn in dict.fromkeys(arns))
    return tuple(each for each in found if each is not None)


def named(
    document: Document, zone: frozenset[str], organization: str | None
) -> Iterator[Outsider]:
    """Yield the outsiders that Allow statements name: neither of ``zone`` nor ``organization``."""
    for statement in document.statements:
        if statement.effect is StatementEffect.ALLOW and statement.principals is not None:
            yield from _in_conditions(statement, zone, organization)
            if not statement.principals.negated:
                yield from _among_principals(statement, statement.principals.entries, zone)


def _in_conditions(
    statement: Statement, zone: frozenset[str], organization: str | None
) -> Iterator[Outsider]:
    for account in _values(statement, "aws:principalaccount"):
        yield from _from_account(account, zone)
    for value in _values(statement, "aws:principalarn"):
        yield from _from_arn(example(value), zone)
    for key in ("aws:PrincipalOrgID", _PATHS):
        yield from _from_organizations(statement, key, organization)


def _among_principals(
    statement: Statement, entries: Iterable[PrincipalEntry], zone: frozenset[str]
) -> Iterator[Outsider]:
    for entry in entries:
        text = entry.text.value
        if entry.kind is PrincipalKind.AWS:
            yield from _from_account(text, zone)
            yield from _from_arn(text, zone)
        elif entry.kind is PrincipalKind.SERVICE:
            yield from _through_service(text, statement, zone)
        elif entry.kind is PrincipalKind.CANONICAL_USER:
            yield Outsider(text, CanonicalUser(text))


def _values(statement: Statement, key: str) -> Iterator[str]:
    """Yield the values of a statement's conditions on a folded key."""
    for condition in statement.conditions:
        if fold(condition.key.value) == key:
            yield from (value.value for value in condition.values)


def _from_account(text: str, zone: frozenset[str]) -> Iterator[Outsider]:
    if is_account_id(text) and text not in zone:
        yield Outsider(text, RoleSession(f"arn:aws:iam::{text}:role/{_PROBE}", _PROBE))


def _from_arn(text: str, zone: frozenset[str]) -> Iterator[Outsider]:
    parsed = parse_arn(text)
    if parsed is None or not is_account_id(parsed.account) or parsed.account in zone:
        return
    found = _somebody(parsed.account, text)
    if found is not None:
        yield found


def _somebody(name: str, arn: str) -> Outsider | None:
    """Return who bears an ARN; for an account's, one of its roles."""
    parsed = parse_arn(arn)
    if parsed is None:
        return None
    start = f"arn:{parsed.partition}:iam::{parsed.account}"
    if parsed.resource == "root":
        return Outsider(name, RoleSession(f"{start}:role/{_PROBE}", _PROBE))
    if parsed.resource_type == "role":
        return Outsider(name, RoleSession(arn, _PROBE))
    if parsed.resource_type == "user":
        return Outsider(name, IamUser(arn))
    if parsed.resource_type == "assumed-role":
        role, _, session = parsed.resource_id.partition("/")
        return Outsider(name, RoleSession(f"{start}:role/{role}", session or _PROBE))
    if parsed.resource_type == "federated-user":
        return Outsider(name, FederatedUser(arn))
    return None


def _from_organizations(
    statement: Statement, key: str, organization: str | None
) -> Iterator[Outsider]:
    for value in _values(statement, fold(key)):
        theirs = value.partition("/")[0]
        if theirs == organization or re.search(r"[*?$]", theirs):
            continue
        paths = ((_PATHS, example(value)),) if key == _PATHS else ()
        somebody = RoleSession(f"arn:aws:iam::{STRANGER}:role/{_PROBE}", _PROBE)
        yield Outsider(theirs, somebody, (("aws:PrincipalOrgID", theirs), *paths))


def _through_service(
    service: str, statement: Statement, zone: frozenset[str]
) -> Iterator[Outsider]:
    """Yield services that act for accounts outside, where conditions say for which."""
    sources = list(_values(statement, "aws:sourcearn"))
    accounts = [
        *_values(statement, "aws:sourceaccount"),
        *(each.split(":", 5)[4] for each in sources if each.count(":") >= 5),
    ]
    for account in dict.fromkeys(accounts):
        if is_account_id(account) and account not in zone:
            theirs = [each for each in sources if f":{account}:" in each or ":::" in each]
            source = (("aws:SourceArn", example(theirs[0])),) if theirs else ()
            yield Outsider(
                account, ServicePrincipal(service), (("aws:SourceAccount", account), *source)
            )
