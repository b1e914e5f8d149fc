"""Identifiers and secrets, made from entropy that is given."""

from __future__ import annotations

import base64
import threading
from collections.abc import Callable
from datetime import datetime

from doorward.credentials.passwords import SALT_BYTES
from doorward.credentials.totp import new_seed
from doorward.model import ids as forms
from doorward.model.ids import UNIQUE_ID_ENTROPY

_POOLED = 64
"""Identifiers for which entropy is held."""

SECRET_BYTES = 30
"""Bytes behind a secret access key: 40 characters of the base64 alphabet, as AWS's."""


class Ids:
    """Makes every identifier and secret that the verbs need.

    ``entropy(n)`` returns ``n`` bytes; the running system gives it the operating system's source,
    a test a seeded one.
    """

    def __init__(self, entropy: Callable[[int], bytes]) -> None:
        """Keep the source."""
        self._entropy = entropy
        self._pool = b""
        self._pooling = threading.Lock()

    def _bytes(self) -> bytes:
        return self._entropy(UNIQUE_ID_ENTROPY)

    def unique_id(self, prefix: str, account: str) -> str:
        """Return a unique id: prefix (AIDA, AROA, ANPA), account, random bits."""
        return forms.unique_id(prefix, account, self._bytes())

    def access_key_id(self, prefix: str, account: str) -> str:
        """Return an access key id: prefix (AKIA, ASIA), account, random bits."""
        return forms.access_key_id(prefix, account, self._bytes())

    def long_id(self, prefix: str, account: str) -> str:
        """Return an id of 32 letters and digits: prefix, account, random bits."""
        return forms.long_id(prefix, account, self._bytes())

    def account_id(self) -> str:
        """Return a 12-digit account id."""
        return forms.account_id(self._bytes())

    def organization_id(self) -> str:
        """Return an organization id (o-…)."""
        return forms.organization_id(self._bytes())

    def root_id(self) -> str:
        """Return the id of an organization's root (r-…)."""
        return forms.root_id(self._bytes())

    def organizational_unit_id(self, root: str) -> str:
        """Return the id of an organizational unit below ``root`` (ou-…)."""
        return forms.organizational_unit_id(root, self._bytes())

    def organization_policy_id(self) -> str:
        """Return the id of an organization policy (p-…)."""
        return forms.organization_policy_id(self._bytes())

    def account_creation_id(self) -> str:
        """Return the id of a CreateAccount request (car-…)."""
        return forms.account_creation_id(self._bytes())

    def secret(self) -> str:
        """Return a secret access key of 40 characters."""
        return base64.b64encode(self._entropy(SECRET_BYTES)).decode()

    def seed(self) -> str:
        """Return the seed of a virtual MFA device, in base32."""
        return new_seed(self._entropy)

    def security_key(self) -> str:
        """Return what ends the ARN of a security key: 26 letters and digits."""
        return base64.b32encode(self._entropy(16)).decode().rstrip("=")

    def salt(self) -> bytes:
        """Return the salt of a password's hash."""
        return self._entropy(SALT_BYTES)

    def uuid(self) -> str:
        """Return a random UUID (version 4) in its usual spelling (RFC 9562, section 5.4)."""
        digits = self._entropy(16).hex()
        variant = "89ab"[int(digits[16], 16) & 3]
        return (
            f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-{variant}{digits[17:20]}-{digits[20:]}"
        )

    def uuid_of(self, moment: datetime) -> str:
        """Return a UUID (version 7) of an aware time: later ones are greater, to the millisecond.

        For what is kept in great numbers: an index of them grows at its end, where random ones
        would touch a page each. 74 bits are random (RFC 9562, section 5.7).
        """
        millisecond = f"{int(moment.timestamp() * 1000):012x}"
        digits = self._pooled().hex()
        variant = "89ab"[int(digits[3], 16) & 3]
        return (
            f"{millisecond[:8]}-{millisecond[8:]}-7{digits[:3]}"
            f"-{variant}{digits[4:7]}-{digits[8:]}"
        )

    def _pooled(self) -> bytes:
        """Return 10 bytes for an id that is no secret; the source is asked for many at once.

        Each question to the operating system lets another thread go first.
        """
        with self._pooling:
            if not self._pool:
                self._pool = self._entropy(10 * _POOLED)
            taken, self._pool = self._pool[:10], self._pool[10:]
        return taken
