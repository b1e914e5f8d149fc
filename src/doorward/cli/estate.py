"""``doorward why --estate``: a request explained under the policies of an exported estate."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import click

from doorward.cli.collector import collect_seldom
from doorward.cli.explained import show
from doorward.cli.terminal import printable
from doorward.engine.request import Request
from doorward.errors import InvalidInput, Undecided
from doorward.importers.estate.ask import Answer, about_nobody, ask, question
from doorward.importers.estate.problems import FileProblem, as_json
from doorward.importers.estate.read import read_estate
from doorward.policy.problem import Severity
from doorward.usecases.queries import explanation

_MOST_SHOWN: Final = 20


def explain_in_estate(asked: Request, paths: Sequence[Path], output: str) -> None:
    """Explain a request under the policies of an estate, with the problems that touch it.

    Raises:
        InvalidInput: there is no estate, or no such principal in it.
        Undecided: what the answer rests on is not known.
    """
    collect_seldom()
    estate = read_estate(paths)
    try:
        found = question(estate, asked)
    except InvalidInput:
        _complain(about_nobody(estate, asked))
        raise
    try:
        answer = ask(estate, found)
    except Undecided:
        _complain(found.problems)
        raise
    facts = _facts(answer)
    facts["problems"] = [as_json(each) for each in found.problems]
    facts["otherProblems"] = others = len(estate.problems) - len(found.problems)
    show(facts, output)
    if output == "json":
        return
    beside = output != "text"  # pages and pictures hold the decision alone
    for line in _lines(found.problems):
        click.echo(line, err=beside)
    if others:
        click.echo(f"  problems that do not touch this answer: {others}", err=beside)


def _facts(answer: Answer) -> dict[str, Any]:
    """The facts of an answer; on suppositions, nothing is said of what would change it."""
    facts = explanation(answer.layers, answer.decision.request)
    if answer.supposed:
        for name in ("advice", "dependsOn", "dependsOnMore"):
            facts.pop(name, None)
    facts["assumptions"] += answer.assumptions
    return facts


def _complain(problems: Sequence[FileProblem]) -> None:
    """Say on standard error what is wrong with the estate."""
    for line in _lines(problems):
        click.echo(line, err=True)


_ORDER: Final = list(Severity)


def _lines(problems: Sequence[FileProblem]) -> list[str]:
    """The problems as text, the worst first."""
    found = []
    for each in sorted(problems, key=lambda one: _ORDER.index(one.severity))[:_MOST_SHOWN]:
        line = "" if each.line is None else f", line {each.line}"
        pointer = f" ({each.pointer})" if each.pointer else ""
        found.append(
            f"  problem  {each.severity.value} in {each.file}{line}{pointer}: {each.message}"
        )
        if each.hint:
            found.append(f"           {each.hint}")
    if len(problems) > _MOST_SHOWN:
        found.append(f"  problems that touch it: {len(problems)}; --output json lists them all")
    return [printable(line) for line in found]
