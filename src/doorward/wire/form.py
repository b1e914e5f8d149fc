"""The parameters of an AWS query request: ``application/x-www-form-urlencoded`` text, decoded.

A name may appear once: AWS signs repeated parameters happily, and two readers that pick different
ones is how a request is authorised as one thing and done as another. Bytes that are not UTF-8,
a broken percent escape, and more parameters than any model can need are refused likewise.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import unquote

from doorward.wire.faults import WireError, common
from doorward.wire.http import HttpRequest

MAX_PARAMETERS = 10_000
"""The most parameters of one request: more than any call needs, few enough to read at once."""

_BROKEN_ESCAPE = re.compile("%(?![0-9A-Fa-f]{2})")
_FORM_TYPE = "application/x-www-form-urlencoded"


def parameters(request: HttpRequest) -> Mapping[str, str]:
    """Return the decoded parameters of a GET's URL, or of a POST's URL and form together.

    Raises ``WireError``: ``MethodNotAllowed`` for other methods, ``UnsupportedMediaType`` for a
    body that is no form, ``InvalidQueryParameter`` for text that cannot be decoded, a repeated
    name or too many parameters, and for a body that a GET must not have.
    """
    if request.method not in {"GET", "POST"}:
        raise WireError(
            common("MethodNotAllowed", f"{request.method} is not a method of this API")
        )
    if request.method == "GET" and request.body:
        raise _malformed("A GET request must not have a body.")
    if request.body:
        _require_form(request)
    found: dict[str, str] = {}
    for source in (request.query, request.body.decode("latin-1")):
        _collect(source, found)
    return found


def url_parameters(request: HttpRequest) -> Mapping[str, str]:
    """Return the decoded parameters of a request's URL alone; refuses what ``parameters`` does."""
    found: dict[str, str] = {}
    _collect(request.query, found)
    return found


def media_type(request: HttpRequest) -> str:
    """Return the request's content type in lower case without its parameters, or ``""``."""
    return (request.header("content-type") or "").split(";", 1)[0].strip().lower()


def _require_form(request: HttpRequest) -> None:
    if media_type(request) not in {"", _FORM_TYPE}:
        raise WireError(common("UnsupportedMediaType", f"The body must be {_FORM_TYPE}."))


def _collect(source: str, found: dict[str, str]) -> None:
    """Add one source's parameters, refusing a name that is already there."""
    if not source:
        return
    if not source.isascii():
        raise _malformed("Parameters must be percent-encoded ASCII text.")
    if source.count("&") >= MAX_PARAMETERS:
        raise _malformed(f"A request may have at most {MAX_PARAMETERS} parameters.")
    for pair in source.split("&"):
        if not pair:
            continue
        name, _, value = pair.partition("=")
        name = _decode(name)
        if name in found:
            raise _malformed(f"The parameter {name} appears more than once.")
        found[name] = _decode(value)


def _decode(encoded: str) -> str:
    if "+" in encoded:
        encoded = encoded.replace("+", " ")
    if "%" not in encoded:
        return encoded
    if _BROKEN_ESCAPE.search(encoded):
        raise _malformed("A parameter has a broken percent escape.")
    try:
        return unquote(encoded, errors="strict")
    except UnicodeDecodeError:
        raise _malformed("A parameter is not UTF-8 text.") from None


def _malformed(message: str) -> WireError:
    return WireError(common("InvalidQueryParameter", message))
