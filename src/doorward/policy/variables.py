"""Policy variables ``${key}`` and ``${key, 'default'}``, and the escapes ``${*} ${?} ${$}``.

Text is cut into tokens before anything else looks at it, because the names of variables hold
``:`` and ``/``; a value put in for a variable is literal text, so a ``*`` in a user's name is no
wildcard. Under versions before 2012-10-17 nothing here is special (V1).

Source: IAM User Guide, "IAM policy elements: Variables and tags";
``docs/reference/evaluation.md``, rules V1 to V7.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Protocol, TypeGuard

import msgspec

from doorward.policy.folding import fold
from doorward.policy.patterns import Token, Wildcard, glob_tokens


class Variable(msgspec.Struct, frozen=True):
    """A variable in a text; ``key`` is folded. A malformed one has the key ``""``: no value."""

    key: str
    default: str | None = None


TemplateToken = Token | Variable
Template = tuple[TemplateToken, ...]
"""A text with variables still in it: literals, wildcards, variables."""


class Value(Protocol):
    """The value of a condition key, as ``engine.context`` holds it."""

    @property
    def values(self) -> tuple[str, ...]:
        """The values as text; exactly one unless ``multi``."""
        ...

    @property
    def multi(self) -> bool:
        """Whether the key is multi-valued in this request."""
        ...


class Values(Protocol):
    """The request context, by folded key (``folding.fold``)."""

    @property
    def entries(self) -> Mapping[str, Value]:
        """Every key that the request carries."""
        ...


# Braces end the search inside, quotes shield them: no start is scanned past the next variable.
REFERENCE = re.compile(r"\$\{((?:'[^']*'|[^'{}])*)\}")
"""A variable or an escape; its group is what stands between the braces."""

DEFAULT = re.compile(r" '([^']*)'")
"""What follows the comma in a variable: one space, and the default value in single quotes (V4)."""

_ESCAPES = {"*", "?", "$"}


def tokenize(text: str, *, variables: bool, wildcards: bool = True) -> Template:
    """Cut ``text`` into tokens.

    ``variables`` says whether ``${…}`` is special (V1), ``wildcards`` whether ``*`` and ``?`` are.
    """
    tokens: list[TemplateToken] = []
    position = 0
    for match in REFERENCE.finditer(text) if variables else ():
        tokens += _plain(text[position : match.start()], wildcards=wildcards)
        tokens.append(_reference(match[1]))
        position = match.end()
    return (*tokens, *_plain(text[position:], wildcards=wildcards))


def _plain(text: str, *, wildcards: bool) -> tuple[Token, ...]:
    if wildcards:
        return glob_tokens(text)
    return (text,) if text else ()


def _reference(body: str) -> str | Variable:
    """Read what stands between the braces: an escape, a key, or a key with a default (V4)."""
    if body in _ESCAPES:
        return body
    key, default = _taken_apart(body)
    return Variable(fold(key), default)


def _taken_apart(body: str) -> tuple[str, str | None]:
    """The key as it is written, and its default; of what is malformed the key is empty."""
    key, comma, rest = body.partition(",")
    if not comma:
        return key, None
    default = DEFAULT.fullmatch(rest)
    return (key, default[1]) if default else ("", None)


def names_in(text: str) -> tuple[str, ...]:
    """Return the keys of the variables in ``text``, as they are written; malformed ones left out.

    ``tokenize`` has the same keys, folded.
    """
    bodies = [match[1] for match in REFERENCE.finditer(text)]
    keys = [_taken_apart(body)[0] for body in bodies if body not in _ESCAPES]
    return tuple([key for key in keys if key])


def is_constant(template: Iterable[TemplateToken]) -> TypeGuard[tuple[Token, ...]]:
    """Whether no variable is left in ``template``."""
    return not any(isinstance(token, Variable) for token in template)


def substitute(template: Template, context: Values) -> tuple[Token, ...] | None:
    """Put the values of ``context`` in for the variables; ``None`` if one has no value (V6)."""
    tokens: list[Token] = []
    for token in template:
        resolved = value_of(token, context) if isinstance(token, Variable) else token
        if resolved is None:
            return None
        tokens.append(resolved)
    return tuple(tokens)


def value_of(variable: Variable, context: Values) -> str | None:
    """The text that stands for ``variable``, or ``None``.

    Multi-valued keys have no value here (V3); the default is for absent keys alone (V4).
    """
    value = context.entries.get(variable.key)
    if value is None:
        return variable.default
    return None if value.multi else value.values[0]


def split_arn(template: Template) -> tuple[Template, ...]:
    """Split at the first five colons that the text itself has; those inside variables are not it.

    Returns as many parts as there are, at most six (R1, V7).
    """
    parts: list[list[TemplateToken]] = [[]]
    for token in template:
        if not isinstance(token, str):
            parts[-1].append(token)
            continue
        first, *others = token.split(":", 6 - len(parts))
        parts[-1].append(first)
        parts += [[other] for other in others]
    return tuple(tuple(token for token in part if token != "") for part in parts)


def has_wildcard(template: Template) -> bool:
    """Whether a ``*`` or ``?`` in ``template`` is a wildcard."""
    return any(isinstance(token, Wildcard) for token in template)
