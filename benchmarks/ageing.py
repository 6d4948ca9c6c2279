"""Measure 12: what an append and a load cost in a log of twenty million events, beside one of a hundred thousand."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

from benchmarks import contender
from benchmarks.contender import Contender
from benchmarks.ground import Ground
from benchmarks.pairs import Slice, paired
from benchmarks.peers.ours import registered
from benchmarks.peers.speak import DATA
from benchmarks.plan import Plan
from benchmarks.targets import Measured

TENANTS = 16
EVENTS_A_STREAM = 10
LOADED_STREAMS = 1_000
CALLERS = 32
READERS = 8
# Ids are hashes of numbers, at a tenth of the cost of random ones; and the indexes are taken away and made again: kept
# up row by row, twenty million rows take an hour.
CONSTRAINTS = """
SELECT c.conrelid::regclass::text || ' ' || quote_ident(c.conname) || ' ' || pg_get_constraintdef(c.oid)
  FROM pg_constraint AS c
 WHERE c.conrelid = '{table}'::regclass AND c.contype IN ('p', 'u') ORDER BY c.contype DESC
"""
EVENTS = """
INSERT INTO thidua.events (tenant_id, epoch, position, stream_id, version, type, type_version, event_id, recorded_at,
                           actor, correlation_id, command_id, data)
SELECT t.id, 1, g.n, 'award-' || md5(t.id::text || (g.n - 1) / {each})::uuid, (g.n - 1) % {each} + 1, 'work.registered',
       1, md5(t.id::text || 'event' || g.n)::uuid, now() - interval '1 year', 'officer of a grassroots union',
       md5(t.id::text || 'request' || g.n)::uuid::text,
       md5(t.id::text || 'command' || g.n)::uuid, '{data}'
  FROM unnest('{{{tenants}}}'::uuid[]) AS t (id) CROSS JOIN generate_series(1, {events}) AS g (n)
"""
COMMANDS = """
INSERT INTO thidua.commands (tenant_id, command_id, fingerprint, answer, position, recorded_at)
SELECT t.id, md5(t.id::text || 'command' || g.n)::uuid, sha256('body'),
       '{{"id":"2f6c1e0b-4a59-46a3-8be1-c92d5e10aa01","version":1,"changed":true}}', g.n, now() - interval '1 year'
  FROM unnest('{{{tenants}}}'::uuid[]) AS t (id) CROSS JOIN generate_series(1, {events}) AS g (n)
"""
HEADS = "UPDATE thidua.heads SET position = {events}, recorded_at = now() WHERE tenant_id = ANY ('{{{tenants}}}')"
CHOSEN = """
SELECT t.id || ' award-' || md5(t.id::text || ((hashint4(n) & 2147483647) % ({events} / {each})))::uuid
  FROM generate_series(1, {streams}) AS g (n)
  JOIN unnest('{{{tenants}}}'::uuid[]) WITH ORDINALITY AS t (id, place) ON t.place = g.n % {number} + 1
"""


async def measure(ground: Ground, plan: Plan) -> AsyncIterator[Measured]:
    async with AsyncExitStack() as stack:
        logs = []
        for name, events in (("aged", plan.aged_events), ("young", plan.young_events)):
            one = await stack.enter_async_context(contender.contender(contender.ours(), contender.OUR_PATHS))
            await _open(ground, one, name, events // TENANTS)
            logs.append(one)
        aged, young = logs
        note = f"{plan.aged_events:,} events"
        for key, what, asked in (
            ("age/append", "append", {"callers": CALLERS, "tenants": TENANTS}),
            ("age/load", "load", {"readers": READERS, "fold": False}),
        ):
            times = [_time(one, what, seconds=plan.rounds.seconds, **asked) for one in (aged, young)]
            yield Measured(key=key, spread=await paired(plan.rounds.number, *times), note=note)
    for name in ("aged", "young"):  # Tens of gigabytes that nothing else needs.
        ground.running.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _time(one: Contender, what: str, **asked: object) -> Slice:
    async def milliseconds_a_call() -> float:
        return 1000 / await one.rate(what, **asked)

    return milliseconds_a_call


async def _open(ground: Ground, one: Contender, name: str, events: int) -> None:
    owner, serving = await ground.log(name)
    await one.do("open", owner_url=owner, serving_url=serving, tenants=1)
    tenants = await registered(owner, TENANTS)
    how = {
        "tenants": ",".join(tenants),
        "events": events,
        "each": EVENTS_A_STREAM,
        "data": DATA.decode(),
        "number": TENANTS,
    }
    fill(ground, name, how)
    chosen = ground.running.execute(CHOSEN.format(**how, streams=LOADED_STREAMS), database=name).split()
    await one.do("use", tenants=chosen[::2], streams=chosen[1::2])


def fill(ground: Ground, database: str, how: dict[str, object]) -> None:
    for table, rows in (("thidua.events", EVENTS), ("thidua.commands", COMMANDS)):
        kept = ground.running.execute(CONSTRAINTS.format(table=table), database=database).splitlines()
        constraints = [line.split(" ", 2) for line in kept]
        dropped = [f"ALTER TABLE {of} DROP CONSTRAINT {name};" for of, name, _ in constraints]
        made = [f"ALTER TABLE {of} ADD CONSTRAINT {name} {what};" for of, name, what in constraints]
        script = [*dropped, rows.format(**how) + ";", "SET maintenance_work_mem = '1GB';", *made]
        ground.running.execute("\n".join(script), database=database)
    ground.running.execute(HEADS.format(**how), database=database)
    ground.running.execute("VACUUM ANALYZE thidua.events, thidua.commands;", database=database)
    ground.running.execute("CHECKPOINT", database=database)
