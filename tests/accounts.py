"""Accounts and people of a live server, made for one test so that no test needs another."""

from __future__ import annotations

import itertools
import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from examples.main_job.clients import Identity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.live import LiveServer

_numbers = itertools.count(1)
ADMINISTRATOR_ACCESS = "arn:aws:iam::aws:policy/AdministratorAccess"


def policy(*statements: dict[str, Any]) -> str:
    """Return a policy document's text."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(action: str | list[str], resource: str = "*", **more: Any) -> dict[str, Any]:
    """Return an Allow statement."""
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def trust(principal: object, action: str | list[str] = "sts:AssumeRole", **more: Any) -> str:
    """Return a trust policy that admits ``principal``."""
    return policy({"Effect": "Allow", "Principal": principal, "Action": action, **more})


def new_account(server: LiveServer) -> tuple[str, Identity]:
    """Create a standalone account; return its number and its administrator."""
    answer = server.client("doorward").create_account(Name=f"test {next(_numbers)}")
    key = answer["AdministratorAccessKey"]
    identity = Identity(server.endpoint, key["AccessKeyId"], key["SecretAccessKey"])
    return answer["Account"]["Id"], identity


def new_user(administrator: Identity, *documents: str) -> tuple[str, Identity]:
    """Create a user with inline policies; return its name and a key of its own."""
    name, iam = f"somebody-{next(_numbers)}", administrator.client("iam")
    iam.create_user(UserName=name)
    for number, document in enumerate(documents):
        iam.put_user_policy(UserName=name, PolicyName=f"p{number}", PolicyDocument=document)
    key = iam.create_access_key(UserName=name)["AccessKey"]
    return name, Identity(administrator.endpoint, key["AccessKeyId"], key["SecretAccessKey"])


def new_role(administrator: Identity, trusting: str, *documents: str, **more: Any) -> str:
    """Create a role with inline policies; return its ARN."""
    name, iam = f"role-{next(_numbers)}", administrator.client("iam")
    role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=trusting, **more)["Role"]
    for number, document in enumerate(documents):
        iam.put_role_policy(RoleName=name, PolicyName=f"p{number}", PolicyDocument=document)
    arn: str = role["Arn"]
    return arn


@contextmanager
def refused(code: str, text: str = "", status: int | None = None) -> Iterator[ClientErrorSeen]:
    """Expect a call to be refused with an error code, and a message that contains ``text``."""
    seen = ClientErrorSeen()
    with pytest.raises(ClientError) as caught:
        yield seen
    answer = caught.value.response
    seen.message = answer["Error"]["Message"]
    seen.request_id = answer["ResponseMetadata"]["RequestId"]
    assert (answer["Error"]["Code"], text in seen.message) == (code, True), answer["Error"]
    if status is not None:
        assert answer["ResponseMetadata"]["HTTPStatusCode"] == status


class ClientErrorSeen:
    """What a refusal said, once it has come."""

    message = ""
    request_id = ""
