"""A decision as JSON: the public answer, and the record that explains it later."""

from __future__ import annotations

from typing import Any

from doorward.engine.decision import Decision
from doorward.engine.layers import Layers
from doorward.engine.question import as_json
from doorward.render.record import facts
from doorward.render.text import text_from_record


def decision_json(decision: Decision, id: object = None) -> dict[str, Any]:
    """Return the public answer; ``id`` is the question's, left out where it has none."""
    return as_json(decision) if id is None else {"id": id, **as_json(decision)}


def decision_record(decision: Decision, layers: Layers | None = None) -> dict[str, Any]:
    """Return the record of a decision, as events keep it and GetDecision answers it.

    It is all of ``decision_json`` and more (``render.record.facts``): caller, action, resource and
    context; names of policies; with the ``layers`` it was taken on, statements quoted with line
    and column; ``message``, AWS's, for a denial; and ``text``, the explanation for people.
    """
    record = facts(decision, layers)
    return {**record, "text": text_from_record(record)}
