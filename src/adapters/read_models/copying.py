"""Many row changes of a build at once: copied into a table of the transaction's own, and from there in one statement.

COPY is forbidden into tables with row-level security, as a build's are; a temporary table is its session's alone.
"""

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from adapters.read_models.merging import GIVEN, PUT, add_sql, column_bits, put_sql
from adapters.read_models.session import Connection
from adapters.read_models.table import Add, Kept, Merged, Put, Table
from adapters.read_models.writing import LONG_SECONDS, NEXT, clear
from domain.ids import TenantId

COPIED_ROWS_MIN = 2_000
"""With fewer, making the table and dropping it costs more than it saves."""

C = 'collate "C"'
"""As the read models' own texts, of which bytes are compared."""


async def may_copy(connection: Connection) -> bool:
    """Whether this role may make a temporary table, which the database's owner can have taken from everybody."""
    return bool(await connection.fetchval("select has_database_privilege(current_database(), 'temporary')"))


async def copy(connection: Connection, tenant_id: TenantId, batch: Merged) -> None:
    """Carry out the changes to a build's rows, inside the caller's transaction, whose `app.tenant` is this tenant. What
    a column cannot hold raises one of POISONS; so does U+0000, which `write` replaces."""
    await clear(connection, tenant_id, batch, NEXT)
    for table, rows in batch.rows.items():
        coming, adding = f"coming_{table.name}", isinstance(rows[0], Add)
        types = _columns(table) if adding else {**_columns(table), GIVEN: "bigint", PUT: "boolean"}
        columns = ", ".join(f"{name} {type_} {C if type_ == 'text' else ''}" for name, type_ in types.items())
        await connection.execute(f"create temporary table {coming} ({columns}) on commit drop")
        records = _added(table, rows) if adding else _put(table, rows)
        await connection.copy_records_to_table(coming, records=records, columns=list(types), timeout=LONG_SECONDS)
        # In the order of the key each entry of the index lies beside the one before.
        keys = ", ".join(f"c.{name}" for name in table.key)
        source = f"(select c.* from pg_temp.{coming} as c order by {keys}) as new"
        sql = (add_sql if adding else put_sql)(NEXT, table, source)
        await connection.execute(sql, tenant_id, timeout=LONG_SECONDS)


def _columns(table: Table) -> dict[str, str]:
    """Those of the key first."""
    return {name: table.columns[name] for name in table.key} | table.columns


def _added(table: Table, rows: Sequence[Kept]) -> Iterator[tuple[Any, ...]]:
    others = [name for name in table.columns if name not in table.key]
    for row in rows:
        yield (*row.key, *map(row.values.__getitem__, others))


def _put(table: Table, rows: Sequence[Kept]) -> Iterator[tuple[Any, ...]]:
    none = dict.fromkeys(name for name in table.columns if name not in table.key)
    for row in rows:
        yield (*row.key, *(none | row.values).values(), _given(table, tuple(row.values)), isinstance(row, Put))


@cache
def _given(table: Table, names: tuple[str, ...]) -> int:
    bits = column_bits(table)
    return sum(bits[name] for name in names)
