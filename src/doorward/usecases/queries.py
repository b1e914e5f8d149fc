"""Questions that the shells ask, answered whole."""

from __future__ import annotations

from typing import Any

from doorward.analysis.advice import advise
from doorward.engine.dependencies import dependencies
from doorward.engine.explain import explain
from doorward.engine.layers import Layers
from doorward.engine.request import Request
from doorward.render.explanation import explanation_facts


def explanation(layers: Layers, request: Request) -> dict[str, Any]:
    """Decide a request, and return why it is so, what that depends on, and what would change it.

    The facts are as ``render.explanation`` has them.

    Raises:
        InvalidInput: as ``engine.combine.decide`` does.
    """
    found = explain(layers, request)
    depends = dependencies(layers, request, found.decision)
    advice = advise(layers, request, found.decision)
    return explanation_facts(found, layers, depends, advice)
