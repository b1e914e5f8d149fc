"""Rows 16 and 17 of the catalogue of bad input: paths, queries and headers in odd spellings.

botocore's signer says what the canonical request is. ``python3 dev.py signatures`` tries as many
random requests as one likes.
"""

from __future__ import annotations

import pytest
from hypothesis import settings

from doorward.credentials.sigv4 import SignedRequest
from tests.credentials import canonical
from tests.credentials.signing import (
    KEY_ID,
    authenticate,
    header,
    refusal,
    replaced,
    signed,
    with_header,
)

PATHS = [
    ("/", "/"),
    ("//", "/"),
    ("/./", "/"),
    ("/../", "/"),
    ("/a/../b", "/b"),
    ("/a/./b/", "/a/b/"),
    ("/a//b", "/a/b"),
    ("/a/..", "/"),
    ("/%2e%2e/a", "/%252e%252e/a"),
    ("/%2E", "/%252E"),
    ("/a%2Fb", "/a%252Fb"),
    ("/a%2fb", "/a%252fb"),
    ("/a+b", "/a%2Bb"),
    ("/a%20b", "/a%2520b"),
    ("/a%2Bb", "/a%252Bb"),
    ("/~a", "/~a"),
    ("/%7Ea", "/%257Ea"),
    ("/%C3%A9", "/%25C3%25A9"),
    ("/a:b@c", "/a%3Ab%40c"),
]


@pytest.mark.parametrize(("path", "expected"), PATHS, ids=[path for path, _ in PATHS])
def test_row_16_paths(path: str, expected: str) -> None:
    """Dots and empty segments are resolved, then what was sent is encoded once more."""
    request = signed(url=f"http://127.0.0.1:8080{path}")
    assert canonical.ours(request) == canonical.theirs(request)
    assert canonical.ours(request).split("\n")[1] == expected
    assert authenticate(request).access_key_id == KEY_ID


MEANINGS = [("/a/b", "/a%2Fb"), ("/..", "/%2e%2e"), ("/a+b", "/a%20b"), ("/a/", "/a")]


@pytest.mark.parametrize(("path", "other"), MEANINGS, ids=[f"{a} {b}" for a, b in MEANINGS])
def test_row_16_a_path_of_another_meaning_has_another_signature(path: str, other: str) -> None:
    for one, two in ((path, other), (other, path)):
        request = signed(url=f"http://127.0.0.1:8080/x{one}")
        assert authenticate(request).access_key_id == KEY_ID
        assert refusal(replaced(request, path=f"/x{two}")).code == "SignatureDoesNotMatch"


VALUES = [
    ("runs of spaces", "a   b", "a b"),
    ("tabs", "a\t\tb", "a b"),
    ("around", "  a  ", "a"),
    ("quotes keep nothing apart", '"a   b"', '"a b"'),
    ("not ASCII", "é", "Ã©"),
    ("empty", "", ""),
    ("comma", "a,b", "a,b"),
]


@pytest.mark.parametrize(
    ("value", "expected"), [pytest.param(*row[1:], id=row[0]) for row in VALUES]
)
def test_row_17_header_values(value: str, expected: str) -> None:
    request = signed(headers=[("X-Custom", value)])
    assert canonical.ours(request) == canonical.theirs(request)
    assert f"\nx-custom:{expected}\n" in canonical.ours(request)
    assert authenticate(request).access_key_id == KEY_ID


def test_row_17_values_of_one_name_are_joined() -> None:
    request = signed(headers=[("X-Custom", "a  b"), ("x-custom", " c")])
    assert canonical.ours(request) == canonical.theirs(request)
    assert "\nx-custom:a b,c\n" in canonical.ours(request)


@pytest.mark.parametrize("value", ["a\r\n b", "a\n\tb", "a\rb"])
def test_row_17_a_folded_line_is_refused(value: str) -> None:
    request = signed(headers=[("X-Custom", "a b")])
    assert header(request, "x-custom") == "a b"
    assert refusal(with_header(request, "x-custom", value)).status == 400


def test_rows_16_and_17_whatever_botocore_signs() -> None:
    settings(max_examples=200)(canonical.LAW)()


def test_rows_16_and_17_a_difference_would_be_seen() -> None:
    request = signed(url="http://127.0.0.1:8080/a")
    other = SignedRequest("GET", "/b", "", request.headers, b"")
    assert canonical.ours(other) != canonical.theirs(request)
