"""What an operator types, beside `serve` and `run`, which have journeys of their own."""

import asyncio
import re
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest
from click.testing import CliRunner

from adapters.cli import main
from adapters.console.problems import EXIT_CODES, sentences
from adapters.said import Mendable
from application.file_problems import FileProblem, FileProblems
from application.importing.run import RowsRefused
from application.merkle import TreeDamaged
from application.ports import Unavailable
from domain.refusals import Refused
from domain.unit import UnitUnknown
from tests.support.console import Place, command, data_folder, migrated, spawned
from tests.support.log import connected
from tests.support.postgres import PostgresServer
from tests.support.tree import PROJECT

pytestmark = pytest.mark.anyio

FEDERATION = PROJECT / "deploy" / "federations" / "kon-tum.toml"
NOTHING_TO_DO = "kon-tum: đã áp dụng 0 thay đổi. / 0 changes applied.\n"


@pytest.fixture
async def place(postgres: PostgresServer, reachable_folder: Path) -> AsyncIterator[Place]:
    owner_url = await migrated(postgres)
    yield Place(data_folder(reachable_folder), postgres, owner_url)
    await postgres.drop_database(owner_url)


async def done(place: Place, *arguments: str) -> str:
    """What the command printed."""
    process = await place.run(*arguments)
    assert process.returncode == 0, process.stderr
    return process.stdout


async def refused(place: Place, code: int, *arguments: str, **more: str) -> str:
    process = await place.run(*arguments, **more)
    assert process.returncode == code, process.stderr
    assert "Traceback" not in process.stderr
    return process.stderr


async def events(place: Place) -> int:
    connection = await asyncpg.connect(place.serving_url)
    try:
        return int(await connection.fetchval("SELECT coalesce(sum(h.position), 0) FROM thidua.heads() AS h"))
    finally:
        await connection.close()


# --- The command line -------------------------------------------------------------------


@pytest.mark.parametrize("arguments", [[], ["audit"], ["witness"], ["tenant"], ["projections"], ["rules"]])
async def test_help_lists_the_commands_with_a_line_of_vietnamese_each(arguments: list[str]) -> None:
    shown = CliRunner().invoke(main, [*arguments, "--help"])
    assert shown.exit_code == 0
    lines = shown.output.partition("Commands:\n")[2].splitlines()
    assert lines
    assert [line for line in lines if line.isascii() or "..." in line] == []


async def test_a_wrong_command_line_ends_with_2() -> None:
    ended = CliRunner().invoke(main, ["tenant", "key", "king", "--tenant", "x"])
    assert ended.exit_code == 2
    assert ended.stderr.startswith("thidua: Dòng lệnh không đúng / The command line is wrong:\n")


async def test_every_exit_code_is_documented() -> None:
    written = (PROJECT / "docs" / "cli.md").read_text(encoding="utf-8")
    assert [code for code in {*EXIT_CODES.values(), 0, 1, 2} if f"\n| {code} | " not in written] == []


async def test_migrating_twice_changes_nothing(place: Place, owner_url: str) -> None:
    place.owner_url = owner_url
    place.serving_url = place.serving_url.rpartition("/")[0] + "/" + owner_url.rpartition("/")[2]
    assert "applied 0001_log" in await done(place, "migrate")
    assert (await done(place, "migrate")).endswith(" / The database is up to date.\n")


async def test_what_the_owner_does_needs_the_owners_url(place: Place) -> None:
    said = await refused(place, 4, "migrate", THIDUA_OWNER_DATABASE_URL="")
    assert said.startswith("thidua: THIDUA_OWNER_DATABASE_URL chưa được đặt: ")
    assert ". / THIDUA_OWNER_DATABASE_URL is not set: " in said


@pytest.mark.parametrize("problem", EXIT_CODES)
async def test_whatever_can_be_mended_is_said_in_vietnamese_and_in_english(problem: type[Exception]) -> None:
    assert issubclass(problem, (Mendable, FileProblems, Refused, RowsRefused, TreeDamaged, Unavailable)), (
        "what `sentences` has words for"
    )


@pytest.mark.parametrize(
    ("problem", "line"),
    [
        (
            UnitUnknown(unit_id="u-1"),
            r"Bị từ chối: Không có đơn vị này\. / Refused: There is no such unit\. \(unit\.unknown: .*u-1.*\)",
        ),
        (TreeDamaged("tile 1 is missing"), r"Cây .*: tile 1 is missing\. / The log's tree .*: tile 1 is missing\."),
        (Unavailable("server\nclosed."), r"Cơ sở .*: server closed\. / The database .*: server closed\."),
        (
            FileProblems([FileProblem(path="a.toml", key="units[1]", reason="is missing", reason_vi="còn thiếu")]),
            r"a\.toml: units\[1\]: còn thiếu / is missing",
        ),
    ],
)
async def test_what_the_inner_layers_refuse_is_said_in_both_languages_too(problem: Exception, line: str) -> None:
    [said] = sentences(problem)
    assert re.fullmatch(line, said), said


# --- Tenants ------------------------------------------------------------------------------


