"""The model's constraints, in AWS's words; each row says whose words they are."""

from __future__ import annotations

from typing import Any

import pytest

from doorward.wire import patterns
from doorward.wire.faults import WireError
from doorward.wire.models import SERVED, Member, Shape, operation, service
from doorward.wire.validate import ORGANIZATIONS_MESSAGES, Violation, _Checks, check, validate
from tests.cpu import cpu_of

ARN_PATTERN = r"[\u0009\u000A\u000D\u0020-\u007E\u0085\u00A0-\uD7FF\uE000-\uFFFD\u10000-\u10FFFF]+"
NAMES = r"[\w+=,.@-]+"
LONG = "CloudTrailPolicyForCloudWatchLogs_10e32d54-043c-4293-b3b0-2d757d758cd0"
SESSION = {"RoleArn": "arn:aws:iam::111122223333:role/r", "RoleSessionName": "s"}

ANSWERS = [
    pytest.param(
        "sts",
        "AssumeRole",
        {"RoleArn": "", "RoleSessionName": "abc"},
        "2 validation errors detected: Value '' at 'roleArn' failed to satisfy constraint: Member"
        f" must satisfy regular expression pattern: {ARN_PATTERN}; Value '' at 'roleArn' failed to"
        " satisfy constraint: Member must have length greater than or equal to 20",
        id="STS's answer of 2016, newscorpaus/consigliere issue 18",
    ),
    pytest.param(
        "iam",
        "DeleteRolePolicy",
        {"RoleName": LONG, "PolicyName": "p"},
        f"1 validation error detected: Value '{LONG}' at 'roleName' failed to satisfy constraint:"
        " Member must have length less than or equal to 64",
        id="IAM's answer of 2023, aws-cli issue 7854",
    ),
    pytest.param(
        "iam",
        "GetPolicy",
        {"PolicyArn": "policy-name"},
        "1 validation error detected: Value 'policy-name' at 'policyArn' failed to satisfy"
        " constraint: Member must have length greater than or equal to 20",
        id="IAM's answer of 2024, crossplane-contrib/provider-aws issue 1986",
    ),
    pytest.param(
        "iam",
        "CreateUser",
        {},
        "1 validation error detected: Value null at 'userName' failed to satisfy constraint:"
        " Member must not be null",
        id="the words of AWS WAF, pulumi-aws issue 2357",
    ),
    pytest.param(
        "iam",
        "TagUser",
        {"UserName": "u", "Tags": [{"Key": "a", "Value": "b"}, {"Key": "c"}]},
        "1 validation error detected: Value null at 'tags.2.member.value' failed to satisfy"
        " constraint: Member must not be null",
        id="the path of AWS WAF, pulumi-aws issue 2357",
    ),
    pytest.param(
        "sts",
        "AssumeRole",
        {**SESSION, "RoleSessionName": "abc", "TransitiveTagKeys": ["ok", "a*b"]},
        "1 validation error detected: Value '[ok, a*b]' at 'transitiveTagKeys' failed to satisfy"
        " constraint: Member must satisfy constraint: [Member must have length less than or equal"
        " to 128, Member must have length greater than or equal to 1, Member must satisfy regular"
        r" expression pattern: [\p{L}\p{Z}\p{N}_.:/=+\-@]+]",
        id="the form of ACM and Lambda for lists: lengths, then the pattern",
    ),
    pytest.param(
        "iam",
        "UpdateAccessKey",
        {"AccessKeyId": "AKIAIOSFODNN7EXAMPLE", "Status": "on"},
        "1 validation error detected: Value 'on' at 'status' failed to satisfy constraint: Member"
        f" must satisfy enum value set: [{', '.join(service('iam').shapes['statusType'].enum)}]",
        id="the words of AWS IoT for value sets",
    ),
    pytest.param(
        "iam",
        "ListUsers",
        {"MaxItems": 0},
        "1 validation error detected: Value '0' at 'maxItems' failed to satisfy constraint: Member"
        " must have value greater than or equal to 1",
        id="the words for numbers, control plane notes",
    ),
    pytest.param(
        "iam",
        "ListUsers",
        {"MaxItems": 1001},
        "1 validation error detected: Value '1001' at 'maxItems' failed to satisfy constraint:"
        " Member must have value less than or equal to 1000",
        id="as above, the other end",
    ),
    pytest.param(
        "iam",
        "CreateLoginProfile",
        {"UserName": "u", "Password": "p" * 129},
        "1 validation error detected: Value at 'password' failed to satisfy constraint: Member"
        " must have length less than or equal to 128",
        id="Cognito's words for a secret, which are without it",
    ),
    pytest.param(
        "iam",
        "TagUser",
        {"UserName": "u", "Tags": [{"Key": "k", "Value": "v"}] * 51},
        "1 validation error detected: Value at 'tags' failed to satisfy constraint: Member must"
        " have length less than or equal to 50",
        id="structures are not spelt out",
    ),
]


