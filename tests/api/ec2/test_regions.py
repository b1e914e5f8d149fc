"""DescribeRegions on real clients: which Regions there are, and what EC2 refuses in its own words.

Sources: EC2 API Reference, "DescribeRegions", "Filter" and "Error codes"; texts as recorded from
AWS, where ``doorward.api.ec2.messages`` and ``doorward.wire.faults`` say.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import botocore.session
import pytest
from msgspec import structs

from doorward.api.ec2 import regions
from doorward.api.ec2.regions import describe_regions
from doorward.model.snapshot import Snapshot
from doorward.policy.partitions import COMMERCIAL, PARTITIONS
from doorward.wire.regions import places
from examples.main_job.clients import Identity, of_session, unsigned
from tests.accounts import allow, new_role, new_user, policy, refused, trust
from tests.api.asking import call
from tests.live import ACCOUNT

if TYPE_CHECKING:
    from tests.live import LiveServer

ENABLED_BY_DEFAULT = frozenset(PARTITIONS[COMMERCIAL])
OPEN = frozenset(botocore.session.Session().get_available_regions("ec2"))
"""botocore's own opinion of where EC2 is, in the partition ``aws``."""


@pytest.fixture(scope="module")
def ec2(live_server: LiveServer) -> Any:
    return live_server.client("ec2")


def named(answer: dict[str, Any]) -> list[str]:
    return [region["RegionName"] for region in answer["Regions"]]


def filters(*pairs: tuple[str, list[str]]) -> list[dict[str, Any]]:
    return [{"Name": name, "Values": values} for name, values in pairs]


def test_the_regions_of_an_account_are_those_that_need_no_opting_in(ec2: Any) -> None:
    answer = ec2.describe_regions()
    assert set(named(answer)) == ENABLED_BY_DEFAULT
    assert {region["OptInStatus"] for region in answer["Regions"]} == {"opt-in-not-required"}
    for region in answer["Regions"]:
        assert region["Endpoint"] == f"ec2.{region['RegionName']}.amazonaws.com"


def test_all_regions_are_all(ec2: Any) -> None:
    answer = ec2.describe_regions(AllRegions=True)
    assert named(answer) == sorted(OPEN)
    others = {
        region["RegionName"]
        for region in answer["Regions"]
        if region["OptInStatus"] == "not-opted-in"
    }
    assert others == OPEN - ENABLED_BY_DEFAULT
    assert {"af-south-1", "ap-east-1", "eu-south-2", "me-central-1", "mx-central-1"} <= others


def test_a_region_that_is_named_is_told_of_whatever_its_status(ec2: Any) -> None:
    answer = ec2.describe_regions(RegionNames=["us-east-1", "af-south-1", "us-east-1"])
    assert [(each["RegionName"], each["OptInStatus"]) for each in answer["Regions"]] == [
        ("af-south-1", "not-opted-in"),
        ("us-east-1", "opt-in-not-required"),
    ]


FILTERED: list[tuple[str, list[dict[str, Any]], list[str]]] = [
    ("a name", filters(("region-name", ["eu-west-1"])), ["eu-west-1"]),
    ("one of two", filters(("region-name", ["eu-west-1", "no"])), ["eu-west-1"]),
    ("a star", filters(("region-name", ["eu-west-*"])), ["eu-west-1", "eu-west-2", "eu-west-3"]),
    ("a question mark", filters(("region-name", ["us-east-?"])), ["us-east-1", "us-east-2"]),
    ("a star that is one", filters(("region-name", [r"eu-west-\*"])), []),
    ("a letter that is itself", filters(("region-name", [r"\eu-west-1"])), ["eu-west-1"]),
    ("a backslash at the end", filters(("region-name", ["eu-west-1\\"])), []),
    ("another case", filters(("region-name", ["EU-WEST-1"])), []),
    ("a part", filters(("region-name", ["eu-west"])), []),
    ("an empty value", filters(("region-name", [""])), []),
    ("an endpoint", filters(("endpoint", ["ec2.sa-*.com"])), ["sa-east-1"]),
    ("a status", filters(("opt-in-status", ["not-opted-in"])), []),
    (
        "all of two",
        filters(("region-name", ["eu-*"]), ("endpoint", ["*north*"])),
        ["eu-north-1"],
    ),
    ("no value", [{"Name": "region-name"}], []),
]


