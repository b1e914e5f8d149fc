"""One-time codes of MFA devices: TOTP, RFC 6238, six digits, 30 seconds, SHA-1.

Sources: RFC 6238 (steps, resynchronisation window, one use per step); IAM User Guide, "Assign a
virtual MFA device" (two consecutive codes to enable); IAM API Reference, VirtualMFADevice (the
text of the QR code).
"""

from __future__ import annotations

import hmac
import io
import re
from base64 import b32encode
from datetime import datetime
from urllib.parse import quote

import pyotp

from doorward.credentials.sealing import RandomBytes

STEP_SECONDS = 30
"""Length of a time step."""

WINDOW_STEPS = 1
"""Steps by which a device's clock may be off, either way."""

RESYNC_STEPS = 20
"""Steps by which a device's clock may be off, either way, when two codes bring it into step.

RFC 6238 §6: how far a device is off is found out within a limit and remembered. AWS says no
figure; this is ten minutes.
"""

SEED_BYTES = 40
"""Length of a new seed: 64 characters of base32, with no padding."""

_CODE = re.compile(r"[0-9]{6}")


def new_seed(random_bytes: RandomBytes) -> str:
    """Make a seed in base32, 64 characters."""
    return b32encode(random_bytes(SEED_BYTES)).decode()


def verify(seed: str, code: str, *, now: datetime, last_step: int, drift: int = 0) -> int | None:
    """Return the time step whose code this is, ``None`` if there is none near ``now``.

    A code holds once: steps up to ``last_step``, that of the last code accepted, are past. The
    caller keeps the step returned as the next ``last_step``. ``drift`` is by how many steps the
    device's clock goes before ours.
    """
    if not _CODE.fullmatch(code):
        return None
    current = int(now.timestamp()) // STEP_SECONDS + drift
    totp = pyotp.TOTP(seed)
    found = None
    for step in range(max(0, current - WINDOW_STEPS), current + WINDOW_STEPS + 1):
        same = hmac.compare_digest(totp.generate_otp(step), code)
        if same and step > last_step and found is None:
            found = step
    return found


def verify_consecutive(
    seed: str, first: str, second: str, *, now: datetime, last_step: int = 0
) -> int | None:
    """Return the step of ``second`` if the codes are those of two steps in a row, else ``None``.

    EnableMFADevice and ResyncMFADevice ask for two, and bring a device into step whose clock is
    off by up to ``RESYNC_STEPS``, or whose codes waited as long: the second is at most so far from
    ``now``. Of several steps with these codes the nearest is meant.
    """
    if not (_CODE.fullmatch(first) and _CODE.fullmatch(second)):
        return None
    current = int(now.timestamp()) // STEP_SECONDS
    totp = pyotp.TOTP(seed)
    found = None
    near = range(max(1, current - RESYNC_STEPS), current + RESYNC_STEPS + 1)
    for step in sorted(near, key=lambda each: abs(each - current)):
        # Both comparisons are always made.
        same = hmac.compare_digest(totp.generate_otp(step - 1), first) & hmac.compare_digest(
            totp.generate_otp(step), second
        )
        if same and step - 1 > last_step and found is None:
            found = step
    return found


def drift(step: int, now: datetime) -> int:
    """Return by how many steps a device whose code is that of ``step`` goes before our clock."""
    return step - int(now.timestamp()) // STEP_SECONDS


def provisioning_uri(seed: str, *, device: str, account: str) -> str:
    """Return the text of the QR code: ``otpauth://totp/device@account?secret=seed``."""
    return f"otpauth://totp/{quote(device, safe='')}@{quote(account, safe='')}?secret={seed}"


def qr_code_png(seed: str, *, device: str, account: str) -> bytes:
    """Return the QR code of ``provisioning_uri`` as a PNG image."""
    import segno  # noqa: PLC0415 (drawn once in the life of a device; kept out of every start)

    image = io.BytesIO()
    segno.make(provisioning_uri(seed, device=device, account=account), error="m").save(
        image, kind="png", scale=4
    )
    return image.getvalue()
