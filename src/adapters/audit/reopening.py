"""What a stopped log goes on with: the event that says what was lost, from what lies outside."""

from adapters.audit.comparing import Comparing
from adapters.audit.sinks import SinkAway
from application.ports import EventStore
from domain.epoch import EpochOpened, OutsideCheckpoint
from domain.ids import TenantId


class Lacking(Exception):
    """The log lacks the row at `position`, which a new epoch does not bring back."""

    def __init__(self, position: int) -> None:
        super().__init__(position)
        self.position = position


class NotStopped(Exception):
    """The log fits its checkpoints outside, and was not stopped for not fitting them: no new epoch is needed."""


async def next_epoch(store: EventStore, comparing: Comparing, tenant_id: TenantId, *, cause: str) -> EpochOpened:
    """The first event of the log's next epoch, as things stand now.

    Raises:
        NotStopped, Lacking.
        SinkAway, SinkRefused: what lies outside cannot be read.
        Unavailable: the database is away.
    """
    compared = await comparing.compare(tenant_id)
    if compared.away:
        raise SinkAway(", ".join(compared.away))
    halt = compared.halt or (await store.frozen()).get(tenant_id)
    if halt is None:
        raise NotStopped(tenant_id)
    missing = await comparing.missing(tenant_id, compared.head)
    if halt.reason == "lacking" or missing is not None:
        raise Lacking(missing or halt.size + 1)
    # A restored database does not know of the epochs that were opened after its backup was made.
    previous = max([compared.epoch, *(outside.epoch for outside in compared.newest)])
    return EpochOpened(
        epoch=previous + 1,
        previous_epoch=previous,
        cut=await comparing.cut(tenant_id, compared, halt),
        kept=compared.head,
        checkpoint=OutsideCheckpoint(origin=halt.origin, size=halt.size, root=halt.root),
        cause=cause,
    )