@pytest.mark.parametrize(
    ("given", "expected"), [pytest.param(*row[1:], id=row[0]) for row in FILTERED]
)
def test_filters(ec2: Any, given: list[dict[str, Any]], expected: list[str]) -> None:
    assert named(ec2.describe_regions(Filters=given)) == expected


def test_filters_are_asked_of_the_regions_that_are_listed(ec2: Any) -> None:
    status = filters(("opt-in-status", ["not-opted-in", "opted-in"]))
    answer = ec2.describe_regions(AllRegions=True, Filters=status)
    assert set(named(answer)) == OPEN - ENABLED_BY_DEFAULT
    one = ec2.describe_regions(RegionNames=["af-south-1", "eu-west-1"], Filters=status)
    assert named(one) == ["af-south-1"]


INVALID = "InvalidParameterValue"
LIMIT = "FilterLimitExceeded"
REFUSED: list[tuple[dict[str, Any], str, str]] = [
    ({"RegionNames": ["us-east-1", "us--east-1"]}, INVALID, "Invalid region: [us--east-1]"),
    ({"RegionNames": ["aws-global"]}, INVALID, "Invalid region: [aws-global]"),
    ({"RegionNames": ["cn-north-1"]}, INVALID, "Invalid region: [cn-north-1]"),
    ({"RegionNames": [""]}, INVALID, "Invalid region: []"),
    ({"Filters": filters(("zone", ["a"]))}, INVALID, "The filter 'zone' is invalid"),
    ({"Filters": filters(("Region-Name", []))}, INVALID, "The filter 'Region-Name' is invalid"),
    ({"Filters": [{"Values": ["a"]}]}, INVALID, "The filter 'null' is invalid"),
    (
        {"Filters": filters(("endpoint", ["a"] * 100), ("region-name", ["a"] * 101))},
        LIMIT,
        "The maximum number of filter values specified on a single call is 200",
    ),
    (
        {"Filters": filters(("endpoint", ["a" * 256]))},
        LIMIT,
        "The maximum length for a filter value is 255 characters",
    ),
    ({"DryRun": True, "RegionNames": ["no"]}, INVALID, "Invalid region: [no]"),
]


@pytest.mark.parametrize(("given", "code", "message"), REFUSED)
def test_what_is_refused(ec2: Any, given: dict[str, Any], code: str, message: str) -> None:
    with refused(code, status=400) as seen:
        ec2.describe_regions(**given)
    assert seen.message == message


def test_as_many_filter_values_as_ec2_takes_are_taken(ec2: Any) -> None:
    hostile = ["*?" * 127] * 199
    answer = ec2.describe_regions(
        AllRegions=True, Filters=filters(("region-name", [*hostile, "eu-west-1"]))
    )
    assert named(answer) == ["eu-west-1"]


def test_a_dry_run_says_that_it_would_have_succeeded(ec2: Any) -> None:
    with refused("DryRunOperation", status=412) as seen:
        ec2.describe_regions(DryRun=True)
    assert seen.message == "Request would have succeeded, but DryRun flag is set."


def test_a_parameter_that_is_not_known_is_refused(live_server: LiveServer) -> None:
    client = live_server.client("ec2")
    client.meta.events.register("before-call.ec2.DescribeRegions", _with_more)
    with refused("UnknownParameter", status=400) as seen:
        client.describe_regions()
    assert seen.message == "The parameter Item is not recognized"


def _with_more(params: dict[str, Any], **_: Any) -> None:
    params["body"]["Filter.1.Item"] = "x"


def test_what_is_not_served_is_no_action(live_server: LiveServer, ec2: Any) -> None:
    """To everybody, as EC2 says it of a name that is none of its actions."""
    said = "The action DescribeInstances is not valid for this web service."
    for client in (ec2, unsigned(live_server.endpoint, "ec2")):
        with refused("InvalidAction", status=400) as seen:
            client.describe_instances()
        assert seen.message == said


# ------------------------------------------------------------------ who asks


