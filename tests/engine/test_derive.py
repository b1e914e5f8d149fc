"""The condition keys that the engine sets itself (``docs/reference/evaluation.md``)."""

from __future__ import annotations

from typing import Any

import pytest

from doorward.engine.combine import decide
from doorward.engine.context import Context, Provenance
from doorward.engine.layers import Layers
from doorward.engine.request import Request, Resource
from doorward.model.principal import FederatedUser, somebody
from tests.engine.build import ALICE, FEDERATED, QUEUE, ROLE, ROOT, SEND, SESSION, A, B, ask, to

KEYS = {
    "arn": "aws:PrincipalArn",
    "account": "aws:PrincipalAccount",
    "type": "aws:PrincipalType",
    "userid": "aws:userid",
    "username": "aws:username",
    "service": "aws:PrincipalIsAWSService",
    "name": "aws:PrincipalServiceName",
    "tag": "aws:PrincipalTag/Team",
}

ROWS: list[tuple[Any, dict[str, str]]] = [
    (ALICE, {"arn": ALICE, "account": A, "type": "User", "username": "alice"}),
    (
        {"type": "AWS", "arn": f"arn:aws:iam::{A}:user/p/al", "uniqueId": "AIDA1"},
        {
            "arn": f"arn:aws:iam::{A}:user/p/al",
            "account": A,
            "type": "User",
            "username": "al",
            "userid": "AIDA1",
        },
    ),
    (
        {"type": "AWS", "arn": ALICE, "tags": {"Team": "red"}},
        {"arn": ALICE, "account": A, "type": "User", "username": "alice", "tag": "red"},
    ),
    (
        {
            "type": "AWS",
            "arn": SESSION,
            "roleArn": ROLE,
            "uniqueId": "AROA1",
            "tags": {"Team": "b"},
        },
        {"arn": ROLE, "account": A, "type": "AssumedRole", "userid": "AROA1:s1", "tag": "b"},
    ),
    (SESSION, {"arn": f"arn:aws:iam::{A}:role/Reader", "account": A, "type": "AssumedRole"}),
    (ROLE, {"arn": ROLE, "account": A, "type": "AssumedRole"}),
    (
        {"type": "AWS", "arn": FEDERATED, "tags": {"Team": "x"}},
        {
            "arn": FEDERATED,
            "account": A,
            "type": "FederatedUser",
            "userid": f"{A}:fay",
            "tag": "x",
        },
    ),
    (ROOT, {"arn": ROOT, "account": A, "type": "Account", "userid": A}),
    ({"type": "Anonymous"}, {"account": "anonymous", "type": "Anonymous"}),
    (
        {"type": "Service", "name": "x.amazonaws.com"},
        {"service": "true", "name": "x.amazonaws.com"},
    ),
    ({"type": "Federated", "provider": "idp"}, {}),
    ({"type": "CanonicalUser", "id": "79a5"}, {}),
]


@pytest.mark.parametrize(("who", "expected"), ROWS)
def test_keys_of_the_principal(who: Any, expected: dict[str, str]) -> None:
    context = ask(who).request.context
    wanted = {"service": "false"} | expected
    found = {name: context.get(key) for name, key in KEYS.items()}
    given = {name: value.values[0] for name, value in found.items() if value is not None}
    assert given == wanted
    assert all(value.provenance is Provenance.DERIVED for value in context)
    assert not any(value.multi for value in context)


@pytest.mark.parametrize(
    ("resource", "account", "expected"),
    [
        (QUEUE, None, A),
        (QUEUE, B, B),
        ("arn:aws:s3:::b", None, None),
        ("arn:aws:s3:::b", B, B),
        ("arn:aws:iam::aws:policy/X", None, None),
        ("*", None, None),
        ("*", A, A),
    ],
)
def test_the_account_of_the_resource(
    resource: str, account: str | None, expected: str | None
) -> None:
    value = ask(on=resource, account=account).request.context.get("aws:resourceaccount")
    assert (value and value.values[0]) == expected


def test_tags_of_the_resource() -> None:
    """C15: tag keys meet in any case."""
    value = ask(tags={"Team": "red"}).request.context.get("AWS:RESOURCETAG/TEAM")
    assert value is not None
    assert value.values == ("red",)


def test_what_is_given_wins() -> None:
    context = ask(context={"AWS:PrincipalType": "Robot"}).request.context
    value = context.get("aws:PrincipalType")
    assert value is not None
    assert (value.values, value.provenance) == (("Robot",), Provenance.GIVEN)


def test_a_federated_user_may_be_met_by_its_parent() -> None:
    """§1.7: the parent user's ARN makes up for identity policies alone."""
    caller = FederatedUser(FEDERATED, user_arn=ALICE)
    asked = Request(caller, SEND, (Resource(QUEUE),), Context({}))
    from doorward.engine.question import layers

    assert decide(layers(resource=to({"AWS": ALICE})), asked).allowed
    assert not decide(layers(resource=to({"AWS": ALICE}), session=[]), asked).allowed
    assert not decide(Layers(), asked).allowed


def test_of_somebody_the_account_alone_is_known() -> None:
    """SimulateCustomPolicy without a CallerArn."""
    request = Request(somebody(A), SEND, (Resource(QUEUE),), Context({}))
    entries = decide(Layers(identity=()), request).request.context.entries
    assert {key: value.values for key, value in entries.items() if "principal" in key} == {
        "aws:principalaccount": (A,),
        "aws:principaltype": ("User",),
        "aws:principalisawsservice": ("false",),
    }
    assert "aws:username" not in entries
