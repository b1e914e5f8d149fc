"""``python -m tests.acceptance.crash``: kill -9 during concurrent writes, many times.

Ends with 1 at the first thing that is wrong; the store file is then kept and named.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

from tests.acceptance.crash import rounds, server


def main() -> int:
    """Play the rounds that the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m tests.acceptance.crash", description=__doc__)
    parser.add_argument("--rounds", type=int, default=50)
    parser.add_argument("--threads", type=int, default=4, help="writers in the process")
    parser.add_argument("--seed", type=int, default=0, help="of the moments of killing")
    parser.add_argument("--server", action="store_true", help="kill a whole server, over HTTP")
    options = parser.parse_args()
    play = server.play if options.server else rounds.play
    folder = Path(tempfile.mkdtemp(prefix="doorward-crash-"))
    file = folder / "doorward.db"
    acknowledged = unheard = 0
    played = play(file, options.rounds, seed=options.seed, threads=options.threads)
    for number, result in enumerate(played, start=1):
        acknowledged += result.acknowledged
        unheard += result.unheard
        sys.stdout.write(
            f"round {number}/{options.rounds}: {result.acknowledged} acknowledged, "
            f"{result.unheard} committed unheard, {len(result.problems)} problems\n"
        )
        sys.stdout.flush()
        if result.problems:
            sys.stdout.write("\n".join(("", *result.problems[:20], f"kept: {file}", "")))
            return 1
    shutil.rmtree(folder)
    sys.stdout.write(
        f"{options.rounds} rounds: {acknowledged} acknowledged, none lost; {unheard} committed "
        "before they could be acknowledged, all of them whole\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
