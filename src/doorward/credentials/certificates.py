"""Certificates, their keys and SSH public keys, as people upload them: PEM and ``ssh-rsa``.

Sources: RFC 5280, RFC 7468 (PEM), RFC 4253 §6.6 (ssh-rsa); IAM API Reference
(UploadServerCertificate, UploadSSHPublicKey); IAM User Guide, "Manage server certificates in IAM".
"""

from __future__ import annotations

import base64
import hashlib
import re
from datetime import datetime
from itertools import pairwise

import msgspec
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from doorward.errors import InvalidInput

LEAST_SSH_BITS = 2048
"""The shortest RSA key that may be an SSH key (IAM API Reference, UploadSSHPublicKey)."""

MOST_RSA_BITS = 4096
"""The longest RSA private key that is read: proving that one is whole takes ever longer."""

_MOST_SSH_BITS = 16384
_PEM = re.compile(r"-----BEGIN ([A-Z0-9 ]+)-----")
_ENCODING = serialization.Encoding
_FORMAT = serialization.PublicFormat


class Certificate(msgspec.Struct, frozen=True):
    """What matters of an X.509 certificate. ``fingerprint`` is SHA-256 over its DER, in hex."""

    fingerprint: str
    not_before: datetime
    not_after: datetime


def certificate(text: str) -> Certificate:
    """Read one certificate in PEM; raise ``InvalidInput`` (``CERTIFICATE``) for anything else."""
    found = _one(text)
    return Certificate(
        found.fingerprint(hashes.SHA256()).hex(),
        found.not_valid_before_utc,
        found.not_valid_after_utc,
    )


def belongs(private_key: str, text: str) -> bool:
    """Whether an unencrypted private key in PEM (RSA or EC) is that of a certificate.

    Raises ``InvalidInput``: ``PRIVATE_KEY`` when the key cannot be read, ``CERTIFICATE``.
    """
    public = _loaded_key(private_key).public_key()
    try:
        certified = _one(text).public_key()
    except (ValueError, UnsupportedAlgorithm):
        raise InvalidInput("CERTIFICATE", "The certificate's key cannot be read.") from None
    return _spki(public) == certified.public_bytes(_ENCODING.DER, _FORMAT.SubjectPublicKeyInfo)


def check_private_key(private_key: str) -> None:
    """Raise ``InvalidInput`` (``PRIVATE_KEY``) for what is no unencrypted key in PEM."""
    _loaded_key(private_key)


def first_break(text: str, chain: str) -> int | None:
    """Return where a chain of certificates breaks, ``None`` where it holds.

    -1: the certificate was not issued by the first of the chain; 0: that one not by the second …
    Raises ``InvalidInput`` (``CERTIFICATE``).
    """
    links = [_one(text), *_all(chain)]
    for index, (issued, issuer) in enumerate(pairwise(links)):
        try:
            issued.verify_directly_issued_by(issuer)
        except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
            return index - 1
    return None


def ssh_public_key(text: str) -> str:
    """Return an RSA key in the one spelling that is kept: ``ssh-rsa`` and base64.

    ``text`` is that (a comment may follow) or PEM. Raises ``InvalidInput``: ``ENCODING`` when it
    is neither, ``PUBLIC_KEY`` when it cannot be read, is not RSA, or not of 2048 bits or more.
    """
    stripped = text.strip()
    if not stripped.startswith(("ssh-", "ecdsa-", "sk-", "-----BEGIN ")):
        raise InvalidInput("ENCODING", "The key is encoded neither as ssh-rsa nor as PEM.")
    load = (
        serialization.load_pem_public_key
        if stripped.startswith("-----BEGIN ")
        else serialization.load_ssh_public_key
    )
    try:
        key = load(stripped.encode())
    except (ValueError, UnsupportedAlgorithm):
        raise InvalidInput("PUBLIC_KEY", "The public key cannot be read.") from None
    if (
        not isinstance(key, rsa.RSAPublicKey)
        or not LEAST_SSH_BITS <= key.key_size <= _MOST_SSH_BITS
    ):
        raise InvalidInput("PUBLIC_KEY", "The public key is not an RSA key of 2048 bits or more.")
    return key.public_bytes(_ENCODING.OpenSSH, _FORMAT.OpenSSH).decode()


def ssh_as_pem(body: str) -> str:
    """Return a key that ``ssh_public_key`` made as PEM."""
    key = serialization.load_ssh_public_key(body.encode())
    return key.public_bytes(_ENCODING.PEM, _FORMAT.SubjectPublicKeyInfo).decode()


def ssh_fingerprint(body: str) -> str:
    """Return the MD5 fingerprint of such a key, as ``ssh-keygen -l -E md5`` writes it."""
    blob = base64.b64decode(body.split()[1])
    return hashlib.md5(blob, usedforsecurity=False).digest().hex(":")


def _one(text: str) -> x509.Certificate:
    found = _all(text)
    if len(found) != 1:
        raise InvalidInput("CERTIFICATE", "The text holds more than one certificate.")
    return found[0]


def _all(text: str) -> list[x509.Certificate]:
    """Read every certificate in a text that holds nothing else in PEM."""
    if set(_PEM.findall(text)) != {"CERTIFICATE"}:
        raise InvalidInput("CERTIFICATE", "The text is not of certificates in PEM.")
    try:
        return x509.load_pem_x509_certificates(text.encode())
    except (ValueError, UnsupportedAlgorithm, x509.InvalidVersion):
        raise InvalidInput("CERTIFICATE", "The certificate cannot be read.") from None


def _loaded_key(text: str) -> rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey:
    """Read a private key that is one, and not so long that finding out takes seconds."""
    key = _private_key(text, proved=False)
    if isinstance(key, rsa.RSAPrivateKey) and key.key_size > MOST_RSA_BITS:
        raise InvalidInput("PRIVATE_KEY", "The private key is longer than 4096 bits.")
    return _private_key(text, proved=True)


def _private_key(text: str, *, proved: bool) -> rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey:
    try:
        key = serialization.load_pem_private_key(
            text.strip().encode(), password=None, unsafe_skip_rsa_key_validation=not proved
        )
    except (ValueError, TypeError, UnsupportedAlgorithm):
        # The reason would tell of the key: it is not passed on.
        raise InvalidInput("PRIVATE_KEY", "The private key cannot be read.") from None
    if not isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        raise InvalidInput("PRIVATE_KEY", "The private key is neither RSA nor EC.")
    return key


def _spki(key: rsa.RSAPublicKey | ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(_ENCODING.DER, _FORMAT.SubjectPublicKeyInfo)
