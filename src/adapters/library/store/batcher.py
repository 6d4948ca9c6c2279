"""The batcher of our log for callers in threads: appends are put by any thread, and batches wait for company."""

import asyncio
import time
from collections.abc import Sequence
from typing import Self

from adapters.library.store.reply import Reply, chain
from adapters.postgres import batch
from adapters.postgres.event_store import PostgresEventStore
from application.ports import Unavailable

NEVER = 2**62
COMPANY_SHARE = 0.5
"""How long a batch waits for the callers of the one before at most, as a share of the time that one took."""
COMPANY_SECONDS_MIN = 0.001
"""The loop's timers count milliseconds."""
COMPANY_SECONDS_MAX = 0.005
ALONE_BATCHES_MAX = 64


class ThreadedEventStore(PostgresEventStore):
    """The log whose appends come from threads, through `put`.

    A thread that was answered comes again a moment later, when the next batch would just have left without it: two
    halves would take turns, and each wait for the disk as long as both together. So a batch waits for the callers of
    the one before, while that pays.
    """

    async def __aenter__(self) -> Self:
        self._loop = asyncio.get_running_loop()
        self._wake_at = 1
        self._alone, self._alone_next, self._usual = 0, 1, 0
        return await super().__aenter__()

    async def __aexit__(self, *exit_: object) -> None:
        if self._queue:
            self._idle.clear()
            self._arrived.set()
        await super().__aexit__(*exit_)

    def put(self, waiting: batch.Waiting) -> None:
        """Ask for an append, from any thread; its reply is told in the loop's. However large, it goes by the lane.

        Raises: Unavailable: the log is closed.
        """
        if self._closed():
            raise Unavailable("the log is closed")
        self._queue.append(waiting)
        if self._closed():  # Meanwhile: whether the loop has still seen this one is not known.
            self._fail_waiting("the log is closed")
        elif len(self._queue) >= self._wake_at:  # Waking the loop costs a system call: most find it awake.
            self._wake_at = NEVER
            self._loop.call_soon_threadsafe(self._arrived.set)

    def _closed(self) -> bool:
        return self._task is None

    async def _run(self) -> None:
        while True:
            await self._arrivals(1)
            self._idle.clear()
            while taken := batch.take(self._queue):
                started = time.perf_counter()
                await self._carry(taken)
                await self._company(len(taken), time.perf_counter() - started)
            self._idle.set()

    async def _arrivals(self, wanted: int, timeout: float | None = None) -> None:
        """Until so many wait, or the time is over."""
        self._arrived.clear()
        self._wake_at = wanted
        # Looked at after it was said: who put before that was not told to wake anybody.
        if len(self._queue) < wanted:
            over = None if timeout is None else self._loop.call_later(timeout, self._arrived.set)
            await self._arrived.wait()
            if over is not None:
                over.cancel()
        self._wake_at = NEVER

    async def _carry(self, taken: Sequence[batch.Waiting]) -> None:
        chain([waiting.future for waiting in taken if isinstance(waiting.future, Reply)])
        await super()._carry(taken)

    async def _company(self, answered: int, took: float) -> None:
        """Wait for those who were just answered to come again. Where that brought less than it cost, leave it for a
        while: callers may have other things to do."""
        if self._alone:
            self._alone -= 1
            return
        before, started = len(self._queue), time.perf_counter()
        wanted = min(before + answered, self._usual + self._usual // 8 + 1, batch.REQUESTS_MAX)
        await self._arrivals(wanted, min(max(took * COMPANY_SHARE, COMPANY_SECONDS_MIN), COMPANY_SECONDS_MAX))
        waited, self._usual = time.perf_counter() - started, len(self._queue)
        if len(self._queue) >= before * (1 + waited / took):
            self._alone_next = 1
        else:
            self._alone = self._alone_next
            self._alone_next = min(2 * self._alone_next, ALONE_BATCHES_MAX)
