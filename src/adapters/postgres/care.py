"""When a batch of appends must look for what the keys of the tables would refuse: their refusal costs everybody's."""

from collections.abc import Sequence

from application.ports import Append

REMEMBERED_MIN = 4_096
"""Commands. A retry comes soon as a rule, by the server that it came by before."""
BATCHES = 64
"""So many are careful after one was refused by a key: where that happens, it happens again."""


class Care:
    def __init__(self) -> None:
        self._newer: set[str] = set()
        self._older: set[str] = set()
        self._batches = 0

    def is_due(self, requests: Sequence[Append]) -> bool:
        """Whether the next batch, which is this one, must be careful."""
        if self._batches:
            self._batches -= 1
            return True
        return any(each.command_id in self._newer or each.command_id in self._older for each in requests)

    def is_wanted(self) -> None:
        """A batch was refused by a key."""
        self._batches = BATCHES

    def stored(self, requests: Sequence[Append]) -> None:
        """These came to the database."""
        self._newer.update([each.command_id for each in requests])
        if len(self._newer) >= REMEMBERED_MIN:
            self._older, self._newer = self._newer, set()
