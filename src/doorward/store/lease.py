"""One server for one SQLite file: a lock that the operating system frees when its holder ends."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from doorward.errors import StoreIncompatible, StoreUnavailable


class Lease:
    """The right to serve a store file, held until ``release`` or the end of the process."""

    def __init__(self, store_file: Path) -> None:
        """Take the lease.

        Raises ``StoreIncompatible`` when another server holds it, ``StoreUnavailable`` when there
        can be no lock file.
        """
        try:
            self._lock = os.open(
                f"{store_file}.lock", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600
            )
        except OSError as error:
            raise StoreUnavailable(f"the store cannot be opened: {error}") from error
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._lock)
            raise StoreIncompatible(
                f"another Doorward server holds {store_file}; stop it, or give this one a store "
                "of its own"
            ) from None

    def release(self) -> None:
        """Let another server have the file. The lock file stays: removing it would be a race."""
        os.close(self._lock)
