"""`python -m tests.spec.shown [--on sqlite|postgresql] [ROW …]`: the tests of the catalogue.

Runs what the rows of catalogue.toml name, all of them or those asked for; other arguments are
pytest's. With ``--on postgresql`` every live server has its store there.
Ends with pytest's exit code.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys

from tests.spec.catalogue import LAST, Row, rows


def nodes(asked: list[int], found: tuple[Row, ...]) -> list[str]:
    """Return the tests of the rows that are asked for, each once, by file."""
    named = {node for row in found if row.number in asked for node in row.tests}
    return sorted(named)


def main() -> int:
    """Run them."""
    parser = argparse.ArgumentParser(prog="python -m tests.spec.shown", description=__doc__)
    parser.add_argument("rows", nargs="*", type=int, metavar="ROW")
    parser.add_argument("--on", choices=("sqlite", "postgresql"), default="sqlite")
    options, more = parser.parse_known_args()
    asked = options.rows or list(range(1, LAST + 1))
    chosen = nodes(asked, rows())
    if not chosen:
        parser.error("no test shows that")
    environment = dict(os.environ)
    environment.pop("TEST_STORE", None)
    if options.on == "postgresql":
        environment["TEST_STORE"] = options.on
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:randomly", *more, *chosen]
    return subprocess.run(command, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
