"""Another rule set over a past campaign's facts: who would gain the title, who would lose it, why. Nothing changes."""

from collections.abc import AsyncIterator
from typing import Literal

import msgspec

from application.ports import EventStore, Recorded
from domain.award.messages import AwardDecided, AwardNominated, EligibilityChecked
from domain.award.settle import rerun, sha256_of
from domain.decider import Message
from domain.events import decode
from domain.ids import TenantId
from domain.rules import Outcome, Reason, RuleSet, obstacles, prize_of

PAGE_EVENTS = 5_000
TYPES = ("award.nominated", "award.eligibility-checked", "award.decided")

Verdict = Literal["gains", "loses", "keeps", "stays-without", "unknown"]


class Tried(Message, frozen=True, kw_only=True):
    """One dossier: what its last check or decision came to (`held`: nothing stood in the way), what the new rules say.

    `because` is what decides it: the obstacles of one who loses or stays without, what was an obstacle before of one
    who gains, what the old case does not hold where it is unknown.
    """

    award_id: str
    title: str
    year: int
    unit_id: str
    person_id: str | None
    judged: Literal["check", "decision"]
    rule_set_version: int
    held: bool
    now: Outcome
    verdict: Verdict
    because: tuple[Reason, ...]
    prize_vnd: int | None
    prize_now_vnd: int | None


class Trial(Message, frozen=True, kw_only=True):
    """Each dossier in the order of the log. `sha256` is of the rule set that was tried; `unjudged`: never checked."""

    rule_set: str
    version: int
    sha256: str
    dossiers: tuple[Tried, ...]
    unjudged: int

    def count(self, verdict: Verdict) -> int:
        return sum(dossier.verdict == verdict for dossier in self.dossiers)


Pinned = EligibilityChecked | AwardDecided


class _Dossier(msgspec.Struct):
    nominated: AwardNominated
    pinned: Pinned | None = None


async def try_rules(
    store: EventStore, tenant_id: TenantId, campaign_id: str, rule_set: RuleSet, *, title: str | None = None
) -> Trial:
    """The campaign's dossiers of this title judged anew, from the log alone. Without a title: those that were judged by
    a rule set of the same code, and if there are none, all.

    Raises:
        Unavailable: the store is away.
    """
    found = await _dossiers(store, tenant_id, campaign_id)
    chosen = {name: one for name, one in found.items() if _is_meant(one, rule_set, title)}
    if title is None and not chosen:
        chosen = found
    tried = [tried_on(name, one.nominated, one.pinned, rule_set) for name, one in chosen.items() if one.pinned]
    return Trial(
        rule_set=rule_set.code,
        version=rule_set.version,
        sha256=sha256_of(rule_set),
        dossiers=tuple(tried),
        unjudged=len(chosen) - len(tried),
    )


def _is_meant(dossier: _Dossier, rule_set: RuleSet, title: str | None) -> bool:
    if title is not None:
        return dossier.nominated.title == title
    return dossier.pinned is not None and dossier.pinned.rule_set.code == rule_set.code


async def _dossiers(store: EventStore, tenant_id: TenantId, campaign_id: str) -> dict[str, _Dossier]:
    found: dict[str, _Dossier] = {}
    async for record in _records(store, tenant_id):
        event = decode(record.type, record.type_version, record.data)
        if isinstance(event, AwardNominated):
            if event.campaign_id == campaign_id:
                found[record.stream_id] = _Dossier(event)
        elif record.stream_id in found:
            found[record.stream_id].pinned = event
    return found


async def _records(store: EventStore, tenant_id: TenantId) -> AsyncIterator[Recorded]:
    until, after = (await store.heads()).get(tenant_id, 0), 0
    while page := await store.page(tenant_id, after=after, limit=PAGE_EVENTS, types=TYPES, until=until):
        for record in page:
            yield record
        after = page[-1].position


def tried_on(stream_id: str, nominated: AwardNominated, pinned: Pinned, rule_set: RuleSet) -> Tried:
    """One dossier's pinned case judged by another rule set, at the stages that its event was judged at."""
    reasons = rerun(pinned, rule_set)
    held, now = not obstacles(pinned.reasons), _outcome(reasons)
    verdict = _verdict(held=held, now=now)
    return Tried(
        award_id=stream_id.split("-", 1)[1],
        title=nominated.title,
        year=nominated.year,
        unit_id=nominated.unit_id,
        person_id=nominated.person_id,
        judged="decision" if isinstance(pinned, AwardDecided) else "check",
        rule_set_version=pinned.rule_set.version,
        held=held,
        now=now,
        verdict=verdict,
        because=obstacles(pinned.reasons) if verdict == "gains" else obstacles(reasons),
        prize_vnd=pinned.prize_vnd if isinstance(pinned, AwardDecided) else None,
        prize_now_vnd=_prize(pinned, rule_set) if isinstance(pinned, AwardDecided) and now == "for" else None,
    )


def _prize(decided: AwardDecided, rule_set: RuleSet) -> int | None:
    """The prize that was stated, else the rules' own of the decision's day."""
    stated = decided.case.prize_vnd
    return prize_of(rule_set, decided.case.day) if stated is None else stated


def _outcome(reasons: tuple[Reason, ...]) -> Outcome:
    """Against, if one rule is; else unknown, if one cannot say: what the old case does not hold is not guessed."""
    outcomes = {reason.outcome for reason in reasons}
    if "against" in outcomes:
        return "against"
    return "unknown" if "unknown" in outcomes else "for"


def _verdict(*, held: bool, now: Outcome) -> Verdict:
    match now:
        case "unknown":
            return "unknown"
        case "for":
            return "keeps" if held else "gains"
        case "against":
            return "loses" if held else "stays-without"
