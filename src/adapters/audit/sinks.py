"""Where checkpoints go outside the database, as those who hand them out see it."""

from collections.abc import Sequence
from typing import Protocol

from application.notes import Note, Prove, Signature


class SinkAway(Exception):
    """The sink cannot be reached or written now."""


class SinkRefused(Exception):
    """The sink does not take this checkpoint: it holds one that this does not continue, or does not know the log."""


class SinkAhead(SinkRefused):
    """The sink holds a checkpoint of more leaves (`size`): another server was faster, or the database has gone back."""

    def __init__(self, size: int) -> None:
        super().__init__(f"it holds a checkpoint of {size} leaves already")
        self.size = size


class Sink(Protocol):
    """Somewhere outside the database that keeps checkpoints, or signs that it has seen them."""

    @property
    def name(self) -> str: ...

    async def put(self, note: Note, prove: Prove) -> Sequence[Signature]:
        """Hand the checkpoint out; the cosignatures that come back, none from a mere keeper. Repeating is harmless.

        Raises:
            SinkAway, SinkRefused.
        """
        ...
