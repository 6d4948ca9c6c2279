"""Row changes as SQL: one statement for all rows of a table that change in the same columns."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from adapters.read_models.session import Connection
from adapters.read_models.table import Alter, Change, Clear, Put, Table, merged
from domain.ids import TenantId

Shape = tuple[type[Put] | type[Alter], Table, tuple[str, ...]]


async def write(connection: Connection, tenant_id: TenantId, changes: Iterable[Change]) -> None:
    """Carry out `changes` in order, inside the caller's transaction, whose `app.tenant` is this tenant."""
    batch = merged(changes)
    for clear in batch.clears:
        await connection.execute(clear_sql(clear), tenant_id, *clear.key)
    shapes: dict[Shape, list[Put | Alter]] = defaultdict(list)
    for row in batch.rows:
        shapes[type(row), row.table, tuple(row.values)].append(row)
    for (kind, table, columns), rows in shapes.items():
        sql = put_sql(table, columns) if kind is Put else alter_sql(table, columns)
        await connection.execute(sql, tenant_id, *_arrays(table, columns, rows))


async def wipe(connection: Connection, tenant_id: TenantId, tables: Sequence[Table]) -> None:
    """Delete every row of the tenant in `tables`."""
    for table in tables:
        await connection.execute(f"delete from read_models.{table.name} as old where old.tenant_id = $1", tenant_id)


def put_sql(table: Table, columns: Sequence[str]) -> str:
    names = [*table.key, *columns]
    selected = ", ".join(_cast(table, name) for name in names)
    updates = ", ".join(f"{name} = excluded.{name}" for name in columns)
    action = f"do update set {updates}" if updates else "do nothing"
    return (
        f"insert into read_models.{table.name} (tenant_id, {', '.join(names)}) "
        f"select $1, {selected} from {_unnest(table, names)} "
        f"on conflict (tenant_id, {', '.join(table.key)}) {action}"
    )


def alter_sql(table: Table, columns: Sequence[str]) -> str:
    names = [*table.key, *columns]
    updates = ", ".join(f"{name} = {_cast(table, name)}" for name in columns)
    same = " and ".join(f"old.{name} = new.{name}" for name in table.key)
    return (
        f"update read_models.{table.name} as old set {updates} from {_unnest(table, names)} "
        f"where old.tenant_id = $1 and {same}"
    )


def clear_sql(clear: Clear) -> str:
    same = " and ".join(f"old.{name} = ${n}" for n, name in enumerate(clear.table.key[: len(clear.key)], start=2))
    return f"delete from read_models.{clear.table.name} as old where old.tenant_id = $1 and {same}"


def _unnest(table: Table, names: Sequence[str]) -> str:
    arrays = ", ".join(f"${n}::{_flat(table.columns[name])}[]" for n, name in enumerate(names, start=2))
    return f"unnest({arrays}) as new ({', '.join(names)})"


def _flat(column_type: str) -> str:
    # unnest() would flatten an array of arrays, so a list travels as its literal.
    return "text" if column_type.endswith("[]") else column_type


def _cast(table: Table, name: str) -> str:
    column_type = table.columns[name]
    return f"new.{name}::{column_type}" if column_type.endswith("[]") else f"new.{name}"


def _arrays(table: Table, columns: Sequence[str], rows: Sequence[Put | Alter]) -> list[list[Any]]:
    keys = [[row.key[n] for row in rows] for n in range(len(table.key))]
    values = [[_stored(row.values[name]) for row in rows] for name in columns]
    return [*keys, *values]


def _stored(value: Any) -> Any:
    if isinstance(value, str):
        # JSON may carry U+0000, which PostgreSQL's text cannot: it would stop the projection for ever.
        return value.replace("\x00", "\ufffd")
    if isinstance(value, (tuple, list)):
        return list_literal(value)
    return value


def list_literal(items: Iterable[str]) -> str:
    """A PostgreSQL array literal."""
    quoted = (item.replace("\x00", "\ufffd").replace("\\", "\\\\").replace('"', '\\"') for item in items)
    return "{" + ",".join(f'"{item}"' for item in quoted) + "}"
