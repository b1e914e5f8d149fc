"""GetCallerIdentity and GetSessionToken: who calls, and temporary credentials for the same user.

Source: AWS STS API Reference.
"""

from __future__ import annotations

from typing import Any

from doorward.api.call import Read
from doorward.api.operation import Asks, Parameters, Question, as_is, on_everything, operation
from doorward.api.sts import mfa
from doorward.api.sts.roles import SECRETS, Assumed, credentials
from doorward.control import sessions
from doorward.engine.request import Resource


@operation("sts", "GetCallerIdentity", asks=on_everything(), answer=as_is)
def get_caller_identity(call: Read) -> dict[str, str]:
    """Say who calls; any authenticated caller may know."""
    return {
        "UserId": call.caller.user_id,
        "Account": call.caller.account,
        "Arn": call.caller.arn,
    }


def _asks(action: str) -> Asks:
    """Ask for GetSessionToken, with the MFA keys that the call itself earns."""

    def questions(call: Read, parameters: Parameters) -> tuple[Question, ...]:
        context = mfa.mfa_context(
            call, parameters.get("serial_number"), parameters.get("token_code")
        )
        return (Question(action, Resource("*", call.caller.account), context),)

    return questions


def _answer(assumed: Assumed) -> dict[str, Any]:
    """Project a session to GetSessionToken's output."""
    return {"Credentials": credentials(assumed)}


@operation(
    "sts",
    "GetSessionToken",
    asks=_asks,
    answer=_answer,
    redact=SECRETS,
    spends=mfa.SPENDS,
    issues=True,
)
def get_session_token(
    call: Read,
    *,
    duration_seconds: int | None = None,
    serial_number: str | None = None,
    token_code: str | None = None,
) -> Assumed:
    """Issue temporary credentials for the calling user; they carry MFA if a code was given."""
    claims = sessions.user_session(
        account=call.caller.account,
        user_id=call.caller.user_id,
        user_arn=call.caller.arn,
        asked=duration_seconds,
        mfa_authenticated_at=mfa.spend(call, serial_number, token_code),
        now=call.now,
        ids=call.ids,
    )
    return Assumed(claims, call.vault.issue_token(claims))
