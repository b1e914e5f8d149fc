"""Hashes of passwords, held against another implementation of Argon2id."""

from __future__ import annotations

from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor

import pytest
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from doorward.credentials import passwords

SALT = bytes(range(passwords.SALT_BYTES))


@pytest.mark.parametrize("password", ["correct-Horse7", "ÿ" * 128, "\t \r\n"])
def test_a_hash_is_argon2id_s_in_its_usual_form(password: str) -> None:
    """RFC 9106; the form is that of the reference implementation (PHC string format)."""
    other = Argon2id(salt=SALT, length=32, iterations=2, lanes=1, memory_cost=19 * 1024)
    salt, tag = (
        b64encode(each).decode().rstrip("=") for each in (SALT, other.derive(password.encode()))
    )
    kept = passwords.hashed(password, SALT)
    assert kept == f"$argon2id$v=19$m=19456,t=2,p=1${salt}${tag}"
    assert passwords.matches(kept, password)
    assert not passwords.matches(kept, password[:-1])


def test_a_hash_of_other_parameters_is_still_checked() -> None:
    """What was kept before the parameters are changed is not lost."""
    other = Argon2id(salt=SALT, length=32, iterations=1, lanes=1, memory_cost=64)
    salt, tag = (b64encode(each).decode().rstrip("=") for each in (SALT, other.derive(b"earlier")))
    kept = f"$argon2id$v=19$m=64,t=1,p=1${salt}${tag}"
    assert passwords.matches(kept, "earlier")
    assert not passwords.matches(kept, "other")


@pytest.mark.parametrize("kept", ["", "plain", "$argon2id$v=19$m=19456,t=2,p=1$x", "$1$abc$def"])
def test_what_is_no_hash_lets_nobody_in(kept: str) -> None:
    with pytest.raises(ValueError, match="hash"):
        passwords.matches(kept, kept)


def test_many_at_once_wait_for_each_other() -> None:
    with ThreadPoolExecutor(12) as pool:
        kept = list(
            pool.map(lambda number: passwords.hashed("same", bytes([number] * 16)), range(12))
        )
    assert len(set(kept)) == 12
