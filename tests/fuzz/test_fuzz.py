"""Strange policies keep the promises, and a promise that is broken would be seen.

Every run draws new texts and prints their seed; ``FUZZ_SEED`` and ``FUZZ_CASES`` repeat or extend
a run, and so does ``python -m tests.fuzz --seed S --seconds N``.
"""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import msgspec
import pytest

from doorward.policy.document import Document, Span
from doorward.policy.parse import parse
from doorward.policy.problem import Problem
from tests.architecture.sources import ROOT
from tests.fuzz import inputs, promises
from tests.fuzz.promises import Broken, examine

SEED = int(os.environ.get("FUZZ_SEED") or secrets.randbelow(10**9))
CASES = int(os.environ.get("FUZZ_CASES") or 150)
BOUND = 10.0  # generous: other tests run beside this one

PLAIN = '{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"*","Resource":"*"}}'
BARE = '{"Statement":{"Effect":"Deny","Action":"*"}}'


def test_strange_policies_keep_the_promises() -> None:
    sys.stdout.write(f"FUZZ_SEED={SEED} FUZZ_CASES={CASES}\n")
    found = [examine(inputs.text(SEED, number), BOUND) for number in range(CASES)]
    policies = [each for each in found if each.parsed]
    assert len(policies) > CASES / 4, "too few of the texts are policies to mean something"
    assert len(policies) < CASES, "too few of the texts are no policies"


def test_an_input_is_always_the_same() -> None:
    assert inputs.text(1, 7) == inputs.text(1, 7)
    assert len({inputs.text(1, number) for number in range(20)}) > 15


def test_a_plain_policy_breaks_no_promise() -> None:
    found = examine(PLAIN, BOUND)
    assert found.parsed
    assert found.codes == {
        "MISSING_PRINCIPAL",
        "RCP_SYNTAX_ERROR_ACTION_WILDCARD",
        "ROLE_TRUST_POLICY_SYNTAX_ERROR_RESOURCE",
    }
    assert not examine("{", BOUND).parsed


def raising(*_given: Any, **_named: Any) -> Any:
    raise RecursionError("planted")


def elsewhere(document: Document, *_given: Any, **_named: Any) -> tuple[Problem, ...]:
    """A problem beyond the end of the text."""
    return (_problem(document, Span(0, len(document.source) + 1), ""),)


def nowhere(document: Document, *_given: Any, **_named: Any) -> tuple[Problem, ...]:
    """A problem at an element that there is not."""
    return (_problem(document, Span(0, 1), "/Statement/Condition"),)


def _problem(document: Document, span: Span, pointer: str) -> Problem:
    (problem, *_) = parse(document.source + "}")[1]
    return msgspec.structs.replace(problem, span=span, pointer=pointer, line=1, column=1)


def forgetful(_document: Document) -> str:
    """Written down as another document."""
    return PLAIN


def slow(*_given: Any, **_named: Any) -> tuple[Problem, ...]:
    """Take half a second of CPU."""
    ends = time.process_time() + 0.5
    while time.process_time() < ends:
        pass
    return ()


@pytest.mark.parametrize(
    ("name", "planted", "reason"),
    [
        ("parse", raising, "parse: RecursionError: planted"),
        ("validate", raising, "validate as any kind: RecursionError"),
        ("validate", elsewhere, "span: "),
        ("validate", nowhere, "pointer: "),
        ("compact", forgetful, "forgetful: another document"),
        ("parse", lambda _text: (None, ()), "parse: no document, and no problem"),
        ("validate", slow, "CPU for at most"),
    ],
)
def test_a_broken_promise_is_seen(
    monkeypatch: pytest.MonkeyPatch, name: str, planted: Any, reason: str
) -> None:
    monkeypatch.setattr(promises, name, planted)
    with pytest.raises(Broken, match=reason):
        examine(BARE, 0.2)


def test_what_hangs_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    def forever(_text: str) -> Any:
        while True:
            pass

    before = signal.getsignal(signal.SIGVTALRM)
    promises.stop_what_hangs()
    monkeypatch.setattr(promises, "parse", forever)
    try:
        with pytest.raises(Broken, match="it does not end"):
            examine(BARE, 0.02)
    finally:
        signal.signal(signal.SIGVTALRM, before)


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        (sys.executable, "-m", "tests.fuzz", *arguments),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_command_line(tmp_path: Path) -> None:
    ran = run("--seconds", "1", "--seed", "3")
    assert ran.returncode == 0, ran.stdout
    assert "0 promises broken" in ran.stdout
    assert run("--seed", "3", "--case", "2").returncode == 0
    file = tmp_path / "kept.txt"
    file.write_text(PLAIN)
    assert "1 texts, 1 of them policies" in run("--file", str(file)).stdout
    bad = run("--seed", "3", "--case", "2", "--bound", "0.000001")
    assert bad.returncode == 1
    assert "kept: " in bad.stdout
