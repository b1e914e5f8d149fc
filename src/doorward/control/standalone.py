"""Accounts outside any organization, and the administrator that every such account begins with."""

from __future__ import annotations

from datetime import datetime

from doorward.control.accounts import ADMINISTRATOR_ACCESS
from doorward.control.errors import ControlError
from doorward.control.ids import Ids
from doorward.control.sealing import Seal
from doorward.model.credential import AccessKey
from doorward.model.directory import Directory, Transaction
from doorward.model.identity import Attachment, User
from doorward.model.organization import Account

ADMINISTRATOR = "administrator"
"""The name of the first user of an account that is not made by an organization."""


def require_installation(directory: Directory, account: str) -> None:
    """Raise ``ControlError`` (AccessDeniedException) unless ``account`` runs the installation."""
    held = directory.get(Account, account)
    if held is None or not held.installation:
        raise ControlError(
            "AccessDeniedException",
            "Only the account that this installation is run from may create standalone accounts.",
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
    *,
    account: str,
    user_name: str,
    now: datetime,
    ids: Ids,
    seal: Seal,
    key: tuple[str, str] | None = None,
) -> tuple[AccessKey, str]:
    """Create a user with AdministratorAccess and an access key; return the key and its secret.

    ``key`` is the id and secret to use, where somebody has chosen them; else they are drawn.
    """
    user = User(account=account, name=user_name, id=ids.unique_id("AIDA", account), created=now)
    transaction.add(user)
    transaction.add(Attachment(account, user.id, ADMINISTRATOR_ACCESS, 0))
    key_id, secret = key or (ids.access_key_id("AKIA", account), ids.secret())
    access_key = AccessKey(
        id=key_id,
        account=account,
        owner_id=user.id,
        sealed_secret=seal(secret.encode(), (account, user.id, key_id)),
        created=now,
    )
    transaction.add(access_key)
    return access_key, secret
