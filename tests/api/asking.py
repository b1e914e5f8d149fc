"""What calls ask for, without a server: the questions of an operation on a given directory."""

from __future__ import annotations

import random
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, cast

import msgspec

from doorward.api import services
from doorward.api.call import Caller, Read, Vault
from doorward.api.operation import REGISTRY, Question
from doorward.control.ids import Ids
from doorward.engine.context import Context
from doorward.engine.subject import Subject
from doorward.model.directory import Directory, EventLog
from doorward.model.principal import IamUser
from doorward.model.report import Reports
from doorward.model.use import Use
from doorward.usecases.guesses import GuessesInMemory

ACCOUNT = "111122223333"
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


class Asked(msgspec.Struct, frozen=True):
    """A question as a row of a table writes it."""

    action: str
    arn: str
    account: str | None
    keys: frozenset[str]


def operations(service: str) -> set[str]:
    """Return the names of the operations that are served."""
    services.load()
    return {name for served, name in REGISTRY if served == service}


def asked(
    directory: Directory, service: str, name: str, parameters: dict[str, Any]
) -> tuple[Asked, ...]:
    """Return what a call by the user ``caller`` asks for."""
    services.load()
    made = call(directory)
    return tuple(
        Asked(each.action, each.resource.arn, each.resource.account, frozenset(each.context))
        for each in _questions(made, service, name, parameters)
    )


def context(
    directory: Directory, service: str, name: str, parameters: dict[str, Any]
) -> dict[str, Any]:
    """Return the condition keys of a call's first question."""
    services.load()
    return dict(_questions(call(directory), service, name, parameters)[0].context)


def _questions(
    call: Read, service: str, name: str, parameters: dict[str, Any]
) -> tuple[Question, ...]:
    return REGISTRY[service, name].asks(call, parameters)


class Unused:
    """The marks of an estate in which nothing was ever used."""

    def note(self, uses: tuple[Use, ...]) -> None:
        """Keep nothing."""

    def last(self, subjects: Iterable[str]) -> dict[str, Use]:  # noqa: ARG002
        """Find nothing."""
        return {}

    def scoped(self, subjects: Iterable[str]) -> tuple[Use, ...]:  # noqa: ARG002
        """Find nothing."""
        return ()


def call(directory: Directory) -> Read:
    """Return a read call by the user ``caller``."""
    arn = f"arn:aws:iam::{ACCOUNT}:user/caller"
    return Read(
        caller=Caller(
            subject=Subject(IamUser(arn)),
            account=ACCOUNT,
            arn=arn,
            user_id="AIDACALLERAAAAAAAAAAA",
            access_key_id="AKIAIOSFODNN7EXAMPLE",
            user_name="caller",
        ),
        directory=directory,
        events=cast("EventLog", None),
        uses=Unused(),
        reports=cast("Reports", None),
        vault=cast("Vault", None),
        guesses=GuessesInMemory(),
        ids=Ids(random.Random(1).randbytes),
        now=NOW,
        region="us-east-1",
        request_id="r",
        ambient=Context({}),
    )
