"""`python -m tests.oracle --cases N [--seed S] [--jobs J] [--cedar]`: a long differential run.

The engine against the reference evaluator, or, with --cedar, against Cedar.
Progress goes to stderr. The counts of what was reached, and the first differences, shrunken, go
to stdout. The exit code is 1 if anything differs.
"""

import argparse
import multiprocessing
import secrets
import sys
import time
from collections.abc import Iterator
from functools import partial

from tests.oracle import differential
from tests.oracle.cedar import compare as cedar
from tests.oracle.reached import FORMS, Tally, never
from tests.oracle.reference_conditions import BASES

CHUNK = 250
SHOWN = 5


def main() -> int:
    """Compare on several processes, then say what was reached."""
    parser = argparse.ArgumentParser(prog="python -m tests.oracle", description=__doc__)
    parser.add_argument("--cases", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**9))
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--cedar", action="store_true")
    options = parser.parse_args()
    other = cedar if options.cedar else differential
    chunks = [
        range(start, min(start + CHUNK, options.cases)) for start in range(0, options.cases, CHUNK)
    ]
    total, differing = Tally(), []
    done, started = 0, time.monotonic()
    with multiprocessing.Pool(options.jobs) as pool:
        for tally, found in pool.imap(partial(other.compare, options.seed), chunks):
            total.add(tally)
            differing += found
            done = min(done + CHUNK, options.cases)
            rate = done / (time.monotonic() - started)
            sys.stderr.write(
                f"\r{done}/{options.cases} cases, {len(differing)} differ, {rate:.0f}/s "
            )
    sys.stderr.write("\n")
    sys.stdout.write(f"seed {options.seed}\n")
    lines = groups(total) if options.cedar else table(total)
    sys.stdout.writelines(f"{line}\n" for line in lines)
    for question in differing[:SHOWN]:
        sys.stdout.write(other.explain(question) + "\n")
    sys.stdout.write(f"{done} cases, {len(differing)} differences\n")
    return 1 if differing else 0


def groups(total: Tally) -> Iterator[str]:
    """The counts, a line for each group."""
    for group, counts in sorted(total.items()):
        yield f"{group}: {', '.join(f'{name} {n}' for name, n in sorted(counts.items()))}"


def table(total: Tally) -> Iterator[str]:
    """The counts; operators in a table of their own, each form with its hits and misses."""
    operators = total.pop("operators")
    yield from groups(total)
    total["operators"] = operators
    heads = [form or "hits/misses" for form in FORMS]
    yield f"{'operator':28}" + "".join(f"{head:>16}" for head in heads)
    for base in (*BASES, "null", "unknown"):
        names = [f"{form}{base}" if form.endswith(":") else f"{base}{form}" for form in FORMS]
        pairs = [f"{operators[f'{name} hit']}/{operators[f'{name} miss']}" for name in names]
        yield f"{base:28}" + "".join(f"{pair:>16}" for pair in pairs)
    yield f"never reached: {', '.join(never(total)) or 'nothing'}"


if __name__ == "__main__":
    sys.exit(main())
