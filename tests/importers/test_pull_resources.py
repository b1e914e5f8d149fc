"""Resources with their policies, pulled by AWS's standard client, and audited."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import botocore.session
import pytest

from doorward.analysis import checks
from doorward.analysis.registry import REGISTRY
from doorward.analysis.run import run
from doorward.importers.estate.read import Estate, read_estate
from doorward.importers.pull.client import Asker
from doorward.importers.pull.folder import Folder, Missing
from doorward.importers.pull.regions import AT_ONCE, pull_regions
from doorward.importers.pull.resource_kinds import KINDS, Place
from doorward.importers.pull.resources import pull_resources
from doorward.model.evidence import Source, Unasked
from doorward.model.organization import Account
from doorward.model.resource import RegisteredResource
from doorward.results.finding import State, Verdict
from tests.importers import regions_served as served
from tests.importers.regions_served import regions_served
from tests.importers.resources_served import ACTIONS, ON, Resource
from tests.importers.test_pull import how_to_policy

A = "111122223333"
EU, US = "eu-west-1", "us-east-1"
HERE = Place("aws", A)
NOW = datetime(2026, 1, 31, tzinfo=UTC)
checks.load()


def arn(service: str, resource: str, region: str = EU) -> str:
    return f"arn:aws:{service}:{region}:{A}:{resource}"


def policy(resource: str, action: str, principal: object = f"arn:aws:iam::{A}:root") -> Any:
    return {
        "Version": "2012-10-17",
        "Statement": [{
            "Effect": "Allow", "Principal": {"AWS": principal}, "Action": action,
            "Resource": resource,
        }],
    }  # fmt: skip


def two(service: str, action: str, one: str, other: str) -> list[Resource]:
    """Two resources, of which the first has a policy; its list has two pages."""
    return [Resource(one, policy(one, f"{service}:{action}")), Resource(other)]


BUCKET, PLAIN = "arn:aws:s3:::pages", "arn:aws:s3:::plain"
KEY, OF_AWS = arn("kms", "key/0a"), arn("kms", "key/0b")
SECRET = arn("secretsmanager", "secret:one-AbCdEf")


def filled() -> dict[tuple[str, str], list[Resource]]:
    """Two of every kind: buckets in two Regions, the rest in one."""
    return {
        ("s3", EU): [
            Resource(BUCKET, policy(f"{BUCKET}/*", "s3:GetObject"), block=ON),
            Resource("arn:aws:s3:::gone", deleted=True),
        ],
        ("s3", US): [Resource(PLAIN)],
        ("kms", EU): [
            Resource(KEY, policy("*", "kms:*")),
            Resource(OF_AWS, policy("*", "kms:*"), of_aws=True),
        ],
        ("sqs", EU): two("sqs", "SendMessage", arn("sqs", "work"), arn("sqs", "idle")),
        ("sns", EU): two("sns", "Publish", arn("sns", "news"), arn("sns", "olds")),
        ("lambda", EU): two(
            "lambda", "InvokeFunction", arn("lambda", "function:page"), arn("lambda", "function:b")
        ),
        ("secretsmanager", EU): two(
            "secretsmanager", "GetSecretValue", SECRET, arn("secretsmanager", "secret:b-AbCdEf")
        ),
        ("ecr", EU): two(
            "ecr", "BatchGetImage", arn("ecr", "repository/img"), arn("ecr", "repository/base")
        ),
        ("dynamodb", EU): two(
            "dynamodb", "GetItem", arn("dynamodb", "table/things"), arn("dynamodb", "table/base")
        ),
    }


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[served.Estate]:
    with regions_served(served.Estate((EU, US, "ap-south-1"), resources=filled())) as estate:
        for name, value in estate.environment().items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("AWS_CONFIG_FILE", os.devnull)
        yield estate


@cache
def session() -> botocore.session.Session:
    """One for all tests: it reads the models of services once."""
    found = botocore.session.Session()
    found.set_credentials("AKIAIOSFODNN7EXAMPLE", "secret")
    return found


def pulled(folder: Path, *, regions: bool = True, place: Place = HERE) -> list[Missing]:
    asker, there = Asker(session()), Folder(folder / A)
    there.write("organization.json", {"Organization": None})
    missing = pull_regions(asker, there, A, note=_quiet) if regions else []
    return missing + pull_resources(asker, there, place, regions=regions, note=_quiet)


def _quiet(_what: str) -> None:
    """Say nothing."""


def audited(folder: Path) -> tuple[Estate, dict[str, Verdict]]:
    estate = read_estate(folder)
    found = run(
        [REGISTRY[name] for name in ("res.public", "res.cross_account")],
        estate.snapshot, estate.evidence, NOW, broken=estate.broken,
    )  # fmt: skip
    return estate, {each.check: each for each in found}


def held(estate: Estate) -> dict[str, RegisteredResource]:
    return {each.arn: each for each in estate.snapshot.all(RegisteredResource)}


def test_every_kind_is_brought_from_every_region(aws: served.Estate, tmp_path: Path) -> None:
    aws.enabled = tuple(served.DEFAULT)
    assert pulled(tmp_path) == []
    estate, verdicts = audited(tmp_path)
    assert estate.problems == ()
    there = held(estate)
    listed = [each for resources in aws.resources.values() for each in resources]
    wanted = {each.arn: each for each in listed if not (each.of_aws or each.deleted)}
    assert there.keys() == wanted.keys()
    assert {each.type for each in there.values()} == {kind.type for kind in KINDS}
    assert {each.account for each in there.values()} == {A}
    for name, each in wanted.items():
        text = there[name].policy
        assert (None if text is None else json.loads(text)) == each.policy, name
    assert (there[BUCKET].restricts_public, there[PLAIN].restricts_public) == (True, False)
    account = estate.snapshot.get(Account, A)
    assert account is not None
    assert account.restricts_public is False
    assert (estate.evidence.unasked, Source.RESOURCES in estate.evidence.known[A]) == ({}, True)
    assert {each.state for each in verdicts.values()} == {State.PASS}
    assert {region for region, action in aws.asked if action == "sqs:ListQueues"} == set(
        aws.enabled
    )
    assert 1 < aws.most <= AT_ONCE


def test_what_was_deleted_since_is_left_out(aws: served.Estate, tmp_path: Path) -> None:
    """Of a function AWS answers the same as of one without a policy: it stays, without one."""
    gone = {}
    for place, listed in aws.resources.items():
        gone[place] = f"{listed[0].arn}-gone"
        listed.append(Resource(gone[place], policy("*", "*", "*"), deleted=True))
    assert pulled(tmp_path) == []
    estate, _ = audited(tmp_path)
    function = gone["lambda", EU]
    assert held(estate).keys() & {*gone.values()} == {function}
    assert (held(estate)[function].policy, len(held(estate))) == (None, 16)


def test_arns_are_of_the_callers_partition(aws: served.Estate, tmp_path: Path) -> None:
    """Those of queues, tables and buckets are made here: no list has them."""
    north = "cn-north-1"
    aws.enabled = (north,)
    aws.resources = {
        (service, north): [Resource(each.arn.replace("arn:aws:", "arn:aws-cn:").replace(EU, north))
                           for each in resources if not each.deleted]
        for (service, region), resources in aws.resources.items() if region == EU
    }  # fmt: skip
    assert pulled(tmp_path, place=Place("aws-cn", A)) == []
    estate, verdicts = audited(tmp_path)
    wanted = {each.arn for listed in aws.resources.values() for each in listed}
    assert estate.problems == ()
    assert held(estate).keys() == wanted
    assert {each.state for each in verdicts.values()} == {State.PASS}


def test_what_is_open_is_found(aws: served.Estate, tmp_path: Path) -> None:
    queue, news = arn("sqs", "work"), arn("sns", "news")
    aws.resources["sqs", EU][0].policy = policy(queue, "sqs:SendMessage", "*")
    aws.resources["sns", EU][0].policy = policy(
        news, "sns:Publish", "arn:aws:iam::444455556666:root"
    )
    pulled(tmp_path)
    _, verdicts = audited(tmp_path)
    subjects = {name: [x.subject for x in each.findings] for name, each in verdicts.items()}
    assert subjects == {"res.public": [queue], "res.cross_account": [news]}


def test_what_is_refused_is_named_and_nothing_passes(aws: served.Estate, tmp_path: Path) -> None:
    """A service in one Region, a list of buckets' policies, one key; asked for again later."""
    aws.refused = {(US, "sqs:ListQueues")}
    aws.resources["kms", EU][0].refused = frozenset({"kms:GetKeyPolicy"})
    aws.resources["s3", EU][0].refused = frozenset({"s3:GetBucketPolicy"})
    queue = arn("sqs", "work")
    aws.resources["sqs", EU][0].policy = policy(queue, "sqs:SendMessage", "*")
    said = [(each.file, each.why) for each in pulled(tmp_path)]
    assert said == [
        ("resources of s3 (1 of them)", "AccessDenied: refused"),
        (f"{EU}/resources of kms (1 of them)", "AccessDenied: refused"),
        (f"{US}/resources of sqs", "AccessDenied: refused"),
    ]
    estate, verdicts = audited(tmp_path)
    assert {BUCKET, KEY}.isdisjoint(held(estate))
    assert set(estate.evidence.unasked[A]) == {
        Unasked("s3", EU, BUCKET, "AccessDenied: refused"),
        Unasked("kms", EU, KEY, "AccessDenied: refused"),
        Unasked("sqs", US, "", "AccessDenied: refused"),
    }
    states = {name: each.state for name, each in verdicts.items()}
    assert states == {"res.public": State.FAIL, "res.cross_account": State.NOT_CHECKED}
    assert [each.subject for each in verdicts["res.public"].findings] == [queue]
    for each in verdicts.values():
        assert each.reason == (
            f"bring all resources of sqs in {US} (resources.json);"
            f" bring the policies of {KEY} (kms, resources.json);"
            f" bring the policies of {BUCKET} (s3, resources.json)"
        )
    aws.refused, aws.asked, aws.resources = set(), [], filled()
    assert pulled(tmp_path) == []
    again = {(region, action.partition(":")[0]) for region, action in aws.asked}
    assert again == {
        (US, "s3"), (US, "tag"), (EU, "s3"), (EU, "kms"), (EU, "tag"), (US, "sqs"),
    }  # fmt: skip
    estate, _ = audited(tmp_path)
    assert (estate.evidence.unasked, {BUCKET, KEY} <= held(estate).keys()) == ({}, True)


