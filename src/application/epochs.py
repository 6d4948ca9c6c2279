"""What a new epoch of a log is opened with."""

import msgspec

from application.execute import new_event
from application.ports import NewEvent
from domain.epoch import EpochOpened, stream_of
from domain.ids import TenantId


class Opening(msgspec.Struct, frozen=True, kw_only=True):
    """A new epoch of a tenant's log: its number, and `event`, its first. `cut`: what an earlier epoch held after it is
    not in this log; `kept`: the log's last position that the operator has looked at."""

    tenant_id: TenantId
    epoch: int
    cut: int
    kept: int
    stream_id: str
    event: NewEvent
    actor: str


def opening_of(tenant_id: TenantId, opened: EpochOpened, *, actor: str) -> Opening:
    """The epoch that the event opens."""
    return Opening(
        tenant_id=tenant_id,
        epoch=opened.epoch,
        cut=opened.cut,
        kept=opened.kept,
        stream_id=stream_of(tenant_id),
        event=new_event(opened),
        actor=actor,
    )
