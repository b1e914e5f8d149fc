"""What is wrong with an estate is said with its place, and not decided as if it were not there.

The example estate is changed in one place, by a function of its files.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from doorward.engine.request_form import request
from doorward.errors import InvalidInput, Undecided
from doorward.importers.estate.ask import ask, question
from doorward.importers.estate.json_files import MOST_BYTES
from doorward.importers.estate.problems import FileProblem, Problems, line_of
from doorward.importers.estate.read import Estate, read_estate
from doorward.model.evidence import Source
from doorward.policy.problem import Severity
from tests.importers.test_estate_formats import A, D, example
from tests.importers.test_policy_files import written

ALICE, BOB = f"arn:aws:iam::{A}:user/alice", f"arn:aws:iam::{A}:user/bob"
LOADER = f"arn:aws:sts::{D}:assumed-role/loader/n1"
ROLE = f"arn:aws:iam::{D}:role/jobs/loader"
KEY = "arn:aws:s3:::reports/q1"
NAMES = (f"{A}/details.json", f"{D}/details.json", "organization.json", "resources.json")
DETAILS, LOADERS, ORGANIZATION, RESOURCES = NAMES

Files = dict[str, Any]


def estate(folder: Path, change: Callable[[Files], object] | None = None) -> Estate:
    """The example, changed."""
    files = {name: example(name) for name in NAMES}
    if change is not None:
        change(files)
    return read_estate(written(folder, files))


def decided(found: Estate, who: str, action: str, on: str) -> str:
    """The effect, or ``UNDECIDED``, or ``NOBODY``."""
    try:
        asked = question(found, request(principal=who, action=action, resource=on))
    except InvalidInput:
        return "NOBODY"
    try:
        return ask(found, asked).decision.effect.value
    except Undecided:
        return "UNDECIDED"


def holder(value: Any, pointer: str) -> tuple[Any, str]:
    """What holds the place that a pointer points at, and the last step to it."""
    *steps, last = (each.replace("~1", "/").replace("~0", "~") for each in pointer.split("/")[1:])
    for step in steps:
        value = value[int(step) if isinstance(value, list) else step]
    return value, last


def put(name: str, pointer: str, value: object) -> Callable[[Files], None]:
    """A change: the value at ``pointer`` is another, or is new."""

    def change(files: Files) -> None:
        at, last = holder(files[name], pointer)
        if isinstance(at, list) and last == "-":
            at.append(value)
        else:
            at[int(last) if isinstance(at, list) else last] = value

    return change


def cut(name: str, pointer: str) -> Callable[[Files], None]:
    """A change: what is at ``pointer`` is not there."""

    def change(files: Files) -> None:
        at, last = holder(files[name], pointer)
        del at[int(last) if isinstance(at, list) else last]

    return change


USERS, GROUP = "/UserDetailList", "/GroupDetailList/0"
PLAIN = {"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}
SCP = "SERVICE_CONTROL_POLICY"

# What is changed; the problem's code, file and place; whether alice may still read: what touches
# her answer, and may deny it, keeps it back.
ROWS: list[tuple[Callable[[Files], None], str, str, str, str]] = [
    # the page
    (put(DETAILS, "/Extra", 1), "UNKNOWN_FIELD", DETAILS, "/Extra", "ALLOW"),
    (put(DETAILS, USERS, {}), "INVALID_TYPE", DETAILS, USERS, "NOBODY"),
    (put(DETAILS, "/IsTruncated", True), "PAGES_MISSING", DETAILS, "", "ALLOW"),
    (put(DETAILS, "/NextToken", "t"), "PAGES_MISSING", DETAILS, "", "ALLOW"),
    (put(DETAILS, "/IsTruncated", "no"), "INVALID_TYPE", DETAILS, "/IsTruncated", "ALLOW"),
    # a user
    (put(DETAILS, f"{USERS}/0", "alice"), "INVALID_TYPE", DETAILS, f"{USERS}/0", "NOBODY"),
    (cut(DETAILS, f"{USERS}/0/Arn"), "MISSING_FIELD", DETAILS, f"{USERS}/0", "NOBODY"),
    (cut(DETAILS, f"{USERS}/0/UserId"), "MISSING_FIELD", DETAILS, f"{USERS}/0", "NOBODY"),
    (put(DETAILS, f"{USERS}/0/UserId", "?"), "INVALID_VALUE", DETAILS, f"{USERS}/0/UserId",
     "NOBODY"),
    (put(DETAILS, f"{USERS}/0/UserName", "eve"), "INVALID_VALUE", DETAILS,
     f"{USERS}/0/UserName", "NOBODY"),
    (put(DETAILS, f"{USERS}/0/Path", "/x/"), "INVALID_VALUE", DETAILS, f"{USERS}/0/Path",
     "NOBODY"),
    (put(DETAILS, f"{USERS}/0/Arn", f"arn:aws-cn:iam::{A}:user/alice"), "CONFLICTING_PARTITIONS",
     DETAILS, f"{USERS}/1", "NOBODY"),
    (put(DETAILS, f"{USERS}/1/Arn", f"arn:aws-cn:iam::{A}:user/bob"), "CONFLICTING_PARTITIONS",
     DETAILS, f"{USERS}/1", "UNDECIDED"),
    (put(DETAILS, f"{USERS}/0/Arn", f"arn:aws-moon:iam::{A}:user/alice"), "INVALID_VALUE",
     DETAILS, f"{USERS}/0/Arn", "NOBODY"),
    (put(DETAILS, f"{USERS}/0/Arn", "arn:aws:iam::aws:user/alice"), "INVALID_VALUE", DETAILS,
     f"{USERS}/0/Arn", "NOBODY"),
    (put(DETAILS, f"{USERS}/0/Tags", [{"Key": "a"}]), "MISSING_FIELD", DETAILS,
     f"{USERS}/0/Tags/0", "NOBODY"),
    (put(DETAILS, f"{USERS}/0/Tags/-", {"Key": "TEAM", "Value": "x"}), "DUPLICATE_KEY", DETAILS,
     f"{USERS}/0/Tags/1/Value", "NOBODY"),
    (put(DETAILS, f"{USERS}/0/CreateDate", "long ago"), "INVALID_VALUE", DETAILS,
     f"{USERS}/0/CreateDate", "ALLOW"),
    (put(DETAILS, f"{USERS}/0/New", 1), "UNKNOWN_FIELD", DETAILS, f"{USERS}/0/New", "ALLOW"),
    # what it is given
    (put(DETAILS, f"{USERS}/0/GroupList", ["nobodys"]), "UNKNOWN_GROUP", DETAILS, f"{USERS}/0",
     "UNDECIDED"),
    (put(DETAILS, f"{USERS}/0/GroupList", "analysts"), "INVALID_TYPE", DETAILS,
     f"{USERS}/0/GroupList", "UNDECIDED"),
    (put(DETAILS, f"{USERS}/0/GroupList/-", 7), "INVALID_TYPE", DETAILS,
     f"{USERS}/0/GroupList/1", "UNDECIDED"),
    (put(DETAILS, f"{USERS}/0/AttachedManagedPolicies", {}), "INVALID_TYPE", DETAILS,
     f"{USERS}/0/AttachedManagedPolicies", "UNDECIDED"),
    (put(DETAILS, f"{USERS}/0/AttachedManagedPolicies/-", {"PolicyName": "x"}), "MISSING_FIELD",
     DETAILS, f"{USERS}/0/AttachedManagedPolicies/0", "UNDECIDED"),
    (put(DETAILS, f"{USERS}/0/AttachedManagedPolicies/-", {"PolicyArn": "x"}), "INVALID_VALUE",
     DETAILS, f"{USERS}/0/AttachedManagedPolicies/0/PolicyArn", "UNDECIDED"),
    (put(DETAILS, f"{USERS}/0/AttachedManagedPolicies/-",
         {"PolicyArn": "arn:aws:iam::aws:policy/Unheard"}), "UNKNOWN_POLICY", DETAILS,
     f"{USERS}/0", "UNDECIDED"),
    (put(DETAILS, f"{USERS}/0/PermissionsBoundary", "x"), "INVALID_TYPE", DETAILS,
     f"{USERS}/0/PermissionsBoundary", "UNDECIDED"),
    (put(DETAILS, f"{USERS}/0/PermissionsBoundary/PermissionsBoundaryArn", "x"), "INVALID_VALUE",
     DETAILS, f"{USERS}/0/PermissionsBoundary/PermissionsBoundaryArn", "UNDECIDED"),
    (cut(DETAILS, "/Policies/0"), "UNKNOWN_POLICY", DETAILS, f"{USERS}/0", "UNDECIDED"),
    (put(DETAILS, f"{USERS}/0/UserPolicyList", [{"PolicyName": "p", "PolicyDocument": 3}]),
     "INVALID_TYPE", DETAILS, f"{USERS}/0/UserPolicyList/0/PolicyDocument", "UNDECIDED"),
    (put(DETAILS, f"{USERS}/0/UserPolicyList", [{"PolicyName": "p", "PolicyDocument": {}}]),
     "MISSING_STATEMENT", DETAILS, f"{USERS}/0/UserPolicyList/0/PolicyDocument", "UNDECIDED"),
    (put(DETAILS, f"{USERS}/0/UserPolicyList", [{"PolicyName": "p", "PolicyDocument": "%7B%FF"}]),
     "INVALID_POLICY", DETAILS, f"{USERS}/0/UserPolicyList/0/PolicyDocument", "UNDECIDED"),
    (put(DETAILS, f"{USERS}/0/UserPolicyList", [{"PolicyDocument": PLAIN}]), "MISSING_FIELD",
     DETAILS, f"{USERS}/0/UserPolicyList/0", "UNDECIDED"),
    (put(DETAILS, f"{USERS}/0/UserPolicyList", [{"PolicyName": "p", "PolicyDocument": PLAIN}] * 2),
     "DUPLICATE_KEY", DETAILS, f"{USERS}/0/UserPolicyList/1", "UNDECIDED"),
    (put(DETAILS, f"{USERS}/0/UserPolicyList", "x"), "INVALID_TYPE", DETAILS,
     f"{USERS}/0/UserPolicyList", "UNDECIDED"),
    # its group, its boundary
    (put(DETAILS, f"{GROUP}/GroupPolicyList/0/PolicyDocument/Statement/0/Effect", "Maybe"),
     "INVALID_EFFECT", DETAILS, f"{GROUP}/GroupPolicyList/0/PolicyDocument/Statement/0/Effect",
     "UNDECIDED"),
    (put(DETAILS, f"{GROUP}/GroupPolicyList", {}), "INVALID_TYPE", DETAILS,
     f"{GROUP}/GroupPolicyList", "UNDECIDED"),
    (cut(DETAILS, f"{GROUP}/GroupId"), "MISSING_FIELD", DETAILS, GROUP, "UNDECIDED"),
    (put(DETAILS, "/Policies/0/DefaultVersionId", "v2"), "MISSING_VERSION", DETAILS,
     "/Policies/0", "UNDECIDED"),
    (put(DETAILS, "/Policies/0/PolicyVersionList/0/IsDefaultVersion", False), "INVALID_VALUE",
     DETAILS, "/Policies/0/PolicyVersionList/0/IsDefaultVersion", "UNDECIDED"),
    (cut(DETAILS, "/Policies/0/PolicyVersionList/0/Document"), "MISSING_FIELD", DETAILS,
     "/Policies/0/PolicyVersionList/0", "UNDECIDED"),
    (put(DETAILS, "/Policies/0/Description", 3), "INVALID_TYPE", DETAILS,
     "/Policies/0/Description", "ALLOW"),
    # contradictions
    (lambda files: files[DETAILS]["UserDetailList"].append(files[DETAILS]["UserDetailList"][0]),
     "DUPLICATE_ENTRY", DETAILS, f"{USERS}/2", "ALLOW"),
    (lambda files: files[DETAILS]["UserDetailList"].append(
        {**files[DETAILS]["UserDetailList"][0], "GroupList": []}),
     "CONFLICTING_ENTRIES", DETAILS, f"{USERS}/2", "UNDECIDED"),
    (lambda files: files[DETAILS]["UserDetailList"].append(
        {**files[DETAILS]["UserDetailList"][0], "Arn": ALICE + "2", "UserName": "alice2"}),
     "CONFLICTING_ENTRIES", DETAILS, f"{USERS}/2", "UNDECIDED"),
    (lambda files: files[DETAILS]["Policies"].append(
        {**files[DETAILS]["Policies"][0], "Description": "another"}),
     "CONFLICTING_ENTRIES", DETAILS, "/Policies/1", "UNDECIDED"),
    (put(RESOURCES, "/Resources/-", {"Arn": "arn:aws:s3:::reports", "Account": D}),
     "CONFLICTING_ENTRIES", RESOURCES, "/Resources/2", "UNDECIDED"),
    (put(ORGANIZATION, "/Accounts/-", {"Id": A, "ParentId": "r-exam"}), "CONFLICTING_ENTRIES",
     ORGANIZATION, "/Accounts/3", "UNDECIDED"),
    # the organization
    (cut(ORGANIZATION, "/Organization/MasterAccountId"), "MISSING_FIELD", ORGANIZATION,
     "/Organization", "UNDECIDED"),
    (put(ORGANIZATION, "/Organization", 1), "INVALID_TYPE", ORGANIZATION, "/Organization",
     "UNDECIDED"),
    (cut(ORGANIZATION, "/Organization"), "MISSING_FIELD", ORGANIZATION, "", "UNDECIDED"),
    (put(ORGANIZATION, "/Roots", []), "INVALID_VALUE", ORGANIZATION, "/Roots", "UNDECIDED"),
    (cut(ORGANIZATION, "/Roots/0/Id"), "MISSING_FIELD", ORGANIZATION, "/Roots/0", "UNDECIDED"),
    (put(ORGANIZATION, "/Roots/0/PolicyTypes", []), "POLICY_TYPE_NOT_ENABLED", ORGANIZATION,
     "/Roots/0/PolicyTypes", "ALLOW"),
    (put(ORGANIZATION, "/OrganizationalUnits", 1), "INVALID_TYPE", ORGANIZATION,
     "/OrganizationalUnits", "UNDECIDED"),
    (put(ORGANIZATION, "/OrganizationalUnits/0/ParentId", "ou-exam-workload"),
     "NOT_BELOW_ROOT", ORGANIZATION, "/OrganizationalUnits", "UNDECIDED"),
    (put(ORGANIZATION, "/Accounts/1/ParentId", "ou-none"), "NOT_BELOW_ROOT", ORGANIZATION,
     "/Accounts/1", "UNDECIDED"),
    (cut(ORGANIZATION, "/Accounts/1/ParentId"), "MISSING_FIELD", ORGANIZATION, "/Accounts/1",
     "UNDECIDED"),
    (put(ORGANIZATION, "/Accounts/1/Id", 111122223333), "INVALID_TYPE", ORGANIZATION,
     "/Accounts/1/Id", "IMPLICIT_DENY"),  # the bucket's policy wants an organization
    (cut(ORGANIZATION, "/Accounts/0"), "NOT_LISTED", ORGANIZATION, "", "ALLOW"),
    (cut(ORGANIZATION, "/Accounts/2"), "ACCOUNT_NOT_IN_ORGANIZATION", RESOURCES,
     "/Resources/0", "ALLOW"),
    (put(ORGANIZATION, "/Policies", "x"), "INVALID_TYPE", ORGANIZATION, "/Policies",
     "IMPLICIT_DENY"),  # the type is enabled, and nothing is attached
    (put(ORGANIZATION, "/Policies/1/Type", "SCP"), "INVALID_VALUE", ORGANIZATION,
     "/Policies/1/Type", "UNDECIDED"),
    (put(ORGANIZATION, "/Policies/1/Type", "BACKUP_POLICY"), "POLICY_TYPE_NOT_EVALUATED",
     ORGANIZATION, "/Policies/1", "ALLOW"),
    (put(ORGANIZATION, "/Policies/1/Content", "{"), "JSON_SYNTAX_ERROR", ORGANIZATION,
     "/Policies/1/Content", "UNDECIDED"),
    (cut(ORGANIZATION, "/Policies/1/Content"), "MISSING_FIELD", ORGANIZATION, "/Policies/1",
     "UNDECIDED"),
    (put(ORGANIZATION, "/Policies/1/Targets/-", "ou-gone"), "NOT_LISTED", ORGANIZATION,
     "/Policies/1", "ALLOW"),
    (put(ORGANIZATION, "/Policies/1/Targets", "r-exam"), "INVALID_TYPE", ORGANIZATION,
     "/Policies/1/Targets", "UNDECIDED"),
    # the resources
    (put(RESOURCES, "/Resources", {}), "INVALID_TYPE", RESOURCES, "/Resources", "UNDECIDED"),
    (put(RESOURCES, "/Resources/0/Policy", "no"), "JSON_SYNTAX_ERROR", RESOURCES,
     "/Resources/0/Policy", "UNDECIDED"),
    (put(RESOURCES, "/Resources/0/Tags", 1), "INVALID_TYPE", RESOURCES, "/Resources/0/Tags",
     "UNDECIDED"),
    (put(RESOURCES, "/Resources/0/Account", "12"), "INVALID_VALUE", RESOURCES,
     "/Resources/0/Account", "UNDECIDED"),
    (put(RESOURCES, "/Resources/0/Grants", []), "UNKNOWN_FIELD", RESOURCES,
     "/Resources/0/Grants", "ALLOW"),
    (cut(RESOURCES, "/Resources/0/Account"), "UNKNOWN_OWNER", RESOURCES, "/Resources/0", "ALLOW"),
    (put(RESOURCES, "/Resources/1/Account", A), "INVALID_VALUE", RESOURCES,
     "/Resources/1/Account", "ALLOW"),
    (put(RESOURCES, "/Resources/-", {"Arn": "arn:aws:s3:::reports/q1"}), "INVALID_VALUE",
     RESOURCES, "/Resources/2/Arn", "UNDECIDED"),
    (put(RESOURCES, "/Resources/-", {"Arn": ROLE, "Policy": PLAIN}), "HELD_ELSEWHERE", RESOURCES,
     "/Resources/2", "ALLOW"),
    (put(RESOURCES, "/Resources/-", {"Arn": "arn:aws:s3:::*"}), "INVALID_VALUE", RESOURCES,
     "/Resources/2/Arn", "UNDECIDED"),
    (put(RESOURCES, "/Resources/0", 1), "INVALID_TYPE", RESOURCES, "/Resources/0", "UNDECIDED"),
    # whole files
    (lambda files: files.update({"other.json": {"Keys": []}}), "UNKNOWN_CONTENT", "other.json", "",
     "ALLOW"),
    (lambda files: files.update({"other.json": 3}), "UNKNOWN_CONTENT", "other.json", "", "ALLOW"),
    (lambda files: files.update({"report.csv": "name,age"}), "UNKNOWN_FILE", "report.csv", "",
     "ALLOW"),
    (lambda files: files.update({"report.csv": "user,arn"}), "MISSING_FIELD", "report.csv", "",
     "ALLOW"),  # no decision rests on credential reports
    (lambda files: files.update({"rules.json": {"PasswordPolicy": 1}}), "INVALID_TYPE",
     "rules.json", "/PasswordPolicy", "ALLOW"),
    (lambda files: files.update({"other.json": "{"}), "INVALID_JSON", "other.json", "",
     "UNDECIDED"),
    (lambda files: files.update({"other.json": '{"a": 1, "a": 2}'}), "INVALID_TYPE",
     "other.json", "", "UNDECIDED"),
    (lambda files: files.update({"other.json": "[" * 100_000}), "NESTING_TOO_DEEP",
     "other.json", "", "UNDECIDED"),
    (lambda files: files.update({f"{D}/more.json": files.pop(DETAILS)}), "OTHER_ACCOUNT",
     f"{D}/more.json", f"{USERS}/0", "ALLOW"),
]  # fmt: skip


def test_without_a_change_alice_may_read(tmp_path: Path) -> None:
    found = estate(tmp_path)
    assert decided(found, ALICE, "s3:GetObject", KEY) == "ALLOW"
    assert decided(found, LOADER, "s3:GetObject", KEY) == "ALLOW"
    assert decided(found, ALICE, "sts:AssumeRole", ROLE) == "ALLOW"
    assert decided(found, ALICE, "s3:DeleteObject", KEY) == "EXPLICIT_DENY"
    assert decided(found, BOB, "s3:GetObject", KEY) == "UNDECIDED"
    assert decided(found, BOB, "s3:DeleteObject", KEY) == "EXPLICIT_DENY"


@pytest.mark.parametrize(
    ("change", "code", "file", "pointer", "expected"),
    ROWS,
    ids=[f"{row[1]} {row[3] or row[2]}" for row in ROWS],
)
def test_every_problem(
    change: Callable[[Files], None],
    code: str,
    file: str,
    pointer: str,
    expected: str,
    tmp_path: Path,
) -> None:
    found = estate(tmp_path, change)
    places = [(each.code, each.file, each.pointer) for each in found.problems]
    assert (code, file, pointer) in places
    assert decided(found, ALICE, "s3:GetObject", KEY) == expected
    said = next(each for each in found.problems if (each.code, each.file) == (code, file))
    assert said.message
    if said.severity is Severity.ERROR:
        assert found.broken.keys() & {A, D}, "what could not be read leaves somebody not whole"
        for kind in said.sources or Source:
            assert any(kind in reasons for reasons in found.broken.values())


def test_a_problem_has_the_line_of_its_place(tmp_path: Path) -> None:
    files: Files = {"a.json": json.dumps({"UserDetailList": [{"Arn": 1}, {"Arn": 2}]}, indent=1)}
    found = read_estate(written(tmp_path, files))
    assert [(each.pointer, each.line) for each in found.problems] == [
        ("/UserDetailList/0/Arn", 4),
        ("/UserDetailList/1/Arn", 7),
    ]


@pytest.mark.parametrize(
    ("pointer", "line"),
    [("", 1), ("/a", 2), ("/a/1", 3), ("/a/1/b~0~1c", 5), ("/d", 7), ("/none", 1), ("/a/9", 2)],
)
def test_lines(pointer: str, line: int) -> None:
    text = '{\n"a": [[{}],\n {"x": "\\n\\"}",\n\n  "b~/c": 1}]\n,\n "d": null}'
    assert line_of(text, pointer) == line
    assert line_of("no JSON", "/a") is None or line_of("no JSON", "/a") == 1


def test_a_key_that_stands_twice_makes_its_object_unreadable_and_nothing_else(
    tmp_path: Path,
) -> None:
    twice = '{"Statement": {"Effect": "Allow", "Effect": "Deny", "Action": "*", "Resource": "*"}}'
    page = example(DETAILS)
    page["UserDetailList"][0]["UserPolicyList"] = [{"PolicyName": "p", "PolicyDocument": "HERE"}]
    written(tmp_path, {"page.json": json.dumps(page).replace('"HERE"', twice)})
    found = read_estate(tmp_path)
    assert "INVALID_POLICY" in [each.code for each in found.problems]
    assert decided(found, ALICE, "s3:GetObject", KEY) == "UNDECIDED"
    page["UserDetailList"][1]["Tags"] = "HERE"
    written(tmp_path, {"page.json": json.dumps(page).replace('"HERE"', '{"a": 1, "a": 2}')})
    messages = [each.message for each in read_estate(tmp_path).problems]
    assert any("the key 'a' stands twice" in each for each in messages)


@pytest.mark.parametrize(
    ("literal", "says"),
    [
        ("1" * 5000, "a number of more than 64 digits"),
        ("NaN", "NaN, which is not JSON"),
        ("1e400", "the number '1e400'"),
        ('"\\ud800"', "text with half a character"),
        ('{"\\udc00": 1}', "an object with half a character in a key"),
    ],
)
def test_values_that_say_nothing_for_certain(literal: str, says: str, tmp_path: Path) -> None:
    page = json.dumps(example(DETAILS)).replace('"bob"', literal, 1)
    found = read_estate(written(tmp_path, {"page.json": page}))
    assert f"this is {says}" in [each.message for each in found.problems]


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    written(tmp_path, {DETAILS: example(DETAILS), "x/half.json": "{}"})
    (tmp_path / "latin.json").write_bytes(b'{"\xe4": 1}')
    os.mkfifo(tmp_path / "pipe.json")
    with (tmp_path / "large.json").open("wb") as file:
        file.truncate(MOST_BYTES + 1)
    (tmp_path / "linked").symlink_to(tmp_path)
    (tmp_path / "gone.json").symlink_to(tmp_path / "nowhere")
    found = {each.file: each.code for each in read_estate(tmp_path).problems}
    assert found == {
        "latin.json": "INVALID_ENCODING",
        "pipe.json": "UNKNOWN_FILE",
        "large.json": "FILE_TOO_LARGE",
        "linked": "UNKNOWN_FILE",
        "gone.json": "UNREADABLE_FILE",
        "x/half.json": "UNKNOWN_CONTENT",
        DETAILS: "UNKNOWN_POLICY",
    }


@pytest.mark.parametrize(("made", "code"), [(False, "Unreadable"), (True, "NoEstate")])
def test_nothing_to_read_is_an_error(made: bool, code: str, tmp_path: Path) -> None:
    if made:
        written(tmp_path / "folder", {".hidden/details.json": {}})
        (tmp_path / "folder" / "x").mkdir()
    with pytest.raises(InvalidInput) as raised:
        read_estate(tmp_path / "folder")
    assert raised.value.code == code


def test_there_is_an_end_to_problems() -> None:
    problems = Problems()
    for number in range(20_000):
        problems.add(
            FileProblem("X", Severity.ERROR, "f", f"/{number}", "wrong", "", None, ("a",))
        )
    *others, last = problems
    assert (len(others), last.code, last.about) == (9_999, "TOO_MANY_PROBLEMS", ())


HOSTILE: tuple[Any, ...] = (
    None, True, 0, -1, 1.5, 10**40, "", "x", "%7B%FF", "\ud800", "\0", "arn:aws:iam::aws:policy/x",
    "*", [], [[]], [None], {}, {"": {}}, {"a": {"a": {"a": []}}}, "x" * 100_000, ["x"] * 1000,
)  # fmt: skip
"""What may stand anywhere."""

DENIED = (
    (ALICE, "s3:DeleteObject", KEY),
    (ALICE, "sqs:SendMessage", f"arn:aws:sqs:us-east-1:{D}:jobs"),
    (BOB, "s3:GetObject", KEY),
    (BOB, "sts:AssumeRole", ROLE),
    (LOADER, "s3:DeleteObject", KEY),
    (f"arn:aws:iam::{A}:root", "s3:GetObject", KEY),
)
"""What the example does not allow."""


def places(value: object, pointer: str = "") -> list[str]:
    """The pointers to everything within a value."""
    found = [pointer] if pointer else []
    members: Any = (
        value.items() if isinstance(value, dict) else enumerate(value)
        if isinstance(value, list) else ()
    )  # fmt: skip
    for key, inner in members:
        step = str(key).replace("~", "~0").replace("/", "~1")
        found += places(inner, f"{pointer}/{step}")
    return found


PLACES = [(name, each) for name in NAMES for each in places(example(name))]


@pytest.mark.parametrize("kind", range(len(HOSTILE)))
def test_whatever_stands_anywhere_is_a_problem_never_an_exception_never_access(
    kind: int, tmp_path: Path
) -> None:
    """An estate with an error allows nothing that it does not allow without."""
    refused = 0
    for name, pointer in PLACES[kind % EACH :: EACH]:
        found = estate(tmp_path, put(name, pointer, HOSTILE[kind]))
        errors = [each.code for each in found.problems if each.severity is Severity.ERROR]
        if set(errors) <= {"UNKNOWN_POLICY"}:
            continue  # it means something else, and that is taken as it is written
        refused += 1
        for asked in DENIED:
            assert decided(found, *asked) != "ALLOW", (name, pointer, asked)
    assert refused > 0


EACH = 8
"""Of so many places one is tried with each value; all of them by setting it to 1."""


@pytest.mark.parametrize(
    ("who", "account"),
    [(ALICE, A), (f"arn:aws:sts::{D}:assumed-role/loader/n1", D), ("ec2.amazonaws.com", A)],
)
def test_an_unknown_policy_might_name_whoever_asks(who: str, account: str, tmp_path: Path) -> None:
    """Named itself, a caller in a boundary is allowed what everybody would not be."""
    queue = f"arn:aws:sqs:us-east-1:{account}:secret"
    limits = {"PermissionsBoundaryArn": "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"}

    def change(files: Files) -> None:
        put(RESOURCES, "/Resources/-", {"Arn": queue, "Policy": "{"})(files)
        put(LOADERS, "/RoleDetailList/0/PermissionsBoundary", limits)(files)

    named: object = who if who.startswith("arn:") else {"type": "Service", "name": who}
    found = estate(tmp_path, change)
    asked = question(found, request(principal=named, action="sqs:SendMessage", resource=queue))
    with pytest.raises(Undecided, match=f"not known: the policy of {queue}"):
        ask(found, asked)
