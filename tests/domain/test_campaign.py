from datetime import UTC, date, datetime

import pytest
from msgspec.structs import replace

from domain.campaign import CAMPAIGN
from domain.campaign.messages import (
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
    ClosePhase,
    ConcludeCampaign,
    ConcludedOtherwise,
    DraftCampaign,
    DraftedOtherwise,
    Facts,
    IssuerUnknown,
    LaunchCampaign,
    LaunchedAlready,
    OpenPhase,
    PhaseClosed,
    PhaseNotDue,
    PhaseOpened,
    PhasesStillOpen,
    PhaseUnknown,
    ReviewCampaign,
    ReviewedOtherwise,
)
from domain.dates import Occurrence, Span, WithinWorkingDays
from domain.decider import Read
from domain.refusals import Invalid, NotYetHappened
from domain.schedule import DutyDate, reckon
from tests.support.calendars import CALENDAR
from tests.support.directives import CIRCULAR, PHASES, PLAN, SMALL
from tests.support.scenario import given, next_events

ISSUER = "00000000-0000-4000-8000-000000000001"
READ = (Read(stream=f"unit-{ISSUER}", version=1),)
FACTS = Facts(issuer_level="federation", read=READ)
LAUNCH_DAY = date(2024, 2, 21)
AMENDED = replace(SMALL, theme="Chủ đề đã sửa")
FROM_AUGUST = replace(
    SMALL,
    phases=PHASES[1:],
    drives=(),
    targets=(),
    registrations=tuple(rule for rule in SMALL.registrations if rule.drive is None),
)
SPANS, DUTY_DATES = reckon(SMALL, LAUNCH_DAY)

draft = DraftCampaign(issuer_id=ISSUER, directive=SMALL)
drafted = CampaignDrafted(issuer_id=ISSUER, issuer_level="federation", directive=SMALL, read_at=READ)
launch = LaunchCampaign(happened_on=LAUNCH_DAY)
launched = CampaignLaunched(launched_on=LAUNCH_DAY, phases=SPANS, duty_dates=DUTY_DATES)
RUNNING = (drafted, launched)
opened_1 = PhaseOpened(phase="dot-1", opens_on=LAUNCH_DAY)
closed_1 = PhaseClosed(phase="dot-1", closes_on=date(2024, 7, 31))
opened_2 = PhaseOpened(phase="dot-2", opens_on=date(2024, 8, 1))
closed_2 = PhaseClosed(phase="dot-2", closes_on=date(2024, 12, 31))
amend = AmendCampaign(directive=AMENDED, document=CIRCULAR)
amended = CampaignAmended(directive=AMENDED, document=CIRCULAR, phases=SPANS, duty_dates=DUTY_DATES)
review = ReviewCampaign(scope="phase", period="dot-1", called="sơ kết", document=PLAN, findings="Đạt")
reviewed = CampaignReviewed(scope="phase", period="dot-1", called="sơ kết", document=PLAN, findings="Đạt")
conclude = ConcludeCampaign(document=PLAN)
concluded = CampaignConcluded(document=PLAN)
cancel = CancelCampaign(document=PLAN, reason="Sáp nhập")
cancelled = CampaignCancelled(document=PLAN, reason="Sáp nhập")


def _at(year: int, month: int, day: int, hour: int) -> datetime:
    """An hour of the day in Việt Nam, which is seven ahead of UTC."""
    return datetime(year, month, day, hour - 7, tzinfo=UTC)


# --- Drafting -------------------------------------------------------------------


def test_a_directive_is_put_on_record_with_its_issuers_level() -> None:
    given(CAMPAIGN).when(draft, FACTS).then(drafted)


def test_an_upper_level_union_may_issue() -> None:
    below = Facts(issuer_level="upper", read=READ)
    given(CAMPAIGN).when(draft, below).then(replace(drafted, issuer_level="upper"))


def test_drafting_the_same_again_changes_nothing() -> None:
    given(CAMPAIGN, drafted).when(draft, FACTS).then()


def test_drafting_something_else_under_the_same_id_is_refused() -> None:
    other = replace(draft, directive=AMENDED)
    given(CAMPAIGN, drafted).when(other, FACTS).then_refused(DraftedOtherwise, document="01/KH-LĐLĐ")


def test_an_unknown_unit_issues_nothing() -> None:
    given(CAMPAIGN).when(draft, Facts()).then_refused(IssuerUnknown, issuer_id=ISSUER)


