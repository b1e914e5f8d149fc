"""The pipeline with faults put into it: what is decided is what is done, and what is recorded."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeVar
from urllib.parse import urlencode

import msgspec
import pytest

from doorward.api import services
from doorward.api.operation import REGISTRY
from doorward.control.errors import ControlError
from doorward.errors import StoreConflict, StoreUnavailable
from doorward.model.identity import User
from doorward.server.log import log_to_stderr
from doorward.server.pipeline import Pipeline
from doorward.usecases.application import MEMORY, Application
from doorward.usecases.config import Settings
from doorward.wire.http import HttpRequest, HttpResponse
from tests.accounts import allow, policy
from tests.live import ACCOUNT, KEY, SECRET
from tests.signing import FORM, Signed

T = TypeVar("T")
ENDPOINT = "http://iam.example"
IAM = "2010-05-08"


class Installation:
    """An application in memory, and requests to it without any socket."""

    def __init__(self) -> None:
        services.load()
        log_to_stderr()
        self.application = Application(
            Settings(
                store=MEMORY,
                bootstrap_account_id=ACCOUNT,
                bootstrap_access_key_id=KEY,
                bootstrap_secret_access_key=SECRET,
            )
        )
        self.pipeline = Pipeline(self.application)

    def call(
        self, action: str, key: tuple[str, str] = (KEY, SECRET), **given: str
    ) -> HttpResponse:
        body = urlencode({"Action": action, "Version": IAM, **given}).encode()
        signed = Signed(*key, service="iam", body=body, headers={"content-type": FORM})
        headers = signed.signed_headers(ENDPOINT)
        return self.pipeline.respond(
            HttpRequest("POST", "/", headers=tuple(headers.items()), body=body)
        )

    def before_the_next_write(self, meanwhile: Callable[[], object]) -> None:
        """Let something happen after the next write was decided and before it is done."""
        live: Any = self.application.live
        write = live.write

        def later(work: Callable[..., T], **given: Any) -> T:
            live.write = write
            meanwhile()
            done: T = write(work, **given)
            return done

        live.write = later

    def user(self, name: str) -> User | None:
        return self.application.live.current().get(User, ACCOUNT, name)


@pytest.fixture
def installation() -> Iterator[Installation]:
    made = Installation()
    yield made
    made.application.close()


@pytest.fixture
def helper(installation: Installation) -> tuple[str, str]:
    """A user who may create users; return its key."""
    installation.call("CreateUser", UserName="helper")
    document = policy(allow("iam:CreateUser"))
    installation.call(
        "PutUserPolicy", UserName="helper", PolicyName="may", PolicyDocument=document
    )
    body = installation.call("CreateAccessKey", UserName="helper").body.decode()
    return _between(body, "AccessKeyId"), _between(body, "SecretAccessKey")


def _between(body: str, name: str) -> str:
    return body.split(f"<{name}>")[1].split(f"</{name}>", maxsplit=1)[0]


@pytest.mark.parametrize(
    ("action", "given", "status", "code"),
    [
        ("DeleteUserPolicy", {"UserName": "helper", "PolicyName": "may"}, 403, "AccessDenied"),
        ("UpdateAccessKey", {"UserName": "helper", "Status": "Inactive"}, 403,
         "InvalidClientTokenId"),
        ("CreateUser", {"UserName": "another"}, 200, ""),
    ],
)  # fmt: skip
def test_leave_that_is_taken_back_meanwhile_no_longer_holds(
    installation: Installation,
    helper: tuple[str, str],
    action: str,
    given: dict[str, str],
    status: int,
    code: str,
) -> None:
    """The call was decided before the change was committed, and would have been done after it."""
    if action == "UpdateAccessKey":
        given = given | {"AccessKeyId": helper[0]}
    installation.before_the_next_write(
        lambda: installation.call(action, key=(KEY, SECRET), **given)
    )
    reply = installation.call("CreateUser", key=helper, UserName="made")
    assert (reply.status, code in reply.body.decode()) == (status, True), reply
    assert (installation.user("made") is not None) == (status == 200)
    recorded = installation.application.recorder.by_request(_request_id(reply))
    assert recorded is not None
    assert recorded.error_code == (code or None)


def _request_id(reply: HttpResponse) -> str:
    found = reply.header("x-amzn-requestid")
    assert found is not None
    return found


def test_a_change_that_cannot_be_answered_is_not_made(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    served = REGISTRY["iam", "CreateUser"]
    monkeypatch.setitem(
        REGISTRY, ("iam", "CreateUser"), _with(served, answer=lambda _user: {"User": object()})
    )
    reply = installation.call("CreateUser", UserName="made")
    assert reply.status == 500
    assert b"InternalFailure" in reply.body
    assert installation.user("made") is None


def test_an_operation_that_asks_nothing_is_not_called(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    served = REGISTRY["iam", "CreateUser"]
    monkeypatch.setitem(
        REGISTRY, ("iam", "CreateUser"), _with(served, asks=lambda _call, _parameters: ())
    )
    assert installation.call("CreateUser", UserName="made").status == 500
    assert installation.user("made") is None


def _with(served: Any, **changes: Any) -> Any:
    return msgspec.structs.replace(served, **changes)


@pytest.mark.parametrize("failure", [StoreUnavailable("full"), RuntimeError("odd")])
def test_what_cannot_be_recorded_is_not_answered(
    installation: Installation, monkeypatch: pytest.MonkeyPatch, failure: Exception
) -> None:
    def refuse(_events: object) -> None:
        raise failure

    monkeypatch.setattr(installation.application.recorder, "append", refuse)
    reply = installation.call("ListUsers")
    assert reply.status == (503 if isinstance(failure, StoreUnavailable) else 500)
    assert b"administrator" not in reply.body


def test_what_another_changed_at_the_same_time_is_a_conflict(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    def conflict(*_arguments: object, **_given: object) -> None:
        raise StoreConflict("User")

    served = REGISTRY["iam", "CreateUser"]
    monkeypatch.setitem(REGISTRY, ("iam", "CreateUser"), _with(served, handler=conflict))
    reply = installation.call("CreateUser", UserName="made")
    assert reply.status == 409
    assert b"<Code>ConcurrentModification</Code>" in reply.body


@pytest.mark.parametrize(
    "failure",
    [
        RuntimeError("what went on inside"),
        ControlError("CodeOfNoService", "what went on inside"),
    ],
    ids=["unforeseen", "a code that the service does not have"],
)
def test_an_internal_failure_says_nothing_of_its_reason(
    installation: Installation,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    failure: Exception,
) -> None:
    def fail(*_arguments: object, **_given: object) -> None:
        raise failure

    served = REGISTRY["iam", "ListUsers"]
    monkeypatch.setitem(REGISTRY, ("iam", "ListUsers"), _with(served, handler=fail))
    log_to_stderr()
    reply = installation.call("ListUsers")
    assert reply.status == 500
    assert b"inside" not in reply.body
    logged = capsys.readouterr().err
    assert "what went on inside" in logged
    assert _request_id(reply) in logged
    assert SECRET not in logged