def test_tags_are_brought_for_policies_rest_on_them(aws: served.Estate, tmp_path: Path) -> None:
    """A queue that is open to all while it bears a tag; where tags are refused, nothing passes."""
    queue, bucket = aws.resources["sqs", EU][0], aws.resources["s3", EU][0]
    open_to_all = policy(queue.arn, "sqs:SendMessage", "*")
    open_to_all["Statement"][0]["Condition"] = {"StringEquals": {"aws:ResourceTag/for": "all"}}
    queue.policy, queue.tags = open_to_all, {"for": "all", "team": ""}
    aws.resources["sqs", EU][1].tags = {"for": "none"}
    bucket.tags = {"owner": "data"}
    aws.refused = {(EU, "tag:GetResources")}
    services = ("kms", "sqs", "sns", "lambda", "secretsmanager", "ecr", "dynamodb")
    said = [each.file for each in pulled(tmp_path)]
    assert said == ["resources of s3", *(f"{EU}/resources of {each}" for each in services)]
    estate, verdicts = audited(tmp_path)
    assert {each.tags for each in held(estate).values()} == {()}
    assert len(held(estate)) == 15
    assert verdicts["res.public"].state is State.NOT_CHECKED
    assert f"bring all resources of sqs in {EU} " in verdicts["res.public"].reason
    aws.refused = set()
    assert pulled(tmp_path) == []
    estate, verdicts = audited(tmp_path)
    tags = {each.arn: dict(each.tags) for each in held(estate).values() if each.tags}
    assert tags == {
        queue.arn: queue.tags, arn("sqs", "idle"): {"for": "none"}, BUCKET: {"owner": "data"},
    }  # fmt: skip
    assert [each.subject for each in verdicts["res.public"].findings] == [queue.arn]


