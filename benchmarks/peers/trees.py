"""Our trees beside our appends: followed or not, and a long one planted to take proofs from."""

import asyncio
import os
import time
from pathlib import Path
from random import Random
from statistics import quantiles

import asyncpg

from adapters.audit.bundling import Log, write_bundle
from adapters.audit.growing import Growing
from adapters.audit.one_file import one_file
from adapters.audit.publishing import Publishing
from adapters.keys.signing import Ed25519Signer, fresh_private_key
from adapters.postgres.event_store import PostgresEventStore
from adapters.postgres.pool import Pool
from adapters.postgres.trees import PostgresTrees
from application.bundled import of_tenant
from application.merkle import Edge
from application.proving import inclusion_proof
from domain.ids import TenantId

LEAVES_AT_ONCE = 200_000
SIGNER = Ed25519Signer("bench.example", fresh_private_key())


class Trees:
    def __init__(self, pool: Pool, store: PostgresEventStore) -> None:
        self._trees, self._store = PostgresTrees(pool), store
        publishing = Publishing(self._trees, log_name=SIGNER.name, signers=[SIGNER])
        self._growing = Growing(self._trees, publishing)
        self._task: asyncio.Task[None] | None = None

    async def follow(self, *, on: bool) -> None:
        """Start or stop following; where it stops, at the end of every log."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])
            self._task = None
        await self._growing.turn()
        if on:
            self._task = asyncio.create_task(self._growing.run())

    async def plant(self, owner_url: str, tenant: TenantId, leaves: int) -> None:
        """A tree of so many leaves that no event stands behind."""
        edge, tiles = Edge(), 0
        connection = await asyncpg.connect(owner_url)
        await connection.execute("SELECT set_config('app.tenant', $1, false)", tenant)
        await connection.execute("DELETE FROM thidua.tiles WHERE tenant_id = $1", tenant)
        while edge.size < leaves:
            grown = edge.grow(os.urandom(32 * min(LEAVES_AT_ONCE, leaves - edge.size)))
            rows = [(tenant, level, index, hashes) for (level, index), hashes in grown.items()]
            await connection.executemany(
                "INSERT INTO thidua.tiles (tenant_id, level, index, hashes) VALUES ($1, $2, $3, $4)"
                " ON CONFLICT (tenant_id, level, index) DO UPDATE SET hashes = excluded.hashes",
                rows,
            )
            tiles += len(rows)
        await connection.execute(
            "UPDATE thidua.trees SET size = $2, root = $3 WHERE tenant_id = $1", tenant, edge.size, edge.root()
        )
        await connection.close()

    async def bundle(self, tenant: TenantId, folder: str) -> str:
        """Export the tenant's log, its tree grown and signed, and the verifier beside it; the key to verify with."""
        await self._growing.turn()
        kept = (await self._trees.checkpoints(tenant))[:1]
        log = Log(tenant_id=tenant, store=self._store, trees=self._trees, checkpoints=kept, keys=[SIGNER.public_line()])
        with (Path(folder) / "bundle.zip").open("wb") as out:
            await write_bundle(log, of_tenant(tenant), out)
        (Path(folder) / "verify.py").write_text(one_file())
        return SIGNER.public_line()

    async def prove(self, tenant: TenantId, seconds: float) -> float:
        """The time of a proof of inclusion at random positions, one after the other: the 99th percentile, ms."""
        tree, chosen, took = await self._trees.tree(tenant), Random(1), list[float]()  # noqa: S311
        assert tree is not None
        ends_at = time.perf_counter() + seconds
        while (began := time.perf_counter()) < ends_at:
            await inclusion_proof(self._trees, tenant, chosen.randint(1, tree.size), None)
            took.append((time.perf_counter() - began) * 1000)
        return quantiles(took, n=100)[98]
