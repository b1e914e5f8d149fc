"""Many trials, two at a time, each with a limit of time."""

from __future__ import annotations

import multiprocessing
import signal
import time
from collections.abc import Iterator, Sequence
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkProcess

from tests.mutation.checker import refused
from tests.mutation.mutant import Mutant, path_of
from tests.mutation.summary import Row
from tests.mutation.trial import Cases, trial

PROCESSES = 2
PATIENCE = 600
"""Seconds after which a trial is given up that does not even use its processor time."""
FORK = multiprocessing.get_context("fork")


def allowance(mutants: Sequence[Mutant], cases: Cases) -> int:
    """Seconds of processor time that a mutant may take: far more than the code as it is takes.

    The code as it is must pass.
    """
    longest = 0.0
    for module in dict.fromkeys(one.module for one in mutants):
        unchanged = Mutant("unchanged", module, 0, "", path_of(module).read_text("utf-8"))
        (row,) = tried([unchanged], cases, limit=PATIENCE)
        if row.status != "survived":
            raise SystemExit(f"{module}: the unchanged code fails: {row.by}")
        longest = max(longest, row.seconds)
    return 3 + round(4 * longest)


def tried(mutants: Sequence[Mutant], cases: Cases, limit: int) -> Iterator[Row]:
    """What became of every mutant, in the order in which it was known."""
    waiting = iter(mutants)
    running: dict[Connection, tuple[Mutant, ForkProcess, float]] = {}
    while True:
        while len(running) < PROCESSES and (mutant := next(waiting, None)):
            ours, theirs = FORK.Pipe(duplex=False)
            process = FORK.Process(target=trial, args=(mutant, cases, limit, theirs))
            process.start()
            theirs.close()
            running[ours] = (mutant, process, time.monotonic())
        if not running:
            return
        ready = wait(list(running), timeout=1)
        for pipe, (mutant, process, began) in list(running.items()):
            if pipe in ready or time.monotonic() - began > PATIENCE:
                del running[pipe]
                yield ended(mutant, process, pipe if pipe in ready else None)


def ended(mutant: Mutant, process: ForkProcess, pipe: Connection | None) -> Row:
    """The row of a mutant whose trial is over; one that outlives all tests may fail the types."""
    killer, seconds, said = None, 0.0, True
    try:
        killer, seconds = pipe.recv() if pipe else (None, seconds)
    except EOFError:
        said = False
    if not pipe:
        process.kill()
    process.join()
    late = not pipe or process.exitcode in (-signal.SIGXCPU, -signal.SIGKILL)
    process.close()
    if not said and not late:
        killer = "the process died"
    status = "timeout" if late else ("killed" if killer else "survived")
    if status == "survived" and mutant.change and (error := refused(mutant)):
        killer, status = error, "types"
    return Row(*mutant[:4], status, killer, round(seconds, 2))
