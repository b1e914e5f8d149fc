"""What is said on one side of the wire is what the other understands, whatever the operation.

botocore is the other side: its serialisers make the requests, its parsers read the replies.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from doorward.wire import codec
from doorward.wire.models import SERVED, Operation, service
from doorward.wire.route import route
from doorward.wire.validate import validate
from tests.wire import botocore_side, strategies

OPERATIONS = tuple(operation for name in SERVED for operation in service(name).operations.values())


SAYABLE: Mapping[str, Callable[[Any], Any]] = {
    "query": strategies.sayable,
    "ec2": strategies.sayable_to_ec2,
    "json": lambda params: params,
}
"""What of a call's parameters a protocol can say."""


def requests_are_read_as_meant(operation: Operation) -> Any:
    """The law of an operation's requests, as a function that hypothesis runs."""

    @given(
        st.tuples(st.just(True), strategies.inputs(operation, valid=True))
        | st.tuples(st.just(False), strategies.inputs(operation, valid=False))
    )
    def law(drawn: tuple[bool, dict[str, Any]]) -> None:
        valid, params = drawn
        params = SAYABLE[operation.protocol](params)
        request = botocore_side.request(operation.service, operation.name, params)
        assert route(request).operation is operation
        read = codec.parse(operation, request)
        assert read == params
        if valid:
            assert validate(operation, read) == ()

    return law


def replies_are_read_as_meant(operation: Operation) -> Any:
    """The law of an operation's replies, as a function that hypothesis runs."""

    @given(strategies.outputs(operation), st.uuids().map(str))
    def law(result: dict[str, Any], request_id: str) -> None:
        response = codec.serialize(operation, result, request_id)
        parsed = botocore_side.parse(operation.service, operation.name, response)
        metadata = parsed.pop("ResponseMetadata")
        assert parsed == result
        assert (metadata["HTTPStatusCode"], metadata["RequestId"]) == (200, request_id)

    return law


LAWS = (requests_are_read_as_meant, replies_are_read_as_meant)
