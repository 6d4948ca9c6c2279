"""What is true when the noise is over: every acknowledged command beside the log, and the log beside itself."""

import asyncio
import time
from collections.abc import Sequence
from typing import Any

import msgspec

from adapters.read_models.models import MODELS
from benchmarks.faults.follower import Follower
from benchmarks.faults.load import Acknowledged, Book
from benchmarks.faults.stage import Federation, Stage, send
from benchmarks.faults.wire import Line

CAUGHT_UP_SECONDS_MAX = 20.0
REPLAYS_AT_ONCE = 16

EVENTS = (
    "select e.position, e.command_id::text, e.event_id::text from thidua.events as e where e.tenant_id = $1 order by 1"
)
HOLES = """
select e.stream_id from thidua.events as e where e.tenant_id = $1
group by e.stream_id having count(*) <> max(e.version) or count(distinct e.version) <> count(*)
"""
# A command's events lie side by side, end at the position that it was answered with, and were recorded at one time.
TORN = """
select e.command_id::text from thidua.events as e
left join thidua.commands as c on c.tenant_id = e.tenant_id and c.command_id = e.command_id
where e.tenant_id = $1 group by e.command_id, c.position
having max(e.position) - min(e.position) + 1 <> count(*) or max(e.position) is distinct from c.position
    or count(distinct e.recorded_at) <> 1
"""
HEAD = "select h.position from thidua.heads as h where h.tenant_id = $1"
BEHIND = "select count(*) from read_models.checkpoints as c where c.tenant_id = $1 and c.position < $2"


class Log(msgspec.Struct, kw_only=True):
    """A federation's log. `last`: its highest position; `head`: its counter row."""

    name: str
    last: int
    count: int
    head: int
    acknowledged: int


class Verdict(msgspec.Struct, kw_only=True):
    """Counts, and up to a handful of examples for each fault in `faults`; no fault at all is what must be."""

    logs: list[Log]
    missing: int = 0
    replayed: int = 0
    followed: int = 0
    faults: list[str] = []

    def blame(self, what: str, examples: Sequence[object]) -> None:
        if examples:
            self.faults.append(f"{what}: {len(examples)}, such as {list(examples)[:3]}")


async def judge(stage: Stage, book: Book, followers: Sequence[Follower] = (), *, replay: bool = True) -> Verdict:
    """Look at everything. Nothing may write meanwhile; the servers run."""
    verdict = Verdict(logs=[])
    verdict.blame("refused", book.refused)
    verdict.blame("stale queries", book.stale)
    unexpected = [status for status in book.answers if status >= 500 and status != 503]
    verdict.blame("5xx other than 503", unexpected)
    for federation in stage.federations:
        await _judge_log(stage, federation, book, verdict)
    for follower in followers:
        await _judge_follower(stage, follower, verdict)
    if replay:
        await _judge_replays(stage, book.acknowledged, verdict)
    await _judge_read_models(stage, verdict)
    return verdict


async def _judge_log(stage: Stage, federation: Federation, book: Book, verdict: Verdict) -> None:
    tenant_id, name = federation.tenant_id, federation.name
    events = await stage.fetch(EVENTS, tenant_id)
    positions = [event["position"] for event in events]
    ours = [each for each in book.acknowledged if each.order.federation is federation]
    head = (await stage.fetch(HEAD, tenant_id))[0]["position"]
    log = Log(name=name, last=max(positions, default=0), count=len(events), head=head, acknowledged=len(ours))
    verdict.logs.append(log)
    verdict.blame(f"{name}: positions with gaps", [] if positions == list(range(1, head + 1)) else [log])
    verdict.blame(f"{name}: streams with holes", [row["stream_id"] for row in await stage.fetch(HOLES, tenant_id)])
    verdict.blame(f"{name}: torn commands", [row["command_id"] for row in await stage.fetch(TORN, tenant_id)])
    found: dict[str, list[int]] = {}
    for event in events:
        found.setdefault(event["command_id"], []).append(event["position"])
    missing = [each for each in ours if each.told["position"] not in found.get(each.order.command_id, ())]
    verdict.missing += len(missing)
    verdict.blame(f"{name}: acknowledged and missing", [(each.order.path, each.told) for each in missing])
    twice = [each.order.path for each in ours if len(found.get(each.order.command_id, ())) > 1]
    verdict.blame(f"{name}: applied twice", twice)


