"""What is absent says so and why: every operation of IAM and STS is done, or in the table.

Provenance of the reasons: the texts of the service models themselves (CreateDelegationRequest,
GetHumanReadableSummary, AcquireRole …) and what Doorward does not have.
"""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest

from doorward.api import services
from doorward.api.absent import ABSENT, ABSENT_MEMBERS, IN_PART, refusal_of
from doorward.api.operation import REGISTRY
from doorward.wire.models import SERVED, service
from examples.main_job.clients import Identity, unsigned
from tests.accounts import new_user, refused
from tests.server import minimal

if TYPE_CHECKING:
    from tests.live import LiveServer

SERVICES = ("iam", "sts")
services.load()


@pytest.mark.parametrize("name", SERVICES)
def test_every_operation_is_done_or_absent_by_name(name: str) -> None:
    """Issue 5 counted 191 in botocore 1.44.5; 1.44.8 has two more."""
    modelled = set(service(name).operations)
    served = {operation for owner, operation in REGISTRY if owner == name}
    absent = {operation for owner, operation in ABSENT if owner == name}
    assert served | absent == modelled
    assert served & absent == set()


def test_of_a_service_that_is_served_in_part_everything_named_is_done() -> None:
    assert {name for name, row in SERVED.items() if row.operations} == set(IN_PART)
    for name in IN_PART:
        assert {each for owner, each in REGISTRY if owner == name} == set(SERVED[name].operations)
        assert set(service(name).operations) == set(SERVED[name].operations)


def test_every_member_that_no_operation_takes_has_a_reason() -> None:
    untaken = {
        (owner, member)
        for (owner, _), served in REGISTRY.items()
        if owner in SERVICES
        for member in served.untaken
    }
    assert untaken == set(ABSENT_MEMBERS)


def test_the_reasons_are_sentences() -> None:
    for reason in (*ABSENT.values(), *ABSENT_MEMBERS.values(), *IN_PART.values()):
        assert len(reason.split()) > 4
        assert not reason.endswith(".")


@cache
def client(who: Identity, name: str) -> Any:
    return who.client(name)


@pytest.fixture(scope="module")
def nobody(live_server: LiveServer) -> Identity:
    """A user without any policy: what is not there needs no leave, and tells nothing."""
    return new_user(live_server.administrator)[1]


UNSIGNED = {each for each in ABSENT if service(each[0]).operations[each[1]].unsigned}
SIGNED = sorted(ABSENT.keys() - UNSIGNED)


@cache
def anonymous(endpoint: str, name: str) -> Any:
    return unsigned(endpoint, name)


def told(server: LiveServer, caller: Any, name: tuple[str, str]) -> dict[str, Any]:
    """Call what is absent; return the event. Nothing is decided, nothing done."""
    given = minimal.parameters(service(name[0]).operations[name[1]])
    with refused("NotImplemented", refusal_of(*name), 501) as seen:
        caller._make_api_call(name[1], given)
    found = client(server.administrator, "doorward").get_decision(RequestId=seen.request_id)
    event: dict[str, Any] = json.loads(found["Event"])
    assert (event["eventName"], event["errorCode"]) == (name[1], "NotImplemented")
    assert event["requestParameters"] is None
    assert found["Decisions"] == []
    return event


@pytest.mark.parametrize("name", SIGNED, ids=":".join)
def test_a_call_is_told_why_and_recorded(
    live_server: LiveServer, nobody: Identity, name: tuple[str, str]
) -> None:
    """To whoever is signed in; to everybody else it says that they are not."""
    event = told(live_server, client(nobody, name[0]), name)
    assert event["userIdentity"]["accessKeyId"] == nobody.access_key_id
    given = minimal.parameters(service(name[0]).operations[name[1]])
    with refused("MissingAuthenticationToken", status=403):
        anonymous(live_server.endpoint, name[0])._make_api_call(name[1], given)


@pytest.mark.parametrize("name", sorted(UNSIGNED), ids=":".join)
def test_what_aws_serves_unsigned_is_told_unsigned(
    live_server: LiveServer, name: tuple[str, str]
) -> None:
    """Clients never sign it, so that no other answer would reach them."""
    event = told(live_server, anonymous(live_server.endpoint, name[0]), name)
    assert event["userIdentity"] == {"type": "Unknown"}


def test_two_operations_are_for_callers_without_credentials() -> None:
    assert {each for _, each in UNSIGNED} == {"AssumeRoleWithSAML", "AssumeRoleWithWebIdentity"}
