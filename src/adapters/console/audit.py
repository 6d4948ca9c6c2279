"""The group `thidua audit`: what an auditor asks, and what an operator does for one. The work lies in `audit_*.py`."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import IO
from uuid import UUID

import click

from adapters.audit.one_file import one_file
from adapters.console.audit_check import check_logs
from adapters.console.audit_epochs import open_next
from adapters.console.audit_erasures import print_erasures
from adapters.console.audit_export import KINDS, export, to_write
from adapters.console.audit_keys import print_keys, retire_key, rotate_keys
from adapters.console.audit_proofs import print_checkpoint, print_consistency, print_inclusion
from adapters.console.audit_replay import Asked, explain_award, replay_award
from adapters.console.audit_status import print_status
from adapters.console.database import Urls, at_hand
from adapters.console.entry import at_work, configured
from adapters.console.outside import comparing_of
from adapters.console.past import AT
from adapters.console.rule_sets import try_file
from adapters.console.setup import as_server, chosen, sealing, tenant_of, unsealing
from adapters.main import Wired
from adapters.settings import Settings
from application.bundled import Kind
from application.federation_file import load_rule_set
from domain.ids import TenantId

POSITIONS = click.IntRange(1, 2**62)


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
@click.option("--covering", type=POSITIONS, metavar="POSITION", help="The first one that holds this event.")
def audit_checkpoint(handle: str, covering: int | None) -> None:
    """In điểm kiểm tra đã ký mới nhất.

    Print the newest signed checkpoint, or the first that covers an event.
    """
    for_tenant(handle, lambda parts, tenant: print_checkpoint(parts, tenant, covering))


@audit_group.command("inclusion")
@click.argument("position", type=POSITIONS)
@click.option("--tenant", "handle", required=True, help="The tenant's handle.")
@click.option("--size", type=POSITIONS, help="Of the tree; by default the present one's.")
def audit_inclusion(position: int, handle: str, size: int | None) -> None:
    """Chứng minh sự kiện ở vị trí POSITION nằm trong nhật ký.

    Prove that the log's tree holds the event at POSITION; prints JSON.
    """
    for_tenant(handle, lambda parts, tenant: print_inclusion(parts, tenant, position, size))


@audit_group.command("consistency")
@click.argument("from_size", type=POSITIONS)
@click.argument("to_size", type=POSITIONS, required=False)
@click.option("--tenant", "handle", required=True, help="The tenant's handle.")
def audit_consistency(from_size: int, to_size: int | None, handle: str) -> None:
    """Chứng minh nhật ký chỉ dài thêm từ FROM_SIZE đến TO_SIZE.

    Prove that the tree of TO_SIZE continues that of FROM_SIZE; prints JSON.
    """
    for_tenant(handle, lambda parts, tenant: print_consistency(parts, tenant, from_size, to_size))


@audit_group.command("erasures")
@click.option("--tenant", "handle", required=True, help="The tenant's handle.")
def audit_erasures(handle: str) -> None:
    """Báo cáo yêu cầu xem, xóa dữ liệu cá nhân, và hạn.

    Report the requests of persons about their data: asked, answered, open, overdue, and how many were erased.
    """
    for_tenant(handle, print_erasures)


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
@click.option("--tenant", "handles", multiple=True, help="The tenant's handle; may be repeated.")
@click.option("--all", "everyone", is_flag=True, help="Every tenant whose log is stopped.")
@click.option("--cause", required=True, help="Why, in a sentence; it goes on record.")
@click.option("--yes", "agreed", is_flag=True, help="Do not ask.")
def audit_new_epoch(handles: tuple[str, ...], everyone: bool, cause: str, agreed: bool) -> None:
    """Mở kỷ nguyên mới cho nhật ký đã dừng ghi sau khi khôi phục.

    Let logs that were stopped after a restore go on, each in an epoch that begins with what was lost and why.
    """
    if everyone is bool(handles):
        raise click.UsageError("name tenants with --tenant, or give --all")
    settings = at_work()

    async def work(urls: Urls) -> None:
        async with unsealing(urls) as setup:
            await open_next(setup, comparing_of(settings, setup.parts), handles, cause=cause, agreed=agreed)

    with at_hand(settings) as urls:
        asyncio.run(work(urls))


@audit_group.command("replay")
@click.argument("award", type=click.UUID)
@click.option("--tenant", "handle", help="The tenant's handle; else the award is looked for in all.")
@AT
@click.option("--sealed", is_flag=True, help="Leave what is about persons sealed; the master key is not needed.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, as the API answers it.")
@click.pass_context
def audit_replay(
    ctx: click.Context, award: UUID, handle: str | None, at: str | None, sealed: bool, as_json: bool
) -> None:
    """Xét lại từng bước của hồ sơ khen thưởng AWARD.

    Decide each step of an AWARD again and compare it with what is stored; exit code 1 if something comes out otherwise.
    """
    asked = Asked(award_id=str(award), handle=handle, sealed=sealed, as_json=as_json)

    async def work(settings: Settings, urls: Urls) -> bool:
        async with as_server(urls) if sealed else sealing(settings, urls) as parts:
            return await replay_award(parts, asked, at)

    settings = at_work()
    with at_hand(settings) as urls:
        same = asyncio.run(work(settings, urls))
    ctx.exit(0 if same else 1)


@audit_group.command("why-not")
@click.argument("award", type=click.UUID)
@click.option("--tenant", "handle", help="The tenant's handle; else the award is looked for in all.")
@click.option("--session", type=click.UUID, help="The council session whose vote would be taken over.")
@AT
@click.option("--sealed", is_flag=True, help="Leave what is about persons sealed; the master key is not needed.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, as the API answers it.")
def audit_why_not(
    award: UUID, handle: str | None, session: UUID | None, at: str | None, sealed: bool, as_json: bool
) -> None:
    """Cho biết vì sao hồ sơ AWARD chưa được khen thưởng.

    Say what stands in the way of an AWARD: unmet rules, what is pending, and each next step. Changes nothing.
    """
    asked = Asked(award_id=str(award), handle=handle, sealed=sealed, as_json=as_json)

    async def work(settings: Settings, urls: Urls) -> None:
        async with as_server(urls) if sealed else sealing(settings, urls) as parts:
            await explain_award(parts, asked, at, session_id=str(session) if session else None)

    settings = at_work()
    with at_hand(settings) as urls:
        asyncio.run(work(settings, urls))


@audit_group.command("whatif")
@click.option("--rules", "file", type=click.Path(path_type=Path), required=True, help="The rule set's file.")
@click.option("--tenant", "handle", required=True, help="The tenant's handle.")
@click.option("--campaign", required=True, metavar="KEY", help="The campaign's key in the federation's file.")
@click.option("--title", metavar="CODE", help="Dossiers of this title only.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def audit_whatif(file: Path, handle: str, campaign: str, title: str | None, as_json: bool) -> None:
    """Nếu xét bằng bộ quy tắc khác thì ai được, ai mất, vì sao.

    Judge a campaign's dossiers by another rule set: who would gain, who would lose, and why. Changes nothing.
    """
    whatif(file, handle=handle, campaign=campaign, title=title, as_json=as_json)


def whatif(file: Path, *, handle: str, campaign: str, title: str | None, as_json: bool) -> None:
    """What `thidua audit whatif` and `thidua rules try` both do."""
    settings = configured()
    rule_set = load_rule_set(file, settings.deploy_dir)  # While we may still read it.

    async def work(urls: Urls) -> None:
        async with as_server(urls) as parts:
            await try_file(parts, rule_set, handle=handle, campaign=campaign, title=title, as_json=as_json)

    with at_hand(at_work()) as urls:
        asyncio.run(work(urls))


@audit_group.command("export")
@click.argument("what", type=click.Choice(KINDS))
@click.argument("named", metavar="[ID]", required=False)
@click.option("--tenant", "handle", required=True, help="The tenant's handle.")
@click.option("--out", type=click.Path(path_type=Path), required=True, callback=to_write, help="The bundle to write.")
def audit_export(what: Kind, named: str | None, handle: str, out: IO[bytes]) -> None:
    """Xuất gói kiểm toán của hồ sơ, phong trào hoặc liên đoàn.

    Write an audit bundle of an award, a campaign (its id or its key in the federation's file) or a whole tenant, for
    people who trust nobody: events as stored, proofs, checkpoints, rules, schemas.
    """
    settings = configured()
    for_tenant(handle, lambda parts, tenant: export(parts, settings, tenant, what, named, out))


@audit_group.command("verifier")
def audit_verifier() -> None:
    """In chương trình kiểm tra gói, một tệp Python.

    Print verify.py, which checks a bundle: one file that needs Python and `cryptography` alone, and no network.
    """
    click.echo(one_file(), nl=False)
