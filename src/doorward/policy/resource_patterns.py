"""Entries of ``Resource`` and ``NotResource``, matched part by part.

A pattern and an ARN are split at their first five colons; the first five parts are matched one by
one, the rest as one string. So a ``*`` crosses ``/`` and, in the last part, ``:``, but never one
of the first five colons. The first five parts are equal in either case, the last is not (R3).

Source: IAM User Guide, "IAM JSON policy elements: Resource";
``docs/reference/evaluation.md``, rules R1 to R7, V2, V6, V7.
"""

from __future__ import annotations

import enum

import msgspec

from doorward.policy.folding import fold
from doorward.policy.patterns import Glob, Wildcard, compile_glob
from doorward.policy.variables import (
    Template,
    Values,
    has_wildcard,
    is_constant,
    split_arn,
    substitute,
    tokenize,
)

_PARTS = 6
_ANY = compile_glob("*")


class ShortArns(enum.Enum):
    """What a pattern with fewer than six parts means (R5): it depends on the kind of policy."""

    PAD = "missing trailing parts are *"
    PAD_IF_WILDCARD = "as PAD if it has a wildcard, else it matches nothing"
    NEVER = "it matches nothing"


class ArnText(msgspec.Struct, frozen=True):
    """A request's resource, prepared: five folded parts and the last; no parts if it is ``*``."""

    parts: tuple[str, ...]
    tail: str


def prepare(resource: str) -> ArnText:
    """Split a request's resource; what is no ARN is met by the literal ``*`` alone (R6)."""
    parts = resource.split(":", _PARTS - 1)
    if len(parts) < _PARTS:
        return ArnText((), resource)
    return ArnText(tuple(fold(part) for part in parts[:-1]), parts[-1])


class ResourcePattern(msgspec.Struct, frozen=True):
    """One compiled entry.

    ``everything`` marks the literal ``*``; ``heads`` are the first five parts that ask for
    something, by position; ``tail`` is the last part, still a template if it has variables.
    """

    everything: bool
    short: bool
    wildcard: bool
    misplaced_variable: bool
    heads: tuple[tuple[int, Glob], ...]
    tail: Glob | Template

    def matches(self, resource: ArnText, context: Values, short_arns: ShortArns) -> bool:
        """Whether the entry matches; a variable without a value matches nothing (V6)."""
        if self.everything:
            return True
        parts = resource.parts
        if not parts or self.misplaced_variable:
            return False
        if self.short and not self._stands(short_arns):
            return False
        for position, head in self.heads:
            if not head.matches(parts[position]):
                return False
        tail = self.tail
        if isinstance(tail, Glob):
            return tail.matches(resource.tail)
        tokens = substitute(tail, context)
        return tokens is not None and compile_glob(tokens).matches(resource.tail)

    def resolvable(self, context: Values) -> bool:
        """Whether every variable of the entry has a value (R7)."""
        if self.misplaced_variable:
            return False
        return isinstance(self.tail, Glob) or substitute(self.tail, context) is not None

    def _stands(self, short_arns: ShortArns) -> bool:
        if short_arns is ShortArns.PAD_IF_WILDCARD:
            return self.wildcard
        return short_arns is ShortArns.PAD


def compile_resource(text: str, *, variables: bool) -> ResourcePattern:
    """Compile one entry; ``variables`` says whether ``${…}`` is special in its document (V1).

    A variable stands only after the fifth colon (V2); anywhere else it has no value.
    """
    template = tokenize(text, variables=variables)
    parts = split_arn(template)
    heads = [part for part in parts[: _PARTS - 1] if is_constant(part)]
    globs = [
        compile_glob(fold(token) if isinstance(token, str) else token for token in head)
        for head in heads
    ]
    tail = parts[-1] if len(parts) == _PARTS else (Wildcard.ANY,)
    return ResourcePattern(
        everything=template == (Wildcard.ANY,),
        short=len(parts) < _PARTS,
        wildcard=has_wildcard(template),
        misplaced_variable=len(heads) < min(len(parts), _PARTS - 1),
        heads=tuple((position, glob) for position, glob in enumerate(globs) if glob != _ANY),
        tail=compile_glob(tail) if is_constant(tail) else tail,
    )
