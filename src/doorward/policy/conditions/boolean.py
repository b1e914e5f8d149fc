"""The Boolean operator: ``true`` or ``false``, in any case; anything else never matches (C11).

The operators page of the IAM User Guide allows policy variables here and the variables page does
not; they are accepted (V2).
"""

from __future__ import annotations

from doorward.policy.conditions.operator import Operator, Test
from doorward.policy.folding import fold
from doorward.policy.variables import Values, substitute, tokenize

_TRUTHS = {"true": True, "false": False}


def truth(text: str) -> bool | None:
    """Read ``true`` or ``false``, or ``None``."""
    return _TRUTHS.get(fold(text))


def _equals(text: str, variables: bool) -> Test:  # noqa: FBT001 — the shape of `Operator.compile`
    template = tokenize(text, variables=variables, wildcards=False)

    def test(value: str, context: Values) -> bool | None:
        tokens = substitute(template, context)
        wanted = None if tokens is None else truth("".join(str(token) for token in tokens))
        given = truth(value)
        return None if wanted is None or given is None else given is wanted

    return test


OPERATORS = (Operator("Bool", _equals),)