@pytest.mark.parametrize(("name", "action", "parameters", "message"), ANSWERS)
def test_answers(name: str, action: str, parameters: dict[str, object], message: str) -> None:
    with pytest.raises(WireError) as refused:
        check(operation(name, action), parameters)
    fault = refused.value.fault
    assert (fault.code, fault.status, fault.message) == ("ValidationError", 400, message)


def test_all_violations_come_at_once_in_a_fixed_order() -> None:
    parameters: dict[str, object] = {
        "UserName": "a b" * 30,
        "Path": "x",
        "Tags": [{"Key": "", "Value": "v"}],
    }
    found = validate(operation("iam", "CreateUser"), parameters)
    assert [(row.path, row.reason) for row in found] == [
        ("path", "INVALID_PATTERN"),
        ("userName", "INVALID_PATTERN"),
        ("userName", "MAX_LENGTH_EXCEEDED"),
        ("tags.1.member.key", "INVALID_PATTERN"),
        ("tags.1.member.key", "MIN_LENGTH_EXCEEDED"),
    ]


# osdctl pull request 204 quotes the first with its reason; the others are in the documentation of
# Organizations' InvalidInputException.
ORGANIZATIONS = [
    ("DescribeAccount", {"AccountId": "x"}, "INVALID_PATTERN"),
    ("DescribeAccount", {}, "INPUT_REQUIRED"),
    ("CreateAccount", {"Email": "a@b.c", "AccountName": "x"}, "MIN_LENGTH_EXCEEDED"),
    ("CreateAccount", {"Email": "a@b.example", "AccountName": "x" * 51}, "MAX_LENGTH_EXCEEDED"),
    ("CreateOrganization", {"FeatureSet": "SOME"}, "INVALID_ENUM"),
    ("ListRoots", {"MaxResults": 0}, "MIN_VALUE_EXCEEDED"),
    ("ListRoots", {"MaxResults": 21}, "MAX_VALUE_EXCEEDED"),
    ("UntagResource", {"ResourceId": "r-1234", "TagKeys": ["a*"]}, "INVALID_LIST_MEMBER"),
]


@pytest.mark.parametrize(("action", "parameters", "reason"), ORGANIZATIONS)
def test_organizations_gives_one_reason(
    action: str, parameters: dict[str, object], reason: Any
) -> None:
    with pytest.raises(WireError) as refused:
        check(operation("organizations", action), parameters)
    fault = refused.value.fault
    assert (fault.code, fault.status) == ("InvalidInputException", 400)
    assert fault.message == ORGANIZATIONS_MESSAGES[reason]
    assert fault.details == {"Reason": reason}


def test_our_own_service_says_it_as_the_query_services_do() -> None:
    with pytest.raises(WireError, match="Value null at 'arn'") as refused:
        check(operation("doorward", "GetResource"), {})
    assert (refused.value.fault.code, refused.value.fault.status) == ("ValidationException", 400)


