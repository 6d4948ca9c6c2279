"""The console command `thidua`. Its words are in docs/cli.md; its exit codes in console/problems.py."""

import asyncio
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

import click

from adapters.console.audit import audit_group, whatif
from adapters.console.database import Urls, at_hand, to_serve
from adapters.console.entry import Commands, at_work, configured
from adapters.console.past import AT
from adapters.console.projections import cancel_all, may_be_cut, print_standings, rebuild_all
from adapters.console.provision import apply_file, preview
from adapters.console.rule_sets import check_files
from adapters.console.run import run
from adapters.console.serving import serve
from adapters.console.setup import as_server, chosen, sealing, unsealing
from adapters.console.supervisor import ServerEnded
from adapters.console.tenants import give_key, list_tenants, take_key_back
from adapters.console.vote import vote
from adapters.console.witness import witness_group
from adapters.console.workbooks import (
    KINDS,
    Asked,
    blank_template,
    import_file,
    read_bounded,
    template_for,
)
from adapters.demo.command import HANDLES, demo
from adapters.postgres.migrate import migrate
from adapters.read_models.models import NAMES
from adapters.said import both
from application.federation_file import load
from tenants.scope import Role


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="thidua", message="%(version)s")
def main() -> None:
    """Phong trào thi đua và khen thưởng của công đoàn.

    Emulation campaigns and awards of trade unions.
    """


@main.command("serve")
@click.option("--host", help="Address to serve on (THIDUA_HOST).")
@click.option("--port", type=click.IntRange(1, 65535), help="Port to serve on (THIDUA_PORT).")
@click.option("--clock-file", type=click.Path(path_type=Path), help="File with the time to go by; demo databases only.")
def serve_command(host: str | None, port: int | None, clock_file: Path | None) -> None:
    """Phục vụ API HTTP trên cơ sở dữ liệu đã nâng cấp.

    Serve the HTTP API on a migrated database until SIGINT or SIGTERM.
    """
    settings = configured(host=host, port=port, clock_file=clock_file and clock_file.absolute())
    serve(settings, to_serve(settings))


@main.command("migrate")
def migrate_command() -> None:
    """Nâng cấp cơ sở dữ liệu cho khớp chương trình này.

    Bring the database's schema up to this program, as its owner.
    """
    with at_hand(at_work()) as urls:
        applied = asyncio.run(migrate(urls.owners(), urls.serving))
    for name in applied:
        click.echo(f"{both('đã áp dụng', 'applied')} {name}")
    click.echo(both("Cơ sở dữ liệu đã khớp chương trình.", "The database is up to date."))


@main.command("run")
@click.option("--host", help="Address to serve on (THIDUA_HOST).")
@click.option("--port", type=click.IntRange(1, 65535), help="Port to serve on (THIDUA_PORT).")
@click.pass_context
def run_command(ctx: click.Context, host: str | None, port: int | None) -> None:
    """Chạy tất cả: cơ sở dữ liệu, các liên đoàn, máy chủ.

    Bring up database, schema, the tenants of all files and a server; Ctrl-C stops everything.
    """
    try:
        run(configured(host=host, port=port))
    except ServerEnded as ended:
        ctx.exit(ended.code)


@main.command("demo")
@click.option("--english", is_flag=True, help="Narrate in English instead of Vietnamese.")
@click.option("--only", type=click.Choice(HANDLES), multiple=True, help="A federation to play; may be repeated.")
@click.pass_context
def demo_command(ctx: click.Context, english: bool, only: tuple[str, ...]) -> None:
    """Trình diễn năm phong trào trên cơ sở dữ liệu tạm.

    Play five campaigns from launch to award on a throw-away database, and check every figure.
    """
    if not demo(configured(log_level="warning"), english=english, only=only):
        ctx.exit(1)


@main.command("vote")
@click.argument("url")
@click.argument("session", type=click.UUID)
@click.option("--wait-seconds-max", type=click.IntRange(0, 3_600), default=30, show_default=True, help="Longest wait.")
def vote_command(url: str, session: UUID, wait_seconds_max: int) -> None:
    """Bỏ phiếu kín điện tử ở một phiên họp.

    Cast a secret ballot at a council SESSION of the platform at URL, with a voting code that is asked for.
    """
    vote(url, str(session), wait_seconds_max=wait_seconds_max)


main.add_command(audit_group)
main.add_command(witness_group)


