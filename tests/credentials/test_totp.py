"""One-time codes, against the test vectors of RFC 6238, Appendix B (SHA-1, last six digits)."""

from __future__ import annotations

import struct
import zlib
from datetime import UTC, datetime, timedelta
from secrets import token_bytes

import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from doorward.credentials.totp import (
    RESYNC_STEPS,
    drift,
    new_seed,
    provisioning_uri,
    qr_code_png,
    verify,
    verify_consecutive,
)

SEED = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # "12345678901234567890"
RFC_6238 = [
    (59, "287082"),
    (1111111109, "081804"),
    (1111111111, "050471"),
    (1234567890, "005924"),
    (2000000000, "279037"),
    (20000000000, "353130"),
]
NOW = datetime.fromtimestamp(1234567890, UTC)
STEP = 1234567890 // 30
CODES = {shift: pyotp.TOTP(SEED).at(1234567890 + 30 * shift) for shift in range(-4, 5)}


@pytest.mark.parametrize(("seconds", "code"), RFC_6238)
def test_published_codes_are_accepted_once(seconds: int, code: str) -> None:
    now = datetime.fromtimestamp(seconds, UTC)
    step = verify(SEED, code, now=now, last_step=0)
    assert step == seconds // 30
    assert verify(SEED, code, now=now, last_step=step) is None


@pytest.mark.parametrize("shift", range(-4, 5))
def test_a_code_holds_for_its_step_and_one_to_either_side(shift: int) -> None:
    expected = STEP + shift if abs(shift) <= 1 else None
    assert verify(SEED, CODES[shift], now=NOW, last_step=0) == expected


@pytest.mark.parametrize("shift", [-1, 0, 1])
def test_no_code_of_the_last_step_or_before_is_accepted(shift: int) -> None:
    for last in (STEP + shift, STEP + shift + 1):
        assert verify(SEED, CODES[shift], now=NOW, last_step=last) is None
    assert verify(SEED, CODES[shift], now=NOW, last_step=STEP + shift - 1) == STEP + shift


@pytest.mark.parametrize(
    "code",
    [
        "",
        "5924",
        "0005924",
        "00592",
        " 005924",
        "005924\n",
        "00592a",
        "\uff10\uff10\uff15\uff19\uff12\uff14",
        "5924.0",
        "-05924",
    ],
)
def test_what_is_not_six_digits_is_no_code(code: str) -> None:
    assert verify(SEED, code, now=NOW, last_step=0) is None
    assert verify_consecutive(SEED, code, CODES[0], now=NOW) is None
    assert verify_consecutive(SEED, CODES[-1], code, now=NOW) is None


@pytest.mark.parametrize("first", range(-4, 5))
@pytest.mark.parametrize("second", range(-4, 5))
def test_two_codes_count_if_they_are_consecutive_and_near(first: int, second: int) -> None:
    expected = STEP + second if second == first + 1 else None
    assert verify_consecutive(SEED, CODES[first], CODES[second], now=NOW) == expected


@pytest.mark.parametrize("shift", [-21, -20, -2, 0, 2, 20, 21])
def test_two_codes_tell_how_far_a_clock_is_off(shift: int) -> None:
    """RFC 6238 §6, within the limit; the drift that is found makes the next code good."""
    device = pyotp.TOTP(SEED)
    first, second, third = (device.generate_otp(STEP + shift + each) for each in (-1, 0, 1))
    step = verify_consecutive(SEED, first, second, now=NOW)
    if abs(shift) > RESYNC_STEPS:
        assert step is None
        return
    assert step == STEP + shift
    off = drift(step, NOW)
    assert off == shift
    later = NOW + timedelta(seconds=30)
    assert verify(SEED, third, now=later, last_step=step, drift=off) == step + 1
    assert verify(SEED, second, now=later, last_step=step, drift=off) is None
    there = verify(SEED, third, now=later, last_step=step)
    assert (there is None) == (abs(shift) > 1)


def test_neither_of_two_codes_may_have_been_used() -> None:
    for last, expected in ((STEP - 2, STEP), (STEP - 1, None), (STEP, None)):
        step = verify_consecutive(SEED, CODES[-1], CODES[0], now=NOW, last_step=last)
        assert step == expected


@given(st.integers(0, 2**33), st.binary(min_size=40, max_size=40))
def test_what_a_device_shows_is_accepted(seconds: int, entropy: bytes) -> None:
    seed = new_seed(lambda length: entropy[:length])
    now = datetime.fromtimestamp(seconds, UTC) + timedelta(microseconds=1)
    code = pyotp.TOTP(seed).at(seconds)
    assert verify(seed, code, now=now, last_step=-1) is not None


def test_seeds_are_64_characters_of_base32() -> None:
    seeds = {new_seed(token_bytes) for _ in range(10)}
    assert len(seeds) == 10
    assert all(len(seed) == 64 and "=" not in seed for seed in seeds)


def test_the_qr_code_has_the_text_that_aws_documents() -> None:
    """IAM API Reference, VirtualMFADevice: otpauth://totp/$device@$account?secret=$seed."""
    uri = provisioning_uri(SEED, device="phone/2", account="alice")
    assert uri == f"otpauth://totp/phone%2F2@alice?secret={SEED}"
    assert pyotp.parse_uri(uri).secret == SEED


def test_the_qr_code_is_a_square_png() -> None:
    image = qr_code_png(SEED, device="phone", account="111122223333")
    assert image.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", image[16:24])
    assert width == height
    assert width % 4 == 0
    assert zlib.crc32(image[12:29]) == struct.unpack(">I", image[29:33])[0]
    assert image != qr_code_png(new_seed(token_bytes), device="phone", account="111122223333")
