"""The condition keys that documents read, as they are spelt.

Provenance: the first row is an example of the AWS CLI's own pages, with the answer printed there
(`get-context-keys-for-custom-policy`); the others follow from rules V1 to V4 and C15.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from doorward.engine.compile import compile_document
from doorward.policy.context_keys import keys_of
from doorward.policy.folding import fold
from doorward.policy.parse import parse_or_raise

AWS_EXAMPLE = (
    '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"dynamodb:*","Resource":'
    '"arn:aws:dynamodb:us-west-2:123456789012:table/${aws:username}","Condition":'
    '{"DateGreaterThan":{"aws:CurrentTime":"2015-08-16T12:00:00Z"}}}}'
)


def written(resource: str, *conditions: Any, version: str = "2012-10-17") -> str:
    statements = [
        {"Effect": "Allow", "Action": "*", "Resource": resource, "Condition": each}
        for each in conditions or ({},)
    ]
    return json.dumps({"Version": version, "Statement": statements})


ROWS: list[tuple[str, tuple[str, ...]]] = [
    (AWS_EXAMPLE, ("aws:username", "aws:CurrentTime")),
    (written("*"), ()),
    # Escapes and malformed variables are no keys; one with a default is.
    (written("*/${*}${$}${aws:userid, 'none'}${aws:x,bad}"), ("aws:userid",)),
    (written("*/${aws:a}/${AWS:A}/${aws:b}"), ("aws:a", "aws:b")),
    # The first spelling is told.
    (
        written("*", {"Null": {"App:Key": "true"}}, {"Bool": {"app:key": "true"}}),
        ("App:Key",),
    ),
    (written("*", {"StringLike": {"app:A": ["x", "${app:B}"]}}), ("app:A", "app:B")),
    (written("*", {"StringEquals": {"aws:RequestTag/a": "${aws:PrincipalTag/a}"}}),
     ("aws:RequestTag/a", "aws:PrincipalTag/a")),
    # Before 2012-10-17 there are no variables.
    (written("*/${aws:a}", {"Null": {"app:A": "true"}}, version="2008-10-17"), ("app:A",)),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), ROWS)
def test_the_keys_that_a_document_reads(text: str, expected: tuple[str, ...]) -> None:
    document = parse_or_raise(text)
    assert keys_of(document) == expected
    reads = [key for each in compile_document(document).statements for key in each.reads]
    assert {*reads} == {fold(key) for key in expected}
