"""Metadata of SAML providers: what is read, and that nothing in them is trusted.

Sources: OASIS "Metadata for the SAML V2.0"; IAM User Guide, "Create a SAML identity provider".
"""

from __future__ import annotations

from base64 import b64encode
from datetime import UTC, datetime

import pytest

from doorward.credentials.saml_metadata import SamlMetadata, read
from doorward.errors import InvalidInput
from tests.certificates import METADATA, issue, metadata

CERTIFICATE = issue().base64
WHOLE = metadata(CERTIFICATE)
LINES = "\n".join(CERTIFICATE[at : at + 64] for at in range(0, len(CERTIFICATE), 64))
DOCTYPE = '<!DOCTYPE a [<!ENTITY e "x">]>'
LAUGHS = (
    '<!DOCTYPE a [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY a{n} "{f"&a{n - 1 if n > 1 else chr(0)};" * 10}">' for n in range(2, 9))
    + "]>"
)
OUTSIDE = '<!DOCTYPE a SYSTEM "http://127.0.0.1:9/never.dtd">'


def _headed(doctype: str, text: str = WHOLE) -> str:
    return text.replace("?>\n", f"?>\n{doctype}", 1)


@pytest.mark.parametrize(
    ("text", "read_as"),
    [
        (WHOLE, SamlMetadata("https://idp.example.org/")),
        (metadata(f"\n{LINES}\n"), SamlMetadata("https://idp.example.org/")),
        (
            metadata(CERTIFICATE, more='validUntil="2030-01-02T03:04:05Z"'),
            SamlMetadata("https://idp.example.org/", datetime(2030, 1, 2, 3, 4, 5, tzinfo=UTC)),
        ),
        (
            metadata(CERTIFICATE, more='validUntil="2030-01-02T03:04:05.5+02:00"'),
            SamlMetadata(
                "https://idp.example.org/", datetime(2030, 1, 2, 1, 4, 5, 500000, tzinfo=UTC)
            ),
        ),
        (
            metadata(CERTIFICATE, more='validUntil="2030-01-02T03:04:05"'),
            SamlMetadata("https://idp.example.org/", datetime(2030, 1, 2, 3, 4, 5, tzinfo=UTC)),
        ),
    ],
)
def test_what_metadata_say(text: str, read_as: SamlMetadata) -> None:
    assert read(text) == read_as


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "not well-formed XML"),
        ("x" * 1000, "not well-formed XML"),
        (WHOLE + "<again/>", "not well-formed XML"),
        (WHOLE.replace("https://idp", "\ud800", 1), "not well-formed XML"),
        (WHOLE.replace("sso", "&e;"), "not well-formed XML"),
        (_headed(DOCTYPE), "a document type is not accepted"),
        (_headed(LAUGHS), "a document type is not accepted"),
        (_headed(OUTSIDE), "a document type is not accepted"),
        (WHOLE.replace("md:EntityDescriptor", "md:EntitiesDescriptor"), "not an EntityDescriptor"),
        (WHOLE.replace(METADATA, "urn:other"), "not an EntityDescriptor"),
        (metadata(CERTIFICATE, issuer=""), "names no issuer"),
        (WHOLE.replace("entityID", "id"), "names no issuer"),
        (WHOLE.replace("IDPSSODescriptor", "SPSSODescriptor"), "no IDPSSODescriptor"),
        (WHOLE.replace("Location", "Place"), "SingleSignOnService"),
        (WHOLE.replace("KeyDescriptor", "Key"), "no KeyDescriptor"),
        (WHOLE.replace("ds:X509Certificate", "ds:X509CRL"), "no KeyDescriptor"),
        (metadata("AAAA"), "cannot be read"),
        (metadata("*" + CERTIFICATE), "cannot be read"),
        (metadata(CERTIFICATE[:-8]), "cannot be read"),
        (metadata(b64encode(issue().of_another_version).decode()), "cannot be read"),
        (metadata(CERTIFICATE, more='validUntil="tomorrow"'), "not a time"),
        (metadata(CERTIFICATE, more='validUntil="0001-01-01T00:00:00+23:00"'), "not a time"),
        (metadata(CERTIFICATE, inner="<a>" * 200 + "</a>" * 200), "too deeply"),
    ],
)
def test_what_is_not_metadata_is_refused(text: str, why: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        read(text)
    assert caught.value.code == "SAML_METADATA"
    assert why in caught.value.message
