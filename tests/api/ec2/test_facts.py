"""What DescribeRegions must be allowed to do, held against AWS's own table.

Provenance: Service Authorization Reference, "Actions, resources, and condition keys for Amazon
EC2": no resource type, the key ec2:Region.
"""

from __future__ import annotations

from typing import Any

import pytest

from doorward.model.snapshot import Snapshot
from doorward.policy.catalog.reference import action
from tests.api.asking import ACCOUNT, Asked, asked, context, operations

HELD = Snapshot.of([], {})
ROWS: list[tuple[str, dict[str, Any], str, set[str]]] = [
    ("DescribeRegions", {}, "*", {"ec2:Region"}),
    ("DescribeRegions", {"region_names": ["eu-west-1"]}, "*", {"ec2:Region"}),
]


def test_every_operation_has_a_row() -> None:
    assert {row[0] for row in ROWS} == operations("ec2")


@pytest.mark.parametrize(("name", "parameters", "arn", "keys"), ROWS)
def test_what_is_asked(name: str, parameters: dict[str, Any], arn: str, keys: set[str]) -> None:
    listed = action(f"ec2:{name}")
    assert listed is not None
    assert (listed.resources, set(listed.condition_keys)) == ((), keys)
    found = asked(HELD, "ec2", name, parameters)
    assert found == (Asked(f"ec2:{name}", arn, ACCOUNT, frozenset(keys)),)
    assert context(HELD, "ec2", name, parameters) == {"ec2:Region": "us-east-1"}
