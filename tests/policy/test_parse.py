"""Policy text to the syntax tree: what is read, what is refused, and where.

Sources: IAM User Guide, "Grammar of the IAM JSON policy language" and, for the codes, "IAM policy
validation check reference"; rules G1 and G2.
"""

from __future__ import annotations

import json
import sys

import pytest

from doorward.policy.document import Document, Effect, PrincipalKind
from doorward.policy.json_source import Limits
from doorward.policy.parse import parse, parse_object, parse_or_raise, parse_policy
from doorward.policy.problem import MalformedPolicy, Problem
from tests.cpu import cpu_of

STATEMENT = '"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"'

WHOLE = """{
  "Version": "2012-10-17",
  "Id": "whole",
  "Statement": [
    {
      "Sid": "One",
      "Effect": "Deny",
      "NotPrincipal": {"AWS": ["111122223333", "arn:aws:iam::111122223333:root"],
                       "Service": "ec2.amazonaws.com"},
      "NotAction": ["iam:*", "sts:*"],
      "NotResource": "arn:aws:s3:::a/b/*",
      "Condition": {
        "NumericLessThan": {"s3:max-keys": 10, "aws:x": [1.50, "7"]},
        "Bool": {"aws:RequestTag/a~b": [true, false]}
      }
    }
  ]
}"""


def errors(text: str) -> list[tuple[str, str]]:
    document, problems = parse(text)
    assert (document is None) == bool(problems)
    return [(problem.code, problem.pointer) for problem in problems]


def statement(members: str) -> str:
    return '{"Statement": {' + members + "}}"


def test_the_whole_language_is_read() -> None:
    """Every element once (G1, G2)."""
    document = parse_or_raise(WHOLE)
    assert (document.version, document.id, document.source) == ("2012-10-17", "whole", WHOLE)
    (only,) = document.statements
    assert (only.index, only.sid, only.effect, only.pointer) == (
        0,
        "One",
        Effect.DENY,
        "/Statement/0",
    )
    assert only.principals is not None
    assert only.principals.negated
    assert [(entry.kind, entry.text.value) for entry in only.principals.entries] == [
        (PrincipalKind.AWS, "111122223333"),
        (PrincipalKind.AWS, "arn:aws:iam::111122223333:root"),
        (PrincipalKind.SERVICE, "ec2.amazonaws.com"),
    ]
    assert only.actions.negated
    assert [text.pointer for text in only.actions.patterns] == [
        "/Statement/0/NotAction/0",
        "/Statement/0/NotAction/1",
    ]
    assert only.resources is not None
    assert only.resources.negated
    assert [text.pointer for text in only.resources.patterns] == ["/Statement/0/NotResource"]
    assert [
        (each.operator.value, each.key.value, [value.value for value in each.values])
        for each in only.conditions
    ] == [
        ("NumericLessThan", "s3:max-keys", ["10"]),
        ("NumericLessThan", "aws:x", ["1.50", "7"]),
        ("Bool", "aws:RequestTag/a~b", ["true", "false"]),
    ]
    assert only.conditions[2].pointer == "/Statement/0/Condition/Bool/aws:RequestTag~1a~0b"


def test_a_single_statement_and_an_absent_version() -> None:
    document = parse_or_raise(statement(STATEMENT))
    assert document.version is None
    assert not document.has_variables
    assert document.statements[0].pointer == "/Statement"
    assert document.statements[0].principals is None


