"""Measures 6 and 7: a stream that is loaded and folded, and the whole log read."""

from collections.abc import AsyncIterator

from benchmarks.append import Arena, beside, slice_if, slice_of
from benchmarks.plan import Plan
from benchmarks.targets import Measured

READERS = 8
STREAMS_OF_A_PEER = 200
"""Enough that no page of the database is read over and over."""


async def measure(arena: Arena, plan: Plan) -> AsyncIterator[Measured]:
    await arena.ours.do("fill", streams=plan.streams)
    await arena.library.do("fill", streams=plan.library_streams)
    for peer in (arena.emmett, arena.message_db):
        if peer is not None:
            await peer.do("fill", streams=min(plan.streams, STREAMS_OF_A_PEER))
    ours = slice_of(arena.ours, "load", seconds=plan.rounds.seconds, readers=READERS)
    for name, peer in (("library", arena.library), ("emmett", arena.emmett), ("message-db", arena.message_db)):
        theirs = slice_if(peer, "load", seconds=plan.rounds.seconds, readers=READERS)
        yield await beside(f"load/{name}", plan.rounds, ours, theirs)
    whole, theirs = slice_of(arena.ours, "read"), slice_of(arena.library, "read")
    yield await beside("read/library", plan.rounds, whole, theirs)
