"""``python -m tests.server.shifted STORE FILE``: a server whose clock can be set.

It is a real one in all but this: its clock is the machine's and the seconds that stand in FILE.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from doorward.server.listen import endpoint, listen, most_connections
from doorward.server.serve import Process, serve
from doorward.usecases.application import Application
from doorward.usecases.config import Settings
from tests.live import ACCOUNT, KEY, MASTER_KEY, SECRET


class Clock:
    """The machine's clock, set forward or back by what stands in a file."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    @property
    def ahead(self) -> timedelta:
        return timedelta(seconds=float(self.file.read_text("ascii")))

    def set(self, to: datetime) -> None:
        """Set the clock; it goes on from there."""
        self._write((to - datetime.now(UTC)).total_seconds())

    def move(self, seconds: float) -> None:
        """Set the clock forward, or back."""
        self._write(self.ahead.total_seconds() + seconds)

    def _write(self, seconds: float) -> None:
        draft = self.file.with_suffix(".draft")
        draft.write_text(str(seconds), "ascii")
        draft.replace(self.file)


def main() -> None:
    """Serve until told to stop."""
    store, file = sys.argv[1:]
    settings = Settings(
        store=store,
        port=0,
        master_key=MASTER_KEY,
        bootstrap_account_id=ACCOUNT,
        bootstrap_access_key_id=KEY,
        bootstrap_secret_access_key=SECRET,
    )
    with (
        listen("listen", settings.host, settings.port) as listening,
        Application(settings, clock=Clock(Path(file))) as application,
    ):
        url = endpoint(listening, "http")
        process = Process(listening, None, None, most_connections())
        serve(application, process, lambda: settings, lambda: _announce(url))


def _announce(url: str) -> None:
    sys.stdout.write(f"serving at {url}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
