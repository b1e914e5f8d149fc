"""Whatever is uploaded, it is read or refused: nothing else ever comes of it."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

from cryptography.hazmat.primitives import serialization
from hypothesis import given
from hypothesis import strategies as st

from doorward.credentials import certificates, saml_metadata
from doorward.errors import InvalidInput
from tests.certificates import armoured, issue, metadata, pem, public_pem, rsa_key, ssh

ROOT = issue()
LEAF = issue(ROOT)
DER = LEAF.certificate.public_bytes(serialization.Encoding.DER)
KEY = pem(LEAF.key)
SSH = ssh(rsa_key())
BLOB = base64.b64decode(SSH.removeprefix("ssh-rsa "))
METADATA = metadata(LEAF.base64)

CUTS = st.lists(
    st.tuples(st.integers(0, 5000), st.binary(max_size=4), st.integers(0, 4)), max_size=4
)
"""Where bytes are put in, which, and how many they replace."""


def _cut(whole: bytes, cuts: list[tuple[int, bytes, int]]) -> bytes:
    for place, new, over in cuts:
        at = place % (len(whole) + 1)
        whole = whole[:at] + new + whole[at + over :]
    return whole


def _tried(read: Callable[..., Any], *given: str) -> None:
    said = ""
    try:
        read(*given)
    except InvalidInput as refused:
        said = str(refused)
    assert not any(each in said for each in given), "a refusal quotes nothing"


@given(CUTS)
def test_any_certificate(cuts: list[tuple[int, bytes, int]]) -> None:
    text = armoured(_cut(DER, cuts))
    _tried(certificates.certificate, text)
    _tried(certificates.belongs, KEY, text)
    _tried(certificates.first_break, LEAF.pem, text)
    _tried(certificates.first_break, text, ROOT.pem)


@given(CUTS, st.sampled_from([LEAF.pem, KEY, SSH, public_pem(rsa_key()), METADATA]))
def test_any_text(cuts: list[tuple[int, bytes, int]], whole: str) -> None:
    text = _cut(whole.encode(), cuts).decode("latin-1")
    _tried(certificates.certificate, text)
    _tried(certificates.belongs, text, LEAF.pem)
    _tried(certificates.first_break, LEAF.pem, text)
    _tried(saml_metadata.read, text)
    _tried(_ssh, text)


@given(CUTS)
def test_any_ssh_key(cuts: list[tuple[int, bytes, int]]) -> None:
    _tried(_ssh, f"ssh-rsa {base64.b64encode(_cut(BLOB, cuts)).decode()}")


def _ssh(text: str) -> None:
    """Read a key; what is read is read the same again, in either encoding."""
    body = certificates.ssh_public_key(text)
    assert certificates.ssh_public_key(body) == body
    assert certificates.ssh_public_key(certificates.ssh_as_pem(body)) == body
    assert len(certificates.ssh_fingerprint(body)) == 47
