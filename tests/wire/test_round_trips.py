"""Every operation of every served service, with botocore on the other side of the wire."""

from __future__ import annotations

import random
from typing import Any

import pytest

from doorward.wire import codec
from doorward.wire.models import SERVED, Operation, service
from doorward.wire.route import route
from tests.wire import botocore_side, generated

SEEDS = range(3)
OPERATIONS = [
    pytest.param(operation, id=f"{name}:{operation.name}")
    for name in SERVED
    for operation in service(name).operations.values()
]


def _generated(operation: Operation, role: str, seed: int) -> Any:
    rng = random.Random(f"{operation.service}:{operation.name}:{role}:{seed}")
    shape = operation.input if role == "input" else operation.output
    return generated.value(shape, operation.shapes, rng) if shape else {}


def _sent(value: Any) -> Any:
    """What a client can say: an empty structure cannot be told from an absent one in a form."""
    if isinstance(value, dict):
        inner = {key: _sent(item) for key, item in value.items()}
        return {key: item for key, item in inner.items() if item != {}}
    return [_sent(item) for item in value] if isinstance(value, list) else value


@pytest.mark.parametrize("operation", OPERATIONS)
def test_requests_by_botocore_are_read_as_meant(operation: Operation) -> None:
    for seed in SEEDS:
        params = _generated(operation, "input", seed)
        if operation.protocol == "query":
            params = _sent(params)
        request = botocore_side.request(operation.service, operation.name, params)
        found = route(request)
        assert found.operation is operation
        assert codec.parse(operation, request) == params


@pytest.mark.parametrize("operation", OPERATIONS)
def test_replies_are_read_by_botocore_as_meant(operation: Operation) -> None:
    for seed in SEEDS:
        result = _generated(operation, "output", seed)
        response = codec.serialize(operation, result, f"id-{seed}")
        parsed = botocore_side.parse(operation.service, operation.name, response)
        metadata = parsed.pop("ResponseMetadata")
        assert parsed == result
        assert (metadata["HTTPStatusCode"], metadata["RequestId"]) == (200, f"id-{seed}")
