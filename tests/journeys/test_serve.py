"""`thidua serve` as the process that an operator runs: what it refuses, how it serves, how it stops."""

import asyncio
import os
import re
import signal
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest

from adapters import privileges
from adapters.postgres.migrate import mark_demo
from tests.support.console import SERVING, Place, Process, data_folder, migrated
from tests.support.postgres import PostgresServer
from tests.support.proxy import proxy_before
from tests.support.tree import PROJECT

pytestmark = pytest.mark.anyio

FEDERATION = PROJECT / "deploy" / "federations" / "kon-tum.toml"
UNREACHABLE = "postgresql://nobody:nothing@127.0.0.1:1/nowhere"


@pytest.fixture
async def place(postgres: PostgresServer, reachable_folder: Path) -> AsyncIterator[Place]:
    owner_url = await migrated(postgres)
    place = Place(data_folder(reachable_folder), postgres, owner_url)
    place.make_master_key()
    yield place
    await postgres.drop_database(owner_url)


async def refused(place: Place, code: int, *options: str, **more: str) -> str:
    """The one sentence with which `thidua serve` refuses."""
    done = await place.run("serve", *options, **more)
    assert done.returncode == code, done.stderr
    assert done.stdout == ""
    line, rest = done.stderr.split("\n", 1)
    assert rest == "", "one sentence, and no traceback"
    assert re.fullmatch(r"thidua: \S.*\. / \S.*\.", line), "Vietnamese first, and English"
    return line.removeprefix("thidua: ")


async def execute(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


# --- Refusals -------------------------------------------------------------------------


async def test_a_taken_port_is_refused(place: Place) -> None:
    with socket.create_server(("127.0.0.1", place.port)):
        assert f"Port {place.port} of 127.0.0.1 is taken" in await refused(place, 5)


async def test_an_unreachable_database_is_refused_without_its_password(place: Place) -> None:
    said = await refused(place, 4, THIDUA_DATABASE_URL=UNREACHABLE)
    assert said == (
        "Không kết nối được cơ sở dữ liệu ở 127.0.0.1:1/nowhere: ở đó không có máy chủ nào. / "
        "The database at 127.0.0.1:1/nowhere cannot be reached: nothing listens there."
    )


async def test_a_wrong_password_is_refused(place: Place) -> None:
    url = place.serving_url.replace("serving-of-tests", "guessed")
    assert "cannot be reached: password authentication failed" in await refused(place, 4, THIDUA_DATABASE_URL=url)


async def test_a_database_that_is_not_migrated_is_refused(
    place: Place, postgres: PostgresServer, owner_url: str
) -> None:
    url = place.serving_url.replace(place.owner_url.rpartition("/")[2], owner_url.rpartition("/")[2])
    assert "chưa được nâng cấp: hãy chạy `thidua migrate`." in await refused(place, 4, THIDUA_DATABASE_URL=url)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ("DELETE FROM thidua.migrations AS m WHERE m.number > 1", "The database has 1 of "),
        ("DELETE FROM thidua.migrations AS m WHERE m.number = 1", "The database is half migrated"),
        ("UPDATE thidua.migrations AS m SET checksum = 'other' WHERE m.number = 1", "was edited after"),
        (
            "INSERT INTO thidua.migrations (number, name, checksum) VALUES (9999, '9999_later', 'x')",
            "The database is newer than this program",
        ),
    ],
)
async def test_a_schema_that_is_not_exactly_ours_is_refused(place: Place, change: str, sentence: str) -> None:
    await execute(place.owner_url, change)
    assert sentence in await refused(place, 4)


async def test_serving_as_the_owner_is_refused(place: Place) -> None:
    assert "owns the schema and must not serve" in await refused(place, 4, THIDUA_DATABASE_URL=place.owner_url)


async def test_serving_as_a_superuser_is_refused(place: Place, postgres: PostgresServer) -> None:
    url = postgres.superuser_url_of(place.owner_url)
    assert "is a superuser and must not serve" in await refused(place, 4, THIDUA_DATABASE_URL=url)


async def test_a_missing_master_key_is_refused_and_none_is_made(place: Place) -> None:
    key = place.folder / "master.key"
    key.unlink()
    assert "There is no master key" in await refused(place, 6)
    assert not key.exists()


async def test_a_master_key_that_others_can_read_is_refused(place: Place) -> None:
    (place.folder / "master.key").chmod(0o640)
    assert "can be read by others" in await refused(place, 6)


async def test_bad_settings_are_refused_by_their_name(place: Place) -> None:
    assert (await refused(place, 3, THIDUA_PORT="none")).startswith("THIDUA_PORT có giá trị")
    assert (await refused(place, 3, THIDUA_PROT="1")).startswith("THIDUA_PROT không phải")


async def test_without_any_database_it_says_what_to_do(place: Place) -> None:
    said = await refused(place, 4, THIDUA_DATABASE_URL="", THIDUA_OWNER_DATABASE_URL="")
    assert "use `thidua run`" in said


async def test_a_clock_file_is_refused_outside_a_demo(place: Place, reachable_folder: Path) -> None:
    clock = reachable_folder / "clock"
    clock.write_text("2024-02-21T08:00:00+07:00")
    assert "marked as a demo" in await refused(place, 3, "--clock-file", str(clock))


