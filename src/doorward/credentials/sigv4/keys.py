"""Signing keys: derived from a secret for one day, region and service.

Source: IAM User Guide, "Create a signed AWS API request", step 4.
"""

from __future__ import annotations

import hmac
import threading

from doorward.credentials.sigv4.request import Authorization


def signing_key(authorization: Authorization, secret: str) -> bytes:
    """Derive the key of the credential scope from a secret access key."""
    key = hmac.digest(b"AWS4" + secret.encode(), authorization.date.encode(), "sha256")
    key = hmac.digest(key, authorization.region.encode(), "sha256")
    key = hmac.digest(key, authorization.service.encode(), "sha256")
    return hmac.digest(key, b"aws4_request", "sha256")


class SigningKeys:
    """Signing keys by access key id and scope, the oldest forgotten first.

    Beside each stands the secret that it was derived from: another secret has another key.
    Safe to share between threads. The cache decides nothing: with or without it, a request
    verifies alike.
    """

    def __init__(self, capacity: int = 4096) -> None:
        """Hold at most ``capacity`` keys."""
        self._capacity = capacity
        self._keys: dict[tuple[str, str, str, str], tuple[str, bytes]] = {}
        self._lock = threading.Lock()

    def signing_key(self, authorization: Authorization, secret: str) -> bytes:
        """Return what the function ``signing_key`` does, from memory if it can."""
        entry = (
            authorization.access_key_id,
            authorization.date,
            authorization.region,
            authorization.service,
        )
        held = self._keys.get(entry)
        if held is not None and held[0] == secret:  # both are ours: nothing to be timed
            return held[1]
        key = signing_key(authorization, secret)
        with self._lock:
            self._keys.pop(entry, None)
            while len(self._keys) >= self._capacity:
                del self._keys[next(iter(self._keys))]
            self._keys[entry] = secret, key
        return key

    def __len__(self) -> int:
        """How many keys are held."""
        return len(self._keys)

    def __repr__(self) -> str:
        """Show the number of keys, none of them."""
        return f"SigningKeys({len(self)} of {self._capacity})"
