"""IP address operators: CIDR blocks and plain addresses, compared as numbers (C13).

A plain address is a block of one. IPv4 is never in an IPv6 block, nor the other way round; an
IPv4-mapped IPv6 address is an IPv6 address.
"""

from __future__ import annotations

import ipaddress
import re
from functools import lru_cache

import msgspec

from doorward.policy.conditions.operator import Operator, Test
from doorward.policy.variables import Values


class Block(msgspec.Struct, frozen=True):
    """A CIDR block: the IP version, its first address as a number, and the mask of its prefix."""

    version: int
    first: int
    mask: int


# No netmasks, no zone ids, no digits beyond ASCII, all of which `ipaddress` would take.
_FORM = re.compile(r"[0-9A-Fa-f.:]{2,45}(?:/[0-9]{1,3})?")


@lru_cache(maxsize=4096)
def block(text: str) -> Block | None:
    """Read a CIDR block or an address, or ``None``; bits beyond the prefix are ignored."""
    if not _FORM.fullmatch(text):
        return None
    try:
        network = ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None
    return Block(network.version, int(network.network_address), int(network.netmask))


def _within(text: str, _variables: bool) -> Test:  # noqa: FBT001 — the shape of `Operator.compile`
    wanted = block(text)

    def test(value: str, _context: Values) -> bool | None:
        given = None if "/" in value else block(value)
        if given is None or wanted is None:
            return None
        return given.version == wanted.version and given.first & wanted.mask == wanted.first

    return test


OPERATORS = (
    Operator("IpAddress", _within),
    Operator("NotIpAddress", _within, negated=True),
)
