"""String operators: exact, ignoring case, and by glob (C8).

``…IgnoreCase`` is plain lower-casing: no Unicode normalisation and no case folding.
"""

from __future__ import annotations

from doorward.policy.conditions.operator import Member, Operator, Test
from doorward.policy.patterns import Token, compile_glob
from doorward.policy.resolved import ResolvedGlob, ResolvedGlobs
from doorward.policy.variables import Values, is_constant, substitute, tokenize


def _text(tokens: tuple[Token, ...]) -> str:
    return "".join(str(token) for token in tokens)


def _equals(text: str, variables: bool) -> Test:  # noqa: FBT001 — the shape of `Operator.compile`
    template = tokenize(text, variables=variables, wildcards=False)
    if is_constant(template):
        constant = _text(template)
        return lambda value, _context: value == constant

    def test(value: str, context: Values) -> bool:
        tokens = substitute(template, context)
        return tokens is not None and value == _text(tokens)

    return test


def _equals_ignoring_case(text: str, variables: bool) -> Test:  # noqa: FBT001 — as above
    template = tokenize(text, variables=variables, wildcards=False)

    def test(value: str, context: Values) -> bool:
        tokens = substitute(template, context)
        return tokens is not None and value.lower() == _text(tokens).lower()

    return test


def _like(text: str, variables: bool) -> Test:  # noqa: FBT001 — as above
    template = tokenize(text, variables=variables)
    if is_constant(template):
        matches = compile_glob(template).matches
        return lambda value, _context: matches(value)

    resolved = ResolvedGlob(template)

    def test(value: str, context: Values) -> bool:
        glob = resolved.resolve(context)
        return glob is not None and glob.matches(value)

    return test


def _equals_many(texts: tuple[str, ...], variables: bool) -> Member:  # noqa: FBT001 — as above
    templates = [tokenize(text, variables=variables, wildcards=False) for text in texts]
    constants = frozenset(_text(each) for each in templates if is_constant(each))
    others = tuple(each for each in templates if not is_constant(each))

    def member(value: str, context: Values) -> bool:
        if value in constants:
            return True
        resolved = (substitute(each, context) for each in others)
        return any(tokens is not None and value == _text(tokens) for tokens in resolved)

    return member


def _like_many(texts: tuple[str, ...], variables: bool) -> Member:  # noqa: FBT001 — as above
    return ResolvedGlobs([tokenize(text, variables=variables) for text in texts]).matches


OPERATORS = (
    Operator("StringEquals", _equals, compile_many=_equals_many),
    Operator("StringNotEquals", _equals, negated=True, compile_many=_equals_many),
    Operator("StringEqualsIgnoreCase", _equals_ignoring_case),
    Operator("StringNotEqualsIgnoreCase", _equals_ignoring_case, negated=True),
    Operator("StringLike", _like, compile_many=_like_many),
    Operator("StringNotLike", _like, negated=True, compile_many=_like_many),
)
