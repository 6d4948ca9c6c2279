"""A real server on a loopback port over a database of its own, with two federations and a key for every role."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import httpx
import uvicorn

from adapters.http.examples import DIRECTIVE
from adapters.http.wire import BoundedProtocol
from adapters.keys.ciphers import MasterKey, fresh_root
from adapters.main import Wired, application, wired
from adapters.postgres.catalogue import PostgresRegistry
from adapters.read_models.models import MODELS
from application.ports import Attachments
from domain.ids import TenantId, derived
from tenants.scope import Role
from tests.support.log import LogDatabase, log_database
from tests.support.postgres import PostgresServer
from tests.support.proxy import Proxy, proxy_before

ROLES = tuple(role for role in Role if role is not Role.SYSTEM)
Answer = httpx.Response
FOLLOW_SECONDS_MAX = 20.0


class Caller:
    """Somebody with a key. What they send is right unless the test says otherwise."""

    def __init__(self, client: httpx.AsyncClient, key: str, credential_id: str) -> None:
        self._client, self.key, self.credential_id = client, key, credential_id

    async def get(self, path: str, **headers: str) -> Answer:
        return await self._client.get(path, headers={"authorization": f"Bearer {self.key}", **headers})

    async def post(self, path: str, body: Any, *, key: str | None = None, **headers: str) -> Answer:
        """`key`: the Idempotency-Key, a fresh one by default. Headers with `_` for `-`; bytes are sent as they are."""
        sent = {"authorization": f"Bearer {self.key}", "idempotency-key": key or str(uuid4())}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        if isinstance(body, bytes):
            sent.setdefault("content-type", "application/json")
            return await self._client.post(path, content=body, headers=sent)
        return await self._client.post(path, json=body, headers=sent)

    async def done(self, path: str, body: Any, **headers: str) -> dict[str, Any]:
        """The answer of a command that is carried out."""
        answer = await self.post(path, body, **headers)
        assert answer.status_code in (200, 201), answer.text
        told: dict[str, Any] = answer.json()
        return told


class Federation:
    """A tenant: the federation, two upper-level unions, a grassroots union and one member under each of these."""

    def __init__(self, tenant_id: TenantId, callers: dict[str, Caller], ids: dict[str, str]) -> None:
        self.tenant_id, self.callers, self.ids = tenant_id, callers, ids

    @property
    def officer(self) -> Caller:
        return self.callers["federation-officer"]

    @property
    def auditor(self) -> Caller:
        return self.callers["auditor"]

    @property
    def integrator(self) -> Caller:
        return self.callers["integrator"]


class Served:
    """`url` is the server's; `client` has no key. `here` and `there` are two tenants."""

    def __init__(self, url: str, client: httpx.AsyncClient, parts: Wired, database: LogDatabase, proxy: Proxy) -> None:
        self.url, self.client, self.parts, self.database, self.proxy = url, client, parts, database, proxy
        self.here: Federation
        self.there: Federation

    async def position(self, federation: Federation) -> int:
        return (await self.parts.store.heads()).get(federation.tenant_id, 0)

    async def followed(self, federation: Federation) -> None:
        """Wait until the read models have taken up the whole log: what is altered now, they never meet."""
        position = await self.position(federation)
        await self.parts.projector.wait_for(
            federation.tenant_id, position, [model.name for model in MODELS], timeout_seconds=FOLLOW_SECONDS_MAX
        )

    async def federation(self, handle: str) -> Federation:
        tenant_id = TenantId(str(uuid4()))
        ids = {name: derived(tenant_id, "unit", name) for name in ("federation", "east", "west", "base", "school")}
        ids |= {name: derived(tenant_id, "member", f"DV-{name}") for name in ("worker", "teacher")}
        callers: dict[str, Caller] = {}
        async with self.database.owner() as connection:
            registry = PostgresRegistry(connection)
            await registry.create_tenant(tenant_id, handle, handle)
            await registry.set_applied(tenant_id, name=handle, digest=bytes(32))
            wanted = [(role.value, role, ids["east"] if role is Role.UNIT_OFFICER else None) for role in ROLES]
            for name, role, unit_id in [*wanted, ("base-officer", Role.UNIT_OFFICER, ids["base"])]:
                issued = await registry.issue_credential(tenant_id, role=role, actor=name, unit_id=unit_id)
                callers[name] = Caller(self.client, issued.key, issued.credential_id)
        federation = Federation(tenant_id, callers, ids)
        await _establish(federation)
        return federation

    async def unit_officer(self, federation: Federation, unit: str) -> Caller:
        """An officer of one of the federation's units."""
        async with self.database.owner() as connection:
            issued = await PostgresRegistry(connection).issue_credential(
                federation.tenant_id, role=Role.UNIT_OFFICER, actor=unit, unit_id=federation.ids[unit]
            )
        return Caller(self.client, issued.key, issued.credential_id)

    async def campaign(self, federation: Federation) -> str:
        """The id of a launched campaign of the federation."""
        officer = federation.officer
        drafted = await officer.done(
            "/v1/campaigns", {"issuer_id": federation.ids["federation"], "directive": DIRECTIVE}
        )
        await officer.done(f"/v1/campaigns/{drafted['id']}/launch", {"happened_on": "2024-01-15"})
        return str(drafted["id"])

    async def registration(self, federation: Federation, campaign_id: str, **more: Any) -> dict[str, Any]:
        """What the officer is told who registers a task of the worker's."""
        body = {
            "campaign_id": campaign_id,
            "unit_id": federation.ids["base"],
            "kind": "task",
            "subject": {"kind": "individual", "person_id": federation.ids["worker"]},
            "name": "Giảm hao hụt ở tổ cắt",
            "happened_on": "2024-03-10",
            **more,
        }
        return await federation.officer.done("/v1/registrations", body)


