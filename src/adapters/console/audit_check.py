"""What `thidua audit check` does."""

from collections.abc import Sequence

import click

from adapters.audit.checking import Difference, first_difference
from adapters.audit.comparing import Comparing
from adapters.audit.sinks import SinkAway, SinkRefused
from adapters.console.audit_status import misfit
from adapters.console.progress import progress_bars
from adapters.main import Wired
from adapters.said import both
from tenants.catalogue import Tenant


async def check_logs(parts: Wired, comparing: Comparing, tenants: Sequence[Tenant], *, deep: bool) -> bool:
    """Hold each log against its checkpoints outside, and, if `deep`, its rows against its tree; True if all fit."""
    well = True
    for tenant in tenants:
        faults = [await _rows(parts, tenant)] if deep else []
        faults += await _outside(comparing, tenant)
        said = [fault for fault in faults if fault is not None]
        for each in said or [both("khớp", "fits")]:
            click.echo(f"{tenant.handle}: {each}")
        well &= not said
    return well


async def _rows(parts: Wired, tenant: Tenant) -> str | None:
    with progress_bars() as progress:
        task = progress.add_task(tenant.handle, total=None)

        def told(done: int, total: int) -> None:
            progress.update(task, completed=done, total=total)

        difference = await first_difference(parts.trees, tenant.tenant_id, told=told)
    return None if difference is None else _altered(difference)


def _altered(difference: Difference) -> str:
    position = difference.position
    if difference.tile is not None:
        return both(
            f"cây băm đã bị sửa: ô {difference.tile}, bắt đầu từ sự kiện {position}",
            f"the tree was altered: its tile {difference.tile}, from event {position} on",
        )
    return both(
        f"sự kiện ở vị trí {position} không phải là sự kiện mà cây băm đã ghi nhận",
        f"the event at position {position} is not the one that the tree was made from",
    )


async def _outside(comparing: Comparing, tenant: Tenant) -> list[str]:
    compared = await comparing.compare(tenant.tenant_id)
    away = [
        both(f"không đọc được điểm kiểm tra bên ngoài ({each})", f"the checkpoints outside cannot be read ({each})")
        for each in compared.away
    ]
    if compared.halt is None:
        return away
    if compared.halt.reason == "lacking":
        return [*away, misfit(compared.halt)]
    try:
        cut = await comparing.cut(tenant.tenant_id, compared, compared.halt)
    except (SinkAway, SinkRefused) as error:
        return [*away, misfit(compared.halt), str(error)]
    return [*away, misfit(compared.halt), both(f"còn khớp đến sự kiện {cut}", f"they fit up to event {cut}")]
