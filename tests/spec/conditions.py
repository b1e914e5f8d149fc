"""Conditions: C1 to C17."""

from __future__ import annotations

from doorward.policy.kind import PolicyKind
from tests.engine.build import ALICE, allow, deny, doc
from tests.spec.rows import KEY, SILENT, Json, Row, Section, apply, when, write

OPERATORS = 'IAM User Guide, "IAM JSON policy elements: Condition operators"'
CONDITION = 'IAM User Guide, "IAM JSON policy elements: Condition"'
SEVERAL = 'IAM User Guide, "Conditions with multiple context keys or values"'
MULTIVALUED = 'IAM User Guide, "Multivalued context keys"'
VARIABLES = 'IAM User Guide, "IAM policy elements: Variables and tags"'
KEYS = 'IAM User Guide, "AWS global condition context keys"'
CHECKS = 'IAM User Guide, "IAM policy validation check reference"'
GRAMMAR = 'IAM User Guide, "Grammar of the IAM JSON policy language"'

TWO_KEYS = {"app:One": "1", "app:Two": "2"}


def both(clause: str, name: str, condition: Json, *, holds: bool) -> Row:
    """A condition of several operators or keys, where app:One is 1 and app:Two is 2."""
    return apply(clause, name, allow(Condition=condition), context=TWO_KEYS, holds=holds)


C1 = (
    both("keys: all must hold", "both keys hold",
         {"StringEquals": {"app:One": "1", "app:Two": "2"}}, holds=True),
    both("keys: all must hold", "the first key does not hold",
         {"StringEquals": {"app:One": "x", "app:Two": "2"}}, holds=False),
    both("keys: all must hold", "the second key does not hold",
         {"StringEquals": {"app:One": "1", "app:Two": "x"}}, holds=False),
    both("operators: all must hold", "both operators hold",
         {"StringEquals": {"app:One": "1"}, "NumericEquals": {"app:Two": "2"}}, holds=True),
    both("operators: all must hold", "the first operator does not hold",
         {"StringEquals": {"app:One": "x"}, "NumericEquals": {"app:Two": "2"}}, holds=False),
    both("operators: all must hold", "the second operator does not hold",
         {"StringEquals": {"app:One": "1"}, "NumericEquals": {"app:Two": "3"}}, holds=False),
    apply("operators: all must hold", "a Deny of which one operator holds",
          deny(Condition={"StringEquals": {"app:One": "1"}, "NumericEquals": {"app:Two": "3"}}),
          context=TWO_KEYS, holds=False),
    when("values: one must match", "the second of two values", "StringEquals", ["a", "b"], "b",
         holds=True),
    when("values: one must match", "none of two values", "StringEquals", ["a", "b"], "c",
         holds=False),
    when("negated: none may match", "one of two values, negated", "StringNotEquals", ["a", "b"],
         "b", holds=False),
    when("negated: none may match", "none of two values, negated", "StringNotEquals", ["a", "b"],
         "c", holds=True),
    when("negated: none may match", "one of two blocks, negated", "NotIpAddress",
         ["10.0.0.0/8", "192.0.2.0/24"], "192.0.2.1", holds=False),
)  # fmt: skip

ODD = {"StringMatches": {KEY: "a"}}

C2 = (
    when("operators ignore case when evaluated", "an operator in small letters", "stringequals",
         "a", "a", holds=True),
    when("operators ignore case when evaluated", "an operator in capital letters",
         "FORANYVALUE:STRINGLIKEIFEXISTS", "a", ["a"], holds=True),
    when("operators ignore case when evaluated", "an operator in small letters, another value",
         "stringequals", "a", "b", holds=False),
    when("operators ignore case when evaluated", "Null in small letters", "null", "true", None,
         holds=True),
    write("unknown: refused when written", "an operator of AWS's",
          doc(allow(Action="sqs:*", Condition={"StringEquals": {"aws:username": "a"}})),
          kind=PolicyKind.IDENTITY),
    write("unknown: refused when written", "an unknown operator, to be written",
          doc(allow(Action="sqs:*", Condition=ODD)), "INVALID_CONDITION_OPERATOR",
          kind=PolicyKind.IDENTITY),
    *(
        apply("unknown: its Allow does not apply", f"an Allow under {operator}",
              allow(Condition={operator: {KEY: "a"}}), context={KEY: "a"}, holds=False)
        for operator in ("StringMatches", "NullIfExists", "ForAllValues:Null", "IfExists",
                         "ForSomeValues:StringEquals", "StringEquals ")
    ),
    apply("unknown: its Deny does", "a Deny under an unknown operator", deny(Condition=ODD),
          context={KEY: "b"}, holds=True),
    apply("unknown: its Deny does", "a Deny under an operator that has no values to compare with",
          deny(Condition={"StringEquals": {KEY: []}}), context={KEY: "b"}, holds=True,
          source=SILENT),
    apply("unknown: its Deny does", "a Deny under an unknown operator and one that holds",
          deny(Condition=ODD | {"StringEquals": {KEY: "b"}}), context={KEY: "b"}, holds=True),
    apply("unknown: its Deny does", "a Deny under an unknown operator and one that does not hold",
          deny(Condition=ODD | {"StringEquals": {KEY: "b"}}), context={KEY: "c"}, holds=False),
)  # fmt: skip