async def _establish(federation: Federation) -> None:
    ids, officer = federation.ids, federation.officer
    for name, parent, level, sector in (
        ("federation", None, "federation", "union-body"),
        ("east", "federation", "upper", "union-body"),
        ("west", "federation", "upper", "union-body"),
        ("base", "east", "grassroots", "non-state-enterprise"),
        ("school", "west", "grassroots", "school"),
    ):
        body = {"code": name, "name": f"Công đoàn {name}", "level": level, "sector": sector}
        await officer.done("/v1/units", {**body, "parent_id": parent and ids[parent], "on": "2020-01-01"})
    for name, unit in (("worker", "base"), ("teacher", "school")):
        body = {"unit_id": ids[unit], "code": f"DV-{name}", "full_name": f"Người {name}"}
        await officer.done("/v1/members", {**body, "employment": "direct-worker", "joined_on": "2020-02-01"})


@asynccontextmanager
async def served(server: PostgresServer, *, attachments: Attachments | None = None) -> AsyncIterator[Served]:
    """What `thidua serve` runs, in this process, but for the dates that go on record by themselves: so the log holds
    what a test sent and nothing else. The way to the database is `proxy`, which can be cut. `attachments` None: they
    lie in memory."""
    async with (
        log_database(server) as database,
        proxy_before(database.serving_url) as proxy,
        wired(proxy.url, MasterKey(fresh_root()), attachments=attachments) as parts,
        projecting(parts),
        listening(application(parts)) as url,
        httpx.AsyncClient(base_url=url, timeout=20) as client,
    ):
        running = Served(url, client, parts, database, proxy)
        running.here = await running.federation("noi-nay")
        running.there = await running.federation("noi-kia")
        yield running


@asynccontextmanager
async def projecting(parts: Wired) -> AsyncIterator[None]:
    """Inside, the read models follow the log."""
    task = asyncio.create_task(parts.projector.run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])


@asynccontextmanager
async def listening(app: Any) -> AsyncIterator[str]:
    """The URL of a uvicorn that serves `app`."""
    config = uvicorn.Config(
        app,
        host="127.0.0.1",
        port=0,
        http=BoundedProtocol,
        log_level="warning",
        access_log=False,
        server_header=False,
        lifespan="off",
    )
    server = uvicorn.Server(config)
    task = asyncio.create_task(_quietly(server))
    try:
        while not server.started:
            await asyncio.sleep(0.01)
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        await task


async def _quietly(server: uvicorn.Server) -> None:
    """Without the handlers of signals that belong to the test run."""
    await server._serve()
