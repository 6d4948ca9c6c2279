"""A batch as a model that counts takes it: only what it needs is decoded, and what came before is recalled."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Any

import msgspec

from adapters.read_models.model import Counting, Step
from adapters.read_models.table import Change
from domain.events import CATALOGUE, UnknownEvent

Told = tuple[str, int, str, int, bytes | msgspec.Raw | None]
"""Of an event: stream, version, type, version of the type, and its data, if that is needed."""
Recall = Callable[[Mapping[str, int]], Awaitable[list[Told]]]
"""The events of some streams before the version given of each."""


_TOLD = msgspec.json.Decoder(list[tuple[str, int, str, int, msgspec.Raw]])


class Poisoned(Exception):
    """The batch holds an event that cannot be projected."""


def stepped(counting: Counting, events: Iterable[Told]) -> list[Step]:
    """The events as the fold takes them. Raises: Poisoned: one of them cannot be read."""
    essences, steps = counting.essences, list[Step]()
    for stream, version, name, type_version, data in events:
        decoder = essences.get((name, type_version))
        if decoder is None:
            if (name, type_version) not in CATALOGUE:
                raise Poisoned from UnknownEvent(f"{name} v{type_version}")
            steps.append((stream, version, name, None))
            continue
        assert data is not None
        try:
            steps.append((stream, version, name, decoder.decode(data)))
        except Exception as error:
            raise Poisoned from error
    return steps


def stepped_page(counting: Counting, page: bytes) -> list[Step]:
    """The same of a page of them as JSON. Raises: Poisoned."""
    try:
        told = _TOLD.decode(page)
    except msgspec.DecodeError as error:
        raise Poisoned from error
    return stepped(counting, told)


async def counted(counting: Counting, steps: Sequence[Step], memory: dict[str, Any], recall: Recall) -> list[Change]:
    """The row changes of a batch. `memory`: what streams had come to just before it; what it does not hold is recalled
    from the log, and it is brought up with the batch.

    Raises:
        Poisoned: the fold fails on one of the events.
    """
    if unknown := _begun_before(steps, memory):
        told = await recall(unknown)
        memory.update(counting.learned(stepped(counting, told)))
    try:
        changes, now = counting.project(steps, memory)
    except Exception as error:  # A fold is pure: whatever it raises, an event of the batch is the cause.
        raise Poisoned from error
    memory.update(now)
    return changes


def _begun_before(steps: Sequence[Step], memory: Mapping[str, Any]) -> dict[str, int]:
    """The streams that are not remembered, each with its first version in the batch, unless that begins it."""
    begun = {stream for stream, version, _, _ in steps if version == 1}
    unknown: dict[str, int] = {}
    for stream, version, _, _ in steps:
        if version > 1 and stream not in begun and stream not in memory:
            unknown.setdefault(stream, version)
    return unknown
