"""Rounds of writing, killing and looking what is there."""

from __future__ import annotations

import random
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from threading import Thread
from typing import IO

import msgspec

from tests.acceptance.crash.invariants import verify

TABLES = {
    "users": "name",
    "access_keys": "substr(id, 5)",
    "inline_policies": "substr(owner_id, 5)",
    "registered_resources": "substr(arn, 14)",
}
VERBS = ("add", "remove")
LONGEST = 0.6
"""Seconds from the first write to the latest kill."""


class Round(msgspec.Struct, frozen=True):
    """What one round showed.

    ``unheard`` counts the transactions that were committed but not told: killed between the two.
    """

    acknowledged: int
    unheard: int
    problems: tuple[str, ...]


class Acknowledged(Thread):
    """Reads the pipe of a writer until its end."""

    def __init__(self, pipe: IO[bytes]) -> None:
        super().__init__()
        self.pipe = pipe
        self.lines: list[str] = []

    def run(self) -> None:
        self.lines = [line.decode().strip() for line in self.pipe if line.endswith(b"\n")]


def kill_while_writing(file: Path, number: int, delay: float, threads: int) -> list[str]:
    """Start a writer, kill it after ``delay`` seconds of writing; return what it acknowledged.

    A negative delay kills it before it says that it is ready, while it opens or migrates.
    """
    command = [sys.executable, "-m", "tests.acceptance.crash.writer"]
    with subprocess.Popen(
        [*command, str(file), str(number), str(threads)], stdout=subprocess.PIPE
    ) as writer:
        assert writer.stdout is not None
        if delay >= 0:
            assert writer.stdout.readline() == b"ready\n"
        acknowledged = Acknowledged(writer.stdout)
        acknowledged.start()
        try:
            writer.wait(timeout=abs(delay))
        except subprocess.TimeoutExpired:
            writer.kill()
        acknowledged.join()
        ended = writer.wait()
    assert ended == -9, f"the writer ended by itself: {ended}"
    return [line for line in acknowledged.lines if line != "ready"]


def compare(file: Path, acknowledged: set[str]) -> tuple[set[str], list[str]]:
    """Return the transactions that are in the store, and what is wrong with them."""
    with closing(sqlite3.connect(file)) as connection:
        events = {row[0] for row in connection.execute("SELECT id FROM events")}
        held = {
            table: {row[0] for row in connection.execute(f"SELECT {name} FROM {table}")}  # noqa: S608 (constants above)
            for table, name in TABLES.items()
        }
    by_verb = {verb: {e.split()[1] for e in events if e.startswith(verb)} for verb in VERBS}
    expected = by_verb["add"] - by_verb["remove"]
    problems = [f"acknowledged and lost: {lost}" for lost in sorted(acknowledged - events)]
    for table, names in held.items():
        problems += [f"{table}: {n} without its event" for n in sorted(names - expected)]
        problems += [f"{table}: {n} recorded but missing" for n in sorted(expected - names)]
    return events, problems


def play(file: Path, rounds: int, *, seed: int, threads: int = 4) -> Iterator[Round]:
    """Play so many rounds on one store file; each begins where the last one was killed."""
    chance = random.Random(seed)
    acknowledged: set[str] = set()
    known: set[str] = set()
    for number in range(rounds):
        early = chance.random() < 0.1
        delay = -chance.uniform(0.2, 1.0) if early else chance.uniform(0.0, LONGEST)
        told = set(kill_while_writing(file, number, delay, threads))
        problems = verify(file)
        acknowledged |= told
        events, lost = compare(file, acknowledged)
        yield Round(len(told), len(events - known - told), (*problems, *lost))
        known = events
