"""What is measured, and how much of it is asked for."""

from typing import Literal

import msgspec

from benchmarks.pairs import Spread


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """`better`: whether more or less of it is. `unit`: × for a ratio."""

    key: str
    number: int
    what: str
    beside: str
    at_least: float
    aim: float
    unit: str = "×"
    better: Literal["more", "less"] = "more"

    def reaches(self, figure: float, wanted: float) -> bool:
        return figure >= wanted if self.better == "more" else figure <= wanted


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """A target with its figure, or why there is none."""

    key: str
    spread: Spread | None = None
    why_not: str | None = None
    note: str | None = None


def _target(
    number: int, key: str, what: str, beside: str, at_least: float, aim: float, unit: str = "×", *, less: bool = False
) -> Target:
    return Target(
        key=key, number=number, what=what, beside=beside, at_least=at_least, aim=aim, unit=unit,
        better="less" if less else "more",
    )  # fmt: skip


_ONE = "durable appends of one event, 32 callers, 16 tenants"
_HUNDRED = "appends of 100 events, one writer"
_LOAD = "load and fold a stream of 100 events, 8 readers"
_BRIDGE = "ours as the library's PERSISTENCE_MODULE, 32 threads"
_COMMAND = "a whole command over HTTP, 32 connections"

TARGETS = (
    _target(1, "append/library", _ONE, "eventsourcing library", 20, 60),
    _target(1, "append/emmett", _ONE, "Emmett", 7, 15),
    _target(1, "append/message-db", _ONE, "Message DB", 3, 6),
    _target(1, "append/pgbench", _ONE, "pgbench, 32 clients", 1.2, 2),
    _target(2, "append-one-tenant/pgbench", "the same, one tenant", "pgbench, 32 clients", 1.2, 2),
    _target(2, "append-128/pgbench", "the same, 128 callers", "pgbench, best client count", 1.5, 2.5),
    _target(3, "append-one-caller/pgbench", "the same, one caller", "pgbench, one client", 0.5, 0.7),
    _target(4, "append-hundred/pgbench", _HUNDRED, "pgbench, 100 rows, one client", 0.45, 0.9),
    _target(4, "append-hundred/library", _HUNDRED, "eventsourcing library", 2.5, 6),
    _target(5, "refused/plain", "accepted appends while 5 % are refused", "ours, none refused", 0.9, 0.95),
    _target(5, "guarded/plain", "appends that each guard a stream", "ours, without guard", 0.85, 0.95),
    _target(6, "load/library", _LOAD, "eventsourcing library", 12, 20),
    _target(6, "load/emmett", _LOAD, "Emmett", 4, 8),
    _target(6, "load/message-db", _LOAD, "Message DB", 1.5, 2.5),
    _target(7, "read/library", "read the whole log, decoded", "eventsourcing library", 6, 10),
    _target(8, "rebuild/phase-summary", "rebuild the phase summary", "", 300_000, 1_000_000, "events/s"),
    _target(8, "rebuild/registrations", "rebuild the register of registrations", "", 100_000, 300_000, "events/s"),
    _target(9, "live/p99", "append to visible at 2,000 events/s, p99", "", 20, 8, "ms", less=True),
    _target(10, "feed/events", "GET /v1/events, pages at their largest", "", 100_000, 250_000, "events/s"),
    _target(11, "command/litestar", _COMMAND, "Litestar + asyncpg, one INSERT", 0.9, 1.5),
    _target(11, "command/fastapi", _COMMAND, "FastAPI + SQLAlchemy, one INSERT", 1.5, 4),
    _target(12, "age/append", "time of an append, long log", "a log of 100,000", 1.3, 1, less=True),
    _target(12, "age/load", "time to load one award, long log", "a log of 100,000", 1.3, 1, less=True),
    _target(13, "neighbours/p99", "the others' p99, one of 34 tenants at 100 ×", "before", 1.5, 1.1, less=True),
    _target(14, "memory/server", "memory of the server, 34 tenants", "", 300, 300, "MB", less=True),
    _target(14, "memory/rebuild", "memory of a rebuild", "", 500, 500, "MB", less=True),
    _target(15, "bridge/recorder", f"{_BRIDGE}, insert_events", "its own module", 5, 15),
    _target(15, "bridge/save", f"{_BRIDGE}, Application.save", "its own module", 5, 15),
    _target(16, "audit/appends", f"{_ONE}, trees growing behind", "ours, without", 0.97, 1),
    _target(16, "audit/paced", "time of an append, 2,000 a second, trees behind", "ours, without", 1.03, 1, less=True),
    _target(17, "audit/proofs", "a proof of inclusion in a long log, p99", "", 5, 1, "ms", less=True),
    _target(18, "audit/verify", "verify.py over the bundle of a whole log", "", 100_000, 200_000, "events/s"),
)
