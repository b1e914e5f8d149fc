#!/usr/bin/env python3
"""Everything a developer of Doorward does, as one command: ``python3 dev.py help``.

Only the standard library, so that it runs on a machine that has Python 3.11 and pip and nothing
else. The tools live in ``.venv``, which ``setup`` makes; every other verb sets up first, which
takes no time when nothing changed. Exit codes: 0 all well, 1 a step failed, 2 wrong usage.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, NoReturn

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "doorward-setup.json"
OLDEST_PYTHON = (3, 11)
GROUPS_NEED_PIP = "pip>=25.1"  # the first pip that installs dependency groups (PEP 735)
WORKERS = str(min(max(os.cpu_count() or 2, 2), 8))


class Failure(Exception):
    """A step could not be done; the message says what to do about it."""


# ------------------------------------------------------------------------------- environment


def environment() -> dict[str, str]:
    """What an up-to-date environment was made from: place, interpreter, declared dependencies.

    Settings of the tools are not part of it: changing a lint rule installs nothing.
    """
    import tomllib  # noqa: PLC0415 (absent before Python 3.11, which main refuses kindly)

    tables = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    declared = [tables["build-system"], tables["project"], tables["dependency-groups"]]
    return {
        "place": str(ROOT),
        "python": f"{sys.implementation.name} {sys.version.split()[0]} {sys.base_prefix}",
        "declared": hashlib.sha256(json.dumps(declared, sort_keys=True).encode()).hexdigest(),
    }


def stamped() -> dict[str, str]:
    """What the present environment says it was made from; empty if it was never finished."""
    try:
        stamp = json.loads(STAMP.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) and PYTHON.exists() else {}


def ensure_environment() -> None:
    """Make ``.venv``, or bring it up to date. Anything half made is made anew.

    Raises:
        Failure: with what to install or to look at.
    """
    wanted, present = environment(), stamped()
    if present == wanted:
        return
    STAMP.unlink(missing_ok=True)  # from here on nothing is trusted until the end is reached
    reusable = {**present, "declared": wanted["declared"]} == wanted
    began = time.monotonic()
    if shutil.which("uv"):
        install_with_uv(reusable=reusable)
    else:
        install_with_pip(reusable=reusable)
    STAMP.write_text(json.dumps(wanted, indent=1) + "\n", "utf-8")
    say(f"environment ready in {time.monotonic() - began:.0f} s")


def install_with_uv(*, reusable: bool) -> None:
    """Make and fill the environment by uv; ``--seed`` puts pip inside, as the other way does."""
    if not reusable:
        say("setup 1/2: .venv, by uv")
        run("uv", "venv", "--quiet", "--clear", "--seed", "--python", sys.executable, str(VENV))
    say("setup 2/2: Doorward and its tools, by uv")
    run("uv", "pip", "install", "--quiet", "--python", str(PYTHON), "-e", ".", "--group", "dev")


def install_with_pip(*, reusable: bool) -> None:
    """Make and fill the environment by pip: the one inside, or at first the one outside."""
    install = ("install", "--quiet", "--no-input", "--progress-bar", "off", "--upgrade")
    if not reusable:
        shutil.rmtree(VENV, ignore_errors=True)
        if importlib.util.find_spec("ensurepip"):
            say("setup 1/3: .venv")
            run(sys.executable, "-m", "venv", str(VENV))
            say("setup 2/3: pip inside it")
            run(str(PYTHON), "-m", "pip", *install, GROUPS_NEED_PIP)
        elif importlib.util.find_spec("pip"):
            say("setup 1/3: .venv (this Python has no ensurepip: its pip is used once)")
            run(sys.executable, "-m", "venv", "--without-pip", str(VENV))
            say("setup 2/3: pip inside it")
            run(sys.executable, "-m", "pip", "--python", str(PYTHON), *install, GROUPS_NEED_PIP)
        else:
            message = (
                "this Python has neither ensurepip nor pip, and there is no uv on PATH; install "
                "one of them (Debian, Ubuntu: apt-get install python3-pip)"
            )
            raise Failure(message)
    say("setup 3/3: Doorward and its tools (a minute or so)")
    run(str(PYTHON), "-m", "pip", *install, "-e", ".", "--group", "dev")


def ensure_group(name: str) -> None:
    """Put tools that few verbs need into the environment; no work when they are there."""
    uv = ("uv", "pip", "install", "--python", str(PYTHON))
    pip = (str(PYTHON), "-m", "pip", "install", "--no-input", "--progress-bar", "off")
    run(*(uv if shutil.which("uv") else pip), "--quiet", "--group", name)


def say(line: str) -> None:
    """Tell the developer what is going on, at once."""
    print(line, file=sys.stderr, flush=True)


def run(*command: str) -> None:
    """Run one command in the checkout.

    Raises:
        Failure: if it does not end well.
    """
    ended = subprocess.run(command, cwd=ROOT, check=False).returncode
    if ended:
        message = f"exit code {ended} from: {' '.join(command)}"
        raise Failure(message)


def become(*module_and_arguments: str) -> NoReturn:
    """Become a module run in the environment: its signals and exit code are its own."""
    ensure_environment()
    os.chdir(ROOT)
    sys.stdout.flush()
    os.execv(PYTHON, [str(PYTHON), "-m", *module_and_arguments])  # noqa: S606 (no shell wanted)


# -------------------------------------------------------------------------------------- steps


def tool(name: str, *arguments: str) -> tuple[str, ...]:
    """The command line of a tool installed in the environment."""
    return (str(VENV / "bin" / name), *arguments)


LINT_STEPS = {
    "ruff check": tool("ruff", "check", "--output-format=concise", "."),
    "ruff format": tool("ruff", "format", "--check", "."),
    "mypy": tool("mypy"),
    "contracts": tool("lint-imports"),
}


def perform(steps: dict[str, tuple[str, ...]]) -> int:
    """Run every step, whatever the others do, and close with a table; 1 if any failed."""
    ensure_environment()
    rows = []
    for name, command in steps.items():
        say(f"\n── {name}: {Path(command[0]).name} {' '.join(command[1:])}")
        began = time.monotonic()
        code, last_words = stream(command)
        rows.append((name, f"{time.monotonic() - began:.1f} s", code, last_words))
    failed = [name for name, _, code, _ in rows if code]
    print("\nstep            time  result")
    for name, seconds, code, last_words in rows:
        print(f"{name:12} {seconds:>8}  {'FAILED' if code else 'passed'}  {last_words}")
    print(f"check: FAILED: {', '.join(failed)}" if failed else "check: passed", flush=True)
    return 1 if failed else 0


def stream(command: Sequence[str]) -> tuple[int, str]:
    """Run a command, showing its output as it comes; its exit code and its last line."""
    last_words = ""
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        assert process.stdout is not None  # noqa: S101 (it was asked for)
        for line in process.stdout:
            print(line, end="", flush=True)
            last_words = line.strip("= \n") or last_words
    return process.returncode, last_words


# -------------------------------------------------------------------------------------- verbs


def arguments_of(
    verb: str, arguments: list[str], *flags: tuple[str, type, str]
) -> argparse.Namespace:
    """Parse a verb's flags: name, type (``bool`` takes no value), help. Unknown ones end here."""
    parser = argparse.ArgumentParser(f"dev.py {verb}", description=VERBS[verb].__doc__)
    for flag, kind, text in flags:
        if kind is bool:
            parser.add_argument(flag, action="store_true", help=text)
        else:
            parser.add_argument(flag, type=kind, help=text)
    return parser.parse_args(arguments)


