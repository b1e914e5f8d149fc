"""Catalogue row 78: what a server remembers of its callers is bounded."""

from __future__ import annotations

import subprocess
import sys

CALLERS = 3200


def test_row_78_memory_does_not_grow_with_the_callers() -> None:
    """Sessions, unknown keys and questions, each another; a million: ``dev.py rows 78``."""
    command = [sys.executable, "-m", "tests.rows", "78", "--times", str(CALLERS)]
    ended = subprocess.run(command, check=False, capture_output=True, text=True, timeout=300)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert f"{CALLERS} callers" in ended.stdout
