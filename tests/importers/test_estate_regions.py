"""What exists by Region: of which Region and account an answer is, and when one was asked.

Provenance: EC2 API Reference, DescribeRegions and DescribeInstances; IAM Access Analyzer API
Reference, ListAnalyzers, ListFindings, ListFindingsV2; Account Management API Reference,
ListRegions; EC2 User Guide, "Regions and Zones" (names of local and wavelength zones).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from doorward.importers.estate.read import Estate, read_estate
from doorward.model.evidence import Source
from doorward.model.organization import Account
from doorward.model.regional import Regional, is_region, region_of
from doorward.policy.partitions import PARTITIONS
from tests.importers.test_policy_files import written

A, B = "111122223333", "444455556666"
DEFAULT = frozenset(PARTITIONS["aws"])
NONE: dict[str, Any] = {"Reservations": []}


def instance(zone: str | None, *, owner: str = A, name: str = "i-0a") -> dict[str, Any]:
    place = {} if zone is None else {"Placement": {"AvailabilityZone": zone}}
    one = {"InstanceId": name, "State": {"Code": 16, "Name": "running"}, **place}
    return {"OwnerId": owner, "Instances": [one]}


def analyzer(region: str = "eu-west-1", account: str = A, kind: str = "ACCOUNT") -> dict[str, Any]:
    arn = f"arn:aws:access-analyzer:{region}:{account}:analyzer/{kind}"
    return {"arn": arn, "name": kind, "type": kind, "status": "ACTIVE", "createdAt": "2026-01-01"}


def found(name: str, owner: str = A, **more: Any) -> dict[str, Any]:
    usual = {"id": name, "resource": f"arn:aws:s3:::{name}", "status": "ACTIVE"}
    return {**usual, "resourceOwnerAccount": owner, **more}


def read(folder: Path, files: dict[str, Any]) -> Estate:
    return read_estate(written(folder, files))


def seen(estate: Estate, account: str = A) -> Regional:
    return estate.evidence.seen_in_regions(account)


def codes(estate: Estate) -> list[str]:
    return [each.code for each in estate.problems]


@pytest.mark.parametrize(
    "file",
    [
        (f"{A}/eu-west-1/x.json", NONE),
        (f"eu-west-1/{A}/x.json", NONE),
        (f"{A}/eu-west-1/deeper/x.json", NONE),
        (f"{A}/x.json", {"Region": "eu-west-1", **NONE}),
        (f"{A}/us-east-1/x.json", {"Region": "eu-west-1", **NONE}),
        (f"{A}/x.json", {"Reservations": [instance("eu-west-1a")]}),
        ("x.json", {"Reservations": [instance("eu-west-1a")]}),
        (f"{A}/my-estate-1/x.json", {"Reservations": [instance("eu-west-1-lhr-1a")]}),
        (f"{A}/x.json", [{"Region": "eu-west-1", **NONE}]),
    ],
    ids=lambda file: file[0],
)
def test_an_answer_is_of_the_region_that_it_or_its_folder_says(
    file: tuple[str, Any], tmp_path: Path
) -> None:
    estate = read(tmp_path, dict([file]))
    assert estate.problems == ()
    assert seen(estate).instances_in == {"eu-west-1"}
    assert seen(estate).analyzers_in == frozenset()
    assert {each.region for each in seen(estate).instances} <= {"eu-west-1"}


@pytest.mark.parametrize(
    ("member", "kind"), [("Reservations", Source.INSTANCES), ("analyzers", Source.ANALYZERS)]
)
def test_of_an_empty_answer_somebody_has_to_say_where_it_is_from(
    member: str, kind: Source, tmp_path: Path
) -> None:
    estate = read(tmp_path, {f"{A}/x.json": {member: []}})
    assert codes(estate) == ["UNKNOWN_REGION"]
    assert estate.broken == {A: {kind: estate.broken[A][kind]}}
    assert not estate.evidence.knows(A, kind)


@pytest.mark.parametrize(
    "answer",
    [
        {"Region": "us-east-1", "Reservations": [instance("eu-west-1a")]},
        {"Region": "anywhere", "Reservations": []},
        {"Reservations": [instance("eu-west-1a"), instance("us-east-1a", name="i-0b")]},
        {"Reservations": [instance("eu-west-1a"), instance("eu-west-1a", owner=B, name="i-0b")]},
        {"Reservations": [instance("here")]},
        {"analyzers": [analyzer(), analyzer("us-east-1")]},
        {"analyzers": [analyzer(), analyzer(account=B, kind="ORGANIZATION")]},
    ],
)
def test_what_contradicts_itself_was_not_asked(answer: dict[str, Any], tmp_path: Path) -> None:
    estate = read(tmp_path, {f"{A}/x.json": answer})
    assert codes(estate) == ["INVALID_VALUE"]
    assert (seen(estate).instances_in, seen(estate).analyzers_in) == (frozenset(), frozenset())
    assert A in estate.broken


def test_an_instance_without_a_zone_is_of_its_list(tmp_path: Path) -> None:
    answer = {"Reservations": [instance(None), instance("eu-west-1a", name="i-0b")]}
    (first, second) = seen(read(tmp_path, {"x.json": answer})).instances
    assert first.region == second.region == "eu-west-1"


def regions(*names: str, **status: str) -> dict[str, Any]:
    listed = dict.fromkeys(names, "opted-in") | {
        name.replace("_", "-"): told for name, told in status.items()
    }
    return {"Regions": [{"RegionName": name, "OptInStatus": s} for name, s in listed.items()]}


def test_regions_are_those_that_are_enabled(tmp_path: Path) -> None:
    """With --all-regions, the others are listed, too."""
    told = regions(*DEFAULT, "af-south-1", ap_east_1="not-opted-in")
    estate = read(tmp_path, {f"{A}/x.json": told})
    assert estate.problems == ()
    assert seen(estate).enabled == DEFAULT | {"af-south-1"}


def test_account_management_tells_regions_too(tmp_path: Path) -> None:
    told = dict.fromkeys(DEFAULT, "ENABLED_BY_DEFAULT")
    told |= {"af-south-1": "ENABLED", "ap-east-1": "DISABLED", "me-south-1": "ENABLING"}
    rows = [{"RegionName": name, "RegionOptStatus": status} for name, status in told.items()]
    estate = read(tmp_path, {f"{A}/x.json": {"Regions": rows}})
    assert seen(estate).enabled == DEFAULT | {"af-south-1", "me-south-1"}


@pytest.mark.parametrize("names", [(), ("eu-west-1",), ("af-south-1",)])
def test_a_list_of_regions_that_was_filtered_is_not_whole(
    names: tuple[str, ...], tmp_path: Path
) -> None:
    estate = read(tmp_path, {f"{A}/x.json": regions(*names)})
    assert codes(estate) == ["INCOMPLETE_REGIONS"]
    assert list(estate.broken[A]) == [Source.REGIONS]
    assert not estate.evidence.knows(A, Source.REGIONS)


def test_other_partitions_have_regions_of_their_own(tmp_path: Path) -> None:
    estate = read(tmp_path, {f"{A}/x.json": regions("cn-north-1", "cn-northwest-1")})
    assert estate.problems == ()
    assert len(seen(estate).enabled) == 2


ARN = analyzer()["arn"]
IN_CHINA = {
    **analyzer(), "arn": f"arn:aws-cn:access-analyzer:cn-north-1:{A}:analyzer/ACCOUNT",
}  # fmt: skip


def test_findings_are_told_of_the_account_that_has_the_resource(tmp_path: Path) -> None:
    """An organization's analyzer finds what others have; who is not here is the analyzer's."""
    listed = [
        found("mine"),
        found("theirs", B, findingType="ExternalAccess"),
        found("gone", "999988887777", status="RESOLVED"),
        found("idle", findingType="UnusedPermission"),
        found("within", findingType="InternalAccess"),
    ]
    files = {
        "x.json": {"analyzerArn": ARN, "findings": listed},
        f"{A}/eu-west-1/y.json": {"analyzers": [analyzer()]},
        f"{B}/eu-west-1/y.json": {"analyzers": []},
    }
    estate = read(tmp_path, files)
    assert estate.problems == ()
    mine, theirs = seen(estate), seen(estate, B)
    assert [each.id for each in theirs.findings] == ["theirs"]
    assert {each.id: each.is_external for each in mine.findings} == {
        "mine": True, "gone": True, "idle": False, "within": False,
    }  # fmt: skip
    assert mine.analyzed == {ARN}
    assert not theirs.analyzed
    assert estate.evidence.knows(B, Source.ACCESS_FINDINGS)  # it has no analyzer to ask


def test_an_analyzer_that_was_not_asked_is_not_known(tmp_path: Path) -> None:
    files = {f"{A}/eu-west-1/y.json": {"analyzers": [analyzer()]}}
    estate = read(tmp_path, files)
    assert not estate.evidence.knows(A, Source.ACCESS_FINDINGS)
    assert seen(estate).analyzed == frozenset()


def test_pages_of_a_region_are_one_answer(tmp_path: Path) -> None:
    """As boto3 returns them, in any order; each Region by itself."""
    first = {"analyzers": [analyzer()], "nextToken": "n"}
    last = {"analyzers": [analyzer(kind="ACCOUNT_UNUSED_ACCESS")]}
    other = {"analyzers": [analyzer("us-east-1")]}
    for number, pages in enumerate(([first, last, other], [other, last, first])):
        estate = read(tmp_path / str(number), {f"{A}/x.json": pages})
        assert estate.problems == ()
        assert seen(estate).analyzers_in == {"eu-west-1", "us-east-1"}
        assert len(seen(estate).analyzers) == 3
    cut = read(tmp_path / "cut", {f"{A}/x.json": [first, other]})
    assert codes(cut) == ["PAGES_MISSING"]
    assert seen(cut).analyzers_in == {"us-east-1"}


def test_of_what_two_files_contradict_nothing_is_known(tmp_path: Path) -> None:
    """As after a second export into the same folder: which is of today, nobody can say."""
    files = {
        f"{A}/old.json": {"analyzers": [analyzer(), analyzer(kind="ORGANIZATION")]},
        f"{A}/new.json": {"analyzers": [analyzer(), {**analyzer(kind="ORGANIZATION"), **OFF}]},
    }
    estate = read(tmp_path, files)
    assert codes(estate) == ["CONFLICTING_ENTRIES"]
    assert [each.kind for each in seen(estate).analyzers] == ["ACCOUNT"]
    assert not seen(estate).analyzers_in
    assert list(estate.broken[A]) == [Source.ANALYZERS]


OFF = {"status": "DISABLED"}


def test_a_bad_page_among_good_ones_leaves_its_region_unasked(tmp_path: Path) -> None:
    bad = {"analyzers": [{**analyzer(), "status": 1}], "nextToken": "n"}
    estate = read(tmp_path, {f"{A}/eu-west-1/x.json": [bad, {"analyzers": []}]})
    assert codes(estate) == ["INVALID_TYPE"]
    assert seen(estate).analyzers_in == frozenset()
    assert list(estate.broken[A]) == [Source.ANALYZERS]


@pytest.mark.parametrize(
    ("zone", "region"),
    [
        ("us-east-1a", "us-east-1"),
        ("us-west-2-lax-1a", "us-west-2"),
        ("us-east-1-wl1-bos-wlz-1", "us-east-1"),
        ("ap-southeast-3b", "ap-southeast-3"),
        ("mx-central-1a", "mx-central-1"),
    ],
)
def test_a_zone_tells_its_region(zone: str, region: str) -> None:
    assert region_of(zone) == region


@pytest.mark.parametrize("region", [each for regions in PARTITIONS.values() for each in regions])
def test_the_name_of_every_region_is_one(region: str) -> None:
    assert is_region(region)
    assert region_of(f"{region}b") == region


@pytest.mark.parametrize(
    ("file", "answer"),
    [
        (f"{A}/x.json", regions("cn-north-1", "cn-northwest-1")),
        (f"{A}/x.json", {"Reservations": [instance("cn-north-1a")]}),
        (f"{A}/cn-north-1/x.json", NONE),
        ("x.json", {"analyzers": [IN_CHINA]}),
        ("x.json", {"analyzerArn": IN_CHINA["arn"], "findings": []}),
    ],
)
def test_regions_and_arns_tell_the_partition(
    file: str, answer: dict[str, Any], tmp_path: Path
) -> None:
    estate = read(tmp_path, {file: answer})
    assert estate.problems == ()
    assert [each.partition for each in estate.snapshot.all(Account)] == ["aws-cn"]
    other = {f"{A}/y.json": regions(*DEFAULT)}
    assert codes(read(tmp_path, other)) == ["CONFLICTING_PARTITIONS"]


@pytest.mark.parametrize("text", ["", "eu-west", "my-estate-1", "EU-WEST-1", "eu-west-1a", A])
def test_other_names_are_no_regions(text: str) -> None:
    assert not is_region(text)
