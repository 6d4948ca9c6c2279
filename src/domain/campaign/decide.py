"""What may become of a campaign."""

from datetime import date, datetime
from typing import assert_never

from domain.campaign.addenda import in_force
from domain.campaign.evolve import Campaign, Status
from domain.campaign.messages import (
    AdmitTitle,
    AmendCampaign,
    CampaignAmended,
    CampaignCancelled,
    CampaignConcluded,
    CampaignDrafted,
    CampaignLaunched,
    CampaignNotRunning,
    CampaignReviewed,
    CampaignUnknown,
    CancelCampaign,
    ClauseInterpreted,
    ClauseUnknown,
    ClosePhase,
    Command,
    ConcludeCampaign,
    ConcludedOtherwise,
    DraftCampaign,
    DraftedOtherwise,
    Event,
    Facts,
    InterpretClause,
    IssuerUnknown,
    LaunchCampaign,
    LaunchedAlready,
    OpenPhase,
    Parent,
    ParentNotLaunched,
    ParentUnknown,
    PhaseClosed,
    PhaseNotDue,
    PhaseOpened,
    PhasesStillOpen,
    PhaseUnknown,
    ReviewCampaign,
    ReviewedOtherwise,
    TitleAdmitted,
    TitlesClosed,
    TitleTaken,
)
from domain.clauses import clause_at, with_title
from domain.consistency import check, faults
from domain.dates import Span, local_day
from domain.directive import Directive, Interpretation, Target
from domain.paper import Document, check_issued, is_same_paper
from domain.refusals import Invalid, NotYetHappened
from domain.schedule import DutyDate, counts_working_days, reckon


def decide(command: Command, campaign: Campaign, facts: Facts, now: datetime) -> list[Event]:
    if isinstance(command, DraftCampaign):
        return draft(command, campaign, facts)
    if campaign.directive is None:
        raise CampaignUnknown()
    match command:
        case LaunchCampaign():
            return launch(command.happened_on or local_day(now), campaign, campaign.directive, facts)
        case OpenPhase(phase=phase):
            return open_phase(phase, campaign, local_day(now))
        case ClosePhase(phase=phase):
            return close_phase(phase, campaign, local_day(now))
        case AmendCampaign():
            return amend(command, campaign, facts, local_day(now))
        case ReviewCampaign():
            return review(command, campaign, local_day(now))
        case InterpretClause():
            return interpret(command, campaign, campaign.directive, local_day(now))
        case AdmitTitle():
            return admit(command, campaign, campaign.directive, local_day(now))
        case ConcludeCampaign(document=document):
            return conclude(document, campaign, campaign.directive, local_day(now))
        case CancelCampaign():
            return cancel(command, campaign, local_day(now))
        case _:
            assert_never(command)


def draft(command: DraftCampaign, campaign: Campaign, facts: Facts) -> list[Event]:
    if campaign.status is not Status.ABSENT:
        drafted = (campaign.issuer_id, campaign.text, campaign.parent_campaign_id)
        if (command.issuer_id, command.directive, command.parent_campaign_id) == drafted:
            return []
        raise DraftedOtherwise(document=campaign.text and campaign.text.document.number)
    if facts.issuer_level is None:
        raise IssuerUnknown(issuer_id=command.issuer_id)
    check(command.directive)
    parent = _parent(command, facts) if command.parent_campaign_id is not None else None
    return [
        CampaignDrafted(
            issuer_id=command.issuer_id,
            issuer_level=facts.issuer_level,
            directive=command.directive,
            read_at=facts.read,
            parent_campaign_id=command.parent_campaign_id,
            parent_document=parent.document if parent else None,
        )
    ]


def _parent(command: DraftCampaign, facts: Facts) -> Parent:
    if facts.parent is None:
        raise ParentUnknown(parent_campaign_id=command.parent_campaign_id)
    if not facts.parent.launched:
        raise ParentNotLaunched(parent_campaign_id=command.parent_campaign_id)
    _check_cites(command.directive, facts.parent.document)
    return facts.parent


