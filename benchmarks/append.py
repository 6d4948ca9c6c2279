"""Measures 1 to 5: what an append costs, beside each peer and beside the raw limit."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from pathlib import Path

import msgspec

from benchmarks import contender
from benchmarks.contender import Contender
from benchmarks.ground import Ground
from benchmarks.pairs import Rounds, Slice, paired
from benchmarks.peers.install import Peers
from benchmarks.peers.speak import DATA, HEADCOUNTS, established, headcount
from benchmarks.plan import Plan
from benchmarks.raw import TABLES, Raw
from benchmarks.targets import Measured

NO_NODE = "Node is not installed"
CALLERS = 32
TENANTS = 16
MANY_CALLERS = 128
CLIENTS_TRIED = (32, 64, 128)


class Arena(msgspec.Struct, frozen=True, kw_only=True):
    """The contenders, each over a database of its own on the one PostgreSQL."""

    ours: Contender
    library: Contender
    emmett: Contender | None
    message_db: Contender | None
    raw: Raw


@asynccontextmanager
async def arena(ground: Ground, peers: Peers, name: str) -> AsyncIterator[Arena]:
    """`name` tells its databases from those of another arena."""
    async with AsyncExitStack() as stack:
        enter = stack.enter_async_context
        ours = await enter(contender.contender(contender.ours(), contender.OUR_PATHS))
        owner, serving = await ground.log(f"ours_{name}")
        await ours.do("open", owner_url=owner, serving_url=serving, tenants=TENANTS)
        library = await enter(contender.contender(contender.theirs(peers, "library"), contender.THEIR_PATHS))
        await library.do("open", url=ground.database(f"library_{name}"))
        emmett = message_db = None
        if peers.node is not None:
            emmett = await enter(contender.contender(contender.node(peers.node, "emmett.mjs")))
            unit = [established(), *map(headcount, range(HEADCOUNTS))]
            await emmett.do("open", url=ground.database(f"emmett_{name}"), data=DATA.decode(), unit=unit)
            message_db = await enter(contender.contender(contender.theirs(peers, "message_db"), contender.THEIR_PATHS))
            await message_db.do("open", url=install_message_db(ground, peers.node, f"message_db_{name}"))
        raw = Raw(ground.database(f"raw_{name}"), ground.folder)
        ground.running.execute(TABLES, database=f"raw_{name}")
        yield Arena(ours=ours, library=library, emmett=emmett, message_db=message_db, raw=raw)


def install_message_db(ground: Ground, node: Path, name: str) -> str:
    """Its own files, in the order of its own script, which wants a shell. Its pgcrypto is
    left out: all that it is needed for has been part of PostgreSQL since 13, and the embedded one has no extensions."""
    files = node / "node_modules" / "@eventide" / "message-db" / "database"
    url = ground.database(name)
    order = ["schema/message-store", "tables/messages", "types/message"]
    functions = ["message-store-version", "hash-64", "acquire-lock", "category", "is-category", "id", "cardinal-id"]
    functions += ["stream-version", "write-message", "get-stream-messages"]
    order += [f"functions/{name}" for name in functions]
    order += [f"indexes/{name}" for name in ("messages-id", "messages-stream", "messages-category")]
    script = "\n".join((files / f"{name}.sql").read_text() for name in order)
    ground.running.execute(f"SET search_path TO message_store, public;\n{script}", database=name)
    return url


def slice_of(one: Contender, what: str, **asked: object) -> Slice:
    """A slice of this contender's work: calls a second."""
    return partial(one.rate, what, **asked)


def slice_if(one: Contender | None, what: str, **asked: object) -> Slice | None:
    """The same of one that may not be there."""
    return None if one is None else slice_of(one, what, **asked)


async def beside(key: str, rounds: Rounds, ours: Slice, theirs: Slice | None) -> Measured:
    """One pair, or that there is nobody to be paired with."""
    if theirs is None:
        return Measured(key=key, why_not=NO_NODE)
    return Measured(key=key, spread=await paired(rounds.number, ours, theirs))


async def measure(arena: Arena, plan: Plan) -> AsyncIterator[Measured]:
    rounds = plan.rounds
    seconds, raw = rounds.seconds, arena.raw
    sixteen = slice_of(arena.ours, "append", seconds=seconds, callers=CALLERS, tenants=TENANTS)
    one_tenant = slice_of(arena.ours, "append", seconds=seconds, callers=CALLERS)
    many = slice_of(arena.ours, "append", seconds=seconds, callers=MANY_CALLERS, tenants=TENANTS)
    one_caller = slice_of(arena.ours, "append", seconds=seconds, callers=1)
    for name, peer in (("library", arena.library), ("emmett", arena.emmett), ("message-db", arena.message_db)):
        theirs = slice_if(peer, "append", seconds=seconds, callers=CALLERS)
        yield await beside(f"append/{name}", rounds, sixteen, theirs)
    best = await raw.best_of(CLIENTS_TRIED, seconds)
    for key, ours, clients in (
        ("append/pgbench", sixteen, CALLERS),
        ("append-one-tenant/pgbench", one_tenant, CALLERS),
        ("append-128/pgbench", many, best),
        ("append-one-caller/pgbench", one_caller, 1),
    ):
        yield await beside(key, rounds, ours, partial(raw.one_row, clients, seconds))
    async for measured in hundreds(arena, rounds):
        yield measured


async def hundreds(arena: Arena, rounds: Rounds) -> AsyncIterator[Measured]:
    seconds = rounds.seconds
    hundred = slice_of(arena.ours, "append", seconds=seconds, callers=1, events=100)
    plain = slice_of(arena.ours, "append", seconds=seconds, callers=CALLERS, tenants=TENANTS)
    theirs = slice_of(arena.library, "append", seconds=seconds, callers=1, events=100)
    yield await beside("append-hundred/pgbench", rounds, hundred, lambda: arena.raw.hundred_rows(seconds))
    yield await beside("append-hundred/library", rounds, hundred, theirs)
    for key, how in (("refused/plain", {"refused": True}), ("guarded/plain", {"guarded": True})):
        other = slice_of(arena.ours, "append", seconds=seconds, callers=CALLERS, tenants=TENANTS, **how)
        yield await beside(key, rounds, other, plain)
