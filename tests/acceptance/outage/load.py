"""Decisions asked of a server without a pause, and what became of each."""

from __future__ import annotations

import threading
import time
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError


class Load(threading.Thread):
    """Calls an operation again and again until it is told to end."""

    def __init__(self, call: Any, every: float = 0.0) -> None:
        super().__init__(daemon=True)
        self._call = call
        self._every = every
        self._ending = threading.Event()
        self.failed: list[str] = []
        self.request_ids: list[str] = []
        self.longest = 0.0

    def once(self) -> None:
        """Call once: the caller is known."""
        self._call()

    def run(self) -> None:
        while not self._ending.is_set():
            began = time.monotonic()
            try:
                answer = self._call()
                self.request_ids.append(answer["ResponseMetadata"]["RequestId"])
            except (BotoCoreError, ClientError) as error:
                self.failed.append(str(error))
            self.longest = max(self.longest, time.monotonic() - began)
            self._ending.wait(self._every)

    def end(self) -> None:
        """Have the last call end, and stop."""
        self._ending.set()
        self.join(60)
        assert not self.is_alive()
