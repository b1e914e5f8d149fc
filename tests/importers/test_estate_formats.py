"""The files of an estate as AWS's tools write them.

Provenance: the shapes of botocore's service model of IAM (GetAccountAuthorizationDetailsResponse),
by which the example is validated; AWS CLI Command Reference, "get-account-authorization-details",
for what the CLI prints (documents as objects, empty lists left out or there); boto3 for pages with
ResponseMetadata and times as ``str`` of a datetime.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

import botocore.session
import pytest
from botocore.validate import ParamValidator

from doorward.importers.estate.details import LISTS, PAGE
from doorward.importers.estate.read import Estate, read_estate
from doorward.model.identity import Group, InlinePolicy, ManagedPolicy, Membership, Role, User
from doorward.model.organization import Account, Organization, PolicyType
from doorward.model.resource import RegisteredResource
from tests.importers.test_policy_files import written

EXAMPLE = Path(__file__).parents[2] / "examples" / "estate"
A, D = "111122223333", "444455556666"
MODEL = botocore.session.get_session().get_service_model("iam")
PAGE_SHAPE = MODEL.shape_for("GetAccountAuthorizationDetailsResponse")


def example(name: str) -> Any:
    return json.loads((EXAMPLE / name).read_text(encoding="utf-8"))


def as_sent(value: Any) -> Any:
    """The page before a client decoded its documents: these are URL-encoded text."""
    if isinstance(value, list):
        return [as_sent(each) for each in value]
    if not isinstance(value, dict):
        return value
    documents = {"AssumeRolePolicyDocument", "PolicyDocument", "Document"}
    return {
        key: quote(json.dumps(each)) if key in documents else as_sent(each)
        for key, each in value.items()
    }


def says(estate: Estate) -> dict[str, Any]:
    """What an estate holds, however its documents are spelt."""
    kinds = (User, Group, Role, ManagedPolicy, Membership, RegisteredResource, Account)
    found: dict[str, Any] = {
        kind.__name__: [
            str(each.arn if hasattr(each, "arn") else each) for each in estate.snapshot.all(kind)
        ]
        for kind in kinds
    }
    found["documents"] = [
        json.loads(each.document) for each in estate.snapshot.all(InlinePolicy)
    ] + [json.loads(each.trust_policy) for each in estate.snapshot.all(Role)]
    return found


@pytest.mark.parametrize("account", [A, D])
def test_the_example_is_what_the_service_model_says(account: str) -> None:
    page = as_sent(example(f"{account}/details.json"))
    assert ParamValidator().validate(page, PAGE_SHAPE).generate_report() == ""
    assert set(page) <= set(PAGE_SHAPE.members)


def test_every_member_of_the_service_model_is_known() -> None:
    """Nothing that AWS may send is a field that is not known."""
    assert set(PAGE_SHAPE.members) <= PAGE
    assert set(LISTS) < set(PAGE_SHAPE.members)


def test_an_entry_with_every_member_has_no_problem(tmp_path: Path) -> None:
    """Made of the shapes themselves, so that a member which AWS adds is noticed here."""
    page = {name: [filled(MODEL.shape_for(shape), word)] for name, shape, word in (
        ("UserDetailList", "UserDetail", "user"),
        ("GroupDetailList", "GroupDetail", "group"),
        ("RoleDetailList", "RoleDetail", "role"),
        ("Policies", "ManagedPolicyDetail", "policy"),
    )}  # fmt: skip
    page["UserDetailList"][0]["GroupList"] = ["name"]
    found = read_estate(written(tmp_path, {"page.json": page | {"Marker": "m"}}))
    assert found.problems == ()
    assert len(found.snapshot.all(User)) == len(found.snapshot.all(Role)) == 1


VALUES = {
    "Path": "/p/", "CreateDate": "2025-01-02T03:04:05Z", "UpdateDate": "2025-01-02T03:04:05Z",
    "VersionId": "v1", "DefaultVersionId": "v1", "IsDefaultVersion": True,
    "PolicyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess",
    "PermissionsBoundaryArn": "arn:aws:iam::aws:policy/ReadOnlyAccess",
}  # fmt: skip


def filled(shape: Any, word: str, name: str = "") -> Any:
    """A value with every member of a shape."""
    if name.endswith("Document"):
        return {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "a:B",
                "Principal": "*"} if word == "role" and name.startswith("Assume") else
                {"Effect": "Allow", "Action": "a:B", "Resource": "*"}}  # fmt: skip
    if name == "Arn":
        return f"arn:aws:iam::{A}:{word}/p/name"
    if name in VALUES:
        return VALUES[name]
    if shape.type_name == "structure":
        return {each: filled(inner, word, each) for each, inner in shape.members.items()}
    if shape.type_name == "list":
        return [] if name == "InstanceProfileList" else [filled(shape.member, word)]
    if name.endswith("Id"):
        return f"{word.upper():A<20}"
    if (
        name in {"UserName", "GroupName", "RoleName"}
        or name == "PolicyName" == f"{word.title()}Name"
    ):
        return "name"
    return {"integer": 1, "boolean": True, "timestamp": "2025-01-02T03:04:05Z"}.get(
        shape.type_name, "text"
    )


def test_the_example_is_read() -> None:
    found = read_estate(EXAMPLE)
    assert [each.code for each in found.problems] == ["UNKNOWN_POLICY"]
    alice = found.snapshot.get(User, A, "alice")
    assert alice is not None
    assert (alice.id, alice.tags) == ("AIDAEXAMPLEALICE00001", (("team", "data"),))
    assert alice.permissions_boundary == f"arn:aws:iam::{A}:policy/limits"
    assert alice.created.isoformat() == "2025-02-01T09:00:00+00:00"
    loader = found.snapshot.get(Role, D, "loader")
    assert loader is not None
    assert (loader.path, loader.max_session_duration) == ("/jobs/", 3600)
    (organization,) = found.snapshot.all(Organization)
    assert organization.enabled_policy_types == (PolicyType.SERVICE_CONTROL_POLICY,)
    owners = {each.arn: each.account for each in found.snapshot.all(RegisteredResource)}
    assert owners == {"arn:aws:s3:::reports": D, f"arn:aws:sqs:us-east-1:{D}:jobs": D}


SPELLINGS: dict[str, Any] = {
    "as the CLI prints it": lambda page: page,
    "URL-encoded, as the API sends it": as_sent,
    "as boto3 gives a page": lambda page: {**page, "ResponseMetadata": {"HTTPStatusCode": 200}},
    "a list of pages": lambda page: [page, {"IsTruncated": False}],
    "times as str() of a datetime": lambda page: json.loads(
        json.dumps(page).replace("T09:00:00+00:00", " 09:00:00+00:00")
    ),
    "times in UTC by Z": lambda page: json.loads(json.dumps(page).replace("+00:00", "Z")),
}


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_every_spelling_says_the_same(spelling: str, tmp_path: Path) -> None:
    pages = {
        f"{each}.json": SPELLINGS[spelling](example(f"{each}/details.json")) for each in (A, D)
    }
    rest = {name: example(name) for name in ("organization.json", "resources.json")}
    found = read_estate(written(tmp_path, pages | rest))
    assert [each.code for each in found.problems] == ["UNKNOWN_POLICY"]
    assert says(found) == says(read_estate(EXAMPLE))


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]
)
def test_every_encoding_of_unicode_is_read(encoding: str, tmp_path: Path) -> None:
    """PowerShell's ``>`` writes UTF-16 with a byte order mark."""
    text = (EXAMPLE / A / "details.json").read_text(encoding="utf-8").replace("data", "dätä €")
    (tmp_path / "page.json").write_bytes(text.encode(encoding))
    found = read_estate(tmp_path / "page.json")
    alice = found.snapshot.get(User, A, "alice")
    assert alice is not None
    assert alice.tags == (("team", "dätä €"),)


