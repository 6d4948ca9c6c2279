"""A report's figures: prepared, signed, handed in; and reminders, each sent once."""

from datetime import UTC, date, datetime

import msgspec

from domain.dates import Span
from domain.duty import DUTY
from domain.duty.messages import (
    DutyNotInCampaign,
    DutyReturned,
    DutySent,
    DutySubmitted,
    DutyUnknown,
    Facts,
    NotAReport,
    NothingPrepared,
    Owed,
    PrepareReport,
    RecordReminder,
    RemindedOtherwise,
    ReminderSent,
    ReportNotSigned,
    ReportPrepared,
    ReportSigned,
    SignedOtherwise,
    SignReport,
    SubmitDuty,
    Taken,
    WrongState,
)
from domain.duty.reports import period_of
from domain.figures import DutyTally, Period, ReportFigures
from domain.paper import Signature
from domain.refusals import Invalid, NotYetHappened
from tests.support.scenario import given, next_events

CAMPAIGN, UNIT, ABOVE = (f"00000000-0000-4000-8000-00000000000{n}" for n in (1, 2, 3))
NOW = datetime(2024, 6, 20, 5, tzinfo=UTC)
TODAY = date(2024, 6, 20)
PERIOD = Period(opens_on=date(2024, 2, 21), closes_on=TODAY)
FIGURES = ReportFigures(works_recognised=3, duties=DutyTally(owed=4, done=4))
OWED = Owed(
    kind="report", name="Báo cáo 6 tháng", opens_on=date(2024, 2, 21), due_on=date(2024, 6, 24),
    channel="đường bưu điện", addressees=("Ban Chính sách pháp luật",),
)  # fmt: skip
FACTS = Facts(
    running=True, owed=OWED, bears=True, receiver_id=ABOVE, taken=Taken(period=PERIOD, figures=FIGURES, position=40)
)
MOVED = msgspec.structs.replace(FACTS, taken=Taken(period=PERIOD, figures=FIGURES, position=41))
OTHER = msgspec.structs.replace(
    FACTS, taken=Taken(period=PERIOD, figures=ReportFigures(works_recognised=4), position=42)
)
KT = Signature(capacity="KT", body="Ban Thường vụ", office="Phó Chủ tịch", for_office="Chủ tịch")

prepare = PrepareReport(campaign_id=CAMPAIGN, duty="bao-cao", unit_id=UNIT)
sign = SignReport(signature=KT)
submit = SubmitDuty(campaign_id=CAMPAIGN, duty="bao-cao", unit_id=UNIT, proof="Báo cáo số 12")
remind = RecordReminder(campaign_id=CAMPAIGN, duty="bao-cao", unit_id=UNIT, kind="before-7", channel="Zalo")
prepared = ReportPrepared(
    campaign_id=CAMPAIGN, duty="bao-cao", occurrence="", unit_id=UNIT, kind="report", name="Báo cáo 6 tháng",
    period=PERIOD, figures=FIGURES, position=40, prepared_on=TODAY, read_at=(),
)  # fmt: skip
signed = ReportSigned(signature=KT, document=None, signed_on=TODAY)
submitted = DutySubmitted(
    campaign_id=CAMPAIGN, duty="bao-cao", occurrence="", unit_id=UNIT, receiver_id=ABOVE, kind="report",
    name="Báo cáo 6 tháng", proof="Báo cáo số 12", document=None, report=None, submitted_on=TODAY,
    due_on=date(2024, 6, 24), late=False, read_at=(),
)  # fmt: skip
sent = DutySent(
    channel="đường bưu điện", addressees=("Ban Chính sách pháp luật",), sent_on=TODAY, period=PERIOD, figures=FIGURES,
    figures_position=40, signature=KT,
)  # fmt: skip
returned = DutyReturned(reason="thiếu số liệu")
reminded = ReminderSent(
    campaign_id=CAMPAIGN, duty="bao-cao", occurrence="", unit_id=UNIT, kind="before-7", channel="Zalo", on=TODAY,
    due_on=date(2024, 6, 24), read_at=(),
)  # fmt: skip


def test_figures_are_prepared_with_the_position_that_they_are_of() -> None:
    given(DUTY).when(prepare, FACTS, NOW).then(prepared)


def test_preparing_the_same_figures_again_changes_nothing() -> None:
    given(DUTY, prepared).when(prepare, MOVED, NOW).then()
    given(DUTY, prepared, signed).when(prepare, MOVED, NOW).then()


def test_preparing_again_replaces_a_draft_and_its_missing_signature() -> None:
    (again,) = next_events(DUTY, (prepared,), prepare, OTHER, NOW)
    assert (again.position, again.figures.works_recognised) == (42, 4)


def test_what_was_signed_does_not_change() -> None:
    given(DUTY, prepared, signed).when(prepare, OTHER, NOW).then_refused(SignedOtherwise, signed_on=TODAY)
    given(DUTY, prepared, signed, submitted, sent).when(prepare, OTHER, NOW).then_refused(WrongState)


def test_figures_are_for_a_report_that_the_unit_owes() -> None:
    plan = msgspec.structs.replace(FACTS, owed=msgspec.structs.replace(OWED, kind="action-plan"))
    given(DUTY).when(prepare, plan, NOW).then_refused(NotAReport, kind="action-plan")
    given(DUTY).when(prepare, Facts(running=True), NOW).then_refused(DutyNotInCampaign)


