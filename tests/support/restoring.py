"""A platform with checkpoints in a folder, over a database that is copied away and put back, as backups are."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from adapters.audit.comparing import Comparing, Keeper
from adapters.audit.folder import CheckpointFolder
from adapters.audit.publishing import Publishing
from adapters.keys.ciphers import MasterKey, fresh_root
from adapters.keys.signing import Ed25519Signer, fresh_private_key
from adapters.main import Wired, application, kept_up, wired
from adapters.postgres.migrate import migrate
from domain.ids import TenantId
from tests.support.http import Served, listening
from tests.support.log import LogDatabase, serving_url
from tests.support.postgres import OWNER, PostgresServer
from tests.support.proxy import proxy_before

LOG_NAME = "log.example"


class Restorable:
    """One database and its backups; `folder` is where the checkpoints lie, which no restore touches."""

    def __init__(self, server: PostgresServer, owner_url: str, folder: Path) -> None:
        self.server, self.owner_url, self.folder = server, owner_url, folder
        self.name = urlsplit(owner_url).path.lstrip("/")
        self._master_key = MasterKey(fresh_root())
        self._signer = Ed25519Signer(LOG_NAME, fresh_private_key())

    async def back_up(self) -> None:
        """Copy the database; nobody may be connected to it."""
        await self.server.execute(
            f"DROP DATABASE IF EXISTS {self.name}_backup",
            f"CREATE DATABASE {self.name}_backup OWNER {OWNER} TEMPLATE {self.name}",
        )

    async def restore(self) -> None:
        """Put the copy in the database's place, whoever is connected to it."""
        await self.server.execute(
            f"DROP DATABASE {self.name} WITH (FORCE)",
            f"CREATE DATABASE {self.name} OWNER {OWNER} TEMPLATE {self.name}_backup",
        )

    async def drop(self) -> None:
        for name in (self.name, f"{self.name}_backup"):
            await self.server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def comparing(self, parts: Wired, keeper: Keeper | None = None) -> Comparing:
        keepers = [keeper or CheckpointFolder(self.folder)]
        return Comparing(parts.store, parts.trees, log_name=LOG_NAME, keepers=keepers)

    @asynccontextmanager
    async def serving(self, *, outside: bool = True) -> AsyncIterator[Served]:
        """A server; without `outside` one that knows of no checkpoints, as an older release."""
        url = serving_url(self.server, self.owner_url)
        async with (
            proxy_before(url) as proxy,
            wired(proxy.url, self._master_key) as parts,
            self._kept_up(parts, outside=outside),
            listening(application(parts)) as address,
            httpx.AsyncClient(base_url=address, timeout=20) as client,
        ):
            yield Served(address, client, parts, LogDatabase(self.server, self.owner_url, parts.pool), proxy)

    @asynccontextmanager
    async def _kept_up(self, parts: Wired, *, outside: bool) -> AsyncIterator[None]:
        if not outside:
            async with kept_up(parts):
                yield
            return
        comparing = self.comparing(parts)
        keepers = [CheckpointFolder(self.folder)]
        publishing = Publishing(
            parts.trees, log_name=LOG_NAME, signers=[self._signer], keepers=keepers, comparing=comparing
        )
        async with kept_up(parts, publishing, comparing):
            yield

    async def published(self, web: Served, tenant_id: TenantId, *, epoch: int = 1) -> int:
        """Bring the tree and its checkpoint to the end of the log, as a minute would; the size."""
        comparing = self.comparing(web.parts)
        size = (await web.parts.store.heads())[tenant_id]
        await comparing.root(tenant_id, size)
        tree = await web.parts.trees.tree(tenant_id)
        assert tree is not None
        keepers = [CheckpointFolder(self.folder)]
        publishing = Publishing(web.parts.trees, log_name=LOG_NAME, signers=[self._signer], keepers=keepers)
        assert await publishing.publish(tenant_id, tree)
        assert (tree.size, tree.epoch) == (size, epoch)
        return size


@asynccontextmanager
async def restorable(server: PostgresServer, folder: Path) -> AsyncIterator[Restorable]:
    async def prepare(url: str) -> None:
        await migrate(url, serving_url(server, url))

    made = Restorable(server, await server.prepared_database("log", prepare), folder)
    try:
        yield made
    finally:
        await made.drop()
