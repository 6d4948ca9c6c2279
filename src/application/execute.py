"""The one path by which anything changes: authorise, load, decide, append."""

import asyncio
from collections.abc import Sequence
from datetime import date
from typing import Any

import msgspec

from application.access import GIVEN_FROM_ABOVE, IN_WHOSE_NAME, authorise, reach
from application.facts import facts_for
from application.folds import Folds
from application.fresh import fresh_id
from application.ports import (
    Append,
    Appended,
    Clock,
    EventStore,
    Figures,
    KeyVault,
    NewEvent,
    Outcome,
    StreamAppend,
    Subjects,
    Unavailable,
    VersionConflict,
)
from application.reading import Reader
from application.sealing import seal, unsealed
from domain.calendar import WorkingCalendar
from domain.dates import local_day
from domain.decider import AnyDecider, Command, Message
from domain.events import encode, name_of
from domain.ids import TenantId, stream
from domain.refusals import Conflict, Invalid, NotYetHappened, Refused
from tenants.scope import TenantScope

ATTEMPTS_MAX = 8


class CommandIdReused(Conflict):
    """This idempotency key was used before, for another request."""

    code = "command.id-reused"


class StaleVersion(Exception):
    """The thing has changed since the version that the sender saw."""

    def __init__(self, *, expected: int, actual: int) -> None:
        super().__init__(expected, actual)
        self.expected, self.actual = expected, actual


class Step(msgspec.Struct, frozen=True):
    """One command to one aggregate. Several steps are carried out together or not at all. `is_new`: the identity was
    made for this command, so there is no use in looking for its stream; the append makes sure."""

    decider: AnyDecider
    identity: str
    command: Command
    is_new: bool = False


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """What surrounds a command: its id, the exact body (for the fingerprint), and where it came from.

    `expected_version` is of the first step's stream: what the sender saw (If-Match); None: any.
    """

    command_id: str
    body: bytes
    correlation_id: str
    causation_id: str | None = None
    expected_version: int | None = None


class Answer(Message, frozen=True, kw_only=True):
    """What the sender is told: the thing's id, the version it now has, and whether the command changed anything."""

    id: str
    version: int
    changed: bool


class Executed(msgspec.Struct, frozen=True, kw_only=True):
    answer: Answer
    position: int
    replayed: bool


Locks = dict[tuple[TenantId, str], tuple[asyncio.Lock, int]]
"""By stream: its lock, and how many hold it or wait for it."""


class Queues:
    """Commands on one stream are served in the order they came, instead of racing for its next version."""

    def __init__(self) -> None:
        self._locks: Locks = {}

    def turn(self, tenant_id: TenantId, streams: Sequence[str]) -> "Turn":
        return Turn(self._locks, sorted({(tenant_id, name) for name in streams}))


class Turn:
    """Inside, it is this command's turn on each of its streams."""

    __slots__ = ("_held", "_keys", "_locks")

    def __init__(self, locks: Locks, keys: list[tuple[TenantId, str]]) -> None:
        self._locks, self._keys = locks, keys
        self._held: list[asyncio.Lock] = []

    async def __aenter__(self) -> None:
        for key in self._keys:
            lock, waiting = self._locks.get(key) or (asyncio.Lock(), 0)
            self._locks[key] = (lock, waiting + 1)
        try:
            for key in self._keys:  # One order for all: two commands over the same streams cannot block each other.
                lock = self._locks[key][0]
                await lock.acquire()
                self._held.append(lock)
        except BaseException:
            self._leave()
            raise

    async def __aexit__(self, *_: object) -> None:
        self._leave()

    def _leave(self) -> None:
        for lock in self._held:
            lock.release()
        for key in self._keys:
            lock, waiting = self._locks[key]
            if waiting == 1:
                del self._locks[key]
            else:
                self._locks[key] = (lock, waiting - 1)


class Platform(msgspec.Struct, frozen=True, kw_only=True):
    """The log, the index of subjects, the figures, the keys, the clock and the working days that commands run on."""

    store: EventStore
    subjects: Subjects
    figures: Figures
    vault: KeyVault
    clock: Clock
    calendar: WorkingCalendar
    queues: Queues = msgspec.field(default_factory=Queues)
    folds: Folds = msgspec.field(default_factory=Folds)

    def reader(self, tenant_id: TenantId, *, recall: bool = False, until: int | None = None) -> Reader:
        """The tenant's streams, read for one decision today: from the log, or, with `recall`, as remembered; `until`:
        as they were at that position."""
        return Reader(
            self.store,
            self.subjects,
            self.figures,
            self.vault,
            self.calendar,
            tenant_id,
            local_day(self.clock.now()),
            folds=self.folds,
            recall=recall,
            until=until,
        )


