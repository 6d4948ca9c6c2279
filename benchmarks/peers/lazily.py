"""Measures that other modules bring, in a process of their own: `benchmarks.projections` and `benchmarks.bridge`.

The interface that is expected of them, each argument by name:

    projections.fill(owner_url, serving_url, events) -> str
        the tenant, new, whose log holds so many mixed events
    projections.rebuild_rates(serving_url, tenant) -> dict[str, float]
        events a second of one rebuild of "phase-summary" and of "registrations"
    projections.live_latency(serving_url, tenant, per_second, seconds) -> float
        p99 in milliseconds
    bridge.compare(owner_url, serving_url, library_url, threads, seconds, rounds) -> Sequence[tuple[float, float]]
        events a second through our module and through the library's own, a pair a round, in turn

Each may be a coroutine. What a module does not have yet, is not measured.
"""

import asyncio
import importlib
import importlib.util
import inspect
from typing import Any

import uvloop

from benchmarks.peers.speak import answer


def is_there(module: str) -> bool:
    return importlib.util.find_spec(f"benchmarks.{module}") is not None


async def call(module: str, function: str, **arguments: Any) -> Any:
    found = getattr(importlib.import_module(f"benchmarks.{module}"), function)(**arguments)
    return await found if inspect.isawaitable(found) else found


def main() -> None:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        answer({"call": call}, runner.run)


if __name__ == "__main__":
    main()
