"""A simulation's decision is the engine's: on random layers, resource by resource.

Questions come from the generator of the differential test; what the simulator has no member for
(sessions, endpoints, resource control policies) is taken out.
"""

from __future__ import annotations

import json
import random
from typing import Any

import pytest

from doorward.api import services
from doorward.api.operation import REGISTRY
from doorward.control.errors import ControlError
from doorward.engine.combine import decide
from doorward.engine.derive import resource_account
from doorward.engine.question import read_question
from doorward.engine.request import Request, Resource
from doorward.errors import InvalidInput
from doorward.model.snapshot import Snapshot
from tests.api.asking import call
from tests.oracle.generate import questions

Json = dict[str, Any]

SEED = random.Random().randrange(10**9)
CASES = 1200
EMPTY = Snapshot.of([], {})
WORDS = {"ALLOW": "allowed", "EXPLICIT_DENY": "explicitDeny", "IMPLICIT_DENY": "implicitDeny"}
TAKEN = {"identity", "permissionsBoundary", "resource", "serviceControl"}


def text(document: Any) -> str:
    if isinstance(document, dict) and "document" in document:
        return text(document["document"])
    return document if isinstance(document, str) else json.dumps(document)


def usable(question: Json) -> bool:
    principal = question["request"]["principal"]
    named = isinstance(principal, str) and (":user/" in principal or ":role/" in principal)
    one_boundary = len(question["policies"].get("permissionsBoundary", [1])) == 1
    levels = question["policies"].get("serviceControl", [1])
    return named and one_boundary and levels != []


def simulated(question: Json, request: Request) -> list[str]:
    """Ask SimulateCustomPolicy; return the decision on each resource, and the united one."""
    policies = question["policies"]
    given: Json = {
        "policy_input_list": [text(each) for each in policies.get("identity", [])],
        "action_names": [request.action],
        "caller_arn": question["request"]["principal"],
        "resource_arns": [each.arn for each in request.resources],
        "context_entries": [
            {
                "ContextKeyName": each.key,
                "ContextKeyValues": list(each.values),
                "ContextKeyType": "stringList" if each.multi else "string",
            }
            for each in request.context
        ],
    }
    if "permissionsBoundary" in policies:
        given["permissions_boundary_policy_input_list"] = [
            text(policies["permissionsBoundary"][0])
        ]
    if "resource" in policies:
        given["resource_policy"] = text(policies["resource"])
    if "serviceControl" in policies:
        given["ordered_organization_policy_input_list"] = [
            {"ServiceControlPolicyInputList": [text(each) for each in level]}
            for level in policies["serviceControl"]
        ]
    if "resourceAccount" in question["request"]:
        given["resource_owner"] = f"arn:aws:iam::{question['request']['resourceAccount']}:root"
    operation = REGISTRY["iam", "SimulateCustomPolicy"]
    answer = operation.answer(operation.handler(call(EMPTY), **given))
    (result,) = answer["EvaluationResults"]
    specific = result["ResourceSpecificResults"] or ()
    return [*(each["EvalResourceDecision"] for each in specific), result["EvalDecision"]]


def decided(stack: Any, request: Request, owner: str) -> list[str]:
    """Ask the engine the same, with the owners that the simulator takes resources to have."""
    effects = []
    for resource in {each.arn: each for each in request.resources}.values():
        bare = Resource(resource.arn)
        account = None if resource.arn == "*" else resource_account(bare) or owner
        asked = Request(
            request.principal, request.action, (Resource(resource.arn, account),), request.context
        )
        effects.append(decide(stack, asked).effect.value)
    worst = min(effects, key=["EXPLICIT_DENY", "IMPLICIT_DENY", "ALLOW"].index)
    only_everything = all(each.arn == "*" for each in request.resources)
    return [WORDS[each] for each in ([] if only_everything else effects) + [worst]]


def agrees(question: Json) -> str | None:
    """Compare both answers; return the decision, ``None`` for what neither can read."""
    question["policies"] = {k: v for k, v in question["policies"].items() if k in TAKEN}
    question["request"].pop("resourceFacts", None)
    try:
        stack, request = read_question(question)
    except InvalidInput:
        return None
    principal = question["request"]["principal"]
    owner = question["request"].get("resourceAccount", principal.split(":")[4])
    expected = decided(stack, request, owner)
    assert simulated(question, request) == expected, json.dumps(question)
    return expected[-1]


def test_simulations_decide_as_the_engine_does() -> None:
    services.load()
    found = [agrees(question) for question in questions(SEED, range(CASES)) if usable(question)]
    answered = [each for each in found if each is not None]
    assert len(answered) > CASES / 10, f"seed {SEED}"
    assert {*answered} == {*WORDS.values()}, f"seed {SEED}"


@pytest.mark.parametrize("layer", ["policy_input_list", "resource_policy"])
def test_what_the_engine_cannot_read_no_simulation_answers(layer: str) -> None:
    services.load()
    broken = '{"Version": "2012-10-17",\n "Statement": {"Effect": "Maybe"}}'
    given: Json = {"policy_input_list": [], "action_names": ["s3:GetObject"]}
    given |= {"caller_arn": "arn:aws:iam::111122223333:user/u"}
    given[layer] = broken if layer == "resource_policy" else [broken]
    with pytest.raises(ControlError) as caught:
        REGISTRY["iam", "SimulateCustomPolicy"].handler(call(EMPTY), **given)
    assert caught.value.code == "InvalidInput"
    assert "(line 2, column" in caught.value.message
