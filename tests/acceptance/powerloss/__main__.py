"""``python -m tests.acceptance.powerloss``: the power is cut at every sync of every write.

Ends with 1 when something acknowledged is lost, or when ``synchronous=NORMAL`` would lose nothing:
then nothing was shown.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

import tests.conftest  # noqa: F401 - seals off the developer's AWS
from tests.acceptance.powerloss.cuts import losses, recorded, told_by, with_less


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> int:
    """Cut the power as often as the command line asks for."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.acceptance.powerloss", description=__doc__
    )
    parser.add_argument("--rounds", type=int, default=3, help="each keeps other unsynced writes")
    parser.add_argument("--seed", type=int, default=0, help="of what is kept")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="doorward-powerloss-") as name:
        folder = Path(name)
        statements = recorded(folder)
        for number in range(options.rounds):
            place = folder / f"full-{number}"
            place.mkdir()
            cuts, lost = losses(statements, place, seed=options.seed + number)
            say(f"Doorward's settings: {cuts} cuts, {len(lost)} with a loss")
            if lost:
                say("\n".join(told_by(loss) for loss in lost[:20]))
                return 1
        place = folder / "normal"
        place.mkdir()
        cuts, lost = losses(with_less(statements), place, seed=options.seed)
        say(f"synchronous=NORMAL: {cuts} cuts, {len(lost)} with a loss")
    return 0 if any(loss.lost for loss in lost) else 1


if __name__ == "__main__":
    sys.exit(main())