POSITIVE = (
    ("StringEquals", "a"), ("StringEqualsIgnoreCase", "a"), ("StringLike", "*"),
    ("NumericEquals", "1"), ("NumericLessThan", "1"), ("NumericGreaterThanEquals", "1"),
    ("DateEquals", "2024-01-01"), ("DateLessThanEquals", "2024-01-01"), ("Bool", "false"),
    ("BinaryEquals", "QQ=="), ("IpAddress", "0.0.0.0/0"), ("ArnEquals", "arn:*:*:*:*:*"),
    ("ArnLike", "arn:*:*:*:*:*"),
)  # fmt: skip
NEGATED = (
    ("StringNotEquals", "a"), ("StringNotEqualsIgnoreCase", "a"), ("StringNotLike", "*"),
    ("NumericNotEquals", "1"), ("DateNotEquals", "2024-01-01"), ("NotIpAddress", "0.0.0.0/0"),
    ("ArnNotEquals", "arn:*:*:*:*:*"), ("ArnNotLike", "arn:*:*:*:*:*"),
)  # fmt: skip

C3 = (
    *(
        when("a positive operator does not hold", f"{operator} without the key", operator, value,
             None, holds=False)
        for operator, value in POSITIVE
    ),
    *(
        when("a negated one does", f"{operator} without the key", operator, value, None,
             holds=True)
        for operator, value in NEGATED
    ),
    *(
        when("…IfExists does", f"{operator}IfExists without the key", f"{operator}IfExists",
             value, None, holds=True)
        for operator, value in (*POSITIVE, *NEGATED)
    ),
    when("…IfExists does", "StringEqualsIfExists with the key", "StringEqualsIfExists", "a", "b",
         holds=False),
    when("…IfExists does", "StringNotEqualsIfExists with the key", "StringNotEqualsIfExists",
         "a", "a", holds=False),
    when("ForAllValues does", "ForAllValues without the key", "ForAllValues:StringEquals", "a",
         None, holds=True),
    when("ForAllValues does", "ForAllValues, negated, without the key",
         "ForAllValues:StringNotEquals", "a", None, holds=True),
    when("ForAnyValue does not", "ForAnyValue without the key", "ForAnyValue:StringEquals", "a",
         None, holds=False),
    when("ForAnyValue does not", "ForAnyValue, negated, without the key",
         "ForAnyValue:StringNotEquals", "a", None, holds=False),
    when("Null decides", "Null true without the key", "Null", "true", None, holds=True),
    when("Null decides", "Null false without the key", "Null", "false", None, holds=False),
)  # fmt: skip

C4 = (
    when("true: absent", "Null true with the key", "Null", "true", "a", holds=False),
    when("true: absent", "Null true of a boolean", "Null", True, None, holds=True),
    when("false: present", "Null false with the key", "Null", "false", "a", holds=True),
    when("false: present", "Null false with a list", "Null", "false", ["a", "b"], holds=True),
    when("false: present", "Null FALSE with the key", "Null", "FALSE", "a", holds=True),
    when("and not null", "Null false with an empty list", "Null", "false", [], holds=False),
    when("and not null", "Null false with an empty text", "Null", "false", "", holds=False,
         source=SILENT),
    when("true: absent", "Null true with an empty list", "Null", "true", [], holds=False,
         source=SILENT),
    when("true or false", "Null with another value, with the key", "Null", "yes", "a",
         holds=False, source=SILENT),
    when("true or false", "Null with another value, without the key", "Null", "yes", None,
         holds=False, source=SILENT),
    when("true or false", "Null true or false, without the key", "Null", ["true", "false"], None,
         holds=True),
)  # fmt: skip

