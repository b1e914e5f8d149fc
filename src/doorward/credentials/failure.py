"""Why a caller could not be authenticated, in AWS's codes, statuses and words.

Codes and statuses: IAM API Reference, "Common errors". Texts: that page, IAM User Guide
"Troubleshoot signed requests for AWS APIs", and replies of AWS quoted in public reports, each
named where it is used. AWS echoes the Authorization header in some texts; these do not, because
what stands there by mistake may be a secret, and error texts end up in logs.
"""

from __future__ import annotations

from doorward.errors import DoorwardError

STATUSES = {
    "MissingAuthenticationToken": 403,
    "IncompleteSignature": 400,
    "InvalidClientTokenId": 403,
    "SignatureDoesNotMatch": 403,
    "ExpiredToken": 403,
}
"""HTTP status by error code, for services that speak the query protocol."""

_SIGNATURE_DOES_NOT_MATCH = (
    "The request signature we calculated does not match the signature you provided. Check your "
    "AWS Secret Access Key and signing method. Consult the service documentation for details."
)


class AuthenticationFailure(DoorwardError):
    """Who calls could not be established.

    ``code`` is one of ``STATUSES``, ``status`` its HTTP status, ``message`` AWS's text for people;
    ``wire.faults`` has the spelling and status of each code in JSON protocols.
    """

    def __init__(self, code: str, message: str) -> None:
        """Keep the parts; the status follows from the code."""
        super().__init__(message)
        self.code = code
        self.status = STATUSES[code]
        self.message = message


def missing_authentication_token() -> AuthenticationFailure:
    """An unsigned request to an operation that needs a caller."""
    return AuthenticationFailure(
        "MissingAuthenticationToken", "Request is missing Authentication Token"
    )


def incomplete_signature(message: str) -> AuthenticationFailure:
    """A request whose authentication is malformed, ambiguous or of an unsupported kind."""
    return AuthenticationFailure("IncompleteSignature", message)


def signature_does_not_match(message: str = _SIGNATURE_DOES_NOT_MATCH) -> AuthenticationFailure:
    """A signature that is wrong, out of its time, or out of its scope."""
    return AuthenticationFailure("SignatureDoesNotMatch", message)


def invalid_client_token_id() -> AuthenticationFailure:
    """An access key or session token that is unknown, inactive, deleted or broken.

    One value for all of them: the reply does not tell which it was.
    """
    return AuthenticationFailure(
        "InvalidClientTokenId", "The security token included in the request is invalid."
    )


def expired_token() -> AuthenticationFailure:
    """A session token of a session that has ended."""
    return AuthenticationFailure(
        "ExpiredToken", "The security token included in the request is expired"
    )
