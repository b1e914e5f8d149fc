"""Short ways to write questions in tables of tests: names of people and places, statements."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from doorward.engine.combine import decide
from doorward.engine.decision import Decision
from doorward.engine.question import layers
from doorward.engine.request_form import request

Json = dict[str, Any]

A, B = "111111111111", "222222222222"
ALICE = f"arn:aws:iam::{A}:user/alice"
ALICE_ID = "AIDAALICE"
ROLE = f"arn:aws:iam::{A}:role/team/Reader"
SESSION = f"arn:aws:sts::{A}:assumed-role/Reader/s1"
FEDERATED = f"arn:aws:sts::{A}:federated-user/fay"
ROOT = f"arn:aws:iam::{A}:root"
QUEUE = f"arn:aws:sqs:eu-west-1:{A}:q"
QUEUE_B = f"arn:aws:sqs:eu-west-1:{B}:q"
TARGET = f"arn:aws:iam::{A}:role/Target"
TARGET_B = f"arn:aws:iam::{B}:role/Target"
SEND = "sqs:SendMessage"


def allow(**elements: Any) -> Json:
    """A statement that allows everything but for what ``elements`` say."""
    return _statement("Allow", elements)


def deny(**elements: Any) -> Json:
    """A statement that denies everything but for what ``elements`` say."""
    return _statement("Deny", elements)


def _statement(effect: str, elements: Mapping[str, Any]) -> Json:
    found: Json = {"Effect": effect, **elements}
    if "NotAction" not in found:
        found.setdefault("Action", "*")
    if "NotResource" not in found:
        found.setdefault("Resource", "*")
    return {name: value for name, value in found.items() if value is not None}


def doc(*statements: Json, version: str = "2012-10-17") -> Json:
    """A policy document."""
    return {"Version": version, "Statement": list(statements)}


def to(principal: Any) -> Json:
    """A resource policy that allows everything to ``principal``."""
    return doc(allow(Principal=principal))


FULL = [doc(allow())]
NONE: list[Json] = []


def ask(
    who: Any = ALICE,
    action: str = SEND,
    on: Any = QUEUE,
    *,
    context: Json | None = None,
    account: str | None = None,
    tags: Json | None = None,
    facts: Json | None = None,
    expand: bool = False,
    **policies: Any,
) -> Decision:
    """Decide a request under ``policies`` (the names of ``doorward.layers``)."""
    asked = request(
        principal=who,
        action=action,
        resource=on,
        context=context,
        resource_account=account,
        resource_facts=facts if tags is None else {"tags": tags, **(facts or {})},
    )
    return decide(layers(**policies), asked, expand=expand)
