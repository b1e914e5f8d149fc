"""What the type checker says of a mutant that outlived the tests: it is part of every check."""

from __future__ import annotations

import subprocess
import sys
import tempfile

from tests.mutation.mutant import Mutant, path_of

MYPY = (sys.executable, "-m", "mypy", "--no-error-summary", "--cache-dir=.mypy_cache/mutants")


def refused(mutant: Mutant) -> str | None:
    """The first type error that the mutant has, or ``None``."""
    path = path_of(mutant.module)
    with tempfile.NamedTemporaryFile("w", suffix=".py", encoding="utf-8") as shadow:
        shadow.write(mutant.text)
        shadow.flush()
        ended = subprocess.run(
            (*MYPY, "--shadow-file", str(path), shadow.name, str(path)),
            capture_output=True,
            text=True,
            check=False,
        )
    return ended.stdout.splitlines()[0] if ended.returncode == 1 else None
