"""The registry of resources and standalone accounts, on real clients."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import pytest

from tests.accounts import allow, new_account, new_user, policy, refused

if TYPE_CHECKING:
    from examples.main_job.clients import Identity
    from tests.live import LiveServer

_numbers = itertools.count(1)
DENIED = "is not authorized to perform: "
FULL_WIDTH = "".join(chr(0xFF10 + digit % 10) for digit in range(12))


@pytest.fixture(scope="module")
def account(live_server: LiveServer) -> tuple[str, Identity]:
    return new_account(live_server)


@pytest.fixture(scope="module")
def other(live_server: LiveServer) -> tuple[str, Identity]:
    return new_account(live_server)


def bucket() -> str:
    return f"arn:aws:s3:::registry-{next(_numbers)}"


def readable(arn: str) -> str:
    return policy(
        {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": f"{arn}/*"}
    )


def test_a_record_comes_back_as_it_was_put(account: tuple[str, Identity]) -> None:
    number, administrator = account
    doorward, arn = administrator.client("doorward"), bucket()
    text = readable(arn).replace(",", " ,\n\t")
    tags = [{"Key": "team", "Value": "red"}]
    put = doorward.put_resource(Arn=arn, Policy=text, Tags=tags, Type="AWS::S3::Bucket")
    expected = {
        "Arn": arn, "Account": number, "Policy": text, "Tags": tags, "Type": "AWS::S3::Bucket",
    }  # fmt: skip
    assert put["Resource"] == expected
    assert doorward.get_resource(Arn=arn)["Resource"] == expected
    assert expected in doorward.list_resources()["Resources"]
    assert doorward.put_resource(Arn=arn)["Resource"] == {
        "Arn": arn, "Account": number, "Tags": [],
    }  # fmt: skip
    doorward.delete_resource(Arn=arn)
    for gone in (doorward.get_resource, doorward.delete_resource):
        with refused("ResourceNotFoundException", status=400):
            gone(Arn=arn)


def test_a_list_comes_in_pages_that_hold_everything_once(account: tuple[str, Identity]) -> None:
    doorward = account[1].client("doorward")
    arns = {bucket() for _ in range(5)}
    for arn in arns:
        doorward.put_resource(Arn=arn)
    found: list[str] = []
    more: dict[str, str] = {}
    while True:
        page = doorward.list_resources(MaxResults=2, **more)
        assert len(page["Resources"]) <= 2
        found += [each["Arn"] for each in page["Resources"]]
        if "NextToken" not in page:
            break
        more = {"NextToken": page["NextToken"]}
    assert found == sorted(set(found))
    assert arns <= set(found)
    with refused("ValidationException"):
        doorward.list_resources(NextToken="made up")


def test_what_another_account_holds_is_not_to_be_touched(
    account: tuple[str, Identity], other: tuple[str, Identity]
) -> None:
    arn = bucket()
    account[1].client("doorward").put_resource(Arn=arn, Policy=readable(arn))
    stranger = other[1].client("doorward")
    for forbidden in (stranger.get_resource, stranger.delete_resource):
        with refused("AccessDeniedException", DENIED, 400):
            forbidden(Arn=arn)
    with refused("AccessDeniedException", DENIED):
        stranger.put_resource(Arn=arn, Account=account[0])
    with refused("AccessDeniedException", DENIED):
        stranger.list_resources(Account=account[0])
    with refused("ConflictException", "another account"):
        stranger.put_resource(Arn=arn, Policy=readable(arn))
    queue = f"arn:aws:sqs:us-east-1:{account[0]}:jobs"
    with refused("AccessDeniedException", DENIED):
        stranger.put_resource(Arn=queue)
    with refused("ValidationException", "does not belong"):
        stranger.put_resource(Arn=queue, Account=other[0])


@pytest.mark.parametrize(
    ("arn", "text"),
    [
        ("arn:aws:s3:::some-bucket/object", "register the bucket"),
        ("arn:aws:s3:::some-*", "no wildcards"),
        ("arn:aws:iam::{account}:role/some", "in the directory"),
        ("arn:aws:organizations::{account}:root/o-x/r-x", "in the directory"),
        ("arn:aws:doorward::{account}:account/x", "in the directory"),
        ("arn:aws:s3", "not the ARN of a resource"),
    ],
)
def test_what_has_no_policy_of_its_own_cannot_be_registered(
    account: tuple[str, Identity], arn: str, text: str
) -> None:
    """A record for an object would let anybody speak for another account's bucket."""
    with refused("ValidationException", text):
        account[1].client("doorward").put_resource(Arn=arn.format(account=account[0]))


def test_a_tag_is_given_once_in_whatever_case(account: tuple[str, Identity]) -> None:
    """Policies would judge one of the two alone (C15)."""
    given = [{"Key": "env", "Value": "prod"}, {"Key": "Env", "Value": "dev"}]
    with refused("ValidationException", "env is given twice"):
        account[1].client("doorward").put_resource(Arn=bucket(), Tags=given)


@pytest.mark.parametrize(
    "text", ["{", policy(allow("s3:GetObject")), '{"Version":"2012-10-17"}', '{"Statement":[{}]}']
)
def test_a_policy_that_cannot_be_evaluated_is_not_kept(
    account: tuple[str, Identity], text: str
) -> None:
    doorward, arn = account[1].client("doorward"), bucket()
    with refused("ValidationException", "The policy cannot be used"):
        doorward.put_resource(Arn=arn, Policy=text)
    with refused("ResourceNotFoundException"):
        doorward.get_resource(Arn=arn)


def test_leave_for_one_record_is_not_leave_for_another(account: tuple[str, Identity]) -> None:
    number, administrator = account
    mine, yours = bucket(), bucket()
    own = policy(allow("doorward:PutResource", f"arn:aws:doorward::{number}:resource/{mine}"))
    doorward = new_user(administrator, own)[1].client("doorward")
    doorward.put_resource(Arn=mine)
    with refused("AccessDeniedException", f"{DENIED}doorward:PutResource"):
        doorward.put_resource(Arn=yours)


def test_only_the_installations_account_creates_accounts(
    live_server: LiveServer, account: tuple[str, Identity]
) -> None:
    with refused("AccessDeniedException", "Only the account that this installation is run from"):
        account[1].client("doorward").create_account(Name="another")
    with refused("AccessDeniedException", DENIED):
        new_user(live_server.administrator)[1].client("doorward").create_account(Name="another")


@pytest.mark.parametrize(
    ("parameters", "code"),
    [
        ({"AccountId": "111122223333"}, "ConflictException"),
        ({"AccountId": FULL_WIDTH}, "ValidationException"),
        ({"AccountId": "12345678901a"}, "ValidationException"),
        ({"Email": "no address"}, "ValidationException"),
    ],
)
def test_an_account_that_cannot_be_is_not_made(
    live_server: LiveServer, parameters: dict[str, Any], code: str
) -> None:
    with refused(code):
        live_server.client("doorward").create_account(Name="another", **parameters)


def test_an_address_belongs_to_one_account(live_server: LiveServer) -> None:
    doorward = live_server.client("doorward")
    made = doorward.create_account(Name="first", Email="someone@example.com")["Account"]
    assert (made["Name"], made["Email"], made["Status"]) == (
        "first", "someone@example.com", "ACTIVE",
    )  # fmt: skip
    with refused("ConflictException"):
        doorward.create_account(Name="second", Email="someone@example.com")
