"""The binary operator: base64 on both sides, compared as bytes (C12)."""

from __future__ import annotations

import base64
import binascii
import operator

from doorward.policy.conditions.operator import Operator, comparison


def octets(text: str) -> bytes | None:
    """Decode strict base64, or ``None``."""
    try:
        return base64.b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError):
        return None


OPERATORS = (Operator("BinaryEquals", comparison(octets, operator.eq)),)
