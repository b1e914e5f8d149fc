"""The plugin for pytest, run by pytest: found by its entry point, explained, cheap."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pytest import Pytester  # noqa: PT013 - for types alone

pytest_plugins = ["pytester"]

ALICE = "arn:aws:iam::111122223333:user/alice"
FILE = f"""\
policies:
  identity:
  - Version: 2012-10-17
    Statement: {{Effect: Allow, Action: "s3:Get*", Resource: "*"}}
tests:
- name: alice reads
  principal: {ALICE}
  action: [s3:GetObject, s3:PutObject]
  resource: arn:aws:s3:::b/k
  expect: allow
- principal: {ALICE}
  action: s3:GetBucketAcl
  resource: arn:aws:s3:::b
  expect: allow
  rule: root-user-allow
- principal: {ALICE}
  action: s3:GetBucketAcl
  resource: arn:aws:s3:::b
  expect: allow
"""
PLAIN = ("-p", "no:randomly", "-p", "no:cacheprovider")


def test_expected_decisions_are_tests(pytester: Pytester) -> None:
    pytester.path.joinpath("s3.doorward.yaml").write_text(FILE, encoding="utf-8")
    pytester.path.joinpath("other.yaml").write_text("no expectations", encoding="utf-8")
    ended = pytester.runpytest_subprocess(*PLAIN, "-v", "--junit-xml=report.xml")
    ended.assert_outcomes(passed=2, failed=2)
    ended.stdout.fnmatch_lines(
        [
            "s3.doorward.yaml::alice reads [[]s3:GetObject[]] PASSED*",
            "s3.doorward.yaml::alice reads [[]s3:PutObject[]] FAILED*",
            "s3.doorward.yaml::s3:GetBucketAcl FAILED*",
            "s3.doorward.yaml::s3:GetBucketAcl #2 PASSED*",
            "s3.doorward.yaml, line 6: expected allow, is IMPLICIT_DENY by identity-implicit-deny",
            "DENIED implicitly  s3:PutObject on arn:aws:s3:::b/k",
            "s3.doorward.yaml, line 11: expected allow by root-user-allow, is ALLOW by *",
        ]
    )
    assert "Traceback" not in ended.stdout.str()
    report = pytester.path.joinpath("report.xml").read_text(encoding="utf-8")
    assert "expected allow, is IMPLICIT_DENY by identity-implicit-deny" in report


def test_a_test_is_called_by_its_name(pytester: Pytester) -> None:
    pytester.path.joinpath("s3.doorward.yml").write_text(FILE, encoding="utf-8")
    ended = pytester.runpytest_subprocess(*PLAIN, "s3.doorward.yml::s3:GetBucketAcl #2")
    ended.assert_outcomes(passed=1)


WRONG = [
    ("tests: [", "*wrong0.doorward.yaml, line 1, column *"),
    ("policies: {}\ntests: []", "*/tests: at least one is wanted here*"),
    (FILE.replace("expect: allow", "expect: perhaps"), "*/tests/0/expect: one of allow*"),
    (FILE.replace("  identity:", "  nothing:"), "*/policies/nothing*"),
]


def test_a_file_that_is_wrong_is_an_error_of_collection(pytester: Pytester) -> None:
    for number, (text, _) in enumerate(WRONG):
        pytester.path.joinpath(f"wrong{number}.doorward.yaml").write_text(text, encoding="utf-8")
    ended = pytester.runpytest_subprocess(*PLAIN)
    ended.assert_outcomes(errors=len(WRONG))
    ended.stdout.fnmatch_lines([says for _, says in WRONG])
    assert "Traceback" not in ended.stdout.str()


def test_the_plugin_can_be_left_out(pytester: Pytester) -> None:
    pytester.path.joinpath("s3.doorward.yaml").write_text(FILE, encoding="utf-8")
    ended = pytester.runpytest_subprocess(*PLAIN, "-p", "no:doorward")
    assert ended.ret == pytest.ExitCode.NO_TESTS_COLLECTED


def test_a_run_without_such_files_imports_nothing_of_doorward_but_the_plugin(
    pytester: Pytester,
) -> None:
    """Every run of every user pays for what is imported here."""
    pytester.makepyfile(
        """
        import sys

        def test_what_is_imported():
            ours = {name for name in sys.modules if name.split(".")[0] == "doorward"}
            assert ours == {"doorward", "doorward.pytest_plugin"}
            assert "yaml" not in sys.modules and "msgspec" not in sys.modules
        """
    )
    pytester.runpytest_subprocess(*PLAIN).assert_outcomes(passed=1)
