"""The encoded authorization message of a denied call: a sealed reference to its recorded event.

It says nothing by itself: what it stands for is read from the event when it is decoded, with what
its reader may see then. It is sealed under the account of the denied caller, so that in another
account it does not open, and looks like any other text that was never issued.
"""

from __future__ import annotations

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode

from doorward.api.call import Vault
from doorward.credentials.sealing import SealBroken

MESSAGE_HEADER = "x-doorward-authorization-message"
"""The header of a denial that holds its encoded message. AWS appends its to the text of some
services; IAM and STS have none, and their texts stay exact."""


def encode(vault: Vault, account: str, request_id: str) -> str:
    """Return the encoded message of the call ``request_id``, made and denied in ``account``.

    Letters, digits, ``-`` and ``_`` alone, as in AWS's, and some 230 of them.
    """
    sealed = vault.seal(request_id.encode(), _context(account))
    return urlsafe_b64encode(sealed).rstrip(b"=").decode()


def request_id_of(vault: Vault, account: str, encoded: str) -> str | None:
    """Return the request id in an encoded message, ``None`` for what ``encode`` did not make.

    A message has one spelling only: base64 would let unused bits vary.
    """
    try:
        sealed = urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4))
        if urlsafe_b64encode(sealed).rstrip(b"=").decode() != encoded:
            return None
        return vault.unseal(sealed, _context(account)).decode()
    except (SealBroken, binascii.Error, ValueError):
        return None


def _context(account: str) -> tuple[str, str, str]:
    return (account, "sts", "authorization-message")