def test_a_secret_is_never_echoed() -> None:
    parameters: dict[str, object] = {
        "Subject": {"SessionToken": "hush hush"},
        "Action": "s3:GetObject",
        "Resource": "*",
    }
    (found,) = validate(operation("doorward", "Decide"), parameters)
    assert found.text.startswith("Value at 'subject.sessionToken' failed")
    assert "hush" not in found.text


def test_keys_and_values_of_a_map_are_both_judged() -> None:
    shapes = {
        "Short": Shape("Short", "string", maximum=1),
        "Map": Shape(
            "Map",
            "map",
            key=Member("key", "key", None, "Short", required=True),
            value=Member("value", "value", None, "Short", required=True),
        ),
    }
    found: list[Violation] = []
    _Checks(shapes).of(shapes["Map"])({"ab": "x", "c": "de"}, "map", found)
    assert [(row.path, row.reason) for row in found] == [
        ("map", "INVALID_LIST_MEMBER"),
        ("map.c.member", "MAX_LENGTH_EXCEEDED"),
    ]


def test_a_secret_in_a_list_is_never_echoed() -> None:
    shapes = {
        "Secret": Shape("Secret", "string", maximum=3, sensitive=True),
        "Secrets": Shape(
            "Secrets", "list", element=Member("member", "member", None, "Secret", required=True)
        ),
    }
    found: list[Violation] = []
    _Checks(shapes).of(shapes["Secrets"])(["hush"], "codes", found)
    (only,) = found
    assert only.text == (
        "Value at 'codes' failed to satisfy constraint: Member must satisfy constraint: [Member"
        " must have length less than or equal to 3]"
    )


@pytest.mark.parametrize(
    ("name", "action", "parameters"),
    [
        ("iam", "CreateUser", {"UserName": "Zed.O+k=,@-_9", "Path": "/a/b/"}),
        ("iam", "CreateUser", {"UserName": "u" * 64, "Tags": [{"Key": "ключ 键", "Value": ""}]}),
        ("sts", "AssumeRole", {**SESSION, "RoleSessionName": "ab", "DurationSeconds": 900}),
        ("organizations", "ListChildren", {"ParentId": "r-1234", "ChildType": "ACCOUNT"}),
        ("iam", "ListUsers", {}),
        ("sts", "GetCallerIdentity", {}),
        ("iam", "GetAccountSummary", {}),
    ],
)
def test_what_the_model_allows_passes(
    name: str, action: str, parameters: dict[str, object]
) -> None:
    check(operation(name, action), parameters)


NAME_TRAPS = [
    *("", " ", "a b", "a/b", "../a", "a\x00", "a\r\n", "a\n", "a%00"),
    *("é", "İ", "\u017f", "\u212a", "ß", "😀", "\u202ea", "\uff11"),
    *("x" * 65, "x" * 1_000_000),
]


@pytest.mark.parametrize("trap", NAME_TRAPS, ids=range(len(NAME_TRAPS)))
def test_a_user_name_is_ascii_letters_digits_and_a_few_signs(trap: str) -> None:
    assert validate(operation("iam", "CreateUser"), {"UserName": trap})


NUL_TRAPS: list[tuple[str, str, dict[str, object]]] = [
    ("iam", "CreateUser", {"UserName": "u", "Path": "/\x00/"}),
    ("iam", "SimulateCustomPolicy", {"PolicyInputList": ["{}"], "ActionNames": ["s3:\x00Get"]}),
    ("iam", "CreateOpenIDConnectProvider", {"Url": "https://a\ufffe"}),
    ("organizations", "CreateOrganizationalUnit", {"ParentId": "r-1234", "Name": "a\x00"}),
    (
        "organizations",
        "UpdatePolicy",
        {"PolicyId": "p-12345678", "Description": "a\x1b", "Content": "{}"},
    ),
    ("doorward", "ListResources", {"NextToken": "\x00"}),
]