def test_whoever_is_not_allowed_is_not_authorized(live_server: LiveServer) -> None:
    name, user = new_user(live_server.administrator)
    with refused("UnauthorizedOperation", status=403) as seen:
        user.client("ec2").describe_regions()
    assert seen.message == (
        "You are not authorized to perform this operation."
        f" User: arn:aws:iam::{ACCOUNT}:user/{name} is not authorized to perform:"
        " ec2:DescribeRegions because no identity-based policy allows the ec2:DescribeRegions"
        " action"
    )
    with refused("UnauthorizedOperation", "You are not authorized", 403):
        user.client("ec2").describe_regions(DryRun=True)
    told = live_server.client("doorward").get_decision(RequestId=seen.request_id)
    event = json.loads(told["Event"])
    assert event["eventSource"] == "ec2.amazonaws.com"
    assert event["eventName"] == "DescribeRegions"
    assert event["errorCode"] == "Client.UnauthorizedOperation"
    assert len(told["Decisions"]) == 1


def test_the_region_of_a_call_is_a_condition_key(live_server: LiveServer) -> None:
    for region, allowed in (("us-east-1", True), ("eu-west-1", False)):
        condition = {"StringEquals": {"ec2:Region": region}}
        document = policy(allow("ec2:DescribeRegions", Condition=condition))
        client = new_user(live_server.administrator, document)[1].client("ec2")
        if allowed:
            assert len(named(client.describe_regions())) == len(ENABLED_BY_DEFAULT)
        else:
            with refused("UnauthorizedOperation"):
                client.describe_regions()


def test_a_session_of_a_role_asks_as_its_policies_let_it(live_server: LiveServer) -> None:
    may = policy(allow("ec2:Describe*"))
    role = new_role(live_server.administrator, trust({"AWS": ACCOUNT}), may)
    session = live_server.administrator.assuming(role, "audit")
    assert "us-east-1" in named(session.client("ec2").describe_regions())


@pytest.fixture
def session(live_server: LiveServer) -> Identity:
    answer = live_server.client("sts").get_session_token(DurationSeconds=900)
    return of_session(live_server.endpoint, answer["Credentials"])


AUTH_FAILURE = "AWS was not able to validate the provided access credentials"


def test_credentials_that_do_not_hold(live_server: LiveServer, session: Identity) -> None:
    known = live_server.administrator
    broken = (
        replace(known, access_key_id="AKIAI44QH8DHBEXAMPLE"),
        replace(known, secret_access_key="x" * 40),
        replace(session, session_token="x"),
    )
    for who in broken:
        with refused("AuthFailure", status=401) as seen:
            who.client("ec2").describe_regions()
        assert seen.message == AUTH_FAILURE
    with refused("MissingParameter", status=400) as seen:
        unsigned(live_server.endpoint, "ec2").describe_regions()
    assert seen.message == "The request must contain the parameter AWSAccessKeyId"
    assert named(session.client("ec2").describe_regions())


# ------------------------------------------------------------------ what there is to list


def test_the_region_of_the_server_itself_is_opted_into() -> None:
    here = structs.replace(call(Snapshot.of([], {})), region="eu-south-2")
    found = {each["RegionName"]: each["OptInStatus"] for each in describe_regions(here)["Regions"]}
    assert found.keys() == ENABLED_BY_DEFAULT | {"eu-south-2"}
    assert found["eu-south-2"] == "opted-in"


def test_a_region_of_one_s_own_naming_is_not_one_of_aws() -> None:
    here = structs.replace(call(Snapshot.of([], {})), region="cellar-1")
    found = {each["RegionName"] for each in describe_regions(here)["Regions"]}
    assert found == ENABLED_BY_DEFAULT


ELSEWHERE = [
    ("aws-cn", ["cn-north-1", "cn-northwest-1"], "amazonaws.com.cn"),
    ("aws-us-gov", ["us-gov-east-1", "us-gov-west-1"], "amazonaws.com"),
]


@pytest.mark.parametrize(("partition", "names", "suffix"), ELSEWHERE)
def test_other_partitions_need_no_opting_in(partition: str, names: list[str], suffix: str) -> None:
    assert [place.name for place in places(partition)] == names
    for place in places(partition):
        region = regions._region(place, partition, "us-east-1")
        assert region["OptInStatus"] == "opt-in-not-required"
        assert region["Endpoint"] == f"ec2.{place.name}.{suffix}"


def test_a_partition_that_is_none_is_our_mistake() -> None:
    with pytest.raises(KeyError):
        places("aws-moon")


def test_the_regions_that_are_enabled_by_default_are_open() -> None:
    assert ENABLED_BY_DEFAULT < OPEN == {place.name for place in places("aws")}
