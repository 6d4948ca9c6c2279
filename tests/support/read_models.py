"""A migrated database with a projector, and events put into its log as they are, without the way through a command."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from adapters.postgres.event_store import PostgresEventStore
from adapters.read_models.models import MODELS
from adapters.read_models.projector import Projector
from adapters.read_models.session import looking
from application.ports import NewEvent, StreamAppend
from domain.decider import Message
from domain.events import encode, name_of
from domain.ids import TenantId
from tests.support.log import LogDatabase, command, fresh_id, log_database
from tests.support.postgres import PostgresServer


class Projected:
    """`store` and `projector` are a server's; `rows` is everything that the tenant's read models hold."""

    def __init__(self, database: LogDatabase, store: PostgresEventStore) -> None:
        self.database, self.store, self.pool = database, store, database.pool
        self.projector = Projector(store, self.pool, MODELS)

    async def record(self, tenant_id: TenantId, stream_id: str, events: Sequence[Message], *, at: int = 0) -> int:
        """Append the events to a stream that is at version `at`; the log's new position."""
        names = [name_of(event) for event in events]
        new = tuple(
            NewEvent(event_id=fresh_id(), type=name, type_version=version, data=encode(event))
            for (name, version), event in zip(names, events, strict=True)
        )
        written = StreamAppend(stream_id=stream_id, expected_version=at, events=new)
        return (await self.store.append(command(tenant_id, written))).position

    async def rows(self, tenant_id: TenantId) -> dict[str, list[dict[str, Any]]]:
        """Every table's rows, in an order of their own."""
        found: dict[str, list[dict[str, Any]]] = {}
        async with looking(self.pool, tenant_id) as connection:
            for table in (table for model in MODELS for table in model.tables):
                records = await connection.fetch(
                    f"select * from read_models.{table.name} as t where t.tenant_id = $1", tenant_id
                )
                found[table.name] = sorted((dict(record) for record in records), key=repr)
        return found


@asynccontextmanager
async def projected(server: PostgresServer) -> AsyncIterator[Projected]:
    async with log_database(server) as database, PostgresEventStore(database.pool) as store:
        yield Projected(database, store)
