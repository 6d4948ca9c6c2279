"""The batcher of our log for callers in threads: appends are put by any thread, and batches wait for company."""

import asyncio
import time
from typing import Self

from adapters.library.store.reply import Reply, chain
from adapters.postgres import batch
from adapters.postgres.appending import Appending
from application.ports import Unavailable

NEVER = 2**62
COMPANY_SHARE = 0.5
"""How long a batch waits for the callers of the one before at most, as a share of the time that one took."""
COMPANY_SECONDS_MIN = 0.001
"""The loop's timers count milliseconds."""
COMPANY_SECONDS_MAX = 0.005


class ThreadedAppending(Appending):
    """The log whose appends come from threads, through `put`.

    A thread that was answered comes again a moment later, when the next batch has just left without it: two halves take
    turns. Where a commit takes long, each half waits for the disk as long as both together would, and it pays to wait
    for the callers of the batch before. Where it is short it does not: the one half works while the other is stored.
    """

    async def __aenter__(self) -> Self:
        self._loop = asyncio.get_running_loop()
        self._wake_at = 1
        self._usual = 0
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
                chain([waiting.future for waiting in taken if isinstance(waiting.future, Reply)])
                self._tell(await self._carry(taken))
                if self._choice.second:
                    await self._wait_for_company(len(taken), time.perf_counter() - started)
            self._idle.set()

    async def _arrivals(self, wanted: int, seconds: float | None = None) -> None:
        """Until so many wait, or the time is over."""
        self._arrived.clear()
        self._wake_at = wanted
        # Looked at after it was said: who put before that was not told to wake anybody.
        if len(self._queue) < wanted:
            over = None if seconds is None else self._loop.call_later(seconds, self._arrived.set)
            await self._arrived.wait()
            if over is not None:
                over.cancel()
        self._wake_at = NEVER

    async def _wait_for_company(self, answered: int, took: float) -> None:
        """Until those who were just answered have come again, but not for long: they may have other things to do."""
        # At most as many as came lately: who has gone away would be waited for each time.
        wanted = min(len(self._queue) + answered, self._usual + self._usual // 8 + 1, batch.REQUESTS_MAX)
        await self._arrivals(wanted, min(max(took * COMPANY_SHARE, COMPANY_SECONDS_MIN), COMPANY_SECONDS_MAX))
        self._usual = len(self._queue)
