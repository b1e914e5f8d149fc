"""``python -m tests.faults``: every call of every write fails, in every way, on every database.

Catalogue row 71. Then every transaction is refused once (40001), at its n-th call for every n.
Ends with 1 and what is wrong at the first thing that is.

With ``--api`` the tests of the API run instead, on a program whose every transaction is refused
once; further arguments are pytest's.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain, count

import tests.conftest  # noqa: F401 - seals off the developer's AWS
from tests.faults.trials import EVERY_CALL, OTHERS, Trial, tell
from tests.store.places import postgresql_database, postgresql_server

API = ("tests/api", "tests/control", "tests/server")


@contextmanager
def place(kind: str, server: str) -> Iterator[str]:
    """Give the URL of an empty store."""
    if kind == "postgresql":
        with postgresql_database(server) as url:
            yield url
        return
    with tempfile.TemporaryDirectory(prefix="doorward-faults-") as folder:
        yield f"sqlite:///{folder}/doorward.db"


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def try_out(kind: str, server: str) -> None:
    """Tell the story in every way on one kind of database."""
    for first in range(len(OTHERS)):
        faults = (*OTHERS[first:], *OTHERS[:first])
        with place(kind, server) as url:
            shown = tell(url, Trial(faults=faults, fails=EVERY_CALL.fails))
        say(f"{kind}: {shown.failures} calls failed, {faults[0]} first: nothing half done")
    for nth in chain([None], count(1)):
        with place(kind, server) as url:
            shown = tell(url, Trial(again=nth))
        if not shown.refusals:
            break
        call = "commit" if nth is None else f"call {nth}"
        say(f"{kind}: {shown.refusals} transactions refused at their {call}: all run again")


def api(kind: str | None, arguments: list[str]) -> int:
    """Run tests on a program whose every transaction is refused once."""
    environment = {**os.environ, "TEST_REFUSED": "1"}
    if kind == "postgresql":
        environment["TEST_STORE"] = kind
    command = [sys.executable, "-m", "pytest", "-q", *arguments]
    return subprocess.run(command, env=environment, check=False).returncode


def main() -> int:
    """Try what the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--on", choices=("sqlite", "postgresql"), help="one database alone")
    parser.add_argument("--api", action="store_true", help="run the tests of the API so")
    options, more = parser.parse_known_args()
    if options.api:
        return api(options.on, more or list(API))
    if more:
        parser.error(f"unknown: {' '.join(more)}")
    with postgresql_server() as server:
        for kind in (options.on,) if options.on else ("sqlite", "postgresql"):
            try_out(kind, server)
    return 0


if __name__ == "__main__":
    sys.exit(main())
