"""Each operation is compiled once: a request is never held against the model itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest
from msgspec import structs

from doorward.wire import codec, patterns, validate
from doorward.wire.models import Operation, Shape
from tests.wire import botocore_side, violations
from tests.wire.round_trips import OPERATIONS


class Counted(Mapping[str, Shape]):
    """The shapes of a model, and how often one was looked at."""

    def __init__(self, shapes: Mapping[str, Shape]) -> None:
        self.shapes = shapes
        self.looked = 0

    def __getitem__(self, name: str) -> Shape:
        self.looked += 1
        return self.shapes[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.shapes)

    def __len__(self) -> int:
        return len(self.shapes)


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda each: f"{each.service}:{each.name}")
def test_the_second_call_looks_at_no_shape(operation: Operation) -> None:
    call = dict(violations.minimal_call(operation))
    request = botocore_side.request(operation.service, operation.name, call)
    members = operation.output.members if operation.output else ()
    result = {each.name: violations.smallest(operation, operation.shape(each)) for each in members}
    shapes = Counted(operation.shapes)
    fresh = structs.replace(operation, shapes=shapes)
    looked = []
    for _ in range(2):
        shapes.looked = 0
        validate.check(fresh, codec.parse(fresh, request))
        codec.serialize(fresh, result, "id")
        looked.append(shapes.looked)
    assert (looked[0] > 0, looked[1]) == (bool(operation.members or members), 0)


def test_an_operation_that_is_prepared_makes_no_pattern_when_it_is_called() -> None:
    """A pattern of Unicode's letters takes a tenth of a second: the first caller would wait."""
    validate.prepare(OPERATIONS)
    before = patterns.compiled.cache_info().misses
    for operation in OPERATIONS:
        validate.check(operation, violations.minimal_call(operation))
    assert patterns.compiled.cache_info().misses == before
