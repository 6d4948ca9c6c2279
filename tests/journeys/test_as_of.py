"""A query as of a position answers what it answers on a log that ends there: rows by rows, answers by answers."""

import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import date
from io import BytesIO
from random import Random
from typing import Any

import httpx
import pytest
from msgspec.structs import replace
from python_calamine import CalamineWorkbook

from adapters.http.moments import HEADER
from adapters.http.route import Route
from adapters.http.routes import every_route
from adapters.keys.ciphers import MasterKey, fresh_root
from adapters.main import Wired, application, wired
from adapters.postgres.catalogue import PostgresRegistry
from adapters.postgres.event_store import PostgresEventStore
from adapters.read_models.models import MODELS, NAMES
from adapters.read_models.pasts import Pasts
from adapters.read_models.subjects import PastSubjects
from application.log_subjects import LogSubjects
from application.moments import Stopped
from application.ports import Subjects
from domain.campaign import CAMPAIGN
from domain.campaign.messages import AmendCampaign
from domain.ids import TenantId
from domain.member import MEMBER
from domain.member.messages import RecordDiscipline
from domain.rules import DossierParts
from tenants.scope import Role
from tests.support.directives import CIRCULAR, RULES, SMALL
from tests.support.http import projecting
from tests.support.log import LogDatabase, fresh_id, log_database
from tests.support.postgres import PostgresServer
from tests.support.rambling import ramble
from tests.support.read_models import Projected
from tests.support.story import Story
from tests.support.twins import cut, spread, twin_of

pytestmark = pytest.mark.anyio
POSITIONS = 5
READ = re.compile(r"read_models\.([a-z_]+)")
DATED = [
    route
    for route in every_route()
    if route.method == "GET" and "as_of" in getattr(route.parameters, "__struct_fields__", ())
]
PARTS = DossierParts(source="assumed", cites="giả định", parts=("initiative-certificate",))
STRICTER = replace(SMALL, rule_sets=(replace(RULES, rules=(*RULES.rules, PARTS)),))
"""What a dossier that was not decided yet lacks by it, it did not lack before."""
NAMED = {"/v1/members": "person_id", "/v1/councils": "session_id", "/v1/duties": "duty_id"}
SEVERAL_MAX = 2
"""So many things of a kind are looked at one by one."""


async def told(server: PostgresServer, database: LogDatabase, seed: int) -> Story:
    """A log of random commands, of a whole campaign's (seed 0)."""
    async with PostgresEventStore(database.pool) as store:
        story = Story(store, await database.tenant())
        if seed:
            await story.settle()
            await ramble(story, Random(seed), 80)  # noqa: S311
        else:
            await story.tell()
    return story


