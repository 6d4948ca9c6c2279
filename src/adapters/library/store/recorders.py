"""The library's recorders over a lane. Calls block; any number of threads may make them."""

import asyncio
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from eventsourcing.persistence import (
    AggregateRecorder,
    ApplicationRecorder,
    IntegrityError,
    ListenNotifySubscription,
    Notification,
    OperationalError,
    ProcessRecorder,
    StoredEvent,
    Tracking,
    TrackingRecorder,
)
from eventsourcing.utils import retry

from adapters.library.store.failures import NotOpened
from adapters.library.store.lane import Lane
from adapters.library.store.requests import Origin, Requests, tenant_of
from adapters.library.store.schema import create
from adapters.postgres.appending import RESOLVE_S, RETRY_LAST_S
from application.ports import Append, Appended, Outcome, Unavailable

VERSION_MAX = 2**31 - 1
POSITION_MAX = 2**63 - 1

Statement = tuple[object, ...]
"""SQL and its arguments."""

# As the library's own recorders over PostgreSQL: what only reads asks again for two seconds.
_patiently = retry(OperationalError, max_attempts=10, wait=0.2)


class _Recorder:
    """One application's part of a store. `purpose` sets apart what it records beside its events, like snapshots."""

    def __init__(self, lane: Lane, name: str, *, purpose: str = "events", origin: Origin | None = None) -> None:
        self._lane, self._name = lane, name if purpose == "events" else f"{name} {purpose}"
        self.tenant_id = tenant_of(name, purpose)
        self._origin = origin or Origin("uuid")

    def create_table(self) -> None:
        """Make the tables, if they are not there, and open the application's log in them."""

        async def work(lane: Lane) -> None:
            async with lane.pool.connection() as connection:
                await create(connection, lane.schema)

        self._lane.ask(work)
        self._open()

    def _open(self) -> None:
        self.fetch("SELECT {schema}.open_application($1, $2)", self.tenant_id, self._name)

    @_patiently
    def fetch(self, query: str, *arguments: object) -> list[Any]:
        """The rows of a statement with parameters $1, $2 …, in whose text `{schema}` stands for the schema. It may be
        sent again where the connection was lost."""

        async def work(lane: Lane) -> list[Any]:
            async with lane.pool.connection() as connection:
                return await connection.fetch(query.format(schema=lane.schema), *arguments)

        return self._lane.ask(work)


class StoreAggregateRecorder(_Recorder, AggregateRecorder):
    """Snapshots, and events that nobody is notified of. A version needs no predecessor and is taken once."""

    _LOOSE = True

    def __init__(self, lane: Lane, name: str, *, purpose: str = "events", origin: Origin | None = None) -> None:
        super().__init__(lane, name, purpose=purpose, origin=origin)
        self._requests = Requests(self.tenant_id, self._origin, loose=self._LOOSE)

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Sequence[int] | None:
        """Store all events or none; when this returns they are on the disk.

        Raises:
            IntegrityError: a version is taken, or its predecessor is missing; nothing was stored.
            OperationalError: the database is away, and it is not known whether anything was stored.
        """
        if stored_events:
            self._append(self._requests.append(stored_events))
        return None

    def _append(self, request: Append) -> Appended:
        try:
            return self._lane.append(request)
        except NotOpened:  # The tables were made by somebody else, who did not know of this application.
            self._open()
            return self._lane.append(request)

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[StoredEvent]:
        rows = self.fetch(
            "SELECT s.version, s.type, s.data FROM {schema}.select_events($1, $2, $3, $4, $5, $6) AS s",
            self.tenant_id,
            self._origin.stream(originator_id),
            -1 if gt is None else max(gt, -1),
            VERSION_MAX if lte is None else min(lte, VERSION_MAX),
            desc,
            limit,
        )
        return [StoredEvent(originator_id, version, topic, state) for version, topic, state in rows]


class StoreApplicationRecorder(StoreAggregateRecorder, ApplicationRecorder):
    """Events in aggregates' sequences and in one of the application: notification ids count from 1, without gaps, in
    the order of commits. An aggregate's events follow on each other: the first has version 0 or 1."""

    _LOOSE = False

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Sequence[int] | None:
        """As the aggregate recorder; answers the events' notification ids."""
        if not stored_events:
            return None
        return self._ids(stored_events, self._append(self._requests.append(stored_events)))

    def _ids(self, stored_events: Sequence[StoredEvent], appended: Appended) -> Sequence[int]:
        return list(range(appended.position - len(stored_events) + 1, appended.position + 1))

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        rows = self.fetch(
            "SELECT p.position, p.stream_id, p.version, p.type, p.data"
            " FROM {schema}.page_events($1, $2, $3, $4, $5) AS p",
            self.tenant_id,
            (start or 0) - (1 if inclusive_of_start else 0),
            POSITION_MAX if stop is None else stop,
            list(topics),
            limit,
        )
        originator = self._origin.originator
        return [
            Notification(originator(stream), version, topic, state, position)
            for position, stream, version, topic, state in rows
        ]

    def max_notification_id(self) -> int | None:
        rows = self.fetch("SELECT h.position FROM {schema}.heads AS h WHERE h.tenant_id = $1", self.tenant_id)
        return rows[0]["position"] or None if rows else None

    def subscribe(self, gt: int | None = None, topics: Sequence[str] = ()) -> "StoreSubscription":
        return StoreSubscription(self, gt=gt, topics=topics)


