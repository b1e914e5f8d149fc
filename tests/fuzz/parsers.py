"""Row 68 of the catalogue of bad input: every parser of what callers send, and what it promises.

Whatever the bytes are, they are read, or refused by the parser's own error; soon, in either case.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from time import process_time

from doorward.credentials import certificates, saml_metadata, session_token, sigv4
from doorward.credentials.failure import AuthenticationFailure
from doorward.credentials.sealing import MasterKey, Sealer
from doorward.errors import DoorwardError, InvalidInput
from doorward.importers.denied_text import read_denied_text
from doorward.policy.arn import parse_arn
from doorward.policy.format import compact
from doorward.policy.kind import PolicyKind
from doorward.policy.parse import parse
from doorward.policy.patterns import compile_glob
from doorward.policy.validate import validate as validate_document
from doorward.wire import codec, validate
from doorward.wire.faults import WireError
from doorward.wire.http import HttpRequest
from doorward.wire.models import SERVED, Operation, service
from doorward.wire.route import route
from tests.certificates import issue, metadata, pem, rsa_key, ssh

BOUND = 0.1
"""CPU seconds that one input may take."""

Parser = Callable[[bytes], None]

NOW = datetime(2026, 1, 1, tzinfo=UTC)
SEALER = Sealer((MasterKey("mk-1", bytes(32)),))
OPERATIONS: tuple[Operation, ...] = tuple(
    operation for name in SERVED for operation in service(name).operations.values()
)


class Slow(Exception):
    """A parser took longer than it may."""


def policy(data: bytes) -> None:
    """A policy document: its problems are values, and what is read is written and read again."""
    document, problems = parse(_text(data))
    if document is None:
        assert problems
        return
    validate_document(document, PolicyKind.IDENTITY)
    again, _ = parse(compact(document))
    assert again is not None


def form(data: bytes) -> None:
    """The parameters of a form, of the operation that the first bytes choose."""
    found = _chosen(data, "query", "ec2")
    head = f"Action={found.name}&Version={found.version}&".encode()
    _called(HttpRequest("POST", "/", body=head + data[2:]))


def request(data: bytes) -> None:
    """A query request as a whole: its URL, a zero byte, its body."""
    query, _, body = data.partition(b"\0")
    kind = ("content-type", "application/x-www-form-urlencoded")
    _called(HttpRequest("POST", "/", query.decode("latin-1"), (kind,), body))


def json(data: bytes) -> None:
    """The body of a JSON request, of the operation that the first bytes choose."""
    found = _chosen(data, "json")
    prefix = SERVED[found.service].target_prefix
    headers = (
        ("content-type", "application/x-amz-json-1.1"),
        ("x-amz-target", f"{prefix}.{found.name}"),
    )
    _called(HttpRequest("POST", "/", headers=headers, body=data[2:]))


def authzen(data: bytes) -> None:
    """The body of an AuthZEN request."""
    path = "/access/v1/evaluations" if data[:1] == b"s" else "/access/v1/evaluation"
    headers = (("content-type", "application/json"),)
    _called(HttpRequest("POST", path, headers=headers, body=data[1:]))


def signature(data: bytes) -> None:
    """What says who signed: a header, its date, a query and a path, between zero bytes."""
    parts = [part.decode("latin-1") for part in data.split(b"\0", 3)]
    header, date, query, path = [*parts, "", "", "", ""][:4]
    headers = [("host", "h")]
    headers += [("authorization", header)] if header else []
    headers += [("x-amz-date", date)] if date else []
    asked = sigv4.SignedRequest("POST", path, query, tuple(headers), b"")
    try:
        claims = sigv4.parse(asked)
        if claims is not None:
            sigv4.verify(asked, claims, "secret", now=NOW, service="iam", region=None)
            raise AssertionError("a made-up signature was accepted")
    except AuthenticationFailure:
        pass


def token(data: bytes) -> None:
    """A session token."""
    try:
        session_token.read(data.decode("latin-1"), SEALER)
        raise AssertionError("a made-up token was accepted")
    except AuthenticationFailure:
        pass


def arn(data: bytes) -> None:
    """An ARN: what is read is spelt the same again."""
    text = _text(data)
    found = parse_arn(text)
    assert found is None or str(found) == text


def glob(data: bytes) -> None:
    """A pattern, a zero byte, a text; without wildcards it matches itself."""
    pattern, _, text = _text(data).partition("\0")
    matched = compile_glob(pattern).matches(text)
    if not {"*", "?"} & set(pattern):
        assert matched is (pattern == text)


def certificate(data: bytes) -> None:
    """A certificate, and a chain of them, in PEM."""
    _refusable(certificates.certificate, data)


def private_key(data: bytes) -> None:
    """A private key in PEM."""
    _refusable(certificates.check_private_key, data)


def ssh_key(data: bytes) -> None:
    """An SSH public key, in either encoding."""
    _refusable(certificates.ssh_public_key, data)


def saml(data: bytes) -> None:
    """The metadata of a SAML identity provider."""
    _refusable(saml_metadata.read, data)


def denied(data: bytes) -> None:
    """The text of an AccessDenied error, as people paste it."""
    _refusable(read_denied_text, data)


PARSERS: Mapping[str, Parser] = {
    each.__name__: each
    for each in (
        policy, form, request, json, authzen, signature, token, arn, glob, certificate,
        private_key, ssh_key, saml, denied,
    )
}  # fmt: skip
"""Every parser by name."""

SEEDS: Mapping[str, tuple[bytes, ...]] = {
    "policy": (
        b'{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"a:b","Resource":"*"}}',
        b'{"Statement":{"Condition":{"StringLike":{"aws:username":["${aws:username}"]}}}}',
    ),
    "form": (b"\0\x08Tags.member.1.Key=a&Tags.member.1.Value=b&UserName=%C3%A9+x",),
    "request": (b"Action=TagUser&Version=2010-05-08\0UserName=u&Tags.member.1.Key=a",),
    "json": (b'\0\x01{"Subject":{"Principal":"arn:x"},"Context":[{"Key":"a","Values":["b"]}]}',),
    "authzen": (
        b's{"subject":{"type":"user","id":"a"},"evaluations":[{"action":{"name":"s3:GetObject"}}]}',
    ),
    "signature": (
        b"AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20260101/us-east-1/iam/aws4_request, "
        b"SignedHeaders=host;x-amz-date, Signature=" + b"0" * 64 + b"\x0020260101T000000Z\0a=b\0/",
        b"\0\0X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20260101%2F"
        b"us-east-1%2Fiam%2Faws4_request&X-Amz-Date=20260101T000000Z&X-Amz-Expires=60&"
        b"X-Amz-SignedHeaders=host&X-Amz-Signature=" + b"0" * 64,
    ),
    "token": (b"AQRtay0xAAAA",),
    "arn": (b"arn:aws:iam::111122223333:role/a/b",),
    "glob": (b"a*b?c*\0aXXbYc",),
    "denied": (
        b"User: arn:aws:iam::1:user/a is not authorized to perform: s3:Get on resource: arn:a",
        b"User: a is not authorized to perform: a:b with an explicit deny in a session policy",
    ),
}
"""What mutations begin with, beside nothing at all."""

UPLOADS = ("certificate", "private_key", "ssh_key", "saml")


def seeds(name: str) -> tuple[bytes, ...]:
    """Return what mutations of a parser's input begin with; uploads are made when asked for."""
    if name not in UPLOADS:
        return SEEDS[name]
    leaf = issue()
    made = (leaf.pem, pem(leaf.key), ssh(rsa_key()), metadata(leaf.base64))
    return (made[UPLOADS.index(name)].encode(),)


def examine(name: str, data: bytes) -> None:
    """Give a parser bytes. Raises what it must not raise, and ``Slow``."""
    parser = PARSERS[name]
    for _ in range(3):
        began = process_time()
        parser(data)
        if process_time() - began < BOUND:
            return
    raise Slow(f"{name} took more than {BOUND} s, three times")


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")


def _chosen(data: bytes, *protocols: str) -> Operation:
    spoken = [each for each in OPERATIONS if each.protocol in protocols]
    return spoken[int.from_bytes(data[:2]) % len(spoken)]


def _called(asked: HttpRequest) -> None:
    """Read a request as the server does, up to its authorisation."""
    try:
        found = route(asked)
        given = codec.parse(found.operation, asked, found.protocol)
        validate.check(found.operation, given)
    except WireError:
        pass


def _refusable(read: Callable[[str], object], data: bytes) -> None:
    try:
        read(_text(data))
    except InvalidInput:
        pass
    except DoorwardError as refused:
        raise AssertionError(f"{type(refused).__name__} is not this parser's error") from refused
