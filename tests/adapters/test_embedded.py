import os
import pwd
import signal
import subprocess
import time
from pathlib import Path

import anyio
import asyncpg
import pytest

from adapters import privileges
from adapters.postgres import embedded
from tests.support.program import PYTHON, environment

ROOT = privileges.is_root()


def put(running: embedded.Running, *values: int) -> None:
    rows = ", ".join(f"({value})" for value in values)
    running.execute(f"CREATE TABLE IF NOT EXISTS kept (value int); INSERT INTO kept VALUES {rows}")


def kept(running: embedded.Running) -> int:
    return int(running.execute("SELECT count(*) FROM kept"))


def test_what_was_stored_is_there_after_a_stop_and_a_start(reachable_folder: Path) -> None:
    with embedded.start(reachable_folder / "pg") as running:
        port = running.port
        put(running, 1, 2)
    with embedded.start(reachable_folder / "pg") as running:
        assert kept(running) == 2
        assert running.port == port, "URLs written down stay good as long as the port is free"


def test_it_stops_within_five_seconds_under_an_open_transaction(reachable_folder: Path) -> None:
    running = embedded.start(reachable_folder / "pg", durable=False)
    command = [str(embedded.BINARIES / "psql"), "-X", "-c", "SELECT pg_sleep(60)", running.superuser_url]
    sleeper = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    while running.execute("SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep%'").strip() == "0":
        time.sleep(0.02)
    began = time.monotonic()
    running.stop()
    assert time.monotonic() - began < 5
    sleeper.wait(5)
    assert list(embedded.processes_in(running.cluster)) == []


def test_a_killed_postmaster_is_started_again_and_has_lost_nothing(reachable_folder: Path) -> None:
    with embedded.start(reachable_folder / "pg") as running:
        put(running, 1)
        os.kill(running.pid, signal.SIGKILL)
    with embedded.start(reachable_folder / "pg") as running:
        assert kept(running) == 1


@pytest.mark.anyio
async def test_keep_alive_brings_a_killed_server_back_on_its_port(reachable_folder: Path) -> None:
    with embedded.start(reachable_folder / "pg") as running:
        put(running, 1)
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(embedded.keep_alive, running)
            first = running.pid
            os.kill(first, signal.SIGKILL)
            with anyio.fail_after(20):
                while not (running.is_alive() and running.pid != first and running.is_healthy()):
                    await anyio.sleep(0.05)
            tasks.cancel_scope.cancel()
        assert kept(running) == 1


SUPERVISOR = """
import sys, time
from pathlib import Path
from adapters.postgres import embedded
from tests.support.program import PYTHON, environment
running = embedded.start(Path(sys.argv[1]))
print(running.execute("CREATE TABLE kept (value int); INSERT INTO kept VALUES (1); SELECT 'up'").strip(), running.pid)
sys.stdout.flush()
time.sleep(60)
"""


def killed_supervisor(folder: Path) -> int:
    """Start a server under another process, kill that process, and return the server's pid."""
    command = [PYTHON, "-c", SUPERVISOR, str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment()) as child:
        assert child.stdout is not None
        word, pid = child.stdout.readline().split()
        assert word == "up"
        child.kill()
    return int(pid)


def test_a_killed_supervisor_does_not_keep_the_next_one_from_starting(reachable_folder: Path) -> None:
    killed_supervisor(reachable_folder / "pg")
    with embedded.start(reachable_folder / "pg") as running:
        assert kept(running) == 1


def test_a_server_that_outlived_its_supervisor_is_ended_by_the_next_start(
    reachable_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedded, "dying_with_parent", list)
    running = embedded.start(reachable_folder / "pg")
    put(running, 1)
    assert running._lock is not None
    os.close(running._lock)  # What the end of its process does to a lock.
    with embedded.start(reachable_folder / "pg") as another:
        assert not running.is_alive()
        assert kept(another) == 1


