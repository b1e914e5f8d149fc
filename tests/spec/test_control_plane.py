"""The lines about IAM and STS name tests that are there; its tables are as listed."""

from __future__ import annotations

import ast
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from doorward.control.quotas import QUOTAS as HELD
from doorward.wire.faults import WireError, fault
from doorward.wire.models import operation
from doorward.wire.validate import check
from tests.spec.control_plane import CODES, CONSTRAINTS, QUOTAS, SECTIONS, Constraint, Line
from tests.wire import botocore_side

ROOT = Path(__file__).parents[2]
LINES = [line for lines in SECTIONS.values() for line in lines]


@cache
def functions(file: str) -> frozenset[str]:
    """Return the names of the test functions of a file."""
    tree = ast.parse((ROOT / file).read_text("utf-8"))
    return frozenset(
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    )


@pytest.mark.parametrize("line", LINES, ids=lambda line: line.what[:40])
def test_a_line_is_shown_by_tests_that_are_there(line: Line) -> None:
    assert bool(line.tests) != bool(line.absent)
    assert line.what
    assert line.source
    for each in line.tests:
        file, _, name = each.partition("::")
        assert name in functions(file), each


def test_no_line_stands_twice_and_every_section_is_there() -> None:
    assert list(SECTIONS) == [
        "The probe", "Identifiers", "Constraints and quotas", "Errors", "Semantics", "EC2",
    ]  # fmt: skip
    times = Counter(line.what for line in LINES)
    assert max(times.values()) == 1
    assert len(SECTIONS["The probe"]) == 15


@pytest.mark.parametrize(
    ("service", "code", "status"),
    [(service, *row) for service, codes in CODES.items() for row in codes.items()],
)
def test_a_code_has_its_status(service: str, code: str, status: int) -> None:
    assert fault(service, code, "").status == status


LATER = {
    "AccountNotManagementOrDelegatedAdministratorException",
    "CallerIsNotManagementAccountException",
    "NameConflict",
    "OrganizationNotFoundException",
    "OrganizationNotInAllFeaturesModeException",
    "RoleModified",
    "RoleTemplateDisabled",
    "ServiceAccessNotEnabledException",
}
"""Codes of IAM's operations about an organization's root users and about delegation alone."""


def test_every_code_of_iam_is_listed() -> None:
    modelled = {
        shape.metadata.get("error", {}).get("code", shape.name)
        for shape in botocore_side.service_model("iam").error_shapes
    }
    assert modelled == {*CODES["iam"], *LATER}


@pytest.mark.parametrize(
    "row", CONSTRAINTS, ids=lambda row: f"{row.service}-{row.operation}-{row.member}"
)
def test_a_constraint_is_as_listed_and_bites(row: Constraint) -> None:
    members = botocore_side.service_model(row.service).operation_model(row.operation)
    metadata = members.input_shape.members[row.member].metadata
    assert (metadata.get("min"), metadata.get("max")) == (row.least, row.most)
    with pytest.raises(WireError) as refused:
        check(operation(row.service, row.operation), {row.member: row.wrong})
    said = refused.value.fault
    named = row.member[0].lower() + row.member[1:]
    if row.member.startswith("SAML"):
        named = "sAML" + row.member[4:]
    assert (said.code, said.status) == ("ValidationError", 400)
    assert f"at '{named}'" in said.message


def test_quotas_are_as_listed() -> None:
    """IAM User Guide, "IAM and AWS STS quotas"."""
    assert {name: HELD[name] for name in QUOTAS} == dict(QUOTAS)
