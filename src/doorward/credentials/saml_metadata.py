"""The metadata of SAML identity providers, read without any trust in it.

No document type, so no entity to expand; nothing is fetched; the parser keeps one element's text
at a time. Sources: OASIS "Metadata for the SAML V2.0" (EntityDescriptor, IDPSSODescriptor,
KeyDescriptor, validUntil); IAM User Guide, "Create a SAML identity provider in IAM".
"""

from __future__ import annotations

import re
from base64 import b64decode
from binascii import Error as NotBase64
from datetime import UTC, datetime
from xml.parsers import expat

import msgspec
from cryptography import x509

from doorward.errors import InvalidInput

_METADATA = "urn:oasis:names:tc:SAML:2.0:metadata"
_SIGNATURE = "http://www.w3.org/2000/09/xmldsig#"
_ROOT = f"{_METADATA} EntityDescriptor"
_PROVIDER = f"{_METADATA} IDPSSODescriptor"
_SIGN_ON = f"{_METADATA} SingleSignOnService"
_KEY = f"{_METADATA} KeyDescriptor"
_CERTIFICATE = f"{_SIGNATURE} X509Certificate"
_SPACE = re.compile(r"[ \t\r\n]+")
_MOST_DEPTH = 100


class SamlMetadata(msgspec.Struct, frozen=True):
    """What a metadata document says: the issuer's name, and until when it holds, if it says."""

    issuer: str
    valid_until: datetime | None = None


def read(text: str) -> SamlMetadata:
    """Read a metadata document.

    Raises ``InvalidInput`` (``SAML_METADATA``): it is no XML, has a document type, is not that of
    one identity provider, has no place to sign on at, or no certificate that can be read.
    """
    reader = _Reader()
    parser = expat.ParserCreate("UTF-8", namespace_separator=" ")
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.words
    try:
        parser.Parse(text.encode(), True)  # noqa: FBT003 (the C function takes it by position)
    except (expat.ExpatError, UnicodeEncodeError):
        raise _bad("it is not well-formed XML") from None
    return reader.result()


def _bad(why: str) -> InvalidInput:
    return InvalidInput("SAML_METADATA", f"The SAML metadata cannot be used: {why}.")


def _refuse_doctype(*_declared: object) -> None:
    raise _bad("a document type is not accepted")


class _Reader:
    """Collects what matters while the document goes by."""

    def __init__(self) -> None:
        self.issuer = ""
        self.valid_until: str | None = None
        self.place: list[str] = []
        self.sign_on = False
        self.certificates = 0
        self.text: list[str] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Take notice of an element and where it stands."""
        self.place.append(name)
        self.text = []
        if len(self.place) > _MOST_DEPTH:
            raise _bad("its elements are nested too deeply")
        if len(self.place) == 1:
            if name != _ROOT:
                raise _bad("it is not an EntityDescriptor")
            self.issuer = attributes.get("entityID", "")
            self.valid_until = attributes.get("validUntil")
        elif self.place == [_ROOT, _PROVIDER, _SIGN_ON]:
            self.sign_on = self.sign_on or bool(attributes.get("Location"))

    def words(self, words: str) -> None:
        """Keep the text of certificates."""
        if self.place[-1] == _CERTIFICATE:
            self.text.append(words)

    def end(self, name: str) -> None:
        """Read the certificate that ends here, if it is one of the provider's keys."""
        if name == _CERTIFICATE and self.place[:3] == [_ROOT, _PROVIDER, _KEY]:
            _check_certificate("".join(self.text))
            self.certificates += 1
        self.place.pop()

    def result(self) -> SamlMetadata:
        """Return what was said, if it was enough."""
        if not 0 < len(self.issuer) <= 1024:
            raise _bad("it names no issuer (entityID)")
        if not self.sign_on:
            raise _bad("it has no IDPSSODescriptor with a SingleSignOnService")
        if not self.certificates:
            raise _bad("it has no KeyDescriptor with an X509Certificate")
        return SamlMetadata(self.issuer, _time(self.valid_until))


def _check_certificate(encoded: str) -> None:
    try:
        x509.load_der_x509_certificate(b64decode(_SPACE.sub("", encoded), validate=True))
    except (NotBase64, ValueError, x509.InvalidVersion):
        raise _bad("an X509Certificate in it cannot be read") from None


def _time(text: str | None) -> datetime | None:
    """Return a moment of an XML document; one without a time zone is in UTC."""
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text.strip())
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise _bad("its validUntil is not a time") from None
