"""`python -m tests.fuzz.guided [PARSER …] [--runs N] [--seed S]`: inputs led by coverage.

Row 68 of the catalogue of bad input. Each parser has a process of its own, in which atheris
mutates what reached new code before. Ends with 1 if a parser raised what it must not, took longer
than it may, or grew beyond ``MEMORY``; what did it is kept in a file, whose name is printed.
"""

from __future__ import annotations

import argparse
import secrets
import subprocess
import sys
import tempfile
from pathlib import Path

MEMORY = 1024
"""Mebibytes that a parser's process may have."""

LONGEST = 4096
"""The longest input in bytes."""


def main() -> int:
    """Run each parser that is asked for; 1 if any did what it must not."""
    from tests.fuzz import parsers

    parser = argparse.ArgumentParser(prog="python -m tests.fuzz.guided", description=__doc__)
    parser.add_argument("parsers", nargs="*", metavar="PARSER", help=", ".join(parsers.PARSERS))
    parser.add_argument("--runs", type=int, default=1_000_000, help="inputs for each parser")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(2**31))
    options = parser.parse_args()
    unknown = set(options.parsers) - set(parsers.PARSERS)
    if unknown:
        parser.error(f"no parser {', '.join(sorted(unknown))}")
    codes = [
        subprocess.run(
            [sys.executable, "-m", "tests.fuzz.guided", "--of", name, str(options.runs),
             str(options.seed)],
            check=False,
        ).returncode
        for name in options.parsers or parsers.PARSERS
    ]  # fmt: skip
    sys.stdout.write(f"{sum(map(bool, codes))} of {len(codes)} parsers did what they must not\n")
    return 1 if any(codes) else 0


def one(name: str, runs: int, seed: int) -> None:
    """Become the fuzzer of a parser: ends the process."""
    import atheris

    with atheris.instrument_imports(include=["doorward"], enable_loader_override=False):
        from tests.fuzz import parsers

    kept = Path(tempfile.gettempdir()) / "doorward-fuzz"
    corpus = kept / name
    corpus.mkdir(parents=True, exist_ok=True)
    for number, seeded in enumerate(parsers.seeds(name)):
        (corpus / f"seed-{number}").write_bytes(seeded)
    sys.stdout.write(f"{name}: {runs} inputs, seed {seed}\n")
    sys.stdout.flush()
    arguments = [
        name, f"-runs={runs}", f"-seed={seed}", f"-max_len={LONGEST}", f"-rss_limit_mb={MEMORY}",
        "-timeout=5", "-print_final_stats=1", "-verbosity=0",
        f"-artifact_prefix={kept}/{name}-", str(corpus),
    ]  # fmt: skip
    atheris.Setup(arguments, lambda data: parsers.examine(name, data))
    atheris.Fuzz()


if __name__ == "__main__":
    if sys.argv[1:2] == ["--of"]:
        one(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
    sys.exit(main())
