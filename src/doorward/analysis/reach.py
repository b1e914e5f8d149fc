"""Whether a question is answered with an allow, and in which circumstances if not in all.

The engine decides as the question stands, then as if the caller had what the policies ask of a
caller's circumstances: MFA, an address, an hour. What they ask of the resource, or of the
request's own values, is no circumstance: it narrows what may be done.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

import msgspec

from doorward.engine.combine import decide
from doorward.engine.compile import read_document
from doorward.engine.context import Context, Provenance, build, overlay
from doorward.engine.decision import Decision, Effect, Rule, StatementRef
from doorward.engine.dependencies import EVERY_LAYER, dependencies, unread
from doorward.engine.layers import Layers, Policy
from doorward.engine.principals import principal_account
from doorward.engine.request import Request, Resource
from doorward.model.principal import Principal
from doorward.policy.document import Document
from doorward.policy.folding import fold

CIRCUMSTANCES: Final = frozenset({
    "aws:currenttime", "aws:epochtime", "aws:multifactorauthage", "aws:multifactorauthpresent",
    "aws:referer", "aws:requestedregion", "aws:securetransport", "aws:sourceidentity",
    "aws:sourceip", "aws:sourcevpc", "aws:sourcevpce", "aws:tokenissuetime", "aws:useragent",
    "aws:viaawsservice", "aws:vpcsourceip",
})  # fmt: skip
"""Keys, folded, that tell how a caller comes, not on what or with what the call is made."""

HINDERING: Final = CIRCUMSTANCES - {
    "aws:currenttime", "aws:epochtime", "aws:referer", "aws:requestedregion",
    "aws:securetransport", "aws:useragent",
}  # fmt: skip
"""Those of them that whoever stole a credential cannot simply choose."""

USUAL: Final = build(
    {"aws:SecureTransport": "true", "aws:ViaAWSService": "false"}, Provenance.GIVEN
)
"""What every call of a person or program carries: it comes by TLS, and from itself."""


class Reach(msgspec.Struct, frozen=True):
    """What may be done: ``granted`` at all, with ``keys`` where it depends on circumstances.

    ``given`` is what the caller then has, ``by`` the statements that allow it, ``rule`` what
    decided.
    """

    granted: bool
    rule: Rule
    keys: tuple[str, ...] = ()
    given: Context = Context({})
    by: tuple[StatementRef, ...] = ()

    @property
    def hindered(self) -> bool:
        """Whether a credential alone is not enough."""
        return hinders(self.keys)


def hinders(keys: Iterable[str]) -> bool:
    """Say whether circumstances are such that a credential alone is not enough."""
    return any(fold(key) in HINDERING for key in keys)


def is_circumstance(key: str) -> bool:
    """Say whether a key, folded, tells of the caller's circumstances."""
    return key in CIRCUMSTANCES


def reach(
    layers: Layers,
    request: Request,
    supposed: Callable[[str], bool] = is_circumstance,
) -> Reach:
    """Say whether ``request`` is allowed, as it stands or if the keys that are ``supposed`` fit.

    Assumes that a caller can come to have any value of such a key. Raises as ``decide``.
    """
    decision = decide(layers, request)
    if decision.allowed:
        return Reach(granted=True, rule=decision.rule, by=decision.determining)
    found = _supposing(layers, request, decision, supposed)
    if found is None:
        return Reach(granted=False, rule=decision.rule)
    given, after = found
    keys = tuple(value.key for value in given)
    return Reach(granted=True, rule=after.rule, keys=keys, given=given, by=after.determining)


_MFA: Final = build({"aws:MultiFactorAuthPresent": "true"}, Provenance.SUPPOSED)
_NOTHING: Final = Context({})
_DEPTH: Final = 2

Found = tuple[Context, Decision]


def _supposing(
    layers: Layers, request: Request, decision: Decision, supposed: Callable[[str], bool]
) -> Found | None:
    """Values of supposed keys with which the request is allowed, and its answer.

    Statements may ask for different things, and only what changes an answer is told by
    ``dependencies``: so what is asked for most, MFA, is tried as given, too.
    """
    absent = [fold(key) for key in unread(layers, decision, EVERY_LAYER)]
    if not any(supposed(key) for key in absent):
        return None
    bases = [each for each in (_NOTHING, _MFA) if all(key in absent for key in each.entries)]
    for base in bases:
        if all(supposed(key) for key in base.entries):
            found = _allowed_with(layers, request, base, supposed, _DEPTH)
            if found is not None:
                return found
    return None


def _allowed_with(
    layers: Layers,
    request: Request,
    given: Context,
    supposed: Callable[[str], bool],
    depth: int,
) -> Found | None:
    """Try what is ``given``, then what else changes the answer, as far as ``depth``."""
    asked = msgspec.structs.replace(request, context=overlay(request.context, given))
    decision = decide(layers, asked)
    if decision.allowed:
        return given, decision
    for each in dependencies(layers, asked, decision).suppositions if depth else ():
        if decision.effect is Effect.IMPLICIT_DENY and each.effect is not Effect.ALLOW:
            continue
        if all(supposed(fold(value.key)) for value in each.given):
            more = overlay(given, Context({fold(value.key): value for value in each.given}))
            found = _allowed_with(layers, request, more, supposed, depth - 1)
            if found is not None:
                return found
    return None


def document_reach(
    document: Document,
    principal: Principal,
    action: str,
    resource: Resource,
    given: Context = USUAL,
) -> Reach:
    """Say what one identity-based policy grants by itself, after its own Deny statements."""
    layers = opened(Layers(identity=(Policy(document),)), principal, action)
    return reach(layers, Request(principal, action, (resource,), given))


_OPEN: Final = (
    '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"%s"},'
    '"Action":"*","Resource":"*"}}'
)


def opened(layers: Layers, principal: Principal, action: str) -> Layers:
    """Give a key or a role a policy that leaves the decision to the caller's account.

    So does the default policy of a KMS key, and a role that trusts an account.
    """
    account = principal_account(principal)
    if account is None or not action.startswith(("kms:", "sts:")):
        return layers
    text = _OPEN % account
    return msgspec.structs.replace(layers, resource=Policy(read_document(text)))
