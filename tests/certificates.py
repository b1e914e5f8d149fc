"""Keys, certificates and SAML metadata for tests, made when they run; none is ever committed."""

from __future__ import annotations

from base64 import b64encode, encodebytes
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from ipaddress import ip_address
from itertools import count

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

_NUMBERS = count(1)
_ENCODING, _PUBLIC = serialization.Encoding, serialization.PublicFormat
METADATA = "urn:oasis:names:tc:SAML:2.0:metadata"
SIGNATURE = "http://www.w3.org/2000/09/xmldsig#"


@cache
def rsa_key(bits: int = 2048, number: int = 0) -> rsa.RSAPrivateKey:
    """Return an RSA key; each ``number`` has one of its own."""
    return rsa.generate_private_key(65537, bits)


def pem(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey, password: str | None = None) -> str:
    """Return a private key as PEM (PKCS #8)."""
    secret: serialization.KeySerializationEncryption = serialization.NoEncryption()
    if password:
        secret = serialization.BestAvailableEncryption(password.encode())
    return key.private_bytes(_ENCODING.PEM, serialization.PrivateFormat.PKCS8, secret).decode()


def ssh(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> str:
    """Return the public key as OpenSSH writes it."""
    return key.public_key().public_bytes(_ENCODING.OpenSSH, _PUBLIC.OpenSSH).decode()


def armoured(der: bytes) -> str:
    """Return the DER of a certificate as PEM, whatever is in it."""
    return f"-----BEGIN CERTIFICATE-----\n{encodebytes(der).decode()}-----END CERTIFICATE-----\n"


def public_pem(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> str:
    """Return the public key as PEM."""
    info = _PUBLIC.SubjectPublicKeyInfo
    return key.public_key().public_bytes(_ENCODING.PEM, info).decode()


@dataclass(frozen=True)
class Issued:
    """A certificate with its key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @property
    def pem(self) -> str:
        """The certificate as PEM."""
        return self.certificate.public_bytes(_ENCODING.PEM).decode()

    @property
    def base64(self) -> str:
        """The certificate as it stands in XML."""
        return b64encode(self.certificate.public_bytes(_ENCODING.DER)).decode()

    @property
    def of_another_version(self) -> bytes:
        """The certificate as DER that says to be of version 2, which no library reads."""
        third, second = b"\xa0\x03\x02\x01\x02", b"\xa0\x03\x02\x01\x01"
        return self.certificate.public_bytes(_ENCODING.DER).replace(third, second, 1)


def issue(
    by: Issued | None = None, *, begins: int = -1, ends: int = 30, address: str = "127.0.0.1"
) -> Issued:
    """Issue a certificate, by itself if by nobody; it holds from and to so many days from now.

    ``address`` is that of the server that it names.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"test {next(_NUMBERS)}")])
    now = datetime.now(UTC).replace(microsecond=0)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(by.certificate.subject if by else name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + timedelta(days=begins))
        .not_valid_after(now + timedelta(days=ends))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address(address))]), critical=False
        )
        .sign(by.key if by else key, hashes.SHA256())
    )
    return Issued(made, key)


def metadata(
    certificate: str, *, issuer: str = "https://idp.example.org/", more: str = "", inner: str = ""
) -> str:
    """Return the metadata of an identity provider; ``more`` are attributes of its root."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<md:EntityDescriptor xmlns:md="{METADATA}" '
        f'entityID="{issuer}" {more}>{inner}<md:IDPSSODescriptor '
        'protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">'
        f'<md:KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="{SIGNATURE}"><ds:X509Data>'
        f"<ds:X509Certificate>{certificate}</ds:X509Certificate></ds:X509Data></ds:KeyInfo>"
        "</md:KeyDescriptor><md:SingleSignOnService "
        'Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" '
        f'Location="{issuer}sso"/></md:IDPSSODescriptor></md:EntityDescriptor>\r\n'
        f"<!-- {'x' * 300} é -->"
    )
