"""`python -m tests.analysis --denials N [--seed S]`: the law of advice at length."""

import argparse
import multiprocessing
import secrets
import sys
import time
from collections import Counter
from functools import partial

from tests.analysis.advice_law import run

CHUNK = 250
SHOWN = 5


def main() -> int:
    """Try random questions until enough were denied; show what was seen; 1 if any breaks it."""
    parser = argparse.ArgumentParser(prog="python -m tests.analysis", description=__doc__)
    parser.add_argument("--denials", type=int, default=10_000, help="denied requests to advise on")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**9))
    options = parser.parse_args()
    sys.stdout.write(f"seed {options.seed}\n")
    chunks = (range(start, start + CHUNK) for start in range(0, 10**9, CHUNK))
    seen: Counter[str] = Counter()
    broken: list[str] = []
    started = time.monotonic()
    with multiprocessing.Pool(2) as pool:
        while seen["denied"] < options.denials:
            batch = [next(chunks) for _ in range(4)]
            for counts, found in pool.imap(partial(run, options.seed), batch):
                seen.update(counts)
                broken += found
            rate = seen["denied"] / (time.monotonic() - started)
            sys.stderr.write(f"\r{seen['denied']} denials, {len(broken)} broken, {rate:.0f}/s ")
    sys.stderr.write("\n")
    for name, count in sorted(seen.items()):
        sys.stdout.write(f"{count:8} {name}\n")
    for each in broken[:SHOWN]:
        sys.stdout.write(f"{each}\n")
    sys.stdout.write(f"{seen['denied']} denials, the law is broken {len(broken)} times\n")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
