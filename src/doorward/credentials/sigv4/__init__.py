"""AWS Signature Version 4, the verifying side: header and presigned requests.

``parse`` reads what a request claims, ``verify`` proves it against the secret of the key it
names. All are pure functions of their arguments; ``SigningKeys`` only remembers.
"""

from __future__ import annotations

from doorward.credentials.failure import AuthenticationFailure
from doorward.credentials.sigv4.keys import SigningKeys
from doorward.credentials.sigv4.parse import parse
from doorward.credentials.sigv4.request import Authorization, SignedRequest
from doorward.credentials.sigv4.verify import refuse_unknown_key, verify

__all__ = [
    "SignedRequest",
    "Authorization",
    "parse",
    "verify",
    "refuse_unknown_key",
    "SigningKeys",
    "AuthenticationFailure",
]