async def execute(platform: Platform, scope: TenantScope, steps: Sequence[Step], request: Request) -> Executed:
    """Carry out the steps as one command and return what its sender is told.

    A command id that was carried out before gets the first answer again, before anything else is looked at.

    Raises:
        Refused: a rule forbids it (the subclass says which), or the scope does not reach it.
        CommandIdReused: the id belongs to another request.
        StaleVersion: `expected_version` is not the first stream's version.
        VersionConflict: ATTEMPTS_MAX writers in a row got there first.
        Unavailable: the store is away; the same command may be sent again.
    """
    for step in steps:
        authorise(scope, type(step.command))
    fingerprint = await platform.vault.fingerprint(scope.tenant_id, request.body)
    streams = [stream(step.decider.name, step.identity) for step in steps]
    async with platform.queues.turn(scope.tenant_id, streams):
        for attempt in range(1, ATTEMPTS_MAX + 1):
            try:
                made = await _made(platform, scope, steps, request, recall=attempt == 1)
            except Exception:
                # Nothing is told, were it only that something is away, before it is known that this is no retry: that
                # one has its answer.
                known = await platform.store.remembered(scope.tenant_id, request.command_id)
                if known is None:
                    raise
                return _told_before(known, fingerprint)
            try:
                appended = await platform.store.append(made.append(scope, request, fingerprint))
            except VersionConflict:
                made.reader.forget()
                if attempt == ATTEMPTS_MAX:
                    raise
                continue
            if appended.outcome is Outcome.REPLAYED:
                return _told_before(appended, fingerprint)
            made.keep()
            return Executed(answer=made.answer, position=appended.position, replayed=False)
    raise AssertionError("unreachable")


def _told_before(known: Appended, fingerprint: bytes) -> Executed:
    if known.fingerprint != fingerprint:
        raise CommandIdReused()
    answer = msgspec.json.decode(known.answer, type=Answer)
    return Executed(answer=answer, position=known.position, replayed=True)


def check_day(command: Command, today: date) -> None:
    if command.happened_on is not None and command.happened_on > today:
        raise NotYetHappened(field="happened_on", reason=f"lies after today, {today.isoformat()}")


