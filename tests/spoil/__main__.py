"""``python -m tests.spoil``: estates spoilt in every way, and what has to hold of each.

Nothing that failed is a pass. Of every estate (a case of each check that fails, and random ones
that are asked who may what) and every way to spoil it, ``--each`` are drawn; ``--all`` leaves none
out, which takes hours. Ends with 1 if anything was wrong.
"""

from __future__ import annotations

import argparse
import os
import random
import secrets
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests.spoil.estates import Whole, beside_iam, of_cases, of_seeds
from tests.spoil.laws import Bench
from tests.spoil.spoils import WAYS, drawn

BETWEEN_WORDS = 5.0
MOST_SHOWN = 100
RANDOM = 20


def main() -> int:
    """Spoil what the command line asks for, and tell what was wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.spoil", description=__doc__)
    parser.add_argument("ways", nargs="*", metavar="WAY", help=f"of: {', '.join(WAYS)}")
    parser.add_argument("--each", type=int, default=25, help="of each way and estate")
    parser.add_argument("--all", action="store_true", help="all of each way and estate")
    parser.add_argument("--estates", type=int, help="so many estates alone")
    parser.add_argument("--named", help="the estates whose names have this in them")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**9))
    options = parser.parse_args()
    for way in options.ways:
        if way not in WAYS:
            parser.error(f"there is no way {way}")
    chance = random.Random(options.seed)
    wholes = [*of_cases(), beside_iam(), *of_seeds(range(RANDOM))]
    wholes = [each for each in wholes if (options.named or "") in each.name]
    if options.estates is not None:
        wholes = chance.sample(wholes, min(options.estates, len(wholes)))
    say(f"seed {options.seed}: {len(wholes)} estates")
    wrongs, tried = spoil_all(wholes, options.ways or list(WAYS), chance, options)
    say(f"{sum(tried.values())} spoilt: {', '.join(f'{k} {n}' for k, n in tried.items())}")
    if os.geteuid() == 0:
        say("not tried: files without permissions, which root reads all the same")
    say(f"{wrongs} wrong")
    return 1 if wrongs else 0


def spoil_all(
    wholes: list[Whole], ways: list[str], chance: random.Random, options: argparse.Namespace
) -> tuple[int, Counter[str]]:
    """Spoil estates; return how many wrongs there were, and how often each way was tried."""
    tried: Counter[str] = Counter()
    wrongs = 0
    said = time.monotonic()
    for number, whole in enumerate(wholes):
        with tempfile.TemporaryDirectory(prefix="doorward-spoil-") as folder:
            bench = Bench(whole, Path(folder))
            for way in ways:
                for spoil in drawn(whole, way, None if options.all else options.each, chance):
                    tried[way] += 1
                    found = bench.wrongs(spoil)
                    wrongs += bool(found)
                    if found and wrongs <= MOST_SHOWN:
                        more = f" (and {len(found) - 1} more)" if found[1:] else ""
                        say(f"{whole.name}: {way}: {spoil}: {found[0]}{more}")
        if time.monotonic() - said > BETWEEN_WORDS:
            said = time.monotonic()
            sys.stderr.write(f"\r{number + 1} estates, {sum(tried.values())} spoilt ")
            sys.stderr.flush()
    sys.stderr.write("\n")
    return wrongs, tried


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
