"""Reading the authentication of a request, strictly: what is malformed or doubtful is refused.

Sources: IAM User Guide, "Elements of an AWS API request signature" and "Create a signed AWS API
request"; S3 API Reference, "Authenticating requests: using query parameters" (the bounds of
X-Amz-Expires). The texts are AWS's own where a reply is on public record, e.g. in
aws/chalice#828, brendanhay/amazonka#316, boto/boto3#1081 and the error notes of mhart/dynalite.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache

from doorward.credentials.failure import incomplete_signature, invalid_client_token_id
from doorward.credentials.sigv4.canonical import decoded, query_pairs
from doorward.credentials.sigv4.request import Authorization, SignedRequest

ALGORITHM = "AWS4-HMAC-SHA256"
"""The one algorithm spoken here."""

MAX_EXPIRES = 604_800
"""Longest life of a presigned request in seconds: seven days."""

_MAX_AUTHORIZATION = 16_384
_ONCE = (
    "authorization",
    "content-length",
    "date",
    "host",
    "x-amz-content-sha256",
    "x-amz-date",
    "x-amz-security-token",
)
_HEADER_PARTS = ("Credential", "Signature", "SignedHeaders")
_QUERY_PARTS = (
    "X-Amz-Algorithm",
    "X-Amz-Credential",
    "X-Amz-Signature",
    "X-Amz-SignedHeaders",
    "X-Amz-Date",
    "X-Amz-Expires",
)
_QUERY_NAMES = frozenset(name.lower() for name in (*_QUERY_PARTS, "X-Amz-Security-Token"))
_SIGV2_NAME = "awsaccesskeyid"
_FORM_MARKERS = (b"AWSAccessKeyId=", b"X-Amz-Algorithm=", b"X-Amz-Signature=")
_KNOWN_SCHEMES = frozenset({"AWS", "AWS4-ECDSA-P256-SHA256", "Basic", "Bearer", "Digest"})

_NOT_ON_A_LINE = re.compile(r"[\0\r\n\u0100-\U0010ffff]")
_NOT_IN_A_TARGET = re.compile(r"[\0-\x20\x7f\u0100-\U0010ffff]")
_METHOD = re.compile(r"[A-Za-z-]{1,32}")
_HEADER_NAME = re.compile(r"[a-z0-9!#$%&'*+.^_`|~-]+")
_SIGNATURE = re.compile(r"[0-9a-f]{64}")
_KEY_ID = re.compile(r"[A-Za-z0-9_]{1,128}")
_BASIC_TIME = re.compile(r"[0-9]{8}T[0-9]{6}Z")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_HTTP_TIME = re.compile(
    r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), ([0-9]{2}) ([A-Z][a-z]{2}) ([0-9]{4}) "
    r"([0-9]{2}):([0-9]{2}):([0-9]{2}) (?:GMT|[+-]0000)"
)
_EXPIRES = re.compile(r"[0-9]{1,6}")


def parse(request: SignedRequest) -> Authorization | None:
    """Return what the request claims about its signer, ``None`` if it carries no authentication.

    Raises:
        AuthenticationFailure: the authentication is malformed (IncompleteSignature), ambiguous,
            of an unsupported kind, or names a key that cannot exist (InvalidClientTokenId).

    """
    headers = request.values
    _refuse_unclear(request, headers)
    parameters = [(decoded(name), decoded(value)) for name, value in query_pairs(request.query)]
    in_query = [name for name, _ in parameters if name.lower() in _QUERY_NAMES]
    authorization = headers.get("authorization")
    if authorization is None:
        if in_query:
            return _from_query(parameters, headers)
        _refuse_other_kinds(request, parameters)
        return None
    if in_query:
        raise incomplete_signature(
            f"Found both '{in_query[0]}' as a query-string param and 'Authorization' as HTTP "
            "header."
        )
    return _from_header(authorization[0], headers)


def _refuse_unclear(request: SignedRequest, headers: Mapping[str, Sequence[str]]) -> None:
    """Refuse what could be read in two ways: line breaks within a value, decisive repetitions."""
    if not _is_clear(request.method, request.path) or _NOT_IN_A_TARGET.search(request.query):
        raise incomplete_signature("The request line is malformed.")
    text = "".join([value for _, value in request.headers])
    if not (text.isascii() and text.isprintable()) and _NOT_ON_A_LINE.search(text):
        raise incomplete_signature("A header value contains a line break or a NUL byte.")
    if len(headers) == len(request.headers):
        return
    for name in _ONCE:
        if len(headers.get(name, ())) > 1:
            raise incomplete_signature(f"The header '{name}' must not be repeated.")


@lru_cache(maxsize=64)  # nearly every call is a POST to /
def _is_clear(method: str, path: str) -> bool:
    """Say whether method and path can stand in a request line."""
    return bool(_METHOD.fullmatch(method)) and not _NOT_IN_A_TARGET.search(path)


def _refuse_other_kinds(request: SignedRequest, parameters: Sequence[tuple[str, str]]) -> None:
    """Refuse credentials of kinds not spoken here: they must not pass as anonymous."""
    if any(name.lower() == _SIGV2_NAME for name, _ in parameters) or any(
        marker in request.body for marker in _FORM_MARKERS
    ):
        raise incomplete_signature(
            "Signature Version 2 and signatures in a form body are not supported. Use Signature "
            "Version 4 in the Authorization header or the query string."
        )


def _from_header(value: str, headers: Mapping[str, Sequence[str]]) -> Authorization:
    """Read ``AWS4-HMAC-SHA256 Credential=…, SignedHeaders=…, Signature=…``."""
    scheme, _, rest = value.partition(" ")
    if scheme != ALGORITHM:
        shown = f"'{scheme}' " if scheme in _KNOWN_SCHEMES else ""
        raise _unsupported_algorithm(shown)
    if len(value) > _MAX_AUTHORIZATION:
        raise incomplete_signature("Authorization header is too long.")
    parts = _header_parts(rest)
    missing = [
        f"Authorization header requires '{name}' parameter."
        for name in _HEADER_PARTS
        if not parts.get(name)
    ]
    date = headers.get("x-amz-date") or headers.get("date")
    if date is None:
        missing.append(
            "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header."
        )
    if date is None or missing:
        raise incomplete_signature(" ".join(missing))
    token = headers.get("x-amz-security-token")
    return _authorization(parts, _timestamp(date[0], http="x-amz-date" not in headers), token)


def _header_parts(text: str) -> dict[str, str]:
    """Split the comma-separated ``name=value`` parts; unknown and repeated names are refused."""
    parts: dict[str, str] = {}
    for part in text.split(","):
        name, equals, value = part.strip(" ").partition("=")
        if not equals:
            raise incomplete_signature(
                "Not a valid key=value pair (missing equal-sign) in Authorization header."
            )
        if name not in _HEADER_PARTS or name in parts:
            raise incomplete_signature(
                "Authorization header must have 'Credential', 'SignedHeaders' and 'Signature', "
                "each once, and nothing else."
            )
        parts[name] = value
    return parts


def _from_query(
    parameters: Sequence[tuple[str, str]], headers: Mapping[str, Sequence[str]]
) -> Authorization:
    """Read the ``X-Amz-…`` parameters of a presigned request."""
    given: dict[str, str] = {}
    for name, value in parameters:
        if name.lower() not in _QUERY_NAMES:
            continue
        if name in given:
            raise incomplete_signature(
                f"The query-string parameter '{name}' must not be repeated."
            )
        given[name] = value
    missing = [
        f"AWS query-string parameters must include '{name}'."
        for name in _QUERY_PARTS
        if not given.get(name)
    ]
    if missing:
        raise incomplete_signature(f"{' '.join(missing)} Re-examine the query-string parameters.")
    if given["X-Amz-Algorithm"] != ALGORITHM:
        raise _unsupported_algorithm("")
    if "x-amz-security-token" in headers:
        raise incomplete_signature(
            "A presigned request carries 'X-Amz-Security-Token' in its query string, not as HTTP "
            "header."
        )
    token = given.get("X-Amz-Security-Token")
    return _authorization(
        {name: given[f"X-Amz-{name}"] for name in _HEADER_PARTS},
        _timestamp(given["X-Amz-Date"], http=False),
        None if token is None else [token],
        expires=_expires(given["X-Amz-Expires"]),
    )


def _authorization(
    parts: Mapping[str, str],
    timestamp: datetime,
    token: Sequence[str] | None,
    *,
    expires: int | None = None,
) -> Authorization:
    """Take the three parts that both forms have to pieces, and put all together."""
    key_id, date, region, service, terminator = _scope(parts["Credential"])
    if not _KEY_ID.fullmatch(key_id) or (token is not None and not token[0]):
        raise invalid_client_token_id()
    if not _SIGNATURE.fullmatch(parts["Signature"]):
        raise incomplete_signature("'Signature' must be 64 lower-case hexadecimal digits.")
    return Authorization(
        access_key_id=key_id,
        date=date,
        region=region,
        service=service,
        terminator=terminator,
        signed_headers=_signed_headers(parts["SignedHeaders"]),
        signature=parts["Signature"],
        timestamp=timestamp,
        session_token=None if token is None else token[0],
        presigned=expires is not None,
        expires=expires,
    )


def _scope(text: str) -> list[str]:
    """Split the credential into the key id and the four parts of its scope."""
    elements = text.split("/")
    if len(elements) != 5:
        # AWS goes on with what it got: often a secret, put where the key id belongs.
        raise incomplete_signature(
            "Credential must have exactly 5 slash-delimited elements, e.g. "
            "keyid/date/region/service/term"
        )
    return elements


@lru_cache(maxsize=256)  # callers sign the same headers again and again
def _signed_headers(text: str) -> tuple[str, ...]:
    """Split the list of signed headers: lower-case names, in order, none twice."""
    names = text.split(";")
    if names != sorted(set(names)) or not all(map(_HEADER_NAME.fullmatch, names)):
        raise incomplete_signature(
            "'SignedHeaders' must be lower-case header names, sorted and without repetition."
        )
    return tuple(names)


@lru_cache(maxsize=256)
def _timestamp(text: str, *, http: bool) -> datetime:
    """Read a time in ISO 8601 basic format; a ``Date`` header (``http``) may have HTTP's form."""
    if _BASIC_TIME.fullmatch(text):
        try:
            return datetime(
                int(text[:4]), int(text[4:6]), int(text[6:8]),
                int(text[9:11]), int(text[11:13]), int(text[13:15]),
                tzinfo=UTC,
            )  # fmt: skip
        except ValueError:
            pass
    elif http and (moment := _http_time(text)) is not None:
        return moment
    # The text is echoed as AWS does, cut to the length of a time.
    raise incomplete_signature(
        f"Date must be in ISO-8601 'basic format'. Got '{text[:32]}'. "
        "See http://en.wikipedia.org/wiki/ISO_8601"
    )


