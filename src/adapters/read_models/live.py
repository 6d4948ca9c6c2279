"""A batch of the projector in one exchange: what takes the checkpoints, writes the rows and moves them is one function
of the database, because each exchange more is a wait for both processes.

The rows travel as JSON; a build, which writes many at a time, sends columns instead (`writing.py`).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

import msgspec

from adapters.postgres.pool import Pool
from adapters.read_models.checkpoints import Checkpoint
from adapters.read_models.table import Add, Alter, Change, Clear, Put, Table, merged
from domain.ids import TenantId

PROJECT = "select p.projection from read_models.project($1, $2, $3, $4, $5, $6, $7, $8) as p (projection)"
GIVEN = "given"
"""Beside a row's columns, those of them that change."""
NUL = b"\\u0000"

Statement = tuple[str, bytes]
"""SQL that takes the tenant and its rows, as JSON."""


async def project_live(
    pool: Pool, tenant_id: TenantId, at: Sequence[Checkpoint], until: int, changes: Mapping[str, Sequence[Change]]
) -> set[str]:
    """Write each projection's changes and move its checkpoint from where it is known to be to `until`, in one
    transaction; those whose checkpoint somebody else holds or has moved are left. Returns those that were moved.

    Raises:
        Unavailable: the database is away.
    """
    owners, statements, rows = [], [], []
    for number, each in enumerate(at, start=1):
        for sql, data in statements_of(changes.get(each.projection, ())):
            owners.append(number)
            statements.append(sql)
            rows.append(data.decode())
    names, versions = [each.projection for each in at], [each.version for each in at]
    positions = [each.position for each in at]
    async with pool.connection() as connection:
        found = await connection.fetch(PROJECT, tenant_id, names, versions, positions, until, owners, statements, rows)
    return {record["projection"] for record in found}


def statements_of(changes: Iterable[Change]) -> list[Statement]:
    """The changes in order, as few statements as they can be."""
    batch = merged(changes)
    groups: dict[tuple[str, Table, tuple[str, ...]], list[Any]] = defaultdict(list)
    for row in batch.rows:
        match row:
            case Put(table=table, values=values):
                groups["put", table, tuple(values)].append(row)
            case Alter(table=table):
                groups["alter", table, ()].append(row)
            case Add(table=table):
                groups["add", table, ()].append(row)
    made = [_cleared(clear) for clear in batch.clears]
    for (kind, table, columns), rows in groups.items():
        match kind:
            case "put":
                made.append((_put_sql(table, columns), _encoded(table, rows)))
            case "alter":
                made.append(_altered(table, rows))
            case _:
                made += _added(table, rows)
    return made


def _cleared(clear: Clear) -> Statement:
    keys = clear.table.key[: len(clear.key)]
    same = " and ".join(f"old.{name} = new.{name}" for name in keys)
    sql = f"delete from read_models.{clear.table.name} as old using {_new(clear.table, keys)} where old.tenant_id = $1"
    return f"{sql} and {same}", _json([dict(zip(keys, clear.key, strict=True))])


@lru_cache(maxsize=1_000)
def _put_sql(table: Table, columns: tuple[str, ...]) -> str:
    names = (*table.key, *columns)
    updates = ", ".join(f"{name} = excluded.{name}" for name in columns)
    return (
        f"insert into read_models.{table.name} (tenant_id, {', '.join(names)}) "
        f"select $1, {', '.join(f'new.{name}' for name in names)} from {_new(table, names)} "
        f"on conflict (tenant_id, {', '.join(table.key)}) {f'do update set {updates}' if updates else 'do nothing'}"
    )


def _altered(table: Table, rows: Sequence[Alter]) -> Statement:
    """One statement for rows that change in different columns: what is not given stays."""
    columns = tuple(dict.fromkeys(name for row in rows for name in row.values))
    mixed = tuple(name for name in columns if not all(name in row.values for row in rows))
    return _alter_sql(table, columns, mixed), _encoded(table, rows, given=bool(mixed))


@lru_cache(maxsize=1_000)
def _alter_sql(table: Table, columns: tuple[str, ...], mixed: tuple[str, ...]) -> str:
    updates = ", ".join(
        f"{name} = case when '{name}' = any(new.{GIVEN}) then new.{name} else old.{name} end"
        if name in mixed
        else f"{name} = new.{name}"
        for name in columns
    )
    same = " and ".join(f"old.{name} = new.{name}" for name in table.key)
    new = _new(table, (*table.key, *columns), given=bool(mixed))
    return f"update read_models.{table.name} as old set {updates} from {new} where old.tenant_id = $1 and {same}"


def _added(table: Table, rows: Sequence[Add]) -> list[Statement]:
    data, fewer = _encoded(table, rows), [row for row in rows if min(row.values.values()) < 0]
    upsert, nothing = _add_sql(table)
    return [(upsert, data), *([(nothing, _encoded(table, fewer))] if fewer else [])]


@lru_cache(maxsize=100)
def _add_sql(table: Table) -> tuple[str, str]:
    names = tuple(table.columns)
    counts = [name for name in names if name not in table.key]
    updates = ", ".join(f"{name} = old.{name} + excluded.{name}" for name in counts)
    upsert = (
        f"insert into read_models.{table.name} as old (tenant_id, {', '.join(names)}) "
        f"select $1, {', '.join(f'new.{name}' for name in names)} from {_new(table, names)} "
        f"on conflict (tenant_id, {', '.join(table.key)}) do update set {updates}"
    )
    same = " and ".join(f"old.{name} = new.{name}" for name in table.key)
    zero = " and ".join(f"old.{name} = 0" for name in counts)
    nothing = f"delete from read_models.{table.name} as old using {_new(table, table.key)}"
    return upsert, f"{nothing} where old.tenant_id = $1 and {same} and {zero}"


def _new(table: Table, names: Sequence[str], *, given: bool = False) -> str:
    typed = [f"{name} {table.columns[name]}" for name in names] + ([f"{GIVEN} text[]"] if given else [])
    return f"json_to_recordset($2) as new ({', '.join(typed)})"


def _encoded(table: Table, rows: Sequence[Put | Alter | Add], *, given: bool = False) -> bytes:
    return _json(
        [
            {**dict(zip(table.key, row.key, strict=True)), **row.values, **({GIVEN: list(row.values)} if given else {})}
            for row in rows
        ]
    )


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
