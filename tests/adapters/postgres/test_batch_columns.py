"""A batch's columns go as texts that PostgreSQL reads as arrays: whatever they hold must come back as it was."""

import asyncio
from collections.abc import AsyncIterator
from datetime import date

import pytest

from adapters.postgres.event_store import PostgresEventStore
from application.ports import Append, Appended, NewEvent, Outcome, StreamAppend
from tests.support.log import LogDatabase, command, fresh_id, log_database, written
from tests.support.postgres import PostgresServer

pytestmark = pytest.mark.anyio

TEXTS = ["", " ", "a,b", '"', "\\", '\\"', "{}", "NULL", "null", "Liên đoàn\n\t'", '","', "\\\\x41", "x" * 5_000]


@pytest.fixture(scope="module")
async def database(postgres: PostgresServer) -> AsyncIterator[LogDatabase]:
    async with log_database(postgres) as database:
        yield database


def request(tenant_id: str, text: str, *, day: date | None) -> Append:
    new = NewEvent(event_id=fresh_id(), type=f"t{text}", type_version=7, data=text.encode(), happened_on=day)
    return Append(
        tenant_id=tenant_id,  # type: ignore[arg-type]
        command_id=fresh_id(),
        fingerprint=text.encode()[:32],
        answer=b"\x00\xff" + text.encode(),
        actor=text,
        correlation_id=text[::-1],
        causation_id=text if day else None,
        streams=(StreamAppend(stream_id=f"s{text}", expected_version=0, events=(new,)),),
    )


@pytest.mark.parametrize("days", [(None,), (date(2024, 2, 29),), (None, date(1, 1, 1), date(9999, 12, 31))])
async def test_whatever_an_append_holds_comes_back_as_it_was(
    database: LogDatabase, days: tuple[date | None, ...]
) -> None:
    tenant = await database.tenant()
    asked = [request(tenant, text, day=days[n % len(days)]) for n, text in enumerate(TEXTS)]
    async with PostgresEventStore(database.pool) as store:
        await asyncio.gather(*(store.append(each) for each in asked))
        rows = {row.stream_id: row for row in await store.page(tenant, after=0, limit=100)}
        for each in asked:
            (stream,) = each.streams
            (new,) = stream.events
            row = rows[stream.stream_id]
            assert (row.type, row.type_version, row.data, row.event_id) == (new.type, 7, new.data, new.event_id)
            assert (row.actor, row.correlation_id, row.causation_id) == (
                each.actor, each.correlation_id, each.causation_id
            )  # fmt: skip
            assert (row.happened_on, row.command_id) == (new.happened_on, each.command_id)
            again = await store.remembered(tenant, each.command_id)
            assert again is not None
            assert (again.fingerprint, again.answer) == (each.fingerprint, each.answer)


@pytest.mark.parametrize("text", TEXTS)
async def test_a_text_comes_back_from_a_batch_of_its_kind(database: LogDatabase, text: str) -> None:
    """Quotes are only looked for where a batch has any."""
    tenant = await database.tenant()
    async with PostgresEventStore(database.pool) as store:
        await asyncio.gather(*(store.append(request(tenant, end + text, day=None)) for end in "ab"))
        assert {row.actor for row in await store.page(tenant, after=0, limit=9)} == {"a" + text, "b" + text}


async def test_an_id_that_is_several_shifts_nobody_elses(database: LogDatabase) -> None:
    tenant = await database.tenant()
    doubled = command(tenant, written("doubled"), command_id=f"{fresh_id()},{fresh_id()}")
    async with PostgresEventStore(database.pool) as store:
        good = [command(tenant, written(f"good-{n}")) for n in range(4)]
        found = await asyncio.gather(*(store.append(each) for each in [*good, doubled]), return_exceptions=True)
    assert isinstance(found[-1], Exception)
    assert [each.outcome for each in found if isinstance(each, Appended)] == [Outcome.APPENDED] * 4