@pytest.mark.parametrize("principal", ['"*"', '{"AWS": "*"}'])
def test_everyone(principal: str) -> None:
    document = parse_or_raise(statement(f'{STATEMENT}, "Principal": {principal}'))
    principals = document.statements[0].principals
    assert principals is not None
    assert [entry.text.value for entry in principals.entries] == ["*"]


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        pytest.param("", [("MISSING_EFFECT", "/Statement"), ("MISSING_ACTION", "/Statement")]),
        pytest.param(
            '"Effect": "allow", "Action": "*"',
            [("INVALID_EFFECT", "/Statement/Effect")],
            id="effect is case-sensitive",
        ),
        pytest.param('"Effect": "", "Action": "*"', [("INVALID_EFFECT", "/Statement/Effect")]),
        pytest.param('"Effect": 1, "Action": "*"', [("DATA_TYPE_MISMATCH", "/Statement/Effect")]),
        pytest.param(
            '"Effect": "Deny", "Action": "*", "NotAction": "a:b"',
            [("UNSUPPORTED_ELEMENT_COMBINATION", "/Statement/NotAction")],
        ),
        pytest.param(
            f'{STATEMENT}, "NotResource": "*"',
            [("UNSUPPORTED_ELEMENT_COMBINATION", "/Statement/NotResource")],
        ),
        pytest.param(
            f'{STATEMENT}, "Principal": "*", "NotPrincipal": "*"',
            [("UNSUPPORTED_ELEMENT_COMBINATION", "/Statement/NotPrincipal")],
        ),
        pytest.param(
            '"Effect": "Deny", "Action": []', [("EMPTY_ARRAY_ACTION", "/Statement/Action")]
        ),
        pytest.param(
            '"Effect": "Deny", "Action": "*", "Resource": []',
            [("EMPTY_ARRAY_RESOURCE", "/Statement/Resource")],
        ),
        pytest.param(
            '"Effect": "Deny", "Action": {}', [("DATA_TYPE_MISMATCH", "/Statement/Action")]
        ),
        pytest.param(
            '"Effect": "Deny", "Action": ["a:b", 1, ["c:d"]]',
            [
                ("DATA_TYPE_MISMATCH", "/Statement/Action/1"),
                ("DATA_TYPE_MISMATCH", "/Statement/Action/2"),
            ],
        ),
        pytest.param(
            f'{STATEMENT}, "action": "*"',
            [
                ("DUPLICATE_KEYS_WITH_DIFFERENT_CASE", "/Statement/action"),
                ("INVALID_POLICY_ELEMENT", "/Statement/action"),
            ],
        ),
        pytest.param(
            f'{STATEMENT}, "Comment": ""', [("INVALID_POLICY_ELEMENT", "/Statement/Comment")]
        ),
        pytest.param(f'{STATEMENT}, "Sid": null', [("DATA_TYPE_MISMATCH", "/Statement/Sid")]),
        pytest.param(
            f'{STATEMENT}, "Principal": "arn:aws:iam::111122223333:root"',
            [("INVALID_PRINCIPAL_FORMAT", "/Statement/Principal")],
        ),
        pytest.param(
            f'{STATEMENT}, "Principal": {{}}',
            [("EMPTY_OBJECT_PRINCIPAL", "/Statement/Principal")],
        ),
        pytest.param(
            f'{STATEMENT}, "Principal": {{"AWS": []}}',
            [("EMPTY_ARRAY_PRINCIPAL", "/Statement/Principal/AWS")],
        ),
        pytest.param(
            f'{STATEMENT}, "Principal": {{"aws": "*"}}',
            [("INVALID_PRINCIPAL_KEY", "/Statement/Principal/aws")],
        ),
        pytest.param(
            f'{STATEMENT}, "Principal": {{"AWS": 111122223333}}',
            [("DATA_TYPE_MISMATCH", "/Statement/Principal/AWS")],
        ),
        pytest.param(
            f'{STATEMENT}, "Condition": []', [("DATA_TYPE_MISMATCH", "/Statement/Condition")]
        ),
        pytest.param(
            f'{STATEMENT}, "Condition": {{"Bool": {{}}}}',
            [("DATA_TYPE_MISMATCH", "/Statement/Condition/Bool")],
        ),
        pytest.param(
            f'{STATEMENT}, "Condition": {{"Bool": "true"}}',
            [("DATA_TYPE_MISMATCH", "/Statement/Condition/Bool")],
        ),
        pytest.param(
            f'{STATEMENT}, "Condition": {{"Bool": {{"a:a/b": [[]], "a:c": null, "d": [{{}}]}}}}',
            [
                ("DATA_TYPE_MISMATCH", "/Statement/Condition/Bool/a:a~1b/0"),
                ("DATA_TYPE_MISMATCH", "/Statement/Condition/Bool/a:c"),
                ("DATA_TYPE_MISMATCH", "/Statement/Condition/Bool/d/0"),
            ],
        ),
    ],
)
def test_a_statement_that_cannot_be_evaluated(
    members: str, expected: list[tuple[str, str]]
) -> None:
    assert errors(statement(members)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{}", [("MISSING_STATEMENT", "")]),
        ('{"Statement": []}', [("MISSING_STATEMENT", "/Statement")]),
        ('{"Statement": "x"}', [("DATA_TYPE_MISMATCH", "/Statement")]),
        ('{"Statement": [1]}', [("DATA_TYPE_MISMATCH", "/Statement/0")]),
        ("[]", [("DATA_TYPE_MISMATCH", "")]),
        ("null", [("DATA_TYPE_MISMATCH", "")]),
        (
            '{"Version": "2012-10-18", "statement": []}',
            [
                ("INVALID_POLICY_ELEMENT", "/statement"),
                ("INVALID_VERSION", "/Version"),
                ("MISSING_STATEMENT", ""),
            ],
        ),
        (
            '{"Version": 2012, "Statement": {"Effect": "Allow", "Action": "*"}}',
            [("DATA_TYPE_MISMATCH", "/Version")],
        ),
    ],
)
def test_a_document_that_cannot_be_evaluated(text: str, expected: list[tuple[str, str]]) -> None:
    assert errors(text) == expected


