"""Verifying a signature: its time, what it covers, its scope, and then the signature itself.

The order is AWS's (error notes of mhart/dynalite, recorded against DynamoDB): a request out of
time or out of scope is told so whether or not its key exists. Texts: IAM User Guide,
"Troubleshoot signed requests for AWS APIs".
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from hashlib import sha256
from typing import NoReturn

from doorward.credentials.failure import (
    AuthenticationFailure,
    invalid_client_token_id,
    signature_does_not_match,
)
from doorward.credentials.sigv4.canonical import canonical_requests
from doorward.credentials.sigv4.keys import SigningKeys, signing_key
from doorward.credentials.sigv4.parse import ALGORITHM
from doorward.credentials.sigv4.request import Authorization, SignedRequest

WINDOWS = {"iam": 15, "sts": 15}
"""Minutes by which the time of a request may differ from ours, where AWS is known to allow more
than ``WINDOW``. Source: replies of AWS on record, aws/chalice#1170 (iam:GetRole) and
aws/aws-cli#6676 (sts:GetCallerIdentity), both "- 15 min."."""

WINDOW = 5
"""Minutes for all other services. Source: AWS General Reference, "Signing AWS API requests": in
most cases a request must reach AWS within five minutes of its time stamp."""

_TERMINATOR = "aws4_request"
_REGION = re.compile(r"[a-z][a-z0-9-]{0,31}")
_NO_SECRET = "no such key"  # noqa: S105 (it is there to be nobody's)


def verify(
    request: SignedRequest,
    authorization: Authorization,
    secret: str,
    *,
    now: datetime,
    service: str,
    region: str | None,
    external_host: str | None = None,
    keys: SigningKeys | None = None,
) -> None:
    """Return if ``authorization``, parsed from ``request``, was made with ``secret``.

    ``now`` is aware. ``service`` is the signing name of the service the request was routed to;
    ``region`` the one that scope must name, ``None`` for any. ``external_host`` is the name that
    clients know us by, where a trusted proxy changes the ``Host`` header; ``keys`` remembers
    derived keys between requests.

    Raises:
        AuthenticationFailure: SignatureDoesNotMatch in all its variants.

    """
    headers = request.values
    if external_host is not None:
        headers = {**headers, "host": [external_host]}
    _check_time(authorization, now, service)
    _check_coverage(authorization, headers)
    _check_scope(authorization, service, region)
    derive = signing_key if keys is None else keys.signing_key
    key = derive(authorization, secret)
    if not _signed_with(key, request, authorization, headers):
        raise signature_does_not_match()


def refuse_unknown_key(
    request: SignedRequest,
    authorization: Authorization,
    *,
    now: datetime,
    service: str,
    region: str | None,
    external_host: str | None = None,
    keys: SigningKeys | None = None,
) -> NoReturn:
    """Refuse a request whose key does not exist, after the same work as for one that does.

    The arguments are those of ``verify``. Time and reply do not tell an unknown key from an
    inactive or deleted one, nor, but for the code, from a wrong secret.

    Raises:
        AuthenticationFailure: SignatureDoesNotMatch if the request is out of time or scope,
            which AWS finds first; InvalidClientTokenId otherwise.

    """
    standard = signature_does_not_match().message
    try:
        verify(
            request, authorization, _NO_SECRET,
            now=now, service=service, region=region, external_host=external_host, keys=keys,
        )  # fmt: skip
    except AuthenticationFailure as failure:
        if failure.message != standard:
            raise
    raise invalid_client_token_id()


def _check_time(authorization: Authorization, now: datetime, service: str) -> None:
    """Refuse a request from outside the window, and a presigned one past its own life.

    AWS holds presigned requests for services other than S3 to the window, whatever longer life
    they ask for (aws/aws-sdk-ruby#2887); a shorter one, which it ignores, holds here.
    """
    minutes = WINDOWS.get(service, WINDOW)
    now = now.replace(microsecond=0)
    age = now - authorization.timestamp
    window = timedelta(minutes=minutes)
    expires = authorization.expires
    if expires is not None and expires < minutes * 60 and age > timedelta(seconds=expires):
        raise _expired(authorization, now, timedelta(seconds=expires), f"{expires} sec.")
    if age > window:
        raise _expired(authorization, now, window, f"{minutes} min.")
    if -age > window:
        raise signature_does_not_match(
            f"Signature not yet current: {_basic(authorization.timestamp)} is still later than "
            f"{_basic(now + window)} ({_basic(now)} + {minutes} min.)"
        )


