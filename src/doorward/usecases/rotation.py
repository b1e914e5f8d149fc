"""Master keys changed while servers go on: add, promote, rewrap, remove.

Every step leaves a store that opens, whenever it is cut short, and may be run again: what is
already done is not done again. A server learns of the file's keys by SIGHUP.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from secrets import token_bytes
from typing import Any

from doorward.credentials.sealing import MasterKey, Sealer, master_key_id, new_master_key
from doorward.errors import ConfigurationError
from doorward.model.directory import Transaction
from doorward.model.schema import SCHEMAS, Entity
from doorward.store.database import Store
from doorward.usecases.config import Settings
from doorward.usecases.master_keys import key_file, read_key_file, write_key_file
from doorward.usecases.sealed import SEALED, Kind, values

BATCH = 200
"""Entities whose secrets are rewrapped in one transaction."""


def file_of(settings: Settings) -> Path:
    """Return the file of the master keys; raise ``ConfigurationError`` where they are in none."""
    file = key_file(settings)
    if file is None:
        raise ConfigurationError(
            "the master keys of these settings are in no file that can be changed: name it by"
            " --master-key-file, or change the keys where they are kept"
        )
    return file


def add(file: Path) -> MasterKey:
    """Add a new master key to a file, as one that opens and does not seal yet; return it."""
    made = new_master_key(token_bytes)
    write_key_file(file, (*read_key_file(file), made), replace=True)
    return made


def promote(file: Path, key_id: str | None) -> MasterKey:
    """Make a key of the file the one that seals, the last one if none is named; return it.

    Raises ``ConfigurationError`` when the file does not have it.
    """
    keys = read_key_file(file)
    chosen = keys[-1] if key_id is None else _named(keys, key_id, file)
    if keys[0] is not chosen:
        rest = tuple(key for key in keys if key is not chosen)
        write_key_file(file, (chosen, *rest), replace=True)
    return chosen


def rewrap(store: Store, keys: tuple[MasterKey, ...], progress: Callable[[int], None]) -> int:
    """Wrap every secret of the store by the first of ``keys``, in batches; return how many.

    Secrets stay sealed meanwhile. What servers seal by the old key after a batch was looked for is
    found when this is run again. ``progress`` is told how many entities are done.
    """
    sealer = Sealer(keys)
    done = 0
    for batch in _batches(store, sealer):

        def work(transaction: Transaction, batch: list[Entity] = batch) -> int:
            return sum(_rewrapped(transaction, entity, sealer) for entity in batch)

        done += store.write(work).value
        progress(done)
    return done


def usage(store: Store) -> Mapping[str, int]:
    """Return how many secrets of the store are sealed under each master key, by its id."""
    return Counter(master_key_id(value.sealed).decode() for value in values(store.load()))


def remove(store: Store, file: Path, key_id: str) -> None:
    """Take a key that seals nothing in the store out of its file.

    Raises ``ConfigurationError`` for the key that seals, and for one that is still in use.
    """
    keys = read_key_file(file)
    chosen = _named(keys, key_id, file)
    if keys[0] is chosen:
        raise ConfigurationError(f"{key_id} is the key that seals: promote another one first")
    if count := usage(store).get(key_id, 0):
        raise ConfigurationError(
            f"{key_id} still seals {count} secrets of the store: rewrap first, once every server"
            " has been told of the new key"
        )
    write_key_file(file, tuple(key for key in keys if key is not chosen), replace=True)


def _named(keys: tuple[MasterKey, ...], key_id: str, file: Path) -> MasterKey:
    """Return a key by its id."""
    for key in keys:
        if key.id == key_id:
            return key
    known = ", ".join(key.id for key in keys)
    raise ConfigurationError(f"{file} has no key {key_id}; it has {known}")


def _batches(store: Store, sealer: Sealer) -> Iterator[list[Entity]]:
    """Yield the entities that hold a secret under another key than the one that seals."""
    found = store.load()
    batch: list[Entity] = []
    for kind, sealed in SEALED.items():
        held: tuple[Any, ...] = found.all(kind)
        for entity in held:
            if _due(sealed, entity, sealer):
                batch.append(entity)
            if len(batch) == BATCH:
                yield batch
                batch = []
    if batch:
        yield batch


def _due(sealed: Kind, entity: Any, sealer: Sealer) -> bool:  # noqa: ANN401 (any of SEALED)
    """Tell whether a secret of an entity is under another key than the one that seals."""
    return any(not sealer.is_current(value) for value, _ in sealed.found(entity))


def _rewrapped(transaction: Transaction, entity: Entity, sealer: Sealer) -> bool:
    """Rewrap an entity as it is now; tell whether there was something to do."""
    kind: type[Any] = type(entity)
    now = transaction.get(kind, *(getattr(entity, name) for name in SCHEMAS[kind].key))
    if now is None or not _due(SEALED[kind], now, sealer):
        return False
    transaction.put(
        SEALED[kind].changed(now, lambda value: sealer.rewrap(value, random_bytes=token_bytes))
    )
    return True
