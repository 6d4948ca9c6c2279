"""One thread with an event loop for all of a process's applications on one store; other threads call into it."""

import asyncio
import atexit
import contextlib
import os
import threading
from collections.abc import Awaitable, Callable, Iterable
from typing import TYPE_CHECKING, TypeVar

import uvloop
from eventsourcing.persistence import InterfaceError

from adapters.library.store.batcher import ThreadedAppending
from adapters.library.store.reply import Reply
from adapters.postgres.batch import Waiting
from adapters.postgres.pool import Pool
from application.ports import Append, Appended
from domain.ids import TenantId

if TYPE_CHECKING:
    from adapters.postgres.pool import Connection

POLL_SECONDS = 0.1
CLOSE_SECONDS_MAX = 15.0

T = TypeVar("T")


class Lane:
    """The loop's thread, its connections and its batcher. Use through `lane_of`; calls are for any other thread."""

    def __init__(self, url: str, schema: str, pool_size: int) -> None:
        self._url, self.schema, self._pool_size = url, schema, pool_size
        self.users = 0
        self._process = os.getpid()
        self._watchers: dict[TenantId, set[threading.Event]] = {}
        self._seen: dict[TenantId, int] = {}
        started: Reply[None] = Reply()
        self._thread = threading.Thread(target=self._run, args=(started,), name=f"store {schema}", daemon=True)
        self._thread.start()
        started.wait(self._thread)

    def append(self, request: Append) -> Appended:
        """As `EventStore.append`, with the library's errors."""
        if os.getpid() != self._process:
            raise InterfaceError("This application was made before the process was forked: make it in the new process")
        reply: Reply[Appended] = Reply()
        try:
            self._store.put(Waiting(request, reply))
        except Exception as error:
            raise InterfaceError(str(error)) from error
        return reply.wait(self._thread)

    def ask(self, work: Callable[["Lane"], Awaitable[T]]) -> T:
        """What `work` answers, which is run in the loop. Raises: the library's errors."""
        if self._stopped.is_set() or os.getpid() != self._process:
            raise InterfaceError("The store is closed, or was opened before the process was forked")
        reply: Reply[T] = Reply()
        try:
            self._loop.call_soon_threadsafe(self._begin, work, reply)
        except RuntimeError as error:
            raise InterfaceError("The store is closed") from error
        return reply.wait(self._thread)

    def watch(self, tenant_id: TenantId, arrived: threading.Event) -> None:
        """Set the event whenever the tenant has got new events, whoever stored them, until `unwatch`."""
        self._loop.call_soon_threadsafe(self._add_watcher, tenant_id, arrived)

    def unwatch(self, tenant_id: TenantId, arrived: threading.Event) -> None:
        with contextlib.suppress(RuntimeError):  # The loop has ended before.
            self._loop.call_soon_threadsafe(self._drop_watcher, tenant_id, arrived)

    def stop(self) -> None:
        """Ends the thread, after the appends that were asked for."""
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._stopped.set)
        self._thread.join(CLOSE_SECONDS_MAX)

    # --- In the loop's thread

    def _run(self, started: Reply[None]) -> None:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(self._serve(started))

    async def _serve(self, started: Reply[None]) -> None:
        self._loop, self._stopped = asyncio.get_running_loop(), asyncio.Event()
        self._asked: set[asyncio.Task[None]] = set()
        try:
            self.pool = await Pool.open(self._url, size=self._pool_size, lanes=1)
        except Exception as error:
            self._stopped.set()
            started.set_exception(error)
            return
        async with ThreadedAppending(self.pool, schema=self.schema) as self._store:
            self._store.follow(self._wake)
            poll = asyncio.create_task(self._poll())
            started.set_result(None)
            await self._stopped.wait()
            poll.cancel()
            if self._asked:
                await asyncio.wait(self._asked, timeout=CLOSE_SECONDS_MAX / 3)
        await self.pool.close()

    def _begin(self, work: Callable[["Lane"], Awaitable[T]], reply: Reply[T]) -> None:
        task = self._loop.create_task(self._answer(work, reply))
        self._asked.add(task)
        task.add_done_callback(self._asked.discard)

    async def _answer(self, work: Callable[["Lane"], Awaitable[T]], reply: Reply[T]) -> None:
        try:
            result = await work(self)
        except Exception as error:
            reply.set_exception(error)
        except BaseException:
            reply.set_exception(InterfaceError("The store was closed"))
            raise
        else:
            reply.set_result(result)

    async def send(self, connection: "Connection", request: Append) -> Appended:
        """Append over this connection, in its transaction. Raises as `EventStore.append`."""
        (result,) = await self._store.send(connection, [request])
        if isinstance(result, Exception):
            raise result
        return result

    def _add_watcher(self, tenant_id: TenantId, arrived: threading.Event) -> None:
        self._watchers.setdefault(tenant_id, set()).add(arrived)
        arrived.set()  # Something may have come since the subscription looked, and woken only those who were here.

    def _drop_watcher(self, tenant_id: TenantId, arrived: threading.Event) -> None:
        self._watchers.get(tenant_id, set()).discard(arrived)

    def _wake(self, tenants: Iterable[TenantId]) -> None:
        for tenant_id in tenants:
            for arrived in self._watchers.get(tenant_id, ()):
                arrived.set()

    async def _poll(self) -> None:
        """Find what other processes have stored. Asking for one row a tenant costs next to nothing, where a NOTIFY in
        each append would cut its throughput to a third."""
        while True:
            await asyncio.sleep(POLL_SECONDS)
            watched = [tenant_id for tenant_id, watching in self._watchers.items() if watching]
            # A failure is the subscription's to tell, which asks by itself.
            with contextlib.suppress(Exception):
                if watched:
                    await self._look(watched)

    async def _look(self, watched: list[TenantId]) -> None:
        async with self.pool.connection() as connection:
            rows = await connection.fetch(
                f"SELECT h.tenant_id, h.position FROM {self.schema}.heads AS h WHERE h.tenant_id = ANY ($1::uuid[])",
                watched,
            )
        heads = {TenantId(str(row["tenant_id"])): int(row["position"]) for row in rows}
        self._wake([tenant_id for tenant_id, head in heads.items() if self._seen.get(tenant_id) != head])
        self._seen |= heads


_LANES: dict[tuple[str, str], Lane] = {}
_LOCK = threading.Lock()


def lane_of(url: str, schema: str, *, pool_size: int) -> Lane:
    """The process's lane to this store, opened if there is none; `release` it afterwards. A lane for all applications
    of a process makes larger batches than one for each."""
    with _LOCK:
        lane = _LANES.get((url, schema))
        if lane is None:
            lane = _LANES[url, schema] = Lane(url, schema, pool_size)
        lane.users += 1
        return lane


def release(lane: Lane) -> None:
    """The last user of a lane closes it."""
    with _LOCK:
        lane.users -= 1
        if lane.users:
            return
        for key in [key for key, open_lane in _LANES.items() if open_lane is lane]:
            del _LANES[key]
    lane.stop()


def _forget() -> None:
    """After a fork: the loops' threads are the parent's."""
    global _LOCK  # noqa: PLW0603  # It may have been held by another thread of the parent.
    _LOCK = threading.Lock()
    _LANES.clear()


@atexit.register
def _stop_all() -> None:
    """Applications of the library are often not closed; a loop that runs on while the interpreter ends may crash it."""
    while _LANES:
        _LANES.popitem()[1].stop()


os.register_at_fork(after_in_child=_forget)
