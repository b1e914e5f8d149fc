"""Last uses of keys and roles, by unmodified boto3.

Provenance: IAM API Reference, GetAccessKeyLastUsed, AccessKeyLastUsed, RoleLastUsed; IAM User
Guide, "Refine permissions in AWS using last accessed information" (attempts count, denied or not).
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from examples.main_job.clients import Identity
from tests.accounts import allow, new_account, new_role, new_user, policy, refused, trust
from tests.live import ACCOUNT, LiveServer


@pytest.fixture(scope="module")
def administrator(live_server: LiveServer) -> Identity:
    return new_account(live_server)[1]


def last_used(administrator: Identity, key: str) -> dict[str, Any]:
    answer = administrator.client("iam").get_access_key_last_used(AccessKeyId=key)
    return {name: value for name, value in answer.items() if name != "ResponseMetadata"}


def recent(moment: datetime) -> bool:
    return timedelta(0) <= datetime.now(UTC) - moment < timedelta(minutes=5)


def test_a_key_is_marked_by_its_first_use_denied_or_not(administrator: Identity) -> None:
    name, user = new_user(administrator)
    assert last_used(administrator, user.access_key_id) == {
        "UserName": name,
        "AccessKeyLastUsed": {"ServiceName": "N/A", "Region": "N/A"},
    }
    with refused("AccessDenied"):
        user.client("iam").list_users()
    found = last_used(administrator, user.access_key_id)
    used = found["AccessKeyLastUsed"]
    assert recent(used.pop("LastUsedDate"))
    assert used == {"ServiceName": "iam", "Region": "us-east-1"}
    user.client("sts").get_caller_identity()
    again = last_used(administrator, user.access_key_id)["AccessKeyLastUsed"]
    assert again["ServiceName"] == "iam", "of several uses within 15 minutes the first is kept"


def test_a_bad_signature_is_no_use(administrator: Identity) -> None:
    _, user = new_user(administrator)
    wrong = Identity(user.endpoint, user.access_key_id, "x" * 40)
    with refused("SignatureDoesNotMatch"):
        wrong.client("sts").get_caller_identity()
    assert "LastUsedDate" not in last_used(administrator, user.access_key_id)["AccessKeyLastUsed"]


def test_users_have_no_password_last_used(administrator: Identity) -> None:
    name, user = new_user(administrator, policy(allow("iam:GetUser")))
    assert "PasswordLastUsed" not in user.client("iam").get_user()["User"]
    listed = administrator.client("iam").list_users()["Users"]
    assert name in {each["UserName"] for each in listed}
    assert not any("PasswordLastUsed" in each for each in listed)


def test_a_role_is_marked_by_its_sessions_and_not_by_being_assumed(
    administrator: Identity,
) -> None:
    """IAM API Reference, RoleLastUsed: "the last time that the role was used"."""
    account = administrator.client("sts").get_caller_identity()["Account"]
    arn = new_role(administrator, trust({"AWS": account}))
    name, iam = arn.rpartition("/")[2], administrator.client("iam")
    session = administrator.assuming(arn, "session")
    assert iam.get_role(RoleName=name)["Role"]["RoleLastUsed"] == {}
    session.client("sts").get_caller_identity()
    used = iam.get_role(RoleName=name)["Role"]["RoleLastUsed"]
    assert set(used) == {"LastUsedDate", "Region"}
    assert recent(used["LastUsedDate"])
    details = iam.get_account_authorization_details(Filter=["Role"])["RoleDetailList"]
    assert [each["RoleLastUsed"] for each in details if each["Arn"] == arn] == [used]
    listed = iam.list_roles()["Roles"]
    assert not any("RoleLastUsed" in each for each in listed)


@pytest.mark.parametrize("key", ["AKIAI44QH8DHBEXAMPLE", None])
def test_no_key_of_others_is_told_of(live_server: LiveServer, key: str | None) -> None:
    """One answer for a key that is not there and for another account's."""
    _, stranger = new_account(live_server)
    asked = key or live_server.administrator.access_key_id
    with refused("AccessDenied", f"on resource: access key {asked}", 403):
        stranger.client("iam").get_access_key_last_used(AccessKeyId=asked)


def test_who_may_read_the_last_use_of_a_key(live_server: LiveServer) -> None:
    """Service Authorization Reference: the resource is the user whose key it is."""
    administrator = live_server.administrator
    name, mine = new_user(administrator, policy(allow("iam:GetAccessKeyLastUsed", OWN)))
    assert (
        mine.client("iam").get_access_key_last_used(AccessKeyId=mine.access_key_id)["UserName"]
        == name
    )
    other, theirs = new_user(administrator)
    with refused("AccessDenied", f"arn:aws:iam::{ACCOUNT}:user/{other}", 403):
        mine.client("iam").get_access_key_last_used(AccessKeyId=theirs.access_key_id)


OWN = "arn:aws:iam::*:user/${aws:username}"