async def _judge_follower(stage: Stage, follower: Follower, verdict: Verdict) -> None:
    events = await stage.fetch(EVENTS, follower.federation.tenant_id)
    stored = [(event["position"], event["event_id"]) for event in events]
    verdict.followed += len(follower.seen)
    name = follower.federation.name
    verdict.blame(f"{name}: not seen by the follower", sorted(set(stored) - set(follower.seen)))
    verdict.blame(f"{name}: seen and not in the log", sorted(set(follower.seen) - set(stored)))
    ordered = follower.seen == sorted(set(follower.seen))
    verdict.blame(f"{name}: seen twice or out of order", [] if ordered else [len(follower.seen)])


async def _judge_replays(stage: Stage, acknowledged: Sequence[Acknowledged], verdict: Verdict) -> None:
    """Each acknowledged command, sent once more under its key, gets the very answer that it got first."""
    others: list[object] = []
    waiting = iter(acknowledged)

    async def replay(n: int) -> None:
        line = Line(stage.servers[n % len(stage.servers)].port)
        for each in waiting:
            answer = await send(
                line, each.order.federation.officer, each.order.path, each.order.body, key=each.order.key
            )
            verdict.replayed += 1
            if (answer.status, answer.body) != (each.answer.status, each.answer.body):
                others.append((each.order.path, each.answer.body, answer.status, answer.body))
            if answer.headers.get("idempotency-replayed") != "true":
                others.append((each.order.path, "carried out anew"))
        line.close()

    await asyncio.gather(*(replay(n) for n in range(REPLAYS_AT_ONCE)))
    verdict.blame("answered otherwise when sent again", others)


# --- Read models ----------------------------------------------------------------------


async def _judge_read_models(stage: Stage, verdict: Verdict) -> None:
    federations = stage.federations
    for each in federations:
        verdict.blame(f"{each.name}: read models that stay behind", range(await _behind(stage, each)))
    live = [await _rows(stage, each) for each in federations]
    verdict.blame("a rebuild fails", [code] if (code := await _rebuild(stage)) else [])
    for federation, log, rows in zip(federations, verdict.logs, live, strict=True):
        rebuilt = await _rows(stage, federation)
        differing = [name for name in rebuilt if rebuilt[name] != rows[name]]
        verdict.blame(f"{federation.name}: live rows that a rebuild makes otherwise", differing)
        counted = len(rows["trail"])
        verdict.blame(f"{federation.name}: events that do not count once", [] if counted == log.head else [counted])


async def _rebuild(stage: Stage) -> int:
    server = stage.servers[0]
    words, nowhere = server.command("projections", "rebuild"), asyncio.subprocess.DEVNULL
    process = await asyncio.create_subprocess_exec(
        *words, env=server.environment, cwd="/", stdout=nowhere, stderr=nowhere
    )
    return await process.wait()


async def _behind(stage: Stage, federation: Federation) -> int:
    """How many of the federation's read models do not come to the end of its log in time."""
    deadline = time.monotonic() + CAUGHT_UP_SECONDS_MAX
    while True:
        head = (await stage.fetch(HEAD, federation.tenant_id))[0]["position"]
        behind = int((await stage.fetch(BEHIND, federation.tenant_id, head))[0]["count"])
        if not behind or time.monotonic() > deadline:
            return behind
        await asyncio.sleep(0.1)


async def _rows(stage: Stage, federation: Federation) -> dict[str, list[dict[str, Any]]]:
    """Everything that the federation's read models hold, by table."""
    found = {}
    for table in (table for model in MODELS for table in model.tables):
        sql = f"select * from read_models.{table.name} as t where t.tenant_id = $1"
        found[table.name] = sorted((dict(row) for row in await stage.fetch(sql, federation.tenant_id)), key=repr)
    return found