ALL, ANY = "ForAllValues:", "ForAnyValue:"

C5 = (
    when("every value satisfies the operator", "all of the request's values are listed",
         f"{ALL}StringEquals", ["a", "b", "c"], ["a", "b"], holds=True),
    when("every value satisfies the operator", "one of the request's values is not listed",
         f"{ALL}StringEquals", ["a", "b"], ["a", "d"], holds=False),
    when("every value satisfies the operator", "the first of the request's values is not listed",
         f"{ALL}StringEquals", ["a", "b"], ["d", "a"], holds=False),
    when("every value satisfies the operator", "all values match a pattern", f"{ALL}StringLike",
         ["a*", "b*"], ["ax", "bx"], holds=True),
    when("every value satisfies the operator", "one value in no block", f"{ALL}IpAddress",
         "10.0.0.0/8", ["10.0.0.1", "192.0.2.1"], holds=False),
    when("every value satisfies the operator", "none of the request's values is listed, negated",
         f"{ALL}StringNotEquals", ["a", "b"], ["c", "d"], holds=True),
    when("every value satisfies the operator", "one of the request's values is listed, negated",
         f"{ALL}StringNotEquals", ["a", "b"], ["c", "a"], holds=False),
    when("an empty list", "ForAllValues of an empty list", f"{ALL}StringEquals", "a", [],
         holds=True),
    when("empty texts", "ForAllValues of a list of an empty text", f"{ALL}StringEquals", "a", [""],
         holds=True),
    when("empty texts", "ForAllValues of an empty text and another value", f"{ALL}StringEquals",
         "a", ["", "b"], holds=False),
)  # fmt: skip

C6 = (
    when("some value satisfies the operator", "one of the request's values is in the list",
         f"{ANY}StringEquals", ["a", "b"], ["z", "b"], holds=True),
    when("some value satisfies the operator", "none of the request's values is in the list",
         f"{ANY}StringEquals", ["a", "b"], ["y", "z"], holds=False),
    when("some value satisfies the operator", "one of the values matches a pattern",
         f"{ANY}StringLike", "a*", ["z", "ax"], holds=True),
    when("negated: some value that equals none", "one value that is not listed",
         f"{ANY}StringNotEquals", ["a", "b"], ["a", "z"], holds=True),
    when("negated: some value that equals none", "only values that are listed",
         f"{ANY}StringNotEquals", ["a", "b"], ["b", "a"], holds=False),
    when("some value satisfies the operator", "ForAnyValue of an empty list", f"{ANY}StringLike",
         "*", [], holds=False),
    when("some value satisfies the operator", "ForAnyValue of an empty list, negated",
         f"{ANY}StringNotEquals", "a", [], holds=False),
    when("some value satisfies the operator", "ForAnyValue of a list of an empty text",
         f"{ANY}StringLike", "*", [""], holds=False, source=SILENT),
)  # fmt: skip

C7 = (
    when("several under a plain operator never match", "two values under a plain operator",
         "StringEquals", ["a", "b"], ["a", "b"], holds=False),
    when("several under a plain operator never match", "a list under a plain operator",
         "StringEquals", "a", ["a", "a"], holds=False),
    when("several under a plain operator never match", "a list under a negated plain operator",
         "StringNotEquals", "a", ["b", "c"], holds=False),
    when("several under a plain operator never match", "a list under …IfExists",
         "StringEqualsIfExists", "a", ["a", "a"], holds=False),
    when("several under a plain operator never match", "a list under StringLike", "StringLike",
         "*", ["a", "b"], holds=False),
    when("one under a set operator is a set of one", "one value under ForAllValues",
         f"{ALL}StringEquals", "a", "a", holds=True),
    when("one under a set operator is a set of one", "one other value under ForAllValues",
         f"{ALL}StringEquals", "a", "b", holds=False),
    when("one under a set operator is a set of one", "one value under ForAnyValue",
         f"{ANY}StringEquals", "a", "a", holds=True),
    when("one under a set operator is a set of one", "one other value under ForAnyValue",
         f"{ANY}StringEquals", "a", "b", holds=False),
)  # fmt: skip

