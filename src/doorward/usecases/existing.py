"""A store opened beside the servers that use it: nothing is made, nothing brought up to date."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from doorward.errors import ConfigurationError, StoreIncompatible
from doorward.store import inspection
from doorward.store.address import parse_address
from doorward.store.database import Store


@contextmanager
def existing(url: str, option: str = "--store") -> Iterator[Store]:
    """Give the store at a URL, which must be there and have this program's schema.

    ``option`` is what named it. Raises ``ConfigurationError`` when there is none,
    ``StoreIncompatible`` for another schema.
    """
    address = parse_address(url)
    if address.in_memory:
        raise ConfigurationError("a store in memory belongs to its server alone: name a file")
    if address.file is not None and not address.file.exists():
        raise ConfigurationError(f"{address.file}, named by {option}, does not exist")
    store = Store.open(url)
    try:
        if not store.look(inspection.is_newest):
            raise StoreIncompatible(
                f"the store named by {option} does not have this program's schema: use the version"
                " of Doorward that serves it, or start this version on it once"
            )
        yield store
    finally:
        store.close()
