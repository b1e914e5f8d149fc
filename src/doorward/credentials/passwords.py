"""Passwords kept as argon2id hashes, in the form that names its parameters and its salt.

Sources: RFC 9106 (Argon2); OWASP Password Storage Cheat Sheet: argon2id with 19 MiB, two passes
and one lane. The library's own defaults take more time and memory than a server can spare for a
path that callers choose.
"""

from __future__ import annotations

import threading

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

SALT_BYTES = 16
"""Length of a salt (RFC 9106 §3.1 recommends 16 bytes for passwords)."""

_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1, hash_len=32)

_AT_ONCE = threading.BoundedSemaphore(4)
"""Each hash fills 19 MiB: more of them wait, so that nobody fills the memory by guessing."""


def hashed(password: str, salt: bytes) -> str:
    """Return the hash of a password under a salt of its own (``SALT_BYTES``, never used twice)."""
    with _AT_ONCE:
        return _HASHER.hash(password, salt=salt)


def matches(kept: str, password: str) -> bool:
    """Say whether a password is the one whose hash is kept, comparing in constant time.

    Raises ``ValueError`` for what is no hash: a store that was tampered with lets nobody in.
    """
    with _AT_ONCE:
        try:
            return _HASHER.verify(kept, password)
        except VerifyMismatchError:
            return False
        except (VerificationError, InvalidHashError) as error:
            raise ValueError("what is kept of a password is no hash") from error