ACUTE = "e\N{COMBINING ACUTE ACCENT}"

C8 = (
    when("StringEquals is exact", "the same text", "StringEquals", "Abc", "Abc", holds=True),
    when("StringEquals is exact", "the same text in small letters", "StringEquals", "Abc", "abc",
         holds=False),
    when("StringEquals is exact", "a text that begins so", "StringEquals", "Ab", "Abc",
         holds=False),
    when("StringEquals is exact", "* for itself", "StringEquals", "A*", "A*", holds=True),
    when("StringEquals is exact", "* for other text", "StringEquals", "A*", "Abc", holds=False),
    when("StringEquals is exact", "a space more", "StringEquals", "Abc", "Abc ", holds=False),
    when("StringEquals is exact", "StringNotEquals of the same text in small letters",
         "StringNotEquals", "Abc", "abc", holds=True),
    when("…IgnoreCase ignores case", "capital letters under IgnoreCase", "StringEqualsIgnoreCase",
         "aBc", "AbC", holds=True),
    when("…IgnoreCase ignores case", "accents in capital letters under IgnoreCase",
         "StringEqualsIgnoreCase", "é", "É", holds=True),
    when("…IgnoreCase ignores case", "other text under IgnoreCase", "StringEqualsIgnoreCase",
         "abc", "abd", holds=False),
    when("…IgnoreCase ignores case", "* under IgnoreCase", "StringEqualsIgnoreCase", "a*", "abc",
         holds=False),
    when("…IgnoreCase ignores case", "capital letters under NotEqualsIgnoreCase",
         "StringNotEqualsIgnoreCase", "abc", "ABC", holds=False),
    when("without any other folding", "sharp s under IgnoreCase", "StringEqualsIgnoreCase", "ss",
         "ß", holds=False, source=SILENT),
    when("without any other folding", "a composed letter under IgnoreCase",
         "StringEqualsIgnoreCase", "é", ACUTE, holds=False, source=SILENT),
    when("StringLike knows * and ?", "* under StringLike", "StringLike", "a*c", "abbc",
         holds=True),
    when("StringLike knows * and ?", "? under StringLike", "StringLike", "a?c", "abc",
         holds=True),
    when("StringLike knows * and ?", "? for two characters under StringLike", "StringLike", "a?c",
         "abbc", holds=False),
    when("StringLike knows * and ?", "capital letters under StringLike", "StringLike", "A*",
         "abc", holds=False),
    when("StringLike knows * and ?", "the whole text under StringLike", "StringLike", "ab",
         "abc", holds=False),
    when("StringLike knows * and ?", "* under StringNotLike", "StringNotLike", "a*", "abc",
         holds=False),
    when("StringLike knows * and ?", "another beginning under StringNotLike", "StringNotLike",
         "a*", "xbc", holds=True),
)  # fmt: skip

C9 = (
    when("numbers", "equal, spelt in another way", "NumericEquals", "10.0", "10", holds=True),
    when("numbers", "unequal", "NumericEquals", "10", "11", holds=False),
    when("numbers", "unequal, negated", "NumericNotEquals", "10", "11", holds=True),
    when("numbers", "equal, negated", "NumericNotEquals", "10.0", "10", holds=False),
    when("numbers", "less, where texts are not", "NumericLessThan", "10", "9", holds=True),
    when("numbers", "equal is not less", "NumericLessThan", "10", "10", holds=False),
    when("numbers", "equal is less or equal", "NumericLessThanEquals", "10", "10", holds=True),
    when("numbers", "greater is not less or equal", "NumericLessThanEquals", "10", "10.5",
         holds=False),
    when("numbers", "greater, by little", "NumericGreaterThan", "0.1", "0.10000000000000000001",
         holds=True),
    when("numbers", "equal is not greater", "NumericGreaterThan", "10", "10", holds=False),
    when("numbers", "equal is greater or equal", "NumericGreaterThanEquals", "10", "10",
         holds=True),
    when("numbers", "less is not greater or equal", "NumericGreaterThanEquals", "10", "9.99",
         holds=False),
    when("numbers", "a number below zero", "NumericLessThan", "-1", "-1.5", holds=True),
    *(
        when("read strictly", f"{text!r} is no {value}", "NumericEquals", value, text,
             holds=False, source=SILENT)
        for text, value in (("10abc", "10"), ("1e1", "10"), (" 10", "10"), ("10\n", "10"),
                            ("0x0a", "10"), ("1_0", "10"), ("1०", "10"), ("NaN", "0"))
    ),
    when("no number, on either side", "no number in the request, negated", "NumericNotEquals",
         "10", "ten", holds=False, source=SILENT),
    when("no number, on either side", "no number in the policy, negated", "NumericNotEquals",
         "ten", "10", holds=False, source=SILENT),
    when("no number, on either side", "no number on both sides", "NumericEquals", "ten", "ten",
         holds=False, source=SILENT),
    when("no number, on either side", "no number under IfExists", "NumericLessThanIfExists",
         "10", "ten", holds=False, source=SILENT),
)  # fmt: skip

