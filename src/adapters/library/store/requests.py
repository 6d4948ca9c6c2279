"""Stored events of the library as appends of our log."""

import secrets
import time
from collections.abc import Iterator, Sequence
from uuid import NAMESPACE_URL, UUID, uuid5

from eventsourcing.persistence import DataError, IntegrityError, ProgrammingError, StoredEvent

from adapters.postgres.batch import Run
from application.ports import Append, NewEvent, StreamAppend
from domain.ids import TenantId

ACTOR = "eventsourcing"
_TENANTS = uuid5(NAMESPACE_URL, "thidua:library-store")


def tenant_of(name: str, purpose: str = "events") -> TenantId:
    """The tenant of the log that holds an application's events, or what it records beside them, like snapshots."""
    return TenantId(str(uuid5(_TENANTS, f"{name.lower()}\n{purpose}")))


class Ids:
    """UUIDs of version 8, each one above the one before: the index of commands is written in one place. What comes
    before the number is of this object alone: the time it was made at, and 40 bits of chance."""

    def __init__(self) -> None:
        self._source = self._fresh()

    @staticmethod
    def _fresh() -> tuple[str, Iterator[int]]:
        now_ms, chance = time.time_ns() // 1_000_000, secrets.randbits(12 + 28)
        return f"{now_ms:012x}8{chance >> 28:03x}8{chance & (1 << 28) - 1:07x}", iter(range(1 << 32))

    def next(self) -> str:
        first, numbers = self._source
        number = next(numbers, None)
        if number is None:
            self._source = self._fresh()
            return self.next()
        return f"{first}{number:08x}"


class Origin:
    """How an application names its aggregates: by UUID, or by text."""

    def __init__(self, kind: str) -> None:
        if kind not in ("uuid", "text"):
            raise ProgrammingError(f"ORIGINATOR_ID_TYPE is {kind!r}, and has to be 'uuid' or 'text'")
        self._by_uuid = kind == "uuid"

    def stream(self, originator_id: UUID | str) -> str:
        """Raises: DataError: the id is not of this kind."""
        if not self._by_uuid:
            return str(originator_id)
        try:
            return str(originator_id if isinstance(originator_id, UUID) else UUID(originator_id))
        except ValueError as error:
            raise DataError(f"{originator_id!r} is no UUID (ORIGINATOR_ID_TYPE)") from error

    def originator(self, stream: str) -> UUID | str:
        return UUID(stream) if self._by_uuid else stream


class Requests:
    """Makes the appends of one tenant. `loose`: a version needs no predecessor, as with snapshots."""

    def __init__(self, tenant_id: TenantId, origin: Origin, *, loose: bool) -> None:
        self._tenant_id, self._origin, self._loose = tenant_id, origin, loose
        self._ids = Ids()

    def append(self, stored_events: Sequence[StoredEvent]) -> Append:
        """One append of all events, with an id that tells it from all others.

        Raises: IntegrityError: the events contradict each other. DataError: an id is none.
        """
        command_id = self._ids.next()
        streams = (
            (self._first(stored_events[0], command_id),) if len(stored_events) == 1 else self._streams(stored_events)
        )
        return Append(
            tenant_id=self._tenant_id,
            command_id=command_id,
            fingerprint=b"",
            answer=b"",
            actor=ACTOR,
            correlation_id="",
            streams=streams,
        )

    def _first(self, stored: StoredEvent, event_id: str) -> StreamAppend:
        stream, event = self._origin.stream(stored.originator_id), _new(stored, event_id)
        return self._run(stream, stored.originator_version, (event,), continues=False)

    def _streams(self, stored_events: Sequence[StoredEvent]) -> tuple[StreamAppend, ...]:
        """Runs of events that follow on each other, in the order given, which is that of their notification ids."""
        runs: list[StreamAppend] = []
        reached: dict[str, int] = {}
        taken: set[tuple[str, int]] = set()
        for stream, version, events in self._runs(stored_events):
            versions = {(stream, each) for each in range(version, version + len(events))}
            if not taken.isdisjoint(versions) or (not self._loose and reached.get(stream, version) != version):
                raise IntegrityError(f"Aggregate {stream} has version {version} where it cannot be")
            runs.append(self._run(stream, version, events, continues=stream in reached))
            taken |= versions
            reached[stream] = version + len(events)
        return tuple(runs)

    def _runs(self, stored_events: Sequence[StoredEvent]) -> list[tuple[str, int, tuple[NewEvent, ...]]]:
        runs: list[tuple[str, int, list[NewEvent]]] = []
        for stored in stored_events:
            stream, version = self._origin.stream(stored.originator_id), stored.originator_version
            event = _new(stored, self._ids.next())
            if runs and runs[-1][0] == stream and runs[-1][1] + len(runs[-1][2]) == version:
                runs[-1][2].append(event)
            else:
                runs.append((stream, version, [event]))
        return [(stream, version, tuple(events)) for stream, version, events in runs]

    def _run(self, stream: str, version: int, events: tuple[NewEvent, ...], *, continues: bool) -> StreamAppend:
        # A stream's later runs follow on what this very append writes, which the check of the table cannot see.
        if self._loose or continues:
            return Run(stream_id=stream, expected_version=0, events=events, first_version=version, checked=False)
        if version == 0:
            return Run(stream_id=stream, expected_version=0, events=events, first_version=0)
        return StreamAppend(stream_id=stream, expected_version=version - 1, events=events)


def _new(stored: StoredEvent, event_id: str) -> NewEvent:
    return NewEvent(event_id=event_id, type=stored.topic, type_version=1, data=stored.state)
