"""What `thidua projections …` does."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import assert_never

import click
from rich.progress import Progress

from adapters.collector import keep_freed_memory
from adapters.console.progress import progress_bars
from adapters.main import Wired
from adapters.read_models.building import Ended, cancel
from adapters.read_models.model import ReadModel
from adapters.read_models.models import MODELS
from adapters.read_models.rebuild import collect_seldom, rebuild_each
from adapters.read_models.status import BuildUnderWay, Standing, standings
from adapters.said import both
from tenants.catalogue import Tenant

INTERRUPTED = 130
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
    built = f"; {_building(each.build)}" if each.build else ""
    return f"{tenant.handle:<16} {each.projection:<14} {each.position}/{each.head}  {lag}{stopped}{built}"


def _building(build: BuildUnderWay) -> str:
    match build.state:
        case "building":
            return both(
                f"đang dựng phiên bản {build.version}, tới sự kiện {build.position}",
                f"version {build.version} being built, at event {build.position}",
            )
        case "stopped":
            said = both(f"bản dựng phiên bản {build.version}", f"the build of version {build.version}")
            return f"{said} {STOPPED} {build.stopped_at}: {build.error}"
        case "cancelled":
            return both(
                f"bản dựng phiên bản {build.version} đã bị hủy", f"the build of version {build.version} was cancelled"
            )
        case _:
            assert_never(build.state)


async def rebuild_all(parts: Wired, tenants: Sequence[Tenant], projection: str | None, *, at_once: int) -> bool:
    """Make the read models anew, or one of them, of up to `at_once` tenants at a time; True if all came to their end.
    The bars show at a terminal only."""
    keep_freed_memory()
    collect_seldom()
    models = _chosen(projection)
    turns = asyncio.Semaphore(at_once)
    with progress_bars() as progress:

        async def turn(tenant: Tenant) -> bool:
            async with turns:
                return await _rebuild(parts, tenant, models, progress)

        return all(await asyncio.gather(*map(turn, tenants)))


@contextmanager
def may_be_cut() -> Iterator[None]:
    """Ctrl-C ends with what becomes of the work, and the exit code that shells give it."""
    try:
        yield
    except KeyboardInterrupt:
        click.echo(
            both(
                "Đã ngắt giữa chừng: dữ liệu đang dùng vẫn như cũ; chạy lại lệnh này để làm tiếp từ chỗ dừng.",
                "Interrupted: what is read stays as it was; run this again, and it goes on from there.",
            ),
            err=True,
        )
        raise click.exceptions.Exit(INTERRUPTED) from None


async def cancel_all(parts: Wired, tenants: Sequence[Tenant], projection: str | None) -> None:
    """Give up the builds that are under way, whoever works at them."""
    for tenant in tenants:
        names = [each.name for each in _chosen(projection) if await cancel(parts.pool, tenant.tenant_id, each)]
        named = ", ".join(names)
        click.echo(
            both(
                f"{tenant.handle}: đã hủy bản dựng của {named}" if names else f"{tenant.handle}: không có bản dựng nào",
                f"builds cancelled: {named}" if names else "nothing is being built",
            )
        )


def _chosen(projection: str | None) -> list[ReadModel]:
    return [model for model in MODELS if projection in (None, model.name)]


async def _rebuild(parts: Wired, tenant: Tenant, models: Sequence[ReadModel], progress: Progress) -> bool:
    task = progress.add_task(tenant.handle, total=None)

    def told(done: int, total: int) -> None:
        progress.update(task, completed=done, total=total)

    ended = await rebuild_each(parts.store, parts.pool, tenant.tenant_id, models, told=told)
    await parts.pasts.sweep(tenant.tenant_id, kept_max=0)  # They may be of the program that is mended now.
    head = (await parts.store.heads()).get(tenant.tenant_id, 0)
    swapped = sum(each.ending == "swapped" for each in ended.values())
    click.echo(
        both(
            f"{tenant.handle}: đã dựng lại {swapped} bảng tổng hợp từ {head} sự kiện",
            f"{swapped} projections rebuilt from {head} events",
        )
    )
    for name, each in ended.items():
        if told_so := _ending(each):
            click.echo(f"{tenant.handle}: {name} {told_so}", err=True)
    return all(each.ending == "swapped" and each.stop is None for each in ended.values())


def _ending(ended: Ended) -> str:
    """What there is to say of a build that did not end well; empty where it did."""
    if ended.stop:
        kept = both("; bảng cũ giữ nguyên", "; the old rows stay") if ended.ending == "stopped" else ""
        return f"{STOPPED} {ended.stop.position}: {ended.stop.error}{kept}"
    match ended.ending:
        case "cancelled":
            return both("bản dựng đã bị hủy giữa chừng", "its build was cancelled meanwhile")
        case "newer":
            return both("đang được một bản phát hành mới hơn dựng", "a newer release is building it")
        case _:
            return ""
