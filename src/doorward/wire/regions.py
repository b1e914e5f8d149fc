"""The Regions of a partition in which EC2 has an endpoint, by botocore's data.

botocore ships AWS's endpoints (``endpoints.json``, Apache-2.0). Regions that AWS has announced and
not opened are in its newer ``partitions.json`` alone, and so are not here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

import msgspec


class Place(msgspec.Struct, frozen=True):
    """A Region's name, and where its EC2 answers."""

    name: str
    endpoint: str


@cache
def places(partition: str) -> tuple[Place, ...]:
    """Return a partition's Regions, ordered by name.

    Raises ``KeyError`` for a partition that is none.
    """
    found = {each["partition"]: each for each in _read()}[partition]
    suffix: str = found["dnsSuffix"]
    with_ec2: Mapping[str, object] = found["services"]["ec2"]["endpoints"]
    names = sorted(found["regions"].keys() & with_ec2.keys())
    return tuple(Place(name, f"ec2.{name}.{suffix}") for name in names)


def _read() -> Iterable[Mapping[str, Any]]:
    """Read the file; the user's own ``~/.aws/models`` must not change what we serve."""
    import botocore.loaders  # noqa: PLC0415 - 100 ms that most commands never need

    loader = botocore.loaders.Loader(
        extra_search_paths=[botocore.loaders.Loader.BUILTIN_DATA_PATH],
        include_default_search_paths=False,
    )
    partitions: list[Mapping[str, Any]] = loader.load_data("endpoints")["partitions"]
    return partitions
