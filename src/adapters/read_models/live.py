"""A batch of the projector in one exchange: what takes the checkpoints, writes the rows and moves them is one function
of the database, because each exchange more is a wait for both processes.

The rows travel as JSON; a build, which writes many at a time, sends columns instead (`writing.py`). A table has one
statement for all that may become of its rows, so that there are few statements and a connection keeps them prepared:
planning them anew was most of what a batch cost.
"""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from functools import cache, lru_cache
from itertools import count
from typing import TYPE_CHECKING, Any

import asyncpg
import msgspec

from adapters.postgres.pool import Pool
from adapters.read_models.checkpoints import Checkpoint
from adapters.read_models.merging import GIVEN, PUT, add_sql, column_bits, put_sql, same
from adapters.read_models.table import Add, Change, Clear, Kept, Put, Table, merged
from adapters.read_models.writing import LIVE
from domain.ids import TenantId

if TYPE_CHECKING:
    from adapters.read_models.session import Connection

PROJECT = """
select p.projection from read_models.project(
    $1, $2::text::text[], $3::text::integer[], $4::text::bigint[], $5, $6::text::integer[], $7, $8, $9
) as p (projection)"""
NUL = b"\\u0000"

Statement = tuple[str, bytes]
"""SQL that takes the tenant and its rows, as JSON."""

_numbers = count(1)


async def project_live(
    pool: Pool, tenant_id: TenantId, at: Sequence[Checkpoint], until: int, changes: Mapping[str, Sequence[Change]]
) -> set[str]:
    """Write each projection's changes and move its checkpoint from where it is known to be to `until`, in one
    transaction; those whose checkpoint somebody else holds or has moved are left. Returns those that were moved.

    Raises:
        Unavailable: the database is away.
    """
    owners, statements, rows = list[int](), list[str](), list[str]()
    for number, each in enumerate(at, start=1):
        for sql, data in statements_of(changes[each.projection]) if each.projection in changes else ():
            owners.append(number)
            statements.append(sql)
            rows.append(data.decode())
    # As texts: asyncpg asks each element of an array whether it is one, and there are as many as models.
    names, versions = _array([each.projection for each in at]), _array([each.version for each in at])
    where = tenant_id, names, versions, _array([each.position for each in at]), until, _array(owners)
    async with pool.connection() as connection:
        if pool.keeps_statements:
            statements = await _prepared(pool, connection, statements)
        found = await connection.fetch(PROJECT, *where, statements, rows, pool.keeps_statements)
    return {record["projection"] for record in found}


def _array(values: Sequence[object]) -> str:
    """PostgreSQL's array of numbers, or of names that need no quotes."""
    return f"{{{','.join(map(str, values))}}}"


async def _prepared(pool: Pool, connection: "Connection", statements: Sequence[str]) -> list[str]:
    """The statements' names, under which this connection keeps them from now on."""
    kept, names = pool.kept(connection), [_name(sql) for sql in statements]
    for name, sql in zip(names, statements, strict=True):
        if name not in kept:
            with suppress(asyncpg.DuplicatePreparedStatementError):  # By a call that was cut before it was answered.
                await connection.execute(f"prepare {name} (uuid, json) as {sql}")
            kept.add(name)
    return names


@cache
def _name(sql: str) -> str:
    return f"read_models_{next(_numbers)}"


def statements_of(changes: Iterable[Change]) -> list[Statement]:
    """The changes in order, one statement a table after those that clear."""
    batch = merged(changes)
    return [*map(_cleared, batch.clears), *(_written(table, rows) for table, rows in batch.rows.items())]


def _cleared(clear: Clear) -> Statement:
    keys = clear.table.key[: len(clear.key)]
    return _clear_sql(clear.table, keys), _json([dict(zip(keys, clear.key, strict=True))])


@cache
def _clear_sql(table: Table, keys: tuple[str, ...]) -> str:
    return (
        f"delete from read_models.{table.name} as old using {_new(table, keys)} "
        f"where old.tenant_id = $1 and {same(keys)}"
    )


def _written(table: Table, rows: Sequence[Kept]) -> Statement:
    if isinstance(rows[0], Add):
        return _add(table), _json([{**dict(zip(table.key, row.key, strict=True)), **row.values} for row in rows])
    return _put(table), _json(
        [
            {
                **dict(zip(table.key, row.key, strict=True)),
                **row.values,
                GIVEN: _given(table, tuple(row.values)),
                PUT: isinstance(row, Put),
            }
            for row in rows
        ]
    )


@lru_cache(maxsize=4096)
def _given(table: Table, names: tuple[str, ...]) -> int:
    """Which columns a row names, one bit each."""
    bits = column_bits(table)
    return sum([bits[name] for name in names])


@cache
def _put(table: Table) -> str:
    return put_sql(LIVE, table, _new(table, tuple(table.columns), f", {GIVEN} bigint, {PUT} boolean"))


@cache
def _add(table: Table) -> str:
    return add_sql(LIVE, table, _new(table, tuple(table.columns)))


def _new(table: Table, names: Sequence[str], beside: str = "") -> str:
    return f"json_to_recordset($2) as new ({', '.join(f'{name} {table.columns[name]}' for name in names)}{beside})"


def _json(rows: list[dict[str, Any]]) -> bytes:
    data = msgspec.json.encode(rows)
    if NUL not in data:
        return data
    # JSON may carry U+0000, which PostgreSQL's text cannot: it would stop the projection for ever.
    return msgspec.json.encode([{name: _held(value) for name, value in row.items()} for row in rows])


def _held(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("\x00", "\ufffd")
    return [_held(each) for each in value] if isinstance(value, (tuple, list)) else value