def test_a_period_ends_after_it_begins_and_no_later_than_today() -> None:
    tomorrow = Period(opens_on=date(2024, 1, 1), closes_on=date(2024, 6, 21))
    turned = Period(opens_on=date(2024, 2, 1), closes_on=date(2024, 1, 1))
    for period, refusal in ((tomorrow, NotYetHappened), (turned, Invalid)):
        asked = msgspec.structs.replace(prepare, period=period)
        given(DUTY).when(asked, FACTS, NOW).then_refused(refusal, field="period.closes_on")


def test_a_period_that_is_not_named_is_the_occurrences_phase_or_year_else_from_the_launch() -> None:
    phase = Span(code="dot-1", opens_on=date(2024, 1, 1), closes_on=date(2024, 7, 31))
    spans = {
        "dot-1": (date(2024, 1, 1), TODAY),
        "2023": (date(2023, 1, 1), date(2023, 12, 31)),
        "": (date(2024, 2, 21), TODAY),
    }
    for occurrence, (opens_on, closes_on) in spans.items():
        asked = msgspec.structs.replace(prepare, occurrence=occurrence)
        period = period_of(asked, OWED, launched_on=date(2024, 2, 21), phases=(phase,), today=TODAY)
        assert (period.opens_on, period.closes_on) == (opens_on, closes_on)


def test_a_draft_is_signed_once() -> None:
    given(DUTY, prepared).when(sign, None, NOW).then(signed)
    given(DUTY, prepared, signed).when(sign, None, NOW).then()
    other = SignReport(signature=Signature(capacity="TM", body="Ban Thường vụ", office="Chủ tịch"))
    given(DUTY, prepared, signed).when(other, None, NOW).then_refused(SignedOtherwise)
    given(DUTY).when(sign, None, NOW).then_refused(DutyUnknown)
    given(DUTY, submitted).when(sign, None, NOW).then_refused(NothingPrepared)


def test_a_signature_says_for_whom_and_is_not_older_than_the_figures() -> None:
    nobody = SignReport(signature=msgspec.structs.replace(KT, for_office=None))
    given(DUTY, prepared).when(nobody, None, NOW).then_refused(Invalid, field="signature.for_office")
    early = SignReport(signature=KT, happened_on=date(2024, 6, 19))
    given(DUTY, prepared).when(early, None, NOW).then_refused(Invalid, field="happened_on")


def test_a_signed_report_goes_with_its_figures_and_an_unsigned_one_does_not_go() -> None:
    given(DUTY, prepared, signed).when(submit, FACTS, NOW).then(submitted, sent)
    given(DUTY, prepared, signed, submitted, sent).when(submit, FACTS, NOW).then()
    given(DUTY, prepared).when(submit, FACTS, NOW).then_refused(ReportNotSigned, prepared_on=TODAY)


def test_a_channel_that_is_stated_is_on_record_without_figures_too() -> None:
    by_hand = msgspec.structs.replace(submit, channel="nộp trực tiếp")
    events = next_events(DUTY, (), by_hand, FACTS, NOW)
    assert (events[1].channel, events[1].addressees, events[1].figures) == ("nộp trực tiếp", OWED.addressees, None)
    given(DUTY, *events).when(by_hand, FACTS, NOW).then()


def test_a_returned_report_is_prepared_signed_and_handed_in_again() -> None:
    history = (prepared, signed, submitted, sent, returned)
    given(DUTY, *history).when(submit, FACTS, NOW).then_refused(WrongState, needs="a correction")
    again = next_events(DUTY, history, prepare, OTHER, NOW)
    history += (*again, *next_events(DUTY, (*history, *again), sign, None, NOW))
    resubmitted, carried = next_events(DUTY, history, submit, OTHER, NOW)
    assert (resubmitted.proof, carried.figures.works_recognised, carried.figures_position) == ("Báo cáo số 12", 4, 42)


def test_a_reminder_goes_out_once_whatever_its_channel() -> None:
    given(DUTY).when(remind, FACTS, NOW).then(reminded)
    given(DUTY, reminded).when(remind, FACTS, NOW).then()
    by_post = msgspec.structs.replace(remind, channel="bưu điện")
    given(DUTY, reminded).when(by_post, FACTS, NOW).then_refused(RemindedOtherwise, channel="Zalo")


def test_a_reminder_has_its_day_and_a_duty_that_is_not_done() -> None:
    late = msgspec.structs.replace(remind, kind="overdue-7")
    given(DUTY).when(late, FACTS, NOW).then_refused(Invalid, field="kind")
    tomorrow = msgspec.structs.replace(remind, on=date(2024, 6, 21))
    given(DUTY).when(tomorrow, FACTS, NOW).then_refused(NotYetHappened, field="on")
    given(DUTY, submitted).when(remind, FACTS, NOW).then_refused(WrongState)


def test_the_bearer_prepares_and_signs() -> None:
    assert DUTY.unit(prepare, DUTY.initial) == UNIT
    assert DUTY.unit(sign, DUTY.fold([prepared])) == UNIT
    assert DUTY.unit(sign, DUTY.initial) is None
