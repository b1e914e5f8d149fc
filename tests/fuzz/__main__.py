"""`python -m tests.fuzz --seconds N [--seed S]`: strange policies, and what is promised of each.

Ends with 1 if a promise was broken; each such text is kept in a file, whose name is printed.
`--seed S --case N` tries one text again, `--file F` one of those kept.
"""

from __future__ import annotations

import argparse
import gc
import resource
import secrets
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from tests.fuzz import inputs
from tests.fuzz.promises import Broken, examine, stop_what_hangs

MEMORY = 3 * 1024**3
MOST_FAILURES = 10
BETWEEN_WORDS = 5.0
BETWEEN_FREEZES = 100


def texts(options: argparse.Namespace) -> Iterator[tuple[int, str]]:
    """Yield the inputs that the command line asks for."""
    if options.file is not None:
        yield 0, options.file.read_text("utf-8", "surrogatepass")
        return
    if options.case is not None:
        yield options.case, inputs.text(options.seed, options.case)
        return
    ends = time.monotonic() + options.seconds
    number = 0
    while time.monotonic() < ends:
        yield number, inputs.text(options.seed, number)
        number += 1


def main() -> int:
    """Try texts, show how far it got, keep what broke a promise; 1 if anything did."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**9))
    parser.add_argument("--bound", type=float, default=3.0, help="CPU seconds for each stage")
    parser.add_argument("--case", type=int, help="try this input of the seed alone")
    parser.add_argument("--file", type=Path, help="try the text of this file alone")
    options = parser.parse_args()
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    stop_what_hangs()
    tried = parsed = failures = 0
    codes: Counter[str] = Counter()
    slowest = (0.0, "", 0)
    said = time.monotonic()
    for number, text in texts(options):
        tried += 1
        if tried % BETWEEN_FREEZES == 0:
            # What the engine keeps grows to half a gigabyte; a full collection of it takes a
            # second, which would count as that of whatever text is looked at.
            gc.freeze()
        try:
            found = examine(text, options.bound)
        except Broken as broken:
            failures += 1
            sys.stdout.write(
                f"\ncase {number}: {broken}\nkept: {keep(options.seed, number, text)}\n"
            )
            if failures == MOST_FAILURES:
                break
            continue
        parsed += found.parsed
        codes.update(found.codes)
        slowest = max(slowest, (*found.slowest, number))
        if time.monotonic() - said > BETWEEN_WORDS:
            said = time.monotonic()
            sys.stderr.write(
                f"\r{tried} texts, {parsed} parse, {len(codes)} codes, {failures} bad "
            )
            sys.stderr.flush()
    sys.stderr.write("\n")
    seconds, stage, case = slowest
    sys.stdout.write(
        f"seed {options.seed}\n{tried} texts, {parsed} of them policies, {len(codes)} codes: "
        f"{', '.join(f'{code} {times}' for code, times in codes.most_common())}\n"
        f"slowest: {stage} of case {case}, {seconds:.2f} s of CPU\n"
        f"{failures} promises broken\n"
    )
    return 1 if failures else 0


def keep(seed: int, number: int, text: str) -> Path:
    """Write a text to a file of its own, and return where it is."""
    folder = Path(tempfile.gettempdir()) / "doorward-fuzz"
    folder.mkdir(exist_ok=True)
    file = folder / f"seed-{seed}-case-{number}.txt"
    file.write_bytes(text.encode("utf-8", "surrogatepass"))
    return file


if __name__ == "__main__":
    sys.exit(main())
