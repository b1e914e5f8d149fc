"""Nothing is callable without leave: every operation in the registry, by people without any.

A new operation is tried here as soon as it is registered.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import pytest

from doorward.api import services
from doorward.api.operation import REGISTRY
from doorward.wire.models import service
from examples.main_job.clients import Identity, unsigned
from tests.accounts import ADMINISTRATOR_ACCESS, allow, new_user, policy, refused
from tests.server import minimal

if TYPE_CHECKING:
    from tests.live import LiveServer

services.load()

OPERATIONS = sorted(REGISTRY)
NEEDS_NO_PERMISSION = {("sts", "GetCallerIdentity"), ("sts", "GetSessionToken")}
"""IAM User Guide, "Permissions for GetFederationToken, GetSessionToken"; STS API Reference,
GetCallerIdentity: no permissions are required."""

DENIED = {
    "query": ("AccessDenied", 403),
    "ec2": ("UnauthorizedOperation", 403),
    "json": ("AccessDeniedException", 400),
}
UNSIGNED = {
    "query": "MissingAuthenticationToken",
    "ec2": "MissingParameter",
    "json": "MissingAuthenticationTokenException",
}


@pytest.fixture(scope="module")
def nobody(live_server: LiveServer) -> Identity:
    """A user of the management account, without any policy."""
    return new_user(live_server.administrator)[1]


@pytest.fixture(scope="module")
def barred(live_server: LiveServer) -> Identity:
    """A user with every permission, and a Deny of everything."""
    deny = {"Effect": "Deny", "Action": "*", "Resource": "*"}
    name, user = new_user(live_server.administrator, policy(allow("*"), deny))
    live_server.client("iam").attach_user_policy(UserName=name, PolicyArn=ADMINISTRATOR_ACCESS)
    return user


@cache
def client(who: Identity, service_name: str) -> Any:
    """Return a client, made once: making one takes longer than any call."""
    return who.client(service_name)


@cache
def anonymous(endpoint: str, service_name: str) -> Any:
    """Return a client that signs nothing, made once."""
    return unsigned(endpoint, service_name)


def call(caller: Any, name: tuple[str, str]) -> Any:
    operation = service(name[0]).operations[name[1]]
    return caller._make_api_call(name[1], minimal.parameters(operation))


def test_the_registry_is_not_empty() -> None:
    assert {each for each, _ in OPERATIONS} == set(services.SERVICES)
    assert len(OPERATIONS) > 60


@pytest.mark.parametrize("name", OPERATIONS, ids=":".join)
def test_an_operation_needs_leave(
    nobody: Identity, barred: Identity, live_server: LiveServer, name: tuple[str, str]
) -> None:
    with refused(UNSIGNED[service(name[0]).protocol]):
        call(anonymous(live_server.endpoint, name[0]), name)
    if name in NEEDS_NO_PERMISSION:
        call(client(nobody, name[0]), name)
        call(client(barred, name[0]), name)
        return
    code, status = DENIED[service(name[0]).protocol]
    with refused(code, "is not authorized to perform: ", status):
        call(client(nobody, name[0]), name)
    with refused(code, "with an explicit deny in an identity-based policy", status):
        call(client(barred, name[0]), name)


def _json(name: tuple[str, str], suffix: str) -> str:
    return suffix if service(name[0]).protocol == "json" else ""


UNSERVED = [
    (each, operation)
    for each in services.SERVICES
    for operation in sorted(service(each).operations)[::12]
    if (each, operation) not in REGISTRY
]


@pytest.mark.parametrize("name", UNSERVED, ids=":".join)
def test_an_operation_that_is_not_built_says_so(
    live_server: LiveServer, name: tuple[str, str]
) -> None:
    """To whoever is signed in; to everybody else it says that they are not."""
    with refused("NotImplemented" + _json(name, "Exception"), "is not supported", 501):
        call(client(live_server.administrator, name[0]), name)
    with refused("MissingAuthenticationToken" + _json(name, "Exception")):
        call(anonymous(live_server.endpoint, name[0]), name)
