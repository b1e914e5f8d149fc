"""Every operation of every served service, with botocore on the other side of the wire.

A few examples each; ``python3 dev.py wire --examples N`` tries as many as one likes.
"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings

from doorward.wire.models import Operation
from tests.wire.round_trips import LAWS, OPERATIONS

FEW = settings(
    max_examples=4,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate],
)


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.__name__)
@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda each: f"{each.service}:{each.name}")
def test_both_sides_understand_each_other(operation: Operation, law: Any) -> None:
    FEW(law(operation))()
