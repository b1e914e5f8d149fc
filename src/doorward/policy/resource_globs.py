"""Entries of ``Resource`` as globs, to ask whether one matches all that another does.

What matches a request is compiled elsewhere, for speed (``policy.resource_patterns``); here an
entry keeps the globs that it is made of.

Source: as for ``policy.resource_patterns``; rules R1 to R6, V2, V6.
"""

from __future__ import annotations

import msgspec

from doorward.policy.folding import fold
from doorward.policy.patterns import Glob, Wildcard, compile_glob, subsumes
from doorward.policy.variables import (
    Template,
    Variable,
    is_constant,
    split_arn,
    tokenize,
)

_PARTS = 6


class ResourceGlobs(msgspec.Struct, frozen=True):
    """One entry: the globs of its five first parts, folded, and of the last.

    ``everything`` marks the literal ``*``, ``short`` an entry of fewer parts, whose others are
    ``*``. A variable is a ``*``, for it may have any value; ``variables`` says that there is one
    in the last part, ``misplaced_variable`` that there is one before it, where it has no value.
    """

    everything: bool
    short: bool
    misplaced_variable: bool
    variables: bool
    parts: tuple[Glob, ...]

    @property
    def service(self) -> Glob:
        """The third part."""
        return self.parts[2]

    @property
    def tail(self) -> Glob:
        """The last part: what stands behind the fifth colon."""
        return self.parts[-1]


def resource_globs(text: str, *, variables: bool) -> ResourceGlobs:
    """Read one entry; ``variables`` says whether ``${…}`` is special in its document (V1)."""
    template = tokenize(text, variables=variables)
    parts = split_arn(template)
    padded = (*parts, *(((Wildcard.ANY,),) * (_PARTS - len(parts))))
    *heads, tail = padded
    return ResourceGlobs(
        everything=template == (Wildcard.ANY,),
        short=len(parts) < _PARTS,
        misplaced_variable=not all(map(is_constant, heads)),
        variables=not is_constant(tail),
        parts=(*(_glob(part, folded=True) for part in heads), _glob(tail, folded=False)),
    )


def _glob(part: Template, *, folded: bool) -> Glob:
    tokens = (Wildcard.ANY if isinstance(token, Variable) else token for token in part)
    return compile_glob(fold(t) if folded and isinstance(t, str) else t for t in tokens)


def contains(wide: ResourceGlobs, narrow: ResourceGlobs) -> bool:
    """Whether ``wide`` surely matches every resource that ``narrow`` matches.

    Never said of what depends on the kind of policy (short ARNs), nor of variables in ``wide``.
    """
    if wide.everything or narrow.everything:
        return wide.everything
    if wide.short or narrow.short or wide.misplaced_variable or narrow.misplaced_variable:
        return False
    return not wide.variables and all(map(subsumes, wide.parts, narrow.parts))