def _check_cites(directive: Directive, parent_document: Document | None) -> None:
    """Raises: Invalid, where the directive does not name the paper of the campaign that it carries out."""
    if parent_document and not any(is_same_paper(paper, parent_document) for paper in directive.parents):
        named = parent_document.number or parent_document.title
        raise Invalid(field="directive.parents", reason=f"does not name the parent campaign's document, {named!r}")


def launch(day: date, campaign: Campaign, directive: Directive, facts: Facts) -> list[Event]:
    if campaign.status is Status.LAUNCHED and day == campaign.launched_on:
        return []
    if campaign.status is Status.LAUNCHED:
        raise LaunchedAlready(launched_on=campaign.launched_on)
    if campaign.status is not Status.DRAFTED:
        raise CampaignNotRunning(status=campaign.status.value)
    if day > directive.horizon.closes_on:
        raise Invalid(field="happened_on", reason="the launch lies after the campaign's horizon")
    phases, duty_dates = _reckoned(directive, day, facts)
    return [CampaignLaunched(launched_on=day, phases=phases, duty_dates=duty_dates)]


def _reckoned(directive: Directive, day: date, facts: Facts) -> tuple[tuple[Span, ...], tuple[DutyDate, ...]]:
    return reckon(directive, day, facts.calendar if counts_working_days(directive) else None)


def _phase(code: str, campaign: Campaign) -> Span:
    for span in campaign.phases or (campaign.directive.spans(date.min) if campaign.directive else ()):
        if span.code == code:
            return span
    raise PhaseUnknown(phase=code)


def open_phase(code: str, campaign: Campaign, today: date) -> list[Event]:
    span = _phase(code, campaign)
    if code in campaign.opened:
        return []
    if campaign.status is not Status.LAUNCHED:
        raise CampaignNotRunning(status=campaign.status.value)
    if today < span.opens_on:
        raise PhaseNotDue(phase=code, opens_on=span.opens_on)
    return [PhaseOpened(phase=code, opens_on=span.opens_on)]


def close_phase(code: str, campaign: Campaign, today: date) -> list[Event]:
    span = _phase(code, campaign)
    if code in campaign.closed:
        return []
    if campaign.status is not Status.LAUNCHED:
        raise CampaignNotRunning(status=campaign.status.value)
    if today <= span.closes_on:
        raise PhaseNotDue(phase=code, closes_on=span.closes_on)
    opened: list[Event] = [] if code in campaign.opened else [PhaseOpened(phase=code, opens_on=span.opens_on)]
    return [*opened, PhaseClosed(phase=code, closes_on=span.closes_on)]


def amend(command: AmendCampaign, campaign: Campaign, facts: Facts, today: date) -> list[Event]:
    if campaign.status not in (Status.DRAFTED, Status.LAUNCHED):
        raise CampaignNotRunning(status=campaign.status.value)
    if command.directive in (campaign.text, campaign.directive):
        return []
    check_issued(command.document, today)
    check(command.directive)
    check(in_force(command.directive, campaign.addenda))
    _check_cites(command.directive, campaign.parent_document)
    kept = {phase.code for phase in command.directive.phases}
    for code in campaign.opened:
        if code not in kept:
            raise Invalid(field="directive.phases", reason=f"drops the phase {code!r}, which has opened already")
    launched_on = campaign.launched_on
    phases, duty_dates = _reckoned(command.directive, launched_on, facts) if launched_on else ((), ())
    return [
        CampaignAmended(directive=command.directive, document=command.document, phases=phases, duty_dates=duty_dates)
    ]


def review(command: ReviewCampaign, campaign: Campaign, today: date) -> list[Event]:
    for scope, period, document in campaign.reviews:
        if (scope, period) == (command.scope, command.period):
            if document == command.document:
                return []
            raise ReviewedOtherwise(scope=scope, period=period, document=document.number)
    if campaign.status is not Status.LAUNCHED or campaign.directive is None:
        raise CampaignNotRunning(status=campaign.status.value)
    _check_period(command, campaign, campaign.directive.horizon, today)
    check_issued(command.document, today)
    return [
        CampaignReviewed(
            scope=command.scope,
            period=command.period,
            called=command.called,
            document=command.document,
            findings=command.findings,
        )
    ]


