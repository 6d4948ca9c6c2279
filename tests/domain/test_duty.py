from datetime import UTC, date, datetime

import msgspec

from domain.duty import DUTY
from domain.duty.messages import (
    AcceptDuty,
    CampaignNotRunning,
    DutyAccepted,
    DutyNotInCampaign,
    DutyNotOpen,
    DutyResubmitted,
    DutyReturned,
    DutySubmitted,
    DutyUnknown,
    Facts,
    NotTheBearer,
    Owed,
    ReturnDuty,
    SubmitDuty,
    SubmittedOtherwise,
    WrongState,
)
from tests.support.scenario import given

CAMPAIGN, UNIT, ABOVE = (f"00000000-0000-4000-8000-00000000000{n}" for n in (1, 2, 3))
IN_TIME = datetime(2024, 6, 24, 16, 59, tzinfo=UTC)  # 23:59 on 24/6 in Việt Nam: "trước 25/6" is kept.
TOO_LATE = datetime(2024, 6, 24, 17, 0, tzinfo=UTC)  # A minute later it is 25/6 there.
OWED = Owed(kind="report", name="Báo cáo 6 tháng", opens_on=date(2024, 2, 21), due_on=date(2024, 6, 24))
FACTS = Facts(running=True, owed=OWED, bears=True, receiver_id=ABOVE)

submit = SubmitDuty(campaign_id=CAMPAIGN, duty="bao-cao", unit_id=UNIT, proof="Báo cáo số 12", report="nội dung")
corrected = msgspec.structs.replace(submit, proof="Báo cáo số 13")
submitted = DutySubmitted(
    campaign_id=CAMPAIGN, duty="bao-cao", occurrence="", unit_id=UNIT, receiver_id=ABOVE, kind="report",
    name="Báo cáo 6 tháng", proof="Báo cáo số 12", document=None, report="nội dung", submitted_on=date(2024, 6, 24),
    due_on=date(2024, 6, 24), late=False, read_at=(),
)  # fmt: skip
returned = DutyReturned(reason="thiếu số liệu")
resubmitted = DutyResubmitted(
    proof="Báo cáo số 13", document=None, report="nội dung", submitted_on=date(2024, 6, 25),
    due_on=date(2024, 6, 24), late=True, read_at=(),
)  # fmt: skip


def test_a_report_before_its_day_is_in_time() -> None:
    given(DUTY).when(submit, FACTS, IN_TIME).then(submitted)


def test_a_minute_later_it_is_late_and_accepted_all_the_same() -> None:
    late = msgspec.structs.replace(submitted, submitted_on=date(2024, 6, 25), late=True)
    given(DUTY).when(submit, FACTS, TOO_LATE).then(late)


def test_handing_in_the_same_again_changes_nothing() -> None:
    given(DUTY, submitted).when(submit, FACTS, TOO_LATE).then()


def test_handing_in_something_else_is_refused_until_it_is_returned() -> None:
    given(DUTY, submitted).when(corrected, FACTS).then_refused(SubmittedOtherwise, status="submitted")


def test_what_nobody_owes_cannot_be_handed_in() -> None:
    given(DUTY).when(submit, Facts(running=True)).then_refused(DutyNotInCampaign)
    given(DUTY).when(submit, msgspec.structs.replace(FACTS, bears=False)).then_refused(NotTheBearer)
    given(DUTY).when(submit, msgspec.structs.replace(FACTS, running=False)).then_refused(CampaignNotRunning)
    early = datetime(2024, 2, 20, tzinfo=UTC)
    given(DUTY).when(submit, FACTS, early).then_refused(DutyNotOpen, opens_on=date(2024, 2, 21))


def test_a_duty_is_returned_with_a_reason() -> None:
    given(DUTY, submitted).when(ReturnDuty(reason="thiếu số liệu")).then(returned)
    given(DUTY, submitted, returned).when(ReturnDuty(reason="thiếu số liệu")).then()
    given(DUTY).when(ReturnDuty(reason="")).then_refused(DutyUnknown)
    given(DUTY, submitted, DutyAccepted()).when(ReturnDuty(reason="")).then_refused(WrongState)


def test_a_returned_duty_is_handed_in_again_and_its_lateness_judged_anew() -> None:
    given(DUTY, submitted, returned).when(corrected, FACTS, TOO_LATE).then(resubmitted)
    given(DUTY, submitted, returned, resubmitted).when(corrected, FACTS, TOO_LATE).then()
    given(DUTY, submitted, returned).when(submit, FACTS, TOO_LATE).then_refused(WrongState)


def test_a_duty_is_accepted_once() -> None:
    given(DUTY, submitted).when(AcceptDuty()).then(DutyAccepted())
    given(DUTY, submitted, DutyAccepted()).when(AcceptDuty()).then()
    given(DUTY, submitted, returned).when(AcceptDuty()).then_refused(WrongState, status="returned")


def test_the_bearer_hands_in_and_the_unit_above_accepts() -> None:
    assert DUTY.unit(submit, DUTY.initial) == UNIT
    assert DUTY.unit(AcceptDuty(), DUTY.fold([submitted])) == ABOVE
