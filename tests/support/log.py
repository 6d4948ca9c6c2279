"""The log in tests: short words for appends, and a migrated database with the server's and the owner's view of it."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import date
from uuid import uuid4

import asyncpg

from adapters.postgres.migrate import migrate
from adapters.postgres.pool import Pool
from application.ports import Append, NewEvent, StreamAppend
from domain.ids import TenantId
from tests.support.postgres import PostgresServer

SERVING = "thidua_log_tests"
SERVING_PASSWORD = "serving-of-tests"


def fresh_id() -> str:
    return str(uuid4())


def event(type_: str = "test.happened", data: bytes = b"{}", *, version: int = 1) -> NewEvent:
    return NewEvent(event_id=fresh_id(), type=type_, type_version=version, data=data)


def written(stream_id: str, at: int = 0, *, events: int = 1, types: Sequence[str] = ()) -> StreamAppend:
    """`events` events, or one of each type, after version `at`."""
    new = tuple(event(each) for each in types) or tuple(event() for _ in range(events))
    return StreamAppend(stream_id=stream_id, expected_version=at, events=new)


def guarded(stream_id: str, at: int = 0) -> StreamAppend:
    return StreamAppend(stream_id=stream_id, expected_version=at)


def command(
    tenant_id: TenantId,
    *streams: StreamAppend,
    command_id: str | None = None,
    answer: bytes = b"answer",
    fingerprint: bytes = b"fingerprint",
    happened_on: date | None = None,
    causation_id: str | None = None,
) -> Append:
    return Append(
        tenant_id=tenant_id,
        command_id=command_id or fresh_id(),
        fingerprint=fingerprint,
        answer=answer,
        actor="tester",
        correlation_id="correlation",
        causation_id=causation_id,
        happened_on=happened_on,
        streams=streams,
    )


class LogDatabase:
    """A migrated database. `owner_url` owns it; `serving_url` and `pool` are the server's."""

    def __init__(self, server: PostgresServer, owner_url: str, pool: Pool) -> None:
        self.server, self.owner_url, self.pool = server, owner_url, pool
        self.serving_url = serving_url(server, owner_url)

    @asynccontextmanager
    async def owner(self) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
        async with connected(self.owner_url) as connection:
            yield connection

    @asynccontextmanager
    async def superuser(self) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
        async with connected(self.server.superuser_url_of(self.owner_url)) as connection:
            yield connection

    async def tenant(self) -> TenantId:
        """A new tenant, whose log is open."""
        tenant_id = TenantId(fresh_id())
        async with self.owner() as connection:
            await connection.execute("SELECT thidua.register_tenant($1)", tenant_id)
        return tenant_id


@asynccontextmanager
async def connected(url: str) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
    connection = await asyncpg.connect(url)
    try:
        yield connection
    finally:
        await connection.close()


async def blocked(connection: "asyncpg.Connection[asyncpg.Record]", waiting: int = 1) -> None:
    """Wait until so many wait for a lock that this connection's transaction holds, or behind one who does."""
    for _ in range(1000):
        if (
            await connection.fetchval(
                "WITH RECURSIVE held AS (SELECT pg_backend_pid() AS pid"
                " UNION SELECT l.pid FROM pg_locks AS l, held"
                " WHERE NOT l.granted AND held.pid = ANY (pg_blocking_pids(l.pid)))"
                " SELECT count(*) - 1 FROM held"
            )
            >= waiting
        ):
            return
        await asyncio.sleep(0.01)
    raise AssertionError("nobody waits")


def serving_url(server: PostgresServer, owner_url: str) -> str:
    return server.url(owner_url.rpartition("/")[2], role=SERVING, password=SERVING_PASSWORD)


@asynccontextmanager
async def log_database(server: PostgresServer, *, transaction_pooler: bool = False) -> AsyncIterator[LogDatabase]:
    """A database of the caller's own; dropped at the end."""

    async def prepare(url: str) -> None:
        await migrate(url, serving_url(server, url))

    owner_url = await server.prepared_database("log", prepare)
    pool = await Pool.open(serving_url(server, owner_url), transaction_pooler=transaction_pooler)
    try:
        yield LogDatabase(server, owner_url, pool)
    finally:
        await pool.close()
        await server.drop_database(owner_url)
