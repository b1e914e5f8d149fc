"""Globs with variables in them, compiled once for each set of values."""

from __future__ import annotations

from doorward.policy.patterns import Glob, compile_glob
from doorward.policy.variables import Template, Values, Variable, substitute, value_of

_KEPT = 64


class ResolvedGlob:
    """A template whose globs are kept by the values that its variables took.

    What is kept depends on those values alone, so it can never change an answer; it is bounded,
    and emptied when full.
    """

    __slots__ = ("_globs", "_variables", "template")

    def __init__(self, template: Template) -> None:
        """Take a template that has variables."""
        self.template = template
        self._variables = tuple(token for token in template if isinstance(token, Variable))
        self._globs: dict[tuple[str | None, ...], Glob | None] = {}

    def resolve(self, context: Values) -> Glob | None:
        """Return the glob under the values of ``context``; ``None`` if one has no value (V6)."""
        values = tuple([value_of(variable, context) for variable in self._variables])
        try:
            return self._globs[values]
        except KeyError:
            tokens = substitute(self.template, context)
            glob = None if tokens is None else compile_glob(tokens)
            if len(self._globs) >= _KEPT:
                self._globs.clear()
            self._globs[values] = glob
            return glob
