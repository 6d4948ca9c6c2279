"""What a decision knew of other streams, gathered again from the log as it stood: each stream that its event cites, as
far as it was read. No read model and no index is asked."""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import date
from typing import Any

import msgspec

from application.deciding_again import Read, is_newest, stored_difference
from application.differences import Difference, difference
from application.execute import Platform
from application.facts import facts_for
from application.lines import History, Lines, history_of, lines_of
from application.log_subjects import LogSubjects
from application.ports import Recorded
from application.reading import Reader
from application.telling import Words, refused
from domain.award.again import command_of, decide_again
from domain.award.messages import AwardDecided, AwardNominated, AwardVoted, EligibilityChecked, Facts
from domain.dates import local_day
from domain.decider import AnyDecider, Message
from domain.events import UnknownEvent, name_of
from domain.ids import TenantId
from domain.refusals import Refused

STREAMS_MAX = 1_000
"""A history that rests on more, as one of a large collective may, is decided again from its own stream alone."""

Resting = AwardNominated | EligibilityChecked | AwardVoted | AwardDecided


Streams = dict[str, list[Recorded]]
States = dict[tuple[str, int], Any]


class Gathered(Message, frozen=True, kw_only=True):
    """The facts of a step gathered again from `streams` other streams as they stood, and the step decided on them: the
    `same` bytes come out, or `difference` is the first place."""

    streams: int
    same: bool
    difference: Difference | None


class Past:
    """A `Log` that ends where a decision was made: the streams that it read, as far as it read them."""

    session = None

    def __init__(self, tenant_id: TenantId, streams: Mapping[str, Sequence[Recorded]]) -> None:
        self.tenant_id, self._streams = tenant_id, streams
        self._rows = sorted((row for rows in streams.values() for row in rows), key=lambda row: row.position)

    async def load(self, tenant_id: TenantId, stream_ids: Sequence[str]) -> dict[str, list[Recorded]]:
        return {name: list(self._streams.get(name, ())) for name in stream_ids}

    async def histories(self, tenant_id: TenantId, stream_ids: Sequence[str]) -> dict[str, History]:
        return {name: history_of(self._streams.get(name, ())) for name in stream_ids}

    async def read(self, tenant_id: TenantId, *, after: int = 0) -> AsyncIterator[Sequence[Recorded]]:
        yield [row for row in self._rows if row.position > after]

    async def lines(self, tenant_id: TenantId, *, after: int = 0, until: int | None = None) -> AsyncIterator[Lines]:
        end = self._end() if until is None else until
        yield lines_of([row for row in self._rows if after < row.position <= end])

    def _end(self) -> int:
        return self._rows[-1].position if self._rows else 0

    async def heads(self) -> dict[TenantId, int]:
        return {self.tenant_id: self._end()}


class PastReader(Reader):
    """Reads the past for one step of a dossier. `states` are those of all its steps, by stream and version: they rest
    on the same streams again and again."""

    def __init__(self, platform: Platform, past: Past, today: date, states: States) -> None:
        vault, calendar = platform.vault, platform.calendar
        super().__init__(past, LogSubjects(past), platform.figures, vault, calendar, past.tenant_id, today)
        self._known = states

    def _folded(self, name: str, decider: AnyDecider) -> Any:
        seen = self._seen[name]
        assert isinstance(seen, History), "a past has histories"
        key = (name, seen.version)
        if key not in self._known:
            self._known[key] = super()._folded(name, decider)
        return self._known[key]


async def gathered(
    platform: Platform, tenant_id: TenantId, reads: Sequence[Read], words: Words
) -> list[Gathered | None]:
    """Of each step of a dossier, what gathering its facts again came to; None: it rests on no other stream, is of an
    earlier shape, whose release gathered otherwise, or all together rest on more than STREAMS_MAX streams."""
    cited = {each.stream for read in reads if (event := _resting(read)) for each in event.read_at}
    if not cited or len(cited) > STREAMS_MAX:
        return [None] * len(reads)
    streams = await platform.store.load(tenant_id, sorted(cited))
    states = {(read.record.stream_id, at): read.before for at, read in enumerate(reads)}
    found: list[Gathered | None] = []
    for at, read in enumerate(reads):
        event = _resting(read)
        before = {**streams, read.record.stream_id: [each.record for each in reads[:at]]}
        found.append(await _again(platform, read, event, before, states, words) if event else None)
    return found


def _resting(read: Read) -> Resting | None:
    event = read.event
    return event if isinstance(event, Resting) and event.read_at and is_newest(read.record) else None


async def _again(
    platform: Platform, read: Read, event: Resting, streams: Streams, states: States, words: Words
) -> Gathered:
    found = _lacking(event, streams)
    if found is None:
        try:
            found = await _parted(platform, read, event, streams, states)
        except Refused as error:
            found = refused(error, words)
        except (msgspec.MsgspecError, UnicodeDecodeError, UnknownEvent) as error:
            found = difference("unreadable", path="read_at", recorded=str(error))
        except AssertionError as broken:  # Whoever forges a stream breaks what the code may count on.
            found = difference("impossible", path="read_at", now=str(broken))
    return Gathered(streams=len(event.read_at), same=found is None, difference=found)


def _lacking(event: Resting, streams: Streams) -> Difference | None:
    """Where the log has less of a stream than was read."""
    for each in event.read_at:
        versions = [row.version for row in streams[each.stream][: max(each.version, 0)]]
        if len(versions) != each.version or versions != list(range(1, len(versions) + 1)):
            path = f"read_at[{each.stream}]"
            return difference("shorter", path=path, recorded=each.version, now=len(versions))
    return None


async def _parted(
    platform: Platform, read: Read, event: Resting, streams: Streams, states: States
) -> Difference | None:
    record = read.record
    own = record.stream_id
    past = Past(
        record.tenant_id,
        {own: streams[own], **{each.stream: streams[each.stream][: each.version] for each in event.read_at}},
    )
    reader = PastReader(platform, past, _day(read, event), states)
    command = command_of(event, record.happened_on)
    facts: Facts = await facts_for(reader, command, read.before, own)
    now = decide_again(
        read.before,
        event,
        happened_on=record.happened_on,
        recorded_at=record.recorded_at,
        facts=msgspec.structs.replace(facts, read=event.read_at),
    )
    if not now or name_of(now[0]) != name_of(event):
        return difference("nothing")
    return stored_difference(record, now[0])


def _day(read: Read, event: Resting) -> date:
    if isinstance(event, EligibilityChecked | AwardDecided):
        return event.case.day
    return local_day(read.record.recorded_at)
