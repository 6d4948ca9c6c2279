"""What `thidua projections …` does."""

from collections.abc import Sequence

import click
from rich.progress import Progress

from adapters.console.progress import progress_bars
from adapters.main import Wired
from adapters.read_models.model import ReadModel
from adapters.read_models.models import MODELS
from adapters.read_models.rebuild import rebuild
from adapters.read_models.status import Standing, standings
from adapters.said import both
from tenants.catalogue import Tenant

STOPPED = both("DỪNG ở", "STOPPED at")


async def print_standings(parts: Wired, tenants: Sequence[Tenant]) -> bool:
    """A line for each projection of each tenant; True if none of them is stopped."""
    now, well = parts.platform.clock.now(), True
    for tenant in tenants:
        names = [model.name for model in MODELS]
        for each in await standings(parts.store, parts.pool, names, now, tenant_id=tenant.tenant_id):
            click.echo(_line(tenant, each))
            well &= each.stopped_at is None
    return well


def _line(tenant: Tenant, each: Standing) -> str:
    lag = both("đã theo kịp", "up to date")
    if each.lag_events:
        lag = both(
            f"chậm {each.lag_events} sự kiện, {each.lag_seconds:.1f} giây",
            f"{each.lag_events} events, {each.lag_seconds:.1f} s behind",
        )
    stopped = f"; {STOPPED} {each.stopped_at}: {each.error}" if each.stopped_at is not None else ""
    return f"{tenant.handle:<16} {each.projection:<14} {each.position}/{each.head}  {lag}{stopped}"


async def rebuild_all(parts: Wired, tenants: Sequence[Tenant], projection: str | None) -> bool:
    """Make the read models anew, or one of them; True if none stopped. The bar shows at a terminal only."""
    models = [model for model in MODELS if projection in (None, model.name)]
    well = True
    with progress_bars() as progress:
        for tenant in tenants:
            well &= await _rebuild(parts, tenant, models, progress)
    return well


async def _rebuild(parts: Wired, tenant: Tenant, models: Sequence[ReadModel], progress: Progress) -> bool:
    task = progress.add_task(tenant.handle, total=None)

    def told(done: int, total: int) -> None:
        progress.update(task, completed=done, total=total)

    stops = await rebuild(parts.store, parts.pool, tenant.tenant_id, models, told=told)
    head = (await parts.store.heads()).get(tenant.tenant_id, 0)
    click.echo(
        both(
            f"{tenant.handle}: đã dựng lại {len(models)} bảng tổng hợp từ {head} sự kiện",
            f"{len(models)} projections rebuilt from {head} events",
        )
    )
    for name, stop in stops.items():
        click.echo(f"{tenant.handle}: {name} {STOPPED} {stop.position}: {stop.error}", err=True)
    return not stops
