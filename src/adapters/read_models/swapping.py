"""A build's rows put in the place of those that are read: in one transaction, writing no row that is so already."""

from adapters.read_models.session import Connection
from adapters.read_models.table import Table
from adapters.read_models.writing import LIVE, LONG_SECONDS, NEXT, wipe
from domain.ids import TenantId

# Without it a join of two whole tables may be planned for the few rows that there were when nobody had looked at them.
# What was set for reading the log in the same transaction is set back.
PLAN = (
    "select set_config('enable_nestloop', 'off', true), set_config('enable_seqscan', 'on', true),"
    " set_config('enable_bitmapscan', 'on', true), set_config('enable_sort', 'on', true)"
)


async def swap_rows(connection: Connection, tenant_id: TenantId, tables: tuple[Table, ...]) -> None:
    """What is read of `tables` is what was built, and nothing of the build is left. Whoever reads meanwhile sees the
    rows of before: the caller's transaction holds it all."""
    await connection.execute(PLAN)
    for table in tables:
        for sql in (_gone(table), _changed(table)):
            await connection.execute(sql, tenant_id, timeout=LONG_SECONDS)
    await wipe(connection, tenant_id, tables, NEXT)


def _gone(table: Table) -> str:
    return (
        f"delete from {LIVE}.{table.name} as old where old.tenant_id = $1 and not exists ("
        f"select from {NEXT}.{table.name} as new where new.tenant_id = $1 and {_same_key(table)})"
    )


def _changed(table: Table) -> str:
    """The rows that are new or other than what is read: most of a rebuilt table is what it was."""
    others = [name for name in table.columns if name not in table.key]
    names = ", ".join(table.columns)
    news, olds = (", ".join(f"{side}.{name}" for name in others) for side in ("new", "old"))
    differs = f"or ({news}) is distinct from ({olds})" if others else ""
    updates = ", ".join(f"{name} = excluded.{name}" for name in others)
    return (
        f"insert into {LIVE}.{table.name} (tenant_id, {names}) "
        f"select $1, {', '.join(f'new.{name}' for name in table.columns)} from {NEXT}.{table.name} as new "
        f"left join {LIVE}.{table.name} as old on old.tenant_id = $1 and {_same_key(table)} "
        f"where new.tenant_id = $1 and (old.tenant_id is null {differs}) "
        f"on conflict (tenant_id, {', '.join(table.key)}) {f'do update set {updates}' if others else 'do nothing'}"
    )


def _same_key(table: Table) -> str:
    return " and ".join(f"old.{name} = new.{name}" for name in table.key)
