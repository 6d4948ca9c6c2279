"""Connections of the serving role: no session state, so that a transaction pooler may stand between."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import partial
from math import inf
from typing import TYPE_CHECKING, Any, Self, TypeAlias

import asyncpg

from adapters.postgres.readers import ACQUIRE_TIMEOUT_S, Readers
from adapters.said import Mendable
from application.ports import Unavailable
from domain.ids import TenantId

if TYPE_CHECKING:
    from asyncpg.pool import PoolConnectionProxy
    from asyncpg.prepared_stmt import PreparedStatement

    Connection: TypeAlias = asyncpg.Connection[asyncpg.Record] | PoolConnectionProxy[asyncpg.Record]

SIZE = 8
LANES = 2
"""Connections that append: while one waits for the disk, the other's batch is stored."""
CALL_TIMEOUT_S = 15.0
CLOSE_TIMEOUT_S = 3.0
PROOF_TIMEOUT_S = 2.0

GONE = (
    OSError,
    TimeoutError,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.InternalClientError,  # The client's, about a backend that was killed a moment ago.
    asyncpg.ReadOnlySQLTransactionError,  # After a failover, on the server that now only follows.
)


class ServingRoleRefused(Mendable):
    """The serving URL's role can do more than serve."""


def is_gone(error: BaseException) -> bool:
    """Whether the error says that the database is away, rather than that the call was wrong."""
    if isinstance(error, GONE):
        return True
    return type(error) is asyncpg.InterfaceError and "clos" in str(error)  # "connection is closed", "pool is closing"


@contextmanager
def unavailable_when_gone() -> Iterator[None]:
    """Raises: Unavailable: the database is away."""
    try:
        yield
    except Exception as error:
        if is_gone(error):
            raise Unavailable(str(error) or type(error).__name__) from error
        raise


