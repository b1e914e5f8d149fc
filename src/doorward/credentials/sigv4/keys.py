"""Signing keys: derived from a secret for one day, region and service.

Source: IAM User Guide, "Create a signed AWS API request", step 4.
"""

from __future__ import annotations

import hmac
import threading
from hashlib import sha256

from doorward.credentials.sigv4.request import Authorization


def signing_key(authorization: Authorization, secret: str) -> bytes:
    """Derive the key of the credential scope from a secret access key."""
    key = hmac.digest(b"AWS4" + secret.encode(), authorization.date.encode(), "sha256")
    key = hmac.digest(key, authorization.region.encode(), "sha256")
    key = hmac.digest(key, authorization.service.encode(), "sha256")
    return hmac.digest(key, b"aws4_request", "sha256")


class SigningKeys:
    """Signing keys by access key id, secret and scope, the oldest forgotten first.

    The secret takes part by its digest: a key id whose secret changes has other signing keys.
    Safe to share between threads. The cache decides nothing: with or without it, a request
    verifies alike.
    """

    def __init__(self, capacity: int = 4096) -> None:
        """Hold at most ``capacity`` keys."""
        self._capacity = capacity
        self._keys: dict[tuple[str, bytes, str, str, str], bytes] = {}
        self._lock = threading.Lock()

    def signing_key(self, authorization: Authorization, secret: str) -> bytes:
        """Return what the function ``signing_key`` does, from memory if it can."""
        entry = (
            authorization.access_key_id,
            sha256(secret.encode()).digest(),
            authorization.date,
            authorization.region,
            authorization.service,
        )
        key = self._keys.get(entry)
        if key is None:
            key = signing_key(authorization, secret)
            with self._lock:
                while len(self._keys) >= self._capacity:
                    del self._keys[next(iter(self._keys))]
                self._keys[entry] = key
        return key

    def __len__(self) -> int:
        """How many keys are held."""
        return len(self._keys)

    def __repr__(self) -> str:
        """Show the number of keys, none of them."""
        return f"SigningKeys({len(self)} of {self._capacity})"
