"""Rows as comma-separated values (RFC 4180), lines ended by line feeds as AWS's are."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable


def csv_text(rows: Iterable[Iterable[str]]) -> str:
    """Return rows as CSV, quoted where they need it; the last line has no end."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue().removesuffix("\n")
