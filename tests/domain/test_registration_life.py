from datetime import date

import pytest
from msgspec.structs import replace

from domain.directive import Kind
from domain.refusals import Invalid, NotYetHappened
from domain.registration import REGISTRATION
from domain.registration.messages import (
    AcceptCompact,
    CompleteRegistration,
    ConfirmRegistration,
    Facts,
    InitiativeRecognised,
    InitiativeRefused,
    RecogniseInitiative,
    RecogniseWork,
    RefuseInitiative,
    RegistrationCompleted,
    RegistrationProgressed,
    ReportProgress,
    ResubmitRegistration,
    ReturnRegistration,
    WithdrawRegistration,
    WorkRecognised,
)
from domain.registration.refusals import (
    CampaignNotRunning,
    RegistrationNotOpen,
    RegistrationUnknown,
)
from tests.support.registrations import (
    ABOVE,
    CAMPAIGN,
    PAPER,
    PEER,
    PERSON,
    RUNNING,
    TITLE_FACTS,
    UNIT,
    compact,
    confirmed,
    initiative,
    resubmit,
    resubmitted,
    returned,
    submit_compact,
    submit_title,
    submit_work,
    title,
    withdrawn,
    work,
)
from tests.support.scenario import given

LATER = replace(PAPER, number="88/QĐ", issued="2024-06-15")
completed = RegistrationCompleted(completed_on=date(2024, 6, 30), report="xong")
recognised = WorkRecognised(document=PAPER, plaque=True)


# --- The way to the end -----------------------------------------------------------


@pytest.mark.parametrize(
    "command",
    [
        ReturnRegistration(reason="thiếu"),
        resubmit,
        AcceptCompact(unit_id=UNIT),
        ConfirmRegistration(),
        WithdrawRegistration(),
        ReportProgress(quantity=1),
        CompleteRegistration(),
        RecogniseWork(document=PAPER),
        RecogniseInitiative(scope="grassroots", document=PAPER),
        RefuseInitiative(document=PAPER, reason="không mới"),
    ],
    ids=lambda command: type(command).__name__,
)
def test_nothing_happens_to_what_was_never_registered(command: object) -> None:
    given(REGISTRATION).when(command, Facts()).then_refused(RegistrationUnknown)


def test_a_registration_is_returned_for_correction_and_handed_in_again() -> None:
    back = ReturnRegistration(reason="thiếu mô tả")
    given(REGISTRATION, work).when(back).then(returned)
    given(REGISTRATION, work, returned).when(back).then()
    given(REGISTRATION, work, returned).when(resubmit, RUNNING).then(resubmitted)
    given(REGISTRATION, work, returned, resubmitted).when(resubmit).then()
    given(REGISTRATION, work, confirmed).when(back).then_refused(RegistrationNotOpen, status="confirmed")
    given(REGISTRATION, work).when(resubmit).then_refused(RegistrationNotOpen, status="submitted")


def test_what_is_handed_in_again_keeps_the_rules_of_its_kind() -> None:
    nameless = ResubmitRegistration(name="Công nhân giỏi")
    given(REGISTRATION, title, returned).when(nameless, TITLE_FACTS).then_refused(Invalid, field="title")
    own = replace(work, kind=Kind.OWN_TARGET, quantity=50)
    given(REGISTRATION, own, returned).when(resubmit).then_refused(Invalid, field="quantity")


def test_a_registration_is_confirmed_once() -> None:
    given(REGISTRATION, work).when(ConfirmRegistration(), RUNNING).then(confirmed)
    given(REGISTRATION, work, confirmed).when(ConfirmRegistration()).then()
    given(REGISTRATION, work, returned).when(ConfirmRegistration()).then_refused(RegistrationNotOpen, status="returned")


def test_a_registration_is_withdrawn_until_it_is_completed() -> None:
    command = WithdrawRegistration(reason="thôi")
    given(REGISTRATION, work).when(command).then(withdrawn)
    given(REGISTRATION, work, confirmed).when(command).then(withdrawn)
    given(REGISTRATION, work, withdrawn).when(command).then()
    given(REGISTRATION, work, confirmed, completed).when(command).then_refused(RegistrationNotOpen, status="completed")


def test_progress_is_reported_on_what_is_confirmed() -> None:
    halfway = ReportProgress(quantity=50, report="một nửa")
    progressed = RegistrationProgressed(quantity=50, report="một nửa")
    given(REGISTRATION, work, confirmed).when(halfway, RUNNING).then(progressed)
    given(REGISTRATION, work, confirmed, progressed).when(ReportProgress(quantity=50)).then()
    given(REGISTRATION, work).when(halfway).then_refused(RegistrationNotOpen, status="submitted")
    given(REGISTRATION, work, confirmed).when(ReportProgress(quantity=101)).then_refused(Invalid, field="quantity")


def test_what_is_confirmed_is_completed_on_the_day_that_is_stated() -> None:
    done = CompleteRegistration(report="xong")
    given(REGISTRATION, work, confirmed).when(done, RUNNING).then(completed)
    earlier = replace(done, happened_on=date(2024, 6, 1))
    given(REGISTRATION, work, confirmed).when(earlier, RUNNING).then(replace(completed, completed_on=date(2024, 6, 1)))
    given(REGISTRATION, work, confirmed, completed).when(done).then()
    given(REGISTRATION, work).when(done).then_refused(RegistrationNotOpen, status="submitted")


