"""Globs with variables in them, and long lists of globs, compiled once for each set of values.

What is kept depends on the values of the variables alone, so it can never change an answer; it is
bounded, and emptied when full.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from doorward.policy.glob_set import GlobSet
from doorward.policy.patterns import Glob, compile_glob
from doorward.policy.variables import Template, Values, Variable, substitute, value_of

_KEPT = 64
_SETS_KEPT = 8


class ResolvedGlob:
    """A template whose globs are kept by the values that its variables took."""

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


class ResolvedGlobs:
    """Many templates, matched together; one of which a variable has no value matches nothing."""

    __slots__ = ("_sets", "_templates", "_variables")

    def __init__(self, templates: Sequence[Template]) -> None:
        """Take the templates; nothing is compiled before it is asked for."""
        self._templates = templates
        variables = (token for each in templates for token in each if isinstance(token, Variable))
        self._variables = tuple(dict.fromkeys(variables))
        self._sets: dict[tuple[str | None, ...], tuple[GlobSet, list[int]]] = {}

    def matches(self, text: str, context: Values) -> bool:
        """Whether any of the templates matches ``text``, under the values of ``context``."""
        return self._under(context)[0].matches(text)

    def matching(self, text: str, context: Values) -> Iterable[int]:
        """Yield the index of every template that matches ``text``."""
        globs, indexes = self._under(context)
        return (indexes[found] for found in globs.matching(text))

    def _under(self, context: Values) -> tuple[GlobSet, list[int]]:
        values = tuple([value_of(variable, context) for variable in self._variables])
        found = self._sets.get(values)
        if found is None:
            resolved = [substitute(template, context) for template in self._templates]
            indexes = [index for index, tokens in enumerate(resolved) if tokens is not None]
            found = GlobSet(tokens for tokens in resolved if tokens is not None), indexes
            if len(self._sets) >= _SETS_KEPT:
                self._sets.clear()
            self._sets[values] = found
        return found
