"""Measures that other modules bring, in a process of their own: `benchmarks.projections` and `benchmarks.bridge`.

The interface that is expected of them, each argument by name:

    projections.fill(owner_url, serving_url, events) -> str
        the tenant, new, whose log holds so many mixed events
    projections.rebuild_rates(serving_url, tenant) -> dict[str, float]
        events a second of one rebuild of "phase-summary" and of "registrations"
    projections.live_latency(serving_url, tenant, per_second, seconds) -> float
        p99 in milliseconds
    bridge.compare(superuser_url, seconds, repeats) -> Sequence[(what, theirs, ours, ratio)]
        calls a second through their module and through ours, a pair a repeat, of each kind in `bridging.KEYS`

Each may be a coroutine; what it prints goes to standard error. `PEERS_PACKAGES`: a folder of packages that are there
behind our own, such as psycopg.
"""

import asyncio
import contextlib
import importlib
import importlib.util
import inspect
import os
import sys
from typing import Any

import uvloop

from benchmarks.peers.speak import answer


def is_there(module: str) -> bool:
    return importlib.util.find_spec(f"benchmarks.{module}") is not None


def call(module: str, function: str, **arguments: Any) -> Any:
    with contextlib.redirect_stdout(sys.stderr):  # Standard output is for answers.
        return getattr(importlib.import_module(f"benchmarks.{module}"), function)(**arguments)


def main() -> None:
    sys.path += filter(None, [os.environ.get("PEERS_PACKAGES")])
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        answer({"call": call}, lambda told: runner.run(told) if inspect.iscoroutine(told) else told)


if __name__ == "__main__":
    main()
