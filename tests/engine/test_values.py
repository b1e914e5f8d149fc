"""The core is made of values: nothing in them changes, and packages offer what they say."""

from __future__ import annotations

import enum
import importlib
import inspect
import pkgutil
import re
from collections.abc import Callable, Iterator, Mapping
from types import ModuleType
from typing import TypeVar

import msgspec
import pytest

import doorward.engine
import doorward.model
import doorward.policy


def core() -> Iterator[ModuleType]:
    """Every module of the pure core that holds values."""
    for package in (doorward.policy, doorward.model, doorward.engine):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            yield importlib.import_module(found.name)


Kind = TypeVar("Kind")
MODULES = {module.__name__: module for module in core()}


def own(name: str, kind: type[Kind]) -> Iterator[type[Kind]]:
    """The classes of a kind that a module defines."""
    for found in vars(MODULES[name]).values():
        if inspect.isclass(found) and issubclass(found, kind) and found.__module__ == name:
            yield found


@pytest.mark.parametrize("name", MODULES)
def test_structs_are_frozen(name: str) -> None:
    for kind in vars(MODULES[name]).values():
        if (
            inspect.isclass(kind)
            and issubclass(kind, msgspec.Struct)
            and kind is not msgspec.Struct
        ):
            assert kind.__struct_config__.frozen, kind.__name__


@pytest.mark.parametrize("name", [name for name in MODULES if hasattr(MODULES[name], "__all__")])
def test_what_a_package_offers_is_there(name: str) -> None:
    for offered in MODULES[name].__all__:
        assert hasattr(MODULES[name], offered), offered


FOLDED = {"Quantifier"}
"""Enumerations whose values are not their names, but what the engine compares."""
OTHERWISE = {"ARN", "AWS", "IPAddress", "permissionsBoundary"}
"""Abbreviations, and a value whose member has a shorter name."""
MANNERS: Mapping[str, Callable[[list[str]], str]] = {
    "as the name": "_".join,
    "with dashes": lambda words: "-".join(words).lower(),
    "Pascal": lambda words: "".join(word.capitalize() for word in words),
    "camel": lambda words: words[0].lower() + "".join(word.capitalize() for word in words[1:]),
}


def manners(member: enum.Enum) -> set[str]:
    """The manners in which a value may be spelt out of its member's name."""
    words = member.name.split("_")
    return {name for name, spell in MANNERS.items() if spell(words) == member.value}


@pytest.mark.parametrize("name", MODULES)
def test_the_values_of_an_enumeration_are_spelt_in_one_manner(name: str) -> None:
    """They stand in answers, documents and messages."""
    for kind in own(name, enum.Enum):
        words = [one for one in kind if re.fullmatch(r"[\w-]+", str(one.value))]
        words = [one for one in words if one.value not in OTHERWISE]
        if words and kind.__name__ not in FOLDED:
            assert set.intersection(*map(manners, words)), kind.__name__
