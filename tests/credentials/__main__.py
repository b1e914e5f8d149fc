"""`python -m tests.credentials [--requests N] [--timing N] [--seed S]`: signatures, at length.

Rows 16 and 17: our canonical request is botocore's for N random requests. Row 20: the time of a
refusal tells nothing, over N wrong signatures. Ends with 1 if either is not so.
"""

from __future__ import annotations

import argparse
import secrets
import sys

from hypothesis import HealthCheck, Phase, seed, settings

from tests.credentials import canonical, timing
from tests.credentials.timing import MOST, Measured

TRIES = 3
"""Of 5,000, noise is above the bound once in two thousand times, and never in most of three."""


def main() -> int:
    """Try both; 1 if anything differs or tells."""
    parser = argparse.ArgumentParser(prog="python -m tests.credentials", description=__doc__)
    parser.add_argument("--requests", type=int, default=10_000)
    parser.add_argument("--timing", type=int, default=5_000)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**9))
    options = parser.parse_args()
    many = settings(
        max_examples=options.requests, database=None, deadline=None,
        suppress_health_check=list(HealthCheck), phases=[Phase.generate, Phase.shrink],
    )  # fmt: skip
    seed(options.seed)(many(canonical.LAW))()
    sys.stdout.write(
        f"seed {options.seed}\n{options.requests} requests: one canonical request, ours "
        "and botocore's\n"
    )
    planted = timing.measure(options.timing, options.seed, timing.naive)
    sys.stdout.write(f"a comparison that stops early: {told(planted)}\n")
    found = [timing.measure(options.timing, options.seed + each) for each in range(TRIES)]
    sys.stdout.writelines(f"Doorward: {told(each)}\n" for each in found)
    quiet = sorted(abs(each.correlation) for each in found)[TRIES // 2] < MOST
    return 0 if quiet and abs(planted.correlation) > MOST else 1


def told(measured: Measured) -> str:
    """A measurement in a line."""
    return (
        f"rank correlation {measured.correlation:+.3f}; medians: wrong secret "
        f"{measured.wrong_secret / 1000:.1f} µs, unknown key {measured.unknown_key / 1000:.1f} µs"
    )


if __name__ == "__main__":
    sys.exit(main())
