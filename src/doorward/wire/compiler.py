"""Shapes of a model, compiled into the functions that read or write their values."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import Generic, TypeVar, cast

from doorward.wire.models import Shape

Compiled = TypeVar("Compiled", bound=Callable[..., object])


class Compiler(ABC, Generic[Compiled]):
    """Compiles every shape once; a recursive shape finds its own function when it is used."""

    def __init__(self, shapes: Mapping[str, Shape]) -> None:
        """Take the shapes of a service's model, by name."""
        self.shapes = shapes
        self._done: dict[str, Compiled] = {}

    def named(self, name: str) -> Compiled:
        """Return the function for the shape of this name."""
        if name not in self._done:

            def later(*arguments: object) -> object:
                return self._done[name](*arguments)

            self._done[name] = cast("Compiled", later)
            self._done[name] = self.of(self.shapes[name])
        return self._done[name]

    @abstractmethod
    def of(self, shape: Shape) -> Compiled:
        """Compile one shape."""
