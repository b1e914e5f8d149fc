"""Documents are refused in the words of AWS, and of several faults the right one is named."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable

import pytest

from doorward.control import documents
from doorward.control.errors import ControlError
from doorward.policy.catalog import aws_managed_policies, managed_policy_text
from doorward.policy.kind import PolicyKind
from tests.control.document_rows import (
    KEPT,
    LEGACY,
    PRECEDENCE,
    SINGLE,
    SYNTAX,
    Fault,
    Policy,
    sound,
)

MALFORMED = "MalformedPolicyDocument"


def said(text: str, *, managed: bool = True) -> str | None:
    """Return what is said to a document, ``None`` when it is taken."""
    try:
        documents.identity(text, managed=managed)
    except ControlError as error:
        return error.message if error.code == MALFORMED else error.code
    return None


def with_faults(*faults: Fault) -> str:
    policy = sound()
    for fault in faults:
        fault.make(policy)
    return json.dumps(policy)


def test_the_sound_document_is_taken() -> None:
    assert said(with_faults()) is None


@pytest.mark.parametrize("fault", [*PRECEDENCE, *SINGLE], ids=lambda fault: fault.name)
def test_a_fault_is_named(fault: Fault) -> None:
    """``fault.source`` says where the text is recorded."""
    assert said(with_faults(fault)) == fault.text
    inline = said(with_faults(fault), managed=False)
    assert inline == (None if fault.of_managed else fault.text)


@pytest.mark.parametrize(
    ("first", "second"),
    list(itertools.combinations(PRECEDENCE, 2)),
    ids=lambda fault: fault.name,
)
def test_of_two_faults_the_first_is_named(first: Fault, second: Fault) -> None:
    assert said(with_faults(first, second)) == first.text
    assert said(with_faults(second, first)) == first.text
    inline = second if first.of_managed else first
    assert said(with_faults(first, second), managed=False) == inline.text


@pytest.mark.parametrize("row", KEPT, ids=lambda row: row[0])
def test_what_aws_takes_is_taken(row: tuple[str, Callable[[Policy], None]]) -> None:
    """IAM User Guide, "Grammar of the IAM JSON policy language", and the sources of the rows."""
    policy = sound()
    row[1](policy)
    assert said(json.dumps(policy)) is None


def test_aws_takes_its_own_policies() -> None:
    """A sample of those that are no longer than the API takes a text."""
    texts = [managed_policy_text(each.arn) for each in aws_managed_policies()[::12]]
    own = [text for text in texts if text and len(text) <= 131_072 and '"Principal"' not in text]
    assert len(own) > 100
    assert [text for text in own if said(text) is not None] == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", SYNTAX),
        ("{", SYNTAX),
        ("[]", SYNTAX),
        ("{}", SYNTAX),
        ("null", SYNTAX),
        ('"text"', SYNTAX),
        (json.dumps(sound()) + "}", SYNTAX),
        (json.dumps(sound())[:-1] + ",}", SYNTAX),
        (json.dumps(sound()).replace('"First"', "'First'"), SYNTAX),
        (json.dumps(sound()).replace('"Sid": "First"', '"Sid": "A", "Sid": "B"'), SYNTAX),
        ("\n" + json.dumps(sound()), LEGACY),
        ("  " + json.dumps(sound()), LEGACY),
        ("\n" + with_faults(PRECEDENCE[0]), SYNTAX),
        (json.dumps(sound()) + "\n", None),
    ],
)
def test_the_text_itself(text: str, expected: str | None) -> None:
    """Leading space: dan-v/awslambdaproxy pull request 3 ("Removing the empty line").

    ``null``: 99designs/iamy issue 74.
    """
    assert said(text) == expected


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        (PolicyKind.TRUST, "{", "This policy contains invalid Json"),
        (PolicyKind.SESSION, "{", "This policy contains invalid Json"),
        (PolicyKind.TRUST, "\n {", "This policy contains invalid Json"),
        (PolicyKind.SESSION, "\n" + json.dumps(sound()), None),
    ],
)
def test_other_kinds(kind: PolicyKind, text: str, expected: str | None) -> None:
    """Invalid JSON after a line feed: localstack pull request 8453, recorded from AWS."""
    if expected is None:
        assert documents.written(text, kind).source == text
        return
    with pytest.raises(ControlError) as caught:
        documents.written(text, kind)
    assert (caught.value.code, caught.value.message) == (MALFORMED, expected)