def test_a_directive_that_contradicts_itself_is_refused_with_the_field() -> None:
    backwards = replace(PHASES[1], closes_on=date(2024, 7, 1))
    wrong = replace(draft, directive=replace(SMALL, phases=(PHASES[0], backwards)))
    given(CAMPAIGN).when(wrong, FACTS).then_refused(
        Invalid, field="directive.phases[1].closes_on", reason="closes before it opens"
    )


@pytest.mark.parametrize(
    "command",
    [launch, OpenPhase(phase="dot-1"), ClosePhase(phase="dot-1"), amend, review, conclude, cancel],
    ids=lambda command: type(command).__name__,
)
def test_nothing_happens_to_a_campaign_that_was_never_drafted(command: object) -> None:
    given(CAMPAIGN).when(command, Facts()).then_refused(CampaignUnknown)


# --- Launch ---------------------------------------------------------------------


def test_the_launch_counts_the_phases_and_every_duty_from_its_day() -> None:
    given(CAMPAIGN, drafted).when(launch).then(launched)
    assert list(SPANS) == [
        Span(code="dot-1", opens_on=LAUNCH_DAY, closes_on=date(2024, 7, 31)),
        Span(code="dot-2", opens_on=date(2024, 8, 1), closes_on=date(2024, 12, 31)),
    ]
    within_ten_days = Occurrence(code="", opens_on=LAUNCH_DAY, due_on=date(2024, 3, 2))
    assert DutyDate(duty="khau-hieu", occurrence=within_ten_days) in DUTY_DATES


def test_without_a_stated_day_the_launch_is_on_the_day_in_vietnam() -> None:
    evening = datetime(2024, 2, 20, 17, 30, tzinfo=UTC)  # Half past midnight on 21/02 there.
    given(CAMPAIGN, drafted).when(LaunchCampaign(), now=evening).then(launched)


def test_a_launch_counts_working_days_by_the_calendar() -> None:
    rule = WithinWorkingDays(days=5, of="launch")
    directive = replace(SMALL, duties=(replace(SMALL.duties[0], rule=rule),), targets=())
    history = replace(drafted, directive=directive)
    facts = Facts(calendar=CALENDAR)
    (event,) = next_events(CAMPAIGN, (history,), launch, facts)
    (counted,) = event.duty_dates
    assert counted.occurrence == Occurrence(code="", opens_on=LAUNCH_DAY, due_on=CALENDAR.after(LAUNCH_DAY, 5))


def test_launching_on_the_same_day_again_changes_nothing() -> None:
    given(CAMPAIGN, *RUNNING).when(launch).then()


def test_launching_on_another_day_is_refused() -> None:
    other = LaunchCampaign(happened_on=date(2024, 3, 1))
    given(CAMPAIGN, *RUNNING).when(other).then_refused(LaunchedAlready, launched_on=LAUNCH_DAY)


def test_a_launch_after_the_horizon_is_refused() -> None:
    too_late = LaunchCampaign(happened_on=date(2025, 1, 1))
    given(CAMPAIGN, drafted).when(too_late).then_refused(Invalid, field="happened_on")


def test_a_launch_after_a_phase_that_opens_with_it_would_have_closed_is_refused() -> None:
    after = LaunchCampaign(happened_on=date(2024, 8, 5))
    given(CAMPAIGN, drafted).when(after).then_refused(Invalid, field="directive.phases[0].closes_on")


def test_a_cancelled_campaign_is_not_launched() -> None:
    given(CAMPAIGN, drafted, cancelled).when(launch).then_refused(CampaignNotRunning, status="cancelled")


# --- Phases -----------------------------------------------------------------------


def test_a_phase_opens_on_its_first_day_in_vietnam_and_not_before() -> None:
    last_minute = datetime(2024, 7, 31, 16, 59, tzinfo=UTC)
    first_minute = datetime(2024, 7, 31, 17, 0, tzinfo=UTC)
    command = OpenPhase(phase="dot-2")
    given(CAMPAIGN, *RUNNING).when(command, now=last_minute).then_refused(PhaseNotDue, opens_on=date(2024, 8, 1))
    given(CAMPAIGN, *RUNNING).when(command, now=first_minute).then(opened_2)


def test_opening_a_phase_twice_changes_nothing() -> None:
    given(CAMPAIGN, *RUNNING, opened_2).when(OpenPhase(phase="dot-2")).then()


