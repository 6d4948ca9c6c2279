"""A batch of the projector in one exchange: what takes the checkpoints, writes the rows and moves them is one function
of the database, because each exchange more is a wait for both processes.

The rows travel as JSON; a build, which writes many at a time, sends columns instead (`writing.py`). A table has one
statement for all that may become of its rows, so that there are few statements and a connection keeps them prepared:
planning them anew was most of what a batch cost.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from functools import cache
from itertools import count
from typing import TYPE_CHECKING, Any

import asyncpg
import msgspec

from adapters.postgres.pool import Pool
from adapters.read_models.checkpoints import Checkpoint
from adapters.read_models.table import Add, Alter, Change, Clear, Put, Table, merged
from domain.ids import TenantId

if TYPE_CHECKING:
    from adapters.read_models.session import Connection

PROJECT = "select p.projection from read_models.project($1, $2, $3, $4, $5, $6, $7, $8, $9) as p (projection)"
GIVEN = "given"
"""Beside a row's columns, which of them change: a bit each, in the order of the table."""
PUT = "put"
"""Beside them too: whether the row is made where there is none."""
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
        for sql, data in statements_of(changes.get(each.projection, ())):
            owners.append(number)
            statements.append(sql)
            rows.append(data.decode())
    names, versions = [each.projection for each in at], [each.version for each in at]
    where = tenant_id, names, versions, [each.position for each in at], until, owners
    async with pool.connection() as connection:
        if pool.keeps_statements:
            statements = await _prepared(pool, connection, statements)
        found = await connection.fetch(PROJECT, *where, statements, rows, pool.keeps_statements)
    return {record["projection"] for record in found}


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
    groups: dict[Table, list[Put | Alter | Add]] = defaultdict(list)
    for row in batch.rows:
        groups[row.table].append(row)
    return [*map(_cleared, batch.clears), *(_written(table, rows) for table, rows in groups.items())]


def _cleared(clear: Clear) -> Statement:
    keys = clear.table.key[: len(clear.key)]
    return _clear_sql(clear.table, keys), _json([dict(zip(keys, clear.key, strict=True))])


@cache
def _clear_sql(table: Table, keys: tuple[str, ...]) -> str:
    return (
        f"delete from read_models.{table.name} as old using {_new(table, keys)} "
        f"where old.tenant_id = $1 and {_same(keys)}"
    )


def _written(table: Table, rows: Sequence[Put | Alter | Add]) -> Statement:
    if isinstance(rows[0], Add):
        return _add_sql(table), _json([{**dict(zip(table.key, row.key, strict=True)), **row.values} for row in rows])
    bits = _bits(table)
    return _write_sql(table), _json(
        [
            {
                **dict(zip(table.key, row.key, strict=True)),
                **row.values,
                GIVEN: sum([bits[name] for name in row.values]),
                PUT: isinstance(row, Put),
            }
            for row in rows
        ]
    )


@cache
def _bits(table: Table) -> dict[str, int]:
    return {name: 1 << n for n, name in enumerate(table.columns)}


@cache
def _write_sql(table: Table) -> str:
    """Rows that are put and rows that are altered, each in columns of its own: what is not given stays."""
    bits = _bits(table)
    updates = ", ".join(
        f"{name} = case when new.{GIVEN} & {bits[name]} <> 0 then new.{name} else old.{name} end"
        for name in table.columns
        if name not in table.key
    )
    return f"{_merge(table, f', {GIVEN} bigint, {PUT} boolean')} {_matched(updates)} {_absent(table, f'and new.{PUT}')}"


@cache
def _add_sql(table: Table) -> str:
    counts = [name for name in table.columns if name not in table.key]
    updates = ", ".join(f"{name} = old.{name} + new.{name}" for name in counts)
    zero = " and ".join(f"old.{name} + new.{name} = 0" for name in counts)
    return f"{_merge(table)} when matched and {zero} then delete {_matched(updates)} {_absent(table)}"


def _merge(table: Table, beside: str = "") -> str:
    new = _new(table, tuple(table.columns), beside)
    return f"merge into read_models.{table.name} as old using {new} on old.tenant_id = $1 and {_same(table.key)}"


def _matched(updates: str) -> str:
    return f"when matched then {f'update set {updates}' if updates else 'do nothing'}"


def _absent(table: Table, but: str = "") -> str:
    names, news = ", ".join(table.columns), ", ".join(f"new.{name}" for name in table.columns)
    return f"when not matched {but} then insert (tenant_id, {names}) values ($1, {news})"


def _same(keys: Sequence[str]) -> str:
    return " and ".join(f"old.{name} = new.{name}" for name in keys)


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
