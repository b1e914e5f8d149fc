"""One mutant in a process of its own: what kills it, if anything does.

The process is forked from one that has imported the tools but nothing of Doorward, so that the
mutant is there from the first import on. The engine is first asked questions to which the
reference evaluator's answers are known, then come the tables of tests, then the laws.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import os
import resource
import sys
import time
from collections.abc import Sequence
from importlib.util import spec_from_loader
from multiprocessing.connection import Connection
from types import CodeType, ModuleType
from typing import Any

import hypothesis
import pytest

from tests.mutation.mutant import Mutant

Json = dict[str, Any]
Cases = Sequence[tuple[Json, Json]]
"""Questions with the answers of the reference evaluator."""

MEMORY = 4 << 30
LAW_QUESTIONS = 3

ROWS = "tests/spec/test_rows.py"
VALUES = "tests/engine/test_values.py"
CONDITIONS = ("tests/policy/test_conditions.py", "tests/policy/test_condition_samples.py")
CATALOG = ("tests/policy/test_catalog.py", "tests/policy/test_authorization_reference.py")
MANAGED = "tests/policy/test_validate_managed.py"
SUITES: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "doorward.policy.conditions",
        (ROWS, *CONDITIONS, "tests/policy/test_validate.py", VALUES),
    ),
    ("doorward.policy.catalog", (*CATALOG, MANAGED, VALUES)),
    ("doorward.policy", (ROWS, "tests/policy", "tests/engine")),
    ("doorward.engine", (ROWS, "tests/engine")),
)
"""Module → where the tests are that should kill its mutants; the first prefix counts."""

SLOW = (*CATALOG, MANAGED, "tests/engine/test_laws.py")
"""Tests of whole folders that are left out: the package's own data, and the laws, which are tried
by themselves on fewer questions."""
CHOSEN = ("-m not slow", "-k not (takes_long or no_longer)")
"""Neither what is marked slow nor what only the clock can say."""

QUIET = ("-q", "-x", "-c", os.devnull, "--rootdir=.", "-p", "no:cacheprovider", "--noconftest")
SETTINGS = ("--import-mode=importlib", "-o", "pythonpath=.", "-o", "markers=slow")


def suite(module: str) -> tuple[str, ...]:
    """Where the tests of a module are."""
    return next(paths for prefix, paths in SUITES if module.startswith(prefix))


def prepare() -> None:
    """Bring the parent to where trials begin: tools there, Doorward not."""
    hypothesis.settings.register_profile(
        "mutants",
        deadline=None,
        derandomize=True,
        database=None,
        max_examples=20,
        suppress_health_check=list(hypothesis.HealthCheck),
        phases=[hypothesis.Phase.explicit, hypothesis.Phase.generate],
    )
    hypothesis.settings.load_profile("mutants")
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    early = sorted(name for name in sys.modules if name.split(".")[0] == "doorward")
    assert not early, f"imported before any mutant could be: {early}"


def trial(mutant: Mutant, cases: Cases, limit: int, found: Connection) -> None:
    """Send what kills the mutant, or ``None``, and the processor time it took, in seconds.

    Out of ``limit``, in the same seconds, the process is ended by the system.
    """
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (limit, limit))
    silence = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(silence, stream)
    sys.meta_path.insert(0, Planter(mutant))
    try:
        killer = by_questions(cases) or by_tests(suite(mutant.module)) or by_laws()
    except BaseException as error:  # noqa: BLE001 (whatever a mutant raises kills it)
        killer = f"{type(error).__name__}: {error}"[:200]
    found.send((killer, time.process_time()))


class Planter(importlib.abc.MetaPathFinder, importlib.abc.InspectLoader):
    """Finds the mutant where its module is looked for, and nothing else."""

    def __init__(self, mutant: Mutant) -> None:
        self.mutant = mutant

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, _target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Stand in for the mutated module alone."""
        if fullname != self.mutant.module:
            return None
        real = importlib.machinery.PathFinder.find_spec(fullname, path)
        assert real is not None, f"{fullname} is a module"
        spec = spec_from_loader(fullname, self, origin=real.origin)
        assert spec is not None, "a spec is made of a loader"
        spec.submodule_search_locations = real.submodule_search_locations
        return spec

    def get_source(self, _fullname: str) -> str:
        """Return the mutated text."""
        return self.mutant.text

    def get_code(self, _fullname: str) -> CodeType:
        """Compile the mutated text."""
        return compile(self.mutant.text, f"<{self.mutant.id}>", "exec", dont_inherit=True)


def by_questions(cases: Cases) -> str | None:
    """The first question that the engine answers otherwise than the reference evaluator."""
    from tests.oracle.differential import difference

    return next((f"question {one['id']}" for one, known in cases if difference(one, known)), None)


def by_tests(paths: Sequence[str]) -> str | None:
    """The first test that fails."""
    witness = Witness()
    left_out = [f"--ignore={path}" for path in SLOW if path not in paths]
    options = [*QUIET, *SETTINGS, *CHOSEN, *left_out, *paths]
    ended = pytest.main(options, plugins=[witness])
    return witness.failed or (None if ended is pytest.ExitCode.OK else f"pytest: {ended!r}")


class Witness:
    """Remembers which test, or which module of tests, failed."""

    failed: str | None = None

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note a test that failed."""
        if report.failed:
            self.failed = report.nodeid

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Note a module that could not be collected."""
        if report.failed:
            self.failed = f"collecting {report.nodeid}"


def by_laws() -> str | None:
    """The first law that does not hold."""
    from tests.engine.laws.table import LAWS
    from tests.oracle.generate import questions

    asked = list(questions(1, range(LAW_QUESTIONS)))
    broken = (law.name for law in LAWS for question in asked if law.broken(question))
    return next((f"law {name}" for name in broken), None)
