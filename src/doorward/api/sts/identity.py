"""GetCallerIdentity and GetSessionToken: who calls, and temporary credentials for the same user.

Source: AWS STS API Reference.
"""

from __future__ import annotations

from doorward.api.call import Read
from doorward.api.operation import Asks, Parameters, Question, as_is, on_everything, operation
from doorward.api.sts import mfa
from doorward.api.sts.issued import SECRETS, Issued, credentials, issued
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


@operation(
    "sts",
    "GetSessionToken",
    asks=_asks,
    answer=credentials,
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
    minimum_session_token_size: int | None = None,
) -> Issued:
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
    return issued(call, claims, minimum_session_token_size)
