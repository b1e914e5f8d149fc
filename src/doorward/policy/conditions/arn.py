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
    patterns = split_arn(tokenize(text, variables=variables))
    if len(patterns) < _PARTS:
        return lambda _value, _context: None
    constant = tuple(compile_glob(part) for part in patterns if is_constant(part))

    def test(value: str, context: Values) -> bool | None:
        parts = value.split(":", _PARTS - 1)
        if len(parts) < _PARTS:
            return None
        globs = constant
        if len(constant) < _PARTS:
            resolved = [substitute(part, context) for part in patterns]
            globs = tuple(compile_glob(tokens) for tokens in resolved if tokens is not None)
        return len(globs) == _PARTS and all(
            glob.matches(part) for glob, part in zip(globs, parts, strict=True)
        )

    return test


OPERATORS = (
    Operator("ArnEquals", _like),
    Operator("ArnLike", _like),
    Operator("ArnNotEquals", _like, negated=True),
    Operator("ArnNotLike", _like, negated=True),
)
