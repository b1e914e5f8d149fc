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


def _account_part(account: str) -> str:
    """Encode the account id in 8 base32 characters, so that an id alone names its account."""
    number = int(account)
    return "".join(_BASE32[(number >> shift) & 31] for shift in range(35, -1, -5))


def account_of(identifier: str) -> str:
    """Return the account id encoded in a unique id or access key id made here."""
    number = 0
    for letter in identifier[4:12]:
        number = number * 32 + _BASE32.index(letter)
    return f"{number:012d}"


def unique_id(prefix: str, account: str, entropy: bytes) -> str:
    """Return a 21-character unique id: prefix (AIDA, AROA …), account, 9 random characters."""
    return prefix + _account_part(account) + _spell(entropy, _BASE32, 9)


def access_key_id(prefix: str, account: str, entropy: bytes) -> str:
    """Return a 20-character access key id: prefix (AKIA, ASIA), account, 8 random characters."""
    return prefix + _account_part(account) + _spell(entropy, _BASE32, 8)


def long_id(prefix: str, account: str, entropy: bytes) -> str:
    """Return an id of 32 characters, as certificates have: prefix, account, 20 random ones."""
    return prefix + _account_part(account) + _spell(entropy, _BASE32, 24 - len(prefix))


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
