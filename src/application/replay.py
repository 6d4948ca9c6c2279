"""An award's history, step by step, each step decided again and every recorded judgement made again from what was
pinned into it."""

import re
from collections.abc import Sequence
from datetime import date, datetime
from hashlib import sha256
from typing import Any

import msgspec

from application.access import reach
from application.complainants import may_learn_complainants
from application.deciding_again import Again, Read, again
from application.differences import Difference, difference, parted
from application.execute import Platform
from application.gathering_again import Gathered, gathered
from application.ports import Recorded
from application.sealing import WITHHELD
from application.telling import ToldReason, Words, told
from domain.award import AWARD
from domain.award.again import COMMANDS
from domain.award.evolve import Award
from domain.award.messages import AwardDecided, EligibilityChecked, Event, HoldKind
from domain.award.refusals import AwardUnknown
from domain.award.settle import rerun
from domain.council import COUNCIL
from domain.decider import Message
from domain.evaluation import EVALUATION
from domain.events import UnknownEvent, decode
from domain.ids import stream
from domain.paper import Document
from domain.registration import REGISTRATION
from domain.rules import Reason
from tenants.scope import TenantScope


class Rerun(Message, frozen=True, kw_only=True):
    """The pinned rule set asked again about the pinned case: `same` says whether it gives the recorded reasons.

    `rule_set_sha256` is what was pinned, `hash_matches` whether the stored bytes of the rule set have it; None: nothing
    was pinned then.
    """

    rule_set: str
    rule_set_version: int
    rule_set_sha256: str | None
    hash_matches: bool | None
    same: bool
    recorded: tuple[Reason, ...]
    now: tuple[Reason, ...]


class StateAfter(Message, frozen=True, kw_only=True):
    """What the dossier had come to after a step; None: not yet. `complaints_open` by their numbers; `owed_vnd` and
    `owes_object` are what a revoked award still has to give back."""

    status: str
    holds: tuple[HoldKind, ...]
    supported: bool | None
    eligible: bool | None
    published_from: date | None
    published_until: date | None
    approved: bool | None
    decision: Document | None
    presented_on: date | None
    revoked_for: str | None
    parts: tuple[str, ...]
    complaints_open: tuple[int, ...]
    owed_vnd: int
    owes_object: bool


class ReplayStep(Message, frozen=True, kw_only=True):
    """One event: when it was recorded and when it happened, who did it by which command and paper, what came of it.

    `event` is the stored data; None: what is stored is no JSON. A check, a vote and a decision have the rules, the
    facts and the versions that they were read at in it, a vote the rules of the check before it; `reasons` are what the
    rules said then, with the sentences. `command`, such as `check-eligibility`, is what it comes of (None: of the
    command of the step before);
    `before` and `state` are the dossier before and after the step. `rerun` is there for a check of eligibility and for
    the decision; `again` for every step, `gathered` for those that rest on other streams.
    """

    version: int
    position: int
    type: str
    recorded_at: datetime
    happened_on: date | None
    actor: str
    command: str | None
    command_id: str
    correlation_id: str
    causation_id: str | None
    document: Document | None
    event: dict[str, Any] | None
    before: StateAfter
    state: StateAfter
    reasons: tuple[ToldReason, ...]
    rerun: Rerun | None
    again: Again
    gathered: Gathered | None


class FirstDifference(Message, frozen=True, kw_only=True):
    """The first step that does not come out as it is recorded."""

    version: int
    position: int
    type: str
    difference: Difference


class Beside(Message, frozen=True, kw_only=True):
    """An event of what the dossier rests on: its registration, its evaluation, the session that voted on it."""

    stream: str
    version: int
    position: int
    type: str
    recorded_at: datetime
    happened_on: date | None
    actor: str
    command_id: str
    document: Document | None


class Replay(Message, frozen=True, kw_only=True):
    """`version` is of the dossier's stream at the last step that is told. `same`: every step comes out as it is
    recorded, every recorded judgement too, and every rule set has the hash that was pinned; if not, `differs` is the
    first step that does not. `beside`: what led to it elsewhere, in the order of the log.
    """

    award_id: str
    version: int
    same: bool
    differs: FirstDifference | None
    steps: tuple[ReplayStep, ...]
    beside: tuple[Beside, ...]


async def replay(
    platform: Platform, scope: TenantScope, award_id: str, *, words: Words, until: int | None = None
) -> Replay:
    """The award's history from its stream alone, up to the position `until` (None: all of it).

    Raises:
        AwardUnknown: there is no such dossier, or was none then.
        OutOfReach: it lies outside the scope's units.
        Unavailable: the store is away.
    """
    tenant_id = scope.tenant_id
    name = stream(AWARD.name, award_id)
    records = (await platform.store.load(tenant_id, [name]))[name]
    if until is not None:
        records = [record for record in records if record.position <= until]
    if not records:
        raise AwardUnknown()
    nomination = _read(records[:1])[0].event
    await reach(scope, getattr(nomination, "unit_id", None), platform.reader(tenant_id, until=until))
    reads = _read(records)
    award = _after(reads[-1])
    results = zip(reads, again(reads, words), await gathered(platform, tenant_id, reads, words), strict=True)
    steps = [_step(*each) for each in results]
    if not may_learn_complainants(scope, award):
        steps = [_without_complainant(step) for step in steps]
    differs = next((_differs(step) for step in steps if _differs(step)), None)
    return Replay(
        award_id=award_id,
        version=records[-1].version,
        same=differs is None,
        differs=differs,
        steps=tuple(steps),
        beside=await _beside(platform, scope, award, until=records[-1].position),
    )


