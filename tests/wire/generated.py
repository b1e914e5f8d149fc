"""Seeded values for any shape of a model, with the characters that codecs trip over."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from doorward.wire.models import Shape

CHARACTERS = "aZ09 .,:;/\\+-_=@%&#?!~'\"<>[]{}()\t\n\réß‰Ωжع漢\u00a0\u2028𐍈😀"


def value(shape: Shape, shapes: Mapping[str, Shape], rng: random.Random, *, depth: int = 0) -> Any:
    """Return a value of a shape; optional members are there as the seed has it."""
    if shape.kind == "structure":
        return {
            member.name: value(shapes[member.shape], shapes, rng, depth=depth + 1)
            for member in shape.members
            if depth < 6 and (member.required or rng.random() < 0.6)
        }
    if shape.kind == "list" and shape.element:
        count = 0 if depth > 5 else rng.choice((0, 1, 2, 11))
        element = shapes[shape.element.shape]
        made = [value(element, shapes, rng, depth=depth + 1) for _ in range(count)]
        return [entry for entry in made if entry != {}]
    if shape.kind == "map" and shape.key and shape.value:
        content = shapes[shape.value.shape]
        return {
            text(rng) + str(index): value(content, shapes, rng, depth=depth + 1)
            for index in range(rng.choice((1, 3)))
        }
    return scalar(shape, rng)


def scalar(shape: Shape, rng: random.Random) -> Any:
    """Return a value of a scalar shape."""
    match shape.kind:
        case "string":
            return rng.choice(shape.enum) if shape.enum else text(rng)
        case "integer" | "long":
            return rng.choice((0, 1, -1, 2**31 - 1, -(2**31), rng.randrange(10**6)))
        case "boolean":
            return rng.random() < 0.5
        case "blob":
            return rng.randbytes(rng.choice((0, 1, 2, 3, 100)))
        case "timestamp":
            return datetime.fromtimestamp(rng.randrange(0, 4 * 10**9), UTC)
        case _:
            return float(rng.randrange(-1000, 1000)) / 8


def text(rng: random.Random) -> str:
    return "".join(rng.choices(CHARACTERS, k=rng.choice((0, 1, 5, 40))))
