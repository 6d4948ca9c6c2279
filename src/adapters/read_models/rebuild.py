"""Making read models anew from the log: by the same folds, in one transaction, so that no reader sees a half."""

from collections.abc import Callable, Sequence

from adapters.postgres.pool import Pool
from adapters.read_models.applying import Reached, Seen, Stop, apply_until_poison, seen
from adapters.read_models.checkpoints import enter, locked, move
from adapters.read_models.model import ReadModel
from adapters.read_models.session import Connection, writing
from adapters.read_models.writing import wipe
from application.ports import EventStore
from domain.ids import TenantId

Told = Callable[[int, int], None]
"""Called with how many events are done and how many there are."""


async def rebuild(
    store: EventStore, pool: Pool, tenant_id: TenantId, models: Sequence[ReadModel], *, told: Told = lambda *_: None
) -> dict[str, Stop]:
    """Wipe the tables of `models` for one tenant and fill them from its log; whoever reads sees the old rows until the
    new ones are whole. Returns where a projection stopped, by name; empty when all is well. A stop before is forgotten.

    Raises:
        Unavailable: the database is away; everything is as it was.
    """
    total = (await store.heads()).get(tenant_id, 0)
    async with writing(pool, tenant_id) as connection:
        await enter(connection, tenant_id, [model.name for model in models])
        await locked(connection, tenant_id, [model.name for model in models], wait=True)
        reached = {model.name: Reached(0) for model in models}
        for model in models:
            await wipe(connection, tenant_id, model.tables)
        async for records in store.read(tenant_id):
            await _fill(connection, tenant_id, models, seen(records), reached)
            told(records[-1].position, max(total, records[-1].position))
        await move(connection, tenant_id, reached)
    return {name: to.stop for name, to in reached.items() if to.stop}


async def _fill(
    connection: Connection,
    tenant_id: TenantId,
    models: Sequence[ReadModel],
    batch: Sequence[Seen],
    reached: dict[str, Reached],
) -> None:
    for model in models:
        if reached[model.name].stop is None:
            reached[model.name] = await apply_until_poison(connection, tenant_id, model, batch)
