"""Sealing: what the store keeps of secrets, readable only with a master key.

Envelope encryption. Each secret has a data key of its own (AES-256-GCM), which is wrapped by a
master key; every sealed value names its master key, so that keys rotate while values stay
readable. The associated data binds a value to its place: a sealed secret copied to another owner,
or another kind of secret put in its place, does not open.

Layout, version 1: version (1 byte) · length of key id (1) · key id · salt (32) · wrapped data key
(48) · nonce (12) · ciphertext with tag. The wrapping key is HMAC-SHA-256(master, salt): it is
fresh each time, so no count of sealed values wears out a master key (AES-GCM with random nonces
under one key would, after 2^32: NIST SP 800-38D §8.3).
"""

from __future__ import annotations

import binascii
import hmac
import re
from base64 import b64decode, b64encode
from collections.abc import Callable, Sequence
from functools import lru_cache

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from doorward.errors import ConfigurationError, DoorwardError

RandomBytes = Callable[[int], bytes]
"""A source of that many unpredictable bytes, e.g. ``secrets.token_bytes``."""

MARK_BYTES = 16
"""The length of a mark: nobody guesses one of 128 bits."""

_VERSION = 1
_KEY_BYTES = 32
_SALT_BYTES = 32
_WRAPPED_BYTES = _KEY_BYTES + 16
_NONCE_BYTES = 12
_NO_NONCE = bytes(_NONCE_BYTES)
_KEY_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")


class SealBroken(DoorwardError):
    """A sealed value does not open here. The reason is not told: they must look alike."""

    def __init__(self) -> None:
        """Say no more than that."""
        super().__init__("the sealed value cannot be opened")


class MasterKey(msgspec.Struct, frozen=True):
    """A key that wraps data keys; ``id`` names it in all that it sealed, ``key`` is 32 bytes."""

    id: str
    key: bytes

    def __post_init__(self) -> None:
        """Refuse what cannot be a master key."""
        if not _KEY_ID.fullmatch(self.id) or len(self.key) != _KEY_BYTES:
            raise ConfigurationError(
                "a master key has an id of 1 to 64 letters, digits, '.', '_' or '-', and 32 bytes"
            )

    def __repr__(self) -> str:
        """Show the id alone."""
        return f"MasterKey({self.id!r})"


def new_master_key(random_bytes: RandomBytes) -> MasterKey:
    """Make a master key with a random id."""
    return MasterKey(f"mk-{random_bytes(8).hex()}", random_bytes(_KEY_BYTES))


def format_master_keys(keys: Sequence[MasterKey]) -> str:
    """Write master keys as text, one a line, ``id:base64``: what ``parse_master_keys`` reads."""
    return "".join(f"{key.id}:{b64encode(key.key).decode()}\n" for key in keys)


def parse_master_keys(text: str) -> tuple[MasterKey, ...]:
    """Read master keys, one a line, the newest first; empty lines and ``#`` comments are skipped.

    Raises:
        ConfigurationError: no key, a malformed line (named by its number, never quoted), or an id
            that stands there twice.

    """
    keys: list[MasterKey] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip() and not line.startswith("#"):
            keys.append(_parse_master_key(line.strip(), number))
    if not keys:
        raise ConfigurationError("the master key file has no key in it")
    if len({key.id for key in keys}) != len(keys):
        raise ConfigurationError("the master key file has two keys with the same id")
    return tuple(keys)


def _parse_master_key(line: str, number: int) -> MasterKey:
    """Read one line of a master key file."""
    key_id, _, encoded = line.partition(":")
    try:
        return MasterKey(key_id, b64decode(encoded, validate=True))
    except (binascii.Error, ConfigurationError):
        raise ConfigurationError(
            f"line {number} of the master key file is not 'id:base64 of 32 bytes'"
        ) from None


def master_key_id(sealed: bytes) -> bytes:
    """Return the id of the master key that a sealed value names; raises ``SealBroken``."""
    if len(sealed) < 2 or sealed[0] != _VERSION:
        raise SealBroken
    return sealed[2 : 2 + sealed[1]]