def test_a_pid_file_that_names_a_stranger_does_not_keep_it_from_starting(reachable_folder: Path) -> None:
    with embedded.start(reachable_folder / "pg") as running:
        pid_file = running.cluster / "postmaster.pid"
        lines = pid_file.read_text().splitlines()
        os.kill(running.pid, signal.SIGKILL)
    how = embedded.as_service_user(reachable_folder / "pg")
    with subprocess.Popen(["sleep", "60"], **how) as stranger:
        pid_file.write_text("\n".join([str(stranger.pid), *lines[1:]]))
        try:
            embedded.start(reachable_folder / "pg").stop()
        finally:
            stranger.kill()


def test_a_folder_in_use_is_refused_in_one_sentence(reachable_folder: Path) -> None:
    with (
        embedded.start(reachable_folder / "pg", durable=False),
        pytest.raises(embedded.EmbeddedProblem, match=r"^Một tiến trình khác [^\n]* / Another process [^\n]*\.$"),
    ):
        embedded.start(reachable_folder / "pg")


def test_a_taken_port_is_changed_for_another(reachable_folder: Path) -> None:
    with embedded.start(reachable_folder / "one", durable=False) as one:
        (reachable_folder / "two").mkdir(mode=0o700)
        if (user := privileges.service_user()) is not None:
            os.chown(reachable_folder / "two", user.pw_uid, user.pw_gid)
        (reachable_folder / "two" / "port").write_text(str(one.port))
        with embedded.start(reachable_folder / "two", durable=False) as two:
            assert two.port != one.port


@pytest.mark.anyio
async def test_a_stranger_without_the_password_is_refused(reachable_folder: Path) -> None:
    with embedded.start(reachable_folder / "pg", durable=False) as running:
        for attempt in ("", "postgres"):
            with pytest.raises(asyncpg.InvalidPasswordError):
                await asyncpg.connect(host=running.host, port=running.port, user="postgres", password=attempt)


@pytest.mark.anyio
async def test_the_owner_of_a_database_may_make_roles_and_is_no_superuser(reachable_folder: Path) -> None:
    with embedded.start(reachable_folder / "pg", durable=False) as running:
        url = running.ensure_database("thidua", owner="thidua_owner")
        assert running.ensure_database("thidua", owner="thidua_owner") == url, "asked twice, it is the same"
        connection = await asyncpg.connect(url)
        await connection.execute("CREATE ROLE another NOLOGIN; CREATE SCHEMA thidua")
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute("CREATE ROLE too_much SUPERUSER")
        await connection.close()


def test_durable_means_synced_and_throw_away_means_not(reachable_folder: Path) -> None:
    question = "SELECT current_setting('fsync') || current_setting('synchronous_commit')"
    for durable, answer in ((True, "onon"), (False, "offoff")):
        with embedded.start(reachable_folder / "pg", durable=durable) as running:
            assert running.execute(question).strip() == answer


def test_as_root_it_runs_as_the_service_user_and_no_folder_that_was_there_changes(reachable_folder: Path) -> None:
    there = [reachable_folder, *reachable_folder.parents]
    before = [(folder.stat().st_mode, folder.stat().st_uid) for folder in there]
    with embedded.start(reachable_folder / "deep" / "pg", durable=False) as running:
        expected = privileges.SERVICE_USER if ROOT else pwd.getpwuid(os.getuid()).pw_name
        assert Path(f"/proc/{running.pid}").owner() == expected
    assert [(folder.stat().st_mode, folder.stat().st_uid) for folder in there] == before


def test_a_folder_that_its_user_cannot_work_in_is_refused_in_one_sentence_and_left_alone(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    closed = tmp_path / "pg" if ROOT else Path("/")
    with pytest.raises(embedded.EmbeddedProblem, match=r"^Thư mục [^\n]* / The folder [^\n]*\.$"):
        embedded.start(closed)
    assert tmp_path.stat().st_mode & 0o777 == 0o700
    assert list(tmp_path.iterdir()) == []
