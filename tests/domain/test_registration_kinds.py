"""What belongs to one kind of registration only: a work's plaque, an initiative's review, a launch event's day."""

from datetime import date

import pytest
from msgspec.structs import replace

from domain.directive import Kind
from domain.refusals import Invalid, NotYetHappened
from domain.registration import REGISTRATION
from domain.registration.messages import (
    AttachPlaque,
    ConfirmRegistration,
    InitiativeRecognised,
    InitiativeRefused,
    InitiativeUnderReview,
    LaunchHeld,
    LaunchMoved,
    MoveLaunch,
    PlaqueAttached,
    PutUnderReview,
    RecogniseInitiative,
    RecognitionWithdrawn,
    RecordLaunchHeld,
    RefuseInitiative,
    RegistrationCompleted,
    WithdrawRecognition,
    WorkRecognised,
)
from domain.registration.refusals import (
    PlaqueNotGranted,
    RecordedOtherwise,
    RegistrationNotOpen,
    ScopeTooWide,
)
from tests.support.registrations import ABOVE, PAPER, PEER, RUNNING, confirmed, initiative, work
from tests.support.scenario import given

AHEAD = replace(PAPER, issued="2024-07-01")
completed = RegistrationCompleted(completed_on=date(2024, 6, 1), report=None)

# --- Works ----------------------------------------------------------------------------

recognised = WorkRecognised(document=PAPER, plaque=True)
WORK = (work, confirmed, completed)
attach = AttachPlaque(on=date(2024, 6, 20), place="Cổng chính")
attached = PlaqueAttached(on=date(2024, 6, 20), place="Cổng chính")


def test_the_plaque_that_was_granted_is_put_up() -> None:
    given(REGISTRATION, *WORK, recognised).when(attach, RUNNING).then(attached)
    given(REGISTRATION, *WORK, recognised, attached).when(attach).then()
    elsewhere = replace(attach, place="Hội trường")
    given(REGISTRATION, *WORK, recognised, attached).when(elsewhere).then_refused(RecordedOtherwise)


def test_no_plaque_without_a_recognition_that_grants_it() -> None:
    given(REGISTRATION, *WORK).when(attach).then_refused(RegistrationNotOpen, status="completed")
    plain = replace(recognised, plaque=False)
    given(REGISTRATION, *WORK, plain).when(attach).then_refused(PlaqueNotGranted)
    verdict = InitiativeRecognised(scope="upper", document=PAPER)
    given(REGISTRATION, initiative, confirmed, verdict).when(attach).then_refused(PlaqueNotGranted)
    tomorrow = replace(attach, on=date(2024, 7, 1))
    given(REGISTRATION, *WORK, recognised).when(tomorrow).then_refused(NotYetHappened, field="on")


def test_a_recognition_that_was_wrong_is_withdrawn_also_in_a_cancelled_campaign() -> None:
    command = WithdrawRecognition(document=PAPER, reason="khai sai")
    withdrawn = RecognitionWithdrawn(document=PAPER, reason="khai sai")
    given(REGISTRATION, *WORK, recognised).when(command, replace(RUNNING, running=False)).then(withdrawn)
    given(REGISTRATION, *WORK, recognised, withdrawn).when(command).then()
    given(REGISTRATION, *WORK, recognised, withdrawn).when(replace(command, reason="khác")).then_refused(
        RecordedOtherwise
    )
    given(REGISTRATION, *WORK).when(command).then_refused(RegistrationNotOpen, status="completed")
    given(REGISTRATION, *WORK, recognised, withdrawn).when(attach).then_refused(RegistrationNotOpen, status="revoked")


# --- Initiatives ------------------------------------------------------------------------

review = PutUnderReview(council="Hội đồng sáng kiến", document=PAPER)
reviewed = InitiativeUnderReview(council="Hội đồng sáng kiến", document=PAPER)
INITIATIVE = (initiative, confirmed)
recognise = RecogniseInitiative(
    scope="upper", document=PAPER, council="Hội đồng sáng kiến", value_vnd=120_000_000, certificate=PAPER
)
verdict = InitiativeRecognised(
    scope="upper", document=PAPER, council="Hội đồng sáng kiến", value_vnd=120_000_000, certificate=PAPER
)


