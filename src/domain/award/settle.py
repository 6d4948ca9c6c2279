"""What may become of a dossier after the vote: granted, declined, presented, held, revoked, corrected, rerun."""

from datetime import date
from hashlib import sha256

import msgspec

from domain.award.complain import settled_by
from domain.award.evolve import Award, Status
from domain.award.messages import (
    AwardCorrected,
    AwardDecided,
    AwardDeclined,
    AwardHeld,
    AwardNominated,
    AwardPresented,
    AwardReleased,
    AwardRevoked,
    CorrectAward,
    DecideAward,
    DeclineAward,
    EligibilityChecked,
    Event,
    Facts,
    HoldAward,
    PresentAward,
    ReleaseAward,
    RevokeAward,
)
from domain.award.refusals import (
    DecidedOtherwise,
    NotApproved,
    NotEligible,
    NotHeld,
    OnHold,
    RulesUnknown,
    WrongState,
)
from domain.paper import check_issued, check_signature, is_dated_after
from domain.refusals import Invalid, NotYetHappened
from domain.rules import Case, Reason, RuleSet, judge, obstacles, prize_of

GRANTED = (Status.DECIDED, Status.PRESENTED)
CLOSED = (*GRANTED, Status.DECLINED, Status.REVOKED)
DECIDED_BY = ("decision", "signing_body", "signature")


def need(award: Award, *statuses: Status) -> None:
    if award.status not in statuses:
        raise WrongState(status=award.status.value, needs=[status.value for status in statuses])


def need_no_hold(award: Award) -> None:
    if award.holds:
        raise OnHold(holds=list(award.holds))


def case_of(award: Award, nominated: AwardNominated, case: Case, today: date) -> Case:
    """The case as other streams know it, with what the dossier itself knows put in."""
    return msgspec.structs.replace(
        case,
        subject="collective" if nominated.person_id is None else "individual",
        year=nominated.year,
        day=today,
        scheme=nominated.scheme,
        level=nominated.level,
        fast_path=nominated.fast_path,
        employment=nominated.employment,
        held=bool(award.holds),
        published_from=award.published.published_from if award.published else None,
        published_until=award.published.published_until if award.published else None,
        meets_on=award.voted.meets_on if award.voted else None,
        vote=award.voted.vote if award.voted else None,
        concurrences=award.concurrences,
        parts=award.parts,
        prize_vnd=nominated.prize_vnd,
    )


def sha256_of(rule_set: RuleSet) -> str:
    """Of the rule set's bytes as an event stores them, so that an auditor needs the event's row alone."""
    return sha256(msgspec.json.encode(rule_set)).hexdigest()


def grant(command: DecideAward, award: Award, nominated: AwardNominated, facts: Facts, today: date) -> list[Event]:
    if award.decided is not None:
        if all(getattr(command, name) == getattr(award.decided, name) for name in DECIDED_BY):
            return []
        raise DecidedOtherwise(decision=award.decided.decision.number)
    need(award, Status.CHECKED if nominated.fast_path else Status.VOTED)
    need_no_hold(award)
    check_issued(command.decision, today, field="decision")
    check_signature(command.signature)
    if not nominated.fast_path:
        _check_council(command, award, facts)
    # Judged anew: since the check another dossier may have been granted for the same achievement.
    case, rule_set, reasons = _judged_anew(command, award, nominated, facts, today)
    if standing := obstacles(reasons):
        raise NotEligible(obstacles=msgspec.to_builtins(standing))
    return [
        AwardDecided(
            decision=command.decision,
            signing_body=command.signing_body,
            prize_vnd=prize_of(rule_set, today) if case.prize_vnd is None else case.prize_vnd,
            session_id=award.voted.session_id if award.voted else None,
            rule_set=rule_set,
            case=case,
            reasons=reasons,
            read_at=facts.read,
            signature=command.signature,
            rule_set_sha256=sha256_of(rule_set),
        )
    ]


