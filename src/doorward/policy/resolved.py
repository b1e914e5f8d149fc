"""Globs with variables in them, and long lists of globs, compiled once for each set of values.

What is kept depends on the values of the variables alone, so it can never change an answer; it is
bounded, and emptied when full.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from doorward.policy.glob_set import GlobSet
from doorward.policy.patterns import Glob, Matcher, Token, Wildcard, compile_glob
from doorward.policy.variables import Template, Values, Variable, substitute, value_of

_KEPT = 64
_SETS_KEPT = 8
_LIKELY = 32


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
        self._sets: dict[tuple[str | None, ...], _Many] = {}

    def matches(self, text: str, context: Values) -> bool:
        """Whether any of the templates matches ``text``, under the values of ``context``."""
        return any(True for _ in self.matching(text, context))

    def matching(self, text: str, context: Values) -> Iterator[int]:
        """Yield the index of every template that matches ``text``."""
        values = tuple([value_of(variable, context) for variable in self._variables])
        found = self._sets.get(values)
        if found is None:
            resolved = (substitute(template, context) for template in self._templates)
            found = _Many(resolved, long=bool(self._variables))
            if len(self._sets) >= _SETS_KEPT:
                self._sets.clear()
            self._sets[values] = found
        return found.matching(text)


class _Many:
    """Globs, each by what is cheapest for it.

    The values of variables make texts ``long``: longer in all than any document. There, globs of
    text and ``*`` alone are looked for piece by piece, and of the others those whose every piece
    is in the text; all of them are run at once only if these are many.
    """

    __slots__ = ("_globs", "_indexes", "_long", "_plain", "_tokens")

    def __init__(self, resolved: Iterable[tuple[Token, ...] | None], *, long: bool) -> None:
        self._long = long
        self._plain: list[tuple[int, Matcher]] = []
        self._indexes: list[int] = []
        self._tokens: list[tuple[Token, ...]] = []
        self._globs: GlobSet | None = None
        for index, tokens in enumerate(resolved):
            if tokens is None:
                continue
            if long and Wildcard.ONE not in tokens:
                self._plain.append((index, compile_glob(tokens).matches))
            else:
                self._indexes.append(index)
                self._tokens.append(tokens)

    def matching(self, text: str) -> Iterator[int]:
        """Yield the index of every glob that matches ``text``."""
        for index, matches in self._plain:
            if matches(text):
                yield index
        for place in self._likely(text) if self._long else self._all(text):
            yield self._indexes[place]

    def _likely(self, text: str) -> Iterable[int]:
        likely = [
            place
            for place, tokens in enumerate(self._tokens)
            if all(token in text for token in tokens if isinstance(token, str))
        ]
        if len(likely) > _LIKELY:
            return self._all(text)
        return [place for place in likely if compile_glob(self._tokens[place]).matches(text)]

    def _all(self, text: str) -> Iterable[int]:
        if self._globs is None:
            self._globs = GlobSet(self._tokens)
        return self._globs.matching(text)
