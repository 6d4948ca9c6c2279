"""An integrator who follows a federation's log over HTTP, through everything that happens to it."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import msgspec

from benchmarks.faults.stage import Federation, Stage
from benchmarks.faults.wire import Line, Lost

LIMIT = 7
"""So small that most pages are full: those are answered otherwise than the last."""
POLL_SECONDS = 0.05


class Follower:
    """`seen`: position and event id of everything that came, in the order in which it came."""

    def __init__(self, stage: Stage, federation: Federation) -> None:
        self.federation, self.seen = federation, list[tuple[int, str]]()
        self.after, self.turned_away = 0, 0
        self._lines = [Line(server.port) for server in stage.servers]

    async def follow(self, stop: asyncio.Event) -> None:
        """Until `stop` is set and the end of the log is reached."""
        turn = 0
        try:
            while True:
                stopping, turn = stop.is_set(), turn + 1
                page = await self._page(self._lines[turn % len(self._lines)])
                if page is not None and not page["events"]:
                    if stopping:
                        return
                    page = None
                if page is None:
                    await asyncio.sleep(POLL_SECONDS)
                    continue
                self.seen += [(event["position"], event["eventid"]) for event in page["events"]]
                self.after = page["through"]
        finally:
            for line in self._lines:
                line.close()

    async def _page(self, line: Line) -> dict[str, Any] | None:
        """The next page, or None where the server is away."""
        headers = self.federation.integrator.headers
        try:
            answer = await line.ask("GET", f"/v1/events?after={self.after}&limit={LIMIT}", headers)
        except Lost:
            self.turned_away += 1
            return None
        if answer.status != 200:
            self.turned_away += 1
            assert answer.status == 503, answer.body
            return None
        page: dict[str, Any] = msgspec.json.decode(answer.body)
        return page


@asynccontextmanager
async def following(stage: Stage, federations: Sequence[Federation]) -> AsyncIterator[list[Follower]]:
    """Followers of the federations; at the end each has come to the end of its log."""
    stop = asyncio.Event()
    followers = [Follower(stage, federation) for federation in federations]
    async with asyncio.TaskGroup() as group:
        for follower in followers:
            group.create_task(follower.follow(stop))
        yield followers
        stop.set()