@pytest.mark.parametrize(
    "members",
    [
        '"Condition": {}',
        '"Condition": {"StringEquals": {"aws:x": []}}',
        '"Condition": {"NoSuchOperator": {"nokey": ["a", 1, true]}}',
        '"Sid": "not for IAM!"',
        '"Principal": {"AWS": "arn:aws:iam::111122223333:role/*"}',
    ],
)
def test_what_only_writing_forbids_is_read(members: str) -> None:
    """Imported documents are answered for as they are (C2; ``policy.validate`` refuses these)."""
    assert errors(statement(f"{STATEMENT}, {members}")) == []


def test_all_problems_of_a_document_are_found_with_place_and_hint() -> None:
    text = """{
  "Version": "2012-10-17",
  "Statement": [
    {"Effect": "Permit", "Action": "*"},
    {"Effect": "Allow", "action": "*"}
  ]
}"""
    document, problems = parse(text)
    assert document is None
    assert [
        (problem.code, problem.line, problem.column, problem.hint) for problem in problems
    ] == [
        ("INVALID_EFFECT", 4, 16, "Write Allow or Deny, exactly so"),
        ("INVALID_POLICY_ELEMENT", 5, 25, "Write Action"),
        ("MISSING_ACTION", 5, 5, "Add it"),
    ]
    quoted = [text[problem.span.start : problem.span.end] for problem in problems if problem.span]
    assert quoted == ['"Permit"', '"action"', '{"Effect": "Allow", "action": "*"}']


def test_raising_attaches_every_problem() -> None:
    with pytest.raises(MalformedPolicy) as raised:
        parse_policy({"Statement": [{"Effect": "No", "Action": []}]})
    assert [problem.code for problem in raised.value.problems] == [
        "INVALID_EFFECT",
        "EMPTY_ARRAY_ACTION",
    ]
    assert raised.value.code == "INVALID_EFFECT"
    assert raised.value.pointer == "/Statement/0/Effect"
    with pytest.raises(MalformedPolicy):
        parse_or_raise("")


def test_a_value_is_read_as_its_compact_text() -> None:
    value = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "é:*"}}
    document, problems = parse_object(value)
    assert problems == ()
    assert document == parse_policy(value)
    assert isinstance(document, Document)
    assert (
        document.source == '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"é:*"}}'
    )
    assert parse_policy(document.source) == document


def deep(levels: int) -> object:
    value: object = "x"
    for _ in range(levels):
        value = [value]
    return value


CIRCLE: list[object] = []
CIRCLE.append(CIRCLE)


@pytest.mark.parametrize(
    "value",
    [
        {"Statement": object()},
        {("Statement",): 1},
        CIRCLE,
        deep(100_000),
        float("nan"),
        {"Statement": float("inf")},
        b"{}",
    ],
    ids=["object", "key", "circle", "deep", "nan", "inf", "bytes"],
)
def test_a_value_that_is_not_json_is_a_problem(value: object) -> None:
    document, problems = parse_object(value)
    assert document is None
    assert problems


# ------------------------------------------------------------------------------- bounds


def problem_of(text: str) -> Problem:
    document, problems = parse(text)
    assert document is None
    return problems[0]


def test_no_more_characters_than_the_api_takes() -> None:
    fitting = statement(STATEMENT) + " " * (131_072 - len(statement(STATEMENT)))
    assert errors(fitting) == []
    assert problem_of(fitting + " ").code == "POLICY_TOO_LARGE"
    assert problem_of("[" * 10_000_000).code == "POLICY_TOO_LARGE"


@pytest.mark.parametrize("levels", [65, 100, 1_000, 100_000])
@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a":', "}")])
def test_nesting(levels: int, opening: str, closing: str) -> None:
    text = opening * levels + "1" + closing * levels
    document, problems = parse(text, Limits(size=len(text)))
    assert document is None
    assert [problem.code for problem in problems] == ["NESTING_TOO_DEEP"]
    assert problems[0].span is not None
    assert problems[0].span.start == 64 * len(opening)