# --- thidua tenant ------------------------------------------------------------------


@main.group("tenant")
def tenant_group() -> None:
    """Các liên đoàn và khóa truy cập.

    Tenants, and the keys to them.
    """


@tenant_group.command("apply")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Show what would change, and change nothing.")
def tenant_apply(file: Path, dry_run: bool) -> None:
    """Áp dụng tệp FILE của một liên đoàn.

    Make a federation's FILE true: its tenant, units, members and campaigns. A second time changes nothing.
    """
    settings = configured()
    federation = load(file, settings.deploy_dir / "rules")  # While we may still read what only root may.
    with at_hand(at_work()) as urls:
        asyncio.run(preview(urls, federation) if dry_run else apply_file(settings, urls, federation))


@tenant_group.command("list")
@click.option("--keys", is_flag=True, help="Show the credentials too (never the keys themselves).")
def tenant_list(keys: bool) -> None:
    """Liệt kê các liên đoàn.

    List the tenants.
    """

    async def work(urls: Urls) -> None:
        async with as_server(urls) as parts:
            await list_tenants(parts, keys=keys)

    with at_hand(at_work()) as urls:
        asyncio.run(work(urls))


@tenant_group.command("key")
@click.argument("role", type=click.Choice([role.value for role in Role if role is not Role.SYSTEM]))
@click.option("--tenant", "handle", required=True, help="The tenant's handle.")
@click.option("--unit", metavar="CODE", help="The unit whose officer it is; for unit-officer alone.")
@click.option("--actor", help="Who the log shows as having acted; else the role and the unit.")
def tenant_key(role: str, handle: str, unit: str | None, actor: str | None) -> None:
    """Cấp một khóa cho vai trò ROLE, chỉ in ra một lần.

    Give out a key for a ROLE, and print it this one time.
    """

    async def work(urls: Urls) -> None:
        async with unsealing(urls) as setup:
            click.echo(await give_key(setup, handle=handle, role=Role(role), unit=unit, actor=actor))

    with at_hand(at_work()) as urls:
        asyncio.run(work(urls))


@tenant_group.command("revoke")
@click.argument("credential")
@click.option("--tenant", "handle", required=True, help="The tenant's handle.")
def tenant_revoke(credential: str, handle: str) -> None:
    """Thu hồi khóa có id là CREDENTIAL.

    Make the key of a CREDENTIAL (an id of `thidua tenant list --keys`) useless.
    """

    async def work(urls: Urls) -> None:
        async with unsealing(urls) as setup:
            await take_key_back(setup, handle=handle, credential_id=credential)

    with at_hand(at_work()) as urls:
        asyncio.run(work(urls))
    click.echo(
        both(
            "Đã thu hồi; các máy chủ đang chạy sẽ theo trong vài giây.",
            "Revoked; running servers follow within seconds.",
        )
    )


# --- thidua template, thidua import ------------------------------------------------------


@main.command("template")
@click.argument("kind", type=click.Choice(KINDS))
@click.option("--out", type=click.File("wb", lazy=False), required=True, help="The .xlsx file to write.")
@click.option("--tenant", "handle", help="The tenant whose units the lists show; needed for scores.")
@click.option("--campaign", metavar="ID", help="The campaign whose scoring table it is; for scores.")
@click.option("--rubric", metavar="CODE", help="The scoring table; for scores.")
@AT
def template_command(
    kind: str, out: BinaryIO, handle: str | None, campaign: str | None, rubric: str | None, at: str | None
) -> None:
    """Ghi tệp Excel mẫu để điền.

    Write the workbook to fill in for a KIND of import.
    """
    asked = Asked(kind=kind, campaign=campaign, rubric=rubric)
    if handle is None and at is None:
        out.write(blank_template(asked))
        return

    async def work(urls: Urls) -> None:
        async with as_server(urls) as parts:
            out.write(await template_for(parts, handle, asked, at))

    with at_hand(at_work()) as urls:
        asyncio.run(work(urls))