def _read(records: Sequence[Recorded]) -> list[Read]:
    """Each row with its event and the state before it. A row that holds no event of its type changes no state."""
    reads: list[Read] = []
    for record in records:
        before, version = (_after(reads[-1]), reads[-1].record.version + 1) if reads else (AWARD.initial, 1)
        reads.append(Read(record=record, event=_event(record), before=before, version=version))
    return reads


def _event(record: Recorded) -> Event | None:
    return _decoded(record) if record.type.startswith(f"{AWARD.name}.") else None


def _decoded(record: Recorded) -> Any:
    """The event; None where somebody altered the row so that it is none of its type any more."""
    try:
        return decode(record.type, record.type_version, record.data)
    except (msgspec.MsgspecError, UnicodeDecodeError, UnknownEvent):
        return None


def _after(read: Read) -> Award:
    return read.before if read.event is None else AWARD.evolve(read.before, read.event)


def _step(read: Read, result: Again, facts: Gathered | None) -> ReplayStep:
    record, event = read.record, read.event
    command = COMMANDS.get(type(event)) if event is not None else None
    return ReplayStep(
        version=record.version,
        position=record.position,
        type=record.type,
        recorded_at=record.recorded_at,
        happened_on=record.happened_on,
        actor=record.actor,
        command=_kebab(command.__name__) if command else None,
        command_id=record.command_id,
        correlation_id=record.correlation_id,
        causation_id=record.causation_id,
        document=_document(event),
        event=_plain(record.data),
        before=_state(read.before),
        state=_state(_after(read)),
        reasons=told(getattr(event, "reasons", ())),
        rerun=_rerun(event, record.data) if isinstance(event, EligibilityChecked | AwardDecided) else None,
        again=result,
        gathered=facts,
    )


def _kebab(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", name).lower()


def _plain(data: bytes) -> dict[str, Any] | None:
    try:
        plain = msgspec.json.decode(data)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None
    return plain if isinstance(plain, dict) else None


def _differs(step: ReplayStep) -> FirstDifference | None:
    anew = step.gathered.difference if step.gathered else None
    found = step.again.difference or _judged_otherwise(step.rerun) or anew
    if found is None:
        return None
    return FirstDifference(version=step.version, position=step.position, type=step.type, difference=found)


def _judged_otherwise(rerun: Rerun | None) -> Difference | None:
    if rerun is None:
        return None
    if rerun.hash_matches is False:
        return difference("hash", path="rule_set", recorded=rerun.rule_set_sha256)
    if rerun.same:
        return None
    recorded, now = msgspec.to_builtins((rerun.recorded, rerun.now))
    return parted(recorded, now, path="reasons")


async def _beside(platform: Platform, scope: TenantScope, award: Award, *, until: int) -> tuple[Beside, ...]:
    """Who did what elsewhere for this dossier, up to the position of its last step."""
    held, voted = award.completed, award.voted
    names = [
        stream(kind, identity)
        for kind, identity in (
            (REGISTRATION.name, held and held.registration_id),
            (EVALUATION.name, held and held.evaluation_id),
            (COUNCIL.name, voted and voted.session_id),
        )
        if identity
    ]
    if not names:
        return ()
    streams = await platform.store.load(scope.tenant_id, names)
    rows = sorted(
        (row for name in names for row in streams[name] if row.position <= until), key=lambda row: row.position
    )
    return tuple(_row_beside(row) for row in rows)


def _row_beside(record: Recorded) -> Beside:
    return Beside(
        stream=record.stream_id,
        version=record.version,
        position=record.position,
        type=record.type,
        recorded_at=record.recorded_at,
        happened_on=record.happened_on,
        actor=record.actor,
        command_id=record.command_id,
        document=_document(_decoded(record)),
    )


def _without_complainant(step: ReplayStep) -> ReplayStep:
    if step.event is None or step.event.get("complainant") is None:
        return step
    return msgspec.structs.replace(step, event={**step.event, "complainant": WITHHELD})


def _document(event: Any) -> Document | None:
    """The paper that the step rests on, under whichever name the event holds it."""
    papers = (getattr(event, name, None) for name in ("document", "decision", "minutes"))
    return next((paper for paper in papers if paper is not None), None)


class _Pinned(msgspec.Struct):
    """The rule set's bytes exactly as they stand in the event."""

    rule_set: msgspec.Raw


def _rerun(event: EligibilityChecked | AwardDecided, data: bytes) -> Rerun:
    now, pinned = rerun(event), event.rule_set_sha256
    stored = sha256(bytes(msgspec.json.decode(data, type=_Pinned).rule_set)).hexdigest()
    return Rerun(
        rule_set=event.rule_set.code,
        rule_set_version=event.rule_set.version,
        rule_set_sha256=pinned,
        hash_matches=None if pinned is None else pinned == stored,
        same=now == event.reasons,
        recorded=event.reasons,
        now=now,
    )


def _state(award: Award) -> StateAfter:
    return StateAfter(
        status=award.status.value,
        holds=award.holds,
        supported=award.appraised.supports if award.appraised else None,
        eligible=award.checked.eligible if award.checked else None,
        published_from=award.published.published_from if award.published else None,
        published_until=award.published.published_until if award.published else None,
        approved=award.voted.approved if award.voted else None,
        decision=award.decision,
        presented_on=award.presented.presented_on if award.presented else None,
        revoked_for=award.revoked.ground if award.revoked else None,
        parts=award.parts,
        complaints_open=tuple(each.received.number for each in award.complaints if each.is_open),
        owed_vnd=award.owed_vnd,
        owes_object=award.owes_object,
    )