async def test_a_clock_file_without_an_instant_is_refused(place: Place, reachable_folder: Path) -> None:
    clock = reachable_folder / "clock"
    clock.write_text("soon")
    assert "must hold one instant" in await refused(place, 3, "--clock-file", str(clock))


# --- Serving ----------------------------------------------------------------------------


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
async def test_it_stops_within_three_seconds_and_without_a_traceback(place: Place, sign: signal.Signals) -> None:
    async with place.serving() as process:
        code, seconds = await process.stop(sign)
        assert (code, seconds < 3) == (0, True)
        assert "Traceback" not in process.said


async def test_as_root_the_server_is_the_service_user(place: Place) -> None:
    async with place.serving() as process:
        user = privileges.service_user()
        assert user_ids(process.process.pid) == {str(user.pw_uid if user else os.getuid())}


@pytest.mark.parametrize("value", ["off", "on"])
async def test_a_database_that_may_lose_what_was_acknowledged_is_warned_of_and_served(
    place: Place, postgres: PostgresServer, value: str
) -> None:
    database = place.owner_url.rpartition("/")[2]
    await postgres.execute(f"ALTER ROLE {SERVING} IN DATABASE {database} SET synchronous_commit = {value}")
    async with place.serving() as process:
        warnings = re.findall(r"^thidua: Cảnh báo: .*\. / Warning: .*\.$", process.said, re.MULTILINE)
        assert len(warnings) <= 1
        assert ("synchronous_commit" in "".join(warnings)) == (value == "off")


@pytest.mark.parametrize("pooler", ["true", "false"])
async def test_behind_a_transaction_pooler_every_statement_stands_in_a_transaction(
    place: Place, postgres: PostgresServer, pooler: str
) -> None:
    database = place.owner_url.rpartition("/")[2]
    async with place.serving(THIDUA_TRANSACTION_POOLER=pooler):
        last = await last_statements(postgres.superuser_url, database)
    assert last
    assert (last == {"COMMIT;"}) == (pooler == "true")


async def last_statements(superuser_url: str, database: str) -> set[str]:
    connection = await asyncpg.connect(superuser_url)
    try:
        rows = await connection.fetch(
            "SELECT a.query FROM pg_stat_activity AS a WHERE a.datname = $1 AND a.state = 'idle'", database
        )
    finally:
        await connection.close()
    return {row["query"] for row in rows}


def user_ids(pid: int) -> set[str]:
    """The real, effective, saved and file system user of a process."""
    found = re.search(r"^Uid:(.*)$", Path(f"/proc/{pid}/status").read_text(), re.MULTILINE)
    assert found
    return set(found[1].split())


async def test_it_waits_for_a_database_that_goes_away_and_goes_on_when_it_is_back(place: Place) -> None:
    async with proxy_before(place.serving_url) as proxy, place.serving(THIDUA_DATABASE_URL=proxy.url) as process:
        proxy.go_away()
        await process.wait_until_ready(503)
        proxy.come_back()
        await process.wait_until_ready()
        assert "Traceback" not in process.said


async def test_it_stops_in_time_while_the_database_is_away(place: Place) -> None:
    async with proxy_before(place.serving_url) as proxy, place.serving(THIDUA_DATABASE_URL=proxy.url) as process:
        proxy.go_away()
        await process.wait_until_ready(503)
        code, seconds = await process.stop()
        assert (code, seconds < 3.5) == (0, True)


async def launched(process: Process, key: str, day: str) -> str:
    """The id of the tenant's only campaign, launched on the day."""
    head = (await process.ask("GET", "/v1/me", key))["position"]
    [campaign] = (await process.ask("GET", f"/v1/campaigns?min_position={head}", key))["items"]
    path = f"/v1/campaigns/{campaign['campaign_id']}"
    await process.ask("POST", f"{path}/launch", key, {"happened_on": day}, idempotency_key="launch")
    return path


async def phases_on_record(process: Process, path: str, key: str) -> list[tuple[bool, bool]]:
    shown = await process.ask("GET", path, key)
    return [(phase["opened_at"] is not None, phase["closed_at"] is not None) for phase in shown["phases"]]


async def test_phases_open_and_close_on_record_as_the_clock_of_a_demo_moves(
    place: Place, reachable_folder: Path
) -> None:
    await mark_demo(place.owner_url)
    await place.run("tenant", "apply", str(FEDERATION))
    key = (await place.run("tenant", "key", "federation-officer", "--tenant", "kon-tum")).stdout.strip()
    clock = reachable_folder / "clock"
    clock.write_text("2024-02-21T08:00:00+07:00")
    async with place.serving("--clock-file", str(clock)) as process:
        path = await launched(process, key, "2024-02-21")
        for instant, wanted in (
            ("2024-02-21T09:00:00+07:00", [(True, False), (False, False)]),
            ("2024-07-31T23:59:00+07:00", [(True, False), (False, False)]),
            ("2024-08-01T00:01:00+07:00", [(True, True), (True, False)]),
            ("2025-01-01T00:01:00+07:00", [(True, True), (True, True)]),
        ):
            clock.write_text(instant)
            async with asyncio.timeout(30):
                while await phases_on_record(process, path, key) != wanted:
                    await asyncio.sleep(0.1)
