"""What may become of an award dossier up to the vote; what comes after it is in `settle`."""

from datetime import date, datetime
from typing import assert_never

import msgspec

from domain.award import complain, lay, settle
from domain.award.complaints import ReceiveComplaint, ResolveAwardComplaint
from domain.award.evolve import Award, Status
from domain.award.messages import (
    AppraiseDossier,
    AwardNominated,
    AwardPublished,
    AwardVoted,
    CheckEligibility,
    Command,
    CompleteDossier,
    CorrectAward,
    DecideAward,
    DeclineAward,
    DossierAppraised,
    DossierCompleted,
    DossierReturned,
    EligibilityChecked,
    Event,
    Facts,
    HoldAward,
    NominateAward,
    PresentAward,
    PublishForComment,
    RecordRecovery,
    ReleaseAward,
    ReturnDossier,
    RevokeAward,
    TakeVote,
    UnitOnLine,
)
from domain.award.parts import AttachPart, RecordConcurrence, RemovePart
from domain.award.refusals import (
    AwardUnknown,
    CampaignNotOpen,
    NoFastPath,
    NominatedOtherwise,
    NotEligible,
    NotSupported,
    PersonUnknown,
    RulesUnknown,
    SubjectNotForTitle,
    TitleUnknown,
    UnitUnknown,
    VoteUnknown,
    WrongState,
)
from domain.award.settle import case_of, need, need_no_hold, sha256_of
from domain.dates import local_day
from domain.directive import TitleSpec
from domain.refusals import Invalid
from domain.rules import AwardLevel, judge, obstacles

RANK: dict[AwardLevel, int] = {"grassroots": 1, "upper": 2, "federation": 3}
BEFORE_PUBLICATION = (Status.NOMINATED, Status.COMPLETED, Status.APPRAISED, Status.CHECKED)


def decide(command: Command, award: Award, facts: Facts, now: datetime) -> list[Event]:
    today = local_day(now)
    if isinstance(command, NominateAward):
        return nominate(command, award, facts)
    if award.nominated is None:
        raise AwardUnknown()
    match command:
        case ReturnDossier():
            return return_dossier(command, award)
        case CompleteDossier():
            return complete(command, award)
        case AppraiseDossier():
            return appraise(command, award)
        case CheckEligibility():
            return check_eligibility(award, award.nominated, facts, today)
        case PublishForComment():
            return publish(command, award, award.nominated, today)
        case TakeVote():
            return take_vote(command, award, award.nominated, facts, today)
        case DecideAward():
            return settle.grant(command, award, award.nominated, facts, today)
        case PresentAward():
            return settle.present(command, award, today)
        case DeclineAward():
            return settle.decline(command, award)
        case _:
            return _decide_any_time(command, award, today)


AnyTime = (
    HoldAward
    | ReleaseAward
    | RevokeAward
    | CorrectAward
    | RecordRecovery
    | AttachPart
    | RemovePart
    | RecordConcurrence
    | ReceiveComplaint
    | ResolveAwardComplaint
)


def _decide_any_time(command: AnyTime, award: Award, today: date) -> list[Event]:
    """What is no step of the ordinary course."""
    match command:
        case AttachPart():
            return lay.attach(command, award)
        case RemovePart():
            return lay.remove(command, award)
        case RecordConcurrence():
            return lay.concur(command, award, today)
        case RecordRecovery():
            return lay.recover(command, award, today)
        case ReceiveComplaint():
            return complain.receive(command, award, today)
        case ResolveAwardComplaint():
            return complain.resolve(command, award, today)
        case HoldAward():
            return settle.hold(command, award)
        case ReleaseAward():
            return settle.release(command, award)
        case RevokeAward():
            return settle.revoke(command, award, today)
        case CorrectAward():
            return settle.correct(command, award, today)
        case _:
            assert_never(command)


def nominate(command: NominateAward, award: Award, facts: Facts) -> list[Event]:
    if award.nominated is not None:
        asked = [name for name in NominateAward.__struct_fields__ if name != "happened_on"]
        if all(getattr(command, name) == getattr(award.nominated, name) for name in asked):
            return []
        raise NominatedOtherwise(title=award.nominated.title, unit_id=award.nominated.unit_id)
    if not facts.campaign_open:
        raise CampaignNotOpen(campaign_id=command.campaign_id)
    if facts.title is None:
        raise TitleUnknown(title=command.title)
    _check_subject(command, facts, facts.title)
    if facts.horizon and not facts.horizon.opens_on.year <= command.year <= facts.horizon.closes_on.year:
        raise Invalid(field="year", reason=f"{command.year} lies outside the campaign's horizon")
    if command.phase is not None and command.phase not in facts.phases:
        raise Invalid(field="phase", reason="the campaign has no such phase")
    if command.fast_path and not (facts.title.fast_path and command.scheme == "ad-hoc"):
        raise NoFastPath(title=command.title, scheme=command.scheme)
    return [_nominated(command, facts, facts.title)]


def _check_subject(command: NominateAward, facts: Facts, title: TitleSpec) -> None:
    if not facts.line:
        raise UnitUnknown(unit_id=command.unit_id)
    if command.person_id is not None and facts.employment is None:
        raise PersonUnknown(person_id=command.person_id)
    subject = "collective" if command.person_id is None else "individual"
    if subject not in title.subjects:
        raise SubjectNotForTitle(subject=subject, title=command.title)


