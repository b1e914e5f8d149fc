"""Waiting in the event loop for what other threads finish, many at a time.

``asyncio.wrap_future`` wakes the loop for each future. Credentials that are recorded together are
all recorded at the same moment: here the loop is woken once for all of them.
"""

from __future__ import annotations

import asyncio
from collections import deque
from concurrent.futures import Future


class Awaited:
    """Waits for futures of other threads, in the one loop that calls it."""

    def __init__(self) -> None:
        """Wait for nothing yet."""
        self._done: deque[asyncio.Future[None]] = deque()

    async def wait(self, future: Future[None]) -> None:
        """Return when a future is done, well or not."""
        loop = asyncio.get_running_loop()
        waiter: asyncio.Future[None] = loop.create_future()

        def done(_future: Future[None]) -> None:
            self._done.append(waiter)
            if len(self._done) == 1:
                loop.call_soon_threadsafe(self._wake)

        future.add_done_callback(done)
        await waiter

    def _wake(self) -> None:
        """Wake those whose futures are done; what is added meanwhile wakes the loop again."""
        for _ in range(len(self._done)):
            waiter = self._done.popleft()
            if not waiter.done():
                waiter.set_result(None)
        if self._done:
            asyncio.get_running_loop().call_soon(self._wake)
