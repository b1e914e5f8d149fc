"""Values to try for a key that a request does not carry (``policy.conditions.samples``).

Exact, because the answers that show them (``dependsOn``) are public; and by the operators
themselves: the first sample is equal, and the samples tell a Deny's condition from its opposite.
"""

from __future__ import annotations

import pytest

from doorward.policy.conditions import OPERATORS
from doorward.policy.conditions.samples import OTHER, samples
from tests.policy.test_conditions import holds

NO_ARN = f"arn:aws:{OTHER}:::{OTHER}"
NO_ADDRESS = ("192.0.2.1", "2001:db8::1")  # RFC 5737, RFC 3849

ROWS: list[tuple[str, str, tuple[str, ...]]] = [
    ("StringEquals", "a*", ("a*", OTHER)),
    ("StringNotEquals", "a", ("a", OTHER)),
    ("StringEqualsIgnoreCase", "a?", ("a?", OTHER)),
    ("StringLike", "a*b?*c?", ("abxcx", OTHER)),
    ("StringNotLike", "*", ("", OTHER)),
    ("ForAllValues:StringLikeIfExists", "*a", ("a", OTHER)),
    ("ForAnyValue:StringEquals", "a", ("a", OTHER)),
    ("BinaryEquals", "YQ==", ("YQ==", OTHER)),
    ("ArnEquals", "arn:aws:s3:::b", ("arn:aws:s3:::b", NO_ARN)),
    ("ArnLike", "arn:aws:s3:::*/?", ("arn:aws:s3:::x/x", NO_ARN)),
    ("ARNNOTLIKE", "*?", ("xx", NO_ARN)),
    ("NumericEquals", "1.50", ("1.50", "0.50", "2.50")),
    ("NumericLessThan", "5", ("5", "4", "6")),
    ("numericGreaterThanIfExists", "-1000", ("-1000", "-1001", "-999")),
    ("NumericNotEquals", "five", ("0",)),
    (
        "DateGreaterThan",
        "2026-01-01T00:00:00Z",
        ("2026-01-01T00:00:00Z", "1767225599", "1767225601"),
    ),
    ("DateEquals", "soon", ("0",)),
    ("Bool", "true", ("true", "false")),
    ("BoolIfExists", "false", ("true", "false")),
    ("Null", "true", (OTHER,)),
    ("IpAddress", "10.0.0.0/8", ("10.0.0.0", *NO_ADDRESS)),
    ("NotIpAddress", "2001:db8:1::/48", ("2001:db8:1::", *NO_ADDRESS)),
    ("NotIpAddress", "everywhere", NO_ADDRESS),
    ("NobodyKnows", "a", ("a", OTHER)),
]


@pytest.mark.parametrize(("operator", "value", "expected"), ROWS)
def test_the_samples_of(operator: str, value: str, expected: tuple[str, ...]) -> None:
    assert samples(operator, value) == expected


WRITTEN = {
    "String": "a*b?",
    "Arn": "arn:aws:s3:::b/*",
    "Numeric": "5",
    "Date": "2026-01-01T00:00:00Z",
    "Bool": "true",
    "Binary": "YQ==",
    "Ip": "10.0.0.0/8",
    "NotIp": "10.0.0.0/8",
}
"""A value for every family of operators that compare."""


@pytest.mark.parametrize("name", [row.name for row in OPERATORS.values() if row.name != "Null"])
def test_of_the_samples_one_meets_the_operator_and_one_does_not(name: str) -> None:
    value = next(text for family, text in WRITTEN.items() if name.startswith(family))
    # A variable would have no value here: the text is meant as it stands.
    met = [holds(name, each, value, variables=False) for each in samples(name, value)]
    assert {True, False} == set(met)
