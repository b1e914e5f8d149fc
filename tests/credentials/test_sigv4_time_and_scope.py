"""Rows 1-9, 12, 15 and 23 of the catalogue of bad input: secrets, time, scope, stated hashes.

Provenance of texts: as in ``test_sigv4_forms``; of others, at the table.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from doorward.credentials.failure import STATUSES
from doorward.credentials.sigv4 import (
    AuthenticationFailure,
    SignedRequest,
    parse,
    refuse_unknown_key,
)
from doorward.wire.faults import COMMON
from tests.credentials.signing import (
    FORBIDDEN,
    INVALID,
    KEY_ID,
    SECRET,
    STANDARD,
    TOKEN,
    authenticate,
    header,
    plus,
    refusal,
    replaced,
    signed,
    with_header,
)


def test_a_secret_wrong_by_one_character() -> None:
    failure = refusal(signed(), secrets={KEY_ID: SECRET[:-1] + "Z"})
    assert (failure.code, failure.status, failure.message) == (*FORBIDDEN, STANDARD)


def test_no_credentials_at_all() -> None:
    failure = refusal(with_header(signed(), "authorization", None))
    assert (failure.code, failure.status) == ("MissingAuthenticationToken", 403)
    assert failure.message == "Request is missing Authentication Token"


AT = datetime(2026, 1, 1, 0, 0, 0, tzinfo=UTC)


def _at(moment: datetime, form: str = "header", **options: object) -> SignedRequest:
    """A request whose signature says that it was signed at a moment; its signature is wrong."""
    request = signed(form, **options)  # type: ignore[arg-type]
    claims = parse(request)
    assert claims is not None
    now, then = (f"{t:%Y%m%d}" for t in (claims.timestamp, moment))
    old, new = claims.timestamp.strftime("%Y%m%dT%H%M%SZ"), moment.strftime("%Y%m%dT%H%M%SZ")
    return replaced(
        request,
        query=request.query.replace(old, new).replace(f"%2F{now}%2F", f"%2F{then}%2F"),
        headers=tuple(
            (name, value.replace(old, new).replace(f"/{now}/", f"/{then}/"))
            for name, value in request.headers
        ),
    )


# Texts of iam and sts: aws/chalice#1170, aws/aws-cli#6676, QT-DevOps/DevOpsIssues#989.
SKEW = [
    ("late", "iam", timedelta(minutes=15, seconds=1),
     ("Signature expired: 20260101T000000Z is now earlier than 20260101T000001Z "
     "(20260101T001501Z - 15 min.)")),
    ("early", "sts", timedelta(minutes=-16),
     ("Signature not yet current: 20260101T000000Z is still later than 20251231T235900Z "
     "(20251231T234400Z + 15 min.)")),
    ("late, other service", "organizations", timedelta(minutes=6),
     ("Signature expired: 20260101T000000Z is now earlier than 20260101T000100Z "
     "(20260101T000600Z - 5 min.)")),
    ("early, other service", "organizations", timedelta(minutes=-5, seconds=-1),
     ("Signature not yet current: 20260101T000000Z is still later than 20251231T235959Z "
     "(20251231T235459Z + 5 min.)")),
    ("within", "iam", timedelta(minutes=15), STANDARD),
    ("within, early", "iam", timedelta(minutes=-15), STANDARD),
    ("within, other service", "organizations", timedelta(minutes=5), STANDARD),
]  # fmt: skip


@pytest.mark.parametrize("form", ["header", "presigned"])
@pytest.mark.parametrize(
    ("service", "skew", "text"), [pytest.param(*row[1:], id=row[0]) for row in SKEW]
)
def test_time(form: str, service: str, skew: timedelta, text: str) -> None:
    failure = refusal(_at(AT, form, service=service), service=service, now=AT + skew)
    assert (failure.code, failure.message) == ("SignatureDoesNotMatch", text)


@pytest.mark.parametrize("year", [1, 1970, 9999])
@pytest.mark.parametrize("form", ["header", "presigned"])
def test_years_far_away_are_refused_without_an_accident(form: str, year: int) -> None:
    moment = datetime(year, 12, 31, 23, 59, 59, tzinfo=UTC)
    stamp = f"{year:04d}1231T235959Z"
    request = _at(AT, form)
    request = replaced(
        request,
        query=request.query.replace("20260101T000000Z", stamp),
        headers=tuple((n, v.replace("20260101T000000Z", stamp)) for n, v in request.headers),
    )
    claims = parse(request)
    assert claims is not None
    assert claims.timestamp == moment
    assert refusal(request, now=AT).message.startswith("Signature ")


def test_a_really_signed_request_holds_to_the_end_of_the_window() -> None:
    request = signed()
    claims = authenticate(request)
    for minutes in (-15, 15):
        authenticate(request, now=claims.timestamp + timedelta(minutes=minutes))
        refusal(request, now=claims.timestamp + timedelta(minutes=minutes, seconds=minutes))


def test_a_presigned_request_ends_with_its_own_life_or_the_window() -> None:
    short, long = signed("presigned", expires=60), signed("presigned", expires=604_800)
    signed_at = authenticate(short).timestamp
    authenticate(short, now=signed_at + timedelta(seconds=60))
    failure = refusal(short, now=signed_at + timedelta(seconds=61))
    assert failure.message.startswith("Signature expired: ")
    assert failure.message.endswith("Z - 60 sec.)")
    signed_at = authenticate(long).timestamp
    authenticate(long, now=signed_at + timedelta(minutes=15))
    refusal(long, now=signed_at + timedelta(minutes=15, seconds=1))


# cognitect-labs/aws-api#27, cllunsford/aws-signing-proxy#25, namecheap/node-vault-client#25;
# the joined form: mhart/dynalite.
REGION_TEXT = "Credential should be scoped to a valid region. "
SERVICE_TEXT = "Credential should be scoped to correct service: 'iam'. "
TERMINATOR_TEXT = (
    "Credential should be scoped with a valid terminator: 'aws4_request', not 'aws5_request'. "
)
DATE_TEXT = (
    "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: "
    "'20251231' != '20260101', from '20260101T000000Z'. "
)
SCOPES = [
    ("date", "20251231/us-east-1/iam/aws4_request", "us-east-1", DATE_TEXT),
    ("service", "20260101/us-east-1/s3/aws4_request", "us-east-1", SERVICE_TEXT),
    ("region", "20260101/eu-west-1/iam/aws4_request", "us-east-1", REGION_TEXT),
    ("any region, badly spelled", "20260101/EU West/iam/aws4_request", None, REGION_TEXT),
    ("any region, none", "20260101//iam/aws4_request", None, REGION_TEXT),
    ("terminator", "20260101/us-east-1/iam/aws5_request", "us-east-1", TERMINATOR_TEXT),
    ("all", "20251231/x/s3/aws5_request", "us-east-1",
     REGION_TEXT + SERVICE_TEXT + TERMINATOR_TEXT + DATE_TEXT),
    ("any region, well spelled", "20260101/eu-west-1/iam/aws4_request", None, STANDARD),
]  # fmt: skip


@pytest.mark.parametrize("known", [True, False], ids=["known key", "unknown key"])
@pytest.mark.parametrize(
    ("scope", "region", "text"), [pytest.param(*row[1:], id=row[0]) for row in SCOPES]
)
def test_scope(scope: str, region: str | None, text: str, known: bool) -> None:
    """AWS finds the scope wrong before it looks for the key (mhart/dynalite)."""
    request = _at(AT)
    value = header(request, "authorization").replace("20260101/us-east-1/iam/aws4_request", scope)
    request = with_header(request, "authorization", value)
    failure = refusal(request, now=AT, region=region, secrets={KEY_ID: SECRET} if known else {})
    if text == STANDARD and not known:
        assert (failure.code, failure.message) == ("InvalidClientTokenId", INVALID)
    else:
        assert (failure.code, failure.message) == ("SignatureDoesNotMatch", text)


@pytest.mark.parametrize("secret", [SECRET, "no such key"])
def test_an_unknown_key_is_refused_however_it_is_signed(secret: str) -> None:
    request = signed(secret=secret)
    claims = parse(request)
    assert claims is not None
    with pytest.raises(AuthenticationFailure) as refused:
        refuse_unknown_key(request, claims, now=claims.timestamp, service="iam", region=None)
    assert refused.value.code == "InvalidClientTokenId"


# Rows 8, 9 (the class of CVE-2026-40344 and CVE-2026-41145) and 15: hashes that are no hash.
HASHES = [
    "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
    "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
    "UNSIGNED-PAYLOAD",
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b856",
    "E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855",
    "",
]


@pytest.mark.parametrize("form", ["header", "presigned"])
@pytest.mark.parametrize("stated", HASHES)
def test_rows_8_9_15_a_stated_hash_that_is_not_the_body_s_is_refused(
    stated: str, form: str
) -> None:
    """Properly signed by botocore, which takes the header's word for it, and still refused."""
    request = signed(form, headers=[("X-Amz-Content-SHA256", stated)])
    failure = refusal(request)
    assert (failure.code, failure.status, failure.message) == (*FORBIDDEN, STANDARD)


def test_credentials_in_the_query_alone_are_not_anonymous() -> None:
    request = SignedRequest(
        "PUT", "/", f"X-Amz-Credential={KEY_ID}%2F20260101%2Fus-east-1%2Fs3%2Faws4_request",
        (("Host", "h"), ("X-Amz-Content-Sha256", "STREAMING-UNSIGNED-PAYLOAD-TRAILER")), b"x",
    )  # fmt: skip
    assert refusal(request).code == "IncompleteSignature"


def test_forwarded_headers_do_not_stand_for_the_host() -> None:
    request = with_header(
        signed(headers=[("Host", "iam.example.com")]), "host", "evil.example.com"
    )
    assert refusal(plus(("X-Forwarded-Host", "iam.example.com"))(request)).message == STANDARD


def test_every_code_has_the_status_that_the_wire_gives_it() -> None:
    assert {code: COMMON[code].query_status for code in STATUSES} == STATUSES


def test_requests_do_not_show_their_secrets() -> None:
    request = signed(token=TOKEN, body=b"SecretAccessKey")
    assert repr(request) == "SignedRequest(method='GET', …)"
