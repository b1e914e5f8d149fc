"""`python -m tests.mutation`: which mutants of the core do the tests kill?

Every mutant of the modules named, and a sample of the rest of policy and engine. What survives is
looked at and listed in survivors.toml, with the reason. The report has a line of JSON for each
mutant. Exit code 1: more than 5 % survive, or one that is not listed.
"""

from __future__ import annotations

import argparse
import json
import secrets
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from tests.mutation.generate import every, modules, sample
from tests.mutation.mutant import Mutant, module_of
from tests.mutation.runs import allowance, tried
from tests.mutation.summary import Row, summary
from tests.mutation.trial import prepare
from tests.oracle.generate import questions
from tests.oracle.reference import evaluate

CORE = ("engine.combine", "engine.match", "engine.stack", "engine.special", "policy.conditions")
REST = ("policy", "engine")
QUESTIONS = 300


def main() -> int:
    """Try all the mutants, write the report, close with the summary."""
    options = arguments()
    prepare()
    began = time.monotonic()
    mutants = list(chosen(options))
    say(f"{len(mutants)} mutants, seed {options.seed}, made in {time.monotonic() - began:.0f} s\n")
    cases = [(one, evaluate(one)) for one in questions(1, range(QUESTIONS))]
    limit = allowance(mutants, cases)
    rows: list[Row] = []
    with options.output.open("w", encoding="utf-8") as report:
        for row in tried(mutants, cases, limit):
            rows.append(row)
            report.write(json.dumps(row._asdict(), ensure_ascii=False) + "\n")
            report.flush()
            alive = sum(one.status == "survived" for one in rows)
            rate = len(rows) / (time.monotonic() - began)
            say(f"\r{len(rows)}/{len(mutants)} mutants, {alive} survive, {1 / rate:.2f} s each ")
    say("\n")
    whole = set() if options.mutants else {module_of(path) for path in modules(options.modules)}
    text, good = summary(rows, whole)
    sys.stdout.write(f"seed {options.seed}, report {options.output}\n{text}\n")
    return 0 if good else 1


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    parser.add_argument("mutants", nargs="*", help="only these, by id; no sample")
    parser.add_argument("--modules", nargs="*", default=CORE, help="all mutants of these")
    parser.add_argument("--sample", type=int, default=500, help="and so many of the rest")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**9))
    parser.add_argument("--output", type=Path, default=Path("mutants.jsonl"))
    options = parser.parse_args()
    try:
        modules(options.modules)
    except FileNotFoundError as error:
        parser.error(str(error))
    return options


def chosen(options: argparse.Namespace) -> Iterator[Mutant]:
    """The mutants asked for."""
    if options.mutants:
        paths = modules(sorted({one.partition("/")[0] for one in options.mutants}))
        yield from (one for one in every(paths) if one.id in options.mutants)
        return
    whole = modules(options.modules)
    yield from every(whole)
    rest = [path for path in modules(list(REST)) if path not in whole]
    yield from sample(rest, options.sample, options.seed)


def say(text: str) -> None:
    """Tell whoever waits."""
    sys.stderr.write(text)
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
