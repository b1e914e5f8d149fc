"""Tags of users, roles and policies, by unmodified boto3.

Sources: IAM User Guide, "Tags for IAM resources", "Rules for tagging": keys ignore case on users
and roles and do not on policies; texts recorded from AWS in public issues.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.accounts import trust
from tests.api.iam.people import allow, fresh, policy, refused
from tests.live import ACCOUNT, LiveServer


@pytest.fixture(scope="module")
def iam(live_server: LiveServer) -> Any:
    return live_server.client("iam")


def _user(iam: Any) -> dict[str, str]:
    name = fresh("tagged")
    iam.create_user(UserName=name)
    return {"UserName": name}


def _role(iam: Any) -> dict[str, str]:
    name = fresh("tagged")
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust({"AWS": ACCOUNT}))
    return {"RoleName": name}


def _policy(iam: Any) -> dict[str, str]:
    made = iam.create_policy(PolicyName=fresh("tagged"), PolicyDocument=policy(allow("s3:*")))
    return {"PolicyArn": made["Policy"]["Arn"]}


OF_USERS = (_user, "tag_user", "list_user_tags", "untag_user")
OF_ROLES = (_role, "tag_role", "list_role_tags", "untag_role")
OF_POLICIES = (_policy, "tag_policy", "list_policy_tags", "untag_policy")
KINDS = pytest.mark.parametrize(
    ("make", "tagging", "listing", "untagging"), [OF_USERS, OF_ROLES, OF_POLICIES]
)


def _tags(**pairs: str) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in pairs.items()]


@KINDS
def test_tags_are_added_replaced_listed_and_removed(
    iam: Any, make: Any, tagging: str, listing: str, untagging: str
) -> None:
    tag, tags, untag = (getattr(iam, each) for each in (tagging, listing, untagging))
    which = make(iam)

    def held() -> dict[str, str]:
        return {each["Key"]: each["Value"] for each in tags(**which)["Tags"]}

    assert held() == {}
    tag(**which, Tags=_tags(team="red", floor="1"))
    tag(**which, Tags=_tags(Team="blue"))
    both = {"team": "red", "Team": "blue", "floor": "1"}
    merged = {"Team": "blue", "floor": "1"}
    assert held() == (both if make is _policy else merged)
    first = tags(**which, MaxItems=1)
    rest = tags(**which, Marker=first["Marker"])["Tags"]
    assert first["IsTruncated"]
    assert {each["Key"]: each["Value"] for each in (*first["Tags"], *rest)} == held()
    untag(**which, TagKeys=["floor", "none", "team"])
    assert held() == ({"Team": "blue"} if make is _policy else {})


@KINDS
def test_what_is_no_tag_is_refused(
    iam: Any, make: Any, tagging: str, listing: str, untagging: str
) -> None:
    tag, which = getattr(iam, tagging), make(iam)
    assert refused(tag, **which, Tags=_tags(k="1", K="2")) == (
        "InvalidInput",
        400,
        "Duplicate tag keys found. Please note that Tag keys are case insensitive.",
    )
    code, status, _ = refused(tag, **which, Tags=[{"Key": "AWS:x", "Value": ""}])
    assert (code, status) == ("InvalidInput", 400)
    tag(**which, Tags=_tags(**{f"k{n}": "" for n in range(50)}))
    code, status, text = refused(tag, **which, Tags=_tags(more=""))
    assert (code, status) == ("LimitExceeded", 409)
    assert text == "The number of tags has reached the maximum limit."
    assert len(getattr(iam, listing)(**which)["Tags"]) == 50
    getattr(iam, untagging)(**which, TagKeys=[f"k{n}" for n in range(50)])
    gone = json.loads(json.dumps(which).replace("tagged", "nobody"))
    assert refused(tag, **gone, Tags=_tags(k=""))[:2] == ("NoSuchEntity", 404)