def test_a_resource_is_its_folders_where_nothing_else_says_whose_it_is(tmp_path: Path) -> None:
    bucket = {"Arn": "arn:aws:s3:::b", "Tags": {"a": "b", "c": ""}}
    queue = {"Arn": f"arn:aws:sqs:us-east-1:{A}:q", "Policy": '{"Statement": []}'}
    files = {f"{D}/resources.json": {"Resources": [bucket]}, "more.json": {"Resources": [queue]}}
    found = read_estate(written(tmp_path, files))
    held = {each.arn: (each.account, each.tags) for each in found.snapshot.all(RegisteredResource)}
    assert held == {
        "arn:aws:s3:::b": (D, (("a", "b"), ("c", ""))),
        f"arn:aws:sqs:us-east-1:{A}:q": (A, ()),
    }
    assert [each.code for each in found.problems] == ["MISSING_STATEMENT"]


def test_what_names_no_account_is_the_only_ones(tmp_path: Path) -> None:
    bucket = {"Resources": [{"Arn": "arn:aws:s3:::b"}]}
    files = {"a.json": example(f"{A}/details.json"), "b.json": bucket}
    found = read_estate(written(tmp_path, files))
    assert [each.account for each in found.snapshot.all(RegisteredResource)] == [A]
    files["c.json"] = example(f"{D}/details.json")
    found = read_estate(written(tmp_path, files))
    assert [each.account for each in found.snapshot.all(RegisteredResource)] == [""]
    assert "UNKNOWN_OWNER" in [each.code for each in found.problems]


