"""An estate on the real store, with real sealing and seeded identifiers."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeVar

import pyotp

from doorward.control import mfa, organizations, policies, roles, users
from doorward.control.errors import ControlError
from doorward.control.ids import Ids
from doorward.control.users import Owner
from doorward.credentials.sealing import Sealer, new_master_key
from doorward.model.directory import Transaction
from doorward.model.identity import ManagedPolicy, Role, User
from doorward.model.organization import Account, Organization
from doorward.store import Store
from doorward.usecases.guesses import GuessesInMemory

A, B = "111122223333", "444455556666"
"""Two accounts that stand alone at first."""

NOW = datetime(2026, 11, 23, 12, 0, 15, tzinfo=UTC)

ALLOW = '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}}'
ADMINISTRATOR_ACCESS = "arn:aws:iam::aws:policy/AdministratorAccess"

T = TypeVar("T")


def trust(principal: str, action: str = "sts:AssumeRole") -> str:
    """Return a trust policy; ``principal`` is the JSON text of the Principal element."""
    return (
        '{"Version":"2012-10-17","Statement":[{"Effect":"Allow",'
        f'"Principal":{principal},"Action":"{action}"}}]}}'
    )


TRUST = trust(f'{{"AWS":"{A}"}}')


class Estate:
    """Two accounts on a store, in memory if not told otherwise; the verbs with their effects."""

    def __init__(self, url: str = "sqlite:///:memory:") -> None:
        self.store = Store.open(url)
        self.store.migrate()
        self._random = random.Random(2026)
        self.ids = Ids(self._random.randbytes)
        self.guesses = GuessesInMemory()
        self._sealer = Sealer([new_master_key(self._random.randbytes)])
        for account in (A, B):
            self.run(_add, Account(account, f"Account {account}", NOW))

    def seal(self, plain: bytes, context: tuple[str, str, str]) -> bytes:
        return self._sealer.seal(plain, context=context, random_bytes=self._random.randbytes)

    def unseal(self, sealed: bytes, context: tuple[str, str, str]) -> bytes:
        return self._sealer.unseal(sealed, context=context)

    def run(self, verb: Callable[..., T], *arguments: Any, **named: Any) -> T:
        """Run one verb in a transaction of its own and return its value."""
        return self.store.write(lambda transaction: verb(transaction, *arguments, **named)).value

    def refusal(self, verb: Callable[..., Any], *arguments: Any, **named: Any) -> ControlError:
        """Return the error that a verb raises; fail when it raises none."""
        try:
            self.run(verb, *arguments, **named)
        except ControlError as error:
            return error
        raise AssertionError(f"{verb.__module__}.{verb.__name__} was not refused")

    def user(self, name: str, **named: Any) -> User:
        return self.run(users.create, A, name=name, now=NOW, ids=self.ids, **named)

    def role(self, name: str, trust_policy: str = TRUST, **named: Any) -> Role:
        return self.run(
            roles.create,
            A,
            name=name,
            trust_policy=trust_policy,
            now=NOW,
            ids=self.ids,
            **named,
        )

    def policy(self, name: str, document: str = ALLOW, **named: Any) -> ManagedPolicy:
        return self.run(
            policies.create, A, name=name, document=document, now=NOW, ids=self.ids, **named
        )

    def organization(self) -> Organization:
        """Make A the management account of an organization."""
        return self.run(organizations.create, A, now=NOW, ids=self.ids)

    def device(self, name: str) -> mfa.NewDevice:
        return self.run(mfa.create, A, name=name, now=NOW, ids=self.ids, seal=self.seal)

    def enable(self, owner: Owner, new: mfa.NewDevice) -> None:
        """Enable a device with the codes of the step before ``NOW`` and of its own."""
        self.run(
            mfa.enable,
            owner,
            new.device.serial,
            codes(new.seed),
            now=NOW,
            unseal=self.unseal,
            guesses=self.guesses,
        )


def _add(transaction: Transaction, account: Account) -> None:
    transaction.add(account)


def owner_of(user: User) -> Owner:
    """Return a user as the owner of credentials."""
    return Owner(user.account, user.id, user.name)


def codes(seed: str, at: datetime = NOW) -> tuple[str, str]:
    """Return two consecutive codes, the second of the step of ``at``."""
    step = int(at.timestamp()) // 30
    device = pyotp.TOTP(seed)
    return device.generate_otp(step - 1), device.generate_otp(step)
