"""ARNs of things: what is one, and its parts (IAM User Guide, IAM identifiers)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doorward.policy.arn import Arn, is_account_id, parse_arn


@pytest.mark.parametrize(
    ("text", "parts", "kind", "identifier", "name"),
    [
        (
            "arn:aws:iam::111122223333:role/team/app/Deploy",
            ("aws", "iam", "", "111122223333", "role/team/app/Deploy"),
            "role",
            "team/app/Deploy",
            "Deploy",
        ),
        (
            "arn:aws:iam::111122223333:root",
            ("aws", "iam", "", "111122223333", "root"),
            "",
            "root",
            "root",
        ),
        (
            "arn:aws:s3:::bucket/a:b/c d",
            ("aws", "s3", "", "", "bucket/a:b/c d"),
            "bucket",
            "a:b/c d",
            "c d",
        ),
        (
            "arn:aws-cn:lambda:cn-north-1:111122223333:function:f:1",
            ("aws-cn", "lambda", "cn-north-1", "111122223333", "function:f:1"),
            "function",
            "f:1",
            "f:1",
        ),
        (
            "arn:aws:iam::aws:policy/AdministratorAccess",
            ("aws", "iam", "", "aws", "policy/AdministratorAccess"),
            "policy",
            "AdministratorAccess",
            "AdministratorAccess",
        ),
    ],
)
def test_parts(
    text: str, parts: tuple[str, str, str, str, str], kind: str, identifier: str, name: str
) -> None:
    arn = parse_arn(text)
    assert arn == Arn(*parts)
    assert (arn.resource_type, arn.resource_id, arn.name) == (kind, identifier, name)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "*",
        "arn",
        "arn:aws:s3::",
        "arn:aws:s3:::",
        "arn:aws:iam::111122223333",
        "ARN:aws:iam::111122223333:root",
        "aws:arn:iam::111122223333:root",
        "arn::iam::111122223333:root",
        "arn:aws:::111122223333:root",
        "arn:*:iam::111122223333:root",
        "arn:aws:i?m::111122223333:root",
        "arn:aws:iam:*:111122223333:root",
        "arn:aws:iam::11112222333:root",
        "arn:aws:iam::1111222233334:root",
        "arn:aws:iam::*:root",
        "arn:aws:iam::\uff11\uff11\uff11\uff11\uff12\uff12\uff12\uff12\uff13\uff13\uff13\uff13:root",
        "arn:aws:iam::111122223333\n:root",
        " arn:aws:iam::111122223333:root",
        "arn:AWS:iam::111122223333:root",
    ],
)
def test_what_is_no_arn(text: str) -> None:
    """Wildcards, digits, fields too few."""
    assert parse_arn(text) is None


def test_colons_beyond_the_fifth_belong_to_the_resource() -> None:
    arn = parse_arn("arn:aws:s3:::" + "a:" * 100)
    assert arn is not None
    assert arn.resource == "a:" * 100


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("111122223333", True),
        ("000000000000", True),
        ("11112222333", False),
        ("1111222233334", False),
        ("11112222333a", False),
        ("\uff11" * 12, False),
        ("\u0661" * 12, False),
        ("111122223333\n", False),
        ("", False),
    ],
)
def test_account_ids_are_twelve_ascii_digits(text: str, *, expected: bool) -> None:
    assert is_account_id(text) is expected


@given(st.text(":/*arnws30123456789é\n", max_size=40) | st.text())
def test_what_is_read_is_spelt_the_same(text: str) -> None:
    arn = parse_arn(text)
    assert arn is None or str(arn) == text
