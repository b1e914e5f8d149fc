"""What the grants of a KMS key allow (S2).

Source: AWS KMS Developer Guide, "Grants in AWS KMS", "Grant constraints", "Retiring and revoking
grants"; AWS KMS API Reference, "GrantConstraints".
"""

from __future__ import annotations

from collections.abc import Iterator

from doorward.engine.context import Context
from doorward.engine.principals import Caller, MatchKind, Name
from doorward.engine.request import Grant

_ENCRYPTION_CONTEXT = "kms:encryptioncontext:"
_UNBOUND = frozenset({"kms:describekey", "kms:retiregrant"})


def granted(
    grants: tuple[Grant, ...], caller: Caller, action: str, context: Context
) -> frozenset[MatchKind]:
    """Return the ways in which the grants that allow the folded ``action`` name the caller."""
    named = (name for grant in grants for name in _allowed(grant, action, context))
    return frozenset(caller.names[name] for name in named if name in caller.names)


def _allowed(grant: Grant, action: str, context: Context) -> Iterator[Name]:
    """Yield the names of those whom a grant allows the action."""
    if action == "kms:retiregrant" and grant.retiring is not None:
        yield grant.retiring
    if action in grant.operations and _holds(grant, action, context):
        yield grant.grantee


def _holds(grant: Grant, action: str, context: Context) -> bool:
    """Whether the grant's constraints hold."""
    if grant.source_arn is not None:
        source = context.get("aws:SourceArn")
        if source is None or source.multi or source.values[0] != grant.source_arn:
            return False
    equals, subset = grant.context_equals, grant.context_subset
    if action in _UNBOUND or (equals is None and subset is None):
        return True
    if action == "kms:creategrant":
        return False  # a request does not show what the new grant is constrained to
    given = _encryption_context(context)
    return (equals is None or given == equals) and (subset is None or given >= subset)


def _encryption_context(context: Context) -> frozenset[tuple[str, str]]:
    """The request's encryption context: names and values are compared exactly."""
    start = len(_ENCRYPTION_CONTEXT)
    return frozenset(
        (value.key[start:], value.values[0])
        for key, value in context.entries.items()
        if key.startswith(_ENCRYPTION_CONTEXT) and not value.multi
    )
