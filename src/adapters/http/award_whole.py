"""One dossier whole: what it says of itself, who appraised it, and what each rule said of it and why."""

from datetime import date
from typing import Any

import msgspec

from adapters.http.award_beside import Attached, Complained, Concurred, Recovered, beside
from adapters.http.history import Act, ByRules, History, Judged, act, cited, history, judged
from adapters.http.moments import Moment
from adapters.http.route import Exchange
from adapters.read_models.awards import AwardRow
from application.complainants import may_learn_complainants
from application.facts.terms import campaign_of
from domain.award import AWARD
from domain.award.complain import complaints_until
from domain.award.evolve import Award
from domain.award.lay import lacking
from domain.award.messages import (
    AwardDecided,
    AwardHeld,
    AwardReleased,
    AwardRevoked,
    AwardVoted,
    Dong,
    DossierAppraised,
    EligibilityChecked,
    Ground,
    HoldKind,
)
from domain.decider import Sealed
from domain.ids import Id
from domain.paper import Document, Signature
from domain.rules import RuleSet, VoteCount


class Appraisal(Act, frozen=True, kw_only=True):
    supports: bool
    opinion: Sealed


class Check(Act, frozen=True, kw_only=True):
    """What each rule about eligibility said when it was asked last."""

    rules: ByRules
    eligible: bool
    reasons: tuple[Judged, ...]


class Vote(Act, frozen=True, kw_only=True):
    """The council's count for this dossier, sums only, and what the rules about votes say of it."""

    session_id: Id
    meets_on: date
    vote: VoteCount
    minutes: Document
    approved: bool
    reasons: tuple[Judged, ...]


class Decision(Act, frozen=True, kw_only=True):
    """The decision as it was taken, and every rule that it rests on. The row cites it as corrected since. `signature`:
    in whose place it is signed, where that was said."""

    rules: ByRules
    decision: Document
    signature: Signature | None
    reasons: tuple[Judged, ...]


class Hold(Act, frozen=True, kw_only=True):
    """`released` None: still pending."""

    kind: HoldKind
    reason: Sealed
    released: "Release | None"


class Release(Act, frozen=True, kw_only=True):
    outcome: Sealed


class Revocation(Act, frozen=True, kw_only=True):
    ground: Ground
    reason: Sealed
    document: Document
    recover_vnd: Dong | None


class AwardWhole(AwardRow, frozen=True, kw_only=True):
    """The row, and what it rests on. `appraiser_id` is the unit that appraises (None: the federation's own),
    `appraised` what it said of the dossier as it stands. `checked` and `voted` are the last ones, though the dossier
    was returned since; `eligible` of the row says what holds. `held` is every hold, also those that were released.
    `complaints_until` is the last day to complain after the decision; None: not decided, or the rules name no end.
    `concurrences` are the last word of each body. `lacks` are the parts that the title's rules ask for and that are not
    there: by the rules as the campaign has them now, and once it is decided by those that it was decided by.
    """

    report: Sealed
    appraiser_id: Id | None
    appraised: Appraisal | None
    checked: Check | None
    voted: Vote | None
    decided: Decision | None
    held: tuple[Hold, ...]
    revoked: Revocation | None
    files: tuple[Attached, ...]
    lacks: tuple[str, ...]
    concurrences: tuple[Concurred, ...]
    complaints: tuple[Complained, ...]
    complaints_until: date | None
    recoveries: tuple[Recovered, ...]


VOTED = ("session_id", "meets_on", "vote", "minutes", "approved")


async def award_whole(exchange: Exchange, row: AwardRow, moment: Moment) -> AwardWhole:
    """The row with everything that its stream says up to the row's version."""
    store, tenant_id = exchange.parts.platform.store, exchange.caller.tenant_id
    told = await history(store, tenant_id, AWARD, row.award_id, until=row.version)
    state: Award = AWARD.fold(event for _, event in told)
    assert state.nominated is not None, "a row without its nomination"
    assert state.completed is not None, "a nomination without its report"
    acts = _acts(told)
    if state.appraised is None:
        acts["appraised"] = None  # It was of what was returned.
    return AwardWhole(
        **msgspec.structs.asdict(row),
        report=state.completed.report,
        appraiser_id=state.nominated.appraiser_id,
        complaints_until=complaints_until(state),
        lacks=lacking(await _rules(exchange, state, moment), state),
        **acts,
        **beside(told, state, names_complainants=may_learn_complainants(exchange.caller, state)),
    )


async def _rules(exchange: Exchange, award: Award, moment: Moment) -> RuleSet | None:
    if award.decided is not None:
        return award.decided.rule_set
    assert award.nominated is not None, "a row without its nomination"
    reader = exchange.parts.platform.reader(exchange.caller.tenant_id, until=moment.position)
    _, directive = await campaign_of(reader, award.nominated.campaign_id)
    title = directive.title(award.nominated.title) if directive else None
    return directive.rule_set(title.rules) if directive and title else None


def _acts(told: History) -> dict[str, Any]:
    found: dict[str, Any] = dict.fromkeys(("appraised", "checked", "voted", "decided", "revoked"))
    held: list[Hold] = []
    for recorded, event in told:
        match event:
            case DossierAppraised(supports=supports, opinion=opinion):
                found["appraised"] = act(Appraisal, recorded, supports=supports, opinion=opinion)
            case EligibilityChecked(rule_set=rules, eligible=eligible, reasons=reasons):
                found["checked"] = act(Check, recorded, eligible=eligible, reasons=judged(reasons), rules=cited(rules))
            case AwardVoted():
                said = {name: getattr(event, name) for name in VOTED}
                found["voted"] = act(Vote, recorded, reasons=judged(event.reasons), **said)
            case AwardDecided(rule_set=rules, reasons=reasons):
                said = {"decision": event.decision, "signature": event.signature}
                found["decided"] = act(Decision, recorded, reasons=judged(reasons), rules=cited(rules), **said)
            case AwardHeld(kind=kind, reason=reason):
                held.append(act(Hold, recorded, kind=kind, reason=reason, released=None))
            case AwardReleased(kind=kind, outcome=outcome):
                release = act(Release, recorded, outcome=outcome)
                held = [_released(hold, kind, release) for hold in held]
            case AwardRevoked():
                found["revoked"] = act(Revocation, recorded, **msgspec.structs.asdict(event))
            case _:
                pass
    return {**found, "held": tuple(held)}


def _released(hold: Hold, kind: HoldKind, release: Release) -> Hold:
    if hold.kind != kind or hold.released is not None:
        return hold
    return msgspec.structs.replace(hold, released=release)
