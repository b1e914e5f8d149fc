"""Golden files: what was once looked at and found right."""

from __future__ import annotations

import os
from pathlib import Path


def golden(path: Path, text: str) -> None:
    """Hold a text against its golden; ``DOORWARD_UPDATE_GOLDEN=1`` writes it anew."""
    if os.environ.get("DOORWARD_UPDATE_GOLDEN"):
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")
