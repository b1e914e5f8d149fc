"""`python -m tests.engine.laws --cases N [--seed S] [LAW …]`: the laws at length."""

import argparse
import multiprocessing
import secrets
import sys
import time
from collections import Counter
from functools import partial
from typing import Any

from tests.engine.laws.law import Law, explain, tally
from tests.engine.laws.table import LAWS

Json = dict[str, Any]

CHUNK = 250
SHOWN = 3


def main() -> int:
    """Try every law on the questions; show progress, counts, and what breaks; 1 if any does."""
    names = [law.name for law in LAWS]
    parser = argparse.ArgumentParser(prog="python -m tests.engine.laws", description=__doc__)
    parser.add_argument("laws", nargs="*", metavar="LAW", help=f"of {', '.join(names)}")
    parser.add_argument("--cases", type=int, default=2_000, help="questions for each law")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**9))
    options = parser.parse_args()
    unknown = set(options.laws) - set(names)
    if unknown:
        parser.error(f"no law {', '.join(sorted(unknown))}; there are: {', '.join(names)}")
    sys.stdout.write(f"seed {options.seed}\n")
    chosen = [law for law in LAWS if law.name in (options.laws or names)]
    with multiprocessing.Pool(2) as pool:
        broken = sum(tried(law, options.seed, options.cases, pool) for law in chosen)
    sys.stdout.write(f"{options.cases} questions a law, {broken} break one\n")
    return 1 if broken else 0


def tried(law: Law, seed: int, cases: int, pool: Any) -> int:
    """Try one law on all the questions; say what was seen; how many questions break it."""
    number = [one.name for one in LAWS].index(law.name)
    chunks = [range(start, min(start + CHUNK, cases)) for start in range(0, cases, CHUNK)]
    counts: Counter[str] = Counter()
    breaking: list[Json] = []
    done, started = 0, time.monotonic()
    for courses, found in pool.imap(partial(chunk, number, seed), chunks):
        counts.update(courses)
        breaking += found
        done = min(done + CHUNK, cases)
        rate = done / (time.monotonic() - started)
        sys.stderr.write(f"\r{law.name}: {done}/{cases}, {len(breaking)} break it, {rate:.0f}/s ")
    sys.stderr.write("\n")
    seen = ", ".join(f"{course} {count}" for course, count in counts.most_common())
    sys.stdout.write(f"{law.name}: {len(breaking)} of {done} break it; trials: {seen}\n")
    for question in breaking[:SHOWN]:
        sys.stdout.write(explain(law, question) + "\n")
    sys.stdout.flush()
    return len(breaking)


def chunk(number: int, seed: int, numbers: range) -> tuple[Counter[str], list[Json]]:
    """One law, by its number: functions of laws do not travel between processes."""
    return tally(LAWS[number], seed, numbers)


if __name__ == "__main__":
    sys.exit(main())