def test_of_aws_policies_the_newest_counts(tmp_path: Path) -> None:
    """Exports of several accounts and moments may hold several versions of one."""

    def page(version: str) -> dict[str, Any]:
        document = {"Statement": {"Effect": "Allow", "Action": f"a:{version}", "Resource": "*"}}
        return {
            "Policies": [
                {
                    "Arn": "arn:aws:iam::aws:policy/job-function/X",
                    "PolicyId": "ANPAAAAAAAAAAAAAAAAAA",
                    "DefaultVersionId": version,
                    "PolicyVersionList": [{"VersionId": version, "Document": document}],
                }
            ]
        }

    files: dict[str, object] = {f"{v}.json": page(v) for v in ("v9", "v10", "v2")}
    found = read_estate(written(tmp_path, files))
    assert found.problems == ()
    (policy,) = found.snapshot.all(ManagedPolicy)
    assert (policy.account, policy.default_version) == ("aws", "v10")
    assert found.snapshot.all(Account) == ()


AWS_POLICY = {
    "PolicyName": "SQS",
    "PolicyId": "ANPA" + "S" * 17,
    "Arn": "arn:aws:iam::aws:policy/SQS",
    "DefaultVersionId": "v1",
    "PolicyVersionList": [
        {
            "VersionId": "v1",
            "IsDefaultVersion": True,
            "Document": {
                "Version": "2012-10-17",
                "Statement": {"Effect": "Allow", "Action": "sqs:*", "Resource": "*"},
            },
        }
    ],
}


def test_every_account_s_export_has_the_policies_of_aws_that_it_uses(tmp_path: Path) -> None:
    """The same one in two accounts' exports is no problem; a different text in one of them is."""
    pages: dict[str, object] = {
        f"{account}/details.json": {"IsTruncated": False, "Policies": [AWS_POLICY]}
        for account in (A, D)
    }
    assert read_estate(written(tmp_path / "same", pages)).problems == ()
    other = json.loads(json.dumps(AWS_POLICY).replace("sqs:*", "sns:*"))
    pages[f"{D}/details.json"] = {"IsTruncated": False, "Policies": [other]}
    found = read_estate(written(tmp_path / "other", pages))
    assert {each.code for each in found.problems} == {"CONFLICTING_ENTRIES"}
