"""`python -m tests.oracle --cases N [--seed S] [--cedar]`: a long run on two processes.

The engine against the reference evaluator, or, with --cedar, against Cedar.
"""

import argparse
import multiprocessing
import secrets
import sys
import time
from collections import Counter
from functools import partial

from tests.oracle import differential
from tests.oracle.cedar import compare as cedar

CHUNK = 250
SHOWN = 5


def main() -> int:
    """Compare, show progress, counts and the first differences; 1 if there is any."""
    parser = argparse.ArgumentParser(prog="python -m tests.oracle", description=__doc__)
    parser.add_argument("--cases", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**9))
    parser.add_argument("--cedar", action="store_true")
    options = parser.parse_args()
    other = cedar if options.cedar else differential
    chunks = [
        range(start, min(start + CHUNK, options.cases)) for start in range(0, options.cases, CHUNK)
    ]
    total: differential.Tally = {}
    differing = []
    done, started = 0, time.monotonic()
    with multiprocessing.Pool(2) as pool:
        for tally, found in pool.imap(partial(other.compare, options.seed), chunks):
            for name, counts in tally.items():
                total.setdefault(name, Counter()).update(counts)
            differing += found
            done = min(done + CHUNK, options.cases)
            rate = done / (time.monotonic() - started)
            sys.stderr.write(
                f"\r{done}/{options.cases} cases, {len(differing)} differ, {rate:.0f}/s "
            )
    write = sys.stdout.write
    sys.stderr.write("\n")
    write(f"seed {options.seed}\n")
    for name, counts in total.items():
        write(f"{name}: {', '.join(f'{key} {n}' for key, n in counts.most_common())}\n")
    for question in differing[:SHOWN]:
        write(other.explain(question) + "\n")
    write(f"{done} cases, {len(differing)} differences\n")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
