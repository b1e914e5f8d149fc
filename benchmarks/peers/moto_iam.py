"""Measures moto's evaluation of identity policies, without its server.

``served`` is what moto does for a call of an assumed role once the request has come in, signature
apart: find the key, collect the role's policies, parse them, decide. ``parsed`` is the same
policies parsed once.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping

import boto3
from moto import mock_aws
from moto.core.exceptions import AccessDeniedError
from moto.iam.access_control import IAMPolicy, IAMRequest, PermissionResult

from benchmarks.peers.rounds import Form, Json, serve

ACCOUNT = "123456789012"
TRUST = {"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"}


def prepare(given: Json) -> Mapping[str, Form]:
    """``policies``: the documents; ``requests``: pairs of action and resource."""
    documents = [json.dumps(policy) for policy in given["policies"]]
    parsed = [IAMPolicy(document) for document in documents]
    permitted = _served(documents)
    return {
        "served": lambda: [
            "ALLOW" if permitted(*asked) else "DENY" for asked in given["requests"]
        ],
        "parsed": lambda: [_effect(parsed, *asked) for asked in given["requests"]],
    }


def _served(documents: list[str]) -> Callable[[str, str], bool]:
    """Put the policies on a role, assume it; return whether moto lets a call pass."""
    os.environ |= {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing"}
    mock_aws().start()
    iam = boto3.client("iam", region_name="us-east-1")
    trust = json.dumps({"Version": "2012-10-17", "Statement": [TRUST]})
    role = iam.create_role(RoleName="App", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    for number, document in enumerate(documents):
        name = f"policy-{number}"
        arn = iam.create_policy(PolicyName=name, PolicyDocument=document)["Policy"]["Arn"]
        iam.attach_role_policy(RoleName="App", PolicyArn=arn)
    sts = boto3.client("sts", region_name="us-east-1")
    key = sts.assume_role(RoleArn=role, RoleSessionName="one")["Credentials"]

    def permitted(action: str, resource: str) -> bool:
        service, name = action.split(":")
        scope = f"{key['AccessKeyId']}/20260101/us-east-1/{service}/aws4_request"
        headers = {
            "Authorization": f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=, Signature=",
            "X-Amz-Security-Token": key["SessionToken"],
        }
        request = IAMRequest(ACCOUNT, "POST", "/", {}, b"", headers, name)
        try:
            request.check_action_permitted(resource)
        except AccessDeniedError:
            return False
        return True

    return permitted


def _effect(policies: list[IAMPolicy], action: str, resource: str) -> str:
    """Unite the policies' results as moto does."""
    results = set()
    for policy in policies:
        result = policy.is_action_permitted(action, resource)
        if result is PermissionResult.DENIED:
            return "EXPLICIT_DENY"
        results.add(result)
    return "ALLOW" if PermissionResult.PERMITTED in results else "IMPLICIT_DENY"


if __name__ == "__main__":
    serve(prepare)
