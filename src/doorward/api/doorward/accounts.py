"""CreateAccount: an account that stands alone, outside any organization."""

from __future__ import annotations

from typing import Any

from doorward.api.call import Write
from doorward.api.operation import on, operation
from doorward.control import standalone
from doorward.control.access_keys import NewKey
from doorward.model.organization import Account


def _answer(new: tuple[Account, NewKey]) -> dict[str, Any]:
    """Project to CreateAccount's output; the secret is shown this once."""
    account, administrator = new
    shape = {
        "Id": account.id,
        "Name": account.name,
        "Arn": f"arn:aws:doorward::{account.id}:account",
        "Status": account.status,
        "Created": account.created,
    }
    if account.email:
        shape["Email"] = account.email
    return {
        "Account": shape,
        "AdministratorAccessKey": {
            "AccessKeyId": administrator.key.id,
            "SecretAccessKey": administrator.secret,
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
) -> tuple[Account, NewKey]:
    """Create a standalone account with an administrator; only the installation's own may."""
    standalone.require_installation(call.transaction, call.caller.account)
    account = standalone.create_standalone(
        call.transaction,
        account_id=account_id or call.ids.account_id(),
        name=name,
        email=email,
        now=call.now,
    )
    return account, standalone.create_administrator(
        call.transaction, account.id, now=call.now, ids=call.ids, seal=call.vault.seal
    )
