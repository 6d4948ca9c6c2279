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


_RAW = msgspec.json.Decoder(msgspec.Raw)


class ToldPage(msgspec.Struct, frozen=True):
    """Events as columns, numbers as they are written; `data` is that of those whose data is needed, a line each."""

    streams: list[str]
    versions: list[str]
    names: list[str]
    type_versions: list[str]
    data: bytes

    def __len__(self) -> int:
        return len(self.streams)


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


def stepped_page(counting: Counting, page: ToldPage) -> list[Step]:
    """The same of a page of them. Raises: Poisoned."""
    streams, names = page.streams, page.names
    try:
        versions, type_versions = list(map(int, page.versions)), list(map(int, page.type_versions))
        kinds = set(zip(names, type_versions, strict=True))
        essences = _essences(counting, kinds, names, type_versions, page.data)
        steps = list(zip(streams, versions, names, essences, strict=True))
    except Exception as error:  # A line too many, too: a stream's name may hold anything.
        raise Poisoned from error
    if kinds - CATALOGUE.keys():
        raise Poisoned
    return steps


def _essences(
    counting: Counting, kinds: set[tuple[str, int]], names: list[str], type_versions: list[int], data: bytes
) -> list[Any]:
    told = {name for name, _ in counting.essences}
    decoded = [kind for kind in kinds if kind[0] in told]
    if len(decoded) == 1:  # All at once.
        found = iter(counting.essences[decoded[0]].decode_lines(data))
        return [next(found) if name in told else None for name in names]
    raws = iter(_RAW.decode_lines(data))
    return [
        counting.essences[kind].decode(next(raws)) if kind[0] in told else None
        for kind in zip(names, type_versions, strict=True)
    ]


class Tally:
    """What streams have come to, and which of that a chunk of events changed."""

    def __init__(self, counting: Counting, recall: Recall, *, streams_max: int | None = None) -> None:
        """`recall` tells from the log what is not remembered; more than `streams_max` are not, at the start of a
        batch."""
        self._counting, self._recall, self._streams_max = counting, recall, streams_max
        self._known: dict[str, Any] = {}
        self._before: dict[str, Any] = {}
        self._moved: dict[str, Any] = {}

    async def take(self, steps: Sequence[Step]) -> None:
        """The next events.

        Raises:
            Poisoned: the fold fails on one of the events. The tally is to be forgotten.
        """
        if self._streams_max is not None and len(self._known) > self._streams_max:
            self._known.clear()
        known = self._known
        if unknown := _begun_before(steps, known):
            known.update(self._folded(stepped(self._counting, await self._recall(unknown)), {}))
        now = self._folded(steps, known)
        self._before.update({stream: known[stream] for stream in now.keys() & known.keys() - self._moved.keys()})
        self._moved.update(now)
        known.update(now)

    def changes(self) -> list[Change]:
        """Of the rows, by what was taken since this was asked last."""
        before, moved = self._before, self._moved
        self._before, self._moved = {}, {}
        return self._counting.changes(before, moved)

    def _folded(self, steps: Sequence[Step], before: Mapping[str, Any]) -> dict[str, Any]:
        try:
            return self._counting.fold(steps, before)
        except Exception as error:  # A fold is pure: whatever it raises, an event of the batch is the cause.
            raise Poisoned from error


def _begun_before(steps: Sequence[Step], memory: Mapping[str, Any]) -> dict[str, int]:
    """The streams that are not remembered, each with its first version in the batch, unless that begins it."""
    begun = {stream for stream, version, _, _ in steps if version == 1}
    unknown: dict[str, int] = {}
    for stream, version, _, _ in steps:
        if version > 1 and stream not in begun and stream not in memory:
            unknown.setdefault(stream, version)
    return unknown
