"""A hundred persons are erased: nothing that was said of them is found anywhere, and every decision is made again."""

import asyncio
import re
import shutil
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import msgspec
import pytest

from adapters.keys.vault import SUBJECT_KEY_SECONDS
from adapters.postgres.migrate import mark_demo
from application.importing.sheets import MEMBERS
from application.personal import personal_fields, personal_texts
from application.sealing import ERASED, WITHHELD
from domain.events import CATALOGUE
from tests.support.console import Place, data_folder, migrated
from tests.support.erasing import Told, files_with, rows_with
from tests.support.http import Caller
from tests.support.postgres import PostgresServer
from tests.support.workbooks import member, workbook

pytestmark = pytest.mark.anyio
PERSONS, AWARDED = 100, 10
LAST = PERSONS - 1
INDEX = re.compile(r"\[[0-9]+\]")
NOT_OF_PERSONS = {
    "cluster.election-annulled: ground",
    "cluster.ranked: left_out[].reason",
    "duty.resubmitted: report",
    "duty.returned: reason",
    "duty.submitted: report",
    "unit.title-struck: reason",
}
"""What is said in free words of units alone."""


@pytest.fixture
async def place(postgres: PostgresServer, reachable_folder: Path) -> AsyncIterator[Place]:
    owner_url = await migrated(postgres)
    place = Place(data_folder(reachable_folder), postgres, owner_url)
    place.make_master_key()
    yield place
    await postgres.drop_database(owner_url)


@asynccontextmanager
async def two_servers(place: Place, postgres: PostgresServer, clock: Path) -> AsyncIterator[tuple[str, str]]:
    """The addresses of two processes over one database, one master key and one folder of attachments."""
    other = Place(data_folder(place.folder.parent / "other"), postgres, place.owner_url)
    shutil.copy2(place.make_master_key(), other.make_master_key())
    shared = {"THIDUA_ATTACHMENTS": str(place.folder / "attachments")}
    options = ("--clock-file", str(clock))
    async with place.serving(*options, **shared), other.serving(*options, **shared):
        yield place.url, other.url


async def test_a_hundred_persons_are_erased_and_everything_still_verifies(
    place: Place, postgres: PostgresServer, reachable_folder: Path
) -> None:
    await mark_demo(place.owner_url)
    clock = reachable_folder / "clock"
    clock.write_text("2024-01-15T08:00:00+07:00")
    async with (
        two_servers(place, postgres, clock) as (url, other_url),
        httpx.AsyncClient(base_url=url, timeout=30) as client,
    ):
        told = Told(clock, place.owner_url, client, PERSONS)
        await all_that_can_be_said(told)
        before, shown = await events(told), await everything_shown(told)
        assert unsaid(before) == NOT_OF_PERSONS
        assert told.mark in shown
        assert all(history["same"] for history in await replays(told))
        await told.each(told.erase, range(LAST))
        async with httpx.AsyncClient(base_url=other_url, timeout=30) as elsewhere:
            assert await follows(told, elsewhere) < SUBJECT_KEY_SECONDS + 1
        assert told.mark not in await everything_shown(told)
        assert (await events(told))[: len(before)] == before
        await decisions_stand(told)
        await its_files_do_not_open(told)
        await the_operators_report_says_so(place)
    superuser_url = postgres.superuser_url_of(place.owner_url)
    assert await rows_with(superuser_url, "DV-1"), "what is there in clear would be found"
    assert await rows_with(superuser_url, told.mark) == {}
    folders = [reachable_folder, await data_directory(superuser_url)]
    assert files_with(folders, str(told.tenant_id)), "what is there in clear would be found"
    assert files_with(folders, told.mark) == []


async def all_that_can_be_said(told: Told) -> None:
    await told.settle()
    told.reach("2024-03-01")
    await told.each(told.enrol)
    await told.each(told.register)
    told.reach("2024-08-01")
    await told.each(told.evaluate)
    for number in range(AWARDED):
        await told.nominate(number)
    await told.decline(AWARDED)
    told.reach("2024-09-10")
    await told.decide()
    await told.each(told.ask)
    bad = workbook(MEMBERS, [member(1, full_name=told.said(0, "trong sổ tính"), joined_on="hôm nào")])
    refused = await told.officer.post("/v1/imports/members", bad, content_type="application/octet-stream")
    assert (refused.status_code, refused.json()["facts"]["refused"]) == (422, 1), refused.text


