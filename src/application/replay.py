"""An award's history, step by step, with every recorded judgement made again from what was pinned into it."""

from datetime import date, datetime
from hashlib import sha256
from typing import Any

import msgspec

from application.access import reach
from application.complainants import may_learn_complainants
from application.execute import Platform
from application.ports import Recorded
from application.sealing import WITHHELD
from domain.award import AWARD
from domain.award.evolve import Award
from domain.award.messages import AwardDecided, EligibilityChecked, HoldKind
from domain.award.refusals import AwardUnknown
from domain.award.settle import rerun
from domain.decider import Message
from domain.events import decode
from domain.ids import stream
from domain.paper import Document
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

    `event` is the stored data. `rerun` is there for a check of eligibility and for the decision.
    """

    version: int
    position: int
    type: str
    recorded_at: datetime
    happened_on: date | None
    actor: str
    command_id: str
    correlation_id: str
    causation_id: str | None
    document: Document | None
    event: dict[str, Any]
    state: StateAfter
    rerun: Rerun | None


class Replay(Message, frozen=True, kw_only=True):
    """`version` is of the dossier's stream; `same`: every recorded judgement came out the same again, and every rule
    set has the hash that was pinned."""

    award_id: str
    version: int
    same: bool
    steps: tuple[ReplayStep, ...]


async def replay(platform: Platform, scope: TenantScope, award_id: str) -> Replay:
    """The award's history from its stream alone.

    Raises:
        AwardUnknown: there is no such dossier.
        OutOfReach: it lies outside the scope's units.
        Unavailable: the store is away.
    """
    reader = platform.reader(scope.tenant_id)
    name = stream(AWARD.name, award_id)
    records = (await platform.store.load(scope.tenant_id, [name]))[name]
    if not records:
        raise AwardUnknown()
    award = AWARD.initial
    steps: list[ReplayStep] = []
    for record in records:
        event = decode(record.type, record.type_version, record.data)
        award = AWARD.evolve(award, event)
        steps.append(_step(record, event, award))
    assert award.nominated is not None
    await reach(scope, award.nominated.unit_id, reader)
    if not may_learn_complainants(scope, award):
        steps = [_without_complainant(step) for step in steps]
    reruns = [step.rerun for step in steps if step.rerun is not None]
    same = all(rerun.same and rerun.hash_matches is not False for rerun in reruns)
    return Replay(award_id=award_id, version=len(steps), same=same, steps=tuple(steps))


def _step(record: Recorded, event: Any, award: Award) -> ReplayStep:
    return ReplayStep(
        version=record.version,
        position=record.position,
        type=record.type,
        recorded_at=record.recorded_at,
        happened_on=record.happened_on,
        actor=record.actor,
        command_id=record.command_id,
        correlation_id=record.correlation_id,
        causation_id=record.causation_id,
        document=_document(event),
        event=msgspec.json.decode(record.data),
        state=_state(award),
        rerun=_rerun(event, record.data) if isinstance(event, EligibilityChecked | AwardDecided) else None,
    )


def _without_complainant(step: ReplayStep) -> ReplayStep:
    if step.event.get("complainant") is None:
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