NEW_YEAR = "2024-01-01T00:00:00Z"

C10 = (
    when("ISO 8601", "the same instant", "DateEquals", NEW_YEAR, NEW_YEAR, holds=True),
    when("ISO 8601", "the same instant elsewhere", "DateEquals", NEW_YEAR,
         "2024-01-01T05:30:00+05:30", holds=True),
    when("ISO 8601", "the same clock elsewhere", "DateEquals", NEW_YEAR,
         "2024-01-01T00:00:00+05:30", holds=False),
    when("ISO 8601", "without seconds", "DateEquals", NEW_YEAR, "2024-01-01T00:00Z", holds=True),
    when("ISO 8601", "a fraction of a second later", "DateGreaterThan", NEW_YEAR,
         "2024-01-01T00:00:00.001Z", holds=True),
    when("ISO 8601", "a second earlier", "DateLessThan", NEW_YEAR, "2023-12-31T23:59:59Z",
         holds=True),
    when("ISO 8601", "the same instant is not earlier", "DateLessThan", NEW_YEAR, NEW_YEAR,
         holds=False),
    when("ISO 8601", "the same instant is not later", "DateGreaterThan", NEW_YEAR, NEW_YEAR,
         holds=False),
    when("ISO 8601", "the same instant is earlier or equal", "DateLessThanEquals", NEW_YEAR,
         NEW_YEAR, holds=True),
    when("ISO 8601", "a second later is not earlier or equal", "DateLessThanEquals", NEW_YEAR,
         "2024-01-01T00:00:01Z", holds=False),
    when("ISO 8601", "the same instant is later or equal", "DateGreaterThanEquals", NEW_YEAR,
         NEW_YEAR, holds=True),
    when("ISO 8601", "another instant, negated", "DateNotEquals", NEW_YEAR,
         "2024-01-01T00:00:01Z", holds=True),
    when("ISO 8601", "the same instant, negated", "DateNotEquals", NEW_YEAR,
         "2024-01-01T01:00:00+01:00", holds=False),
    when("a date alone is midnight UTC", "a date alone", "DateEquals", "2024-01-01", NEW_YEAR,
         holds=True),
    when("a date alone is midnight UTC", "a date alone is not its noon", "DateEquals",
         "2024-01-01", "2024-01-01T12:00:00Z", holds=False),
    when("epoch seconds", "epoch seconds in the request", "DateEquals", NEW_YEAR, "1704067200",
         holds=True),
    when("epoch seconds", "a number in the request is of seconds, not of milliseconds",
         "DateGreaterThan", NEW_YEAR, 1798761600, holds=True),
    when("epoch seconds", "epoch seconds in the policy", "DateLessThan", "1704067200",
         "2023-12-31", holds=True),
    *(
        when("as W3C has it", f"{text} is no date", "DateGreaterThan", "1970-01-01", text,
             holds=False, source=SILENT)
        for text in ("yesterday", "2024-02-30", "2024-01-01T25:00:00Z", "2024-01-01T00:00:00",
                     "01/02/2024", "2024-01-01 00:00:00Z")
    ),
    when("as W3C has it", "no date, negated", "DateNotEquals", NEW_YEAR, "yesterday",
         holds=False, source=SILENT),
)  # fmt: skip

