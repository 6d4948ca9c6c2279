"""A restore as the operator meets it: the server's processes and the console, over one database that is put back."""

import asyncio
import os
import re
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import httpx
import pytest

from adapters import privileges
from adapters.audit.folder import CheckpointFolder
from adapters.keys.signing import Ed25519Signer, fresh_private_key
from adapters.postgres.catalogue import PostgresRegistry
from adapters.postgres.event_store import PostgresEventStore
from adapters.postgres.pool import Pool
from application.notes import Checkpoint, Note, origin_of
from application.ports import Halt
from domain.ids import TenantId
from tenants.scope import Role
from tests.support.console import Place, data_folder, migrated
from tests.support.log import command, connected, written
from tests.support.postgres import OWNER, PostgresServer

pytestmark = pytest.mark.anyio
UNIT = {"name": "Công đoàn", "level": "federation", "sector": "union-body", "parent_id": None, "on": "2020-01-01"}
SECONDS_MAX = 20.0
SIGNER = Ed25519Signer("thidua.local", fresh_private_key())


class Office(Place):
    """A federation called `noi-nay`, and the key of its officer."""

    tenant_id = TenantId("")
    key = ""

    async def found(self) -> None:
        self.tenant_id = await self.founded("noi-nay")
        async with connected(self.owner_url) as owner:
            issued = await PostgresRegistry(owner).issue_credential(
                self.tenant_id, role=Role.FEDERATION_OFFICER, actor="officer"
            )
        self.key = issued.key

    async def founded(self, handle: str) -> TenantId:
        tenant_id = TenantId(str(uuid4()))
        async with connected(self.owner_url) as owner:
            registry = PostgresRegistry(owner)
            await registry.create_tenant(tenant_id, handle, handle)
            await registry.set_applied(tenant_id, name=handle, digest=bytes(32))
        return tenant_id

    def hand_over(self) -> None:
        """What lies in the folder of checkpoints is the service user's, where the tests run as root."""
        if (user := privileges.service_user()) is not None:
            for path in (self.folder / "checkpoints", *(self.folder / "checkpoints").rglob("*")):
                os.chown(path, user.pw_uid, user.pw_gid)

    async def establish(self, code: str) -> httpx.Response:
        headers = {"authorization": f"Bearer {self.key}", "idempotency-key": code, "accept-language": "en"}
        async with httpx.AsyncClient(base_url=self.url) as client:
            return await client.post("/v1/units", json={"code": code, **UNIT}, headers=headers)

    async def kept_outside(self, size: int, *, epoch: int = 1) -> None:
        """Wait for a checkpoint of so many events or more."""
        folder, origin = CheckpointFolder(self.folder / "checkpoints"), origin_of("thidua.local", self.tenant_id, epoch)
        deadline = asyncio.get_running_loop().time() + SECONDS_MAX
        while max(await folder.sizes(origin), default=0) < size:
            assert asyncio.get_running_loop().time() < deadline, f"no checkpoint of {size} in epoch {epoch} comes"
            await asyncio.sleep(0.05)


@pytest.fixture
async def office(postgres: PostgresServer, reachable_folder: Path) -> AsyncIterator[Office]:
    owner_url = await migrated(postgres)
    office = Office(data_folder(reachable_folder), postgres, owner_url)
    office.make_master_key()
    await office.found()
    yield office
    await postgres.drop_database(owner_url)


async def copied(server: PostgresServer, url: str, copy: str) -> None:
    name = urlsplit(url).path.lstrip("/")
    await server.execute(f"CREATE DATABASE {copy} OWNER {OWNER} TEMPLATE {name}")


async def put_back(server: PostgresServer, url: str, copy: str) -> None:
    name = urlsplit(url).path.lstrip("/")
    await server.execute(f"DROP DATABASE {name} WITH (FORCE)", f"ALTER DATABASE {copy} RENAME TO {name}")


async def restored(office: Office, server: PostgresServer) -> None:
    """One unit was backed up, and two that came after it are lost."""
    async with office.serving():
        assert (await office.establish("a")).status_code == 201
        await office.kept_outside(1)
    copy = f"{urlsplit(office.owner_url).path.lstrip('/')}_copy"
    await copied(server, office.owner_url, copy)
    async with office.serving():
        for code in ("b", "c"):
            assert (await office.establish(code)).status_code == 201
        async with connected(server.superuser_url_of(office.owner_url)) as connection:  # The minute is over.
            await connection.execute("UPDATE thidua.checkpoints SET made_at = made_at - interval '1 minute'")
        await office.kept_outside(3)
    await put_back(server, office.owner_url, copy)


