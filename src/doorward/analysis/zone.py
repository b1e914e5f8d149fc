"""The zone of trust: the accounts from which access is nobody's from outside."""

from __future__ import annotations

from doorward.analysis.registry import Scope
from doorward.model.directory import Directory
from doorward.model.organization import Account


def zone_of_trust(scope: Scope) -> frozenset[str]:
    """Return the accounts within the zone of trust of a scope's account, itself included.

    They are those of its organization, as far as the estate has them; without an organization,
    those of the estate that are in none either; and those of the setting ``trusted_accounts``.
    """
    return scope.snapshot.derived(_beside, scope.id) | {
        scope.id,
        *scope.thresholds.trusted_accounts,
    }


def _beside(directory: Directory, account: str) -> frozenset[str]:
    held = directory.get(Account, account)
    return directory.derived(_accounts_of, "" if held is None else held.organization_id or "")


def _accounts_of(directory: Directory, organization: str) -> frozenset[str]:
    """The accounts of an organization; those that are in none, for an empty id."""
    if organization:
        return frozenset(each.id for each in directory.find(Account, organization_id=organization))
    return frozenset(each.id for each in directory.all(Account) if each.organization_id is None)
