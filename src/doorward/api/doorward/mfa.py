"""MFA tokens registered, listed, deleted; security keys recorded: on AWS its console's work."""

from __future__ import annotations

from typing import Any

import msgspec

from doorward.api.call import Read, Write
from doorward.api.doorward.resources import INVALID_TOKEN
from doorward.api.operation import Parameters, on, operation
from doorward.api.pages import Page, page
from doorward.control import security_keys
from doorward.model.credential import MfaDevice
from doorward.model.directory import one
from doorward.model.identity import User
from doorward.policy.folding import fold


def _token(call: Read, parameters: Parameters) -> str:
    """Return the ARN that a hardware token has in policies."""
    return f"arn:aws:iam::{call.caller.account}:mfa/{parameters['token_serial']}"


def _user(call: Read, parameters: Parameters) -> str:
    """Return the ARN of the user; that of one who is not there has the path ``/``."""
    account, name = call.caller.account, parameters["user_name"]
    found = call.directory.get(User, account, fold(name))
    return found.arn if found else f"arn:aws:iam::{account}:user/{name}"


def _answer(device: MfaDevice) -> dict[str, Any]:
    """Project to an output that names the device."""
    return {"SerialNumber": device.serial}


@operation("doorward", "RegisterMFAToken", asks=on(_token), answer=_answer)
def register_mfa_token(call: Write, *, token_serial: str, seed: str) -> MfaDevice:
    """Make a hardware token known by its seed, so that IAM's EnableMFADevice can enable it."""
    return security_keys.register(
        call.transaction,
        call.caller.account,
        token_serial,
        seed,
        now=call.now,
        seal=call.vault.seal,
    )


class Held(msgspec.Struct, frozen=True):
    """A hardware token and the user that has it, ``None`` for nobody."""

    device: MfaDevice
    user: User | None


def _listed(found: Page[Held]) -> dict[str, Any]:
    """Project a page of tokens."""
    more = {"NextToken": found.marker} if found.marker else {}
    return {"Tokens": [_told(each) for each in found.items], **more}


def _told(held: Held) -> dict[str, Any]:
    name = {"UserName": held.user.name} if held.user else {}
    return {"TokenSerial": held.device.serial, "Registered": held.device.created, **name}


@operation(
    "doorward",
    "ListMFATokens",
    asks=on(lambda call, _parameters: f"arn:aws:iam::{call.caller.account}:mfa/*"),
    answer=_listed,
)
def list_mfa_tokens(
    call: Read, *, max_results: int | None = None, next_token: str | None = None
) -> Page[Held]:
    """Return the account's hardware tokens, by serial number."""
    directory = call.directory
    held = security_keys.tokens(directory, call.caller.account)
    return page(
        (Held(each, one(directory, User, id=each.owner_id or "")) for each in held),
        lambda each: each.device.serial,
        next_token,
        max_results,
        INVALID_TOKEN,
    )


@operation("doorward", "DeleteMFAToken", asks=on(_token))
def delete_mfa_token(call: Write, *, token_serial: str) -> None:
    """Forget a hardware token that nobody uses, and its seed."""
    device = security_keys.token(call.transaction, call.caller.account, token_serial)
    security_keys.forget(call.transaction, device)


@operation("doorward", "RecordSecurityKey", asks=on(_user), answer=_answer)
def record_security_key(
    call: Write, *, user_name: str, name: str, certifications: dict[str, str] | None = None
) -> MfaDevice:
    """Record that a user has a FIDO security key."""
    return security_keys.record_key(
        call.transaction,
        security_keys.holder(call.transaction, call.caller.account, user_name),
        name,
        tuple(sorted((certifications or {}).items())),
        now=call.now,
        ids=call.ids,
    )
