"""Runs rows: what Doorward makes of what they ask, compared with what they expect.

``python -m tests.spec.run`` writes, as JSON, which package was asked, and the rows that fail, each
as ``[rule, name, what came out]``. No pytest is loaded, so that a planted fault costs little.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable
from typing import Any

import doorward
from doorward.engine.gather import gather
from doorward.engine.subject import Subject
from doorward.errors import InvalidInput, Unsupported
from doorward.model.snapshot import Snapshot
from doorward.policy.parse import parse, parse_object
from doorward.policy.validate import validate
from tests.spec.rows import EFFECTS, Estate, Question, Row, Section, Written
from tests.spec.tables import SECTIONS

JSON_NAMES = {
    "permissions_boundary": "permissionsBoundary",
    "service_control": "serviceControl",
    "resource_control": "resourceControl",
}
PYTHON_NAMES = {"resourceAccount": "resource_account", "resourceFacts": "resource_facts"}


def wanted(row: Row) -> str:
    """What must come out: of a decision, its effect and its rule."""
    effect = EFFECTS.get(row.expected)
    return row.expected if effect is None else f"{effect} {row.expected}"


def by_json(row: Row) -> str:
    """What comes out in the JSON form."""
    asked = row.asked
    if isinstance(asked, Question):
        policies = {JSON_NAMES.get(name, name): value for name, value in asked.policies.items()}
        answer: Any = doorward.answer({"id": 1, "request": asked.request, "policies": policies})
        if "error" in answer:
            return f"error {answer['error']['code']}"
        return f"{answer['effect']} {answer['rule']}"
    return by_python(row)


def by_python(row: Row) -> str:
    """What comes out in the Python form."""
    asked = row.asked
    if isinstance(asked, Written):
        return _codes(asked)
    try:
        decision = decision_of(asked)
    except InvalidInput as error:
        return f"error {error.code}"
    except Unsupported:
        return "error Unsupported"
    return f"{decision.effect.value} {decision.rule.value}"


def decision_of(asked: Question | Estate) -> doorward.Decision:
    """Return what is decided; raise ``InvalidInput`` or ``Unsupported`` where nothing is."""
    return _answered(asked) if isinstance(asked, Question) else _gathered(asked)


def _answered(asked: Question) -> doorward.Decision:
    given = {PYTHON_NAMES.get(name, name): value for name, value in asked.request.items()}
    return doorward.decide(doorward.layers(**asked.policies), doorward.request(**given))


def _gathered(estate: Estate) -> doorward.Decision:
    asked = doorward.request(**estate.request)
    subject = Subject(asked.principal, estate.session)
    layers = gather(Snapshot.of(estate.entities, {}), subject, asked.resources[0])
    return doorward.decide(layers, asked)


def _codes(written: Written) -> str:
    """The codes of what is refused: when it is read, then when it is written."""
    text = written.document
    document, problems = parse(text) if isinstance(text, str) else parse_object(text)
    if document is not None and written.kind is not None:
        problems += validate(document, written.kind)
    return " ".join(problem.code for problem in problems if problem.refused) or "none"


def failures(
    form: Callable[[Row], str] = by_json, sections: Iterable[Section] = SECTIONS
) -> list[tuple[str, str, str]]:
    """The rows whose outcome is not the expected one."""
    found = []
    for section in sections:
        for row in section.rows:
            outcome = form(row)
            if outcome != wanted(row):
                found.append((section.rule, row.name, outcome))
    return found


def main() -> None:
    """Print what fails, and which package it was."""
    sys.stdout.write(json.dumps({"package": doorward.__file__, "failures": failures()}))


if __name__ == "__main__":
    main()