C11 = (
    when("true or false", "true", "Bool", "true", "true", holds=True),
    when("true or false", "false", "Bool", "false", "false", holds=True),
    when("true or false", "false for true", "Bool", "true", "false", holds=False),
    when("in any case", "True in the policy", "Bool", "True", "true", holds=True),
    when("in any case", "FALSE in the request", "Bool", "false", "FALSE", holds=True),
    *(
        when("anything else never holds", f"{text!r} is no truth", "Bool", text, text,
             holds=False, source=SILENT)
        for text in ("yes", "1", "", "true ")
    ),
    when("anything else never holds", "anything else is not false", "Bool", "false", "no",
         holds=False, source=SILENT),
)  # fmt: skip

C12 = (
    when("compared as bytes", "the same bytes", "BinaryEquals", "QmluYXJ5", "QmluYXJ5",
         holds=True),
    when("compared as bytes", "the same bytes, spelt in another way", "BinaryEquals", "AA==",
         "AB==", holds=True),
    when("compared as bytes", "other bytes", "BinaryEquals", "QmluYXJ5", "QmluYXJ6",
         holds=False),
    when("compared as bytes", "capital letters are other bytes", "BinaryEquals", "QQ==", "qq==",
         holds=False),
    when("compared as bytes", "bytes under IfExists", "BinaryEqualsIfExists", "QQ==", "QQ==",
         holds=True),
    when("base64 on both sides", "what is no base64", "BinaryEquals", "no base64", "no base64",
         holds=False, source=SILENT),
    when("base64 on both sides", "base64 of a wrong length", "BinaryEquals", "QQ", "QQ",
         holds=False, source=SILENT),
)  # fmt: skip

C13 = (
    when("compared as numbers", "an address of the block", "IpAddress", "203.0.113.0/24",
         "203.0.113.7", holds=True),
    when("compared as numbers", "an address beside the block", "IpAddress", "203.0.113.0/24",
         "203.0.114.7", holds=False),
    when("compared as numbers", "a block named by an address of it", "IpAddress",
         "203.0.113.9/24", "203.0.113.7", holds=True),
    when("compared as numbers", "a block of half a byte", "IpAddress", "203.0.113.0/28",
         "203.0.113.16", holds=False),
    when("compared as numbers", "an address of the block, negated", "NotIpAddress",
         "203.0.113.0/24", "203.0.113.7", holds=False),
    when("compared as numbers", "an address beside the block, negated", "NotIpAddress",
         "203.0.113.0/24", "203.0.114.7", holds=True),
    when("compared as numbers", "an IPv6 address of the block", "IpAddress", "2001:db8::/32",
         "2001:0DB8:0:0:0:0:0:1", holds=True),
    when("compared as numbers", "an IPv6 address beside the block", "IpAddress", "2001:db8::/32",
         "2001:db9::1", holds=False),
    when("a plain one is a block of one", "a plain address", "IpAddress", "203.0.113.7",
         "203.0.113.7", holds=True),
    when("a plain one is a block of one", "another plain address", "IpAddress", "203.0.113.7",
         "203.0.113.8", holds=False),
    when("a plain one is a block of one", "a plain IPv6 address, spelt in another way",
         "IpAddress", "2001:0db8:0:0:0:0:0:1", "2001:db8::1", holds=True),
    when("IPv4 is never in an IPv6 block", "IPv4 in a block of all IPv6", "IpAddress", "::/0",
         "10.0.0.1", holds=False),
    when("IPv4 is never in an IPv6 block", "IPv4 in a block of all IPv6, negated",
         "NotIpAddress", "::/0", "10.0.0.1", holds=True),
    when("IPv4 is never in an IPv6 block", "IPv6 in a block of all IPv4", "IpAddress",
         "0.0.0.0/0", "2001:db8::1", holds=False),
    when("IPv4 is never in an IPv6 block", "mapped IPv4 in a block of IPv4", "IpAddress",
         "10.0.0.0/8", "::ffff:10.0.0.1", holds=False, source=SILENT),
    *(
        when("no address never holds", f"{text} is no address", "IpAddress", "0.0.0.0/0", text,
             holds=False, source=SILENT)
        for text in ("10.0.0.256", "10.0.0", "localhost", "10.0.0.0/24", "")
    ),
    when("no address never holds", "no address in the request, negated", "NotIpAddress",
         "10.0.0.0/8", "10.0.0.256", holds=False, source=SILENT),
    when("no address never holds", "no block in the policy, negated", "NotIpAddress",
         "10.0.0.0/33", "192.0.2.1", holds=False, source=SILENT),
)  # fmt: skip