class Sealer:
    """Seals with the first of its master keys, opens what any of them sealed."""

    def __init__(self, keys: Sequence[MasterKey]) -> None:
        """Take the master keys, the current one first.

        Raises:
            ConfigurationError: there is none.

        """
        if not keys:
            raise ConfigurationError("sealing needs a master key")
        self._current = keys[0]
        self._keys = {key.id.encode(): key for key in keys}

    def seal(
        self, plaintext: bytes, *, context: tuple[str, ...], random_bytes: RandomBytes
    ) -> bytes:
        """Encrypt ``plaintext`` so that it opens in the same ``context`` only.

        ``context`` names the place, e.g. ``(account, owner_id, access_key_id)``; it is not kept.
        """
        drawn = random_bytes(_KEY_BYTES + _NONCE_BYTES + _SALT_BYTES)
        data_key, nonce = drawn[:_KEY_BYTES], drawn[_KEY_BYTES:-_SALT_BYTES]
        head = self._wrapped(data_key, drawn[-_SALT_BYTES:])
        return head + nonce + AESGCM(data_key).encrypt(nonce, plaintext, _associated(context))

    def unseal(self, sealed: bytes, *, context: tuple[str, ...]) -> bytes:
        """Return what was sealed.

        Raises:
            SealBroken: for every reason alike: not a sealed value, altered, of an unknown master
                key, or sealed in another context.

        """
        data_key, rest = self._opened(sealed)
        try:
            return AESGCM(data_key).decrypt(
                rest[:_NONCE_BYTES], rest[_NONCE_BYTES:], _associated(context)
            )
        except InvalidTag:
            raise SealBroken from None

    def is_current(self, sealed: bytes) -> bool:
        """Tell whether a value is sealed under the current master key; raises ``SealBroken``."""
        return master_key_id(sealed) == self._current.id.encode()

    def rewrap(self, sealed: bytes, *, random_bytes: RandomBytes) -> bytes:
        """Return a sealed value with its data key wrapped by the current master key.

        What was sealed stays sealed meanwhile; a value that names the current key already is
        returned as it is.

        Raises:
            SealBroken: not a sealed value, altered, or of an unknown master key.

        """
        if self.is_current(sealed):
            return sealed
        data_key, rest = self._opened(sealed)
        return self._wrapped(data_key, random_bytes(_SALT_BYTES)) + rest

    def _wrapped(self, data_key: bytes, salt: bytes) -> bytes:
        """Return the head of a sealed value: its master key's id, salt, wrapped data key."""
        key_id = self._current.id.encode()
        header = bytes((_VERSION, len(key_id))) + key_id
        return header + salt + _wrapping(self._current, salt).encrypt(_NO_NONCE, data_key, header)

    def _opened(self, sealed: bytes) -> tuple[bytes, bytes]:
        """Return the data key of a sealed value, and nonce and ciphertext."""
        key_id = master_key_id(sealed)
        start = 2 + len(key_id)
        master = self._keys.get(key_id)
        after_salt = start + _SALT_BYTES
        after_wrapped = after_salt + _WRAPPED_BYTES
        if master is None or len(sealed) < after_wrapped + _NONCE_BYTES:
            raise SealBroken
        try:
            data_key = _wrapping(master, sealed[start:after_salt]).decrypt(
                _NO_NONCE, sealed[after_salt:after_wrapped], sealed[:start]
            )
        except InvalidTag:
            raise SealBroken from None
        return data_key, sealed[after_wrapped:]

    def mark(self, content: bytes, *, context: tuple[str, ...]) -> bytes:
        """Return 16 bytes that only we can make of ``content`` in its ``context``.

        For what may be read by everybody and must come back as it was.
        """
        return _mark(self._current, content, context)

    def marked(self, content: bytes, mark: bytes, *, context: tuple[str, ...]) -> bool:
        """Say whether one of our master keys made this mark of ``content`` in its ``context``."""
        made = [_mark(key, content, context) for key in self._keys.values()]
        return any(hmac.compare_digest(mark, each) for each in made)

    def __repr__(self) -> str:
        """Show the ids of the keys."""
        return f"Sealer({', '.join(key.decode() for key in self._keys)})"


def _mark(master: MasterKey, content: bytes, context: tuple[str, ...]) -> bytes:
    """Return a mark. A salt has 32 bytes: no wrapping key is ever the key of marks."""
    key = hmac.digest(master.key, b"marks", "sha256")
    named = msgspec.msgpack.encode(("doorward", _VERSION, *context, content))
    return hmac.digest(key, named, "sha256")[:MARK_BYTES]


def _wrapping(master: MasterKey, salt: bytes) -> AESGCM:
    """Return the cipher that wraps one data key. Its key serves once, so its nonce may be zero."""
    mac = _mac(master.key).copy()
    mac.update(salt)
    return AESGCM(mac.digest())


@lru_cache(maxsize=64)
def _mac(key: bytes) -> hmac.HMAC:
    """Return HMAC-SHA-256 under a master key, to be copied: that asks OpenSSL for nothing."""
    return hmac.new(key, digestmod="sha256")


def _associated(context: tuple[str, ...]) -> bytes:
    """Encode a context so that no two contexts have the same bytes."""
    return msgspec.msgpack.encode(("doorward", _VERSION, *context))
