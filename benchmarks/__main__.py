"""`make bench`: our store beside what one would use instead, in one run on one durable PostgreSQL.

    make bench                     everything: some forty minutes; writes docs/benchmarks.md and docs/benchmarks.json
    make bench QUICK=1             the same with fewer and shorter slices, in under three minutes; only prints
    make bench ONLY=appends,web    some of the topics; only prints
    make bench ONLY=web WRITE=1    and puts them in the page in place of what it had of them

It brings its own PostgreSQL and the peers' packages. Exit code 1 where something that must hold does not, or a topic
fails; a figure that misses its target is told, and is no failure of the run.
"""

import argparse
import sys
import time
import traceback
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime

import msgspec
import uvloop

from benchmarks import ageing, append, auditing, bridging, correct, page, projecting, reading, serving
from benchmarks.correct import Checked
from benchmarks.ground import Ground, prepared
from benchmarks.peers.install import Peers, installed
from benchmarks.plan import FULL, QUICK, Plan
from benchmarks.targets import Measured
from benchmarks.web import web


class Bench(msgspec.Struct, frozen=True):
    """What every topic is measured on."""

    ground: Ground
    peers: Peers
    plan: Plan


async def _appends(bench: Bench) -> AsyncIterator[Measured]:
    async with append.arena(bench.ground, bench.peers, "written") as arena:
        async for measured in append.measure(arena, bench.plan):
            yield measured


async def _reading(bench: Bench) -> AsyncIterator[Measured]:
    async with append.arena(bench.ground, bench.peers, "read") as arena:
        async for measured in reading.measure(arena, bench.plan):
            yield measured


async def _web(bench: Bench) -> AsyncIterator[Measured]:
    async with web(bench.ground, bench.peers) as servers:
        async for measured in serving.measure(servers, bench.plan):
            yield measured


TOPICS: dict[str, Callable[[Bench], AsyncIterator[Measured | Checked]]] = {
    "appends": _appends,
    "reading": _reading,
    "web": _web,
    "projections": lambda bench: projecting.measure(bench.ground, bench.plan),
    "bridge": lambda bench: bridging.measure(bench.ground, bench.peers, bench.plan),
    "correct": lambda bench: correct.check(bench.ground, bench.plan),
    "audit": lambda bench: auditing.measure(bench.ground, bench.plan),
    "age": lambda bench: ageing.measure(bench.ground, bench.plan),
}


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="our store beside others")
    parser.add_argument("--quick", action="store_true", help="fewer and shorter slices; under three minutes")
    parser.add_argument("--only", default="", help=f"some of {','.join(TOPICS)}")
    parser.add_argument(
        "--write", action="store_true", help="write the page too, after a partial run with the rest as it is"
    )
    asked = parser.parse_args()
    asked.topics = [name for name in asked.only.split(",") if name] or list(TOPICS)
    if unknown := set(asked.topics) - set(TOPICS):
        parser.error(f"no topic: {', '.join(sorted(unknown))}")
    return asked


async def run(bench: Bench, topics: list[str]) -> page.Result:
    began = time.monotonic()
    measured: list[Measured] = []
    checked: list[Checked] = []
    failed: list[str] = []
    for topic in topics:
        try:
            async for found in TOPICS[topic](bench):
                if isinstance(found, Checked):
                    checked.append(found)
                else:
                    measured.append(found)
                told = found.what if isinstance(found, Checked) else found.key
                print(f"{time.monotonic() - began:7.1f} s  {topic}: {told}", file=sys.stderr, flush=True)
        except Exception as error:  # What was measured in half an hour must not go with one topic.
            traceback.print_exc()
            failed.append(f"{topic}: {type(error).__name__}: {error}")
    return page.Result(
        plan=bench.plan,
        on=datetime.now(UTC).date(),
        seconds=time.monotonic() - began,
        where=page.where(bench.peers, bench.ground.facts()),
        measured=measured,
        checked=checked,
        failed=failed,
    )


def main() -> int:
    asked = arguments()
    peers = installed()
    with prepared() as ground:
        bench = Bench(ground, peers, QUICK if asked.quick else FULL)
        result = uvloop.run(run(bench, asked.topics))
    print(page.printed(result))
    if asked.write or not (asked.quick or asked.only):
        page.write(page.patched(result, asked.topics) if asked.only else result)
    return 1 if result.failed or any(each.faults for each in result.checked) else 0


if __name__ == "__main__":
    sys.exit(main())
