"""What 10,000 principals cost in memory, with 3,000 distinct policies compiled and held."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import doorward
from benchmarks.measure import cpu_of
from benchmarks.workload import ACCOUNT, identity_policy, workload

Json = dict[str, Any]

PRINCIPALS, DOCUMENTS, EACH = 10_000, 3_000, 3
"""Principals; distinct documents, of ten statements each; documents of each principal."""

QUESTIONS = 50_000
"""Distinct requests, of one principal after another."""

BAR = 1024
"""MiB of resident memory that all of it may cost."""


def resident() -> float:
    """Return this process's resident memory, in MiB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def hold() -> Json:
    """Hold them, ask about each; return what it cost."""
    rng = random.Random(1)
    texts: dict[str, None] = {}
    while len(texts) < DOCUMENTS:
        texts[json.dumps(identity_policy(rng))] = None
    requests = workload(QUESTIONS).requests
    for number, request in enumerate(requests):
        user = f"user/user-{number % PRINCIPALS}"
        request["principal"] = f"arn:aws:iam::{ACCOUNT}:{user}"
    chosen = [rng.sample(range(DOCUMENTS), EACH) for _ in range(PRINCIPALS)]
    before = resident()
    documents = [doorward.parse_policy(text) for text in texts]
    held = [doorward.layers(identity=[documents[n] for n in numbers]) for numbers in chosen]
    answers: list[str] = []

    def ask() -> None:
        answers[:] = [
            doorward.decide(held[n % PRINCIPALS], doorward.request(**each)).effect.name
            for n, each in enumerate(requests)
        ]

    first, second = cpu_of(ask), cpu_of(ask)
    cost = resident() - before
    counts = Counter(answers)
    assert set(counts) == {"ALLOW", "EXPLICIT_DENY", "IMPLICIT_DENY"}, counts
    written = list(texts)
    for n in range(0, PRINCIPALS, 50):  # what is held answers as a document read anew does
        alone = doorward.layers(identity=[json.loads(written[m]) for m in chosen[n]])
        effect = doorward.decide(alone, doorward.request(**requests[n])).effect
        assert effect.name == answers[n]
    return {
        "MiB": cost,
        "first": first / QUESTIONS,
        "later": second / QUESTIONS,
        "effects": counts,
    }


def main() -> None:
    """Measure in a process of its own, and print."""
    child = subprocess.run(
        [sys.executable, "-m", "benchmarks.memory"], check=True, stdout=subprocess.PIPE, text=True
    )
    cost = json.loads(child.stdout)
    print(f"memory ({PRINCIPALS} principals with {EACH} of {DOCUMENTS} distinct documents each)")
    print(f"  {cost['MiB']:.0f} MiB of resident memory (bar: {BAR})")
    print(f"  {cost['first'] * 1e6:.0f} µs of CPU a decision, compiling what is met first")
    print(f"  {cost['later'] * 1e6:.0f} µs of CPU a decision later; {cost['effects']}")


if __name__ == "__main__":
    print(json.dumps(hold()))
