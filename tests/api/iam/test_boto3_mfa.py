"""Hardware tokens and security keys, and a virtual device all its life, by boto3.

Sources: IAM User Guide, "Assign a hardware TOTP token", "Assign a passkey or security key",
"Resynchronize virtual and hardware MFA devices"; IAM API Reference, GetMFADevice ("we only accept
FIDO security key ARNs"), TagMFADevice (virtual devices alone).
"""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import pyotp
import pytest

from doorward.credentials.totp import new_seed
from tests.accounts import allow, new_account, new_user, policy, refused

if TYPE_CHECKING:
    from examples.main_job.clients import Identity
    from tests.live import LiveServer

SEED = new_seed(lambda length: bytes(range(length)))


@pytest.fixture(scope="module")
def account(live_server: LiveServer) -> tuple[str, Identity]:
    return new_account(live_server)


def now() -> int:
    """Return the time step of now; where it is about to end, the next one, once it has begun."""
    left = 30 - time.time() % 30
    if left < 2:
        time.sleep(left)
    return int(time.time()) // 30


def pair(user: str, serial: str, seed: str, step: int) -> dict[str, str]:
    """Return the parameters of EnableMFADevice: the codes of the step before, and of this one."""
    device = pyotp.TOTP(seed)
    return {
        "UserName": user,
        "SerialNumber": serial,
        "AuthenticationCode1": device.generate_otp(step - 1),
        "AuthenticationCode2": device.generate_otp(step),
    }


def session(caller: Identity, serial: str, seed: str, step: int) -> dict[str, Any]:
    """Return what GetSessionToken answers to the code of a step."""
    answer: dict[str, Any] = caller.client("sts").get_session_token(
        SerialNumber=serial, TokenCode=pyotp.TOTP(seed).generate_otp(step)
    )
    return answer


def test_a_hardware_token(account: tuple[str, Identity], live_server: LiveServer) -> None:
    _, administrator = account
    iam, doorward = administrator.client("iam"), administrator.client("doorward")
    serial = "GAHT00000001"
    name, caller = new_user(administrator)
    with refused("NoSuchEntity", serial, 404):
        iam.enable_mfa_device(**pair(name, serial, SEED, now()))
    with refused("ValidationException"):
        doorward.register_mfa_token(TokenSerial=serial, Seed="AAAAAAAAAAAAAAAA")
    made = doorward.register_mfa_token(TokenSerial=serial, Seed=SEED)
    assert made["SerialNumber"] == serial
    with refused("ConflictException"):
        doorward.register_mfa_token(TokenSerial=serial, Seed=SEED)
    with refused("ResourceNotFoundException"):
        live_server.client("doorward").delete_mfa_token(TokenSerial=serial)
    assert serial in [each["TokenSerial"] for each in doorward.list_mfa_tokens()["Tokens"]]
    iam.enable_mfa_device(**pair(name, serial, SEED, now() - 9))
    (known,) = (
        each for each in doorward.list_mfa_tokens()["Tokens"] if each["TokenSerial"] == serial
    )
    assert known["UserName"] == name
    assert abs(known["Registered"].timestamp() - time.time()) < 600
    (listed,) = iam.list_mfa_devices(UserName=name)["MFADevices"]
    assert listed["SerialNumber"] == serial
    virtual = iam.list_virtual_mfa_devices()["VirtualMFADevices"]
    assert serial not in [each["SerialNumber"] for each in virtual]
    # Its codes waited, as those of a token whose clock is slow: by that clock it goes on.
    with refused("AccessDenied", "invalid MFA one time pass code"):
        session(caller, serial, SEED, now())
    assert session(caller, serial, SEED, now() - 8)["Credentials"]
    iam.resync_mfa_device(**pair(name, serial, SEED, now()))
    with refused("InvalidAuthenticationCode", status=403):
        iam.resync_mfa_device(**pair(name, serial, SEED, now()))
    assert session(caller, serial, SEED, now() + 1)["Credentials"]
    for call in (iam.delete_virtual_mfa_device, iam.list_mfa_device_tags):
        with refused("NoSuchEntity", "VirtualMFADevice with serial number", 404):
            call(SerialNumber=serial)
    with refused("ConflictException", "in use"):
        doorward.delete_mfa_token(TokenSerial=serial)
    iam.deactivate_mfa_device(UserName=name, SerialNumber=serial)
    doorward.delete_mfa_token(TokenSerial=serial)


