"""The request context: condition keys and their values, each with its provenance."""

from __future__ import annotations

import enum
from collections.abc import Iterator, Mapping

import msgspec

from doorward.policy.folding import fold


class Provenance(enum.Enum):
    """Where a context value comes from; what was given wins over what was derived.

    ``SUPPOSED`` values are in no request: they are tried, to see what they would change.
    """

    GIVEN = "given"
    DERIVED = "derived"
    SUPPOSED = "supposed"


class ContextValue(msgspec.Struct, frozen=True, gc=False):
    """The value of one condition key.

    ``multi`` says that the key is multi-valued in this request (rule C7): a list, even of one.
    ``key`` is the spelling that was given. Values are text: numbers and booleans are normalised.
    """

    key: str
    values: tuple[str, ...]
    multi: bool
    provenance: Provenance


class Context(msgspec.Struct, frozen=True, gc=False):
    """Condition keys by folded name (``fold``); lookups ignore ASCII case (C15)."""

    entries: Mapping[str, ContextValue]

    def get(self, key: str) -> ContextValue | None:
        """Return the value of ``key``, spelt in any case, or ``None`` when it is absent."""
        return self.entries.get(fold(key))

    def __iter__(self) -> Iterator[ContextValue]:
        """Iterate over the values in the order of their keys."""
        return iter(self.entries.values())


def build(given: Mapping[str, str | tuple[str, ...]], provenance: Provenance) -> Context:
    """Build a context: a ``str`` value is single-valued, a tuple is multi-valued."""
    return Context(
        {
            fold(key): ContextValue(
                key,
                (value,) if isinstance(value, str) else value,
                not isinstance(value, str),
                provenance,
            )
            for key, value in given.items()
        }
    )


def overlay(*contexts: Context) -> Context:
    """Return all contexts as one, where a later one wins key by key."""
    entries: dict[str, ContextValue] = {}
    for each in contexts:
        entries.update(each.entries)
    return Context(entries)
