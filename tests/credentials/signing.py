"""Requests signed by botocore, as our server would receive them, and the way we check them.

botocore is the oracle: whatever it signs must verify. Keys are AWS's published examples.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import pytest
from botocore.auth import S3SigV4Auth, SigV4Auth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from doorward.credentials.failure import missing_authentication_token
from doorward.credentials.sigv4 import (
    AuthenticationFailure,
    Authorization,
    SignedRequest,
    parse,
    refuse_unknown_key,
    verify,
)

KEY_ID = "AKIAIOSFODNN7EXAMPLE"
SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
TOKEN = "IQoJb3JpZ2luX2VjEXAMPLE//////////wEaCXVzLWVhc3QtMSJIMEYCIQ+Cw=="
SERVICE = "iam"
REGION = "us-east-1"
STANDARD = (
    "The request signature we calculated does not match the signature you provided. Check your "
    "AWS Secret Access Key and signing method. Consult the service documentation for details."
)
INVALID = "The security token included in the request is invalid."
FORBIDDEN = ("SignatureDoesNotMatch", 403)
INCOMPLETE = ("IncompleteSignature", 400)
UNKNOWN = ("InvalidClientTokenId", 403)


_SAID: dict[str, str] = {}


def said(signature: str) -> str:
    """Return the canonical request that botocore signed last, of which this is the signature."""
    return _SAID[signature]


def _recorded(signer: Any) -> Any:
    """Return a signer of botocore's that also tells what it signed."""

    class Recorded(signer):  # type: ignore[misc]
        def string_to_sign(self, request: AWSRequest, canonical_request: str) -> str:
            self.canonical = canonical_request
            return str(super().string_to_sign(request, canonical_request))

        def signature(self, string_to_sign: str, request: AWSRequest) -> str:
            made = str(super().signature(string_to_sign, request))
            _SAID.clear()
            _SAID[made] = self.canonical
            return made

    return Recorded


SIGNERS = {
    "header": _recorded(SigV4Auth),
    "presigned": _recorded(SigV4QueryAuth),
    "s3-header": S3SigV4Auth,
}


def signed(
    form: str = "header",
    *,
    method: str = "GET",
    url: str = "http://127.0.0.1:8080/",
    params: Iterable[tuple[str, str]] = (),
    headers: Sequence[tuple[str, str]] = (),
    body: bytes | Mapping[str, str] = b"",
    token: str | None = None,
    secret: str = SECRET,
    service: str = SERVICE,
    region: str = REGION,
    expires: int | None = None,
) -> SignedRequest:
    """Sign with botocore, now, and return what stands on the wire."""
    request = AWSRequest(method=method, url=url, params=list(params), data=body or {})
    for name, value in headers:
        request.headers.add_header(name, value)
    options = {} if expires is None else {"expires": expires}
    signer = SIGNERS[form](Credentials(KEY_ID, secret, token), service, region, **options)
    signer.add_auth(request)
    return on_the_wire(request)


def on_the_wire(request: AWSRequest) -> SignedRequest:
    """Return the request as a server gets it: with the headers that the HTTP client adds."""
    prepared = request.prepare()
    parts = urlsplit(prepared.url)
    headers = [(name, str(value)) for name, value in request.headers.items()]
    if "host" not in {name.lower() for name, _ in headers}:
        headers.append(("Host", parts.netloc))
    body = prepared.body or b""
    body = body.encode() if isinstance(body, str) else bytes(body)
    if body:
        headers.append(("Content-Length", str(len(body))))
    headers.append(("User-Agent", "Botocore/1"))
    return SignedRequest(prepared.method, parts.path or "/", parts.query, tuple(headers), body)


def authenticate(
    request: SignedRequest,
    *,
    now: datetime | None = None,
    service: str = SERVICE,
    region: str | None = REGION,
    secrets: Mapping[str, str] = {KEY_ID: SECRET},
) -> Authorization:
    """Do what the server does: parse, look the key up, verify. ``now`` is the signing time."""
    authorization = parse(request)
    if authorization is None:
        raise missing_authentication_token()
    moment = authorization.timestamp if now is None else now
    secret = secrets.get(authorization.access_key_id)
    if secret is None:
        refuse_unknown_key(request, authorization, now=moment, service=service, region=region)
    verify(request, authorization, secret, now=moment, service=service, region=region)
    return authorization


def header(request: SignedRequest, name: str) -> str:
    """Return the value of a header that stands there once."""
    (value,) = (value for key, value in request.headers if key.lower() == name)
    return value


def with_header(request: SignedRequest, name: str, value: str | None) -> SignedRequest:
    """Replace the value of a header in its place, or remove it (``None``)."""
    kept = [
        (key, value if key.lower() == name else old)
        for key, old in request.headers
        if key.lower() != name or value is not None
    ]
    return replaced(request, headers=tuple((key, text) for key, text in kept if text is not None))


def replaced(request: SignedRequest, **changes: object) -> SignedRequest:
    """Return the request with some fields changed."""
    names = [name for name in request.__struct_fields__ if name != "values"]
    fields = {name: getattr(request, name) for name in names}
    return SignedRequest(**{**fields, **changes})


def refusal(request: SignedRequest, **options: object) -> AuthenticationFailure:
    with pytest.raises(AuthenticationFailure) as refused:
        authenticate(request, **options)  # type: ignore[arg-type]
    failure = refused.value
    assert SECRET not in failure.message
    return failure


def plus(*headers: tuple[str, str]) -> Callable[[SignedRequest], SignedRequest]:
    return lambda r: replaced(r, headers=(*r.headers, *headers))
