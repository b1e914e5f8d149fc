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
from doorward.policy.patterns import Glob, Matcher, Wildcard, compile_glob
from doorward.policy.resolved import ResolvedGlob
from doorward.policy.variables import Values, has_wildcard, is_constant, split_arn, tokenize

_PARTS = 6
_ANY = compile_glob("*")


class ShortArns(enum.Enum):
    """What a pattern with fewer than six parts means (R5): it depends on the kind of policy."""

    PAD = "missing trailing parts are *"
    PAD_IF_WILDCARD = "as PAD if it has a wildcard, else it matches nothing"
    NEVER = "it matches nothing"


class ArnText(msgspec.Struct, frozen=True):
    """A request's resource, prepared: five folded parts, also as one text, and the last.

    There are no parts if it is ``*``.
    """

    parts: tuple[str, ...]
    head: str
    tail: str


def prepare(resource: str) -> ArnText:
    """Split a request's resource; what is no ARN is met by the literal ``*`` alone (R6)."""
    parts = resource.split(":", _PARTS - 1)
    if len(parts) < _PARTS:
        return ArnText((), "", resource)
    tail = parts.pop()
    head = fold(":".join(parts))
    return ArnText(tuple(head.split(":")), head, tail)


class ResourcePattern(msgspec.Struct, frozen=True):
    """One compiled entry.

    ``everything`` marks the literal ``*``. ``head`` are the first five parts as one folded text
    where there is no wildcard in them, else ``heads`` are those that ask for something, by
    position. ``tail`` is the last part, ``Resolved`` with each request's values if it has
    variables.
    """

    everything: bool
    short: bool
    wildcard: bool
    misplaced_variable: bool
    head: str | None
    heads: tuple[tuple[int, Matcher], ...]
    tail: Matcher | ResolvedGlob

    def matches(self, resource: ArnText, context: Values, short_arns: ShortArns) -> bool:
        """Whether the entry matches; a variable without a value matches nothing (V6)."""
        if self.everything:
            return True
        if self.head is not None:
            if self.head != resource.head:
                return False
        elif not self._heads_match(resource.parts, short_arns):
            return False
        tail = self.tail
        if not isinstance(tail, ResolvedGlob):
            return tail(resource.tail)
        glob = tail.resolve(context)
        return glob is not None and glob.matches(resource.tail)

    def _heads_match(self, parts: tuple[str, ...], short_arns: ShortArns) -> bool:
        if not parts or self.misplaced_variable:
            return False
        if self.short and not self._stands(short_arns):
            return False
        for position, matches in self.heads:  # noqa: SIM110 — a generator costs more than this
            if not matches(parts[position]):
                return False
        return True

    def resolvable(self, context: Values) -> bool:
        """Whether every variable of the entry has a value (R7)."""
        if self.misplaced_variable:
            return False
        return not isinstance(self.tail, ResolvedGlob) or self.tail.resolve(context) is not None

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
    whole = len(globs) == _PARTS - 1 and len(parts) == _PARTS
    tail = parts[-1] if len(parts) == _PARTS else (Wildcard.ANY,)
    return ResourcePattern(
        everything=template == (Wildcard.ANY,),
        short=len(parts) < _PARTS,
        wildcard=has_wildcard(template),
        misplaced_variable=len(heads) < min(len(parts), _PARTS - 1),
        head=_text(globs) if whole else None,
        heads=tuple(
            (position, glob.matches) for position, glob in enumerate(globs) if glob != _ANY
        ),
        tail=compile_glob(tail).matches if is_constant(tail) else ResolvedGlob(tail),
    )


def _text(globs: list[Glob]) -> str | None:
    """The parts as one text, ``None`` if there is a wildcard in any."""
    tokens = [token for glob in globs for token in glob.tokens or ("",)]
    texts = [token for token in tokens if isinstance(token, str)]
    return ":".join(texts) if len(texts) == len(tokens) else None