def _check_council(command: DecideAward, award: Award, facts: Facts) -> None:
    """The council approved it, and its decision for the list, which is this one, grants it."""
    assert award.voted is not None, "in state voted without a vote"
    if not award.voted.approved:
        raise NotApproved(obstacles=msgspec.to_builtins(obstacles(award.voted.reasons)))
    outcome = facts.outcome
    if outcome is None or outcome.session_id != award.voted.session_id or not outcome.granted:
        raise NotApproved(session_id=award.voted.session_id)
    if outcome.decision != command.decision:
        raise Invalid(field="decision", reason="is not the decision that the council's list was issued by")


def _judged_anew(
    command: DecideAward, award: Award, nominated: AwardNominated, facts: Facts, today: date
) -> tuple[Case, RuleSet, tuple[Reason, ...]]:
    if facts.case is None or award.checked is None:
        raise RulesUnknown(title=nominated.title)
    case = case_of(award, nominated, facts.case, today)
    if command.prize_vnd is not None:
        case = msgspec.structs.replace(case, prize_vnd=command.prize_vnd)
    if facts.outcome is not None:
        case = msgspec.structs.replace(case, quotas=facts.outcome.quotas)
    return case, award.checked.rule_set, judge(award.checked.rule_set, case)


def present(command: PresentAward, award: Award, today: date) -> list[Event]:
    event = AwardPresented(presented_on=command.presented_on, occasion=command.occasion)
    if award.presented == event:
        return []
    need(award, Status.DECIDED)
    need_no_hold(award)
    if command.presented_on > today:
        raise NotYetHappened(field="presented_on", reason=f"lies after today, {today.isoformat()}")
    if award.decision is not None and is_dated_after(award.decision, command.presented_on):
        raise Invalid(field="presented_on", reason=f"lies before the decision, {award.decision.issued}")
    return [event]


def decline(command: DeclineAward, award: Award) -> list[Event]:
    if award.declined is not None and award.declined.reason == command.reason:
        return []
    if award.status in CLOSED:
        raise WrongState(status=award.status.value, needs=["undecided"])
    judged = award.voted or award.checked
    standing = obstacles(judged.reasons) if judged else ()
    declined = AwardDeclined(obstacles=tuple(reason.rule for reason in standing), reason=command.reason)
    return [declined, *settled_by(award, "declining")]


def hold(command: HoldAward, award: Award) -> list[Event]:
    if command.kind in award.put_on_hold:
        return []
    if award.status in CLOSED:
        raise WrongState(status=award.status.value, needs=["undecided"])
    return [AwardHeld(kind=command.kind, reason=command.reason)]


def release(command: ReleaseAward, award: Award) -> list[Event]:
    event = AwardReleased(kind=command.kind, outcome=command.outcome)
    if command.kind in award.put_on_hold:
        return [event]
    if event in award.released:
        return []
    raise NotHeld(kind=command.kind)


def revoke(command: RevokeAward, award: Award, today: date) -> list[Event]:
    if award.revoked is not None:
        if (command.ground, command.document) == (award.revoked.ground, award.revoked.document):
            return []
        raise DecidedOtherwise(revoked_by=award.revoked.document.number)
    need(award, *GRANTED)
    check_issued(command.document, today)
    assert award.decided is not None, "granted without a decision"
    return [
        AwardRevoked(
            ground=command.ground,
            reason=command.reason,
            document=command.document,
            recover_vnd=award.decided.prize_vnd,
        ),
        *settled_by(award, "revocation"),
    ]


def correct(command: CorrectAward, award: Award, today: date) -> list[Event]:
    event = AwardCorrected(decision=command.decision, document=command.document, reason=command.reason)
    if award.corrected == event or (award.status in GRANTED and command.decision == award.decision):
        return []
    need(award, *GRANTED)
    check_issued(command.document, today)
    return [event, *settled_by(award, "correction")]


def rerun(event: EligibilityChecked | AwardDecided, rule_set: RuleSet | None = None) -> tuple[Reason, ...]:
    """Judge a recorded case again, by the rule set that was pinned or by another one. Pure: the event is enough."""
    rules = event.rule_set if rule_set is None else rule_set
    return (
        judge(rules, event.case, "eligibility") if isinstance(event, EligibilityChecked) else judge(rules, event.case)
    )