def test_as_deep_as_admitted_is_read_as_json() -> None:
    assert errors("[" * 64 + "]" * 64) == [("DATA_TYPE_MISMATCH", "")]


DUPLICATES = [
    ('{"Statement": [], "Statement": []}', "/Statement"),
    (statement(f'{STATEMENT}, "Effect": "Deny"'), "/Statement/Effect"),
    (statement(f'{STATEMENT}, "\\u0045ffect": "Deny"'), "/Statement/Effect"),
    (
        statement(f'{STATEMENT}, "Principal": {{"AWS": "1", "AWS": "2"}}'),
        "/Statement/Principal/AWS",
    ),
    (
        statement(f'{STATEMENT}, "Condition": {{"Bool": {{"a:b": 1}}, "Bool": {{"a:c": 1}}}}'),
        "/Statement/Condition/Bool",
    ),
    (
        statement(f'{STATEMENT}, "Condition": {{"Bool": {{"a:b": 1, "a:b": 2}}}}'),
        "/Statement/Condition/Bool/a:b",
    ),
]


@pytest.mark.parametrize(("text", "pointer"), DUPLICATES)
def test_a_key_stands_once(text: str, pointer: str) -> None:
    assert ("DUPLICATE_KEY", pointer) in errors(text)


@pytest.mark.parametrize(
    ("text", "pointer"),
    [
        ('{"Statement": [], "statement": []}', "/statement"),
        (statement(f'{STATEMENT}, "effect": "Deny"'), "/Statement/effect"),
        (statement(f'{STATEMENT}, "\\u0065ffect": "Deny"'), "/Statement/effect"),
        (
            statement(f'{STATEMENT}, "Principal": {{"AWS": "1", "aws": "2"}}'),
            "/Statement/Principal/aws",
        ),
        (
            statement(f'{STATEMENT}, "Condition": {{"Bool": {{"a:b": 1}}, "bool": {{"a:c": 1}}}}'),
            "/Statement/Condition/bool",
        ),
        (
            statement(f'{STATEMENT}, "Condition": {{"Bool": {{"a:b": 1, "A:B": 2}}}}'),
            "/Statement/Condition/Bool/A:B",
        ),
    ],
)
def test_a_key_stands_once_in_any_case(text: str, pointer: str) -> None:
    assert ("DUPLICATE_KEYS_WITH_DIFFERENT_CASE", pointer) in errors(text)


def test_case_is_that_of_ascii() -> None:
    """The Kelvin sign is no k: `aws:k` and `aws:K` (U+212A) are two keys."""
    condition = '"Condition": {"Bool": {"aws:k": true, "aws:\u212a": true}}'
    assert errors(statement(f"{STATEMENT}, {condition}")) == []