def without(rows: dict[str, list[dict[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
    return {name: [{k: v for k, v in row.items() if k != "tenant_id"} for row in each] for name, each in rows.items()}


@pytest.mark.parametrize("seed", range(4))
async def test_the_rows_of_a_past_are_those_of_a_log_that_ends_there(postgres: PostgresServer, seed: int) -> None:
    random = Random(seed)  # noqa: S311
    async with log_database(postgres) as database:
        story = await told(postgres, database, seed)
        await database.pool.close()
        async with twin_of(postgres, database) as first, twin_of(postgres, database) as second:
            for position in sorted(random.sample(range(1, story.position + 1), POSITIONS), reverse=True):
                async with PostgresEventStore(first.pool) as store, PostgresEventStore(second.pool) as cut_store:
                    pasts, world = Pasts(store, first.pool, MODELS), Projected(first, store)
                    async with pasts.looking(story.tenant_id, position, NAMES, timeout_seconds=10) as (_, whose):
                        pass
                    await cut(second, story.tenant_id, position)
                    ended = Projected(second, cut_store)
                    await ended.projector.catch_up()
                    assert without(await world.rows(whose)) == without(await ended.rows(story.tenant_id)), position


@pytest.mark.parametrize("seed", range(3))
async def test_the_index_of_subjects_of_a_past_is_that_of_a_log_that_ends_there(
    postgres: PostgresServer, seed: int
) -> None:
    random = Random(seed)  # noqa: S311
    async with log_database(postgres) as database:
        story = await told(postgres, database, seed)
        async with PostgresEventStore(database.pool) as store:
            pasts, log = Pasts(store, database.pool, MODELS), LogSubjects(store)
            past = PastSubjects(pasts, timeout_seconds=10)
            for position in random.sample(range(1, story.position + 1), 3):
                for found, wanted in zip(
                    await everything_of(past, story, position), await everything_of(log, story, position), strict=True
                ):
                    assert found == wanted, position


async def everything_of(index: Subjects, story: Story, until: int) -> list[list[str]]:
    """What the index says of each thing of the story."""
    tenant_id, found = story.tenant_id, [await index.clusters(story.tenant_id, None, until=until)]
    for identity in story.ids.values():
        found += [
            await index.about(tenant_id, identity, until=until),
            await index.below(tenant_id, identity, until=until),
            await index.clusters(tenant_id, identity, until=until),
            await index.merged_into(tenant_id, identity, until=until),
            await index.of_persons_in(tenant_id, identity, until=until, limit=100),
            await index.nominated(tenant_id, identity, "cong-nhan-gioi", until=until),
        ]
    return found


class Asked:
    """Callers of one database's server, by role."""

    def __init__(self, client: httpx.AsyncClient, keys: dict[str, str]) -> None:
        self._client, self._keys = client, keys

    async def __call__(self, role: str, path: str) -> httpx.Response:
        return await self._client.get(path, headers={"authorization": f"Bearer {self._keys[role]}"})


@asynccontextmanager
async def asked(parts: Wired, keys: dict[str, str]) -> AsyncIterator[Asked]:
    transport = httpx.ASGITransport(app=application(parts))
    async with httpx.AsyncClient(transport=transport, base_url="http://as-of", timeout=30) as client:
        yield Asked(client, keys)


async def lived(database: LogDatabase, master_key: MasterKey) -> tuple[Story, dict[str, str]]:
    """A whole campaign under the server's own keys, recorded over a year, and a key for each kind of reader."""
    async with wired(database.serving_url, master_key) as parts:
        tenant_id = TenantId(fresh_id())
        async with database.owner() as connection:
            registry = PostgresRegistry(connection)
            await registry.create_tenant(tenant_id, "song-mau", "Sông Mẫu")
            await registry.set_applied(tenant_id, name="song-mau", digest=bytes(32))
            story = Story(parts.store, tenant_id)
            story.platform = replace(story.platform, vault=parts.vault)
            await story.tell()
            story.clock.day = date(2024, 10, 20)
            await story.do(MEMBER, "an", RecordDiscipline(kind="warning", on=date(2024, 5, 1), ground="vắng mặt"))
            await story.do(CAMPAIGN, "campaign", AmendCampaign(directive=STRICTER, document=CIRCULAR))
            readers = {
                "officer": (Role.FEDERATION_OFFICER, None),
                "auditor": (Role.AUDITOR, None),
                "unit": (Role.UNIT_OFFICER, story.id("nha-may")),
            }
            keys = {
                name: (await registry.issue_credential(tenant_id, role=role, actor=name, unit_id=unit)).key
                for name, (role, unit) in readers.items()
            }
    await spread(database.server.superuser_url_of(database.owner_url), tenant_id)
    return story, keys


async def last_of(parts: Wired, tenant_id: TenantId, event_type: str) -> int:
    """The position of the last event of the type."""
    records = await parts.store.page(tenant_id, after=0, limit=1_000)
    return max(each.position for each in records if each.type == event_type)


def comparable(answer: httpx.Response) -> tuple[Any, ...]:
    """What two servers must say alike: all but the cursor's seal, the day that a workbook was made, and its filter."""
    headers = (answer.status_code, answer.headers.get("etag"), answer.headers["content-type"])
    if answer.headers["content-type"].endswith("sheet"):
        book = CalamineWorkbook.from_filelike(BytesIO(answer.content))
        rows = [row for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python()]
        return *headers, [row for row in rows if row[0] not in ("Ngày lập", "Bộ lọc")]
    if answer.headers["content-type"] == "application/problem+json":
        return *headers, answer.json()["code"]
    if "json" not in answer.headers["content-type"]:
        return *headers, answer.text
    said = answer.json()
    return *headers, {**said, "next": said["next"] is not None} if "next" in said else said


def paths(route: Route, found: dict[str, list[str]], story: Story) -> Iterator[str]:
    """The addresses of a route: of a list, and of some of the things that it shows."""
    if route.path == "/v1/templates/scores.xlsx":
        yield f"{route.path}?campaign_id={story.id('campaign')}&rubric=bang-diem"
    elif "{id}" not in route.path:
        yield route.path
        if route.paged:
            yield f"{route.path}?limit=2"
        if "day" in route.parameters.__struct_fields__:
            yield f"{route.path}?day=2024-02-01"
        return
    for identity in found.get(route.path.split("/{id}")[0], [])[:SEVERAL_MAX]:
        yield route.path.replace("{id}", identity).replace("{part}", "minutes")


def ids(path: str, answer: httpx.Response) -> list[str]:
    name = NAMED.get(path)
    items = answer.json()["items"] if answer.status_code == 200 else []
    found = [item[name or next(key for key in item if key.endswith("_id"))] for item in items]
    return [identity for identity in found if identity is not None]


async def test_every_query_as_of_a_position_answers_as_a_log_that_ends_there(postgres: PostgresServer) -> None:
    random, master_key = Random(7), MasterKey(fresh_root())  # noqa: S311
    async with log_database(postgres) as database:
        story, keys = await lived(database, master_key)
        await database.pool.close()
        async with (
            twin_of(postgres, database) as first,
            twin_of(postgres, database) as second,
            wired(first.serving_url, master_key) as parts,
            projecting(parts),
            asked(parts, keys) as ours,
        ):
            compared = 0
            published = await last_of(parts, story.tenant_id, "award.published")
            for position in (story.position, published, random.randrange(20, published)):
                await cut(second, story.tenant_id, position)
                compared += await compare(ours, second, master_key, keys, story, position)
            assert compared > 3 * len(DATED)


async def compare(
    ours: Asked, cut_off: LogDatabase, master_key: MasterKey, keys: dict[str, str], story: Story, position: int
) -> int:
    """Each query of each reader: how many were asked of both."""
    compared = 0
    async with wired(cut_off.serving_url, master_key) as parts:
        await parts.projector.catch_up()
        (last,) = await parts.store.page(story.tenant_id, after=position - 1, limit=1)
        at_the_time = replace(parts, platform=replace(parts.platform, clock=Stopped(last.recorded_at)))
        async with asked(at_the_time, keys) as theirs:
            for role in keys:
                found: dict[str, list[str]] = {}
                for route in DATED:
                    for path in paths(route, found, story):
                        sign = "&" if "?" in path else "?"
                        wanted, got = await theirs(role, path), await ours(role, f"{path}{sign}as_of={position}")
                        assert comparable(got) == comparable(wanted), (role, path, position)
                        assert got.is_error or got.headers[HEADER] == str(position)
                        compared += 1
                        if route.paged and path == route.path:
                            found[path] = ids(path, wanted)
    return compared


class Watched:
    """The past states, and which tables a query reads beside the read models that it names."""

    def __init__(self, pasts: Pasts, tables: dict[str, set[str]]) -> None:
        self._pasts, self._tables = pasts, tables
        self.unnamed: set[str] = set()

    @asynccontextmanager
    async def looking(
        self, tenant_id: TenantId, position: int, projections: Any, *, timeout_seconds: float
    ) -> AsyncIterator[Any]:
        named = {table.name for model in MODELS if model.name in projections for table in model.tables}
        asked: list[str] = []
        async with self._pasts.looking(tenant_id, position, projections, timeout_seconds=timeout_seconds) as seen:
            with seen[0].query_logger(lambda query: asked.append(query.query)):
                yield seen
        read = {table for sql in asked for name in READ.findall(sql) for table in self._tables.get(name, {name})}
        self.unnamed = read - named - {"checkpoints"}


async def tables_of_functions(database: LogDatabase) -> dict[str, set[str]]:
    """The tables that each function of the read models reads, also through others."""
    async with database.superuser() as connection:
        rows = await connection.fetch(
            "select p.proname, p.prosrc from pg_proc as p where p.pronamespace = 'read_models'::regnamespace"
        )
    read = {row["proname"]: set(READ.findall(row["prosrc"])) for row in rows}
    for _ in read:
        read = {name: {each for inner in names for each in read.get(inner, {inner})} for name, names in read.items()}
    return read


async def test_every_query_names_the_read_models_that_it_reads(postgres: PostgresServer) -> None:
    master_key = MasterKey(fresh_root())
    async with log_database(postgres) as database:
        story, keys = await lived(database, master_key)
        async with wired(database.serving_url, master_key) as parts:
            watched = Watched(parts.pasts, await tables_of_functions(database))
            told_of: Any = replace(parts, pasts=watched)
            async with asked(told_of, keys) as ours:
                unnamed: dict[str, set[str]] = {}
                for role in ("officer", "unit"):
                    found: dict[str, list[str]] = {}
                    for route in DATED:
                        for path in paths(route, found, story):
                            sign = "&" if "?" in path else "?"
                            answer = await ours(role, f"{path}{sign}as_of={story.position}")
                            unnamed.setdefault(route.path, set()).update(watched.unnamed)
                            if route.paged and path == route.path:
                                found[path] = ids(path, answer)
                assert {path: tables for path, tables in unnamed.items() if tables} == {}
