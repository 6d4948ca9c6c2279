"""Opening epochs in tests, as the operator does."""

from adapters.postgres.epochs import open_epoch
from application.epochs import opening_of
from domain.epoch import EpochOpened
from domain.ids import TenantId
from tests.support.log import LogDatabase


async def opened(database: LogDatabase, tenant_id: TenantId, *, epoch: int, cut: int, kept: int) -> int | None:
    """The position of the epoch's first event, which says that the log held events up to `kept`."""
    event = EpochOpened(epoch=epoch, previous_epoch=epoch - 1, cut=cut, kept=kept, checkpoint=None, cause="Diễn tập")
    async with database.owner() as owner:
        return await open_epoch(owner, opening_of(tenant_id, event, actor="operator"))
