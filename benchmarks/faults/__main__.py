"""kill -9 under load, and what was lost: the long harness, run by hand.

    make faults                                            30 kills, two servers, then the control
    .venv/bin/python -m benchmarks.faults --kills 30 --servers 1 --clients 32 --federations 4 --seed 1

It brings its own PostgreSQL, on the disk that TMPDIR lies on. Exit code 1 if anything is lost, or if the control loses
nothing: a harness that cannot see a loss shows nothing.
"""

import argparse
import os
import platform
import sys
import time
from collections import Counter
from random import Random
from statistics import median

import uvloop

from benchmarks.faults.control import Caught, control
from benchmarks.faults.follower import following
from benchmarks.faults.kills import Kill, kill_in_turn, whats
from benchmarks.faults.load import Book, loading
from benchmarks.faults.stage import staged
from benchmarks.faults.verdict import Verdict, judge


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.faults", description="kill -9 under load")
    for name, default in (("kills", 30), ("servers", 2), ("clients", 32), ("federations", 4), ("seed", 1)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--no-control", action="store_true", help="leave the control out")
    return parser.parse_args()


async def run(asked: argparse.Namespace) -> bool:
    began = time.monotonic()
    async with staged(servers=asked.servers, federations=asked.federations) as stage:
        durable = await stage.fetch(
            "select name, setting from pg_settings where name = any($1) order by name",
            ["fsync", "synchronous_commit", "server_version"],
        )
        print(
            f"{platform.platform()}, {os.cpu_count()} CPUs; "
            + ", ".join(f"{row['name']} {row['setting']}" for row in durable)
        )
        async with following(stage, stage.federations) as followers:
            async with loading(stage, stage.federations, clients=asked.clients, seed=asked.seed) as book:
                kills = await kill_in_turn(stage, book, list(whats(asked.kills)), Random(asked.seed), told=_print_kill)  # noqa: S311
            loaded = time.monotonic() - began
        verdict = await judge(stage, book, followers)
    report(asked, kills, book, verdict, loaded)
    return not verdict.faults


def _print_kill(kill: Kill) -> None:
    print(f"  {kill.what:20} at work again after {kill.away_seconds:5.2f} s", flush=True)


def report(asked: argparse.Namespace, kills: list[Kill], book: Book, verdict: Verdict, seconds: float) -> None:
    kinds = ", ".join(f"{number} x {what}" for what, number in Counter(kill.what for kill in kills).items())
    away = sorted(kill.away_seconds for kill in kills)
    print(f"\n{len(kills)} kills ({kinds})")
    print(f"{seconds:.0f} s, {asked.clients} clients, {asked.servers} servers, {asked.federations} federations")
    print(f"at work again after {median(away):.2f} s (median), {away[-1]:.2f} s (longest)")
    print(f"{book.requests} requests: answers {dict(sorted(book.answers.items()))}, {book.lost} without one")
    print(f"{book.retried} made again; {book.without_retry_after} answers 503 without Retry-After")
    print(f"{len(book.acknowledged)} commands acknowledged, {verdict.missing} missing")
    print(f"{verdict.replayed} sent again under their keys, {verdict.followed} events followed\n")
    print(f"{'':20}{'max(position)':>15}{'count(*)':>10}{'acknowledged':>14}")
    for log in verdict.logs:
        print(f"{log.name:20}{log.last:15}{log.count:10}{log.acknowledged:14}")
    print("\n".join(["", *(f"FAULT {fault}" for fault in verdict.faults)]) if verdict.faults else "\nno fault")


def report_control(lost: Caught) -> None:
    print("\ncontrol, the same with synchronous_commit = off:")
    print(f"{lost.kills} kills of all of PostgreSQL, {lost.acknowledged} acknowledged, {lost.missing} missing")
    for fault in lost.faults[:12]:
        print(f"  caught: {fault[:150]}")


async def main() -> bool:
    asked = arguments()
    well = await run(asked)
    if asked.no_control:
        return well
    lost = await control(clients=asked.clients, federations=asked.federations, seed=asked.seed)
    report_control(lost)
    return well and lost.missing > 0


if __name__ == "__main__":
    sys.exit(0 if uvloop.run(main()) else 1)