class Pool:
    """Connections to one database as the serving role. They come back by themselves after the database was away."""

    def __init__(self, url: str, size: int, in_pooler: bool, lanes: int = LANES) -> None:
        self._url, self._in_pooler = url, in_pooler
        self._options: dict[str, Any] = {
            "timeout": ACQUIRE_TIMEOUT_S,
            "command_timeout": CALL_TIMEOUT_S,
            "statement_cache_size": 0 if in_pooler else 256,
        }
        self._readers = Readers(url, size=size, **self._options)
        self.lanes = lanes
        self._lanes: list[Lane] = []
        self._sessions = 0
        self._opening = asyncio.Lock()
        self._aside: dict[str, Lane] = {}
        self._closed = False
        self._kept: dict[int, set[str]] = {}

    @classmethod
    async def open(cls, url: str, *, size: int = SIZE, transaction_pooler: bool = False, lanes: int = LANES) -> Self:
        """Connects at first use: `size` connections at most beside those of the lanes. `transaction_pooler` says that
        the URL leads to one (PgBouncer and the like): then no prepared statement outlives its transaction."""
        pool = cls(url, size, transaction_pooler, lanes)
        await pool._readers.open()
        return pool

    async def close(self) -> None:
        self._closed = True
        try:
            async with asyncio.timeout(CLOSE_TIMEOUT_S):
                for lane in (*self._lanes, *self._aside.values()):
                    await lane.connection.close()
                await self._readers.close()
        except Exception:  # It does not answer, or is gone already.
            for lane in (*self._lanes, *self._aside.values()):
                lane.connection.terminate()
            self._readers.terminate()

    @asynccontextmanager
    async def connection(self) -> AsyncIterator["Connection"]:
        """A connection in autocommit (behind a pooler: in a transaction). Raises: Unavailable."""
        with unavailable_when_gone():
            connection = await self._readers.take()
            try:
                if self._in_pooler:  # Preparing and executing are two exchanges, which may go to two servers outside.
                    async with connection.transaction():
                        yield connection
                else:
                    yield connection
            except BaseException:
                await self._readers.give_up(connection)
                raise
            await self._readers.give(connection)

    @asynccontextmanager
    async def tenant(self, tenant_id: TenantId, *, snapshot: bool = False) -> AsyncIterator["Connection"]:
        """A transaction that row-level security opens to this tenant alone; `snapshot`: it only reads, and every
        statement sees the same moment. Raises: Unavailable."""
        with unavailable_when_gone():
            connection = await self._readers.take()
            try:
                async with connection.transaction(
                    isolation="repeatable_read" if snapshot else "read_committed", readonly=snapshot
                ):
                    await connection.execute("SELECT set_config('app.tenant', $1, true)", tenant_id)
                    yield connection
            except BaseException:
                await self._readers.give_up(connection)
                raise
            await self._readers.give(connection)

    @property
    def keeps_statements(self) -> bool:
        """Whether a statement may be prepared for longer than a transaction."""
        return not self._in_pooler

    def kept(self, connection: "Connection") -> set[str]:
        """The names of the statements that this connection was told to keep; the caller adds to them."""
        process = connection.get_server_pid()
        if process not in self._kept:
            self._kept[process] = set()
            connection.add_termination_listener(partial(self._forget, process))
        return self._kept[process]

    def _forget(self, process: int, _: object) -> None:
        self._kept.pop(process, None)

    @property
    def session(self) -> int | None:
        """A number of the lanes' connections; None: there are none, or a pooler's, which outlive the database's."""
        return self._lanes[0].session if self._lanes_stand() and not self._in_pooler else None

    def _lanes_stand(self) -> bool:
        return bool(self._lanes) and not any(lane.connection.is_closed() for lane in self._lanes)

    async def lane(self, number: int = 0) -> "Lane":
        """One of the connections that append, whatever the readers do; one caller at a time. They are opened together,
        and where one is lost all are: what is known of a session's database is so for each. Errors come as they are."""
        if not self._lanes_stand():
            async with self._opening:
                if not self._lanes_stand():
                    await self._open_lanes()
        return self._lanes[number]

    async def _open_lanes(self) -> None:
        if self._sessions:  # What was open then may lead to another database than what is opened now.
            for lane in (*self._lanes, *self._aside.values()):
                lane.connection.terminate()
            self._aside.clear()
            await self._readers.renew()
        self._lanes, opened = [], list[Lane]()
        self._sessions += 1
        try:
            for _ in range(self.lanes):
                opened.append(await self._connected(self._sessions))
            self._lanes = opened
        finally:
            if not self._lanes:
                for lane in opened:
                    lane.connection.terminate()

    async def aside(self, name: str) -> "Lane":
        """A connection of this name's own, whatever the readers do; one caller at a time. Errors come as they are."""
        lane = self._aside.get(name)
        if lane is None or lane.connection.is_closed():
            lane = self._aside[name] = await self._connected(0)
        return lane

    async def _connected(self, session: int) -> "Lane":
        if self._closed:
            raise asyncpg.InterfaceError("pool is closed")
        connection = await asyncpg.connect(self._url, **{**self._options, "command_timeout": None})
        return Lane(connection, session, in_pooler=self._in_pooler)