def _nominated(command: NominateAward, facts: Facts, title: TitleSpec) -> AwardNominated:
    person = command.person_id is not None
    return AwardNominated(
        campaign_id=command.campaign_id,
        phase=command.phase,
        year=command.year,
        title=command.title,
        title_name=title.name,
        title_source=title.source,
        form=title.form,
        scheme=command.scheme,
        unit_id=command.unit_id,
        person_id=command.person_id,
        employment=facts.employment if person and facts.employment else "collective",
        registration_id=command.registration_id,
        evaluation_id=command.evaluation_id,
        achievement=command.achievement,
        report=command.report,
        fast_path=command.fast_path,
        level=title.decided_by,
        appraiser_id=facts.line[1].unit_id if len(facts.line) > 1 else None,
        deciding_unit_id=_deciding_unit(facts.line, title.decided_by),
        prize_vnd=title.prize_vnd,
        read_at=facts.read,
    )


def _deciding_unit(line: tuple[UnitOnLine, ...], level: AwardLevel) -> str | None:
    """The nearest unit of the level that decides, or above it: a line may lack the level between. No team decides."""
    return next((unit.unit_id for unit in line if unit.level != "team" and RANK[unit.level] >= RANK[level]), None)


def return_dossier(command: ReturnDossier, award: Award) -> list[Event]:
    event = DossierReturned(reason=command.reason)
    if award.status is Status.RETURNED and award.returned == event:
        return []
    need(award, *BEFORE_PUBLICATION)
    return [event]


def complete(command: CompleteDossier, award: Award) -> list[Event]:
    assert award.completed is not None, "nominated without a dossier"
    event = DossierCompleted(
        report=command.report,
        registration_id=command.registration_id or award.completed.registration_id,
        evaluation_id=command.evaluation_id or award.completed.evaluation_id,
    )
    if award.status is Status.COMPLETED and award.completed == event:
        return []
    need(award, Status.RETURNED)
    return [event]


def appraise(command: AppraiseDossier, award: Award) -> list[Event]:
    event = DossierAppraised(supports=command.supports, opinion=command.opinion)
    if award.appraised == event:
        return []
    need(award, Status.NOMINATED, Status.COMPLETED)
    return [event]


def check_eligibility(award: Award, nominated: AwardNominated, facts: Facts, today: date) -> list[Event]:
    need(award, Status.APPRAISED, Status.CHECKED)
    if award.appraised is not None and not award.appraised.supports:
        raise NotSupported()
    if facts.rule_set is None or facts.case is None:
        raise RulesUnknown(title=nominated.title)
    case = case_of(award, nominated, facts.case, today)
    if award.checked and (award.checked.rule_set, award.checked.case) == (facts.rule_set, case):
        return []
    reasons = judge(facts.rule_set, case, "eligibility")
    return [
        EligibilityChecked(
            rule_set=facts.rule_set,
            case=case,
            reasons=reasons,
            eligible=not obstacles(reasons),
            read_at=facts.read,
            rule_set_sha256=sha256_of(facts.rule_set),
        )
    ]


def publish(command: PublishForComment, award: Award, nominated: AwardNominated, today: date) -> list[Event]:
    event = AwardPublished(
        published_from=command.published_from, published_until=command.published_until, channel=command.channel
    )
    if award.published == event:
        return []
    if nominated.fast_path:
        raise WrongState(status=award.status.value, needs=["no fast path"])
    # Published again with other days before the vote: a window that was too short, or mistyped, can be mended.
    need(award, Status.CHECKED, Status.PUBLISHED)
    need_no_hold(award)
    if award.checked is not None and not award.checked.eligible:
        raise NotEligible(obstacles=msgspec.to_builtins(obstacles(award.checked.reasons)))
    _check_window(command, award, today)
    return [event]


def _check_window(command: PublishForComment, award: Award, today: date) -> None:
    """Days of publication are not claimed after the fact: a paper act of before is stated as one, and so shows."""
    if command.published_until < command.published_from:
        raise Invalid(field="published_until", reason="lies before published_from")
    before = award.published
    goes_on = before is not None and before.published_from == command.published_from and today <= before.published_until
    published_on = command.happened_on or today
    if command.published_from < published_on and not goes_on:
        raise Invalid(field="published_from", reason=f"lies before {published_on}, the day that it is published on")


def take_vote(command: TakeVote, award: Award, nominated: AwardNominated, facts: Facts, today: date) -> list[Event]:
    if award.voted and award.voted.session_id == command.session_id:
        return []
    need(award, Status.PUBLISHED)
    need_no_hold(award)
    if facts.outcome is None or facts.outcome.session_id != command.session_id:
        raise VoteUnknown(session_id=command.session_id)
    assert award.checked is not None, "published without a check"
    case = msgspec.structs.replace(
        case_of(award, nominated, award.checked.case, today),
        meets_on=facts.outcome.meets_on,
        vote=facts.outcome.vote,
    )
    reasons = judge(award.checked.rule_set, case, "publication", "vote")
    return [
        AwardVoted(
            session_id=command.session_id,
            meets_on=facts.outcome.meets_on,
            vote=facts.outcome.vote,
            minutes=facts.outcome.minutes,
            reasons=reasons,
            approved=not obstacles(reasons),
            read_at=facts.read,
        )
    ]
