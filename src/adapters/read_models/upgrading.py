"""Read models whose rows an earlier release made, or nobody yet, are built by the server beside what is read."""

import asyncio
from collections.abc import Sequence

import structlog

from adapters.postgres.pool import Pool
from adapters.read_models.building import Builder, Ended
from adapters.read_models.builds import Build, State, builds
from adapters.read_models.checkpoints import Checkpoint, checkpoints
from adapters.read_models.model import ReadModel
from adapters.read_models.session import looking
from application.ports import EventStore, Unavailable
from domain.ids import TenantId

FIRST_LOOK_SECONDS = 1.0
"""Soon again at first: the projector has still to say which read models are new."""
LOOK_SECONDS = 15.0
TENANTS_AT_ONCE = 2
CHUNK_EVENTS = 1_000
"""Small, because requests are answered between two chunks."""
BUSY_SECONDS = 30.0
"""Whoever has moved a build since is still at it."""

log = structlog.get_logger("builds")


class Upgrades:
    """One for a process. Versions only go up by themselves: rows of a newer release are left to those who run it, so
    that two releases side by side come to rest; back down leads `thidua projections rebuild` alone."""

    def __init__(self, store: EventStore, pool: Pool, models: Sequence[ReadModel]) -> None:
        self._store, self._pool, self._models = store, pool, models
        self._tried: set[tuple[TenantId, str]] = set()
        self._told_newer: set[tuple[TenantId, str]] = set()

    async def run(self) -> None:
        """Look and build until cancelled; while the database is away, nothing is done."""
        pause = FIRST_LOOK_SECONDS
        while True:
            try:
                await self.turn()
            except Unavailable:
                log.warning("builds wait for the database")
            await asyncio.sleep(pause)
            pause = min(2 * pause, LOOK_SECONDS)

    async def turn(self) -> None:
        """Build what is to be built now, of a few tenants at a time.

        Raises:
            Unavailable: the database is away.
        """
        turns = asyncio.Semaphore(TENANTS_AT_ONCE)

        async def of_tenant(tenant_id: TenantId) -> None:
            async with turns:
                for model in await self._outdated(tenant_id):
                    await self._build(tenant_id, model)

        found = await asyncio.gather(*map(of_tenant, await self._store.heads()), return_exceptions=True)
        if failed := [each for each in found if isinstance(each, BaseException)]:
            raise failed[0]

    async def _outdated(self, tenant_id: TenantId) -> list[ReadModel]:
        async with looking(self._pool, tenant_id) as connection:
            known = await checkpoints(connection, tenant_id, [model.name for model in self._models])
            under_way = await builds(connection, tenant_id)
        return [
            model
            for model in self._models
            if model.name in known and self._is_outdated(tenant_id, model, known[model.name], under_way.get(model.name))
        ]

    def _is_outdated(self, tenant_id: TenantId, model: ReadModel, live: Checkpoint, build: Build | None) -> bool:
        if live.version > model.version and (tenant_id, model.name) not in self._told_newer:
            self._told_newer.add((tenant_id, model.name))
            log.warning("rows of a newer release", tenant=tenant_id, projection=model.name, version=live.version)
        return live.version < model.version and (build is None or self._is_for_us(tenant_id, model, build))

    def _is_for_us(self, tenant_id: TenantId, model: ReadModel, build: Build) -> bool:
        if build.version != model.version:
            return build.version < model.version
        match build.state:
            case "building":
                return build.idle_seconds > BUSY_SECONDS
            case "stopped":
                return (tenant_id, model.name) not in self._tried
            case "cancelled":
                return False

    async def _build(self, tenant_id: TenantId, model: ReadModel) -> None:
        told = log.bind(tenant=tenant_id, projection=model.name, version=model.version)
        told.info("build begun")
        # What stopped may be mended in this release: each server tries once.
        anew: frozenset[State] = frozenset() if (tenant_id, model.name) in self._tried else frozenset({"stopped"})
        self._tried.add((tenant_id, model.name))
        builder = Builder(self._store, self._pool, tenant_id, model, chunk_events=CHUNK_EVENTS)
        _tell(told, await builder.run(anew=anew, over_newer=False))


def _tell(told: structlog.stdlib.BoundLogger, ended: Ended) -> None:
    if ended.stop:
        told.error("build stopped", ending=ended.ending, position=ended.stop.position, error=ended.stop.error)
    else:
        told.info("build ended", ending=ended.ending)