def test_a_security_key(account: tuple[str, Identity]) -> None:
    number, administrator = account
    iam, doorward = administrator.client("iam"), administrator.client("doorward")
    name, caller = new_user(administrator)
    certified = {"FIDO": "L1", "FIPS-140-2": "L2"}
    serial = doorward.record_security_key(UserName=name, Name="blue", Certifications=certified)[
        "SerialNumber"
    ]
    assert serial.startswith(f"arn:aws:iam::{number}:u2f/user/{name}/blue-")
    got = iam.get_mfa_device(SerialNumber=serial, UserName=name)
    (listed,) = iam.list_mfa_devices(UserName=name)["MFADevices"]
    assert (got["Certifications"], got["UserName"]) == (certified, name)
    assert (got["SerialNumber"], got["EnableDate"]) == (serial, listed["EnableDate"])
    assert set(listed) == {"UserName", "SerialNumber", "EnableDate"}
    plain = doorward.record_security_key(UserName=name, Name="plain")["SerialNumber"]
    assert "Certifications" not in iam.get_mfa_device(SerialNumber=plain, UserName=name)
    with refused("AccessDenied", "invalid MFA one time pass code"):
        caller.client("sts").get_session_token(SerialNumber=serial, TokenCode="000000")
    with refused("EntityAlreadyExists", "already in use", 409):
        iam.enable_mfa_device(**pair(name, serial, SEED, now()))
    other, _ = new_user(administrator)
    with refused("NoSuchEntity", status=404):
        iam.get_mfa_device(SerialNumber=serial, UserName=other)
    for each in (serial, plain):
        iam.deactivate_mfa_device(UserName=name, SerialNumber=each)
    assert iam.list_mfa_devices(UserName=name)["MFADevices"] == []
    with refused("ResourceNotFoundException"):
        doorward.record_security_key(UserName="nobody-at-all", Name="blue")


def test_who_may_register_what(account: tuple[str, Identity]) -> None:
    number, administrator = account
    own = policy(
        allow("doorward:RegisterMFAToken", f"arn:aws:iam::{number}:mfa/GAHT1*"),
        allow("doorward:RecordSecurityKey", f"arn:aws:iam::{number}:user/${{aws:username}}"),
    )
    name, caller = new_user(administrator, own)
    doorward = caller.client("doorward")
    doorward.register_mfa_token(TokenSerial="GAHT10000001", Seed=SEED)
    doorward.record_security_key(UserName=name, Name="mine")
    with refused("AccessDeniedException"):
        doorward.register_mfa_token(TokenSerial="GAHT20000001", Seed=SEED)
    with refused("AccessDeniedException"):
        doorward.record_security_key(UserName="administrator", Name="theirs")


def test_tokens_are_listed_by_pages_to_their_account_alone(
    account: tuple[str, Identity], live_server: LiveServer
) -> None:
    doorward = account[1].client("doorward")
    for number in range(3):
        doorward.register_mfa_token(TokenSerial=f"PAGED0000{number}", Seed=SEED)
    found: list[str] = []
    more: dict[str, str] = {}
    while True:
        page = doorward.list_mfa_tokens(MaxResults=2, **more)
        found += [each["TokenSerial"] for each in page["Tokens"]]
        if "NextToken" not in page:
            break
        more = {"NextToken": page["NextToken"]}
    assert found == sorted(found)
    assert {f"PAGED0000{number}" for number in range(3)} <= set(found)
    theirs = live_server.client("doorward").list_mfa_tokens()["Tokens"]
    assert [each for each in theirs if each["TokenSerial"] in found] == []
    with refused("ValidationException", "NextToken"):
        doorward.list_mfa_tokens(NextToken="made up")


def test_a_seed_is_in_no_event(account: tuple[str, Identity]) -> None:
    _, administrator = account
    doorward = administrator.client("doorward")
    answer = doorward.register_mfa_token(TokenSerial="GAHT30000001", Seed=SEED)
    decision = doorward.get_decision(RequestId=answer["ResponseMetadata"]["RequestId"])
    told = json.dumps(decision, default=str)
    assert "GAHT30000001" in told
    assert SEED not in told


def test_a_token_is_tagged_as_virtual_devices_alone_are(account: tuple[str, Identity]) -> None:
    iam = account[1].client("iam")
    tags = [{"Key": "k", "Value": "v"}]
    serial = iam.create_virtual_mfa_device(VirtualMFADeviceName="tagged", Path="/of/", Tags=tags)[
        "VirtualMFADevice"
    ]["SerialNumber"]
    assert serial.endswith(":mfa/of/tagged")
    assert iam.list_mfa_device_tags(SerialNumber=serial)["Tags"] == tags
    account[1].client("doorward").register_mfa_token(TokenSerial="GAHT40000001", Seed=SEED)
    with refused("NoSuchEntity", status=404):
        iam.tag_mfa_device(SerialNumber="GAHT40000001", Tags=tags)
    with refused("NoSuchEntity", status=404):
        iam.untag_mfa_device(SerialNumber="GAHT40000001", TagKeys=["k"])