def test_an_initiative_is_laid_before_a_council_and_then_judged() -> None:
    given(REGISTRATION, *INITIATIVE).when(review, RUNNING).then(reviewed)
    given(REGISTRATION, *INITIATIVE, reviewed).when(review).then()
    given(REGISTRATION, *INITIATIVE, reviewed).when(replace(review, council="Khác")).then_refused(RecordedOtherwise)
    given(REGISTRATION, initiative).when(review).then_refused(RegistrationNotOpen, status="submitted")
    given(REGISTRATION, work, confirmed).when(review).then_refused(Invalid, field="kind")
    given(REGISTRATION, *INITIATIVE).when(replace(review, document=AHEAD)).then_refused(
        NotYetHappened, field="document.issued"
    )
    given(REGISTRATION, *INITIATIVE, reviewed).when(recognise, RUNNING).then(verdict)
    refusal = RefuseInitiative(document=PAPER, reason="không mới")
    given(REGISTRATION, *INITIATIVE, reviewed).when(refusal, RUNNING).then(
        InitiativeRefused(document=PAPER, reason="không mới")
    )


def test_what_is_under_review_is_confirmed_already() -> None:
    given(REGISTRATION, *INITIATIVE, reviewed).when(ConfirmRegistration()).then()


@pytest.mark.parametrize(
    ("level", "scope", "is_allowed"),
    [
        ("grassroots", "grassroots", True),
        ("grassroots", "upper", False),
        ("grassroots", "province", False),
        ("upper", "upper", True),
        ("upper", "province", False),
        ("federation", "province", True),
        ("federation", "nationwide", True),
    ],
)
def test_nobody_recognises_a_wider_scope_than_their_level(level: str, scope: str, *, is_allowed: bool) -> None:
    command = replace(recognise, scope=scope)
    scenario = given(REGISTRATION, *INITIATIVE).when(command, replace(RUNNING, recogniser_level=level))
    if is_allowed:
        scenario.then(replace(verdict, scope=scope))
    else:
        scenario.then_refused(ScopeTooWide, scope=scope, level=level)


def test_only_a_unit_above_recognises_and_the_matter_stays_the_receivers() -> None:
    foreign = replace(recognise, recogniser_id=PEER)
    given(REGISTRATION, *INITIATIVE).when(foreign, replace(RUNNING, recogniser_level=None)).then_refused(
        Invalid, field="recogniser_id"
    )
    assert REGISTRATION.unit(foreign, REGISTRATION.fold(INITIATIVE)) == ABOVE


def test_a_certificate_is_not_dated_ahead() -> None:
    given(REGISTRATION, *INITIATIVE).when(replace(recognise, certificate=AHEAD), RUNNING).then_refused(
        NotYetHappened, field="certificate.issued"
    )


def test_an_initiative_whose_recognition_was_withdrawn_has_no_scope_any_more() -> None:
    withdrawn = RecognitionWithdrawn(document=PAPER, reason="sao chép")
    assert REGISTRATION.fold([*INITIATIVE, verdict]).scope == "upper"
    assert REGISTRATION.fold([*INITIATIVE, verdict, withdrawn]).scope is None


# --- Launch events ------------------------------------------------------------------------

launch = replace(work, kind=Kind.LAUNCH_EVENT, held_on=date(2024, 2, 10))
hold = RecordLaunchHeld(held_on=date(2024, 2, 12), attended=180, duty="phat-dong")
held = LaunchHeld(held_on=date(2024, 2, 12), attended=180, duty="phat-dong", document=None)
KNOWN = replace(RUNNING, launch_duties=("phat-dong",))


def test_a_launch_event_is_moved_until_it_was_held() -> None:
    move, moved = MoveLaunch(held_on=date(2024, 2, 12)), LaunchMoved(held_on=date(2024, 2, 12))
    given(REGISTRATION, launch).when(move, RUNNING).then(moved)
    given(REGISTRATION, launch, confirmed, moved).when(move).then()
    given(REGISTRATION, launch, confirmed, held).when(replace(move, held_on=date(2024, 2, 20))).then_refused(
        RegistrationNotOpen, status="held"
    )
    given(REGISTRATION, work, confirmed).when(move).then_refused(Invalid, field="kind")


def test_a_launch_event_was_held_and_does_a_duty() -> None:
    given(REGISTRATION, launch, confirmed).when(hold, KNOWN).then(held)
    given(REGISTRATION, launch, confirmed, held).when(hold).then()
    given(REGISTRATION, launch, confirmed, held).when(replace(hold, attended=90)).then_refused(RecordedOtherwise)
    given(REGISTRATION, launch).when(hold, KNOWN).then_refused(RegistrationNotOpen, status="submitted")
    given(REGISTRATION, work, confirmed).when(hold, KNOWN).then_refused(Invalid, field="kind")


def test_a_launch_event_does_a_duty_of_the_directive_and_was_not_held_tomorrow() -> None:
    given(REGISTRATION, launch, confirmed).when(replace(hold, duty="bao-cao"), KNOWN).then_refused(
        Invalid, field="duty"
    )
    tomorrow = replace(hold, held_on=date(2024, 7, 1))
    given(REGISTRATION, launch, confirmed).when(tomorrow, KNOWN).then_refused(NotYetHappened, field="held_on")
