"""Make a question small while something about it stays true."""

import copy
import json
from collections.abc import Callable, Iterator
from typing import Any

Json = dict[str, Any]
Path = tuple[str | int, ...]


def shrink(question: Json, holds: Callable[[Json], bool]) -> Json:
    """A question from which no single policy, statement, item or key can go without `holds`."""
    current = question
    while smaller := next((one for one in smaller_ones(current) if holds(one)), None):
        current = smaller
    return current


def smaller_ones(question: Json) -> Iterator[Json]:
    """The question with one thing removed or made plainer, the largest things first."""
    paths = sorted(places(question), key=len)
    for path in paths:
        for replacement in plainer(at(question, path)):
            smaller = copy.deepcopy(question)
            at(smaller, path[:-1])[path[-1]] = replacement
            yield smaller
    for path in paths:
        smaller = copy.deepcopy(question)
        del at(smaller, path[:-1])[path[-1]]
        yield smaller


def places(value: Any, path: Path = ()) -> Iterator[Path]:
    """Every place below the value."""
    if isinstance(value, dict):
        children: list[tuple[str | int, Any]] = list(value.items())
    elif isinstance(value, list):
        children = list(enumerate(value))
    else:
        children = []
    for step, child in children:
        yield (*path, step)
        yield from places(child, (*path, step))


def at(value: Any, path: Path) -> Any:
    """The value at a place."""
    for step in path:
        value = value[step]
    return value


def plainer(value: Any) -> Iterator[Any]:
    """A document out of its text or its name; the only item of a list."""
    if isinstance(value, dict) and set(value) == {"name", "document"}:
        yield value["document"]
    if isinstance(value, str) and value.startswith("{"):
        try:
            yield json.loads(value)
        except ValueError:
            return
    if isinstance(value, list) and len(value) == 1 and isinstance(value[0], str):
        yield value[0]