async def listed(caller: Caller, path: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    cursor = ""
    while True:
        answer = await caller.get(f"{path}?limit=500{cursor}")
        assert answer.status_code == 200, answer.text
        rows += answer.json()["items"]
        if answer.json()["next"] is None:
            return rows
        cursor = f"&cursor={answer.json()['next']}"


async def everything_shown(told: Told) -> str:
    """What an officer reads: each register, each thing whole, and what is held about each person."""
    officer, texts = told.officer, []
    head = (await officer.get("/v1/me")).json()["position"]
    for register in ("members", "registrations", "evaluations", "awards", "exemplars", "requests", "audit-trail"):
        await officer.get(f"/v1/{register}?limit=1&min_position={head}")
        texts.append(str(await listed(officer, f"/v1/{register}")))
    paths = [f"/v1/members/{told.person(number)}/held-data" for number in range(PERSONS)]
    paths += [f"/v1/awards/{each}{more}" for each in told.awards for more in ("", "/replay")]
    for kind, ids in (("registrations", told.registrations.values()), ("evaluations", told.evaluations.values())):
        paths += [f"/v1/{kind}/{each}" for each in ids]
    for path in paths:
        answer = await officer.get(path)
        assert answer.status_code == 200, answer.text
        texts.append(answer.text)
    return "\n".join(texts)


async def events(told: Told) -> list[dict[str, Any]]:
    """The whole feed, as an integrator reads it."""
    integrator, found, after = told.callers["integrator"], list[dict[str, Any]](), 0
    while True:
        page = (await integrator.get(f"/v1/events?limit=500&after={after}")).json()
        found += page["events"]
        after = page["through"]
        if page["max_position"] is not None:
            return found


def unsaid(feed: list[dict[str, Any]]) -> set[str]:
    """The personal fields of events of which the feed has none that is filled in."""
    newest = {name: cls for (name, _), cls in sorted(CATALOGUE.items())}
    fields = {f"{name}: {path}" for name, cls in newest.items() for path in personal_fields(cls)}
    said = {
        f"{event['type']}: {INDEX.sub('[]', path)}"
        for event in feed
        for path, _ in personal_texts(msgspec.convert(event["data"], newest[event["type"]]))
    }
    return fields - said


async def replays(told: Told) -> list[dict[str, Any]]:
    auditor = told.callers["auditor"]
    return [(await auditor.get(f"/v1/awards/{award}/replay")).json() for award in told.awards]


async def follows(told: Told, elsewhere: httpx.AsyncClient) -> float:
    """Erase the last one; seconds until another server, which knows the key, shows no more of them."""
    caller, path = Caller(elsewhere, told.officer.key, told.officer.credential_id), f"/v1/members/{told.person(LAST)}"
    assert told.mark in (await caller.get(path)).text
    await told.erase(LAST)
    began = time.monotonic()
    while (await caller.get(path)).json()["full_name"] != ERASED:
        await asyncio.sleep(0.05)
        assert time.monotonic() - began < 30
    return time.monotonic() - began


async def decisions_stand(told: Told) -> None:
    histories = await replays(told)
    assert all(history["same"] for history in histories)
    assert {step["state"]["status"] for history in histories for step in history["steps"][-1:]} == {
        "decided",
        "revoked",
    }
    row = (await told.officer.get(f"/v1/awards/{told.awards[0]}")).json()
    assert (row["state"], row["person_id"]) == ("decided", told.person(0))
    member_row = (await told.officer.get(f"/v1/members/{told.person(0)}")).json()
    assert (member_row["full_name"], member_row["erased_on"]) == (ERASED, "2024-09-10")
    held = (await told.officer.get(f"/v1/members/{told.person(0)}/held-data")).json()["events"]
    then = await told.officer.get(f"/v1/members/{told.person(0)}/held-data?as_of={held[-1]['position']}")
    assert then.json()["events"] == held
    of = {event["type"]: event["data"] for event in held}
    assert of["award.complaint-received"]["complainant"] == WITHHELD
    assert of["council.recusal-recorded"]["reason"] == ERASED
    totals = {each["kind"]: each for each in (await told.officer.get("/v1/request-totals")).json()["kinds"]}
    assert (totals["erasure"]["granted"], totals["access"]["denied"]) == (PERSONS, PERSONS // 10)


async def its_files_do_not_open(told: Told) -> None:
    for award in told.awards:
        answer = await told.officer.get(f"/v1/awards/{award}/parts/minutes")
        assert answer.json()["code"] == "person.erased"


async def the_operators_report_says_so(place: Place) -> None:
    done = await place.run("audit", "erasures", "--tenant", "lien-doan")
    assert done.returncode == 0, done.stderr
    first, second, last = done.stdout.splitlines()
    assert f"asked {PERSONS // 10}, granted 0, denied {PERSONS // 10}" in first
    assert f"asked {PERSONS}, granted {PERSONS}, denied 0, answered late 0, open 0, overdue 0" in second
    assert f"{PERSONS} persons erased" in last
    assert "not destroyed yet" not in last


async def data_directory(superuser_url: str) -> Path:
    connection = await asyncpg.connect(superuser_url)
    try:
        await connection.execute("CHECKPOINT")
        return Path(await connection.fetchval("SHOW data_directory"))
    finally:
        await connection.close()
