"""Certificates, private keys and SSH keys: what is read, and what is refused.

Sources: RFC 7468 (PEM), RFC 4253 §6.6 (ssh-rsa), ssh-keygen(1) (fingerprints); IAM API Reference
(UploadServerCertificate, UploadSSHPublicKey).
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from doorward.credentials import certificates
from doorward.errors import InvalidInput
from tests.certificates import armoured, issue, pem, public_pem, rsa_key, ssh

ROOT = issue()
MIDDLE = issue(ROOT)
LEAF = issue(MIDDLE)
OTHER = issue()
KEY = rsa_key()
SSH = ssh(KEY)
EDWARDS = ed25519.Ed25519PrivateKey.generate()
EDWARDS_PEM = EDWARDS.private_bytes(
    serialization.Encoding.PEM,
    serialization.PrivateFormat.PKCS8,
    serialization.NoEncryption(),
).decode()
CURVE = ec.generate_private_key(ec.SECP256R1())


def _code(call: Callable[..., Any], *arguments: Any) -> str:
    with pytest.raises(InvalidInput) as caught:
        call(*arguments)
    return caught.value.code


def test_a_certificate_is_read() -> None:
    read = certificates.certificate(f"\r\n{LEAF.pem}\n")
    assert read.fingerprint == LEAF.certificate.fingerprint(hashes.SHA256()).hex()
    assert read.not_before == LEAF.certificate.not_valid_before_utc
    assert read.not_after == LEAF.certificate.not_valid_after_utc


@pytest.mark.parametrize(
    "text",
    [
        "",
        "certificate",
        LEAF.base64,
        LEAF.pem + ROOT.pem,
        LEAF.pem + pem(LEAF.key),
        pem(LEAF.key),
        LEAF.pem.replace("M", "!", 1),
        LEAF.pem[:-40],
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
        armoured(LEAF.of_another_version),
    ],
)
def test_what_is_not_one_certificate_is_refused(text: str) -> None:
    assert _code(certificates.certificate, text) == "CERTIFICATE"


def test_a_key_belongs_to_its_own_certificate_alone() -> None:
    assert certificates.belongs(pem(LEAF.key), LEAF.pem)
    assert not certificates.belongs(pem(OTHER.key), LEAF.pem)
    assert not certificates.belongs(pem(KEY), LEAF.pem)


@pytest.mark.parametrize(
    "key", ["", "x", LEAF.pem, pem(LEAF.key, "secret"), EDWARDS_PEM, public_pem(KEY)]
)
def test_private_keys_are_unencrypted_rsa_or_ec_in_pem(key: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        certificates.belongs(key, LEAF.pem)
    assert caught.value.code == "PRIVATE_KEY"
    assert caught.value.__cause__ is None
    assert _code(certificates.check_private_key, key) == "PRIVATE_KEY"


def _written(p: int, q: int, d: int) -> str:
    """Return an RSA key of any numbers, as only somebody who wants to deceive writes it."""
    numbers = rsa.RSAPrivateNumbers(
        p, q, d, d % (p - 1), d % (q - 1), pow(q, -1, p), rsa.RSAPublicNumbers(65537, p * q)
    )
    return pem(numbers.private_key(unsafe_skip_rsa_key_validation=True))


def test_a_private_key_is_whole() -> None:
    """Else the certificate alone would do: its numbers are public, those of the key are not."""
    held = KEY.private_numbers()
    certificates.check_private_key(_written(held.p, held.q, held.d))
    assert _code(certificates.check_private_key, _written(held.p, held.q, held.d + 2)) == (
        "PRIVATE_KEY"
    )


def test_a_private_key_of_any_length_is_answered_soon() -> None:
    """Whether two numbers of 10,000 bits are prime is not asked: it would take minutes."""
    p, q = (1 << 10_000) + 1, (1 << 10_000) + 3
    with pytest.raises(InvalidInput, match="longer than 4096 bits"):
        certificates.check_private_key(_written(p, q, 65537))


@pytest.mark.parametrize(
    ("chain", "index"),
    [
        (MIDDLE.pem + ROOT.pem, None),
        (MIDDLE.pem, None),
        (f"a note\n{MIDDLE.pem}\n{ROOT.pem}", None),
        (ROOT.pem + MIDDLE.pem, -1),
        (ROOT.pem, -1),
        (OTHER.pem, -1),
        (LEAF.pem, -1),
        (MIDDLE.pem + OTHER.pem, 0),
        (MIDDLE.pem + ROOT.pem + OTHER.pem, 1),
    ],
)
def test_a_chain_begins_with_the_immediate_issuer(chain: str, index: int | None) -> None:
    assert certificates.first_break(LEAF.pem, chain) == index


def test_a_chain_is_of_certificates_alone() -> None:
    for chain in ("", "chain", pem(ROOT.key)):
        assert _code(certificates.first_break, LEAF.pem, chain) == "CERTIFICATE"


@pytest.mark.parametrize(
    "text",
    [SSH, f"{SSH} ann@example.org", f"  {SSH}\r\n", public_pem(KEY), "\n" + public_pem(KEY)],
)
def test_an_ssh_key_has_one_spelling(text: str) -> None:
    assert certificates.ssh_public_key(text) == SSH


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "ENCODING"),
        (SSH.partition(" ")[2], "ENCODING"),
        ("---- BEGIN SSH2 PUBLIC KEY ----\nAAAA\n---- END SSH2 PUBLIC KEY ----", "ENCODING"),
        ("ssh-rsa", "PUBLIC_KEY"),
        ("ssh-rsa AAAA", "PUBLIC_KEY"),
        ("ssh-rsa *", "PUBLIC_KEY"),
        (SSH[:-8], "PUBLIC_KEY"),
        (ssh(CURVE), "PUBLIC_KEY"),
        (public_pem(CURVE), "PUBLIC_KEY"),
        (ssh(rsa_key(1024)), "PUBLIC_KEY"),
        (public_pem(rsa_key(1024)), "PUBLIC_KEY"),
        (pem(KEY), "PUBLIC_KEY"),
        (LEAF.pem, "PUBLIC_KEY"),
    ],
)
def test_what_is_not_an_rsa_key_of_2048_bits_is_refused(text: str, code: str) -> None:
    assert _code(certificates.ssh_public_key, text) == code


def test_an_ssh_key_as_pem_and_its_fingerprint() -> None:
    assert certificates.ssh_as_pem(SSH) == public_pem(KEY)
    blob = base64.b64decode(SSH.removeprefix("ssh-rsa "))
    digest = hashlib.md5(blob, usedforsecurity=False).hexdigest()
    fingerprint = certificates.ssh_fingerprint(SSH)
    assert fingerprint.replace(":", "") == digest
    assert len(fingerprint) == 47
