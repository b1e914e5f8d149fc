"""Addresses in conditions: the private ones that never come, and blocks with bits too many.

Private are those of RFC 1918 and the unique local ones of RFC 4193; ranges for documentation are
not, as AWS's own examples use them.

Sources: IAM User Guide, "AWS global condition context keys" (aws:SourceIp is the public address)
and "IAM policy validation check reference" (Private IP address, Private NotIpAddress, Improve IP
range).
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator

from doorward.policy.conditions import ip
from doorward.policy.conditions.ip import Block, block
from doorward.policy.folding import fold
from doorward.policy.problem import Finding, Severity
from doorward.policy.validation.rule import Rule
from doorward.policy.validation.subject import Clause, Subject, at_text

_PRIVATE = tuple(
    filter(None, map(block, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")))
)
_SOURCE_IP = "aws:sourceip"
_WITHIN, _OUTSIDE = (fold(operator.name) for operator in ip.OPERATORS)


def _is_private(found: Block | None) -> bool:
    return found is not None and any(
        found.version == private.version
        and found.first & private.mask == private.first
        and found.mask & private.mask == private.mask
        for private in _PRIVATE
    )


def _private(subject: Subject, base: str, *, every: bool) -> Iterator[Clause]:
    """Yield the conditions on aws:SourceIp of which every value is private, or some are."""
    for clause in subject.about(_SOURCE_IP):
        if clause.base == base:
            private = [_is_private(block(value.value)) for value in clause.condition.values]
            if any(private) and all(private) is every:
                yield clause


def only_private(subject: Subject) -> Iterator[Finding]:
    """Requests come from public addresses."""
    for clause in _private(subject, _WITHIN, every=True):
        message = "aws:SourceIp is never a private address: this never holds"
        yield clause.at(message, "Use public addresses, or aws:VpcSourceIp")


def only_private_excluded(subject: Subject) -> Iterator[Finding]:
    """Requests do not come from private addresses anyhow."""
    for clause in _private(subject, _OUTSIDE, every=True):
        message = "aws:SourceIp is never a private address: this always holds"
        yield clause.at(message, "Use public addresses, or aws:VpcSourceIp")


def partly_private(subject: Subject) -> Iterator[Finding]:
    """Of the addresses that requests come from none is private."""
    for clause in _private(subject, _WITHIN, every=False):
        message = "aws:SourceIp is never a private address: some of these never match"
        yield clause.at(message, "Use aws:VpcSourceIp for them")


def partly_private_excluded(subject: Subject) -> Iterator[Finding]:
    """Of the addresses that are excluded none is private."""
    for clause in _private(subject, _OUTSIDE, every=False):
        message = "aws:SourceIp is never a private address: some of these exclude nothing"
        yield clause.at(message, "Use aws:VpcSourceIp for them")


def host_bits(subject: Subject) -> Iterator[Finding]:
    """A CIDR block has no bits set beyond its prefix."""
    for clause in subject.under((_WITHIN, _OUTSIDE)):
        for value in clause.condition.values:
            found = block(value.value)
            given = block(value.value.partition("/")[0])
            if found and given and found.first != given.first:
                message = "The bits of the address beyond the prefix are ignored"
                meant = ipaddress.ip_network(value.value, strict=False)
                yield at_text(value, message, f"Write {meant}")


RULES = (
    Rule("PRIVATE_IP_ADDRESS", Severity.ERROR, only_private),
    Rule("PRIVATE_NOT_IP_ADDRESS", Severity.ERROR, only_private_excluded),
    Rule("PRIVATE_IP_ADDRESS_SUBSET", Severity.SUGGESTION, partly_private),
    Rule("PRIVATE_NOT_IP_ADDRESS_SUBSET", Severity.SUGGESTION, partly_private_excluded),
    Rule("IMPROVE_IP_RANGE", Severity.SUGGESTION, host_bits),
)