def condition_value(text: str) -> str:
    return statement(STATEMENT + ', "Condition": {"NumericEquals": {"a:b": ' + text + "}}")


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        (condition_value("NaN"), "NaN", "JSON has no such number"),
        (condition_value("Infinity"), "Infinity", "JSON has no such number"),
        (condition_value("-Infinity"), "-Infinity", "JSON has no such number"),
        (statement(f"{STATEMENT},"), "A key in quotation marks", "Remove the comma before it"),
        ("{1: 2}", "A key in quotation marks", ""),
    ],
)
def test_what_is_no_json_is_called_by_its_name(text: str, message: str, hint: str) -> None:
    _, (problem,) = parse(text)
    assert problem.message.startswith(message)
    assert problem.hint == hint


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (condition_value("NaN"), "JSON_SYNTAX_ERROR"),
        (condition_value("Infinity"), "JSON_SYNTAX_ERROR"),
        (condition_value("-Infinity"), "JSON_SYNTAX_ERROR"),
        (condition_value("1e400"), "INVALID_NUMBER"),
        (condition_value("1e3"), "INVALID_NUMBER"),
        (condition_value("9" * 5_000), "INVALID_NUMBER"),
        (condition_value("-0"), "INVALID_NUMBER"),
        (condition_value("-0.00"), "INVALID_NUMBER"),
        (condition_value("01"), "JSON_SYNTAX_ERROR"),
        (condition_value("1."), "JSON_SYNTAX_ERROR"),
        (condition_value("+1"), "JSON_SYNTAX_ERROR"),
        (condition_value('"\\ud800"'), "INVALID_CHARACTER"),
        (condition_value('"\\udc00\\ud800"'), "INVALID_CHARACTER"),
        (condition_value('"\ud800"'), "INVALID_CHARACTER"),
        (condition_value('"\\u0000"'), "INVALID_CHARACTER"),
        (condition_value('"\0"'), "JSON_SYNTAX_ERROR"),
        (statement(f'{STATEMENT}, "\\ud800": 1'), "INVALID_CHARACTER"),
        ("\ufeff" + statement(STATEMENT), "JSON_SYNTAX_ERROR"),
        (statement(STATEMENT).encode("utf-16").decode("latin-1"), "JSON_SYNTAX_ERROR"),
        (statement(f"{STATEMENT},"), "JSON_SYNTAX_ERROR"),
        (condition_value("[1,]"), "JSON_SYNTAX_ERROR"),
        ("// comment\n" + statement(STATEMENT), "JSON_SYNTAX_ERROR"),
        (condition_value("1 /* comment */"), "JSON_SYNTAX_ERROR"),
        (statement(STATEMENT) * 2, "JSON_SYNTAX_ERROR"),
        (condition_value("'a'"), "JSON_SYNTAX_ERROR"),
        (condition_value('"\\x41"'), "JSON_SYNTAX_ERROR"),
        (condition_value('"\\u004"'), "JSON_SYNTAX_ERROR"),
        (condition_value('"tab\there"'), "JSON_SYNTAX_ERROR"),
        (condition_value("tru"), "JSON_SYNTAX_ERROR"),
        (condition_value("truely"), "JSON_SYNTAX_ERROR"),
        (condition_value(""), "JSON_SYNTAX_ERROR"),
        (condition_value(":"), "JSON_SYNTAX_ERROR"),
        ('{"Statement" 1}', "JSON_SYNTAX_ERROR"),
        ('{"Statement": 1 "Id": ""}', "JSON_SYNTAX_ERROR"),
        ("{1: 2}", "JSON_SYNTAX_ERROR"),
        ('{"a', "JSON_SYNTAX_ERROR"),
        ("", "JSON_SYNTAX_ERROR"),
        ('{"' + "k" * 600 + '": 1}', "KEY_TOO_LONG"),
    ],
)
def test_what_is_no_json_or_could_be_read_in_two_ways(text: str, code: str) -> None:
    problem = problem_of(text)
    assert problem.code == code
    assert json.dumps([problem.message, problem.hint, problem.pointer]).isascii()
    (problem.message + problem.hint + problem.pointer).encode()


@pytest.mark.parametrize("number", ["0", "-1", "10", "1.50", "123456789012345678901234567890"])
def test_a_plain_number_is_text_as_written(number: str) -> None:
    document = parse_or_raise(condition_value(number))
    assert [value.value for value in document.statements[0].conditions[0].values] == [number]


def test_problems_are_counted_up_to_a_thousand() -> None:
    text = statement(STATEMENT + ', "Condition": {"a": {"b": [' + "[]," * 5_000 + "1]}}")
    _, problems = parse(text)
    assert len(problems) == 1_000
    assert problems[-1].code == "TOO_MANY_PROBLEMS"
    _, problems = parse("[" + "-0," * 5_000 + "1]")
    assert len(problems) == 1_000


LONG = "k" * 500


@pytest.mark.parametrize(
    ("head", "unit", "tail"),
    [
        ('{"Statement": {"Effect": "Deny", "Action": [', '"a",', '"a"]}}'),
        ('{"Statement": [', '{"Effect":"Deny","Action":"*"},', "1]}"),
        ('{"Statement": {"Condition": {"' + LONG + '": {"' + LONG + '": [', "1,", "1]}}}}"),
        ('{"Statement": {"Condition": {"' + LONG + '": {"' + "/" * 500 + '": [', "[],", "1]}}}}"),
        ('{"Statement": [', "1,\n", "1]}"),
        ('{"Id": "', "\\u0041", '"}'),
        ('{"Id": "', '\\"', ""),
        ('{"Id": "', "\\ud800", '"}'),
        ("{", '"a":1,', '"a":1}'),
        ("[", "-0,", "1]"),
        ("", " ", "{"),
        ("", "[", ""),
    ],
)
def test_no_document_takes_long(head: str, unit: str, tail: str) -> None:
    """Linear in the text: the largest admitted takes tenths of a second, whatever it holds."""
    text = head + unit * ((131_072 - len(head) - len(tail)) // len(unit)) + tail
    traced = sys.gettrace() is not None  # measuring coverage takes several times as long
    assert cpu_of(lambda: parse(text)) < (10 if traced else 2)
