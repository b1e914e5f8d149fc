"""Policies on files: every form that is read, and every mistake with its file and place."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from doorward.engine.question import layers
from doorward.errors import InvalidInput
from doorward.importers.policy_files import read_policies
from tests.engine.build import Json, allow, deny, doc

FULL, OTHER = doc(allow()), doc(deny(Action="s3:*"))


def written(folder: Path, files: dict[str, object]) -> Path:
    """Write files of JSON (text is written as it stands) and return their folder."""
    for name, value in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(value if isinstance(value, str) else json.dumps(value), encoding="utf-8")
    return folder


def named(name: str, document: Json) -> Json:
    return {"name": name, "document": json.dumps(document)}


def test_a_folder_has_a_file_or_a_folder_for_each_layer(tmp_path: Path) -> None:
    found = read_policies(
        written(
            tmp_path,
            {
                "identity/b.json": FULL,
                "identity/a.json": OTHER,
                "permissionsBoundary.json": FULL,
                "resource.json": OTHER,
                "serviceControl/0-root/full.json": FULL,
                "serviceControl/1-unit/deny.json": OTHER,
                "serviceControl/1-unit/full.json": FULL,
                "resourceControl/full.json": FULL,
                ".hidden/anything": "…",
            },
        )
    )
    assert found == layers(
        identity=[named("identity/a.json", OTHER), named("identity/b.json", FULL)],
        permissions_boundary=[named("permissionsBoundary.json", FULL)],
        resource=named("resource.json", OTHER),
        service_control=[
            [named("serviceControl/0-root/full.json", FULL)],
            [
                named("serviceControl/1-unit/deny.json", OTHER),
                named("serviceControl/1-unit/full.json", FULL),
            ],
        ],
        resource_control=[[named("resourceControl/full.json", FULL)]],
    )


def test_a_folder_without_files_is_a_layer_that_grants_nothing(tmp_path: Path) -> None:
    (tmp_path / "session").mkdir()
    assert read_policies(tmp_path) == layers(session=[])


def test_a_file_has_one_policy_or_an_object_of_layers(tmp_path: Path) -> None:
    written(tmp_path, {"one.json": FULL, "all.json": {"identity": [FULL], "resource": OTHER}})
    assert read_policies(tmp_path / "one.json") == layers(identity=[named("one.json", FULL)])
    assert read_policies(tmp_path / "all.json") == layers(identity=[FULL], resource=OTHER)


BROKEN = '{"Statement": [\n {"Effect": "Perhaps", "Action": "*", "Resource": "*"}]}'

MISTAKES: list[tuple[dict[str, object], str, str, str]] = [
    ({}, "", "NoPolicies", "holds no policies"),
    ({"groups.json": FULL}, "", "UnknownLayer", "groups.json: there is no layer 'groups'"),
    ({"identity/readme.txt": "hello"}, "", "UnknownFile", "readme.txt is no policy"),
    ({"resource/a.json": FULL, "resource/b.json": FULL}, "", "InvalidValue", "has one policy"),
    ({"identity.json": FULL, "identity/a.json": FULL}, "", "DuplicateLayer", "stands here twice"),
    (
        {"serviceControl/a.json": FULL, "serviceControl/0/b.json": FULL},
        "",
        "InvalidValue",
        "files stand beside folders",
    ),
    ({"identity/a.json": BROKEN}, "", "INVALID_EFFECT", "a.json, line 2, column 13: "),
    ({"a.json": BROKEN}, "a.json", "INVALID_EFFECT", "a.json, line 2, column 13: "),
    ({"a.json": "{"}, "a.json", "JSON_SYNTAX_ERROR", "a.json, line 1"),
    ({"a.json": {"identity": [3]}}, "a.json", "InvalidType", "a.json, /policies/identity/0: "),
    ({"a.json": '{"identity": [], "identity": []}'}, "a.json", "DUPLICATE_KEY", "line 1"),
    ({}, "none.json", "Unreadable", "none.json cannot be read: No such file"),
]


@pytest.mark.parametrize(("files", "asked", "code", "message"), MISTAKES)
def test_mistakes(
    tmp_path: Path, files: dict[str, object], asked: str, code: str, message: str
) -> None:
    with pytest.raises(InvalidInput) as raised:
        read_policies(written(tmp_path, files) / asked)
    assert raised.value.code == code
    assert message in raised.value.message


def test_what_is_not_utf_8_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(b'{"\xff"}')
    with pytest.raises(InvalidInput, match=r"a\.json is not UTF-8"):
        read_policies(tmp_path / "a.json")


def test_an_empty_object_of_layers_is_no_question(tmp_path: Path) -> None:
    """``{}`` may be either form: it is read as a policy, which says what is missing."""
    with pytest.raises(InvalidInput, match="line 1, column 1"):
        read_policies(written(tmp_path, {"a.json": "{}"}) / "a.json")
