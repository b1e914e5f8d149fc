"""Doorward: identity and access management for AWS-style estates.

The public API is what stands in ``__all__``; everything else may change between versions::

    import doorward

    decision = doorward.decide(
        doorward.layers(identity=[policy]),
        doorward.request(principal=arn, action="s3:GetObject", resource=bucket_arn + "/key"),
    )
    decision.effect.name          # "ALLOW", "EXPLICIT_DENY" or "IMPLICIT_DENY"

``answer`` takes and gives the JSON form of ``doorward decide``. Names are imported at first use,
so that ``import doorward`` costs next to nothing.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from doorward.engine.combine import decide
    from doorward.engine.decision import Decision
    from doorward.engine.dependencies import dependencies
    from doorward.engine.question import answer, layers
    from doorward.engine.request_form import request
    from doorward.errors import DoorwardError, InvalidInput, Unsupported
    from doorward.policy.document import Document
    from doorward.policy.parse import parse_policy
    from doorward.policy.problem import MalformedPolicy

    __version__: str

__all__ = [
    "parse_policy",
    "request",
    "layers",
    "decide",
    "dependencies",
    "answer",
    "Decision",
    "Document",
    "DoorwardError",
    "InvalidInput",
    "MalformedPolicy",
    "Unsupported",
    "__version__",
]

_HOMES = {
    "parse_policy": "doorward.policy.parse",
    "request": "doorward.engine.request_form",
    "layers": "doorward.engine.question",
    "decide": "doorward.engine.combine",
    "dependencies": "doorward.engine.dependencies",
    "answer": "doorward.engine.question",
    "Decision": "doorward.engine.decision",
    "Document": "doorward.policy.document",
    "DoorwardError": "doorward.errors",
    "InvalidInput": "doorward.errors",
    "MalformedPolicy": "doorward.policy.problem",
    "Unsupported": "doorward.errors",
}


if not TYPE_CHECKING:  # a type checker knows the names from above, and no others

    def __getattr__(name: str) -> object:
        """Import a public name at its first use."""
        value: object
        if name == "__version__":
            value = importlib.import_module("importlib.metadata").version("doorward")
        elif name in _HOMES:
            value = getattr(importlib.import_module(_HOMES[name]), name)
        else:
            raise AttributeError(f"module 'doorward' has no attribute {name!r}")
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    """List the public names."""
    return list(__all__)
