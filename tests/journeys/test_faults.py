"""The short version of `make faults`: kill -9 under load, two servers, a database that goes away, a server that is told
to stop; and the control, which shows that a loss would be seen. On a durable PostgreSQL of its own."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from random import Random
from typing import Any
from uuid import uuid4

import asyncpg
import msgspec
import pytest

from adapters.http.routes import every_route
from benchmarks.faults.control import caught, make_forgetful
from benchmarks.faults.follower import following
from benchmarks.faults.kills import kill_in_turn, progress
from benchmarks.faults.load import loading
from benchmarks.faults.stage import Federation, Server, Stage, send, staged
from benchmarks.faults.verdict import judge
from benchmarks.faults.wire import Answer, Line

pytestmark = [pytest.mark.anyio, pytest.mark.faults]

# What is not waited for stays in shared memory until something is: whatever may be lost in a crash is lost.
LAZY = {"wal_writer_delay": "10s"}
STOP_SECONDS_MAX = 5.0
ANSWER_SECONDS_MAX = 8.0


@pytest.fixture(scope="module")
async def stage() -> AsyncIterator[Stage]:
    async with staged(servers=2, federations=2, options=LAZY) as stage:
        yield stage


@pytest.fixture
async def lines(stage: Stage) -> AsyncIterator[list[Line]]:
    """One to each server, all of which run."""
    await stage.ready()
    lines = [Line(server.port) for server in stage.servers]
    yield lines
    for line in lines:
        line.close()


def headcount(number: int) -> dict[str, Any]:
    return {"members": number, "workers": number, "direct_workers": number, "on": "2024-01-31"}


async def got(line: Line, federation: Federation, path: str) -> Answer:
    return await line.ask("GET", path, federation.officer.headers)


async def reported(line: Line, federation: Federation, unit_id: str, number: int) -> dict[str, Any]:
    """What the officer is told whose head count is accepted, asked for again as long as the answer says so."""
    key = str(uuid4())
    while True:
        path = f"/v1/units/{unit_id}/report-headcount"
        answer = await send(line, federation.officer, path, headcount(number), key=key)
        if "retry-after" not in answer.headers:
            break
        await asyncio.sleep(0.01)
    assert answer.status == 200, answer.body
    told: dict[str, Any] = msgspec.json.decode(answer.body)
    return told


async def test_nothing_acknowledged_is_lost_when_server_and_postgresql_are_killed_under_load(stage: Stage) -> None:
    kinds = ("server", "postmaster", "backend", "server", "all of PostgreSQL")
    async with following(stage, stage.federations) as followers, loading(stage, stage.federations, clients=16) as book:
        kills = await kill_in_turn(stage, book, kinds, Random(2))  # noqa: S311
    verdict = await judge(stage, book, followers)
    assert verdict.faults == []
    assert [kill.what for kill in kills] == list(kinds)
    assert verdict.replayed == len(book.acknowledged) >= 100
    assert all(log.last == log.count == log.head for log in verdict.logs)
    assert verdict.followed == sum(log.count for log in verdict.logs)
    assert book.without_retry_after == 0


async def test_control_a_database_that_answers_before_it_has_written_is_caught_losing() -> None:
    async with staged(servers=1, federations=1, options=LAZY) as stage:
        await make_forgetful(stage)
        lost = await caught(stage, clients=8, seed=3, kills_max=8)
    assert lost.missing > 0
    assert any("acknowledged and missing" in fault for fault in lost.faults)


# --- Two servers ----------------------------------------------------------------------


async def test_two_servers_give_the_same_answers(stage: Stage, lines: list[Line]) -> None:
    federation = stage.federations[0]
    told = await reported(lines[0], federation, federation.bases[0], 17)
    lists = [route.path for route in every_route() if route.paged and route.method == "GET"]
    for path in [*lists, f"/v1/units/{federation.bases[0]}", f"/v1/campaigns/{federation.campaign_id}"]:
        one, other = [await got(line, federation, f"{path}?min_position={told['position']}") for line in lines]
        assert (one.status, one.body, one.headers.get("etag")) == (other.status, other.body, other.headers.get("etag"))
        assert one.status in (200, 403), (path, one.body)


async def test_one_key_sent_to_both_servers_at_once_has_one_effect_and_one_answer(
    stage: Stage, lines: list[Line]
) -> None:
    federation = stage.federations[0]
    body: dict[str, Any] = {"campaign_id": federation.campaign_id, "unit_id": federation.bases[0], "kind": "task"}
    body |= {"subject": {"kind": "individual", "person_id": federation.workers[0]}, "happened_on": "2024-03-10"}
    for number in range(20):
        key, task = str(uuid4()), {**body, "name": f"Phần việc chung {number}"}
        answers = await asyncio.gather(
            *(send(line, federation.officer, "/v1/registrations", task, key=key) for line in lines)
        )
        assert {answer.status for answer in answers} == {201}
        assert len({answer.body for answer in answers}) == 1, "each request alone would get an id of its own"
        assert sorted(answer.headers.get("idempotency-replayed", "") for answer in answers) == ["", "true"]
        events = await stage.fetch(
            "select e.position from thidua.events as e where e.tenant_id = $1 and e.stream_id = $2",
            federation.tenant_id,
            f"registration-{msgspec.json.decode(answers[0].body)['id']}",
        )
        assert len(events) == 1


async def test_one_stream_written_through_both_servers_has_a_version_for_each_accepted_command(
    stage: Stage, lines: list[Line]
) -> None:
    federation = stage.federations[1]
    unit_id = federation.bases[1]
    before = await reported(lines[0], federation, unit_id, 1)
    every = [Line(server.port) for server in stage.servers for _ in range(4)]
    told = await asyncio.gather(*(reported(line, federation, unit_id, 100 + n) for n, line in enumerate(every)))
    for line in every:
        line.close()
    versions = sorted(each["version"] for each in told)
    assert versions == list(range(before["version"] + 1, before["version"] + 1 + len(every)))


async def test_projections_that_both_servers_run_count_each_event_once(stage: Stage) -> None:
    async with loading(stage, stage.federations, clients=8, seed=4) as book:
        await progress(book, 100)
    verdict = await judge(stage, book)
    assert verdict.faults == []


async def test_what_a_crash_takes_back_from_the_read_models_comes_again_without_a_new_event(
    stage: Stage, lines: list[Line]
) -> None:
    """Their rows are not waited for on the disk, and a crash may be over before the server has looked at the database.
    Mend: for as long as rows may be taken back, the server does not trust its memory of how far they had come."""
    stage.servers[1].kill()  # It could come to help.
    await quiet(stage)
    federation, line = stage.federations[0], lines[0]
    for number in range(10):  # Mostly once: the rows are on the disk a fifth of a second later.
        told = await reported(line, federation, federation.bases[2], 4_321 + number)
        path = f"/v1/units/{federation.bases[2]}?min_position={told['position']}"
        shown = await got(line, federation, path)
        assert shown.status == 200
        await crash(stage)
        taken_back = await furthest_read_model(stage, federation) < told["position"]
        await until(partial(is_shown, line, federation, path))
        assert (await got(line, federation, path)).body == shown.body
        if taken_back:
            return
    raise AssertionError("no crash has taken anything back: the test has shown nothing")


async def quiet(stage: Stage) -> None:
    """Wait until nothing more falls due: an event of the server's own would bring the read models up too."""
    sql, before = "select sum(h.position) as total from thidua.heads as h", None
    while (now := (await stage.fetch(sql))[0]["total"]) != before:
        before = now
        await asyncio.sleep(1.5)


