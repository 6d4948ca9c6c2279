"""Several lanes of appends, for batches that are stored at the same time; a tenant's appends keep to one of them."""

import asyncio
import contextlib
from collections.abc import Collection, Iterator
from typing import Self

from adapters.postgres.appending import Appending, Look, Wake
from adapters.postgres.pool import Pool
from application.ports import Append, Appended, Clock
from domain.ids import TenantId


class _Place:
    """A tenant's lane, while some of its appends are on their way."""

    __slots__ = ("lane", "under_way")

    def __init__(self, lane: int) -> None:
        self.lane, self.under_way = lane, 0


class Lanes:
    """As many as the pool has connections for them. Use as an async context manager.

    Two batches with the same tenant would wait for each other at its counter. So a tenant that has nothing under way
    goes where the fewest are under way, and stays there meanwhile: from one that asks without end the others go away.
    """

    def __init__(self, pool: Pool, *, clock: Clock | None = None) -> None:
        self._lanes = [Appending(pool, lane=number, clock=clock) for number in range(pool.lanes)]
        self._loads = [0] * len(self._lanes)
        self._places: dict[TenantId, _Place] = {}

    async def __aenter__(self) -> Self:
        for lane in self._lanes:
            await lane.__aenter__()
        return self

    async def __aexit__(self, *exit_: object) -> None:
        """As `Appending`; all close at once."""
        await asyncio.gather(*(lane.__aexit__(*exit_) for lane in self._lanes))

    def follow(self, wake: Wake, types: Collection[str] = ()) -> None:
        """As `Appending`."""
        for lane in self._lanes:
            lane.follow(wake, types)

    def before_appending(self, look: Look) -> None:
        """As `Appending`; each lane looks for itself."""
        for lane in self._lanes:
            lane.before_appending(look)

    async def look(self) -> None:
        """As `Appending`."""
        await self._lanes[0].look()

    def check_open(self) -> None:
        """As `Appending`."""
        self._lanes[0].check_open()

    @contextlib.contextmanager
    def holding_back(self, tenant_id: TenantId) -> Iterator[None]:
        """As `Appending`."""
        with contextlib.ExitStack() as stack:
            for lane in self._lanes:
                stack.enter_context(lane.holding_back(tenant_id))
            yield

    async def append(self, request: Append) -> Appended:
        """As `EventStore.append`."""
        place = self._places.get(request.tenant_id)
        if place is None:
            place = self._places[request.tenant_id] = _Place(self._loads.index(min(self._loads)))
        place.under_way += 1
        self._loads[place.lane] += 1
        try:
            return await self._lanes[place.lane].append(request)
        finally:
            self._loads[place.lane] -= 1
            place.under_way -= 1
            if not place.under_way:
                del self._places[request.tenant_id]