TOPIC = "arn:aws:sns:eu-west-1:111111111111:topic"

C14 = (
    when("six parts one by one", "the same ARN", "ArnEquals", TOPIC, TOPIC, holds=True),
    when("six parts one by one", "an ARN with * in its parts", "ArnLike", "arn:aws:sns:*:*:t*",
         TOPIC, holds=True),
    when("six parts one by one", "? in the last part", "ArnLike", f"{TOPIC[:-1]}?", TOPIC,
         holds=True),
    when("six parts one by one", "* for two parts", "ArnLike", "arn:aws:sns:*:topic:a",
         f"{TOPIC}:a", holds=False),
    when("six parts one by one", "* across colons of the sixth part", "ArnLike",
         f"{TOPIC}:*:c", f"{TOPIC}:a:b:c", holds=True),
    when("six parts one by one", "another account in the ARN", "ArnLike",
         TOPIC.replace("111", "222"), TOPIC, holds=False),
    when("case-sensitively", "a service in capital letters", "ArnLike", TOPIC,
         TOPIC.replace("sns", "SNS"), holds=False),
    when("case-sensitively", "a name in capital letters", "ArnEquals", TOPIC,
         TOPIC.replace("topic", "Topic"), holds=False),
    when("ArnEquals is ArnLike", "* under ArnEquals", "ArnEquals", "arn:aws:sns:*:*:*", TOPIC,
         holds=True),
    when("ArnEquals is ArnLike", "* under ArnNotEquals", "ArnNotEquals", "arn:aws:sns:*:*:*",
         TOPIC, holds=False),
    when("ArnEquals is ArnLike", "* of another service under ArnNotEquals", "ArnNotEquals",
         "arn:aws:sqs:*:*:*", TOPIC, holds=True),
    when("ArnEquals is ArnLike", "* of another service under ArnNotLike", "ArnNotLike",
         "arn:aws:sqs:*:*:*", TOPIC, holds=True),
    when("no whole ARN as written", "a variable of a whole ARN", "ArnEquals",
         "${aws:PrincipalArn}", ALICE, holds=True, source=VARIABLES),
    when("no whole ARN as written", "a variable of another ARN", "ArnEquals",
         "${aws:PrincipalArn}", TOPIC, holds=False, source=VARIABLES),
    when("no whole ARN as written", "a variable of another ARN, negated", "ArnNotEquals",
         "${aws:PrincipalArn}", TOPIC, holds=True, source=VARIABLES),
    when("no whole ARN as written", "a value that holds a colon in a whole ARN", "ArnLike",
         "arn:aws:sns:eu-west-1:111111111111:${app:Part}", f"{TOPIC[:-5]}a:b", holds=True,
         context={"app:Part": "a:b"}, source=SILENT),
    when("fewer parts never hold", "a request of fewer parts", "ArnLike", "arn:*:*:*:*:*",
         "arn:aws:sns", holds=False, source=SILENT),
    when("fewer parts never hold", "a request of fewer parts, negated", "ArnNotLike", TOPIC,
         "arn:aws:sns", holds=False, source=SILENT),
    when("fewer parts never hold", "a policy of fewer parts", "ArnLike", "arn:aws:*", TOPIC,
         holds=False, source=SILENT),
    when("fewer parts never hold", "a policy of fewer parts, negated", "ArnNotLike",
         "arn:aws:sqs", TOPIC, holds=False, source=SILENT),
    when("fewer parts never hold", "a variable of no ARN, negated", "ArnNotEquals",
         "${aws:username}", TOPIC, holds=False, source=SILENT),
    when("ARN operators", "StringLike crosses the colons of an ARN", "StringLike",
         "arn:aws:*:topic", TOPIC, holds=True),
)  # fmt: skip
TAG = "aws:ResourceTag/Team"


def tagged(clause: str, name: str, key: str, *, holds: bool) -> Row:
    """A condition on a tag of the resource, Team, which is red."""
    return apply(clause, name, allow(Condition={"StringEquals": {key: "red"}}),
                 facts={"tags": {"Team": "red"}}, holds=holds)  # fmt: skip