async def crash(stage: Stage) -> None:
    """Kill one backend, for which PostgreSQL sends all others away, forgets its memory and begins anew."""
    before = stage.backends()
    os.kill(before[-1], signal.SIGKILL)
    while set(before) & set(stage.backends()):
        await asyncio.sleep(0.01)


async def furthest_read_model(stage: Stage, federation: Federation) -> int:
    """Its position, as soon as the database answers again."""
    sql = "select max(c.position) as reached from read_models.checkpoints as c where c.tenant_id = $1"
    while True:
        try:
            return int((await stage.fetch(sql, federation.tenant_id))[0]["reached"])
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            await asyncio.sleep(0.01)


async def is_shown(line: Line, federation: Federation, path: str) -> bool:
    answer = await got(line, federation, path)
    assert answer.status in (200, 503), answer.body
    return answer.status == 200


async def until(reached: Callable[[], Awaitable[bool]]) -> None:
    deadline = time.monotonic() + ANSWER_SECONDS_MAX
    while not await reached():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.05)


# --- The database away, and the server told to stop -------------------------------------


async def test_while_the_database_is_away_commands_and_queries_get_503_and_service_resumes_by_itself(
    stage: Stage, lines: list[Line]
) -> None:
    federation, key, line = stage.federations[0], str(uuid4()), lines[0]
    path = f"/v1/units/{federation.bases[3]}/report-headcount"
    async with loading(stage, stage.federations, clients=8, seed=5) as book:
        await progress(book, 50)
        async with stage.without_postgres():
            began = time.monotonic()
            answers = [
                await send(line, federation.officer, path, headcount(9), key=key),
                await got(line, federation, "/v1/units"),
                await line.ask("GET", "/v1/events", federation.integrator.headers),
            ]
            took = time.monotonic() - began
            await until(lambda: tells(line, "/health/ready", 503))  # It looks once a second.
            assert await tells(line, "/health/live", 200)
            await asyncio.sleep(2)
        assert [(answer.status, "retry-after" in answer.headers) for answer in answers] == [(503, True)] * 3
        assert took < ANSWER_SECONDS_MAX
        await progress(book, len(book.acknowledged) + 50)
    assert (await send(line, federation.officer, path, headcount(9), key=key)).status == 200
    assert await tells(line, "/health/ready", 200)
    verdict = await judge(stage, book)
    assert verdict.faults == []
    assert set(book.answers) <= {200, 201, 409, 503}


async def tells(line: Line, path: str, status: int) -> bool:
    return (await line.ask("GET", path, {})).status == status


async def test_a_server_that_is_told_to_stop_under_load_stops_in_time_and_loses_nothing(stage: Stage) -> None:
    await stage.ready()
    async with loading(stage, stage.federations, clients=16, seed=6) as book:
        for server in stage.servers:
            await progress(book, len(book.acknowledged) + 30)
            await stopped_in_time(server)
            await server.start()
    verdict = await judge(stage, book)
    assert verdict.faults == []


async def stopped_in_time(server: Server) -> None:
    code, seconds = await server.stop(STOP_SECONDS_MAX)
    assert code == 0, f"{code} after {seconds:.1f} s"
