"""The catalog's data as it lies in the package: in each file an index, and parts read one by one.

A file is the length of its index (four bytes, big-endian), the index, then the parts. The index is
JSON: the name of each part with its packed size, in order. Index and parts are each compressed by
zlib. ``python -m tools.refresh_reference`` writes the files.
"""

from __future__ import annotations

import functools
import pkgutil
import zlib

import msgspec

REFERENCE = "reference.bin"
"""Parts ``services/PREFIX`` and ``keys``."""

POLICIES = "managed_policies.bin"
"""Parts ``documents/ARN`` and ``list``."""

PROVENANCE = "catalog.json"
"""What the data is, and where it is from; not packed."""

_LENGTH = 4


def read(file: str) -> bytes:
    """Return a file of the package's data as it is; it is in every installation."""
    data = pkgutil.get_data("doorward.policy", f"data/{file}")
    assert data is not None, file  # noqa: S101 - only a loader without get_data returns None
    return data


def names(file: str) -> tuple[str, ...]:
    """Return the names of the parts of a file, sorted."""
    return tuple(_opened(file)[1])


def part(file: str, name: str) -> bytes:
    """Return one part, unpacked; raise KeyError when there is none of that name."""
    data, places = _opened(file)
    return zlib.decompress(data[places[name]])


@functools.cache
def _opened(file: str) -> tuple[bytes, dict[str, slice]]:
    """Return a file as it is, and where in it each part lies."""
    data = read(file)
    begin = _LENGTH + int.from_bytes(data[:_LENGTH], "big")
    index = zlib.decompress(data[_LENGTH:begin])
    places = {}
    for name, size in msgspec.json.decode(index, type=tuple[tuple[str, int], ...]):
        places[name] = slice(begin, begin + size)
        begin += size
    return data, places