C15 = (
    when("names ignore case", "the name of a key in capital letters", "StringEquals", "a", "a",
         key=KEY.upper(), holds=True),
    when("names ignore case", "Null true of a key in capital letters", "Null", "true", "a",
         key=KEY.upper(), holds=False),
    when("names ignore case", "a key of AWS's in capital letters", "StringEquals", "alice", None,
         key="AWS:UserName", holds=True),
    tagged("tag keys among them", "a tag's key as it is spelt", TAG, holds=True),
    tagged("tag keys among them", "a tag's key in small letters", TAG.lower(), holds=True),
    tagged("tag keys among them", "another tag's key", f"{TAG}s", holds=False),
    apply("names ignore case", "a key twice in the request, in two spellings", allow(),
          context={"app:key": "a", "App:Key": "b"}, holds=True)
    ._replace(expected="error DuplicateKey", source=SILENT),
)  # fmt: skip

C16 = (
    when("a list is, even of one", "a list of one is multi-valued", "StringEquals", "red",
         ["red"], holds=False),
    when("a list is, even of one", "a list of one of a key that is single-valued elsewhere",
         "StringEquals", "red", None, key="aws:RequestTag/Team",
         context={"aws:RequestTag/Team": ["red"]}, holds=False),
    when("said by the request", "a text of a key that is multi-valued elsewhere", "StringEquals",
         "Team", None, key="aws:TagKeys", context={"aws:TagKeys": "Team"}, holds=True),
    when("said by the request", "a list of a key that is multi-valued elsewhere",
         f"{ANY}StringEquals", "Team", None, key="aws:TagKeys",
         context={"aws:TagKeys": ["Team"]}, holds=True),
    when("a list is, even of one", "null is no value", "StringEquals", "a", None,
         context={KEY: None}, holds=False)._replace(expected="error InvalidType"),
)  # fmt: skip

C17 = (
    when("ForAllValues: only without the key", "ForAllValues of no values, without the key",
         f"{ALL}StringEquals", [], None, holds=True),
    when("ForAllValues: only without the key", "ForAllValues of no values, and the key",
         f"{ALL}StringEquals", [], ["a"], holds=False),
    when("ForAllValues: only without the key", "ForAllValues of no values, negated, and the key",
         f"{ALL}StringNotEquals", [], ["a"], holds=False),
    when("IfExists: only without the key", "IfExists of no values, without the key",
         "StringEqualsIfExists", [], None, holds=True),
    when("IfExists: only without the key", "IfExists of no values, and the key",
         "StringEqualsIfExists", [], "a", holds=False),
    when("IfExists: only without the key", "IfExists of no values, negated, and the key",
         "StringNotEqualsIfExists", [], "a", holds=False),
    when("ForAnyValue: never", "ForAnyValue of no values, without the key",
         f"{ANY}StringEquals", [], None, holds=False),
    when("ForAnyValue: never", "ForAnyValue of no values, negated, and the key",
         f"{ANY}StringNotEquals", [], ["a"], holds=False),
    *(
        when("a plain operator: an Allow does not apply", f"{operator} of no values, {word}",
             operator, [], given, holds=False, source=SILENT)
        for operator in ("StringEquals", "StringNotEquals", "Bool", "Null")
        for word, given in (("and the key", "a"), ("without the key", None))
    ),
)  # fmt: skip

SECTIONS = (
    Section("C1", SEVERAL, C1),
    Section("C2", CHECKS, C2),
    Section("C3", OPERATORS, C3),
    Section("C4", OPERATORS, C4),
    Section("C5", MULTIVALUED, C5),
    Section("C6", MULTIVALUED, C6),
    Section("C7", MULTIVALUED, C7),
    Section("C8", OPERATORS, C8),
    Section("C9", OPERATORS, C9),
    Section("C10", OPERATORS, C10),
    Section("C11", OPERATORS, C11),
    Section("C12", OPERATORS, C12),
    Section("C13", OPERATORS, C13),
    Section("C14", OPERATORS, C14),
    Section("C15", CONDITION, C15),
    Section("C16", KEYS, C16),
    Section("C17", CHECKS, C17),
)
