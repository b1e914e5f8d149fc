"""What exists by Region, pulled by AWS's standard client, and as the AWS CLI prints it."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator
from contextlib import redirect_stdout
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import botocore.session
import pytest
from awscli.clidriver import create_clidriver

from doorward.analysis import checks
from doorward.analysis.registry import REGISTRY
from doorward.analysis.run import run
from doorward.importers.estate.read import Estate, read_estate
from doorward.importers.pull.client import Asker
from doorward.importers.pull.folder import Folder, Missing
from doorward.importers.pull.regions import AT_ONCE, pull_regions
from doorward.model.evidence import BY_REGION
from doorward.model.regional import Regional
from doorward.results.finding import State
from tests.importers import regions_served as served
from tests.importers.regions_served import regions_served

A = "111122223333"
T = "2026-01-02T03:04:05Z"
EU, US = "eu-west-1", "us-east-1"
PROFILE = f"arn:aws:iam::{A}:instance-profile/app"


def analyzer(region: str, kind: str = "ACCOUNT", status: str = "ACTIVE") -> dict[str, Any]:
    arn = f"arn:aws:access-analyzer:{region}:{A}:analyzer/{kind}"
    return {"arn": arn, "name": kind, "type": kind, "status": status, "createdAt": T}


def finding(name: str, status: str = "ACTIVE") -> dict[str, Any]:
    return {
        "id": name, "resource": f"arn:aws:s3:::{name}", "resourceType": "AWS::S3::Bucket",
        "resourceOwnerAccount": A, "status": status, "findingType": "ExternalAccess",
        "analyzedAt": T, "createdAt": T, "updatedAt": T,
    }  # fmt: skip


def filled() -> served.Estate:
    """Two Regions with something in them, of eighteen."""
    with_role = {
        "InstanceId": "i-0a",
        "State": "running",
        "Zone": "eu-west-1a",
        "Profile": PROFILE,
    }
    bare = {"InstanceId": "i-0b", "State": "running", "Zone": "eu-west-1b"}
    found = served.Estate()
    found.reservations = {
        EU: [{"OwnerId": A, "Instances": [with_role]}, {"OwnerId": A, "Instances": [bare]}]
    }
    found.analyzers = {
        EU: [analyzer(EU), analyzer(EU, "ACCOUNT_UNUSED_ACCESS")],
        US: [analyzer(US, status="DISABLED")],
    }
    found.findings = {
        analyzer(EU)["arn"]: [finding("open"), finding("ajar"), finding("meant", "ARCHIVED")]
    }
    return found


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[served.Estate]:
    with regions_served(filled()) as estate:
        for name, value in estate.environment().items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("AWS_CONFIG_FILE", os.devnull)
        yield estate


def asker() -> Asker:
    session = botocore.session.Session()
    session.set_credentials("AKIAIOSFODNN7EXAMPLE", "secret")
    return Asker(session)


def pulled(folder: Path, who: Asker | None = None) -> list[Missing]:
    return pull_regions(who or asker(), Folder(folder / A), A, note=lambda _what: None)


def seen(estate: Estate) -> Regional:
    return estate.evidence.seen_in_regions(A)


def test_every_enabled_region_is_asked_some_at_a_time(aws: served.Estate, tmp_path: Path) -> None:
    aws.together = 2
    assert pulled(tmp_path) == []
    estate = read_estate(tmp_path)
    assert estate.problems == ()
    there = seen(estate)
    assert there.enabled == there.instances_in == there.analyzers_in == set(aws.enabled)
    assert {each.id: each.profile for each in there.instances} == {"i-0a": PROFILE, "i-0b": None}
    assert [each.kind for each in there.analyzers] == [
        "ACCOUNT",
        "ACCOUNT_UNUSED_ACCESS",
        "ACCOUNT",
    ]
    assert {each.id for each in there.findings} == {"open", "ajar"}
    assert there.analyzed == {analyzer(EU)["arn"]}
    assert estate.evidence.known[A] >= BY_REGION
    assert 2 <= aws.most <= AT_ONCE
    asked = Counter(aws.asked)
    assert {operation for _, operation in asked} == set(served.ACTIONS)
    twice = {(EU, "DescribeInstances"), (EU, "ListAnalyzers"), (EU, "ListFindingsV2")}
    assert {each for each, count in asked.items() if count > 1} == twice  # pages
    assert {region for region, _ in asked} == set(aws.enabled)


def test_what_may_not_be_read_is_named_and_asked_for_again(
    aws: served.Estate, tmp_path: Path
) -> None:
    aws.refused = {
        (US, "DescribeInstances"),
        (EU, "ListAnalyzers"),
        ("af-south-1", "ListAnalyzers"),
    }
    missing = pulled(tmp_path)
    assert [(each.account, each.file) for each in missing] == [
        (A, "af-south-1/access-analyzers"),
        (A, f"{EU}/access-analyzers"),
        (A, f"{US}/instances"),
    ]
    assert "UnauthorizedOperation: You are not authorized." in missing[2].why
    assert "AccessDeniedException" in missing[0].why
    there = seen(read_estate(tmp_path))
    assert set(aws.enabled) - there.instances_in == {US}
    assert set(aws.enabled) - there.analyzers_in == {EU, "af-south-1"}
    aws.refused, aws.asked = {(US, "DescribeInstances")}, []
    assert [each.file for each in pulled(tmp_path)] == [f"{US}/instances"]
    assert set(aws.asked) == {
        (US, "DescribeInstances"), (EU, "ListAnalyzers"), (EU, "ListFindingsV2"),
        ("af-south-1", "ListAnalyzers"),
    }  # fmt: skip


def test_without_the_regions_nothing_else_is_asked(aws: served.Estate, tmp_path: Path) -> None:
    aws.refused = {(US, "DescribeRegions")}
    assert [each.file for each in pulled(tmp_path)] == ["regions"]
    assert aws.asked == [(US, "DescribeRegions")]


def test_an_audit_of_what_was_pulled_names_the_regions_that_were_not_asked(
    aws: served.Estate, tmp_path: Path
) -> None:
    aws.refused = {(US, "DescribeInstances")}
    pulled(tmp_path)
    checks.load()
    names = ("ec2.instance_role", "aa.external_enabled", "aa.findings", "aa.unused_enabled")
    Folder(tmp_path / A).write("organization.json", {"Organization": None})
    estate = read_estate(tmp_path)
    now = datetime(2026, 1, 31, tzinfo=UTC)
    found = {
        each.check: each
        for each in run(
            [REGISTRY[name] for name in names],
            estate.snapshot, estate.evidence, now, broken=estate.broken,
        )
    }  # fmt: skip
    instances, external, findings, unused = (found[name] for name in names)
    assert instances.state is State.FAIL
    assert [each.subject for each in instances.findings] == [f"arn:aws:ec2:{EU}:{A}:instance/i-0b"]
    assert instances.reason == "bring the instances of us-east-1 (aws ec2 describe-instances)"
    assert {each.about for each in external.findings} == set(aws.enabled) - {EU}
    assert {each.subject for each in findings.findings} == {
        "arn:aws:s3:::open",
        "arn:aws:s3:::ajar",
    }
    assert findings.reason.startswith("no analyzer of external access is active in af-south-1, ")
    assert unused.state is State.PASS


def test_what_the_aws_cli_prints_is_the_same(aws: served.Estate, tmp_path: Path) -> None:
    """In two Regions, one of them empty; findings with their analyzer added."""
    aws.enabled = (*aws.enabled[:-1],)
    aws.analyzers.pop(US)
    pulled(tmp_path / "pulled")
    arn = analyzer(EU)["arn"]

    cli = create_clidriver()
    cli.session.set_credentials("AKIAIOSFODNN7EXAMPLE", "secret")

    def printed(region: str, *words: str) -> Any:
        out = StringIO()
        with redirect_stdout(out):
            assert cli.main([*words, "--region", region, "--output", "json"]) == 0
        return json.loads(out.getvalue())

    out = tmp_path / "printed" / A
    files = {
        "regions.json": printed(US, "ec2", "describe-regions"),
        f"{EU}/i.json": printed(EU, "ec2", "describe-instances"),
        f"{US}/i.json": printed(US, "ec2", "describe-instances"),
        f"{EU}/a.json": printed(EU, "accessanalyzer", "list-analyzers"),
        f"{US}/a.json": printed(US, "accessanalyzer", "list-analyzers"),
        f"{EU}/f.json": {"analyzerArn": arn} | printed(
            EU, "accessanalyzer", "list-findings-v2", "--analyzer-arn", arn,
            "--filter", '{"status": {"eq": ["ACTIVE"]}}'),
    }  # fmt: skip
    for name, value in files.items():
        folder, _, file = name.rpartition("/")
        Folder(out / folder).write(file, value)
    estate = read_estate(tmp_path / "printed")
    assert estate.problems == ()
    here, there = seen(estate), seen(read_estate(tmp_path / "pulled"))
    assert here.enabled == there.enabled
    assert here.instances_in == here.analyzers_in == {EU, US}
    assert (here.instances, here.analyzers, here.findings, here.analyzed) == (
        there.instances, there.analyzers, there.findings, there.analyzed,
    )  # fmt: skip
