"""Which checkpoints go into an audit bundle: the newest, and older ones that narrow down when each event was there."""

from collections.abc import Sequence

from adapters.postgres.trees import KeptCheckpoint, PostgresTrees
from application.bundled import Exported, rows
from application.ports import EventStore
from domain.ids import TenantId

CHECKPOINTS_MAX = 1_000
PAGE = 500
DATED = ("registration.submitted", "award.published", "award.decided", "council.quota-checked")
"""Events whose moment a claim rests on."""


async def checkpoints_for(
    store: EventStore, trees: PostgresTrees, tenant_id: TenantId, exported: Exported
) -> list[KeptCheckpoint]:
    """The newest last; empty where none was signed yet. For an award the first ones that cover each event whose moment
    matters; else all, or, of more than CHECKPOINTS_MAX, some evenly spread. Raises: Unavailable."""
    newest = await trees.checkpoints(tenant_id)
    if not newest:
        return []
    if exported.kind != "award":
        return await _spread(trees, tenant_id, newest)
    found = {(kept.epoch, kept.size): kept for kept in newest}
    async for record in rows(store, tenant_id, exported, newest[0].size):
        if record.type in DATED and len(found) < CHECKPOINTS_MAX:
            kept = await trees.covering(tenant_id, record.epoch, record.position)
            if kept is not None:
                found[kept.epoch, kept.size] = kept
    return [found[key] for key in sorted(found)]


async def _spread(trees: PostgresTrees, tenant_id: TenantId, newest: Sequence[KeptCheckpoint]) -> list[KeptCheckpoint]:
    """From the newest back, one of each `step`, which doubles as often as there are too many."""
    found, step, count = list(newest), 1, 1
    page = list(newest)
    while page := await trees.checkpoints(tenant_id, before=(page[-1].epoch, page[-1].size), limit=PAGE):
        for kept in page:
            if count % step == 0:
                found.append(kept)
            count += 1
            if len(found) > CHECKPOINTS_MAX:
                found, step = found[::2], step * 2
    return found[::-1]
