"""What a simulation of a principal looks up, and what it does not.

Source: IAM API Reference, "SimulatePrincipalPolicy": "The simulation does not automatically
retrieve policies for the specified resources"; AWS leaves resource control policies out, Doorward
counts those on resources of the principal's own account.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from doorward.api import services
from doorward.api.operation import REGISTRY
from doorward.control.errors import ControlError
from doorward.model.identity import Attachment, InlinePolicy, Role, User
from doorward.model.organization import (
    Account,
    Organization,
    OrganizationPolicy,
    PolicyTarget,
    PolicyType,
)
from doorward.model.resource import RegisteredResource
from doorward.model.schema import Entity
from doorward.model.snapshot import Snapshot
from tests.api.asking import ACCOUNT, NOW, call
from tests.engine.build import allow, deny, doc

Json = dict[str, Any]

MANAGEMENT, OTHER = "100000000000", "444455556666"
RCP = PolicyType.RESOURCE_CONTROL_POLICY
QUEUE, THEIRS = (f"arn:aws:sqs:eu-west-1:{account}:q" for account in (ACCOUNT, OTHER))
FULL = json.dumps(doc(allow()))
NO_SQS = json.dumps(doc(deny(Action="sqs:*", Principal="*")))
ANN = User(ACCOUNT, "Ann", "AIDAANN", NOW, tags=(("team", "red"),))
OPS = Role(ACCOUNT, "Ops", "AROAOPS", NOW, FULL)

ESTATE: tuple[Entity, ...] = (
    ANN,
    OPS,
    InlinePolicy(ACCOUNT, ANN.id, "all", FULL),
    Organization("o-1", MANAGEMENT, "r-1", NOW, enabled_policy_types=(RCP,)),
    Account(MANAGEMENT, "management", NOW, organization_id="o-1", parent_id="r-1"),
    Account(ACCOUNT, "a", NOW, organization_id="o-1", parent_id="r-1"),
    OrganizationPolicy("p-1", "o-1", "NoQueues", RCP, NO_SQS, NOW),
    PolicyTarget("o-1", ACCOUNT, "p-1", 0),
    RegisteredResource(
        "arn:aws:s3:::b", ACCOUNT, NOW, policy=json.dumps(doc(deny(Principal="*", Action="s3:*")))
    ),
)


def simulate(action: str, *estate: Entity, source: str = ANN.arn, **given: Any) -> Json:
    services.load()
    operation = REGISTRY["iam", "SimulatePrincipalPolicy"]
    made = call(Snapshot.of([*ESTATE, *estate], {}))
    asked = {"policy_source_arn": source, "action_names": [action], **given}
    (result,) = operation.answer(operation.handler(made, **asked))["EvaluationResults"]
    found: Json = result
    return found


def test_resource_control_policies_count_on_resources_of_the_own_account() -> None:
    found = simulate("sqs:SendMessage", resource_arns=[QUEUE, THEIRS, "*"])
    decisions = [each["EvalResourceDecision"] for each in found["ResourceSpecificResults"]]
    # Nothing is known of another account's resource but what the asker says of it.
    assert decisions == ["explicitDeny", "implicitDeny", "allowed"]
    assert found["OrganizationsDecisionDetail"] == {"AllowedByOrganizations": False}
    exclusion: Json = {"policy_exclusion_list": [{"PolicyType": "rcp"}]}
    assert simulate("sqs:SendMessage", resource_arns=[QUEUE], **exclusion)["EvalDecision"] == (
        "allowed"
    )


def test_policies_of_resources_are_not_looked_up() -> None:
    bucket = simulate("s3:ListBucket", resource_arns=["arn:aws:s3:::b"])
    assert bucket["EvalDecision"] == "allowed"
    assert simulate("sts:AssumeRole", resource_arns=[OPS.arn])["EvalDecision"] == "implicitDeny"


@pytest.mark.parametrize(
    ("key", "value", "decision"),
    [
        ("aws:PrincipalOrgID", "o-1", "allowed"),
        ("aws:ResourceOrgID", "o-1", "allowed"),
        ("aws:PrincipalTag/team", "red", "allowed"),
        ("aws:username", "Ann", "allowed"),
        ("aws:userid", "AIDAANN", "allowed"),
        ("aws:SourceIp", "203.0.113.7", "implicitDeny"),
    ],
)
def test_keys_that_the_directory_knows_need_not_be_given(
    key: str, value: str, decision: str
) -> None:
    only = json.dumps(doc(allow(Condition={"StringEquals": {key: value}})))
    policy = InlinePolicy(ACCOUNT, ANN.id, "all", only)
    found = simulate("sns:Publish", policy, resource_arns=[QUEUE.replace("sqs", "sns")])
    assert found["EvalDecision"] == decision
    assert found["MissingContextValues"] == ([key] if decision == "implicitDeny" else [])


def test_of_a_caller_elsewhere_nothing_is_looked_up() -> None:
    only = json.dumps(doc(allow(Condition={"Null": {"aws:PrincipalOrgID": "true"}})))
    policy = InlinePolicy(ACCOUNT, ANN.id, "all", only)
    elsewhere = {"caller_arn": f"arn:aws:iam::{OTHER}:user/bob"}
    assert simulate("s3:GetObject", policy, **elsewhere)["EvalDecision"] == "allowed"
    assert simulate("s3:GetObject", policy)["EvalDecision"] == "implicitDeny"


def test_what_cannot_be_read_is_not_simulated() -> None:
    gone = Attachment(ACCOUNT, ANN.id, "arn:aws:iam::aws:policy/NoSuchPolicyAtAll", 1)
    with pytest.raises(ControlError) as caught:
        simulate("s3:GetObject", gone)
    assert caught.value.code == "PolicyEvaluation"
    assert "NoSuchPolicyAtAll" in caught.value.message
