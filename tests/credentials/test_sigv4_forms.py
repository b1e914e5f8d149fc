"""Rows 2-22 of the catalogue of bad input: malformed and ambiguous authentication.

Provenance of texts: IAM User Guide "Troubleshoot signed requests for AWS APIs"; IAM API Reference
"Common errors"; replies of AWS in public reports, named at the row.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from doorward.credentials.sigv4 import SignedRequest
from tests.credentials.signing import (
    FORBIDDEN,
    INCOMPLETE,
    INVALID,
    KEY_ID,
    SECRET,
    STANDARD,
    TOKEN,
    UNKNOWN,
    authenticate,
    header,
    plus,
    refusal,
    replaced,
    signed,
    with_header,
)

Change = Callable[[SignedRequest], SignedRequest]


def _authorization(change: Callable[[str], str]) -> Change:
    return lambda r: with_header(r, "authorization", change(header(r, "authorization")))


def _as(value: str) -> Change:
    return _authorization(lambda _: value)


def _query(old: str, new: str) -> Change:
    def change(request: SignedRequest) -> SignedRequest:
        assert old in request.query
        return replaced(request, query=request.query.replace(old, new))

    return change


def _signed_headers(change: Callable[[str], str]) -> Change:
    def edit(value: str) -> str:
        before, _, rest = value.partition("SignedHeaders=")
        names, _, after = rest.partition(",")
        return f"{before}SignedHeaders={change(names)},{after}"

    return _authorization(edit)


def _again(name: str) -> Change:
    return lambda r: plus((name, header(r, name.lower())))(r)


SORTED = "'SignedHeaders' must be lower-case header names, sorted and without repetition."
LINE_BREAK = "A header value contains a line break or a NUL byte."
PARTS = (
    "Authorization header must have 'Credential', 'SignedHeaders' and 'Signature', each once, "
    "and nothing else."
)
HEX = "'Signature' must be 64 lower-case hexadecimal digits."
UNSUPPORTED = "Unsupported AWS 'algorithm': {}(only AWS4-HMAC-SHA256 for now). "

# Each row: number and case; what is changed; code and status; text.
HEADER_ROWS: list[tuple[str, Change, tuple[str, int], str]] = [
    ("2 unknown key", _authorization(lambda v: v.replace(KEY_ID, "AKIAX")), UNKNOWN, INVALID),
    (
        "5 month 13",
        lambda r: with_header(r, "x-amz-date", "20261323T000000Z"),
        INCOMPLETE,
        # mhart/dynalite, error notes
        ("Date must be in ISO-8601 'basic format'. Got '20261323T000000Z'. "
        "See http://en.wikipedia.org/wiki/ISO_8601"),
    ),
    (
        "5 offset",
        lambda r: with_header(r, "x-amz-date", "20261123T000000+00:00"),
        INCOMPLETE,
        ("Date must be in ISO-8601 'basic format'. Got '20261123T000000+00:00'. "
        "See http://en.wikipedia.org/wiki/ISO_8601"),
    ),
    (
        "5 other digits",
        lambda r: with_header(r, "x-amz-date", "²0261123T000000Z"),
        INCOMPLETE,
        ("Date must be in ISO-8601 'basic format'. Got '²0261123T000000Z'. "
        "See http://en.wikipedia.org/wiki/ISO_8601"),
    ),
    (
        "5 no date",
        lambda r: with_header(r, "x-amz-date", None),
        INCOMPLETE,
        "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.",
    ),
    (
        "5 HTTP date that does not exist",
        lambda r: plus(("Date", "Mon, 31 Feb 2026 22:00:00 GMT"))(
            with_header(r, "x-amz-date", None)
        ),
        INCOMPLETE,
        (
            "Date must be in ISO-8601 'basic format'. Got 'Mon, 31 Feb 2026 22:00:00 GMT'. "
            "See http://en.wikipedia.org/wiki/ISO_8601"
        ),
    ),
    (
        "5 HTTP date in another zone",
        lambda r: plus(("Date", "Mon, 23 Nov 2026 22:00:00 +0100"))(
            with_header(r, "x-amz-date", None)
        ),
        INCOMPLETE,
        ("Date must be in ISO-8601 'basic format'. Got 'Mon, 23 Nov 2026 22:00:00 +0100'. "
        "See http://en.wikipedia.org/wiki/ISO_8601"),
    ),
    (
        "10 no host",
        _signed_headers(lambda names: names.replace("host;", "")),
        FORBIDDEN,
        # aws/aws-sdk-php#2469
        "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.",
    ),
    (
        "10 x-amz header left out",
        plus(("X-Amz-Target", "Other.Operation")),
        FORBIDDEN,
        "'x-amz-target' must be a 'SignedHeader' in the AWS Authorization.",
    ),
    (
        "10 absent header",
        _signed_headers(lambda names: names + ";x-amz-tomorrow"),
        FORBIDDEN,
        "The signed header 'x-amz-tomorrow' is missing from the request.",
    ),
    ("10 unsorted", _signed_headers(lambda n: ";".join(n.split(";")[::-1])), INCOMPLETE, SORTED),
    ("10 duplicated", _signed_headers(lambda n: n + ";x-amz-date"), INCOMPLETE, SORTED),
    ("10 upper case", _signed_headers(str.upper), INCOMPLETE, SORTED),
    ("10 empty name", _signed_headers(lambda n: ";" + n), INCOMPLETE, SORTED),
    (
        "11 header and query",
        lambda r: replaced(r, query="X-Amz-Algorithm=AWS4-HMAC-SHA256"),
        INCOMPLETE,
        # mhart/dynalite
        "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header.",
    ),
    (
        "11 header and a token in the query",
        lambda r: replaced(r, query="x-amz-security-token=abc"),
        INCOMPLETE,
        ("Found both 'x-amz-security-token' as a query-string param and 'Authorization' as HTTP "
        "header."),
    ),
    ("15 body changed", lambda r: replaced(r, body=b"changed"), FORBIDDEN, STANDARD),
    ("17 folded line", plus(("X-Other", "a\r\n b")), INCOMPLETE, LINE_BREAK),
    ("17 NUL", plus(("X-Other", "a\0b")), INCOMPLETE, LINE_BREAK),
    ("17 not Latin-1", plus(("X-Other", "a\u0100")), INCOMPLETE, LINE_BREAK),
    *(
        (
            f"18 two {name}",
            _again(name) if name != "Content-Length" else plus((name, "4"), (name, "5")),
            INCOMPLETE,
            f"The header '{name.lower()}' must not be repeated.",
        )
        for name in ("Authorization", "X-Amz-Date", "Host", "Content-Length")
    ),
    (
        "19 lower-case scheme",
        _authorization(lambda v: v.replace("AWS4-HMAC-SHA256", "aws4-hmac-sha256")),
        INCOMPLETE,
        UNSUPPORTED.format(""),
    ),
    (
        "19 no commas",
        _authorization(lambda v: v.replace(", ", " ")),
        INCOMPLETE,
        ("Authorization header requires 'Signature' parameter. Authorization header requires "
        "'SignedHeaders' parameter."),
    ),
    ("19 extra part", _authorization(lambda v: v + ", Extra=1"), INCOMPLETE, PARTS),
    ("19 part twice", _authorization(lambda v: v + ", Signature=" + "0" * 64), INCOMPLETE, PARTS),
    (
        "19 no equal-sign",
        _authorization(lambda v: v + ", Signature"),
        INCOMPLETE,
        "Not a valid key=value pair (missing equal-sign) in Authorization header.",
    ),
    (
        "19 base64 signature",
        _authorization(lambda v: v[:-64] + "q" * 43 + "="),
        INCOMPLETE,
        HEX,
    ),
    ("19 63 digits", _authorization(lambda v: v[:-1]), INCOMPLETE, HEX),
    ("19 65 digits", _authorization(lambda v: v + "0"), INCOMPLETE, HEX),
    ("19 upper-case hex", _authorization(lambda v: v[:-64] + "A" * 64), INCOMPLETE, HEX),
    (
        "19 64 KiB",
        _authorization(lambda v: v.replace("Credential=", "Credential=" + "a" * 65_536)),
        INCOMPLETE,
        "Authorization header is too long.",
    ),
    ("19 NUL", _authorization(lambda v: v + "\0"), INCOMPLETE, LINE_BREAK),
    (
        "19 scheme alone",
        _as("AWS4-HMAC-SHA256"),
        INCOMPLETE,
        "Not a valid key=value pair (missing equal-sign) in Authorization header.",
    ),
    (
        "19 empty parts",
        _as("AWS4-HMAC-SHA256 Credential="),
        INCOMPLETE,
        # aws/chalice#828, without its echo of the header
        ("Authorization header requires 'Credential' parameter. Authorization header requires "
        "'Signature' parameter. Authorization header requires 'SignedHeaders' parameter."),
    ),
    (
        "19 secret in place of the key id",
        _authorization(lambda v: v.replace(KEY_ID, SECRET)),
        INCOMPLETE,
        # boto/boto3#1081, without its echo of the credential
        ("Credential must have exactly 5 slash-delimited elements, e.g. "
        "keyid/date/region/service/term"),
    ),
    ("19 odd key id", _authorization(lambda v: v.replace(KEY_ID, "AKIA%2F")), UNKNOWN, INVALID),
    ("19 empty", _as(""), INCOMPLETE, UNSUPPORTED.format("")),
    (
        "21 SigV4A",
        _authorization(lambda v: v.replace("AWS4-HMAC-SHA256", "AWS4-ECDSA-P256-SHA256")),
        INCOMPLETE,
        UNSUPPORTED.format("'AWS4-ECDSA-P256-SHA256' "),
    ),
    (
        "21 SigV2",
        _as(f"AWS {KEY_ID}:frJIUN8DYpKDtOLCwo//yllqDzg="),
        INCOMPLETE,
        UNSUPPORTED.format("'AWS' "),
    ),
    *(
        (f"21 {kind}", _as(f"{kind} eA=="), INCOMPLETE, UNSUPPORTED.format(f"'{kind}' "))
        for kind in ("Basic", "Bearer", "Digest")
    ),
    ("21 a bare secret", _as(SECRET), INCOMPLETE, UNSUPPORTED.format("")),
    (
        "21 SigV2 in the query",
        lambda r: replaced(
            with_header(r, "authorization", None), query=f"AWSAccessKeyId={KEY_ID}&Signature=x"
        ),
        INCOMPLETE,
        ("Signature Version 2 and signatures in a form body are not supported. Use Signature "
        "Version 4 in the Authorization header or the query string."),
    ),
    (
        "21 SigV2 in the body",
        lambda r: replaced(
            with_header(r, "authorization", None), body=f"A=B&AWSAccessKeyId={KEY_ID}".encode()
        ),
        INCOMPLETE,
        ("Signature Version 2 and signatures in a form body are not supported. Use Signature "
        "Version 4 in the Authorization header or the query string."),
    ),
    ("22 empty token", plus(("X-Amz-Security-Token", "")), UNKNOWN, INVALID),
    ("method with a line break", lambda r: replaced(r, method="GET\n/"), INCOMPLETE,
     "The request line is malformed."),
    ("query with a line break", lambda r: replaced(r, query="a=b\nc"), INCOMPLETE,
     "The request line is malformed."),
]  # fmt: skip


@pytest.mark.parametrize(
    ("change", "expected", "text"),
    [pytest.param(*row[1:], id=f"row {row[0]}") for row in HEADER_ROWS],
)
def test_header_authentication(change: Change, expected: tuple[str, int], text: str) -> None:
    request = signed()
    authenticate(request)
    changed = change(request)
    failure = refusal(changed)
    seconds = []
    for _ in range(3):
        started = time.process_time()
        refusal(changed)
        seconds.append(time.process_time() - started)
    assert min(seconds) < 0.005
    assert ((failure.code, failure.status), failure.message) == (expected, text)


RANGE = (
    "X-Amz-Expires must be at least one second and at most a week (in seconds); that is, the "
    "given X-Amz-Expires must not exceed 604800 seconds"
)
NUMBER = "X-Amz-Expires should be a number"
EXPIRES = "X-Amz-Expires=600"


def _must_include(name: str) -> str:
    return (
        f"AWS query-string parameters must include '{name}'. "
        "Re-examine the query-string parameters."
    )


PRESIGNED_ROWS: list[tuple[str, Change, tuple[str, int], str]] = [
    ("12 Expires -1", _query(EXPIRES, "X-Amz-Expires=-1"), INCOMPLETE, NUMBER),
    ("12 Expires 0", _query(EXPIRES, "X-Amz-Expires=0"), INCOMPLETE, RANGE),
    ("12 Expires 604801", _query(EXPIRES, "X-Amz-Expires=604801"), INCOMPLETE, RANGE),
    ("12 Expires 3600abc", _query(EXPIRES, "X-Amz-Expires=3600abc"), INCOMPLETE, NUMBER),
    ("12 Expires with a space", _query(EXPIRES, "X-Amz-Expires=%2060"), INCOMPLETE, NUMBER),
    ("12 Expires 1e9", _query(EXPIRES, "X-Amz-Expires=1e9"), INCOMPLETE, NUMBER),
    ("12 Expires in other digits", _query(EXPIRES, "X-Amz-Expires=%B2"), INCOMPLETE, NUMBER),
    ("12 Expires missing", _query("&" + EXPIRES, ""), INCOMPLETE, _must_include("X-Amz-Expires")),
    ("12 Expires empty", _query(EXPIRES, "X-Amz-Expires="), INCOMPLETE,
     _must_include("X-Amz-Expires")),
    ("12 Expires twice", _query(EXPIRES, f"{EXPIRES}&{EXPIRES}"), INCOMPLETE,
     "The query-string parameter 'X-Amz-Expires' must not be repeated."),
    ("12 Expires changed", _query(EXPIRES, "X-Amz-Expires=601"), FORBIDDEN, STANDARD),
    ("13 a parameter more", _query("Action=GetUser", "Action=GetUser&UserName=x"), FORBIDDEN,
     STANDARD),
    ("13 a parameter twice", _query("Action=GetUser", "Action=GetUser&Action=GetUser"), FORBIDDEN,
     STANDARD),
    ("13 two signatures, one encoded", _query("X-Amz-Sig", "X%2DAmz-Signature=0&X-Amz-Sig"),
     INCOMPLETE, "The query-string parameter 'X-Amz-Signature' must not be repeated."),
    ("15 a body", lambda r: replaced(r, body=b"Action=DeleteUser"), FORBIDDEN, STANDARD),
    ("9 in lower case", _query("X-Amz-", "x-amz-"), INCOMPLETE,
     ("AWS query-string parameters must include 'X-Amz-Algorithm'. "
     "AWS query-string parameters must include 'X-Amz-Credential'. "
     "AWS query-string parameters must include 'X-Amz-Signature'. "
     "AWS query-string parameters must include 'X-Amz-SignedHeaders'. "
     "AWS query-string parameters must include 'X-Amz-Date'. "
     "AWS query-string parameters must include 'X-Amz-Expires'. "
     "Re-examine the query-string parameters.")),
    ("21 SigV4A", _query("AWS4-HMAC-SHA256", "AWS4-ECDSA-P256-SHA256"), INCOMPLETE,
     UNSUPPORTED.format("")),
    ("11 a token as header too", plus(("X-Amz-Security-Token", TOKEN)), INCOMPLETE,
     ("A presigned request carries 'X-Amz-Security-Token' in its query string, not as HTTP "
     "header.")),
    ("22 empty token", _query(EXPIRES, f"{EXPIRES}&X-Amz-Security-Token="), UNKNOWN, INVALID),
    ("22 stray token", _query(EXPIRES, f"{EXPIRES}&X-Amz-Security-Token=a"), FORBIDDEN, STANDARD),
]  # fmt: skip


@pytest.mark.parametrize(
    ("change", "expected", "text"),
    [pytest.param(*row[1:], id=f"row {row[0]}") for row in PRESIGNED_ROWS],
)
def test_query_authentication(change: Change, expected: tuple[str, int], text: str) -> None:
    request = signed("presigned", params=[("Action", "GetUser")], expires=600)
    authenticate(request)
    failure = refusal(change(request))
    assert ((failure.code, failure.status), failure.message) == (expected, text)