def test_a_completed_work_is_recognised_and_its_plaque_attached() -> None:
    command = RecogniseWork(document=PAPER, plaque=True)
    history = (work, confirmed, completed)
    given(REGISTRATION, *history).when(command, RUNNING).then(recognised)
    given(REGISTRATION, *history, recognised).when(command).then()
    given(REGISTRATION, work, confirmed).when(command).then_refused(RegistrationNotOpen, status="confirmed")
    given(REGISTRATION, title, confirmed, completed).when(command).then_refused(Invalid, field="kind")


def test_an_initiative_is_recognised_with_its_reach_and_not_refused_afterwards() -> None:
    command = RecogniseInitiative(scope="province", document=PAPER)
    verdict = InitiativeRecognised(scope="province", document=PAPER)
    refuse = RefuseInitiative(document=PAPER, reason="không mới")
    given(REGISTRATION, initiative, confirmed).when(command, RUNNING).then(verdict)
    given(REGISTRATION, initiative, confirmed, verdict).when(command).then()
    given(REGISTRATION, initiative, confirmed, verdict).when(refuse).then_refused(
        RegistrationNotOpen, status="recognised"
    )
    given(REGISTRATION, initiative).when(command).then_refused(RegistrationNotOpen, status="submitted")
    given(REGISTRATION, work, confirmed).when(command).then_refused(Invalid, field="kind")


def test_an_initiative_of_the_grassroots_is_recognised_again_with_a_wider_reach_and_never_a_narrower() -> None:
    grassroots = InitiativeRecognised(scope="grassroots", document=PAPER)
    wider = RecogniseInitiative(scope="province", document=LATER)
    of_province = InitiativeRecognised(scope="province", document=LATER)
    given(REGISTRATION, initiative, confirmed, grassroots).when(wider, RUNNING).then(of_province)
    assert REGISTRATION.fold([initiative, confirmed, grassroots, of_province]).scope == "province"
    back = RecogniseInitiative(scope="upper", document=LATER)
    given(REGISTRATION, initiative, confirmed, grassroots, of_province).when(back).then_refused(
        RegistrationNotOpen, status="recognised"
    )


def test_no_recognition_rests_on_a_paper_that_is_dated_ahead() -> None:
    ahead = replace(PAPER, issued="2024-07-01")
    given(REGISTRATION, initiative, confirmed).when(RecogniseInitiative(scope="upper", document=ahead)).then_refused(
        NotYetHappened, field="document.issued"
    )
    given(REGISTRATION, work, confirmed, completed).when(RecogniseWork(document=ahead)).then_refused(
        NotYetHappened, field="document.issued"
    )


def test_an_initiative_is_refused_with_a_reason() -> None:
    command = RefuseInitiative(document=PAPER, reason="không mới")
    verdict = InitiativeRefused(document=PAPER, reason="không mới")
    given(REGISTRATION, initiative, confirmed, completed).when(command, RUNNING).then(verdict)
    given(REGISTRATION, initiative, confirmed, verdict).when(command).then()
    given(REGISTRATION, work, confirmed).when(command).then_refused(Invalid, field="kind")


def test_of_a_cancelled_campaign_only_what_takes_nothing_further_is_done() -> None:
    cancelled = replace(RUNNING, running=False)
    for history, command in (
        ((work,), ConfirmRegistration()),
        ((work, returned), resubmit),
        ((work, confirmed), ReportProgress(quantity=50)),
        ((work, confirmed), CompleteRegistration()),
        ((work, confirmed, completed), RecogniseWork(document=PAPER)),
        ((initiative, confirmed), RecogniseInitiative(scope="province", document=PAPER)),
    ):
        given(REGISTRATION, *history).when(command, cancelled).then_refused(CampaignNotRunning, campaign_id=CAMPAIGN)
    given(REGISTRATION, work, confirmed).when(ConfirmRegistration(), cancelled).then()
    given(REGISTRATION, work).when(ReturnRegistration(reason="thiếu mô tả"), cancelled).then(returned)
    given(REGISTRATION, work).when(WithdrawRegistration(reason="thôi"), cancelled).then(withdrawn)


# --- Whose matter it is -----------------------------------------------------------


def test_a_party_signs_for_itself_and_the_unit_above_confirms() -> None:
    state = REGISTRATION.fold([compact])
    assert REGISTRATION.unit(submit_compact, REGISTRATION.initial) == UNIT
    assert REGISTRATION.unit(AcceptCompact(unit_id=PEER), state) == PEER
    assert REGISTRATION.unit(WithdrawRegistration(), state) == UNIT
    assert REGISTRATION.unit(ConfirmRegistration(), state) == ABOVE


def test_the_personal_fields_are_sealed_with_the_key_of_the_person_registered() -> None:
    assert REGISTRATION.person(submit_title, REGISTRATION.initial) == PERSON
    assert REGISTRATION.person(ReturnRegistration(reason=""), REGISTRATION.fold([title])) == PERSON
    assert REGISTRATION.person(submit_work, REGISTRATION.initial) is None
