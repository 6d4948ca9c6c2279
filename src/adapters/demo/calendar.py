"""The time that the demo goes by: one file for the server and for everybody in the stories."""

import asyncio
import heapq
from datetime import date, datetime, time
from itertools import count
from pathlib import Path

from domain.dates import ZONE

MORNING = time(8)


class Calendar:
    """It is moved to the next day that somebody waits for once every story waits, never backwards.

    `stories` is how many there are at the start; each must `leave()` at its end.
    """

    def __init__(self, path: Path, *, stories: int, today: date) -> None:
        self._path, self._at_work = path, stories
        self._waiting: list[tuple[date, int, asyncio.Event]] = []
        self._numbers = count()
        self.today = today
        self._show()

    async def reach(self, day: date) -> None:
        """Return on `day`, at once if it has come already."""
        if day <= self.today:
            return
        come = asyncio.Event()
        heapq.heappush(self._waiting, (day, next(self._numbers), come))
        self.leave()
        await come.wait()

    def leave(self) -> None:
        """One story fewer is at work; the last one turns the page."""
        self._at_work -= 1
        if self._at_work or not self._waiting:
            return
        self.today = self._waiting[0][0]
        self._show()
        while self._waiting and self._waiting[0][0] == self.today:
            heapq.heappop(self._waiting)[2].set()
            self._at_work += 1

    def _show(self) -> None:
        show(self._path, self.today)


def show(path: Path, day: date) -> None:
    """Put the morning of `day` into the clock file, whole: a server may be reading it."""
    draft = path.with_name(f"{path.name}.new")
    draft.write_text(datetime.combine(day, MORNING, ZONE).isoformat(), encoding="utf-8")
    draft.replace(path)