def test_a_phase_closes_the_day_after_its_last_and_not_on_it() -> None:
    last_minute = datetime(2024, 7, 31, 16, 59, tzinfo=UTC)
    minute_after = datetime(2024, 7, 31, 17, 0, tzinfo=UTC)
    history = (*RUNNING, opened_1)
    command = ClosePhase(phase="dot-1")
    given(CAMPAIGN, *history).when(command, now=last_minute).then_refused(PhaseNotDue, closes_on=date(2024, 7, 31))
    given(CAMPAIGN, *history).when(command, now=minute_after).then(closed_1)


def test_closing_a_phase_that_nobody_opened_opens_it_first() -> None:
    given(CAMPAIGN, *RUNNING).when(ClosePhase(phase="dot-1"), now=_at(2024, 8, 1, 12)).then(opened_1, closed_1)


def test_closing_a_phase_twice_changes_nothing() -> None:
    given(CAMPAIGN, *RUNNING, opened_1, closed_1).when(ClosePhase(phase="dot-1")).then()


@pytest.mark.parametrize("command", [OpenPhase(phase="dot-9"), ClosePhase(phase="dot-9")])
def test_an_unknown_phase_neither_opens_nor_closes(command: object) -> None:
    given(CAMPAIGN, *RUNNING).when(command).then_refused(PhaseUnknown, phase="dot-9")


@pytest.mark.parametrize("command", [OpenPhase(phase="dot-1"), ClosePhase(phase="dot-1")])
def test_no_phase_opens_or_closes_before_the_launch(command: object) -> None:
    given(CAMPAIGN, drafted).when(command).then_refused(CampaignNotRunning, status="drafted")


# --- Amendment --------------------------------------------------------------------


def test_an_amendment_names_its_document_and_counts_the_dates_anew() -> None:
    given(CAMPAIGN, *RUNNING).when(amend).then(amended)
    longer = replace(SMALL, phases=(replace(PHASES[0], closes_on=date(2024, 7, 15)), PHASES[1]))
    spans, duty_dates = reckon(longer, LAUNCH_DAY)
    given(CAMPAIGN, *RUNNING).when(AmendCampaign(directive=longer, document=CIRCULAR)).then(
        CampaignAmended(directive=longer, document=CIRCULAR, phases=spans, duty_dates=duty_dates)
    )


def test_an_amendment_before_the_launch_has_no_dates_yet() -> None:
    given(CAMPAIGN, drafted).when(amend).then(replace(amended, phases=(), duty_dates=()))


def test_amending_to_what_stands_already_changes_nothing() -> None:
    given(CAMPAIGN, *RUNNING, amended).when(amend).then()


def test_an_amendment_does_not_drop_a_phase_that_has_opened() -> None:
    shorter = AmendCampaign(directive=FROM_AUGUST, document=CIRCULAR)
    given(CAMPAIGN, *RUNNING, opened_1).when(shorter).then_refused(Invalid, field="directive.phases")


def test_an_amendment_that_contradicts_itself_is_refused() -> None:
    wrong = AmendCampaign(directive=replace(SMALL, blocks=()), document=CIRCULAR)
    given(CAMPAIGN, *RUNNING).when(wrong).then_refused(Invalid, field="directive.items[0].block")


@pytest.mark.parametrize(("end", "status"), [(concluded, "concluded"), (cancelled, "cancelled")])
def test_what_is_over_is_not_amended(end: object, status: str) -> None:
    given(CAMPAIGN, *RUNNING, end).when(amend).then_refused(CampaignNotRunning, status=status)


# --- Review, conclusion, cancellation ------------------------------------------------


def test_a_review_is_called_what_its_paper_calls_it() -> None:
    given(CAMPAIGN, *RUNNING).when(review, now=_at(2024, 8, 1, 9)).then(reviewed)
    otherwise = replace(review, scope="five-year", period="2025", called="tổng kết")
    given(CAMPAIGN, *RUNNING).when(otherwise).then(
        replace(reviewed, scope="five-year", period="2025", called="tổng kết")
    )


def test_the_same_review_again_changes_nothing() -> None:
    given(CAMPAIGN, *RUNNING, reviewed).when(review).then()


def test_a_period_is_not_reviewed_by_two_documents() -> None:
    other = replace(review, document=CIRCULAR)
    given(CAMPAIGN, *RUNNING, reviewed).when(other).then_refused(ReviewedOtherwise, document="01/KH-LĐLĐ")


def test_a_phase_is_not_reviewed_before_it_is_over() -> None:
    last_day = _at(2024, 7, 31, 23)
    given(CAMPAIGN, *RUNNING).when(review, now=last_day).then_refused(PhaseNotDue, phase="dot-1")