class Lane:
    """A connection whose statements stay prepared, and whose time is watched by one timer instead of one for each call:
    together that saves a small append a third of its way."""

    def __init__(self, connection: "asyncpg.Connection[asyncpg.Record]", session: int, *, in_pooler: bool) -> None:
        self.connection, self.session, self._in_pooler = connection, session, in_pooler
        self._prepared: dict[str, PreparedStatement[asyncpg.Record]] = {}
        self._loop = asyncio.get_running_loop()
        self._caller: asyncio.Task[Any] | None = None
        self._ends_at = self._looks_at = inf
        self._late = False

    async def fetchrow(
        self,
        sql: str,
        *arguments: object,
        timeout: float = CALL_TIMEOUT_S,  # noqa: ASYNC109  # As asyncpg's own.
    ) -> asyncpg.Record | None:
        """As `fetch`, the first row."""
        rows = await self.fetch(sql, *arguments, timeout=timeout)
        return rows[0] if rows else None

    async def fetch(
        self,
        sql: str,
        *arguments: object,
        timeout: float = CALL_TIMEOUT_S,  # noqa: ASYNC109  # As asyncpg's own.
    ) -> list[asyncpg.Record]:
        """The rows of a statement, which is a transaction of its own. Raises: TimeoutError, after seconds."""
        self._caller, self._ends_at = asyncio.current_task(), self._loop.time() + timeout
        if self._ends_at < self._looks_at:
            self._look_at(self._ends_at)
        late = False
        try:
            return await self._fetched(sql, arguments)
        except asyncio.CancelledError:
            if not self._late or self._caller is None:
                raise
            self._caller.uncancel()
            late = True
        finally:
            self._caller, self._ends_at, self._late = None, inf, False
        assert late
        await self._prove()
        raise TimeoutError

    async def _prove(self) -> None:
        """A server that stops what took too long goes on serving. One that is silent may be gone for good, which the
        kernel says after a quarter of an hour: then this connection is not called again."""
        try:
            async with asyncio.timeout(PROOF_TIMEOUT_S):
                await self.connection.execute("SELECT 1")
        except (Exception, asyncio.CancelledError):
            self.connection.terminate()
            raise

    async def _fetched(self, sql: str, arguments: tuple[object, ...]) -> list[asyncpg.Record]:
        if self._in_pooler:
            async with self.connection.transaction():
                return await self.connection.fetch(sql, *arguments)
        statement = self._prepared.get(sql)
        if statement is None:
            statement = self._prepared[sql] = await self.connection.prepare(sql)
        try:
            return await statement.fetch(*arguments)
        except asyncpg.InvalidCachedStatementError:  # A migration has changed what it gives.
            del self._prepared[sql]
            return await self._fetched(sql, arguments)

    def _look_at(self, at: float) -> None:
        self._looks_at = at
        self._loop.call_at(at, self._look)

    def _look(self) -> None:
        self._looks_at = inf
        if self._caller is None:
            return
        if self._ends_at <= self._loop.time():
            self._late = True
            self._caller.cancel()  # asyncpg asks the server to stop what it does, too.
        else:
            self._look_at(self._ends_at)


async def go_one_way(connection: "Connection") -> None:
    """In this transaction the planner has one way, as in the functions of 0001: the index that gives rows in order."""
    await connection.execute(
        "SELECT set_config('enable_seqscan', 'off', true), set_config('enable_bitmapscan', 'off', true),"
        " set_config('enable_sort', 'off', true), set_config('jit', 'off', true)"
    )


async def check_serving_role(connection: "Connection") -> None:
    """For the server's start.

    Raises:
        ServingRoleRefused: the role owns the schema, is a superuser, bypasses row-level security, or can become such.
    """
    row = await connection.fetchrow("""
        SELECT current_user AS name, bool_or(r.rolsuper) AS super, bool_or(r.rolbypassrls) AS bypass,
               bool_or(r.oid IN (SELECT n.nspowner FROM pg_namespace AS n WHERE n.nspname = 'thidua'
                                 UNION SELECT c.relowner FROM pg_class AS c
                                 WHERE c.relnamespace = to_regnamespace('thidua'))) AS owner,
               bool_or(r.rolname = 'thidua_writer') AS writer
          FROM pg_roles AS r WHERE pg_has_role(current_user, r.oid, 'MEMBER')""")
    assert row is not None
    for right, vi, en in (
        ("super", "là siêu người dùng", "is a superuser"),
        ("bypass", "vượt được bảo vệ theo dòng", "bypasses row-level security"),
        ("owner", "sở hữu lược đồ", "owns the schema"),
        ("writer", "ghi thẳng được vào nhật ký", "may write to the log directly"),
    ):
        if row[right]:
            raise ServingRoleRefused(
                f"Vai trò {row['name']} {vi} nên không được phục vụ: hãy dùng một vai trò riêng để phục vụ.",
                f"The role {row['name']} {en} and must not serve: serve as a role of its own.",
            )


async def weaknesses(connection: "Connection") -> list[str]:
    """The settings under which this role's acknowledged commands can be lost in a crash; empty: none is."""
    rows = await connection.fetch(
        "SELECT s.name FROM pg_settings AS s WHERE s.setting = 'off' AND s.name = ANY ($1) ORDER BY s.name",
        ["fsync", "full_page_writes", "synchronous_commit"],
    )
    return [row["name"] for row in rows]