def _check_period(command: ReviewCampaign, campaign: Campaign, horizon: Span, today: date) -> None:
    """A phase is reviewed once it has closed; a year of the horizon once it has begun, by its number."""
    if command.scope == "phase" and today <= (closes_on := _phase(command.period, campaign).closes_on):
        raise PhaseNotDue(phase=command.period, closes_on=closes_on)
    years = [str(year) for year in range(horizon.opens_on.year, min(horizon.closes_on.year, today.year) + 1)]
    if command.scope == "year" and command.period not in years:
        raise Invalid(field="period", reason="is no year of the campaign that has begun")


def interpret(command: InterpretClause, campaign: Campaign, directive: Directive, today: date) -> list[Event]:
    clause = clause_at(directive, command.clause)
    if clause is None:
        raise ClauseUnknown(clause=command.clause)
    if command.read_as is not None and not isinstance(clause, Target):
        raise Invalid(field="read_as", reason="only a target is compared")
    interpretation = Interpretation(
        reading=command.reading,
        alternatives=command.alternatives,
        decided_by=command.decided_by,
        decided_on=command.decided_on,
        source="decision",
        document=command.document,
        read_as=command.read_as,
    )
    if interpretation == clause.interpretation:
        return []
    if campaign.status not in (Status.DRAFTED, Status.LAUNCHED):
        raise CampaignNotRunning(status=campaign.status.value)
    if command.decided_on > today:
        raise NotYetHappened(field="decided_on", reason=f"lies after today, {today.isoformat()}")
    check_issued(command.document, today)
    return [ClauseInterpreted(clause=command.clause, wording=clause.wording, interpretation=interpretation)]


def admit(command: AdmitTitle, campaign: Campaign, directive: Directive, today: date) -> list[Event]:
    admitted = TitleAdmitted(title=command.title, rule_set=command.rule_set, document=command.document)
    if admitted in campaign.addenda:
        return []
    if campaign.status not in (Status.DRAFTED, Status.LAUNCHED):
        raise CampaignNotRunning(status=campaign.status.value)
    if not directive.titles_open:
        raise TitlesClosed(titles=[title.code for title in directive.titles])
    if directive.title(command.title.code) is not None:
        raise TitleTaken(title=command.title.code)
    _check_rules(command, directive)
    check_issued(command.document, today)
    return [admitted]


def _check_rules(command: AdmitTitle, directive: Directive) -> None:
    """Raises: Invalid, where the rules contradict themselves, or are others than the title or the campaign names."""
    rule_set = command.rule_set
    if command.title.rules != rule_set.code:
        raise Invalid(field="title.rules", reason=f"is not the code of the rule set, {rule_set.code!r}")
    if directive.rule_set(rule_set.code) not in (None, rule_set):
        raise Invalid(
            field="rule_set.code", reason=f"{rule_set.code!r} is the code of another rule set of the campaign"
        )
    place = len(directive.rule_sets)
    known = faults(directive)
    for path, reason in faults(with_title(directive, command.title, rule_set)):
        if (path, reason) not in known:
            raise Invalid(field=path.replace(f"rule_sets[{place}]", "rule_set"), reason=reason)


def conclude(document: Document | None, campaign: Campaign, directive: Directive, today: date) -> list[Event]:
    if campaign.status is Status.CONCLUDED:
        return _ended_before(document, campaign)
    if campaign.status is not Status.LAUNCHED:
        raise CampaignNotRunning(status=campaign.status.value)
    still_open = [span.code for span in campaign.phases or (directive.horizon,) if span.closes_on >= today]
    if still_open:
        raise PhasesStillOpen(phases=still_open)
    check_issued(document, today)
    return [CampaignConcluded(document=document)]


def cancel(command: CancelCampaign, campaign: Campaign, today: date) -> list[Event]:
    if campaign.status is Status.CANCELLED:
        return _ended_before(command.document, campaign)
    if campaign.status is Status.CONCLUDED:
        raise CampaignNotRunning(status=campaign.status.value)
    check_issued(command.document, today)
    return [CampaignCancelled(document=command.document, reason=command.reason)]


def _ended_before(document: Document | None, campaign: Campaign) -> list[Event]:
    if document == campaign.ended_by:
        return []
    raise ConcludedOtherwise(document=campaign.ended_by and campaign.ended_by.number)
