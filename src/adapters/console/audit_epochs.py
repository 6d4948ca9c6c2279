"""What `thidua audit new-epoch` does."""

from collections.abc import Sequence

import click
import msgspec

from adapters.audit.comparing import Comparing
from adapters.audit.reopening import Lacking, NotStopped, next_epoch
from adapters.audit.sinks import SinkAway, SinkRefused
from adapters.console.setup import Setup, tenant_of
from adapters.postgres.epochs import open_epoch
from adapters.said import Mendable, both
from application.epochs import opening_of
from domain.epoch import EpochOpened
from tenants.catalogue import Tenant

ACTOR = "thidua audit new-epoch"
CAUSE_CHARACTERS_MAX = 1_000


class NoNewEpoch(Mendable):
    """Why no new epoch is opened."""


class Fits(NoNewEpoch):
    """None is needed."""


class Opened(msgspec.Struct, frozen=True):
    """What a tenant's log goes on with."""

    tenant: Tenant
    event: EpochOpened


async def open_next(setup: Setup, comparing: Comparing, handles: Sequence[str], *, cause: str, agreed: bool) -> None:
    """Show what is lost of each tenant's log, ask once unless that is `agreed`, and open the epochs. No handles: of
    every log that is stopped, or would be. One that cannot go on keeps no other from it, and is named at the end.

    Raises:
        UnknownHandle, NoNewEpoch.
        Unavailable: the database is away.
    """
    if not cause.strip() or not cause.isprintable() or len(cause) > CAUSE_CHARACTERS_MAX:
        raise NoNewEpoch(
            f"--cause phải là một câu trên một dòng, không quá {CAUSE_CHARACTERS_MAX} ký tự.",
            f"--cause must be a sentence on one line, of at most {CAUSE_CHARACTERS_MAX} characters.",
        )
    named = [await tenant_of(setup.parts, handle) for handle in dict.fromkeys(handles)]
    found, left = await _each(setup, comparing, named or await setup.parts.catalogue.tenants(), cause)
    if not named:
        left = [each for each in left if not isinstance(each, Fits)]
    for each in found:
        click.echo(await _shown(comparing, each.tenant, each.event))
    if found and not agreed:
        click.confirm(both("Mở kỷ nguyên mới?", "Open the new epoch?"), abort=True)
    left += [refused for each in found if (refused := await _opened(setup, each)) is not None]
    if left:
        raise NoNewEpoch(" ".join(each.vi for each in left), " ".join(each.en for each in left))
    if not found:
        raise NoNewEpoch("Không có nhật ký nào đang dừng.", "No log is stopped.")


async def _each(
    setup: Setup, comparing: Comparing, tenants: Sequence[Tenant], cause: str
) -> tuple[list[Opened], list[NoNewEpoch]]:
    """Of each tenant what its log goes on with, or why it cannot."""
    found, left = list[Opened](), list[NoNewEpoch]()
    for tenant in tenants:
        try:
            event = await next_epoch(setup.parts.store, comparing, tenant.tenant_id, cause=cause)
        except (NotStopped, Lacking, SinkAway, SinkRefused) as error:
            left.append(_refused(tenant, error))
        else:
            found.append(Opened(tenant, event))
    return found, left


def _refused(tenant: Tenant, error: NotStopped | Lacking | SinkAway | SinkRefused) -> NoNewEpoch:
    handle = tenant.handle
    match error:
        case NotStopped():
            return Fits(
                f"{handle}: nhật ký khớp với điểm kiểm tra bên ngoài, không cần kỷ nguyên mới.",
                f"{handle}: the log fits its checkpoint outside, no new epoch is needed.",
            )
        case Lacking(position=position):
            return NoNewEpoch(
                f"{handle}: nhật ký thiếu sự kiện ở vị trí {position}, kỷ nguyên mới không bù lại được: hãy phục hồi "
                "từ bản sao còn đủ.",
                f"{handle}: the log lacks the event at position {position}, which a new epoch does not bring back: "
                "restore a backup that has it.",
            )
        case _:
            return NoNewEpoch(
                f"{handle}: không đọc được điểm kiểm tra bên ngoài ({error}); chưa biết đã mất gì thì không mở kỷ "
                "nguyên mới.",
                f"{handle}: the checkpoints outside cannot be read ({error}); no epoch is opened before it is known "
                "what was lost.",
            )


async def _opened(setup: Setup, each: Opened) -> NoNewEpoch | None:
    """Open it, and say so; or why not."""
    handle, event = each.tenant.handle, each.event
    opening = opening_of(each.tenant.tenant_id, event, actor=ACTOR)
    began = await open_epoch(setup.registry.connection, opening)
    if began is None:
        return NoNewEpoch(
            f"{handle}: nhật ký vừa thay đổi; hãy xem lại bằng `thidua audit status`, rồi chạy lại.",
            f"{handle}: the log has just moved; look again with `thidua audit status`, and run this again.",
        )
    click.echo(
        both(
            f"{handle}: kỷ nguyên {event.epoch} đã mở, bắt đầu ở vị trí {began}; các máy chủ đang chạy ghi tiếp ngay.",
            f"{handle}: epoch {event.epoch} is open from position {began} on; running servers append again at once.",
        )
    )
    return None


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
