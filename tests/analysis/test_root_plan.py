"""What root users did, and the plan: every way, on recorded calls of each kind.

Provenance: IAM User Guide, "Tasks that require root user credentials" and "Perform a privileged
task on an AWS Organizations member account"; the texts of AWS's task policies.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from doorward.analysis.report.root_plan import literal, root_use
from doorward.engine.combine import decide
from doorward.engine.compile import read_document
from doorward.engine.layers import Layers, Policy
from doorward.engine.request_form import request
from doorward.model.event import Event
from doorward.model.organization import RootFeature
from doorward.model.schema import Entity
from doorward.model.snapshot import Snapshot
from doorward.policy.kind import PolicyKind
from doorward.policy.quotas import SIZE_QUOTAS
from doorward.render.root_use import as_json, as_text
from doorward.results.root_use import Need, RootUse, Way
from tests.analysis.checks.case import (
    ACCOUNT,
    FULL_ACCESS,
    NOW,
    ROOT_ID,
    account,
    joined,
    on,
    organization,
    resource,
    scp,
)

ROOT = f"arn:aws:iam::{ACCOUNT}:root"
TASKS = "arn:aws:iam::aws:policy/root-task/"
BUCKET = "arn:aws:s3:::locked"
ANA = f"arn:aws:iam::{ACCOUNT}:user/ana"
ALONE: tuple[Entity, ...] = (account(),)
MEMBER: tuple[Entity, ...] = (
    *organization(root_features=tuple(RootFeature)), joined(), on(FULL_ACCESS, ACCOUNT)
)  # fmt: skip
LOCKED = resource(
    BUCKET, {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": [BUCKET]}
)
NO_USERS = scp("nousers", {"Effect": "Deny", "Action": "iam:CreateUser", "Resource": "*"})


def event(
    action: str,
    *resources: str,
    rule: str = "root-user-allow",
    ago: int = 0,
    error: str | None = None,
    parameters: Mapping[str, Any] | None = None,
    session: Mapping[str, Any] | None = None,
) -> Event:
    """Return the recorded call of a root user, as ``server.record`` writes it."""
    service, _, name = action.partition(":")
    given = [
        {
            "key": "aws:SourceIp",
            "values": ["203.0.113.9"],
            "multi": False,
            "provenance": "derived",
        },
        {"key": "aws:PrincipalArn", "values": [ROOT], "multi": False, "provenance": "derived"},
        {"key": "aws:userid", "values": [ACCOUNT], "multi": False, "provenance": "derived"},
    ]
    decision = {"action": action, "resources": resources, "context": given, "rule": rule}
    record = {
        "userIdentity": {"type": "Root", **({"sessionContext": session} if session else {})},
        "sourceIPAddress": "203.0.113.9",
        "userAgent": "aws-cli",
        "requestParameters": parameters,
    }
    return Event(
        id=f"e-{ago}",
        request_id=f"r-{ago}",
        account=ACCOUNT,
        time=NOW - timedelta(minutes=ago),
        source=f"{service}.amazonaws.com",
        name=name,
        record=json.dumps(record),
        decisions=json.dumps([decision] if resources else []),
        principal=ROOT,
        error_code=error,
    )


def used(estate: tuple[Entity, ...], *events: Event) -> RootUse:
    """Return what the root user did in an estate."""
    return root_use(Snapshot.of(estate, {}), ACCOUNT, events)


def only(found: RootUse) -> Need:
    """Return the one thing that was needed."""
    (need,) = found.needs
    return need


WAYS = [
    ("an ordinary call", ALONE, event("iam:CreateUser", ANA), Way.ROLE, "root-tasks"),
    ("on everything", ALONE, event("iam:GetAccountSummary", "*"), Way.ROLE, "root-tasks"),
    ("who am I", ALONE, event("sts:GetCallerIdentity", "*", rule="no-permission-needed"),
     Way.NOTHING, ""),
    ("a session of its own", ALONE,
     event("sts:GetSessionToken", "*", rule="no-permission-needed"), Way.LEFT_OUT, ""),
    ("closing", MEMBER, event("account:CloseAccount", "*"), Way.ONLY_ROOT, ""),
    ("billing", ALONE, event("billing:UpdateIAMAccessPreference", "*"), Way.ONLY_ROOT, ""),
    ("MFA delete", ALONE,
     event("s3:PutBucketVersioning", BUCKET, parameters={"mfa": "…"}), Way.ONLY_ROOT, ""),
    ("versions alone", ALONE, event("s3:PutBucketVersioning", BUCKET), Way.ROLE, "root-tasks"),
    ("an own key, alone", ALONE, event("iam:CreateAccessKey", ROOT), Way.ONLY_ROOT, ""),
    ("an own key, in an organization", MEMBER, event("iam:CreateAccessKey", ROOT),
     Way.ONLY_ROOT, ""),
    ("own keys listed, alone", ALONE, event("iam:ListAccessKeys", ROOT), Way.ONLY_ROOT, ""),
    ("own keys listed, in an organization", MEMBER, event("iam:ListAccessKeys", ROOT),
     Way.TASK, f"{TASKS}IAMAuditRootUserCredentials"),
    ("own keys deleted, in an organization", MEMBER, event("iam:DeleteAccessKey", ROOT),
     Way.TASK, f"{TASKS}IAMDeleteRootUserCredentials"),
    ("a locked bucket, in an organization", (*MEMBER, LOCKED),
     event("s3:DeleteBucketPolicy", BUCKET), Way.TASK, f"{TASKS}S3UnlockBucketPolicy"),
    ("a locked bucket, alone", (*ALONE, LOCKED),
     event("s3:DeleteBucketPolicy", BUCKET), Way.ONLY_ROOT, ""),
    ("the policy of an open bucket", ALONE,
     event("s3:DeleteBucketPolicy", BUCKET), Way.ROLE, "root-tasks"),
    ("what an SCP denies", (*MEMBER, NO_USERS, on(NO_USERS, ROOT_ID, 1)),
     event("iam:CreateUser", ANA), Way.BLOCKED, ""),
]  # fmt: skip


@pytest.mark.parametrize(
    ("estate", "call", "way", "by"), [each[1:] for each in WAYS], ids=[each[0] for each in WAYS]
)
def test_each_kind_of_call_has_its_way(
    estate: tuple[Entity, ...], call: Event, way: Way, by: str
) -> None:
    need = only(used(estate, call))
    assert (need.way, need.by) == (way, by)
    told = way in {Way.ONLY_ROOT, Way.BLOCKED, Way.LEFT_OUT}
    assert bool(need.why) is told


def test_a_task_says_what_has_to_be_enabled() -> None:
    estate = (*organization(), joined(), on(FULL_ACCESS, ACCOUNT))
    need = only(used(estate, event("iam:ListAccessKeys", ROOT)))
    assert (need.way, need.why) == (Way.TASK, "enable RootCredentialsManagement first")


def test_the_role_has_exactly_what_was_used() -> None:
    found = used(
        ALONE,
        event("iam:CreateUser", ANA, ago=0),
        event("iam:GetUser", ANA, ago=1),
        event("iam:ListUsers", "*", ago=2),
        event("iam:CreateAccessKey", ROOT, ago=3),
        event("iam:DeleteUser", f"arn:aws:iam::{ACCOUNT}:user/bob", ago=4, error="NoSuchEntity"),
    )
    assert found.role is not None
    assert found.role.proved == 3
    (text,) = found.role.policies
    assert json.loads(text)["Statement"] == [
        {"Effect": "Allow", "Action": ["iam:CreateUser", "iam:GetUser"], "Resource": [ANA]},
        {"Effect": "Allow", "Action": ["iam:ListUsers"], "Resource": ["*"]},
    ]
    assert [each.way for each in found.needs] == [Way.ONLY_ROOT, Way.ROLE, Way.ROLE, Way.ROLE]
    assert [each.operation for each in found.calls][-1] == "iam:DeleteUser"
    assert found.addresses == (("203.0.113.9", 5),)


def test_sessions_of_tasks_are_counted_apart() -> None:
    found = used(
        MEMBER, event("iam:ListAccessKeys", ROOT, session={"assumedRoot": "true"}),
        event("iam:ListUsers", "*", session={"attributes": {}}),
    )  # fmt: skip
    assert found.by_task == 1
    assert [each.action for each in found.needs] == ["iam:ListUsers"]


def test_many_resources_are_split_over_policies_that_fit() -> None:
    names = [f"arn:aws:iam::{ACCOUNT}:user/{'n' * 40}{number}" for number in range(300)]
    found = used(ALONE, *(event("iam:GetUser", name) for name in names))
    assert found.role is not None
    assert found.role.proved == 300
    assert len(found.role.policies) > 1
    quota = SIZE_QUOTAS[PolicyKind.IDENTITY]
    assert all(quota.size_of(text) <= quota.characters for text in found.role.policies)


@pytest.mark.parametrize("key", ["a*b", "a?b", "a$b", "${aws:username}", "plain"])
def test_a_resource_is_named_and_nothing_else(key: str) -> None:
    arn = f"{BUCKET}/{key}"
    statement = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": literal(arn)}
    text = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    layers = Layers(identity=(Policy(read_document(text)),))

    def allowed(name: str) -> bool:
        return decide(layers, request(principal=ANA, action="s3:GetObject", resource=name)).allowed

    assert allowed(arn)
    assert not allowed(f"{BUCKET}/axb")
    assert not allowed(f"{BUCKET}/ana")


def test_what_is_said_of_it() -> None:
    found = used(
        MEMBER,
        event("iam:CreateUser", ANA),
        event("iam:ListAccessKeys", ROOT, ago=60),
        event("iam:DeleteUser", ANA, ago=90, error="AccessDenied"),
    )
    lines = "\n".join(as_text(found))
    assert "3 calls, from 2026-01-31T10:30:00Z to 2026-01-31T12:00:00Z" in lines
    assert "iam:DeleteUser  AccessDenied" in lines
    assert f"by {TASKS}IAMAuditRootUserCredentials" in lines
    assert "all 1 recorded questions, asked again for it, are allowed" in lines
    assert "aws iam create-role --role-name root-tasks" in lines
    shape = as_json(found)
    assert [each["Way"] for each in shape["Needs"]] == ["TASK", "ROLE"]
    assert shape["Role"]["Policies"][0]["Statement"][0]["Resource"] == [ANA]
    assert json.loads(json.dumps(shape)) == shape
    assert "did nothing" in "\n".join(as_text(used(ALONE)))
