"""Making read models of a tenant anew from its log, one after the other, while they are read."""

import gc
from collections.abc import Sequence

from adapters.postgres.pool import Pool
from adapters.read_models.applying import Stop
from adapters.read_models.building import Builder, Ended, Told
from adapters.read_models.builds import State
from adapters.read_models.model import ReadModel
from application.ports import EventStore
from domain.ids import TenantId

ANEW: frozenset[State] = frozenset({"stopped", "cancelled"})
"""Whoever asks for a rebuild has mended the program or thought better of it; what was only cut goes on."""


COLLECT_EVERY = 200_000


def collect_seldom() -> None:
    """For a process that only rebuilds: what it makes by the hundred thousand holds no circles, and looking for some
    takes a quarter of its time."""
    gc.collect()  # What is frozen is never looked through again: it must not be what was left over.
    gc.freeze()
    gc.set_threshold(COLLECT_EVERY, 20, 20)


async def rebuild(
    store: EventStore, pool: Pool, tenant_id: TenantId, models: Sequence[ReadModel], *, told: Told = lambda *_: None
) -> dict[str, Stop]:
    """Build `models` of one tenant anew; whoever reads sees the old rows of each until its new ones are whole. A
    rebuild that was cut goes on where it was. `told` counts the events of all models. Returns where a projection
    stopped, by name; empty when all is well. A stop before is forgotten.

    Raises:
        Unavailable: the database is away; the same call goes on.
    """
    ended = await rebuild_each(store, pool, tenant_id, models, told=told)
    return {name: each.stop for name, each in ended.items() if each.stop}


async def rebuild_each(
    store: EventStore, pool: Pool, tenant_id: TenantId, models: Sequence[ReadModel], *, told: Told = lambda *_: None
) -> dict[str, Ended]:
    """As `rebuild`; what became of each build, by projection."""
    ended: dict[str, Ended] = {}
    for n, model in enumerate(models):

        def told_of_all(done: int, total: int, n: int = n) -> None:
            told(n * total + done, len(models) * total)

        builder = Builder(store, pool, tenant_id, model, told=told_of_all)
        ended[model.name] = await builder.run(anew=ANEW, over_newer=True)
        gc.collect()  # A hundred megabytes of a large build would lie there until the last one of the last tenant.
    return ended
