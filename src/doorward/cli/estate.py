"""``doorward why --estate``: a request explained under the policies of an exported estate."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import click

from doorward.cli.server import print_json
from doorward.cli.terminal import printable
from doorward.engine.dependencies import Dependencies, dependencies
from doorward.engine.explain import Explanation, explain
from doorward.engine.layers import Layers
from doorward.engine.request import Request, Resource
from doorward.engine.situation import known_resource, situation
from doorward.engine.subject import Subject
from doorward.errors import InvalidInput, Undecided, Unsupported
from doorward.importers.estate.problems import FileProblem, as_json
from doorward.importers.estate.questions import subject_of, touching, unlisted
from doorward.importers.estate.read import Estate, read_estate
from doorward.importers.estate.suppositions import Supposing
from doorward.model.directory import Directory
from doorward.policy.problem import Severity
from doorward.render.explanation import explanation_facts
from doorward.render.text import text_from_record

_MOST_SHOWN: Final = 20
_EXPORT: Final = (
    "correct what the problems name, or export it again: aws iam get-account-authorization-details"
)


def explain_in_estate(asked: Request, path: Path, output: str) -> None:
    """Explain a request under the policies of an estate, with the problems that touch it.

    Raises:
        InvalidInput: there is no estate, or no such principal in it.
        Undecided: what the answer rests on is not known.
    """
    estate = read_estate(path)
    try:
        subject = subject_of(estate.snapshot, asked.principal)
    except InvalidInput:
        _complain(touching(estate.problems, estate.snapshot, asked.principal, asked.resources[0]))
        raise
    given = asked.resources[0]
    resource = known_resource(estate.snapshot, given.arn, given.account)
    problems = touching(estate.problems, estate.snapshot, subject.principal, resource)
    try:
        found = _facts(estate, subject, asked, resource, problems)
    except Undecided:
        _complain(problems)
        raise
    found["problems"] = [as_json(each) for each in problems]
    found["otherProblems"] = len(estate.problems) - len(problems)
    if output == "json":
        print_json(found)
        return
    click.echo(text_from_record(found, color=sys.stdout.isatty()))
    for line in _lines(problems):
        click.echo(line)
    if found["otherProblems"]:
        click.echo(f"  problems {found['otherProblems']} others of the estate do not touch this")


def _facts(
    estate: Estate,
    subject: Subject,
    asked: Request,
    resource: Resource,
    problems: Sequence[FileProblem],
) -> dict[str, Any]:
    """Decide and explain. What is not known, and only might allow, is not decided."""
    explanation, layers, supposed = _explained(estate, subject, asked, resource)
    decision = explanation.decision
    if decision.allowed and supposed:
        raise Undecided(f"not decided, for it is not known: {'; '.join(supposed)}", hint=_EXPORT)
    errors = [each for each in problems if each.severity is Severity.ERROR]
    if decision.allowed and errors:
        raise Undecided(
            f"not decided: what is known allows it, but {len(errors)} errors of the estate touch"
            " the answer",
            hint=_EXPORT,
        )
    depends = Dependencies((), complete=True)
    if not supposed:
        depends = dependencies(layers, decision.request, decision)
    found = explanation_facts(explanation, layers, depends)
    found["assumptions"] += [
        *unlisted(estate.snapshot, resource),
        *(
            f"{each} is not known, and taken to allow everything: it is denied even so"
            for each in supposed
        ),
    ]
    return found


def _explained(
    estate: Estate, subject: Subject, asked: Request, resource: Resource
) -> tuple[Explanation, Layers, list[str]]:
    """Explain on what is known; else on what is supposed, and say what that is."""

    def on(directory: Directory) -> tuple[Explanation, Layers]:
        layers, request = situation(
            directory, subject, asked.action, resource, given=asked.context
        )
        return explain(layers, request), layers

    supposing = Supposing(estate.snapshot, subject.principal)
    try:
        return (*on(estate.snapshot), [])
    except (InvalidInput, Unsupported) as error:
        try:
            return (*on(supposing), supposing.supposed)
        except (InvalidInput, Unsupported):
            raise Undecided(f"not decided: {error}", hint=_EXPORT) from None


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
        found.append(
            f"  problems {len(problems) - _MOST_SHOWN} more; --output json lists them all"
        )
    return [printable(line) for line in found]