def test_a_setting_that_is_refused_leaves_its_bucket(aws: served.Estate, tmp_path: Path) -> None:
    aws.refused = {(US, "s3:GetAccountPublicAccessBlock")}
    aws.resources["s3", EU][0].refused = frozenset({"s3:GetBucketPublicAccessBlock"})
    assert [each.file for each in pulled(tmp_path)] == [
        "public-access", "resources of s3 (1 of them)",
    ]  # fmt: skip
    estate, verdicts = audited(tmp_path)
    bucket = held(estate)[BUCKET]
    assert (bucket.policy is not None, bucket.restricts_public) == (True, None)
    assert verdicts["res.public"].state is State.NOT_CHECKED


@pytest.mark.parametrize("known", [True, False])
def test_without_regions_nothing_passes(aws: served.Estate, tmp_path: Path, known: bool) -> None:
    """Left out, or refused: buckets are there, and the bundle says what is not."""
    aws.refused = {(US, "DescribeRegions")}
    missing = pulled(tmp_path, regions=known)
    assert [each.file for each in missing] == (["regions", "resources by Region"] if known else [])
    estate, verdicts = audited(tmp_path)
    assert held(estate).keys() == {BUCKET, PLAIN}
    why = "the enabled Regions are not known" if known else "the Regions were left out"
    assert {(each.service, each.why) for each in estate.evidence.unasked[A]} == {
        (kind.service, why) for kind in KINDS if kind.service != "s3"
    }
    assert {each.state for each in verdicts.values()} == {State.NOT_CHECKED}
    assert "bring all resources of dynamodb in every Region" in verdicts["res.public"].reason
    aws.refused = set()
    assert pulled(tmp_path) == []
    whole = read_estate(tmp_path)
    assert (whole.evidence.unasked, len(held(whole))) == ({}, 15)
    assert pulled(tmp_path, regions=False) == []
    assert read_estate(tmp_path).evidence.unasked == {}