async def test_a_dry_run_shows_every_change_and_changes_nothing(place: Place) -> None:
    shown = await done(place, "tenant", "apply", str(FEDERATION), "--dry-run")
    assert "lập liên đoàn / make the tenant: kon-tum" in shown
    assert "nhập phong trào / draft the campaign" in shown
    assert shown.endswith("nothing was changed.\n")
    assert await done(place, "tenant", "list") == ""
    assert not (place.folder / "master.key").exists()


async def test_a_file_is_applied_once_and_a_second_time_changes_nothing(place: Place) -> None:
    assert "draft the campaign" in await done(place, "tenant", "apply", str(FEDERATION))
    assert "kon-tum          active" in await done(place, "tenant", "list")
    assert await done(place, "tenant", "apply", str(FEDERATION)) == NOTHING_TO_DO
    assert "0 changes" in await done(place, "tenant", "apply", str(FEDERATION), "--dry-run")
    assert (await done(place, "audit", "keys")).startswith("thidua.local+")


async def test_a_killed_application_goes_on_where_it_stopped(place: Place) -> None:
    process = spawned(command("tenant", "apply", str(FEDERATION)), place.environment(), place.folder.parent / "log")
    while await events(place) < 5:
        assert process.poll() is None, "it was to be killed before its end"
    process.kill()
    process.wait()
    assert "draft the campaign" in await done(place, "tenant", "apply", str(FEDERATION))
    assert await done(place, "tenant", "apply", str(FEDERATION)) == NOTHING_TO_DO


async def test_a_mistake_in_a_file_is_named_by_its_key(place: Place, reachable_folder: Path) -> None:
    file = reachable_folder / "kon-tum.toml"
    file.write_text(FEDERATION.read_text(encoding="utf-8").replace('level = "upper"', 'level = "uper"', 1))
    said = await refused(place, 8, "tenant", "apply", str(file))
    assert "units[1].level" in said


async def test_a_key_is_printed_once_listed_without_itself_and_taken_back(place: Place) -> None:
    await done(place, "tenant", "apply", str(FEDERATION))
    unit = ("--unit", "ldld-huyen-suoi-lang", "--actor", "cán bộ A")
    key = (await done(place, "tenant", "key", "unit-officer", "--tenant", "kon-tum", *unit)).strip()
    assert key.startswith("td_")
    listed = await done(place, "tenant", "list", "--keys")
    assert key not in listed
    [line] = [line for line in listed.splitlines() if "cán bộ A" in line]
    credential = line.split()[0]
    assert "Đã thu hồi" in await done(place, "tenant", "revoke", credential, "--tenant", "kon-tum")
    assert "không có khóa" in await refused(place, 8, "tenant", "revoke", credential, "--tenant", "kon-tum")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("unit-officer", "--tenant", "kon-tum"), "A unit officer's key needs --unit"),
        (("auditor", "--tenant", "kon-tum", "--unit", "ldld-kon-tum"), "no other role's takes it"),
        (("unit-officer", "--tenant", "kon-tum", "--unit", "none"), "has no unit 'none'"),
        (("auditor", "--tenant", "none"), "There is no tenant 'none'"),
    ],
)
async def test_a_key_for_what_does_not_exist_is_refused(
    place: Place, arguments: tuple[str, ...], sentence: str
) -> None:
    await done(place, "tenant", "apply", str(FEDERATION))
    assert sentence in await refused(place, 8, "tenant", "key", *arguments)


# --- Projections ---------------------------------------------------------------------------


async def test_projections_are_rebuilt_and_then_up_to_date(place: Place) -> None:
    await done(place, "tenant", "apply", str(FEDERATION))
    assert "behind" in await done(place, "projections", "status")
    assert "projections rebuilt from" in await done(place, "projections", "rebuild")
    status = await done(place, "projections", "status", "--tenant", "kon-tum")
    assert status
    assert [line for line in status.splitlines() if "up to date" not in line] == []


async def test_one_projection_of_one_tenant_is_rebuilt_alone(place: Place) -> None:
    await done(place, "tenant", "apply", str(FEDERATION))
    await done(place, "projections", "rebuild", "--tenant", "kon-tum", "--projection", "units")
    status = await done(place, "projections", "status")
    assert [line.split()[1] for line in status.splitlines() if "up to date" in line] == ["units"]


async def test_a_rebuild_that_is_interrupted_says_that_it_goes_on_when_it_is_run_again(
    place: Place, postgres: PostgresServer
) -> None:
    await done(place, "tenant", "apply", str(FEDERATION))
    async with connected(postgres.superuser_url_of(place.owner_url)) as holder, holder.transaction():
        await holder.execute("lock table read_models_next.builds in access exclusive mode")
        process = await asyncio.create_subprocess_exec(
            *command("projections", "rebuild"),
            env=place.environment(),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        while not await holder.fetchval("select count(*) from pg_locks as l where not l.granted"):
            await asyncio.sleep(0.02)
        process.send_signal(signal.SIGINT)
        _, said = await process.communicate()
    assert (process.returncode, "chạy lại lệnh này" in said.decode(), "Aborted" in said.decode()) == (130, True, False)
    await done(place, "projections", "rebuild")


async def test_cancelling_where_nothing_is_built_says_so(place: Place) -> None:
    await done(place, "tenant", "apply", str(FEDERATION))
    assert "nothing is being built" in await done(place, "projections", "rebuild", "--cancel", "--tenant", "kon-tum")
