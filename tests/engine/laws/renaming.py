"""Changes of who is who: other account ids and unique ids, the same everywhere."""

import json
import random
import re
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any

Json = dict[str, Any]

ACCOUNT = re.compile(r"(?<![0-9A-Za-z])[0-9]{12}(?![0-9A-Za-z])")
UNIQUE_ID = re.compile(r"(?<![0-9A-Za-z])A(?:ID|RO)A[A-Z0-9]{10,}(?![0-9A-Za-z])")
PIECE = re.compile(r"[0-9*?]*[0-9][0-9*?]*")
"""A pattern of digits."""


def accounts_renamed(question: Json, _before: Json, rng: random.Random) -> Iterator[Json]:
    """Accounts and unique ids renamed one to one: to others, and among themselves."""
    parts = {"request": question["request"], "policies": question["policies"]}
    text = json.dumps(parts)
    accounts = sorted(set(ACCOUNT.findall(text)))
    if not accounts or names_part_of_one(text, accounts):
        return
    ids = sorted(set(UNIQUE_ID.findall(text)))
    fresh = {old: digits(rng) for old in accounts} | {old: another(old, rng) for old in ids}
    turned = dict(zip(accounts, [*accounts[1:], accounts[0]], strict=True))
    for names in (fresh, turned, {**fresh, **turned}):
        if len(set(names.values())) == len(names):
            yield question | renamed(parts, names)


def names_part_of_one(text: str, accounts: list[str]) -> bool:
    """Whether a pattern stands for part of an account id: that part would be renamed, too."""
    pieces = {piece for piece in PIECE.findall(text) if {"*", "?"} & set(piece)}
    return any(fnmatchcase(account, f"*{piece}*") for piece in pieces for account in accounts)


def digits(rng: random.Random) -> str:
    """An account id; many begin with zeros."""
    return f"{rng.randrange(10 ** rng.randint(6, 12)):012}"


def another(old: str, rng: random.Random) -> str:
    """Another unique id of the same kind."""
    return old[:4] + "".join(rng.choices("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", k=len(old) - 4))


def renamed(value: Any, names: Mapping[str, str]) -> Any:
    """The value with every name replaced, in keys and texts at any depth."""

    def new(found: re.Match[str]) -> str:
        return names.get(found[0], found[0])

    def change(text: str) -> str:
        return UNIQUE_ID.sub(new, ACCOUNT.sub(new, text))

    if isinstance(value, dict):
        return {change(key): renamed(child, names) for key, child in value.items()}
    if isinstance(value, list):
        return [renamed(child, names) for child in value]
    if isinstance(value, str):
        return change(value)
    return value
