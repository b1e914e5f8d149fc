"""Spoilt estates do not pass, and what would let them pass is noticed.

A slice of what ``python -m tests.spoil`` tries at length. ``SPOIL_SEED`` and ``SPOIL_ESTATES``
draw another one.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from doorward.importers.estate.read import Estate, read_estate
from doorward.model.evidence import Source
from doorward.policy.problem import Severity
from doorward.results.finding import State
from doorward.usecases import audit
from tests.spoil import laws
from tests.spoil.estates import SOURCES, Whole, beside_iam, kind, of_cases, of_seeds
from tests.spoil.laws import Bench
from tests.spoil.spoil import Law
from tests.spoil.spoils import WAYS, drawn

SEED = int(os.environ.get("SPOIL_SEED") or 6)
ESTATES = int(os.environ.get("SPOIL_ESTATES") or 6)
EACH = 4

CASES = [*of_cases()]
RANDOM = [beside_iam(), *of_seeds(range(1))]


@pytest.fixture(scope="module")
def benches(tmp_path_factory: pytest.TempPathFactory) -> list[Bench]:
    wholes = [*random.Random(SEED).sample(CASES, ESTATES), *RANDOM]
    return [Bench(each, tmp_path_factory.mktemp("estate")) for each in wholes]


@pytest.mark.parametrize("way", WAYS)
def test_a_spoilt_estate_does_not_pass(way: str, benches: list[Bench]) -> None:
    chance = random.Random(SEED)
    wrongs = []
    tried: set[Law] = set()
    for bench in benches:
        for spoil in drawn(bench.whole, way, EACH, chance):
            tried.add(spoil.law)
            wrongs += [f"{bench.whole.name}: {spoil}: {wrong}" for wrong in bench.wrongs(spoil)]
    assert not wrongs, "\n".join(wrongs)
    assert tried


def test_a_whole_estate_of_every_check_fails_and_nothing_else_is_wrong(tmp_path: Path) -> None:
    """Each is of a check that fails on it; none has an error of its own."""
    failing = set()
    for number, whole in enumerate(CASES[::8]):
        ended = Bench(whole, tmp_path / str(number)).reference
        assert [each for each in ended.report.troubles if each.is_error] == []
        assert State.ERROR not in {each.state for each in ended.report.verdicts}
        if any(v.findings and v.check == whole.failing for v in ended.report.verdicts):
            failing.add(whole.failing)
    assert len(failing) > len(CASES[::8]) // 2


Fault = Callable[[Estate], Estate]
FAULTS: dict[str, tuple[Fault, str]] = {
    "forgets what is not whole": (
        lambda found: msgspec.structs.replace(found, broken={}),
        "members",
    ),
    "takes every source for known": (
        lambda found: msgspec.structs.replace(
            found,
            evidence=msgspec.structs.replace(
                found.evidence,
                known=dict.fromkeys(found.evidence.known, frozenset(Source)),
            ),
            broken={},
        ),
        "gone",
    ),
    "does not say what it could not read": (
        lambda found: msgspec.structs.replace(found, problems=()),
        "cuts",
    ),
    "takes errors for warnings": (
        lambda found: msgspec.structs.replace(
            found,
            problems=tuple(
                msgspec.structs.replace(each, severity=Severity.WARNING) for each in found.problems
            ),
            broken={},
        ),
        "tables",
    ),
    "does not say where": (
        lambda found: msgspec.structs.replace(
            found,
            problems=tuple(msgspec.structs.replace(e, file="a file") for e in found.problems),
        ),
        "encodings",
    ),
}
"""Importers that are wrong on purpose, and a way to spoil an estate by which it shows."""


@pytest.mark.parametrize("name", FAULTS)
def test_an_importer_that_lets_it_pass_is_found_out(
    name: str, benches: list[Bench], monkeypatch: pytest.MonkeyPatch
) -> None:
    fault, way = FAULTS[name]

    def faulty(*arguments: object, **more: object) -> Estate:
        return fault(read_estate(*arguments, **more))  # type: ignore[arg-type]

    monkeypatch.setattr(audit, "read_estate", faulty)
    monkeypatch.setattr(laws, "read_estate", faulty)
    assert _wrongs(benches[0], way)


def test_an_importer_that_raises_is_found_out(
    benches: list[Bench], monkeypatch: pytest.MonkeyPatch
) -> None:
    def raises(*_arguments: object, **_more: object) -> Estate:
        raise RecursionError

    monkeypatch.setattr(audit, "read_estate", raises)
    assert "raised RecursionError" in _wrongs(benches[0], "cuts")[0]


def _wrongs(bench: Bench, way: str) -> list[str]:
    chance = random.Random(SEED)
    return [
        wrong for spoil in drawn(bench.whole, way, 20, chance) for wrong in bench.wrongs(spoil)
    ]


def test_what_the_estates_hold() -> None:
    """Every kind of file there is, so that every kind is spoilt."""
    told = {kind(file) for each in [*CASES, *RANDOM] for file in each.files}
    assert SOURCES.keys() <= told


def test_a_whole_estate_is_one_case(tmp_path: Path) -> None:
    whole: Whole = CASES[0]
    bench = Bench(whole, tmp_path)
    assert {str(each.relative_to(tmp_path)) for each in tmp_path.rglob("*.*")} == set(whole.files)
    assert bench.reference.code == 0