def _http_time(text: str) -> datetime | None:
    """Read a time like ``Mon, 23 Nov 2026 22:24:34 GMT``, ``None`` if it is not one in UTC."""
    found = _HTTP_TIME.fullmatch(text)
    if found is None:
        return None
    day, month, year, hour, minute, second = found.groups()
    try:
        return datetime(
            int(year), _MONTHS.index(month) + 1, int(day), int(hour), int(minute), int(second),
            tzinfo=UTC,
        )  # fmt: skip
    except ValueError:
        return None


def _expires(text: str) -> int:
    """Read ``X-Amz-Expires``: a plain number of seconds from 1 to seven days."""
    if not _EXPIRES.fullmatch(text):
        raise incomplete_signature("X-Amz-Expires should be a number")
    seconds = int(text)
    if not 1 <= seconds <= MAX_EXPIRES:
        raise incomplete_signature(
            "X-Amz-Expires must be at least one second and at most a week (in seconds); that is, "
            f"the given X-Amz-Expires must not exceed {MAX_EXPIRES} seconds"
        )
    return seconds


def _unsupported_algorithm(shown: str) -> Exception:
    """Name the scheme only if it is a known one: in its place may stand a bare secret."""
    return incomplete_signature(
        f"Unsupported AWS 'algorithm': {shown}(only {ALGORITHM} for now). "
    )
