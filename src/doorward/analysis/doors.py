"""How somebody from outside gets at a resource by its policy: asked of the engine, call by call.

Whoever is outside may allow itself everything: its own side is taken to. What a policy says is
read only to know what to ask: its actions, places, and the outsiders that it names.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import Final

import msgspec

from doorward.analysis.guardrails import EVERYTHING
from doorward.analysis.outsiders import NOBODY_KNOWS, PATHS, PROBE, Outsider, example
from doorward.engine.combine import decide
from doorward.engine.compile import compile_document
from doorward.engine.context import Context, Provenance, build
from doorward.engine.decision import Decision, Effect
from doorward.engine.dependencies import dependencies
from doorward.engine.layers import Layer, Layers, Policy
from doorward.engine.principals import caller_of, principal_account
from doorward.engine.request import Request
from doorward.engine.situation import known_resource, situation
from doorward.engine.special import departs
from doorward.engine.subject import Subject
from doorward.model.directory import Directory
from doorward.model.principal import Anonymous, Principal
from doorward.model.resource import RegisteredResource
from doorward.policy import catalog
from doorward.policy.arn import Arn, parse_arn
from doorward.policy.document import Document, Statement
from doorward.policy.folding import fold
from doorward.policy.partitions import COMMERCIAL, PARTITIONS

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
    for outsider in outsiders:
        unsigned = isinstance(outsider.principal, Anonymous)
        free = is_sent if unsigned else is_chosen if strangers else is_unpinned
        naming = _naming(document, outsider.principal)
        for arn, actions in _questions(naming, resource.arn).items():
            layers, request = situation(
                directory,
                Subject(outsider.principal),
                actions[0],
                known_resource(directory, arn, resource.account or NOBODY_KNOWS),
                given=_carried(outsider, resource.arn),
            )
            limits = Layers(
                identity=EVERYTHING,
                resource=Policy(document, arn=resource.arn),
                resource_control=layers.resource_control,
            )
            for action, found in _answers(limits, request, actions, free):
                decision, keys = found
                yield Door(outsider.name, action, arn, _statements(decision), keys)


_Answer = tuple[Decision, tuple[str, ...]]


def _answers(
    layers: Layers, request: Request, actions: Iterable[str], free: Callable[[str], bool]
) -> Iterator[tuple[str, _Answer]]:
    """Yield the actions that are allowed, and how.

    Actions that the same statements are about are answered alike: one of them is asked.
    """
    answers: dict[object, _Answer | None] = {}
    for action in actions:
        alike = _alike(layers, fold(action))
        if alike not in answers:
            asked = msgspec.structs.replace(request, action=action)
            decision = decide(layers, asked)
            answers[alike] = (
                (decision, ()) if decision.allowed else _by_choice(layers, asked, decision, free)
            )
        found = answers[alike]
        if found is not None:
            yield action, found


def _alike(layers: Layers, action: str) -> object:
    """What the answer to an action depends on: the statements about it, and what is its own."""
    assert layers.resource is not None  # noqa: S101 - it is what is asked about
    chain = (policy.document for level in layers.resource_control or () for policy in level)
    about = tuple(
        tuple(each.statement.index for each in compile_document(document).about(action))
        for document in (layers.resource.document, *chain)
    )
    return about, action if departs(action) or action == "kms:retiregrant" else ""


def _carried(outsider: Outsider, arn: str) -> Context:
    """What the calls of an outsider carry."""
    parsed = parse_arn(arn)
    account = principal_account(outsider.principal)
    values: dict[str, str | tuple[str, ...]] = {
        "aws:SecureTransport": "true",
        "aws:RequestedRegion": (parsed.region if parsed else "") or _some_region(parsed),
        "aws:ViaAWSService": "false",
    }
    if account is not None:
        values |= {"aws:MultiFactorAuthPresent": "true", "kms:CallerAccount": account}
    for key, value in outsider.given:
        values[key] = (value,) if key == PATHS else value
    return build(values, Provenance.SUPPOSED)


def _some_region(arn: Arn | None) -> str:
    return PARTITIONS.get(arn.partition if arn else "", PARTITIONS[COMMERCIAL])[0]


def _by_choice(
    layers: Layers, request: Request, decision: Decision, free: Callable[[str], bool]
) -> _Answer | None:
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


def _naming(document: Document, principal: Principal) -> Iterator[Statement]:
    """Yield the Allow statements that name a principal: the others need not be asked about."""
    known = caller_of(principal, federates=False).names
    for compiled in compile_document(document).statements:
        if compiled.denies or compiled.principals is None:
            continue
        if any(name in known for name in compiled.principals) != compiled.principals_negated:
            yield compiled.statement


def _questions(statements: Iterable[Statement], arn: str) -> dict[str, list[str]]:
    """Return the places that statements may be about, each with the actions there."""
    asked: dict[str, dict[str, None]] = {}
    for statement in statements:
        places = tuple(dict.fromkeys(_places(statement, arn)))
        for action in _actions(statement, arn):
            for place in places:
                if _fits(action, place):
                    asked.setdefault(place, {})[action] = None
    return {place: list(actions) for place, actions in asked.items()}


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
    yield f"{arn}/{PROBE}"
    patterns = statement.resources.patterns if statement.resources else ()
    for pattern in patterns:
        place = example(pattern.value)
        if place.startswith(f"{arn}/"):
            yield place


def _is_bucket(arn: str) -> bool:
    return arn.startswith("arn:") and arn.split(":", 3)[2] == "s3" and "/" not in arn


def _fits(action: str, arn: str) -> bool:
    """Whether an action is about a resource like this; of an unknown action anything may be."""
    head, colons, name = arn.partition(":::")
    if colons and head.endswith(":s3"):  # all buckets are alike, and all objects
        arn = f"{head}:::b/{PROBE}" if "/" in name else f"{head}:::b"
    return _is_about(action, arn)


@lru_cache(maxsize=4096)
def _is_about(action: str, arn: str) -> bool:
    if catalog.action(action) is None:
        return True
    found = catalog.resource_format(action, arn)
    if found is None:
        return False
    return arn.split(":", 3)[2] != "s3" or ("/" in found) == ("/" in arn)
