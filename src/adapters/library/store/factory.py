"""The factory that the library finds behind PERSISTENCE_MODULE: from variables of the environment to recorders."""

from typing import Any, TypeVar
from urllib.parse import quote

from eventsourcing.persistence import InfrastructureFactory, InterfaceError, ProgrammingError
from eventsourcing.utils import resolve_topic, strtobool

from adapters.library.store.lane import Lane, lane_of, release
from adapters.library.store.recorders import (
    StoreAggregateRecorder,
    StoreApplicationRecorder,
    StoreProcessRecorder,
    StoreTrackingRecorder,
)
from adapters.library.store.requests import Origin
from adapters.library.store.schema import check_name

SCHEMA = "library_store"
POOL_SIZE = 8

_TRecorder = TypeVar("_TRecorder", bound=StoreAggregateRecorder | StoreTrackingRecorder)


class StoreFactory(InfrastructureFactory[StoreTrackingRecorder]):
    """Recorders over a PostgreSQL, by these variables of the environment, each of which may stand behind the
    application's name and an underscore: STORE_URL, or the library's own POSTGRES_DBNAME, _HOST, _PORT, _USER and
    _PASSWORD; STORE_SCHEMA (library_store); STORE_POOL_SIZE (8, for reads); CREATE_TABLE (yes); ORIGINATOR_ID_TYPE
    (uuid)."""

    aggregate_recorder_class = StoreAggregateRecorder
    application_recorder_class = StoreApplicationRecorder
    tracking_recorder_class = StoreTrackingRecorder
    process_recorder_class = StoreProcessRecorder

    def __init__(self, env: Any) -> None:
        """Raises: ProgrammingError: a variable is missing or wrong."""
        super().__init__(env)
        self._origin = Origin((self.env.get("ORIGINATOR_ID_TYPE") or "uuid").lower())
        schema = check_name(self.env.get("STORE_SCHEMA") or SCHEMA)
        self._lane: Lane | None = lane_of(self._url(), schema, pool_size=self._pool_size())

    def aggregate_recorder(self, purpose: str = "events") -> StoreAggregateRecorder:
        recorder = self.aggregate_recorder_class(self._open_lane, self.env.name, purpose=purpose, origin=self._origin)
        return self._created(recorder)

    def application_recorder(self) -> StoreApplicationRecorder:
        named = self.env.get(self.APPLICATION_RECORDER_TOPIC)
        recorder_class = resolve_topic(named) if named else self.application_recorder_class
        return self._created(recorder_class(self._open_lane, self.env.name, origin=self._origin))

    def tracking_recorder(
        self, tracking_recorder_class: type[StoreTrackingRecorder] | None = None
    ) -> StoreTrackingRecorder:
        named = self.env.get(self.TRACKING_RECORDER_TOPIC)
        named_class = resolve_topic(named) if named else self.tracking_recorder_class
        return self._created((tracking_recorder_class or named_class)(self._open_lane, self.env.name))

    def process_recorder(self) -> StoreProcessRecorder:
        named = self.env.get(self.PROCESS_RECORDER_TOPIC)
        recorder_class = resolve_topic(named) if named else self.process_recorder_class
        return self._created(recorder_class(self._open_lane, self.env.name, origin=self._origin))

    def close(self) -> None:
        """The last application of the process on this store ends the store's thread and connections."""
        lane, self._lane = self._lane, None
        if lane is not None:
            release(lane)

    def __exit__(self, *args: Any) -> None:
        super().__exit__(*args)
        self.close()

    @property
    def _open_lane(self) -> Lane:
        if self._lane is None:
            raise InterfaceError("The store is closed")
        return self._lane

    def _created(self, recorder: _TRecorder) -> _TRecorder:
        if strtobool(self.env.get("CREATE_TABLE") or "yes"):
            recorder.create_table()
        return recorder

    def _url(self) -> str:
        if url := self.env.get("STORE_URL"):
            return url
        return "postgresql://{user}:{password}@{host}:{port}/{dbname}".format(
            user=self._required("POSTGRES_USER"),
            password=self._required("POSTGRES_PASSWORD"),
            host=self._required("POSTGRES_HOST"),
            port=quote(self.env.get("POSTGRES_PORT") or "5432"),
            dbname=self._required("POSTGRES_DBNAME"),
        )

    def _required(self, name: str) -> str:
        value = self.env.get(name)
        if value is None:
            raise ProgrammingError(
                f"Where to store is not said: set STORE_URL, or POSTGRES_DBNAME and its like ({name})"
            )
        return quote(value, safe="")

    def _pool_size(self) -> int:
        value = self.env.get("STORE_POOL_SIZE") or str(POOL_SIZE)
        if not value.isascii() or not value.isdigit() or int(value) < 1:
            raise ProgrammingError(f"STORE_POOL_SIZE is no number of connections: {value!r}")
        return int(value)