def _expired(
    authorization: Authorization, now: datetime, life: timedelta, shown: str
) -> AuthenticationFailure:
    """Say when the request was signed and since when that is too old."""
    return signature_does_not_match(
        f"Signature expired: {_basic(authorization.timestamp)} is now earlier than "
        f"{_basic(now - life)} ({_basic(now)} - {shown})"
    )


def _check_coverage(authorization: Authorization, headers: Mapping[str, Sequence[str]]) -> None:
    """Refuse a signature that leaves out the host or an ``x-amz-*`` header, or names no header.

    Source: IAM User Guide, "Create a signed AWS API request": these must be signed.
    """
    signed = authorization.signed_headers
    if "host" not in signed:
        raise signature_does_not_match(
            "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization."
        )
    for name in headers:
        if name.startswith("x-amz-") and name not in signed:
            raise signature_does_not_match(
                f"'{name}' must be a 'SignedHeader' in the AWS Authorization."
            )
    for name in signed:
        if name not in headers:
            raise signature_does_not_match(
                f"The signed header '{name}' is missing from the request."
            )


def _check_scope(authorization: Authorization, service: str, region: str | None) -> None:
    """Refuse a scope that is not this service, region and day; AWS lists all that is wrong."""
    wrong = []
    given = authorization.region
    if given != region if region is not None else not _REGION.fullmatch(given):
        wrong.append("Credential should be scoped to a valid region. ")
    if authorization.service != service:
        wrong.append(f"Credential should be scoped to correct service: '{service}'. ")
    if authorization.terminator != _TERMINATOR:
        wrong.append(
            f"Credential should be scoped with a valid terminator: '{_TERMINATOR}', "
            f"not '{authorization.terminator[:32]}'. "
        )
    stamp = _basic(authorization.timestamp)
    if authorization.date != stamp[:8]:
        wrong.append(
            "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from "
            f"HTTP: '{authorization.date[:32]}' != '{stamp[:8]}', from '{stamp}'. "
        )
    if wrong:
        raise signature_does_not_match("".join(wrong))


def _signed_with(
    key: bytes,
    request: SignedRequest,
    authorization: Authorization,
    headers: Mapping[str, Sequence[str]],
) -> bool:
    """Say whether the signature is that of the request by ``key``.

    The body is hashed here, always: a hash that the caller states must be the true one, so that
    UNSIGNED-PAYLOAD and STREAMING-…, which only S3 allows, do not pass (CVE-2026-40344).
    """
    payload_hash = sha256(request.body).hexdigest()
    stated = headers.get("x-amz-content-sha256")
    if stated is not None and not _same(stated[0], payload_hash):
        return False
    scope = f"{authorization.date}/{authorization.region}/{authorization.service}/{_TERMINATOR}"
    prefix = f"{ALGORITHM}\n{_basic(authorization.timestamp)}\n{scope}\n"
    for canonical in canonical_requests(
        request, authorization.signed_headers, headers, payload_hash
    ):
        to_sign = prefix + sha256(canonical).hexdigest()
        mac = _mac(key).copy()
        mac.update(to_sign.encode())
        if _same(authorization.signature, mac.hexdigest()):
            return True
    return False


@lru_cache(maxsize=4096)
def _mac(key: bytes) -> hmac.HMAC:
    """Return HMAC-SHA-256 under a signing key, to be copied: made once for a key, not a call."""
    return hmac.new(key, digestmod="sha256")


def _same(given: str, expected: str) -> bool:
    """Compare in a time that does not depend on where the two differ."""
    return hmac.compare_digest(given.encode(), expected.encode())


@lru_cache(maxsize=256)
def _basic(moment: datetime) -> str:
    """Spell a time in ISO 8601 basic format, as in ``X-Amz-Date``."""
    return (
        f"{moment.year:04d}{moment.month:02d}{moment.day:02d}"
        f"T{moment.hour:02d}{moment.minute:02d}{moment.second:02d}Z"
    )
