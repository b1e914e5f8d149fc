"""Whether S3 takes a bucket's policy for public (S5).

S3 begins by assuming that a policy is public, and then looks for what limits each of its Allow
statements to fixed values.

Source: Amazon S3 User Guide, "Blocking public access to your Amazon S3 storage", "The meaning of
'public'". A key that is not named there limits nothing.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Mapping

from doorward.policy.conditions.ip import block
from doorward.policy.document import (
    Condition,
    Document,
    Effect,
    PrincipalEntry,
    PrincipalKind,
    Statement,
)
from doorward.policy.folding import fold

_UNFIXED = re.compile(r"[*?]|\$\{")
_ROLE_SESSION_ID = re.compile(r"AROA[^:]*:")
_WIDEST = {4: 8, 6: 32}
_PRIVATE = tuple(
    ipaddress.ip_network(text) for text in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")
)


def is_public(document: Document) -> bool:
    """Whether one of the document's Allow statements is public."""
    return any(_is_public(statement) for statement in document.statements)


def _is_public(statement: Statement) -> bool:
    principals = statement.principals
    if statement.effect is Effect.DENY or principals is None:
        return False
    if not principals.negated and all(_is_fixed_principal(entry) for entry in principals.entries):
        return False
    return principals.negated or not any(_limits(each) for each in statement.conditions)


def _is_fixed_principal(entry: PrincipalEntry) -> bool:
    return entry.kind is not PrincipalKind.EVERYONE and not _UNFIXED.search(entry.text.value)


def _limits(condition: Condition) -> bool:
    """Whether a condition holds for fixed values of one of the keys that count, and only so."""
    operator = fold(condition.operator.value).removeprefix("foranyvalue:")
    operators, is_fixed = _KEYS.get(fold(condition.key.value), _NOTHING)
    return operator in operators and all(is_fixed(value.value) for value in condition.values)


def _is_fixed(text: str) -> bool:
    return not _UNFIXED.search(text)


def _is_fixed_user_id(text: str) -> bool:
    return _is_fixed(text) and not _ROLE_SESSION_ID.match(text)


def _is_fixed_access_point(text: str) -> bool:
    """An access point's ARN may have wildcards in its last part alone, and names its account."""
    parts = text.split(":", 5)
    return (
        len(parts) == 6
        and bool(parts[4])
        and _is_fixed(":".join(parts[:5]))
        and "${" not in parts[5]
    )


def _is_fixed_block(text: str) -> bool:
    """A block of addresses that is not too wide, or private."""
    found = block(text)
    if found is None:
        return False
    if found.version == 4 and any(
        _contains(private, found.first, found.mask) for private in _PRIVATE
    ):
        return True
    return found.mask.bit_count() >= _WIDEST[found.version]


def _contains(outer: ipaddress.IPv4Network | ipaddress.IPv6Network, first: int, mask: int) -> bool:
    return mask.bit_count() >= outer.prefixlen and first & int(outer.netmask) == int(
        outer.network_address
    )


_COMPARING = frozenset(
    {"stringequals", "stringequalsignorecase", "stringlike", "arnequals", "arnlike"}
)
_NOTHING: tuple[frozenset[str], Callable[[str], bool]] = (frozenset(), _is_fixed)

_FIXED_KEYS = (
    "aws:sourcearn",
    "aws:sourcevpc",
    "aws:sourcevpce",
    "aws:sourceowner",
    "aws:sourceaccount",
    "aws:principalorgid",
    "s3:dataaccesspointaccount",
)
_KEYS: Mapping[str, tuple[frozenset[str], Callable[[str], bool]]] = {
    "aws:sourceip": (frozenset({"ipaddress"}), _is_fixed_block),
    "aws:userid": (_COMPARING, _is_fixed_user_id),
    "s3:dataaccesspointarn": (_COMPARING, _is_fixed_access_point),
    **dict.fromkeys(_FIXED_KEYS, (_COMPARING, _is_fixed)),
}
"""The keys that limit a statement, with the operators and the values that do."""
