"""Settings of an account that are kept and shown: its properties, and STS's token version.

Sources: IAM API Reference (PutAccountProperties and its example, GetAccountProperties,
SetSecurityTokenServicePreferences). Role Manager itself (AcquireRole) is not served: its property
has no effect here.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import msgspec

from doorward.control import setting_messages as messages
from doorward.model.directory import Directory, Transaction
from doorward.model.organization import Account

PROPERTIES: Mapping[str, frozenset[str]] = MappingProxyType(
    {"RoleManager/Enabled": frozenset({"true", "false"})}
)
"""The properties that AWS's documentation names, and the values that each may have."""

TOKEN_VERSIONS: Mapping[str, int] = MappingProxyType({"v1Token": 1, "v2Token": 2})
"""The versions of the global endpoint's tokens by name. Doorward's are valid in every Region."""


def namespace_of(key: str) -> str:
    """Return the namespace of a property's key."""
    return key.partition("/")[0]


def of(directory: Directory, account: str) -> Mapping[str, str]:
    """Return the properties that were put for an account."""
    return dict(_account(directory, account).properties)


def put(transaction: Transaction, account: str, given: Mapping[str, str]) -> None:
    """Set properties; others stay. Raises ``ControlError`` (InvalidInput)."""
    if any(not _well_formed(key) for key in given):
        raise messages.PROPERTY_KEY.error()
    if len({namespace_of(key) for key in given}) > 1:
        raise messages.ONE_NAMESPACE.error()
    for key, value in given.items():
        allowed = PROPERTIES.get(key)
        if allowed is None:
            raise messages.NO_PROPERTY.error(key=key)
        if value not in allowed:
            raise messages.PROPERTY_VALUE.error(key=key, allowed=" or ".join(sorted(allowed)))
    held = _account(transaction, account)
    merged = tuple(sorted((dict(held.properties) | dict(given)).items()))
    _replaced(transaction, held, msgspec.structs.replace(held, properties=merged))


def set_token_version(transaction: Transaction, account: str, name: str) -> None:
    """Set the version of the tokens of STS's global endpoint."""
    held = _account(transaction, account)
    changed = msgspec.structs.replace(held, token_version=TOKEN_VERSIONS[name])
    _replaced(transaction, held, changed)


def _well_formed(key: str) -> bool:
    """Whether a key is ``Namespace/PropertyName``, with just one slash, within it."""
    return key.count("/") == 1 and not key.startswith("/") and not key.endswith("/")


def _account(directory: Directory, account: str) -> Account:
    held = directory.get(Account, account)
    assert held is not None  # noqa: S101 - the caller's account exists, or nobody called
    return held


def _replaced(transaction: Transaction, held: Account, changed: Account) -> None:
    if changed != held:
        transaction.put(changed)
