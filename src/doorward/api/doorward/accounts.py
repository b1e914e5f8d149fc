"""CreateAccount: an account that stands alone, outside any organization."""

from __future__ import annotations

from typing import Any

import msgspec

from doorward.api.call import Write
from doorward.api.operation import on, operation
from doorward.control import standalone
from doorward.model.organization import Account


class NewAccount(msgspec.Struct, frozen=True):
    """A new account and its administrator's key; the secret is shown this once."""

    account: Account
    access_key_id: str
    secret_access_key: str

    def __repr__(self) -> str:
        """Show the account and the key's id."""
        return f"NewAccount({self.account.id}, {self.access_key_id})"


def _answer(new: NewAccount) -> dict[str, Any]:
    """Project to CreateAccount's output."""
    account = {
        "Id": new.account.id,
        "Name": new.account.name,
        "Arn": f"arn:aws:doorward::{new.account.id}:account",
        "Status": new.account.status,
        "Created": new.account.created,
    }
    if new.account.email:
        account["Email"] = new.account.email
    return {
        "Account": account,
        "AdministratorAccessKey": {
            "AccessKeyId": new.access_key_id,
            "SecretAccessKey": new.secret_access_key,
        },
    }


@operation(
    "doorward",
    "CreateAccount",
    asks=on(lambda call, _parameters: f"arn:aws:doorward::{call.caller.account}:account/*"),
    answer=_answer,
)
def create_account(
    call: Write, *, name: str, account_id: str | None = None, email: str | None = None
) -> NewAccount:
    """Create a standalone account with an administrator; only the installation's own may."""
    standalone.require_installation(call.transaction, call.caller.account)
    account = standalone.create_standalone(
        call.transaction,
        account_id=account_id or call.ids.account_id(),
        name=name,
        email=email,
        now=call.now,
    )
    key, secret = standalone.create_administrator(
        call.transaction,
        account=account.id,
        user_name=standalone.ADMINISTRATOR,
        now=call.now,
        ids=call.ids,
        seal=call.vault.seal,
    )
    return NewAccount(account, key.id, secret)
