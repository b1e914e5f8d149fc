"""Condition operators, rule by rule (``docs/reference/evaluation.md``)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doorward.engine.context import Provenance, build
from doorward.policy.conditions import OPERATORS, compile_condition
from doorward.policy.document import Condition, Span, Text

SPAN = Span(0, 0)
KEY = "app:Key"
Given = str | tuple[str, ...] | None


def condition(operator: str, *values: str, key: str = KEY) -> Condition:
    return Condition(
        Text(operator, "", SPAN),
        Text(key, "", SPAN),
        tuple(Text(value, "", SPAN) for value in values),
        "",
        SPAN,
    )


def holds(operator: str, given: Given, *values: str, variables: bool = True) -> bool:
    check = compile_condition(condition(operator, *values), variables=variables)
    assert check is not None
    context: dict[str, str | tuple[str, ...]] = {
        "app:Name": "n*m",
        "app:List": ("n",),
        "app:Flag": "true",
        "app:Arn": "arn:aws:iam::1:user/n*m",
        "app:Pair": "1:user/x",
    }
    if given is not None:
        context[KEY] = given
    return check(build(context, Provenance.GIVEN))


ROWS = [
    # C1: values are alternatives for a positive operator, all excluded for a negated one.
    ("C1", "StringEquals", "b", ("a", "b"), True),
    ("C1", "StringNotEquals", "b", ("a", "b"), False),
    ("C1", "StringNotEquals", "c", ("a", "b"), True),
    # C1: so do long lists, which are looked at at once.
    ("C1", "StringEquals", "g", tuple("abcdefgh"), True),
    ("C1", "StringEquals", "z", tuple("abcdefgh"), False),
    ("C1", "StringNotEquals", "g", tuple("abcdefgh"), False),
    ("C1", "StringNotEquals", "z", tuple("abcdefgh"), True),
    ("C1", "StringEquals", "n*m", (*"abcdefg", "${app:Name}"), True),
    ("C1", "StringEquals", "nxm", (*"abcdefg", "${app:Name}"), False),
    ("C1", "StringNotEquals", "n*m", (*"abcdefg", "${app:Name}"), False),
    ("C1", "StringNotEquals", "z", (*"abcdefg", "${app:None}"), True),
    ("C1", "StringEquals", "z", (*"abcdefg", "?"), False),
    ("C1", "StringLike", "xg", ("a*", "b*", "c*", "d*", "e*", "f*", "?g", "h*"), True),
    ("C1", "StringLike", "xz", ("a*", "b*", "c*", "d*", "e*", "f*", "?g", "h*"), False),
    ("C1", "StringNotLike", "xg", ("a*", "b*", "c*", "d*", "e*", "f*", "?g", "h*"), False),
    ("C1", "StringNotLike", "xz", ("a*", "b*", "c*", "d*", "e*", "f*", "?g", "h*"), True),
    # C2: any case.
    ("C2", "stringEQUALS", "a", ("a",), True),
    ("C2", "FORALLVALUES:stringequalsIFEXISTS", ("a",), ("a",), True),
    # C3: without the key.
    ("C3", "StringEquals", None, ("a",), False),
    ("C3", "StringNotEquals", None, ("a",), True),
    ("C3", "StringEqualsIfExists", None, ("a",), True),
    ("C3", "StringNotEqualsIfExists", None, ("a",), True),
    ("C3", "StringEqualsIfExists", "b", ("a",), False),
    ("C3", "ForAllValues:StringEquals", None, ("a",), True),
    ("C3", "ForAnyValue:StringEquals", None, ("a",), False),
    ("C3", "ForAnyValue:StringNotEquals", None, ("a",), False),
    ("C3", "ForAnyValue:StringEqualsIfExists", None, ("a",), True),
    # C4: Null.
    ("C4", "Null", None, ("true",), True),
    ("C4", "Null", None, ("false",), False),
    ("C4", "Null", "a", ("true",), False),
    ("C4", "Null", "a", ("FALSE",), True),
    ("C4", "Null", (), ("true",), False),
    ("C4", "Null", (), ("false",), False),
    ("C4", "Null", "", ("false",), False),
    ("C4", "Null", ("", "a"), ("false",), True),
    ("C4", "Null", "a", ("yes",), False),
    ("C4", "Null", None, ("false", "true"), True),
    # C5, C6: sets.
    ("C5", "ForAllValues:StringEquals", ("a", "b"), ("a", "b", "c"), True),
    ("C5", "ForAllValues:StringEquals", ("a", "d"), ("a", "b"), False),
    ("C5", "ForAllValues:StringNotEquals", ("c", "d"), ("a", "b"), True),
    ("C5", "ForAllValues:StringNotEquals", ("c", "a"), ("a", "b"), False),
    ("C5", "ForAllValues:StringEquals", (), ("a",), True),
    ("C5", "ForAllValues:StringEquals", ("",), ("a",), True),
    ("C5", "ForAllValues:StringEquals", ("", "b"), ("a",), False),
    ("C6", "ForAnyValue:StringEquals", ("z", "a"), ("a",), True),
    ("C6", "ForAnyValue:StringEquals", ("z",), ("a",), False),
    ("C6", "ForAnyValue:StringNotEquals", ("a", "z"), ("a",), True),
    ("C6", "ForAnyValue:StringNotEquals", ("a",), ("a",), False),
    ("C6", "ForAnyValue:StringLike", (), ("*",), False),
    ("C6", "ForAnyValue:StringLike", ("",), ("*",), False),
    # C7: several values under a plain operator never match; one value is a set of one.
    ("C7", "StringEquals", ("a",), ("a",), False),
    ("C7", "StringNotEquals", ("b",), ("a",), False),
    ("C7", "StringEqualsIfExists", ("a",), ("a",), False),
    ("C7", "ForAllValues:StringEquals", "a", ("a",), True),
    ("C7", "ForAnyValue:StringEquals", "a", ("a",), True),
    # C8: strings.
    ("C8", "StringEquals", "a", ("A",), False),
    ("C8", "StringEquals", "ab", ("a*",), False),
    ("C8", "StringEquals", "a*", ("a*",), True),
    ("C8", "StringEqualsIgnoreCase", "aB", ("Ab",), True),
    ("C8", "StringEqualsIgnoreCase", "ÉA", ("éa",), True),
    ("C8", "StringEqualsIgnoreCase", "ß", ("ss",), False),
    ("C8", "StringEqualsIgnoreCase", "e\N{COMBINING ACUTE ACCENT}", ("é",), False),
    ("C8", "StringNotEqualsIgnoreCase", "a", ("A",), False),
    ("C8", "StringNotEqualsIgnoreCase", "b", ("A",), True),
    ("C8", "StringLike", "abc", ("a?c",), True),
    ("C8", "StringLike", "abc", ("A*",), False),
    ("C8", "StringNotLike", "abc", ("a*", "b*"), False),
    ("C8", "StringNotLike", "xbc", ("a*", "b*"), True),
    # V5, V6: variables in values.
    ("V5", "StringEquals", "n*m", ("${app:Name}",), True),
    ("V5", "StringEquals", "an*mz", ("a${app:Name}z",), True),
    ("V5", "StringEqualsIgnoreCase", "AN*MZ", ("a${app:Name}z",), True),
    ("V5", "StringLike", "n*m", ("${app:Name}",), True),
    ("V5", "StringLike", "nxm", ("${app:Name}",), False),
    ("V5", "StringLike", "a*", ("a${*}",), True),
    ("V5", "StringLike", "ab", ("a${*}",), False),
    ("V5", "StringEqualsIgnoreCase", "N*M", ("${app:Name}",), True),
    ("V6", "StringEquals", "a", ("${app:No}",), False),
    ("V6", "StringLike", "a", ("${app:No}",), False),
    ("V6", "StringEqualsIgnoreCase", "a", ("${app:No}",), False),
    ("V6", "StringNotEquals", "a", ("${app:No}",), True),
    ("V6", "StringNotLike", "a", ("${app:No}",), True),
    ("V6", "StringNotLike", "a", ("${app:No}", "a"), False),
    ("V6", "ArnNotLike", "arn:aws:s3:::b", ("arn:aws:s3:::${app:No}",), True),
    ("V6", "ArnNotLike", "arn:aws:s3:::b", ("${app:No}",), True),
    ("V6", "ArnNotLike", "arn:aws:s3", ("${app:No}",), False),
    ("V6", "ArnLike", "arn:aws:s3:::b", ("arn:aws:s3:::${app:No}",), False),
    ("V3", "StringEquals", "n", ("${app:List}",), False),
    ("V2", "NumericEquals", "1", ("${app:Name, '1'}",), False),
    ("V2", "Bool", "true", ("${app:Flag}",), True),
    ("V2", "Bool", "true", ("${app:No}",), False),
    ("V2", "Bool", "true", ("t${app:No, 'ru'}e",), True),
    # C9: numbers.
    ("C9", "NumericEquals", "10", ("10.0",), True),
    ("C9", "NumericEquals", "+10", ("10",), True),
    ("C9", "NumericEquals", "-0.5", ("-0.50",), True),
    ("C9", "NumericEquals", "10abc", ("10",), False),
    ("C9", "NumericNotEquals", "10abc", ("10",), False),
    ("C9", "NumericNotEquals", "10", ("10abc",), False),
    ("C9", "NumericNotEquals", "10", ("11",), True),
    ("C9", "NumericEquals", "1e3", ("1000",), False),
    ("C9", "NumericEquals", "1", ("१",), False),
    ("C9", "NumericEquals", ".5", ("0.5",), False),
    ("C9", "NumericEquals", "5.", ("5",), False),
    ("C9", "NumericEquals", " 5", ("5",), False),
    ("C9", "NumericEquals", "5\n", ("5",), False),
    ("C9", "NumericLessThan", "9", ("10",), True),
    ("C9", "NumericLessThan", "10", ("10",), False),
    ("C9", "NumericLessThanEquals", "10", ("10",), True),
    ("C9", "NumericGreaterThan", "0.10000000000000000001", ("0.1",), True),
    ("C9", "NumericGreaterThanEquals", "9.99", ("10",), False),
    ("C9", "NumericEquals", "1" * 5000, ("1" * 5000,), True),
    ("C9", "NumericLessThanEquals", "10.1", ("10",), False),
    ("C9", "NumericGreaterThan", "10", ("10",), False),
    ("C9", "NumericGreaterThanEquals", "10", ("10",), True),
    # C10: dates.
    ("C10", "DateLessThan", "2024-01-01", ("2024-01-01",), False),
    ("C10", "DateLessThanEquals", "2024-01-02", ("2024-01-01",), False),
    ("C10", "DateGreaterThan", "2024-01-01", ("2024-01-01",), False),
    ("C10", "DateGreaterThanEquals", "2024-01-01", ("2024-01-01",), True),
    ("C10", "DateEquals", "2024-01-01", ("2024-01-01T00:00:00Z",), True),
    ("C10", "DateEquals", "2024-01-01T01:00:00+01:00", ("2024-01-01",), True),
    ("C10", "DateEquals", "2023-12-31T23:30Z", ("2024-01-01T01:00+01:30",), True),
    ("C10", "DateEquals", "2023-12-31T19:00:00-05:00", ("2024-01-01",), True),
    ("C10", "DateEquals", "1704067200", ("2024-01-01T00:00:00Z",), True),
    ("C10", "DateGreaterThan", "1798761600", ("2024-01-01T00:00:00Z",), True),
    ("C10", "DateGreaterThan", "2024-01-01T00:00:00.001Z", ("2024-01-01",), True),
    ("C10", "DateLessThan", "1969-12-31", ("0",), True),
    ("C10", "DateLessThanEquals", "2024-01-01", ("2024-01-01",), True),
    ("C10", "DateGreaterThanEquals", "2024-01-01", ("2024-01-02",), False),
    ("C10", "DateEquals", "2024-01-01T00:01:30Z", ("1704067290",), True),
    ("C10", "DateLessThan", "2024-01-01T00:00:29Z", ("2024-01-01T00:00:30Z",), True),
    ("C10", "DateNotEquals", "2024-01-02", ("2024-01-01",), True),
    ("C10", "DateNotEquals", "yesterday", ("2024-01-01",), False),
    ("C10", "DateEquals", "2024-02-30", ("2024-02-30",), False),
    ("C10", "DateEquals", "2024-01-01T00:00:00", ("2024-01-01",), False),
    ("C10", "DateEquals", "2024-01-01T25:00:00Z", ("2024-01-01T25:00:00Z",), False),
    ("C10", "DateEquals", "2024-01-01T00:00+99:00", ("2024-01-01T00:00+99:00",), False),
    ("C10", "NumericGreaterThan", "1704067200", ("1704067199",), True),
    # C11: booleans.
    ("C11", "Bool", "TRUE", ("true",), True),
    ("C11", "Bool", "false", ("true",), False),
    ("C11", "Bool", "false", ("False",), True),
    ("C11", "Bool", "1", ("true",), False),
    ("C11", "Bool", "yes", ("yes",), False),
    ("C11", "BoolIfExists", None, ("true",), True),
    # C12: bytes.
    ("C12", "BinaryEquals", "QmluYXJ5", ("QmluYXJ5",), True),
    ("C12", "BinaryEquals", "AA==", ("AB==",), True),
    ("C12", "BinaryEquals", "QmluYXJ5", ("QmluYXJ=",), False),
    ("C12", "BinaryEquals", "not base64", ("not base64",), False),
    ("C12", "BinaryEquals", "QmluYXJ5", ("Qmlu!YXJ5",), False),
    ("C12", "BinaryEquals", "Qmlu YXJ5", ("QmluYXJ5",), False),
    ("C12", "BinaryEquals", "é", ("é",), False),
    # C13: addresses.
    ("C13", "IpAddress", "203.0.113.7", ("203.0.113.0/24",), True),
    ("C13", "IpAddress", "203.0.114.7", ("203.0.113.0/24",), False),
    ("C13", "IpAddress", "203.0.113.7", ("203.0.113.9/24",), True),
    ("C13", "IpAddress", "203.0.113.7", ("203.0.113.7",), True),
    ("C13", "NotIpAddress", "203.0.114.7", ("203.0.113.0/24", "10.0.0.0/8"), True),
    ("C13", "NotIpAddress", "10.1.1.1", ("203.0.113.0/24", "10.0.0.0/8"), False),
    ("C13", "IpAddress", "2001:db8::1", ("2001:0DB8:0:0:0:0:0:1",), True),
    ("C13", "IpAddress", "2001:db8::1", ("2001:db8::/32",), True),
    ("C13", "IpAddress", "2001:db8::1", ("0.0.0.0/0",), False),
    ("C13", "NotIpAddress", "2001:db8::1", ("0.0.0.0/0",), True),
    ("C13", "IpAddress", "::ffff:10.0.0.1", ("10.0.0.0/8",), False),
    ("C13", "IpAddress", "10.0.0.1", ("::/0",), False),
    ("C13", "IpAddress", "10.0.0.256", ("0.0.0.0/0",), False),
    ("C13", "NotIpAddress", "10.0.0.256", ("0.0.0.0/0",), False),
    ("C13", "NotIpAddress", "10.0.0.1", ("10.0.0.0/33",), False),
    ("C13", "IpAddress", "10.0.0.1", ("10.0.0.0/255.0.0.0",), False),
    ("C13", "IpAddress", "10.0.0.0/24", ("10.0.0.0/8",), False),
    ("C13", "IpAddress", "fe80::1%eth0", ("fe80::/10",), False),
    # C14: ARNs.
    ("C14", "ArnLike", "arn:aws:s3:::b/k", ("arn:aws:s3:::b/*",), True),
    ("C14", "ArnEquals", "arn:aws:s3:::b/k", ("arn:aws:s3:::b/*",), True),
    ("C14", "ArnEquals", "arn:aws:s3:::b/k", ("arn:aws:s3:::b",), False),
    ("C14", "ArnNotEquals", "arn:aws:s3:::b/k", ("arn:aws:s3:::b/*",), False),
    ("C14", "ArnLike", "arn:aws:sns:r:1:a:b", ("arn:aws:sns:*:*:a:?",), True),
    ("C14", "ArnLike", "arn:aws:sns:r:1:t", ("arn:aws:*:t",), False),
    ("C14", "ArnLike", "arn:aws:s3:::B", ("arn:aws:s3:::b",), False),
    ("C14", "ArnLike", "arn:AWS:s3:::b", ("arn:aws:s3:::b",), False),
    ("C14", "ArnNotLike", "arn:aws:s3:::b", ("arn:aws:s3:::b",), False),
    ("C14", "ArnNotEquals", "arn:aws:s3:::c", ("arn:aws:s3:::b",), True),
    ("C14", "ArnNotLike", "arn:aws:s3", ("arn:aws:s3:::b",), False),
    ("C14", "ArnNotLike", "arn:aws:s3:::b", ("arn:aws:s3",), False),
    ("C14", "ArnLike", "arn:aws:s3:::n*m", ("arn:aws:s3:::${app:Name}",), True),
    # C14, V7: the colons of values divide only where the policy's own make no whole ARN.
    ("C14", "ArnEquals", "arn:aws:iam::1:user/n*m", ("${app:Arn}",), True),
    ("C14", "ArnEquals", "arn:aws:iam::1:user/nom", ("${app:Arn}",), False),
    ("C14", "ArnNotEquals", "arn:aws:iam::1:user/n*m", ("${app:Arn}",), False),
    ("C14", "ArnNotEquals", "arn:aws:iam::2:user/n*m", ("${app:Arn}",), True),
    ("C14", "ArnNotLike", "arn:aws:iam::1:user/n*m", ("${app:Arn}*",), False),
    ("C14", "ArnLike", "arn:aws:iam::1:user/x", ("arn:aws:iam::${app:Pair}",), True),
    ("C14", "ArnNotLike", "arn:aws:iam::1:user/x", ("${app:Name}",), False),
    ("C14", "ArnLike", "arn:aws:iam::1:user/x:y", ("arn:aws:iam::${app:Pair}:y",), False),
    ("C14", "StringLike", "arn:aws:sns:r:1:t", ("arn:aws:*:t",), True),
    # C17: a list without values, under set operators and IfExists.
    ("C17", "ForAllValues:StringEquals", None, (), True),
    ("C17", "ForAllValues:StringEquals", ("a",), (), False),
    ("C17", "ForAllValues:StringNotEquals", ("a",), (), False),
    ("C17", "ForAnyValue:StringEquals", None, (), False),
    ("C17", "ForAnyValue:StringEquals", ("a",), (), False),
    ("C17", "ForAnyValue:StringNotEquals", ("a",), (), False),
    ("C17", "StringEqualsIfExists", None, (), True),
    ("C17", "StringEqualsIfExists", "a", (), False),
    ("C17", "StringNotEqualsIfExists", "a", (), False),
]


@pytest.mark.parametrize(("rule", "operator", "value", "values", "expected"), ROWS)
def test_rows(
    rule: str, operator: str, value: Given, values: tuple[str, ...], *, expected: bool
) -> None:
    assert holds(operator, value, *values) is expected, rule


@pytest.mark.parametrize(
    "operator",
    [
        "StringMatches",
        "",
        "IfExists",
        "NullIfExists",
        "ForAllValues:Null",
        "ForAnyValue:",
        "ForSomeValues:StringEquals",
        "ForAllValues:ForAnyValue:StringEquals",
        "StringEqualsIfExistsIfExists",
        "StringEquals ",
        "\N{KELVIN SIGN}Null",
    ],
)
def test_unknown_operators_are_left_to_the_statement(operator: str) -> None:
    assert compile_condition(condition(operator, "a"), variables=True) is None


def test_every_operator_has_rows_for_true_and_false() -> None:
    for name in OPERATORS:
        seen = {row[4] for row in ROWS if row[1].lower() == name}
        assert seen == {True, False}, name


def test_operators_are_spelt_as_by_aws() -> None:
    """IAM User Guide, "IAM JSON policy elements: Condition operators"."""
    texts = ["Equals", "NotEquals", "EqualsIgnoreCase", "NotEqualsIgnoreCase", "Like", "NotLike"]
    order = ["LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals"]
    spelt = {f"String{relation}" for relation in texts}
    for family in ("Numeric", "Date"):
        spelt |= {f"{family}{relation}" for relation in ("Equals", "NotEquals", *order)}
    spelt |= {"Bool", "BinaryEquals", "IpAddress", "NotIpAddress"}
    spelt |= {"ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike"}
    assert {operator.name for operator in OPERATORS.values()} == spelt


def test_keys_meet_in_any_case() -> None:
    check = compile_condition(condition("StringEquals", "a", key="APP:key"), variables=True)
    assert check is not None
    assert check(build({KEY: "a"}, Provenance.GIVEN))


def test_variables_are_text_under_old_versions() -> None:
    assert holds("StringEquals", "${app:Name}", "${app:Name}", variables=False)
    assert not holds("StringEquals", "n*m", "${app:Name}", variables=False)
    assert holds("ArnLike", "arn:aws:s3:::${x}", "arn:aws:s3:::${x}", variables=False)


NEGATED = sorted(name for name, operator in OPERATORS.items() if operator.negated)


@pytest.mark.parametrize("name", NEGATED)
@given(
    value=st.sampled_from(
        ["a", "arn:aws:s3:::b", "arn:aws:s3:::c", "1", "10.0.0.1", "2024-01-01"]
    ),
    values=st.lists(
        st.sampled_from(["a*", "arn:aws:s3:::b", "1", "2", "10.0.0.0/8", "2024-01-01"]),
        min_size=1,
        max_size=3,
    ),
)
def test_a_negated_operator_never_holds_with_its_positive(
    name: str, value: str, values: list[str]
) -> None:
    positive = name.replace("not", "", 1)
    assert positive in OPERATORS
    assert not (holds(name, value, *values) and holds(positive, value, *values))


@pytest.mark.parametrize("operator", ["StringEquals", "StringNotEquals", "Bool", "Null"])
def test_what_a_plain_operator_without_values_means_nobody_can_say(operator: str) -> None:
    """C17: so an Allow with it does not apply, and a Deny does, as under C2."""
    assert compile_condition(condition(operator), variables=True) is None
