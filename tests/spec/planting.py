"""Plants a fault in a copy of the package, and runs every row against it."""

from __future__ import annotations

import compileall
import json
import os
import py_compile
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
SOURCES = ROOT / "src"


class Fault(NamedTuple):
    """``old`` in ``module`` becomes ``new``; ``breaks`` says what is wrong then."""

    rule: str
    module: str
    breaks: str
    old: str
    new: str

    @property
    def path(self) -> str:
        """The module's file, below the folder of sources."""
        return f"doorward/{self.module}.py"


class Misplanted(Exception):
    """A fault does not fit its module."""


@contextmanager
def copy_of_package() -> Iterator[Path]:
    """A folder with a copy of the package, compiled so that a changed text is noticed."""
    with tempfile.TemporaryDirectory() as folder:
        package = Path(folder) / "doorward"
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(SOURCES / "doorward", package, ignore=ignored)
        mode = py_compile.PycInvalidationMode.CHECKED_HASH
        compileall.compile_dir(package, quiet=1, invalidation_mode=mode)
        yield Path(folder)


def catches(fault: Fault, place: Path) -> list[tuple[str, str, str]]:
    """The rows that fail, in a process of their own, while the fault is in the copy.

    Raises:
        Misplanted: the text does not stand once in its module, or nothing runs any more.
    """
    path = place / fault.path
    text = path.read_text("utf-8")
    if text.count(fault.old) != 1:
        raise Misplanted(f"{fault.rule}: {fault.path} has the text {text.count(fault.old)} times")
    path.write_text(text.replace(fault.old, fault.new), "utf-8")
    try:
        return _failures(place)
    except subprocess.CalledProcessError as error:
        last = error.stderr.strip().splitlines()[-1:]
        raise Misplanted(f"{fault.rule}: nothing runs any more: {last}") from error
    finally:
        path.write_text(text, "utf-8")


def _failures(place: Path) -> list[tuple[str, str, str]]:
    done = subprocess.run(
        [sys.executable, "-B", "-m", "tests.spec.run"],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": os.pathsep.join((str(place), str(ROOT)))},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    found = json.loads(done.stdout)
    if not Path(found["package"]).is_relative_to(place):
        raise Misplanted(f"the rows were run against {found['package']}")
    return [(rule, name, outcome) for rule, name, outcome in found["failures"]]


def verdict(fault: Fault, caught: Sequence[tuple[str, str, str]]) -> str | None:
    """What is wrong with a fault: nobody notices it, or somebody else does."""
    if not caught:
        return "no row notices"
    others = [f"{rule} ({name})" for rule, name, _ in caught if rule != fault.rule]
    return f"noticed by {', '.join(others)}" if others else None
