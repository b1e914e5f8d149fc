"""The record of a decision, which explains it later."""

from __future__ import annotations

from typing import Any

from doorward.engine.decision import Decision
from doorward.engine.layers import Layers
from doorward.render.record import facts
from doorward.render.text import text_from_record


def decision_record(decision: Decision, layers: Layers | None = None) -> dict[str, Any]:
    """Return the record of a decision, as events keep it and GetDecision answers it.

    It is all of the public answer and more (``render.record.facts``): caller, action, resource
    and context; names of policies; with the ``layers`` it was taken on, statements quoted with
    line and column; ``message``, AWS's, for a denial; and ``text``, the explanation for people.
    """
    record = facts(decision, layers)
    return {**record, "text": text_from_record(record)}