async def test_a_restored_log_is_shown_stopped_and_goes_on_in_a_new_epoch(
    office: Office, postgres: PostgresServer
) -> None:
    await restored(office, postgres)
    shown = await office.run("audit", "status")
    assert shown.returncode == 1
    assert re.search(r"the log holds 1 events, fewer than the 3 of its checkpoint outside \(folder: ", shown.stdout)
    async with office.serving():
        refused = await office.establish("d")
        assert (refused.status_code, refused.json()["code"]) == (503, "log.frozen")
        async with httpx.AsyncClient(base_url=office.url) as client:
            ready = await client.get("/health/ready")
        assert (ready.status_code, ready.json()["logs_stopped"]) == (200, 1)
        assert "STOPPED: `thidua audit new-epoch`" in (await office.run("audit", "status")).stdout
        asked = await office.run("audit", "new-epoch", "--tenant", "noi-nay", "--cause", "Hỏng ổ đĩa")
        assert asked.returncode == 1, "nobody has agreed"
        assert "events lost: at least 2" in asked.stdout
        assert (await office.establish("d")).status_code == 503
        opened = await office.run("audit", "new-epoch", "--tenant", "noi-nay", "--cause", "Hỏng ổ đĩa", "--yes")
        assert opened.returncode == 0, opened.stderr
        assert "noi-nay: epoch 2 is open from position 2 on" in opened.stdout
        again = await office.establish("b")
        assert (again.status_code, again.json()["position"]) == (201, 3), "the lost command's key is free again"
        await office.kept_outside(2, epoch=2)
    for arguments in (("audit", "status"), ("audit", "check", "--deep")):
        well = await office.run(*arguments)
        assert well.returncode == 0, well.stdout


async def test_every_log_that_is_stopped_goes_on_and_one_that_cannot_is_named(office: Office) -> None:
    """Two have fewer events than their checkpoints outside, one of them none; one lacks a row, one is well."""
    folder = CheckpointFolder(office.folder / "checkpoints")

    async def prove(old: int) -> list[bytes]:
        raise AssertionError("nothing is there yet")

    pool = await Pool.open(office.serving_url)
    try:
        async with PostgresEventStore(pool) as store:
            for handle, events in (("mot", 2), ("hai", 0), ("ba", 2), ("bon", 2)):
                tenant = await office.founded(handle)
                if events:
                    await store.append(command(tenant, written("s", events=events)))
                if handle in ("mot", "hai"):
                    text = Checkpoint(origin=origin_of("thidua.local", tenant, 1), size=9, root=bytes(32)).text()
                    await folder.put(Note(text=text, signatures=(SIGNER.sign(text),)), prove)
                if handle == "ba":
                    halt = Halt(reason="lacking", holder="log", origin="x", size=1, root=None, head=2)
                    await store.freeze(tenant, 1, halt)
    finally:
        await pool.close()
    office.hand_over()
    shown = await office.run("audit", "status")
    assert shown.returncode == 1
    assert "ba: nhật ký thiếu sự kiện ở vị trí 2" in shown.stdout
    assert "ba: ĐANG DỪNG GHI / STOPPED\n" in shown.stdout
    opened = await office.run("audit", "new-epoch", "--all", "--cause", "Hỏng ổ đĩa", "--yes")
    assert opened.returncode == 8
    for handle, began in (("mot", 3), ("hai", 1)):
        assert f"Tenant {handle}, epoch 1 → 2" in opened.stdout
        assert f"{handle}: epoch 2 is open from position {began} on" in opened.stdout
    assert "ba: the log lacks the event at position 2" in opened.stderr
    assert "bon" not in opened.stdout + opened.stderr
    again = await office.run("audit", "new-epoch", "--tenant", "mot", "--tenant", "bon", "--cause", "x", "--yes")
    assert (again.returncode, again.stdout) == (8, "")
    for handle in ("mot", "bon"):
        assert f"{handle}: the log fits its checkpoint outside" in again.stderr


async def test_who_is_meant_must_be_said_in_one_way(office: Office) -> None:
    for arguments in ((), ("--all", "--tenant", "noi-nay")):
        ended = await office.run("audit", "new-epoch", "--cause", "x", *arguments)
        assert (ended.returncode, "--all" in ended.stderr) == (2, True)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--all", "--cause", "x"), "No log is stopped"),
        (("--tenant", "noi-nay", "--cause", "x"), "no new epoch is needed"),
        (("--tenant", "noi-nay", "--cause", " "), "--cause must be a sentence on one line"),
        (("--tenant", "noi-nay", "--cause", "a\nb"), "--cause must be a sentence on one line"),
        (("--tenant", "noi-khac", "--cause", "x"), "There is no tenant 'noi-khac'"),
    ],
)
async def test_what_needs_no_epoch_or_names_none_is_refused(
    office: Office, arguments: tuple[str, ...], said: str
) -> None:
    ended = await office.run("audit", "new-epoch", "--yes", *arguments)
    assert (ended.returncode, ended.stdout, ended.stderr.count("\n")) == (8, "", 1)
    assert said in ended.stderr
