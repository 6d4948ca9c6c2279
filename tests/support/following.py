"""A small platform to follow: the product's HTTP application over the log in memory, in a thread, to stop and start."""

import asyncio
import socket
import threading
import time
from collections.abc import Callable, Sequence
from uuid import uuid4

import uvicorn

from adapters.clock import SystemClock
from adapters.http.app import create_app
from adapters.http.route import Parts, Readiness
from adapters.keys.memory import memory_vault
from adapters.memory import MemoryEventStore
from application.epochs import opening_of
from application.execute import Platform
from application.log_subjects import LogSubjects
from application.ports import Append, NewEvent, Recorded, StreamAppend, Unavailable
from domain.decider import Message
from domain.epoch import EpochOpened
from domain.events import encode, name_of
from domain.ids import TenantId
from tenants.scope import Role, TenantScope
from tests.support.calendars import CALENDAR
from tests.support.figures import NoFigures

HERE, THERE = TenantId("00000000-0000-4000-8000-000000000001"), TenantId("00000000-0000-4000-8000-000000000002")
INTEGRATOR, ELSEWHERE, OFFICER = (f"td_{name:_<24}" for name in ("integrator", "elsewhere", "officer"))


class Log(MemoryEventStore):
    """The log in memory, which can be away, and which can be told to leave a position out."""

    def __init__(self) -> None:
        super().__init__()
        self.empty()

    def empty(self) -> None:
        self.away, self.left_out = False, 0
        self._logs.clear()
        self.register(HERE)
        self.register(THERE)

    async def heads(self) -> dict[TenantId, int]:
        if self.away:
            raise Unavailable("away")
        return await super().heads()

    async def page(
        self, tenant_id: TenantId, *, after: int, limit: int, types: Sequence[str] = (), until: int | None = None
    ) -> list[Recorded]:
        found = await super().page(tenant_id, after=after, limit=limit, types=types, until=until)
        return [each for each in found if each.position != self.left_out]


class SmallPlatform:
    """`url` stays the same over stops and starts. `keys` says whose each key is; one can be taken away."""

    def __init__(self) -> None:
        self.log, self.keys = Log(), fresh_keys()
        self._port = free_port()
        self.url = f"http://127.0.0.1:{self._port}"
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None

    def reset(self) -> None:
        """As it was when it was new, and running."""
        self.log.empty()
        self.keys = fresh_keys()
        if self._server is None:
            self.start()

    def append(self, *events: Message, stream_id: str | None = None, tenant_id: TenantId = HERE) -> None:
        """Store events, on a stream of their own if none is named."""
        asyncio.run(self._append([new(event) for event in events], stream_id or f"registration-{uuid4()}", tenant_id))

    async def _append(self, events: Sequence[NewEvent], stream_id: str, tenant_id: TenantId) -> None:
        version = len((await self.log.load(tenant_id, [stream_id]))[stream_id])
        written = StreamAppend(stream_id=stream_id, expected_version=version, events=tuple(events))
        await self.log.append(
            Append(
                tenant_id=tenant_id,
                command_id=str(uuid4()),
                fingerprint=b"",
                answer=b"{}",
                actor="officer",
                correlation_id="correlation",
                streams=(written,),
            )
        )

    def open_epoch(self, *, cut: int) -> None:
        """The log goes on as epoch 2."""
        kept = len(asyncio.run(self.log.page(HERE, after=0, limit=9_999)))
        event = EpochOpened(epoch=2, previous_epoch=1, cut=cut, kept=kept, checkpoint=None, cause="Khôi phục")
        assert self.log.open_epoch(opening_of(HERE, event, actor="operator")) == kept + 1

    def append_unknown(self, name: str) -> None:
        """An event of a type, or a version, that no release knows yet."""
        event = NewEvent(event_id=str(uuid4()), type=name, type_version=9, data=b'{"later": true}')
        asyncio.run(self._append([event], f"registration-{uuid4()}", HERE))

    def start(self) -> None:
        vault = memory_vault()
        platform = Platform(
            store=self.log,
            subjects=LogSubjects(self.log),
            figures=NoFigures(),
            vault=vault,
            clock=SystemClock(),
            calendar=CALENDAR,
        )
        app = create_app(Parts(platform=platform, find_credential=self._find, readiness=ready))
        config = uvicorn.Config(app, host="127.0.0.1", port=self._port, log_level="error", lifespan="off")
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run)
        self._thread.start()
        within(20, lambda: self._server is not None and self._server.started)

    def stop(self) -> None:
        """At once, as a crash would: open connections are cut."""
        if self._server is None or self._thread is None:
            return
        self._server.should_exit = self._server.force_exit = True
        self._thread.join(timeout=10)
        assert not self._thread.is_alive()
        self._server = self._thread = None

    async def _find(self, key: str) -> TenantScope | None:
        return self.keys.get(key)


def fresh_keys() -> dict[str, TenantScope]:
    return {
        INTEGRATOR: scope(HERE, Role.INTEGRATOR),
        ELSEWHERE: scope(THERE, Role.INTEGRATOR),
        OFFICER: scope(HERE, Role.FEDERATION_OFFICER),
    }


def within(seconds: float, reached: Callable[[], bool]) -> None:
    """Wait until `reached()` holds; fail if it does not in this time."""
    end = time.monotonic() + seconds
    while not reached():
        assert time.monotonic() < end, f"not reached in {seconds} s"
        time.sleep(0.01)


def new(event: Message) -> NewEvent:
    name, version = name_of(event)
    return NewEvent(event_id=str(uuid4()), type=name, type_version=version, data=encode(event))


def scope(tenant_id: TenantId, role: Role) -> TenantScope:
    return TenantScope(tenant_id=tenant_id, credential_id=str(uuid4()), actor="somebody", role=role)


async def ready() -> Readiness:
    return Readiness(ready=True)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