@pytest.mark.parametrize("period", ["2023", "2025", "dot-1"])
def test_a_year_is_reviewed_once_it_has_begun_and_only_one_of_the_campaigns(period: str) -> None:
    yearly = replace(review, scope="year", period="2024")
    given(CAMPAIGN, *RUNNING).when(yearly).then(replace(reviewed, scope="year", period="2024"))
    given(CAMPAIGN, *RUNNING).when(replace(yearly, period=period)).then_refused(Invalid, field="period")
    before = _at(2023, 12, 31, 9)
    given(CAMPAIGN, *RUNNING).when(yearly, now=before).then_refused(Invalid, field="period")


def test_no_step_rests_on_a_paper_that_is_dated_ahead() -> None:
    ahead = replace(PLAN, issued="2025-02-01")
    after = _at(2025, 1, 2, 9)
    for command in (amend, review, conclude, cancel):
        given(CAMPAIGN, *RUNNING).when(replace(command, document=ahead), now=after).then_refused(
            NotYetHappened, field="document.issued"
        )


def test_ending_again_by_another_paper_is_refused() -> None:
    by_circular = ConcludeCampaign(document=CIRCULAR)
    given(CAMPAIGN, *RUNNING, concluded).when(by_circular).then_refused(ConcludedOtherwise)
    given(CAMPAIGN, *RUNNING, cancelled).when(replace(cancel, document=CIRCULAR)).then_refused(ConcludedOtherwise)


def test_a_campaign_without_phases_is_concluded_after_its_horizon() -> None:
    plain = replace(SMALL, phases=(), drives=(), targets=(), registrations=())
    history = (replace(drafted, directive=plain), replace(launched, phases=(), duty_dates=()))
    given(CAMPAIGN, *history).when(conclude, now=_at(2024, 12, 31, 9)).then_refused(PhasesStillOpen)
    given(CAMPAIGN, *history).when(conclude, now=_at(2025, 1, 1, 9)).then(concluded)


def test_the_review_of_a_phase_names_one_of_the_phases() -> None:
    given(CAMPAIGN, *RUNNING).when(replace(review, period="dot-9")).then_refused(PhaseUnknown, phase="dot-9")


def test_nothing_is_reviewed_before_the_launch() -> None:
    given(CAMPAIGN, drafted).when(review).then_refused(CampaignNotRunning, status="drafted")


def test_a_campaign_concludes_once_its_last_phase_is_past() -> None:
    last_day, day_after = _at(2024, 12, 31, 23), _at(2025, 1, 1, 7)
    given(CAMPAIGN, *RUNNING).when(conclude, now=last_day).then_refused(PhasesStillOpen, phases=["dot-2"])
    given(CAMPAIGN, *RUNNING).when(conclude, now=day_after).then(concluded)


def test_a_campaign_that_is_not_running_does_not_conclude() -> None:
    given(CAMPAIGN, drafted).when(conclude).then_refused(CampaignNotRunning, status="drafted")
    given(CAMPAIGN, *RUNNING, cancelled).when(conclude).then_refused(CampaignNotRunning, status="cancelled")


def test_concluding_twice_changes_nothing() -> None:
    given(CAMPAIGN, *RUNNING, concluded).when(conclude).then()


@pytest.mark.parametrize("history", [(drafted,), RUNNING], ids=["drafted", "launched"])
def test_a_campaign_is_cancelled_at_any_point_before_its_conclusion(history: tuple[object, ...]) -> None:
    given(CAMPAIGN, *history).when(cancel).then(cancelled)


def test_cancelling_twice_changes_nothing_and_a_concluded_campaign_is_not_cancelled() -> None:
    given(CAMPAIGN, *RUNNING, cancelled).when(cancel).then()
    given(CAMPAIGN, *RUNNING, concluded).when(cancel).then_refused(CampaignNotRunning, status="concluded")


def test_a_campaign_is_its_issuers_matter() -> None:
    state = CAMPAIGN.fold([drafted])
    assert CAMPAIGN.unit(draft, CAMPAIGN.initial) == ISSUER
    assert CAMPAIGN.unit(launch, state) == ISSUER
    assert CAMPAIGN.unit(launch, CAMPAIGN.initial) is None


def test_the_state_follows_the_events() -> None:
    history = (*RUNNING, opened_1, closed_1, opened_2, closed_2, reviewed, concluded)
    state = CAMPAIGN.fold(history)
    assert (state.status.value, state.opened, state.closed) == ("concluded", ("dot-1", "dot-2"), ("dot-1", "dot-2"))
    assert state.launched_on == LAUNCH_DAY
