"""The command line as a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from examples.main_job.clients import Identity


def doorward(
    *arguments: str, given: bytes = b"", who: Identity | None = None, **environment: str
) -> subprocess.CompletedProcess[bytes]:
    """Run ``doorward``; ``who`` signs its calls."""
    settings = {
        name: value for name, value in os.environ.items() if not name.startswith("DOORWARD_")
    } | environment
    if who:
        settings |= {
            "AWS_ACCESS_KEY_ID": who.access_key_id,
            "AWS_SECRET_ACCESS_KEY": who.secret_access_key,
            "DOORWARD_ENDPOINT": who.endpoint,
        }
    command = [sys.executable, "-m", "doorward.cli", *arguments]
    return subprocess.run(
        command, input=given, env=settings, capture_output=True, timeout=60, check=False
    )
