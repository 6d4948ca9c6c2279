"""States of streams, kept in memory between commands: a command on a warm stream reads nothing.

What is kept may be behind the log, since other servers write too. So a decision made from it counts only where the
append's version check has held it against the log; a refusal and a decision that changes nothing are made again from
the log before they are answered (`execute.py`).
"""

from collections import OrderedDict
from datetime import date
from typing import Any

import msgspec

from domain.ids import TenantId

WEIGHT_MAX = 16_000_000
"""Bytes of the events that the states were folded from; the states themselves take about three times as much."""
WEIGHT_EACH = 500

Key = tuple[TenantId, str]


class Folded(msgspec.Struct, frozen=True):
    """A stream's state at `version`, and the day that its first event states. `weight`: bytes of its events.
    `session`: the store's, from before it was read."""

    version: int
    state: Any
    began_on: date | None
    weight: int
    session: int


class Folds:
    """The least recently used go first."""

    def __init__(self, weight_max: int = WEIGHT_MAX) -> None:
        self._weight_max = weight_max
        self._weight = 0
        self._kept: OrderedDict[Key, Folded] = OrderedDict()

    def get(self, key: Key, session: int | None) -> Folded | None:
        """What is kept of the stream, if the store has been the same since; a restored one may hold another history."""
        found = self._kept.get(key)
        if found is None:
            return None
        if found.session != session:
            self.drop(key)
            return None
        self._kept.move_to_end(key)
        return found

    def put(self, key: Key, folded: Folded) -> None:
        """Keep it, unless something later is kept."""
        kept = self._kept.get(key)
        if kept is not None and kept.session == folded.session and kept.version > folded.version:
            return
        self.drop(key)
        self._kept[key] = folded
        self._weight += folded.weight + WEIGHT_EACH
        while self._weight > self._weight_max:
            self.drop(next(iter(self._kept)))

    def drop(self, key: Key) -> None:
        dropped = self._kept.pop(key, None)
        if dropped is not None:
            self._weight -= dropped.weight + WEIGHT_EACH

    def __len__(self) -> int:
        return len(self._kept)