def setup(arguments: list[str]) -> int:
    """Make the environment .venv, and nothing else."""
    arguments_of("setup", arguments)
    ensure_environment()
    return 0


def start(arguments: list[str]) -> int:
    """Set up, start Doorward on loopback, play the main job: [--once] [--data DIR] [--port N]."""
    given = arguments_of(
        "start",
        arguments,
        ("--once", bool, "end after the story instead of serving on"),
        ("--data", Path, "data folder (default: .doorward in the checkout)"),
        ("--port", int, "port on 127.0.0.1 (default: the example's)"),
    )
    data = (given.data or ROOT / ".doorward").absolute()
    listen = [] if given.port is None else ["--listen", f"127.0.0.1:{given.port}"]
    become("examples.main_job", "--data", str(data), *listen, *["--once"] * given.once)


def check(arguments: list[str]) -> int:
    """Run everything CI runs; --fast leaves out what is marked slow."""
    given = arguments_of("check", arguments, ("--fast", bool, "leave out tests marked slow"))
    marks = ("-m", "not slow") if given.fast else ()
    tests = tool("python", "-m", "pytest", "-q", "-n", WORKERS, "--dist", "worksteal", *marks)
    return perform({**LINT_STEPS, "tests": tests})


def test(arguments: list[str]) -> int:
    """Run pytest with the arguments given."""
    become("pytest", *arguments)


def coverage(arguments: list[str]) -> int:
    """Run the tests under coverage of policy, model and engine, which must be complete."""
    measured = tool("coverage", "run", "-m", "pytest", "-q", "-m", "not slow", *arguments)
    return perform({"tests": measured, "coverage": tool("coverage", "report")})


def lint(arguments: list[str]) -> int:
    """Run the checks that need no tests: ruff, mypy, the import contracts."""
    arguments_of("lint", arguments)
    return perform(LINT_STEPS)


