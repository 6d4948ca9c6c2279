"""What `thidua audit new-epoch` does."""

import click

from adapters.audit.comparing import Comparing
from adapters.audit.reopening import NotStopped, next_epoch
from adapters.audit.sinks import SinkAway, SinkRefused
from adapters.console.setup import Setup, tenant_of
from adapters.postgres.epochs import open_epoch
from adapters.said import Mendable, both
from application.epochs import opening_of
from domain.epoch import EpochOpened
from domain.ids import TenantId
from tenants.catalogue import Tenant

ACTOR = "thidua audit new-epoch"
CAUSE_CHARACTERS_MAX = 1_000


class NoNewEpoch(Mendable):
    """Why no new epoch is opened."""


async def open_next(setup: Setup, comparing: Comparing, handle: str, *, cause: str, agreed: bool) -> None:
    """Show what is lost, ask unless that is `agreed`, and open the epoch.

    Raises:
        UnknownHandle, NoNewEpoch.
        Unavailable: the database is away.
    """
    if not cause.strip() or not cause.isprintable() or len(cause) > CAUSE_CHARACTERS_MAX:
        raise NoNewEpoch(
            f"--cause phải là một câu trên một dòng, không quá {CAUSE_CHARACTERS_MAX} ký tự.",
            f"--cause must be a sentence on one line, of at most {CAUSE_CHARACTERS_MAX} characters.",
        )
    tenant = await tenant_of(setup.parts, handle)
    event = await _found(setup, comparing, tenant.tenant_id, cause)
    click.echo(await _shown(comparing, tenant, event))
    if not agreed:
        click.confirm(both("Mở kỷ nguyên mới?", "Open the new epoch?"), abort=True)
    began = await open_epoch(setup.registry.connection, opening_of(tenant.tenant_id, event, actor=ACTOR))
    if began is None:
        raise NoNewEpoch(
            "Nhật ký vừa thay đổi: hãy xem lại bằng `thidua audit status`, rồi chạy lại.",
            "The log has just moved: look again with `thidua audit status`, and run this again.",
        )
    click.echo(
        both(
            f"Kỷ nguyên {event.epoch} đã mở, bắt đầu ở vị trí {began}; các máy chủ đang chạy ghi tiếp ngay.",
            f"Epoch {event.epoch} is open from position {began} on; running servers append again at once.",
        )
    )


async def _found(setup: Setup, comparing: Comparing, tenant_id: TenantId, cause: str) -> EpochOpened:
    try:
        return await next_epoch(setup.parts.store, comparing, tenant_id, cause=cause)
    except NotStopped:
        raise NoNewEpoch(
            "Nhật ký khớp với điểm kiểm tra bên ngoài: không cần kỷ nguyên mới.",
            "The log fits its checkpoint outside: no new epoch is needed.",
        ) from None
    except (SinkAway, SinkRefused) as error:
        raise NoNewEpoch(
            f"Không đọc được điểm kiểm tra bên ngoài ({error}): chưa biết đã mất gì thì không mở kỷ nguyên mới.",
            f"The checkpoints outside cannot be read ({error}): no epoch is opened before it is known what was lost.",
        ) from error


async def _shown(comparing: Comparing, tenant: Tenant, event: EpochOpened) -> str:
    assert event.checkpoint is not None, "a log is stopped because of one"
    root = (await comparing.root(tenant.tenant_id, event.kept)).hex()
    lost, unsure = max(event.checkpoint.size - event.cut, 0), event.kept - event.cut
    lines = (
        both(f"Liên đoàn {tenant.handle}, kỷ nguyên", f"Tenant {tenant.handle}, epoch")
        + f" {event.previous_epoch} → {event.epoch}",
        f"{both('điểm kiểm tra bên ngoài', 'checkpoint outside')}: {event.checkpoint.size}, "
        f"{event.checkpoint.root or '-'}",
        f"{both('nhật ký hiện nay', 'log as it is')}: {event.kept}, {root}",
        both(f"điểm cắt: {event.cut}", f"cut: {event.cut}"),
        both(f"sự kiện đã mất: ít nhất {lost}", f"events lost: at least {lost}"),
        both(
            f"sự kiện ghi sau điểm cắt, sẽ giữ lại: {unsure}",
            f"events recorded after the cut, which stay: {unsure}",
        ),
    )
    return "\n".join(lines)
