"""Every call leaves an event of CloudTrail's shape, with its decisions, and no secret ever.

Source: AWS CloudTrail User Guide, "CloudTrail record contents for management events".
"""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyotp
import pytest

from examples.main_job.clients import of_session, unsigned
from tests.accounts import ADMINISTRATOR_ACCESS, new_account, new_role, new_user, refused, trust
from tests.live import ACCOUNT, KEY, SECRET, serving
from tests.signing import Signed

if TYPE_CHECKING:
    from tests.live import LiveServer

ALWAYS = {
    "eventVersion", "userIdentity", "eventTime", "eventSource", "eventName", "awsRegion",
    "sourceIPAddress", "userAgent", "requestParameters", "responseElements", "requestID",
    "eventID", "readOnly", "eventType", "managementEvent", "recipientAccountId", "eventCategory",
}  # fmt: skip


def explained(server: LiveServer, request_id: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    found = server.client("doorward").get_decision(RequestId=request_id)
    return json.loads(found["Event"]), found["Decisions"]


def request_id(answer: dict[str, Any]) -> str:
    found: str = answer["ResponseMetadata"]["RequestId"]
    return found


def test_a_write_is_recorded_with_what_was_asked_and_done(live_server: LiveServer) -> None:
    name, _ = new_user(live_server.administrator)
    answer = live_server.client("iam").attach_user_policy(
        UserName=name, PolicyArn=ADMINISTRATOR_ACCESS
    )
    event, decisions = explained(live_server, request_id(answer))
    assert set(event) == ALWAYS
    assert event["requestParameters"] == {"userName": name, "policyArn": ADMINISTRATOR_ACCESS}
    assert (event["eventSource"], event["eventName"]) == ("iam.amazonaws.com", "AttachUserPolicy")
    assert (event["readOnly"], event["recipientAccountId"]) == (False, ACCOUNT)
    identity = event["userIdentity"]
    assert (identity["type"], identity["userName"]) == ("IAMUser", "administrator")
    assert (identity["accessKeyId"], identity["accountId"]) == (KEY, ACCOUNT)
    assert [each["Action"] for each in decisions] == ["iam:AttachUserPolicy"]


def test_a_denial_is_recorded_with_its_reason(live_server: LiveServer) -> None:
    _, user = new_user(live_server.administrator)
    with refused("AccessDenied") as seen:
        user.client("iam").create_user(UserName="never")
    event, decisions = explained(live_server, seen.request_id)
    assert (event["errorCode"], event["errorMessage"]) == ("AccessDenied", seen.message)
    assert event["responseElements"] is None
    assert decisions[0]["Effect"] == "IMPLICIT_DENY"


@pytest.mark.parametrize(
    ("signed", "identity"),
    [
        (Signed(secret="x" * 40), {"type": "Unknown", "accountId": ACCOUNT, "accessKeyId": KEY}),
        (Signed(key="AKIAI44QH8DHBEXAMPLE"),
         {"type": "Unknown", "accessKeyId": "AKIAI44QH8DHBEXAMPLE"}),
    ],
)  # fmt: skip
def test_a_failed_signature_is_recorded_with_what_it_claimed(
    live_server: LiveServer, signed: Signed, identity: dict[str, str]
) -> None:
    reply = signed.send(live_server.endpoint)
    event, decisions = explained(live_server, reply.request_id)
    assert (event["userIdentity"], event["errorCode"], decisions) == (identity, reply.code, [])
    assert event["requestParameters"] is None


def test_an_unsigned_call_is_recorded(live_server: LiveServer) -> None:
    with refused("MissingAuthenticationToken") as seen:
        unsigned(live_server.endpoint, "iam").list_users()
    event, _ = explained(live_server, seen.request_id)
    assert event["userIdentity"] == {"type": "Unknown"}
    assert event["eventName"] == "ListUsers"


def test_a_session_is_recorded_with_its_role(live_server: LiveServer) -> None:
    number, administrator = new_account(live_server)
    role = new_role(
        administrator, trust({"AWS": number}, ["sts:AssumeRole", "sts:SetSourceIdentity"])
    )
    credentials = administrator.client("sts").assume_role(
        RoleArn=role, RoleSessionName="test", SourceIdentity="alice"
    )["Credentials"]
    who = of_session(live_server.endpoint, credentials).client("sts").get_caller_identity()
    identity = explained(live_server, request_id(who))[0]["userIdentity"]
    assert (identity["type"], identity["arn"]) == ("AssumedRole", who["Arn"])
    assert identity["sessionContext"]["sessionIssuer"]["arn"] == role
    assert identity["sessionContext"]["sourceIdentity"] == "alice"
    assert identity["sessionContext"]["attributes"]["mfaAuthenticated"] == "false"


@pytest.mark.parametrize("agent", ["\u202eevil\x7f", "x" * 5000])
def test_whatever_a_caller_sends_can_be_recorded(live_server: LiveServer, agent: str) -> None:
    signed = Signed(unsigned={"user-agent": agent.encode().decode("latin-1")})
    reply = signed.send(live_server.endpoint)
    assert reply.status in {200, 400}
    if reply.request_id:
        explained(live_server, reply.request_id)


def test_no_secret_is_in_the_store_its_events_or_the_log(tmp_path: Path) -> None:
    """Every kind of secret is made and used; none is in any byte of the files or of the output."""
    used: dict[str, str] = {"administrator": SECRET}
    with serving(f"sqlite:///{tmp_path}/doorward.db") as server:
        number, other = new_account(server)
        used["new account"] = other.secret_access_key
        iam = other.client("iam")
        name, user = new_user(other)
        used["access key"] = user.secret_access_key
        device = iam.create_virtual_mfa_device(VirtualMFADeviceName=name)["VirtualMFADevice"]
        seed = used["mfa seed"] = device["Base32StringSeed"].decode()
        codes = _codes(seed)
        iam.enable_mfa_device(
            UserName=name, SerialNumber=device["SerialNumber"],
            AuthenticationCode1=codes[0], AuthenticationCode2=codes[1],
        )  # fmt: skip
        session = user.client("sts").get_session_token(
            SerialNumber=device["SerialNumber"], TokenCode=codes[2]
        )["Credentials"]
        role = new_role(other, trust({"AWS": number}))
        assumed = other.client("sts").assume_role(RoleArn=role, RoleSessionName="test")
        for kind, made in (("user session", session), ("role session", assumed["Credentials"])):
            used[f"{kind} secret"], used[f"{kind} token"] = (
                made["SecretAccessKey"],
                made["SessionToken"],
            )
            other.client("doorward").decide(
                Subject={"SessionToken": made["SessionToken"]},
                Action="s3:GetObject",
                Resource="arn:aws:s3:::some/key",
            )
        used["password"] = "Never-To-Be-Seen-1"
        iam.create_login_profile(UserName=name, Password=used["password"])
        broken = Signed(token=assumed["Credentials"]["SessionToken"] + "A")
        assert broken.send(server.endpoint).status == 403
        assert server.stop() == 0
        said = "".join(server.said)
    kept = {file.name: file.read_bytes() for file in sorted(tmp_path.iterdir()) if file.is_file()}
    assert kept["doorward.db"].count(b'"eventName":"EnableMFADevice"') == 1
    for kind, secret in used.items():
        assert secret not in said, kind
        for file, content in kept.items():
            assert not any(piece in content for piece in _pieces(secret)), (kind, file)
    for code in codes:
        assert f'"{code}"'.encode() not in kept["doorward.db"]
    assert (tmp_path / "doorward.db.key").stat().st_mode & 0o077 == 0


def _pieces(secret: str) -> list[bytes]:
    """Return pieces of a secret, for a long one is not in one piece on a database's pages.

    A token's first 40 characters name the master key, which is no secret.
    """
    if len(secret) < 120:
        return [secret.encode()]
    return [secret[start : start + 40].encode() for start in range(40, len(secret) - 40, 40)]


def _codes(seed: str) -> tuple[str, str, str]:
    """Return three codes in a row around now."""
    left = 30 - time.time() % 30
    if left < 8:
        time.sleep(left)
    now, totp = int(time.time()), pyotp.TOTP(seed)
    return totp.at(now - 30), totp.at(now), totp.at(now + 30)