class StoreSubscription(ListenNotifySubscription[StoreApplicationRecorder]):
    """Told at once of what this process stores, and within a tenth of a second of what others do."""

    def __init__(self, recorder: StoreApplicationRecorder, gt: int | None = None, topics: Sequence[str] = ()) -> None:
        super().__init__(recorder=recorder, gt=gt, topics=topics)
        recorder._lane.watch(recorder.tenant_id, self._has_been_notified)  # noqa: SLF001  # One thing in two classes.

    def stop(self) -> None:
        super().stop()
        self._recorder._lane.unwatch(self._recorder.tenant_id, self._has_been_notified)  # noqa: SLF001


class StoreTrackingRecorder(_Recorder, TrackingRecorder):
    """How far the notifications of other applications were processed: for each, the highest id."""

    def __init__(self, lane: Lane, name: str, *, origin: Origin | None = None) -> None:
        super().__init__(lane, name, origin=origin)
        self._requests = Requests(self.tenant_id, self._origin, loose=False)

    def insert_tracking(self, tracking: Tracking) -> None:
        """Raises: IntegrityError: this notification, or a later one of that application, was processed before."""
        self.record(tracking)

    def record(self, tracking: Tracking, *statements: Statement) -> None:
        """The place that was reached and, in the same transaction, what a projection makes of the notification:
        statements with their arguments, as `fetch` takes them. Raises as `insert_tracking`."""
        self._track(self._requests.append(()), tracking, statements)

    def max_tracking_id(self, application_name: str) -> int | None:
        rows = self.fetch(
            "SELECT t.notification_id FROM {schema}.tracking AS t WHERE t.tenant_id = $1 AND t.application_name = $2",
            self.tenant_id,
            application_name,
        )
        return rows[0]["notification_id"] if rows else None

    def _track(self, request: Append, tracking: Tracking, statements: Sequence[Statement] = ()) -> Appended:
        """The append, the place that was reached and the statements, in one transaction."""
        place = "SELECT {schema}.track($1, $2, $3)"
        moves = (place, self.tenant_id, tracking.application_name, tracking.notification_id)

        async def work(lane: Lane) -> Appended:
            return await _tracked(lane, request, moves, statements)

        try:
            return self._lane.ask(work)
        except NotOpened:
            self._open()
            return self._lane.ask(work)


class StoreProcessRecorder(StoreTrackingRecorder, StoreApplicationRecorder, ProcessRecorder):
    """Events, and with them, in the same transaction, the place in another application that they come from."""

    def __init__(self, lane: Lane, name: str, *, origin: Origin | None = None) -> None:
        super().__init__(lane, name, origin=origin)

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Sequence[int] | None:
        """As the application recorder; `tracking` is recorded with the events or not at all."""
        tracking: Tracking | None = kwargs.get("tracking")
        if tracking is None:
            return super().insert_events(stored_events, **kwargs)
        appended = self._track(self._requests.append(stored_events), tracking)
        return self._ids(stored_events, appended) if stored_events else None


async def _tracked(lane: Lane, request: Append, moves: Statement, statements: Sequence[Statement]) -> Appended:
    """Sent until it is known what happened, as every append: the command id is looked up before all else."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + RESOLVE_S
    while True:
        try:
            return await _tracked_once(lane, request, moves, statements)
        except Unavailable:
            if loop.time() > deadline:
                raise
        await asyncio.sleep(RETRY_LAST_S)


async def _tracked_once(lane: Lane, request: Append, moves: Statement, statements: Sequence[Statement]) -> Appended:
    async with lane.pool.connection() as connection, connection.transaction():
        appended = await lane.send(connection, request)
        if appended.outcome is Outcome.REPLAYED:  # Ours, whose answer was lost: all the rest was committed with it.
            return appended
        query, *place = moves
        if not await connection.fetchval(str(query).format(schema=lane.schema), *place):
            raise IntegrityError(f"Notification {place[-1]} of {place[-2]}, or a later one, was processed before")
        for statement, *arguments in statements:
            await connection.execute(str(statement).format(schema=lane.schema), *arguments)
        return appended
