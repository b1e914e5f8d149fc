"""Messages to a webhook: JSON, signed where both sides share a secret."""

from __future__ import annotations

import hmac
from typing import Any, Final

import httpx
import msgspec

from doorward.errors import DoorwardError

SIGNATURE: Final = "x-doorward-signature"
"""The header with ``sha256=`` and the HMAC of the body under the webhook's secret, in hex."""

_TIMEOUT: Final = 10.0


class NotTaken(DoorwardError):
    """A webhook did not take a message; the URL, which may hold a secret, is not told."""


def post(url: str, message: dict[str, Any], secret: str | None) -> None:
    """Post a message once; redirects are not followed. Raises ``NotTaken``."""
    body = msgspec.json.encode(message)
    headers = {"content-type": "application/json"}
    if secret:
        headers[SIGNATURE] = f"sha256={hmac.digest(secret.encode(), body, 'sha256').hex()}"
    try:
        answer = httpx.post(url, content=body, headers=headers, timeout=_TIMEOUT)
    except httpx.HTTPError as error:
        raise NotTaken(f"the webhook did not take the alert: {type(error).__name__}") from None
    if not answer.is_success:
        raise NotTaken(f"the webhook did not take the alert: it answered {answer.status_code}")
