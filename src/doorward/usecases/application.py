"""A running installation: its store, snapshot, vault, clock and recorder, opened and closed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from secrets import token_bytes
from typing import Self

from doorward.control.guesses import Guesses
from doorward.control.ids import Ids
from doorward.credentials.sealing import Sealer
from doorward.errors import ConfigurationError
from doorward.model.organization import Account
from doorward.store.address import parse_address
from doorward.store.database import Store
from doorward.store.lease import Lease
from doorward.usecases.bootstrap import Bootstrapped, bootstrap
from doorward.usecases.clock import system_clock
from doorward.usecases.config import Settings, fixed
from doorward.usecases.guesses import GuessesInMemory
from doorward.usecases.live import Live
from doorward.usecases.master_keys import MEMORY, check_master_keys, master_keys
from doorward.usecases.recorder import Recorder
from doorward.usecases.shared_guesses import SharedGuesses
from doorward.usecases.spool import Spool
from doorward.usecases.vault import SealedVault

__all__ = ["MEMORY", "Application", "Server"]


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
        self.guesses.close()
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
        sealer = Sealer(master_keys(settings, make=True))
        self.vault = SealedVault(sealer)
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
            check_master_keys(self.live.current(), sealer)
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
                spool=Spool(Path(settings.spool)) if settings.spool else None,
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
            sealer = Sealer(master_keys(new))
            check_master_keys(self.live.current(), sealer)
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
