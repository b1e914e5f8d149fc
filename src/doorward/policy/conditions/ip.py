"""IP address operators: CIDR blocks and plain addresses, compared as numbers (C13).

A plain address is a block of one. IPv4 is never in an IPv6 block, nor the other way round; an
IPv4-mapped IPv6 address is an IPv6 address.
"""

from __future__ import annotations

import ipaddress
import re

from doorward.policy.conditions.operator import Operator, Test
from doorward.policy.variables import Values

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Block = ipaddress.IPv4Network | ipaddress.IPv6Network

# No netmasks, no zone ids, no digits beyond ASCII, all of which `ipaddress` would take.
_FORM = re.compile(r"[0-9A-Fa-f.:]+(?:/[0-9]{1,3})?")


def block(text: str) -> Block | None:
    """Read a CIDR block or an address, or ``None``; bits beyond the prefix are ignored."""
    if not _FORM.fullmatch(text):
        return None
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None


def address(text: str) -> Address | None:
    """Read one address, or ``None``."""
    found = block(text)
    return None if found is None or "/" in text else found.network_address


def _within(text: str, _variables: bool) -> Test:  # noqa: FBT001 — the shape of `Operator.compile`
    wanted = block(text)

    def test(value: str, _context: Values) -> bool | None:
        given = address(value)
        return None if given is None or wanted is None else given in wanted

    return test


OPERATORS = (
    Operator("IpAddress", _within),
    Operator("NotIpAddress", _within, negated=True),
)
