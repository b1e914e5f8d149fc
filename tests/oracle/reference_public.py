"""The literal reference evaluator: which bucket policies are public (S5)."""

import ipaddress
import re
from collections.abc import Mapping
from itertools import chain
from typing import Any

from tests.oracle.reference_text import fold

FIXING_OPERATORS = ("stringequals", "stringequalsignorecase", "stringlike", "arnequals", "arnlike")
FIXING_KEYS = (
    "aws:sourcearn",
    "aws:sourcevpc",
    "aws:sourcevpce",
    "aws:sourceowner",
    "aws:sourceaccount",
    "aws:principalorgid",
    "aws:userid",
    "s3:dataaccesspointarn",
    "s3:dataaccesspointaccount",
)
SIGNS = re.compile(r"[*?]|\$\{")
"""S5: what a wildcard or a variable is written with."""


def public(statement: Mapping[str, Any]) -> bool:
    """S5: a statement for everyone that no condition limits to fixed values."""
    if statement["Effect"] == "Deny":
        return False
    if "NotPrincipal" in statement:
        return True
    element = statement.get("Principal", [])
    names = element if isinstance(element, list) else [*chain(*element.values())]
    return any("*" in name or "?" in name for name in names) and not any(
        limits(fold(operator).removeprefix("foranyvalue:"), fold(key), values)
        for operator, keys in statement["Condition"].items()
        for key, values in keys.items()
    )


def limits(operator: str, key: str, values: list[str]) -> bool:
    """S5: whether every value of a condition is fixed, under an operator that binds to it."""
    if (operator, key) == ("ipaddress", "aws:sourceip"):
        return all(narrow(value) for value in values)
    return (
        operator in FIXING_OPERATORS
        and key in FIXING_KEYS
        and all(fixed(key, value) for value in values)
    )


def narrow(value: str) -> bool:
    """S5: a block of addresses that is not too wide. (None of RFC 1918's is wider than /8.)"""
    try:
        block = ipaddress.ip_network(value, strict=False)
    except ValueError:
        return False
    return block.prefixlen >= (8 if block.version == 4 else 32)


def fixed(key: str, value: str) -> bool:
    """S5: no wildcard and no variable; an access point's name may have wildcards."""
    if key == "aws:userid" and re.match(r"AROA[^:]*:", value):
        return False
    parts = value.split(":", 5)
    if key == "s3:dataaccesspointarn" and len(parts) == 6:
        return not SIGNS.search(":".join(parts[:5])) and "${" not in parts[5]
    return not SIGNS.search(value)
