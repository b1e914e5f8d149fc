"""What each STS operation must be allowed to do, held against AWS's own table.

Provenance: Service Authorization Reference, "Actions, resources, and condition keys for AWS
Security Token Service": resource type and condition keys, row by row.
"""

from __future__ import annotations

from typing import Any

import pytest

from doorward.model.identity import Role
from doorward.model.snapshot import Snapshot
from tests.api.asking import ACCOUNT, NOW, Asked, asked, operations

THEIRS = "444455556666"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/r/Ops"
HELD = Snapshot.of([Role(ACCOUNT, "Ops", "AROAOPS", NOW, "{}", "/r/")], {})
OPS = {"role_arn": ROLE, "role_session_name": "s"}
TAGS = {"tags": [{"Key": "k", "Value": "v"}]}
OF_TAGS = {"aws:RequestTag/k", "aws:TagKeys"}
NAME = "sts:RoleSessionName"
TASK = "arn:aws:iam::aws:policy/root-task/IAMAuditRootUserCredentials"
AUDIT = {"target_principal": THEIRS, "task_policy_arn": {"arn": TASK}}
FAY = f"arn:aws:sts::{ACCOUNT}:federated-user/fay"
PROVIDER = "arn:aws:iam::aws:contextProvider/IdentityCenter"
PROVIDED = {"provided_contexts": [{"ProviderArn": PROVIDER, "ContextAssertion": "abcd"}]}

Row = tuple[str, dict[str, Any], list[str], str, set[str]]

ROWS: list[Row] = [
    ("AssumeRole", OPS, [], ROLE, {NAME}),
    ("AssumeRole", OPS | {"external_id": "e1"}, [], ROLE, {NAME, "sts:ExternalId"}),
    ("AssumeRole", OPS | TAGS, ["sts:TagSession"], ROLE, {NAME} | OF_TAGS),
    (
        "AssumeRole",
        OPS | TAGS | {"transitive_tag_keys": ["k"]},
        ["sts:TagSession"],
        ROLE,
        {NAME, "sts:TransitiveTagKeys"} | OF_TAGS,
    ),
    (
        "AssumeRole",
        OPS | {"source_identity": "ann"},
        ["sts:SetSourceIdentity"],
        ROLE,
        {NAME, "sts:SourceIdentity"},
    ),
    (
        "AssumeRole",
        OPS | PROVIDED,
        ["sts:SetContext"],
        ROLE,
        {NAME, "sts:RequestContextProviders"},
    ),
    (
        "AssumeRoot",
        AUDIT,
        [],
        f"arn:aws:iam::{THEIRS}:root",
        {"sts:TaskPolicyArn"},
    ),
    ("GetFederationToken", {"name": "fay"}, [], FAY, set()),
    ("GetFederationToken", {"name": "fay"} | TAGS, ["sts:TagSession"], FAY, OF_TAGS),
    ("DecodeAuthorizationMessage", {"encoded_message": "m"}, [], "*", set()),
    ("GetAccessKeyInfo", {"access_key_id": "AKIAIOSFODNN7EXAMPLE"}, [], "*", set()),
    ("GetCallerIdentity", {}, [], "*", set()),
    ("GetSessionToken", {}, [], "*", set()),
]


def test_every_operation_has_a_row() -> None:
    assert {row[0] for row in ROWS} == operations("sts")


@pytest.mark.parametrize(("name", "parameters", "more", "arn", "keys"), ROWS)
def test_what_is_asked(
    name: str, parameters: dict[str, Any], more: list[str], arn: str, keys: set[str]
) -> None:
    found = asked(HELD, "sts", name, parameters)
    owner = THEIRS if name == "AssumeRoot" else ACCOUNT
    assert found == tuple(
        Asked(action, arn, owner, frozenset(keys)) for action in (f"sts:{name}", *more)
    )
