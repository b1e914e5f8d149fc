"""Accounts outside any organization, and the administrator that every such account begins with."""

from __future__ import annotations

from datetime import datetime

from doorward.control import access_keys, attachments, users
from doorward.control.access_keys import NewKey
from doorward.control.accounts import ADMINISTRATOR_ACCESS
from doorward.control.errors import ControlError
from doorward.control.ids import Ids
from doorward.control.sealing import Seal
from doorward.control.users import Owner
from doorward.model.directory import Directory, Transaction
from doorward.model.organization import Account

ADMINISTRATOR = "administrator"
"""The name of the first user of an account that is not made by an organization."""


def require_installation(directory: Directory, account: str) -> None:
    """Raise ``ControlError`` (AccessDeniedException) unless ``account`` runs the installation."""
    held = directory.get(Account, account)
    if held is None or not held.installation:
        raise ControlError(
            "AccessDeniedException",
            "Only the account that this installation is run from may create standalone accounts"
            " and change quotas.",
        )


def create_standalone(
    transaction: Transaction,
    *,
    account_id: str,
    name: str,
    email: str | None,
    now: datetime,
    installation: bool = False,
) -> Account:
    """Create an account that belongs to no organization.

    Raises ``ControlError`` (ConflictException) when the id or the e-mail address is taken.
    """
    if transaction.get(Account, account_id) is not None:
        raise ControlError("ConflictException", f"Account {account_id} exists already.")
    if email and any(held.email == email for held in transaction.all(Account)):
        raise ControlError("ConflictException", f"Another account has the address {email}.")
    account = Account(
        id=account_id, name=name, created=now, email=email, installation=installation
    )
    transaction.add(account)
    return account


def create_administrator(
    transaction: Transaction,
    account: str,
    *,
    now: datetime,
    ids: Ids,
    seal: Seal,
    chosen: tuple[str, str] | None = None,
) -> NewKey:
    """Create a user with AdministratorAccess and an access key, drawn or ``chosen``."""
    user = users.create(transaction, account, name=ADMINISTRATOR, now=now, ids=ids)
    attachments.attach(transaction, user, ADMINISTRATOR_ACCESS)
    owner = Owner(account, user.id, user.name)
    return access_keys.create(transaction, owner, now=now, ids=ids, seal=seal, chosen=chosen)
