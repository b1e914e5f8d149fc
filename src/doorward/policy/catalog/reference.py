"""The authorization reference: actions, resource types and condition keys, by name in any case.

A service is read when it is first asked for, and kept. What is not here may exist on AWS all the
same: nothing that decides access asks the catalog whether an action or a key is known.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable

import msgspec

from doorward.policy.action_patterns import compile_action
from doorward.policy.catalog import archive
from doorward.policy.catalog.entries import Action, ConditionKey, Service
from doorward.policy.catalog.global_keys import GLOBAL_KEYS
from doorward.policy.folding import fold
from doorward.policy.patterns import Glob, Token, Wildcard, compile_glob

_FOLDER = "services/"
_PLACEHOLDER = re.compile(r"\$\{[^}]*\}")


@functools.cache
def services() -> tuple[str, ...]:
    """Return the prefix of every service, sorted."""
    names = archive.names(archive.REFERENCE)
    return tuple(name.removeprefix(_FOLDER) for name in names if name.startswith(_FOLDER))


def service(prefix: str) -> Service | None:
    """Return a service by the prefix of its actions, ``None`` if it is not known."""
    folded = fold(prefix)
    return _service(folded) if folded in _prefixes() else None


def actions_of(prefix: str) -> tuple[Action, ...]:
    """Return the actions of a service, sorted by name; of an unknown one: none."""
    found = service(prefix)
    return found.actions if found else ()


def action(name: str) -> Action | None:
    """Return an action by its full name (``s3:GetObject``), ``None`` if it is not known."""
    folded = fold(name)
    prefix = folded.partition(":")[0]
    return _actions(prefix).get(folded) if prefix in _prefixes() else None


def wildcard_only(name: str) -> bool | None:
    """Whether an action has no resource types, so that it is allowed on ``*`` alone.

    ``None`` if the action is not known.
    """
    found = action(name)
    return None if found is None else not found.resources


def expand(pattern: str) -> tuple[Action, ...]:
    """Return the actions that an entry of ``Action`` matches, by service and name.

    Rules A1 and A2 of ``docs/reference/evaluation.md``, as in every decision. An entry that names
    an unknown action matches none here; it may well match on AWS.
    """
    matches = compile_action(pattern)
    prefix = fold(pattern.partition(":")[0])
    wild = re.search(r"[*?]", prefix)
    places = services() if wild else (prefix,) if prefix in _prefixes() else ()
    return tuple(
        each for place in places for name, each in _actions(place).items() if matches(name)
    )


def resource_format(name: str, arn: str) -> str | None:
    """Return how the ARNs of the action's resource type are formed that ``arn`` is of.

    Of several that fit, the one that says most; ``None`` if none does, or the action is unknown.
    """
    found = action(name)
    if found is None:
        return None
    types = {each.name for each in found.resources}
    formats = [
        text
        for each in _service(fold(found.service)).resource_types
        for text in each.arn_formats
        if each.name in types and _pattern(text).matches(arn)
    ]
    return max(formats, key=lambda text: len(_PLACEHOLDER.sub("", text)), default=None)


def condition_key(name: str) -> ConditionKey | None:
    """Return a condition key, global ones first, ``None`` if it is not known.

    ``aws:RequestTag/team`` is found as ``aws:RequestTag/${TagKey}``.
    """
    folded = fold(name)
    prefix = folded.partition(":")[0]
    found = _GLOBAL.find(folded)
    if found is None and prefix in _prefixes():
        found = _keys(prefix).find(folded)
    return found or _keys_of_others().find(folded)


class _Keys:
    """Condition keys to be found by name: the exact ones, then those with a placeholder."""

    def __init__(self, keys: Iterable[ConditionKey]) -> None:
        self._exact: dict[str, ConditionKey] = {}
        self._patterns: list[tuple[Glob, ConditionKey]] = []
        for key in sorted(keys, key=lambda key: -len(key.name)):
            if _PLACEHOLDER.search(key.name):
                self._patterns.append((_pattern(key.name), key))
            else:
                self._exact[fold(key.name)] = key

    def find(self, folded: str) -> ConditionKey | None:
        """Return the key of that name; of several patterns, the longest."""
        patterns = (key for pattern, key in self._patterns if pattern.matches(folded))
        return self._exact.get(folded) or next(patterns, None)


def _pattern(name: str) -> Glob:
    """Compile a key's name or a format: a placeholder stands for one character or more."""
    tokens: list[Token] = []
    for text in _PLACEHOLDER.split(name):
        tokens += [text, Wildcard.ONE, Wildcard.ANY]
    return compile_glob(tokens[:-2], ignore_case=True)


_GLOBAL = _Keys(GLOBAL_KEYS)


@functools.cache
def _prefixes() -> frozenset[str]:
    return frozenset(services())


@functools.cache
def _service(prefix: str) -> Service:
    packed = archive.part(archive.REFERENCE, f"{_FOLDER}{prefix}")
    return msgspec.json.decode(packed, type=Service)


@functools.cache
def _actions(prefix: str) -> dict[str, Action]:
    return {fold(each.full_name): each for each in _service(prefix).actions}


@functools.cache
def _keys(prefix: str) -> _Keys:
    return _Keys(_service(prefix).condition_keys)


@functools.cache
def _keys_of_others() -> _Keys:
    """Keys that the service of their prefix does not define, if it is a service (``saml:sub``)."""
    packed = archive.part(archive.REFERENCE, "keys")
    return _Keys(msgspec.json.decode(packed, type=tuple[ConditionKey, ...]))
