"""Every operation of every served service, with botocore on the other side of the wire.

A few examples each; ``python3 dev.py wire --examples N`` tries as many as one likes.
"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings

from doorward.wire import codec
from doorward.wire.models import Operation, operation
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


def _adding(right: Any) -> Any:
    """A reader that finds what was not said."""
    return lambda *given: {**right(*given), "Path": "/"}


def _forgetful(right: Any) -> Any:
    """A writer that leaves a member out."""

    def write(found: Operation, result: dict[str, Any], request_id: str) -> Any:
        user = {name: value for name, value in result.get("User", {}).items() if name != "Arn"}
        return right(found, {**result, "User": user}, request_id)

    return write


@pytest.mark.parametrize(
    ("law", "side", "wrong"),
    [(LAWS[0], "parse", _adding), (LAWS[1], "serialize", _forgetful)],
    ids=("requests", "replies"),
)
def test_a_codec_that_errs_would_be_seen(
    monkeypatch: pytest.MonkeyPatch, law: Any, side: str, wrong: Any
) -> None:
    monkeypatch.setattr(codec, side, wrong(getattr(codec, side)))
    with pytest.raises(AssertionError):
        settings(FEW, max_examples=30)(law(operation("iam", "CreateUser")))()