def reformat(arguments: list[str]) -> int:
    """Format the sources and apply ruff's safe fixes."""
    arguments_of("format", arguments)
    fixed = tool("ruff", "check", "--fix", "--output-format=concise", ".")
    return perform({"ruff format": tool("ruff", "format", "."), "ruff check": fixed})


class Proof(NamedTuple):
    """A verb that becomes a module, with the tools that it needs besides."""

    module: str
    does: str
    group: str | None = None

    def verb(self) -> Callable[[list[str]], int]:
        """Return what becomes the module."""

        def run(arguments: list[str]) -> NoReturn:
            ensure_environment()
            if self.group:
                ensure_group(self.group)
            become(self.module, *arguments)

        run.__doc__ = self.does
        return run


PROOFS = {
    "oracle": Proof(
        "tests.oracle",
        "Compare engine and reference evaluator, or Cedar: --cases N [--seed S] [--jobs J].",
    ),
    "laws": Proof(
        "tests.engine.laws",
        "Try the laws of decide on random questions: --cases N [--seed S] [LAW …].",
    ),
    "advice": Proof(
        "tests.analysis",
        "Try the law of advice on random denied requests: --denials N [--seed S].",
    ),
    "mutants": Proof(
        "tests.mutation",
        "See which changes of the core no test notices: [--modules …] [--sample N] [--seed S].",
        "mutation",
    ),
    "browser": Proof(
        "tests.browser",
        "Look at every golden picture and page in Chromium, light and dark: [NAME …].",
        "browser",
    ),
    "fuzz": Proof("tests.fuzz", "Try strange policies: --seconds N [--seed S]."),
    "parsers": Proof(
        "tests.fuzz.guided",
        "Fuzz the parsers of what callers send, led by coverage: [PARSER …] [--runs N].",
        "fuzz",
    ),
    "spoil": Proof("tests.spoil", "Spoil exported estates in every way: [WAY …] [--each N]."),
    "wire": Proof(
        "tests.wire",
        "Violate every constraint of the models, and try round trips: --examples N [--seed S].",
    ),
    "catalogue": Proof(
        "tests.spec.shown",
        "Run the tests that the catalogue of bad input names: [--on postgresql] [ROW …].",
    ),
    "rows": Proof("tests.rows", "Show catalogue rows at length: [35] [77] [78] [--times N]."),
    "signatures": Proof(
        "tests.credentials",
        "Hold canonical requests against botocore's, time refusals: --requests N [--timing N].",
    ),
    "crash": Proof(
        "tests.acceptance.crash",
        "Kill server or database under writes: [--rounds N] [--server|--postgresql] [--outage S].",
    ),
    "powerloss": Proof(
        "tests.acceptance.powerloss",
        "Cut the power at every sync of every write and look for losses: [--rounds N] [--seed S].",
    ),
    "faults": Proof(
        "tests.faults",
        "Let every database call of every write fail: [--on DATABASE], or the API's tests: --api.",
    ),
    "clients": Proof(
        "tests.clients",
        "Let real clients speak to a server: [prowler] [js] [go] [ansible] [cli] [nuke] [sweep].",
    ),
    "bench": Proof("benchmarks", "Run the benchmarks, or those of benchmarks/README.md named."),
}


def build(arguments: list[str]) -> int:
    """Build the wheel into dist/."""
    arguments_of("build", arguments)
    become("build", "--wheel", "--outdir", "dist")


def usage(arguments: list[str]) -> int:
    """Show this help."""
    arguments_of("help", arguments)
    print(f"{__doc__}\nusage: python3 dev.py VERB …\n")
    for name, verb in VERBS.items():
        print(f"  {name:10} {(verb.__doc__ or '').strip()}")
    return 0


VERBS: dict[str, Callable[[list[str]], int]] = {
    "setup": setup,
    "start": start,
    "check": check,
    "test": test,
    "coverage": coverage,
    "lint": lint,
    "format": reformat,
    **{name: proof.verb() for name, proof in PROOFS.items()},
    "build": build,
    "help": usage,
}


def main(arguments: list[str]) -> int:
    """Find the verb and do it."""
    if sys.version_info < OLDEST_PYTHON:
        say(f"Doorward needs Python {'.'.join(map(str, OLDEST_PYTHON))} or later")
        return 2
    name, *rest = arguments or ["help"]
    verb = VERBS.get({"-h": "help", "--help": "help"}.get(name, name))
    if verb is None:
        say(f"dev.py: no verb {name!r}; there are: {', '.join(VERBS)}")
        return 2
    try:
        return verb(rest)
    except Failure as failure:
        say(f"dev.py: {failure}")
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