class _Decided(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one step's stream: the append, and the state after it."""

    append: StreamAppend
    state: Any


class _Made(msgspec.Struct, frozen=True, kw_only=True):
    """What the steps come to, and what that rests on. `day` is the first step's."""

    reader: Reader
    decided: dict[str, _Decided]
    answer: Answer
    day: date | None

    def append(self, scope: TenantScope, request: Request, fingerprint: bytes) -> Append:
        """Everything decided, with a guard for every stream that was only read."""
        written = tuple([one.append for one in self.decided.values()])
        guards = [
            StreamAppend(stream_id=name, expected_version=version)
            for name, version in self.reader.versions()
            if name not in self.decided
        ]
        return Append(
            tenant_id=scope.tenant_id,
            command_id=request.command_id,
            fingerprint=fingerprint,
            answer=msgspec.json.encode(self.answer),
            actor=scope.actor,
            correlation_id=request.correlation_id,
            causation_id=request.causation_id,
            happened_on=self.day,
            session=self.reader.session,
            streams=(*written, *guards),
        )

    def keep(self) -> None:
        self.reader.keep({name: (one.state, one.append.events, self.day) for name, one in self.decided.items()})


async def _made(
    platform: Platform, scope: TenantScope, steps: Sequence[Step], request: Request, *, recall: bool
) -> _Made:
    """What the steps come to. With `recall` what is remembered of the log serves, except for a refusal or a decision
    that changes nothing: no append would confirm those, so they are made again from the log."""
    if recall:
        reader = platform.reader(scope.tenant_id, recall=True)
        for step in steps:
            if step.is_new:
                reader.presume_new(step.decider, step.identity)
        try:
            made = await _decide(platform, scope, steps, request, reader)
        except Unavailable:
            raise
        except Exception:
            if not reader.recalled:
                raise
        else:
            if made.answer.changed or not reader.recalled:
                return made
        reader.forget()
    return await _decide(platform, scope, steps, request, platform.reader(scope.tenant_id))


async def _decide(
    platform: Platform, scope: TenantScope, steps: Sequence[Step], request: Request, reader: Reader
) -> _Made:
    for step in steps:
        check_day(step.command, reader.today)
    await reader.prefetch(*[(step.decider, step.identity) for step in steps])
    # Whose matter it is comes before anything is told, were it only a version.
    states = [await within_reach(scope, step, reader, alone=len(steps) == 1) for step in steps]
    first = reader.version(steps[0].decider, steps[0].identity)
    if request.expected_version is not None and request.expected_version != first:
        raise StaleVersion(expected=request.expected_version, actual=first)
    decided: dict[str, _Decided] = {}
    for step, state in zip(steps, states, strict=True):
        try:
            one = await _step(platform, scope, step, state, reader)
        except Refused as refusal:
            _name(refusal, step, alone=len(steps) == 1)
            raise
        decided[one.append.stream_id] = one
    main = decided[stream(steps[0].decider.name, steps[0].identity)].append
    changed = any(one.append.events for one in decided.values())
    answer = Answer(id=steps[0].identity, version=main.expected_version + len(main.events), changed=changed)
    return _Made(reader=reader, decided=decided, answer=answer, day=steps[0].command.happened_on)


def _name(refusal: Refused, step: Step, *, alone: bool) -> None:
    """Among several steps, a refusal says which one it is of."""
    if not alone:
        refusal.facts["id"] = step.identity


async def within_reach(scope: TenantScope, step: Step, reader: Reader, *, alone: bool = True) -> Any:
    """The state that the step finds, which lies in the scope's units. Raises: OutOfReach."""
    state = await reader.state(step.decider, step.identity)
    if scope.unit_id is None:
        return state  # It reaches all units.
    matter = step.decider.unit(step.command, state)
    try:
        await reach(scope, matter, reader, from_above=type(step.command) in GIVEN_FROM_ABOVE)
        acting = getattr(step.command, IN_WHOSE_NAME.get(type(step.command), ""), None)
        if acting is not None:
            await reach(scope, acting, reader)
    except Refused as refusal:
        _name(refusal, step, alone=alone)
        raise
    return state


async def check_order(step: Step, reader: Reader) -> None:
    """Raises: Invalid, where a paper act is stated to lie before the paper that its matter began with."""
    stated = step.command.happened_on
    began_on = None if stated is None else await reader.began_on(step.decider, step.identity)
    if stated is not None and began_on is not None and stated < began_on:
        raise Invalid(field="happened_on", reason=f"lies before {began_on}, the day that this matter began on")


async def _step(platform: Platform, scope: TenantScope, step: Step, state: Any, reader: Reader) -> _Decided:
    await check_order(step, reader)
    command = await seal(platform.vault, scope.tenant_id, key_of(step, state), step.command)
    events = await decided(platform.clock, step, command, state, reader)
    append = StreamAppend(
        stream_id=stream(step.decider.name, step.identity),
        expected_version=reader.version(step.decider, step.identity),
        events=tuple([new_event(event) for event in events]),
    )
    return _Decided(append=append, state=step.decider.fold(events, state))


def key_of(step: Step, state: Any) -> str:
    """The subject whose key seals what the step says of a person."""
    return step.decider.person(step.command, state) or stream(step.decider.name, step.identity)


async def decided(clock: Clock, step: Step, command: Command, state: Any, reader: Reader) -> list[Message]:
    """The events that the step comes to; `command` is its command, sealed. Raises: Refused."""
    facts = await facts_for(reader, command, state, stream(step.decider.name, step.identity))
    events: list[Message] = step.decider.decide(command, state, facts, clock.now())
    return events


def new_event(event: Message, happened_on: date | None = None) -> NewEvent:
    """The event as it is stored; `happened_on` where it is not that of the whole append."""
    clear = unsealed(event)
    assert not clear, f"{type(event).__name__} would store {clear} in clear"
    name, version = name_of(event)
    return NewEvent(event_id=fresh_id(), type=name, type_version=version, data=encode(event), happened_on=happened_on)