def test_a_pull_that_is_killed_says_so_wherever_it_was(
    aws: served.Estate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After each file that it writes it may end: nothing passes before the last one is there."""
    aws.enabled = (EU,)
    aws.resources = {
        place: each for place, each in aws.resources.items() if place[0] in {"s3", "sqs"}
    }
    write = Folder.write
    count, ends = 0, False
    while not ends:
        count += 1
        left = count

        def until(self: Folder, name: str, value: object) -> None:
            nonlocal left
            if left == 0:
                raise KeyboardInterrupt
            left -= 1
            write(self, name, value)

        monkeypatch.setattr(Folder, "write", until)
        try:
            pulled(tmp_path / str(count))
            ends = True
        except KeyboardInterrupt:
            pass
        monkeypatch.setattr(Folder, "write", write)
        _, verdicts = audited(tmp_path / str(count))
        assert ({each.state for each in verdicts.values()} == {State.PASS}) is ends
        if not ends:
            assert pulled(tmp_path / str(count)) == []
            estate, verdicts = audited(tmp_path / str(count))
            assert len(held(estate)) == 4
            assert {each.state for each in verdicts.values()} == {State.PASS}
    assert count == 9


@pytest.mark.parametrize("region", ["", EU])
@pytest.mark.parametrize("own", [{"Resources": []}, [{"Resources": []}]])
def test_a_bundle_of_somebody_elses_is_left_alone(
    aws: served.Estate, tmp_path: Path, region: str, own: Any
) -> None:
    there = Folder(tmp_path / A / region)
    there.write("resources.json", own)
    (missing,) = pulled(tmp_path)
    assert missing.file == (f"{region}/resources" if region else "resources")
    assert missing.why == "resources.json is there, and of no pull: give it another name"
    assert json.loads((there.path / "resources.json").read_text()) == own
    lacking = {each.service for each in read_estate(tmp_path).evidence.unasked.get(A, ())}
    assert lacking == ({kind.service for kind in KINDS} - {"s3"} if region else set())


def test_the_permissions_of_the_how_to_are_what_is_asked(
    aws: served.Estate, tmp_path: Path
) -> None:
    pulled(tmp_path)
    asked = {operation for _, operation in aws.asked}
    services = {each.partition(":")[0] for each in ACTIONS}
    named = {
        each for statement in json.loads(how_to_policy())["Statement"]
        for each in statement["Action"] if isinstance(statement["Action"], list)
        if each.partition(":")[0] in services
    }  # fmt: skip
    assert named == asked & set(ACTIONS) == set(ACTIONS)


def test_no_secret_is_asked_for(aws: served.Estate, tmp_path: Path) -> None:
    """Nor what is in anything: only lists, descriptions and policies."""
    pulled(tmp_path)
    verbs = re.compile(r":(List|Describe|Get(Resource|Repository|Key|Bucket)?Policy$)")
    others = {action for _, action in aws.asked if ":" in action and not verbs.search(action)}
    assert others == {
        "s3:GetAccountPublicAccessBlock", "s3:GetBucketPublicAccessBlock",
        "sns:GetTopicAttributes", "sqs:GetQueueAttributes", "tag:GetResources",
    }  # fmt: skip
