"""The forms of AWS's identifiers; the entropy is an argument.

Sources: IAM User Guide, "IAM identifiers" (unique id prefixes); patterns of the Organizations
service model (o-, r-, ou-, p-, car-).
"""

from __future__ import annotations

_BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_LOWER36 = "abcdefghijklmnopqrstuvwxyz0123456789"
UNIQUE_ID_ENTROPY = 16
"""Bytes of entropy that every function here takes."""


def _spell(entropy: bytes, alphabet: str, length: int) -> str:
    """Spell a number made of ``entropy`` in ``alphabet``, exactly ``length`` characters."""
    number = int.from_bytes(entropy, "big")
    letters = []
    for _ in range(length):
        number, index = divmod(number, len(alphabet))
        letters.append(alphabet[index])
    return "".join(letters)


_ACCOUNT_BITS = 40
_LARGEST_ACCOUNT = 10**12 - 1
_PREFIX = 4


def _with_account(account: str, entropy: bytes, length: int) -> str:
    """Spell ``length`` base32 characters: a bit that is set, the account's 40, random ones."""
    random_bits = 5 * length - 1 - _ACCOUNT_BITS
    number = (1 << _ACCOUNT_BITS | int(account)) << random_bits
    number |= int.from_bytes(entropy, "big") & ((1 << random_bits) - 1)
    return "".join(_BASE32[number >> 5 * place & 31] for place in reversed(range(length)))


def account_of(identifier: str) -> str | None:
    """Return the account id that a unique id or access key id holds, ``None`` if it holds none.

    AWS's ids since 2019 hold it in this form, which AWS does not publish; before that the first
    bit was not set. Observed: ASIAQNZGKIQY56JQ7WML is of account 029608264753 (in public use by
    tools that read key ids).
    """
    letters = identifier[_PREFIX : _PREFIX + 9]
    if len(identifier) < 20 or not all(letter in _BASE32 for letter in identifier[_PREFIX:]):
        return None
    number = 0
    for letter in letters:
        number = number * 32 + _BASE32.index(letter)
    held = number >> 5 * 9 - 1 - _ACCOUNT_BITS
    account = held - (1 << _ACCOUNT_BITS)
    return f"{account:012d}" if 0 <= account <= _LARGEST_ACCOUNT else None


def unique_id(prefix: str, account: str, entropy: bytes) -> str:
    """Return a 21-character unique id: prefix (AIDA, AROA …), account, random bits."""
    return prefix + _with_account(account, entropy, 17)


def access_key_id(prefix: str, account: str, entropy: bytes) -> str:
    """Return a 20-character access key id: prefix (AKIA, ASIA …), account, random bits."""
    return prefix + _with_account(account, entropy, 16)


def long_id(prefix: str, account: str, entropy: bytes) -> str:
    """Return an id of 32 characters, as certificates have: prefix, account, random bits."""
    return prefix + _with_account(account, entropy, 32 - len(prefix))


def account_id(entropy: bytes) -> str:
    """Return a 12-digit account id that does not begin with 0."""
    return str(10**11 + int.from_bytes(entropy, "big") % (9 * 10**11))


def organization_id(entropy: bytes) -> str:
    """Return an organization id (o- and 10 characters)."""
    return "o-" + _spell(entropy, _LOWER36, 10)


def root_id(entropy: bytes) -> str:
    """Return the id of an organization's root (r- and 4 characters)."""
    return "r-" + _spell(entropy, _LOWER36, 4)


def organizational_unit_id(root: str, entropy: bytes) -> str:
    """Return the id of an organizational unit below ``root`` (ou-, root's suffix, 8 more)."""
    return f"ou-{root.removeprefix('r-')}-{_spell(entropy, _LOWER36, 8)}"


def organization_policy_id(entropy: bytes) -> str:
    """Return the id of an organization policy (p- and 10 characters)."""
    return "p-" + _spell(entropy, _LOWER36, 10)


def account_creation_id(entropy: bytes) -> str:
    """Return the id of a CreateAccount request (car- and 32 characters)."""
    return "car-" + _spell(entropy, _LOWER36, 24) + _spell(entropy[::-1], _LOWER36, 8)
