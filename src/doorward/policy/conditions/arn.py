"""ARN operators: the six parts are matched one by one, case-sensitively (C14).

``ArnEquals`` and ``ArnLike`` are the same. What has fewer than six parts, on either side, matches
neither the positive nor the negated form.
"""

from __future__ import annotations

from doorward.policy.conditions.operator import Operator, Test
from doorward.policy.patterns import compile_glob
from doorward.policy.variables import Values, is_constant, split_arn, substitute, tokenize

_PARTS = 6


def _like(text: str, variables: bool) -> Test:  # noqa: FBT001 — the shape of `Operator.compile`
    template = tokenize(text, variables=variables)
    patterns = split_arn(template)
    constant = tuple(compile_glob(part) for part in patterns if is_constant(part))
    resolved = is_constant(template)

    def test(value: str, context: Values) -> bool | None:
        parts = value.split(":", _PARTS - 1)
        if len(parts) < _PARTS:
            return None
        globs = constant
        if not resolved:
            tokens = [substitute(part, context) for part in patterns]
            if None in tokens:
                return False  # a variable without a value: the negated form holds (V6)
            globs = tuple(compile_glob(part) for part in tokens if part is not None)
        if len(globs) < _PARTS:
            return None
        return all(glob.matches(part) for glob, part in zip(globs, parts, strict=True))

    return test


OPERATORS = (
    Operator("ArnEquals", _like),
    Operator("ArnLike", _like),
    Operator("ArnNotEquals", _like, negated=True),
    Operator("ArnNotLike", _like, negated=True),
)
