"""The group `thidua audit`: what an auditor asks, and what an operator does for one. The work lies in `audit_*.py`."""

import asyncio
from collections.abc import Awaitable, Callable

import click

from adapters.console.audit_check import check_logs
from adapters.console.audit_epochs import open_next
from adapters.console.audit_keys import print_keys, retire_key, rotate_keys
from adapters.console.audit_proofs import print_checkpoint, print_consistency, print_inclusion
from adapters.console.audit_status import print_status
from adapters.console.database import Urls, at_hand
from adapters.console.entry import at_work
from adapters.console.outside import comparing_of
from adapters.console.setup import as_server, chosen, tenant_of, unsealing
from adapters.main import Wired
from domain.ids import TenantId


@click.group("audit")
def audit_group() -> None:
    """Kiểm toán: xét lại, bằng chứng, điểm kiểm tra.

    Audit: replay, proofs, checkpoints.
    """


def for_tenant(handle: str, work: Callable[[Wired, TenantId], Awaitable[None]]) -> None:
    """Do the work on the database that the settings name, for the tenant of this handle."""

    async def run(urls: Urls) -> None:
        async with as_server(urls) as parts:
            await work(parts, (await tenant_of(parts, handle)).tenant_id)

    with at_hand(at_work()) as urls:
        asyncio.run(run(urls))


@audit_group.command("checkpoint")
@click.option("--tenant", "handle", required=True, help="The tenant's handle.")
@click.option("--covering", type=click.IntRange(1), metavar="POSITION", help="The first one that holds this event.")
def audit_checkpoint(handle: str, covering: int | None) -> None:
    """In điểm kiểm tra đã ký mới nhất.

    Print the newest signed checkpoint, or the first that covers an event.
    """
    for_tenant(handle, lambda parts, tenant: print_checkpoint(parts, tenant, covering))


@audit_group.command("inclusion")
@click.argument("position", type=click.IntRange(1))
@click.option("--tenant", "handle", required=True, help="The tenant's handle.")
@click.option("--size", type=click.IntRange(1), help="Of the tree; by default the present one's.")
def audit_inclusion(position: int, handle: str, size: int | None) -> None:
    """Chứng minh sự kiện ở vị trí POSITION nằm trong nhật ký.

    Prove that the log's tree holds the event at POSITION; prints JSON.
    """
    for_tenant(handle, lambda parts, tenant: print_inclusion(parts, tenant, position, size))


@audit_group.command("consistency")
@click.argument("from_size", type=click.IntRange(1))
@click.argument("to_size", type=click.IntRange(1), required=False)
@click.option("--tenant", "handle", required=True, help="The tenant's handle.")
def audit_consistency(from_size: int, to_size: int | None, handle: str) -> None:
    """Chứng minh nhật ký chỉ dài thêm từ FROM_SIZE đến TO_SIZE.

    Prove that the tree of TO_SIZE continues that of FROM_SIZE; prints JSON.
    """
    for_tenant(handle, lambda parts, tenant: print_consistency(parts, tenant, from_size, to_size))


CHANGES = {None: print_keys, "rotate": rotate_keys, "retire": retire_key}


@audit_group.command("keys")
@click.argument("change", required=False, type=click.Choice(["rotate", "retire"]))
def audit_keys(change: str | None) -> None:
    """Liệt kê, đổi hoặc rút khóa ký điểm kiểm tra của nhật ký.

    Print the public lines of the log's keys, the newest first; `rotate` puts a new key in front, which signs beside the
    old one until `retire` takes that out.
    """
    CHANGES[change](at_work())


@audit_group.command("status")
@click.option("--tenant", "handle", help="One tenant's only.")
@click.pass_context
def audit_status(ctx: click.Context, handle: str | None) -> None:
    """So từng nhật ký với điểm kiểm tra bên ngoài.

    Show each log, its tree and its checkpoints, here and outside; exit code 1 if one does not fit or is stopped.
    """
    settings = at_work()

    async def work(urls: Urls) -> bool:
        async with as_server(urls) as parts:
            return await print_status(parts, comparing_of(settings, parts), await chosen(parts, handle))

    with at_hand(settings) as urls:
        well = asyncio.run(work(urls))
    ctx.exit(0 if well else 1)


@audit_group.command("check")
@click.option("--tenant", "handle", help="One tenant's only.")
@click.option("--deep", is_flag=True, help="Make every leaf anew from the rows, and compare.")
@click.pass_context
def audit_check(ctx: click.Context, handle: str | None, deep: bool) -> None:
    """Đối chiếu nhật ký với điểm kiểm tra bên ngoài và cây băm.

    Hold each log against its checkpoints outside, and its rows against its tree; exit code 1 if something differs.
    """
    settings = at_work()

    async def work(urls: Urls) -> bool:
        async with as_server(urls) as parts:
            return await check_logs(parts, comparing_of(settings, parts), await chosen(parts, handle), deep=deep)

    with at_hand(settings) as urls:
        well = asyncio.run(work(urls))
    ctx.exit(0 if well else 1)


@audit_group.command("new-epoch")
@click.option("--tenant", "handle", required=True, help="The tenant's handle.")
@click.option("--cause", required=True, help="Why, in a sentence; it goes on record.")
@click.option("--yes", "agreed", is_flag=True, help="Do not ask.")
def audit_new_epoch(handle: str, cause: str, agreed: bool) -> None:
    """Mở kỷ nguyên mới cho nhật ký đã dừng ghi sau khi khôi phục.

    Let a log that was stopped after a restore go on, in an epoch that begins with what was lost and why.
    """
    settings = at_work()

    async def work(urls: Urls) -> None:
        async with unsealing(urls) as setup:
            await open_next(setup, comparing_of(settings, setup.parts), handle, cause=cause, agreed=agreed)

    with at_hand(settings) as urls:
        asyncio.run(work(urls))
