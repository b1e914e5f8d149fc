"""Callers for the tests: users of the live server with a policy each, by real boto3 clients."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import count
from typing import Any

import pytest
from botocore.exceptions import ClientError

from examples.main_job.clients import Identity
from tests.live import LiveServer

_NUMBERS = count(1)


def fresh(prefix: str) -> str:
    """Return a name that no other test of this run uses."""
    return f"{prefix}-{next(_NUMBERS)}"


def policy(*statements: dict[str, Any]) -> str:
    """Return a policy document's text."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(action: str | list[str], resource: str = "*", **more: Any) -> dict[str, Any]:
    """Return an Allow statement."""
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def somebody(server: LiveServer, *statements: dict[str, Any]) -> tuple[str, Identity]:
    """Create a user with one inline policy and a key; return its name and the caller it is."""
    iam, name = server.client("iam"), fresh("caller")
    iam.create_user(UserName=name)
    if statements:
        iam.put_user_policy(UserName=name, PolicyName="given", PolicyDocument=policy(*statements))
    key = iam.create_access_key(UserName=name)["AccessKey"]
    return name, Identity(server.endpoint, key["AccessKeyId"], key["SecretAccessKey"])


def refused(call: Callable[..., Any], /, **parameters: Any) -> tuple[str, int, str]:
    """Return code, status and message of the error that a call answers."""
    with pytest.raises(ClientError) as caught:
        call(**parameters)
    answer = caught.value.response
    status: int = answer["ResponseMetadata"]["HTTPStatusCode"]
    return answer["Error"]["Code"], status, answer["Error"]["Message"]


def goes_through(call: Callable[[], Any]) -> bool:
    """Whether a call is allowed; any other refusal is none."""
    try:
        call()
    except ClientError as error:
        if error.response["Error"]["Code"] != "AccessDenied":
            raise
        return False
    return True
