"""kill -9, of the server and of PostgreSQL in three ways, each followed by a return to service."""

import asyncio
import os
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from random import Random
from typing import NamedTuple

from benchmarks.faults.load import Book
from benchmarks.faults.stage import Server, Stage

RETURN_SECONDS_MAX = 30.0
PROGRESS = 20
"""Commands that must be acknowledged between two kills, so that each strikes a platform at work."""


class Kill(NamedTuple):
    """`away_seconds`: until every server could serve again, and commands were acknowledged."""

    what: str
    away_seconds: float


def whats(number: int) -> Iterator[str]:
    """`number` kinds of kill in turn, the server as often as PostgreSQL's three kinds together."""
    kinds = ("server", "postmaster", "server", "backend", "server", "all of PostgreSQL")
    return (kinds[n % len(kinds)] for n in range(number))


async def kill_in_turn(
    stage: Stage, book: Book, kinds: Sequence[str], random: Random, *, told: Callable[[Kill], None] = lambda _: None
) -> list[Kill]:
    """Kill, wait until all is back and at work, and go on."""
    done = []
    for what in kinds:
        await asyncio.sleep(random.uniform(0.2, 0.8))
        began = time.monotonic()
        acknowledged = len(book.acknowledged)
        strike(stage, what, random)
        await stage.ready()
        await progress(book, acknowledged + PROGRESS)
        done.append(Kill(what, time.monotonic() - began))
        told(done[-1])
    return done


def strike(stage: Stage, what: str, random: Random) -> None:
    match what:
        case "server":
            _server(stage, random).kill()
        case "postmaster":
            stage.kill_postmaster()
        case "backend":
            os.kill(random.choice(stage.backends()), signal.SIGKILL)
        case "all of PostgreSQL":
            stage.kill_all_of_postgres()
        case _:
            raise AssertionError(what)


def _server(stage: Stage, random: Random) -> Server:
    return stage.servers[random.randrange(len(stage.servers))]


async def progress(book: Book, wanted: int) -> None:
    """Wait until so many commands are acknowledged."""
    deadline = time.monotonic() + RETURN_SECONDS_MAX
    while len(book.acknowledged) < wanted:
        assert time.monotonic() < deadline, f"no progress: {book.answers}, {book.lost} lost"
        await asyncio.sleep(0.01)
