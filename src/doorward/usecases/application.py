"""A running installation: its store, snapshot, vault, clock and recorder, opened and closed."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from secrets import token_bytes
from typing import Self

from doorward.api.call import Vault
from doorward.control.guesses import Guesses
from doorward.control.ids import Ids
from doorward.credentials.sealing import (
    MasterKey,
    SealBroken,
    Sealer,
    format_master_keys,
    master_key_id,
    new_master_key,
    parse_master_keys,
)
from doorward.errors import ConfigurationError
from doorward.model.credential import AccessKey
from doorward.model.organization import Account
from doorward.model.snapshot import Snapshot
from doorward.store.address import parse_address
from doorward.store.database import Store
from doorward.store.lease import Lease
from doorward.usecases.bootstrap import Bootstrapped, bootstrap
from doorward.usecases.clock import system_clock
from doorward.usecases.config import Settings, fixed
from doorward.usecases.guesses import GuessesInMemory
from doorward.usecases.live import Live
from doorward.usecases.recorder import Recorder
from doorward.usecases.shared_guesses import SharedGuesses
from doorward.usecases.vault import SealedVault

MEMORY = "sqlite:///:memory:"


class Server:
    """What the processes of one server share: the right to its store, and the count of guesses.

    Made before they part; a context manager, which gives the store free. Raises ``StoreError`` or
    ``ConfigurationError`` as ``Application`` does.
    """

    def __init__(self, settings: Settings) -> None:
        """Take the store."""
        address = parse_address(settings.store)
        if address.in_memory:
            raise ConfigurationError(
                "a store in memory belongs to one process: set workers to 1, or give a file"
            )
        self._lease = Lease(address.file) if address.file else None
        self.guesses = SharedGuesses(token_bytes(32))

    def __enter__(self) -> Self:
        """Return the server itself."""
        return self

    def __exit__(self, *_exception: object) -> None:
        """Let another server have the store, once the last process of this one has ended."""
        if self._lease:
            self._lease.release()


class Application:
    """Everything that serving a call needs. Use as a context manager, or ``close`` it.

    ``first`` is set when this start created the installation: it holds the administrator's key,
    for showing it once. ``installation`` is the id of the account that it is run from.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        clock: Callable[[], datetime] = system_clock,
        worker_of: Server | None = None,
    ) -> None:
        """Open the store, bring its schema up to date, and create the first account if none is.

        ``worker_of`` is the server that this process is one of several of: it holds the store for
        all of them. Raises ``StoreError`` or ``ConfigurationError`` and leaves nothing open.
        """
        parse_address(settings.store)
        self.settings = settings
        self.clock = clock
        self.ids = Ids(token_bytes)
        self.vault = SealedVault(Sealer(_master_keys(settings)))
        self.guesses: Guesses = worker_of.guesses if worker_of else GuessesInMemory()
        self.store = Store.open(settings.store, exclusive=worker_of is None)
        try:
            self.store.migrate()
            self.store.keep_room()
            self.live = Live(
                self.store,
                alone=settings.store == MEMORY,
                clock=clock,
                most_stale=timedelta(seconds=settings.fail_closed_after),
            )
            _check_master_keys(self.live.current(), self.vault)
            self.first: Bootstrapped | None = bootstrap(
                self.live, settings, vault=self.vault, ids=self.ids, now=self.clock()
            )
            self.installation = next(
                account.id for account in self.live.current().all(Account) if account.installation
            )
            self.recorder = Recorder(
                self.store.events,
                self.store.uses,
                alone=worker_of is None,
                is_scarce=self.store.is_scarce,
            )
        except BaseException:
            self.store.close()
            raise

    def reload(self, new: Settings) -> None:
        """Take settings over that have changed, all of them or none.

        Raises ``ConfigurationError``, with everything as it was, for what cannot change while the
        server runs, and for master keys that do not open the store's secrets.
        """
        if lasting := fixed(self.settings, new):
            raise ConfigurationError(
                f"{', '.join(lasting)} cannot change while the server runs: restart it"
            )
        if new.store != MEMORY or new.master_key or new.master_key_file:
            sealer = Sealer(_master_keys(new))
            _check_master_keys(self.live.current(), SealedVault(sealer))
            self.vault.renew(sealer)
        self.settings = new

    def close(self) -> None:
        """Write what waits to be recorded and close the store.

        Raises ``StoreUnavailable``, with the store closed, when some events could not be written.
        """
        try:
            self.recorder.close()
        finally:
            self.live.close()
            self.store.close()

    def __enter__(self) -> Self:
        """Return the application itself."""
        return self

    def __exit__(self, *_exception: object) -> None:
        """Close it."""
        self.close()


def _master_keys(settings: Settings) -> tuple[MasterKey, ...]:
    """Return the master keys: as given, from the file, or made beside a new SQLite store.

    Secrets in memory are gone with the process, so a store in memory has a key of its own.
    """
    if settings.master_key is not None:
        return parse_master_keys(settings.master_key)
    if settings.master_key_file is not None:
        return parse_master_keys(_read(Path(settings.master_key_file)))
    if settings.store == MEMORY:
        return (new_master_key(token_bytes),)
    if not settings.store.startswith("sqlite:///"):
        raise ConfigurationError(
            "this store needs master_key or master_key_file: the keys that seal secrets are never"
            " kept in the database"
        )
    database = Path(settings.store.removeprefix("sqlite:///"))
    beside = database.with_name(database.name + ".key")
    if not beside.exists():
        if database.exists():
            raise ConfigurationError(
                f"{beside} is gone, and with it the keys to every secret in {database};"
                " bring it back from a backup, or set master_key_file"
            )
        _create(beside)
    return parse_master_keys(_read(beside))


def _check_master_keys(snapshot: Snapshot, vault: Vault) -> None:
    """Refuse master keys that do not open the store's secrets: one is tried for each key's id."""
    sealed = {master_key_id(key.sealed_secret): key for key in snapshot.all(AccessKey)}
    for key in sealed.values():
        try:
            vault.unseal(key.sealed_secret, (key.account, key.owner_id, key.id))
        except SealBroken:
            raise ConfigurationError(
                "the master keys do not open the secrets of this store: they are not the ones that"
                " it was made with, or one of them is missing; bring them back from a backup, or"
                " name their file by --master-key-file"
            ) from None


def _read(file: Path) -> str:
    """Return the text of a key file."""
    try:
        return file.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"the master keys cannot be read from {file}: {error}") from error


def _create(file: Path) -> None:
    """Write a new master key, readable by its owner alone, whole and synced or not at all.

    Of two servers that start at once, the first one's key stays: it may have sealed something.
    """
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        descriptor, draft = tempfile.mkstemp(dir=file.parent, prefix=file.name)
        try:
            with os.fdopen(descriptor, "w", encoding="ascii") as out:
                out.write(format_master_keys((new_master_key(token_bytes),)))
                out.flush()
                os.fsync(out.fileno())
            with suppress(FileExistsError):
                file.hardlink_to(draft)
        finally:
            Path(draft).unlink()
        _sync(file.parent)
    except OSError as error:
        raise ConfigurationError(f"the master key cannot be written to {file}: {error}") from error


def _sync(folder: Path) -> None:
    """Make the names in a folder as durable as the files."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