@main.command("import")
@click.argument("kind", type=click.Choice(KINDS))
@click.argument("file", type=click.File("rb"))
@click.option("--tenant", "handle", required=True, help="The tenant's handle.")
@click.option("--as", "unit", metavar="UNIT-CODE", help="As an officer of this unit; else of the federation.")
@click.option("--valid-rows", is_flag=True, help="Import the rows that are right; else all rows or none.")
@click.option("--out", type=click.File("wb", lazy=False), help="Write the workbook here, its errors marked.")
@click.option("--campaign", metavar="ID", help="The campaign; for registrations, initiatives and scores.")
@click.option("--rubric", metavar="CODE", help="The scoring table; for scores.")
@click.option("--period", help="The period that was evaluated; for scores.")
@click.option("--stage", type=click.Choice(["self", "appraisal"]), default="self", help="Whose scores; for scores.")
def import_command(
    kind: str,
    file: BinaryIO,
    handle: str,
    unit: str | None,
    valid_rows: bool,
    out: BinaryIO | None,
    **said: str | None,
) -> None:
    """Nhập tệp Excel FILE.

    Import the workbook FILE as one command: every row or none, unless --valid-rows.
    """
    settings = configured()
    body = read_bounded(file, settings.workbook_bytes_max)  # While we may still read what only root may.
    asked = Asked(kind=kind, unit=unit, valid_rows=valid_rows, file_name=Path(file.name).name, **said)

    async def work(urls: Urls) -> None:
        async with sealing(settings, urls) as parts:
            await import_file(parts, handle, asked, body, out, rows_max=settings.workbook_rows_max)

    with at_hand(at_work()) as urls:
        asyncio.run(work(urls))


# --- thidua projections ---------------------------------------------------------------


@main.group("projections")
def projections_group() -> None:
    """Các bảng tổng hợp.

    The read models.
    """


@projections_group.command("status")
@click.option("--tenant", "handle", help="One tenant's only.")
@click.pass_context
def projections_status(ctx: click.Context, handle: str | None) -> None:
    """Cho biết mỗi bảng tổng hợp chậm bao nhiêu so với nhật ký.

    Show how far each read model is behind the log; exit code 1 if one is stopped.
    """

    async def work(urls: Urls) -> bool:
        async with as_server(urls) as parts:
            return await print_standings(parts, await chosen(parts, handle))

    with at_hand(at_work()) as urls:
        well = asyncio.run(work(urls))
    ctx.exit(0 if well else 1)


@projections_group.command("rebuild")
@click.option("--tenant", "handle", help="One tenant's only.")
@click.option("--projection", type=click.Choice(NAMES), help="One read model only.")
@click.option("--at-once", type=click.IntRange(1, 8), default=2, show_default=True, help="Tenants at a time.")
@click.option("--cancel", is_flag=True, help="Give up the builds that are under way instead.")
@click.pass_context
def projections_rebuild(
    ctx: click.Context, handle: str | None, projection: str | None, at_once: int, cancel: bool
) -> None:
    """Dựng lại các bảng tổng hợp từ nhật ký.

    Make the read models anew from the log, beside running servers; a rebuild that was cut goes on where it was. Exit
    code 1 if one stops.
    """

    async def work(urls: Urls) -> bool:
        async with as_server(urls) as parts:
            tenants = await chosen(parts, handle)
            if not cancel:
                return await rebuild_all(parts, tenants, projection, at_once=at_once)
            await cancel_all(parts, tenants, projection)
            return True

    with may_be_cut(), at_hand(at_work()) as urls:
        well = asyncio.run(work(urls))
    ctx.exit(0 if well else 1)


# --- thidua rules ---------------------------------------------------------------------


@main.group("rules")
def rules_group() -> None:
    """Các bộ quy tắc xét danh hiệu, khen thưởng.

    Rule sets.
    """


@rules_group.command("check")
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
def rules_check(files: tuple[Path, ...]) -> None:
    """Kiểm tra các tệp FILE: bộ quy tắc, hoặc tệp của liên đoàn.

    Say what is wrong in each FILE, a rule set's or a federation's, and where. No database is needed.
    """
    check_files(files, configured().deploy_dir)


@rules_group.command("try")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--tenant", "handle", required=True, help="The tenant's handle.")
@click.option("--campaign", required=True, metavar="KEY", help="The campaign's key in the federation's file.")
@click.option("--title", metavar="CODE", help="Dossiers of this title only.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def rules_try(file: Path, handle: str, campaign: str, title: str | None, as_json: bool) -> None:
    """Thử bộ quy tắc FILE trên một phong trào đã qua.

    Judge a past campaign's dossiers by the rule set in FILE: who would gain, who would lose, and why. Changes nothing.
    """
    whatif(file, handle=handle, campaign=campaign, title=title, as_json=as_json)


if __name__ == "__main__":
    main()
