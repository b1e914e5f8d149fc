"""Entries of ``Resource`` and ``NotResource``, matched part by part.

A pattern and an ARN are split at their first five colons; the first five parts are matched one by
one, the rest as one string. So a ``*`` crosses ``/`` and, in the last part, ``:``, but never one
of the first five colons. The first five parts are equal in either case, the last is not (R3).

Source: IAM User Guide, "IAM JSON policy elements: Resource";
``docs/reference/evaluation.md``, rules R1 to R7, V2, V6, V7.
"""

from __future__ import annotations

import enum
from collections.abc import Callable
from functools import lru_cache

import msgspec

from doorward.policy.folding import fold
from doorward.policy.glob_set import MANY
from doorward.policy.patterns import Glob, Matcher, Wildcard, compile_glob
from doorward.policy.resolved import ResolvedGlob, ResolvedGlobs
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


class ArnText(msgspec.Struct, frozen=True, gc=False):
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
    tail = parts[-1]
    head, folded = _head(resource[: len(resource) - len(tail) - 1])
    return ArnText(folded, head, tail)


@lru_cache(maxsize=4096)
def _head(text: str) -> tuple[str, tuple[str, ...]]:
    """The first five parts, folded, as one text and apart; kept, for they come again."""
    head = fold(text)
    return head, tuple(head.split(":"))


Check = Callable[[ArnText, Values], bool]
"""Whether a resource, under the values of a request, is meant."""


class ResourcePattern(msgspec.Struct, frozen=True):
    """One compiled entry.

    ``everything`` marks the literal ``*``. ``head`` are the first five parts as one folded text
    where there is no wildcard in them, else ``heads`` are those that ask for something, by
    position. ``tail`` is the last part; ``matches_tail`` its matcher, if it has no variables.
    """

    everything: bool
    short: bool
    wildcard: bool
    misplaced_variable: bool
    head: str | None
    heads: tuple[tuple[int, Matcher], ...]
    tail: Template
    matches_tail: Matcher | None

    def check(self, short_arns: ShortArns) -> Check:
        """Return whether a resource is meant, in a policy where short ARNs mean that.

        A variable without a value matches nothing (V6).
        """
        if self.everything:
            return lambda _resource, _context: True
        if self.misplaced_variable or (self.short and not self._stands(short_arns)):
            return lambda _resource, _context: False
        head, matches_tail = self.head, self.matches_tail
        if head is not None and matches_tail is not None:
            return lambda resource, _context: resource.head == head and matches_tail(resource.tail)
        if matches_tail is not None:
            return lambda resource, _context: (
                self.heads_match(resource) and matches_tail(resource.tail)
            )
        resolved = ResolvedGlob(self.tail)

        def check(resource: ArnText, context: Values) -> bool:
            if not self.heads_match(resource):
                return False
            glob = resolved.resolve(context)
            return glob is not None and glob.matches(resource.tail)

        return check

    def heads_match(self, resource: ArnText) -> bool:
        """Whether the first five parts match."""
        if self.head is not None:
            return self.head == resource.head
        parts = resource.parts
        if not parts:
            return False
        for position, matches in self.heads:  # noqa: SIM110 — a generator costs more than this
            if not matches(parts[position]):
                return False
        return True

    def resolvable(self, context: Values) -> bool:
        """Whether every variable of the entry has a value (R7)."""
        return not self.misplaced_variable and substitute(self.tail, context) is not None

    def usable(self, short_arns: ShortArns) -> bool:
        """Whether the entry can match any ARN in a policy where short ARNs mean that."""
        return not self.misplaced_variable and (not self.short or self._stands(short_arns))

    def _stands(self, short_arns: ShortArns) -> bool:
        if short_arns is ShortArns.PAD_IF_WILDCARD:
            return self.wildcard
        return short_arns is ShortArns.PAD


class ResourceList(msgspec.Struct, frozen=True):
    """The entries of a ``Resource`` element, or of ``NotResource`` if ``negated``."""

    patterns: tuple[ResourcePattern, ...]
    negated: bool

    def check(self, short_arns: ShortArns, *, denies: bool) -> Check:
        """Return whether a resource is meant by the element of a statement that ``denies``."""
        any_matches = self._any(short_arns)
        if not self.negated:
            return any_matches
        if denies:
            return lambda resource, context: not any_matches(resource, context)
        patterns = self.patterns

        def check(resource: ArnText, context: Values) -> bool:
            # A variable without a value must not widen an Allow (R7).
            return not any_matches(resource, context) and all(
                pattern.resolvable(context) for pattern in patterns
            )

        return check

    def _any(self, short_arns: ShortArns) -> Check:
        if len(self.patterns) >= MANY:
            return self._any_of_many(short_arns)
        checks = tuple(pattern.check(short_arns) for pattern in self.patterns)
        if len(checks) == 1:
            return checks[0]

        def check(resource: ArnText, context: Values) -> bool:
            for each in checks:  # noqa: SIM110 — a generator costs more than this
                if each(resource, context):
                    return True
            return False

        return check

    def _any_of_many(self, short_arns: ShortArns) -> Check:
        """All last parts in one pass; then the first five of those that match."""
        if any(pattern.everything for pattern in self.patterns):
            return lambda _resource, _context: True
        usable = [pattern for pattern in self.patterns if pattern.usable(short_arns)]
        tails = ResolvedGlobs([pattern.tail for pattern in usable])
        return lambda resource, context: any(
            usable[index].heads_match(resource) for index in tails.matching(resource.tail, context)
        )


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
        tail=tail,
        matches_tail=compile_glob(tail).matches if is_constant(tail) else None,
    )


def _text(globs: list[Glob]) -> str | None:
    """The parts as one text, ``None`` if there is a wildcard in any."""
    tokens = [token for glob in globs for token in glob.tokens or ("",)]
    texts = [token for token in tokens if isinstance(token, str)]
    return ":".join(texts) if len(texts) == len(tokens) else None
