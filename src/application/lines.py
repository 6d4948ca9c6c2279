"""Events as columns, a line an event: what costs least where many are read, and of each only what a fold needs."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import msgspec

from domain.events import decode_lines, kind_of, split_lines

if TYPE_CHECKING:
    from application.ports import Recorded


class History(msgspec.Struct, frozen=True):
    """What a stream's state is made of: the day that its first event states, and of each event the kind and, a line
    each, the data, as `domain.events.decode_lines` takes them."""

    began_on: date | None
    kinds: Sequence[str]
    lines: bytes

    @property
    def version(self) -> int:
        return len(self.kinds)

    @property
    def weight(self) -> int:
        """Bytes of all the data together."""
        return len(self.lines)


class Lines(msgspec.Struct, frozen=True):
    """Part of a log: of each event the stream, the version in it, the kind and the data, as in `History`."""

    streams: Sequence[str]
    versions: Sequence[int]
    kinds: Sequence[str]
    lines: bytes

    def __len__(self) -> int:
        return len(self.kinds)

    def events(self) -> Iterator[tuple[str, int, Any]]:
        """Stream, version and event, in the newest shape. Raises: as `decode_lines`."""
        return zip(self.streams, self.versions, decode_lines(self.kinds, self.lines), strict=True)

    def of(self, types: Collection[str]) -> "Lines":
        """The events of these types alone."""
        wanted = {kind for kind in set(self.kinds) if kind.partition(" ")[0] in types}
        split = split_lines(self.lines, len(self))
        at = [n for n, kind in enumerate(self.kinds) if kind in wanted]
        return Lines(
            [self.streams[n] for n in at],
            [self.versions[n] for n in at],
            [self.kinds[n] for n in at],
            b"\n".join([split[n] for n in at]),
        )


def history_of(rows: "Sequence[Recorded]") -> History:
    """Out of the whole rows of a stream."""
    return History(rows[0].happened_on if rows else None, _kinds(rows), _lines(rows))


def lines_of(rows: "Sequence[Recorded]") -> Lines:
    """Out of whole rows of the log."""
    return Lines([row.stream_id for row in rows], [row.version for row in rows], _kinds(rows), _lines(rows))


def _kinds(rows: "Sequence[Recorded]") -> list[str]:
    return [kind_of(row.type, row.type_version) for row in rows]


def _lines(rows: "Sequence[Recorded]") -> bytes:
    return b"\n".join([row.data for row in rows])
