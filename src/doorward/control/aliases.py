"""The alias of an account: one at most, unique in the installation.

Sources: IAM API Reference (CreateAccountAlias, DeleteAccountAlias); IAM User Guide, "Use an alias
for your AWS account ID": a new alias replaces the old one. The form is the service model's.
"""

from __future__ import annotations

import msgspec

from doorward.control import messages
from doorward.model.directory import Directory, Transaction
from doorward.model.organization import Account


def of(directory: Directory, account_id: str) -> str | None:
    """Return an account's alias, if it has one."""
    account = directory.get(Account, account_id)
    return None if account is None else account.alias


def create(transaction: Transaction, account_id: str, alias: str) -> None:
    """Give an account an alias, instead of the one that it has.

    Raises ``ControlError`` (EntityAlreadyExists) for one that an account has, be it this one.
    """
    account = None
    for each in transaction.all(Account):
        if each.alias == alias:
            raise messages.ALIAS_EXISTS.error(alias=alias)
        if each.id == account_id:
            account = each
    assert account is not None  # noqa: S101 - the caller's account exists, or nobody called
    transaction.put(msgspec.structs.replace(account, alias=alias))


def delete(transaction: Transaction, account_id: str, alias: str) -> None:
    """Take an account's alias; raise NoSuchEntity when it is not this one."""
    account = transaction.get(Account, account_id)
    if account is None or account.alias != alias:
        raise messages.NO_SUCH_ALIAS.error(alias=alias)
    transaction.put(msgspec.structs.replace(account, alias=None))
