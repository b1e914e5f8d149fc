"""ARN operators: the six parts are matched one by one, case-sensitively (C14).

``ArnEquals`` and ``ArnLike`` are the same. What has fewer than six parts, on either side, matches
neither the positive nor the negated form.

A value's own colons divide it; where they make no whole ARN (``${aws:PrincipalArn}``), those of
its variables' values do too, as variables are replaced before values are compared. A whole ARN
stays divided as it is written: no tag with a colon in it moves its parts.
Source: IAM User Guide, "IAM policy elements: Variables and tags".
"""

from __future__ import annotations

from doorward.policy.conditions.operator import Operator, Test
from doorward.policy.patterns import Glob, compile_glob
from doorward.policy.variables import (
    Template,
    Values,
    is_constant,
    split_arn,
    substitute,
    tokenize,
)

_PARTS = 6


def _like(text: str, variables: bool) -> Test:  # noqa: FBT001 — the shape of `Operator.compile`
    template = tokenize(text, variables=variables)
    constant = _globs(template) if is_constant(template) else None

    def test(value: str, context: Values) -> bool | None:
        parts = value.split(":", _PARTS - 1)
        if len(parts) < _PARTS:
            return None
        globs = _resolved(template, context) if constant is None else constant
        if globs is None:
            return False  # a variable without a value: the negated form holds (V6)
        if len(globs) < _PARTS:
            return None
        return all(glob.matches(part) for glob, part in zip(globs, parts, strict=True))

    return test


def _globs(tokens: Template) -> tuple[Glob, ...]:
    """Compile the parts of a text that has no variables, or none any more."""
    return tuple(compile_glob(part) for part in split_arn(tokens) if is_constant(part))


def _resolved(template: Template, context: Values) -> tuple[Glob, ...] | None:
    """Compile the parts with the variables' values in them; ``None`` if one has no value."""
    whole = substitute(template, context)
    if whole is None:
        return None
    own = split_arn(template)
    if len(own) < _PARTS:
        return _globs(whole)
    parts = (substitute(part, context) for part in own)
    return tuple(compile_glob(part) for part in parts if part is not None)


OPERATORS = (
    Operator("ArnEquals", _like),
    Operator("ArnLike", _like),
    Operator("ArnNotEquals", _like, negated=True),
    Operator("ArnNotLike", _like, negated=True),
)
