"""What `thidua audit status` prints."""

from collections.abc import Sequence

import click

from adapters.audit.comparing import Compared, Comparing
from adapters.main import Wired
from adapters.said import both
from application.ports import Halt
from tenants.catalogue import Tenant


async def print_status(parts: Wired, comparing: Comparing, tenants: Sequence[Tenant]) -> bool:
    """Each tenant's log, tree and checkpoints, here and outside; True if all fit, what was signed is outside, and
    none is stopped."""
    frozen, well = await parts.store.frozen(), True
    for tenant in tenants:
        compared = await comparing.compare(tenant.tenant_id)
        click.echo(await _line(parts, tenant, compared))
        halt = frozen.get(tenant.tenant_id) or compared.halt
        unreached = await comparing.unreached(tenant.tenant_id, compared)
        for line in _faults(compared, halt, unreached, stopped=tenant.tenant_id in frozen):
            click.echo(f"{tenant.handle}: {line}")
            well = False
    return well


async def _line(parts: Wired, tenant: Tenant, compared: Compared) -> str:
    tree = await parts.trees.tree(tenant.tenant_id)
    last = await parts.trees.checkpoints(tenant.tenant_id)
    signed = f"{last[0].epoch}/{last[0].size}" if last else "-"
    outside = ", ".join(f"{each.keeper.name} {each.epoch}/{each.checkpoint.size}" for each in compared.newest)
    return "  ".join(
        (
            f"{tenant.handle:<16}",
            f"{both('kỷ nguyên', 'epoch')} {compared.epoch}",
            f"{both('nhật ký', 'log')} {compared.head}",
            f"{both('cây', 'tree')} {tree.size if tree else 0}",
            f"{both('đã ký', 'signed')} {signed}",
            f"{both('bên ngoài', 'outside')} {outside or '-'}",
        )
    )


def _faults(compared: Compared, halt: Halt | None, unreached: Sequence[str], *, stopped: bool) -> list[str]:
    said = []
    if compared.away:
        away = ", ".join(compared.away)
        said.append(
            both(f"không đọc được điểm kiểm tra bên ngoài ({away})", f"the checkpoints outside cannot be read ({away})")
        )
    if unreached:
        lacking = ", ".join(unreached)
        said.append(
            both(
                f"điểm kiểm tra đã ký mới nhất chưa ra đến bên ngoài ({lacking}): xem nhật ký máy chủ",
                f"the newest signed checkpoint has not reached the outside ({lacking}): see the server's log",
            )
        )
    if halt is not None:
        said.append(misfit(halt))
    if stopped:
        said.append(_stopped(halt))
    return said


def _stopped(halt: Halt | None) -> str:
    if halt is None:
        return both("ĐANG DỪNG GHI, do người vận hành", "STOPPED by the operator")
    if halt.reason == "lacking":
        return both("ĐANG DỪNG GHI", "STOPPED")
    return both("ĐANG DỪNG GHI: `thidua audit new-epoch`", "STOPPED: `thidua audit new-epoch`")


def misfit(halt: Halt) -> str:
    """Why a log does not fit what lies outside."""
    root = f", {both('gốc', 'root')} {halt.root}" if halt.root else ""
    where = f"({halt.holder}: {halt.origin}, {halt.size}{root})"
    match halt.reason:
        case "shorter":
            said = both(
                f"nhật ký có {halt.head} sự kiện, ngắn hơn điểm kiểm tra bên ngoài gồm {halt.size}",
                f"the log holds {halt.head} events, fewer than the {halt.size} of its checkpoint outside",
            )
        case "different":
            said = both(
                f"{halt.size} sự kiện đầu của nhật ký không phải là những sự kiện của điểm kiểm tra bên ngoài",
                f"the log's first {halt.size} events are not those of its checkpoint outside",
            )
        case "lacking":
            return both(
                f"nhật ký thiếu sự kiện ở vị trí {halt.size + 1}: hãy phục hồi cơ sở dữ liệu từ bản sao còn đủ",
                f"the log lacks the event at position {halt.size + 1}: restore the database from a backup that has it",
            )
    return f"{said} {where}"
