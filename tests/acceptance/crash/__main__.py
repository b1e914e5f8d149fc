"""``python -m tests.acceptance.crash``: kill -9 during concurrent writes, many times.

Ends with 1 at the first thing that is wrong; the store file is then kept and named. With
``--outage SECONDS`` nothing is killed: a database is gone for so long, and two servers on it have
to decide on.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import tests.conftest  # noqa: F401 - seals off the developer's AWS
from tests.acceptance.crash import database, rounds, server
from tests.acceptance.outage import outages


def main() -> int:
    """Play the rounds that the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m tests.acceptance.crash", description=__doc__)
    parser.add_argument("--rounds", type=int, default=50)
    parser.add_argument("--threads", type=int, default=4, help="writers in the process")
    parser.add_argument("--seed", type=int, default=0, help="of the moments of killing")
    parser.add_argument("--server", action="store_true", help="kill a whole server, over HTTP")
    parser.add_argument("--postgresql", action="store_true", help="kill PostgreSQL and server")
    parser.add_argument("--outage", type=float, default=0, metavar="SECONDS")
    options = parser.parse_args()
    if options.outage:
        return gone(options.outage)
    if options.postgresql:
        with database.database() as held:
            return told(
                database.play(held, options.rounds, seed=options.seed, threads=options.threads),
                options.rounds,
                "the database",
            )
    play = server.play if options.server else rounds.play
    folder = Path(tempfile.mkdtemp(prefix="doorward-crash-"))
    file = folder / "doorward.db"
    played = play(file, options.rounds, seed=options.seed, threads=options.threads)
    ended = told(played, options.rounds, str(file))
    if ended == 0:
        shutil.rmtree(folder)
    return ended


def told(played: Iterator[rounds.Round], many: int, where: str) -> int:
    """Tell what each round showed, until the first problem; return the exit code."""
    acknowledged = unheard = 0
    for number, result in enumerate(played, start=1):
        acknowledged += result.acknowledged
        unheard += result.unheard
        say(
            f"round {number}/{many}: {result.acknowledged} acknowledged, "
            f"{result.unheard} committed unheard, {len(result.problems)} problems"
        )
        if result.problems:
            say("\n".join(("", *result.problems[:20], f"kept: {where}", "")))
            return 1
    say(
        f"{many} rounds: {acknowledged} acknowledged, none lost; {unheard} committed "
        "before they could be acknowledged, all of them whole"
    )
    return 0


def gone(seconds: float) -> int:
    """Take a database away from two servers; return whether they decided on."""
    with outages.pair() as both:
        shown = outages.outage(both, both.cut, seconds, every=0.01)
    say(
        f"database gone for {seconds:.0f} s: {shown.decided} decisions,"
        f" {len(shown.failed)} failed, the slowest {shown.longest:.2f} s; {shown.refused} writes"
        f" refused, going on {shown.back_after:.1f} s after it was back;"
        f" {shown.unrecorded} decisions unrecorded"
    )
    return 1 if shown.failed or shown.unrecorded or not shown.decided else 0


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