@pytest.mark.parametrize(("name", "action", "parameters"), NUL_TRAPS)
def test_text_that_no_reply_could_carry_is_refused(
    name: str, action: str, parameters: dict[str, object]
) -> None:
    (found,) = validate(operation(name, action), parameters)
    assert found.reason in {"INVALID_PATTERN", "INVALID_LIST_MEMBER"}


# java.util.regex.Pattern: predefined classes are ASCII, `matches` takes the whole text, `.` stops
# at each line terminator.
JAVA = [
    (r"\d{12}", "\uff11" * 12, False),
    (r"^\d{12}$", "123456789012\n", False),
    (r"[\w]+", "é", False),
    (r"[^\s@]+", "a\u00a0b", True),
    (r".+", "a\u2028b", False),
    (r".+", "a\rb", False),
    (r"[.]+", "...", True),
    (r"\.+", "a", False),
    (r"^(\d{2})|(x{2})$", "12", True),
    (r"^(\d{2})|(x{2})$", "xx", True),
    (r"^(\d{2})|(x{2})$", "123", False),
    (r"[\p{L}\p{Z}\p{N}_]*", "aé漢字 \u00a0٣½_", True),
    (r"[\p{L}\p{Z}\p{N}_]*", "a-b", False),
    (r"\p{Lu}+", "ÀB", True),
    (r"\p{Lu}+", "a", False),
    (r"[\u0020-\u00FF]+", "ÿ", True),
    (r"[\u0020-\u00FF]+", "Ā", False),
    (ARN_PATTERN, "arn:é:漢", True),
    (ARN_PATTERN, "😀", False),
]


@pytest.mark.parametrize(("pattern", "text", "holds"), JAVA)
def test_patterns_mean_what_they_mean_in_java(pattern: str, text: str, holds: bool) -> None:
    assert patterns.matches(pattern, text) is holds


@pytest.mark.parametrize("pattern", [r"[a&&b]", r"[a[b]]", r"\h", r"\Qa\E", r"\p{Alpha}", r"\Z"])
def test_java_that_python_would_misread_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        patterns.compiled(pattern)


HOSTILE = [
    "a",
    "a@",
    "/",
    ".",
    ":",
    "-",
    "a.",
    "/a",
    "\\",
    "1",
    "arn:aws:organizations::",
    "o-",
    "{",
]


def _input_shapes() -> list[Shape]:
    """Return every shape with a pattern that an input of a served operation can reach."""
    found: dict[tuple[str, str], Shape] = {}

    def walk(name: str, shape: Shape) -> None:
        if (name, shape.name) not in found:
            found[name, shape.name] = shape
            for part in (*shape.members, shape.element, shape.key, shape.value):
                if part is not None:
                    walk(name, service(name).shapes[part.shape])

    for name in SERVED:
        for action in service(name).operations.values():
            if action.input:
                walk(name, action.input)
    return [shape for shape in found.values() if shape.pattern]


@pytest.mark.parametrize("shape", _input_shapes(), ids=lambda shape: shape.name)
def test_no_pattern_takes_long_over_a_hostile_text(shape: Shape) -> None:
    pattern = shape.pattern or ""
    one_pass = shape.maximum is None or patterns.is_one_class(pattern)
    length = 50_000 if one_pass else int(shape.maximum or 0)
    patterns.matches(pattern, "")
    texts = [
        (piece * length)[: length - 1] + end
        for piece in HOSTILE
        for end in ("", "\n", "@", "\u20ac")
    ]
    assert cpu_of(lambda: [patterns.matches(pattern, text) for text in texts]) < 0.5


def test_a_quadratic_pattern_never_meets_a_text_that_is_too_long() -> None:
    email = "a@" + "." * 1_000_000 + "@"
    called = operation("organizations", "CreateAccount")
    assert cpu_of(lambda: validate(called, {"Email": email})) < 0.25
    found = validate(called, {"Email": email})
    assert "MAX_LENGTH_EXCEEDED" in {row.reason for row in found}
