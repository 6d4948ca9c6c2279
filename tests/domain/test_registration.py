from datetime import UTC, date, datetime

import pytest
from msgspec.structs import replace

from domain.dates import AfterEachPhase
from domain.directive import Kind
from domain.refusals import Invalid
from domain.registration import REGISTRATION
from domain.registration.messages import (
    AcceptCompact,
    Collective,
    CompactAccepted,
    ConfirmRegistration,
    Facts,
    Individual,
    Pair,
    Party,
)
from domain.registration.refusals import (
    CampaignNotRunning,
    CampaignUnknown,
    CompactNotBinding,
    NotAParty,
    PersonUnknown,
    RegisteredOtherwise,
    RegistrationClosed,
    RegistrationNotOpen,
    UnitUnknown,
)
from tests.support.registrations import (
    BOTH,
    CAMPAIGN,
    COMPACT_FACTS,
    OTHER,
    PEER,
    PERSON,
    RUNNING,
    TITLE_FACTS,
    UNIT,
    WORK,
    WORK_FACTS,
    compact,
    confirmed,
    knowing,
    resubmitted,
    returned,
    rule,
    submit_compact,
    submit_title,
    submit_work,
    title,
    withdrawn,
    work,
)
from tests.support.scenario import NOON, given

LAST_MINUTE = datetime(2024, 3, 15, 16, 59, tzinfo=UTC)  # 23:59 on 15/3 in Việt Nam.
MINUTE_AFTER = datetime(2024, 3, 15, 17, 0, tzinfo=UTC)


# --- Submission -----------------------------------------------------------------


def test_a_registration_on_the_last_day_is_in_time() -> None:
    given(REGISTRATION).when(submit_work, WORK_FACTS, LAST_MINUTE).then(work)


def test_a_minute_later_it_is_late_and_taken_all_the_same() -> None:
    late = replace(work, submitted_on=date(2024, 3, 16), late=True)
    given(REGISTRATION).when(submit_work, WORK_FACTS, MINUTE_AFTER).then(late)


def test_late_is_refused_where_the_campaign_says_so() -> None:
    strict = replace(WORK_FACTS, rule=replace(WORK, late="refused"))
    given(REGISTRATION).when(submit_work, strict, LAST_MINUTE).then(work)
    given(REGISTRATION).when(submit_work, strict, MINUTE_AFTER).then_refused(
        RegistrationClosed, due_on=date(2024, 3, 15), submitted_on=date(2024, 3, 16)
    )


def test_a_registration_belongs_to_the_phase_of_its_day_unless_it_names_another() -> None:
    facts = knowing(rule(Kind.WORK, "collective", rule=AfterEachPhase(days=0)))
    in_phase_1 = replace(work, submitted_on=date(2024, 6, 30), due_on=None)
    given(REGISTRATION).when(submit_work, facts, NOON).then(in_phase_1)
    for_phase_2 = replace(submit_work, phase="dot-2")
    given(REGISTRATION).when(for_phase_2, facts, NOON).then(replace(in_phase_1, phase="dot-2"))
    no_phase = replace(submit_work, phase="dot-9")
    given(REGISTRATION).when(no_phase, facts, NOON).then_refused(Invalid, field="phase")


def test_submitting_the_same_again_changes_nothing_even_when_the_campaign_is_over() -> None:
    given(REGISTRATION, work).when(submit_work, WORK_FACTS).then()
    given(REGISTRATION, work).when(submit_work, Facts()).then()


def test_submitting_something_else_under_the_same_id_is_refused() -> None:
    other = replace(submit_work, name="Vườn hoa")
    given(REGISTRATION, work).when(other, WORK_FACTS).then_refused(RegisteredOtherwise, name="Sân chơi công nhân")


def test_who_and_where_must_be_known_and_running() -> None:
    given(REGISTRATION).when(submit_work, Facts()).then_refused(CampaignUnknown, campaign_id=CAMPAIGN)
    outside = replace(WORK_FACTS, unit_level=None)
    given(REGISTRATION).when(submit_work, outside).then_refused(UnitUnknown, unit_id=UNIT)
    over = replace(WORK_FACTS, running=False)
    given(REGISTRATION).when(submit_work, over).then_refused(CampaignNotRunning, campaign_id=CAMPAIGN)


def test_a_paper_from_before_the_launch_is_no_registration_of_the_campaign() -> None:
    launched = replace(WORK_FACTS, launched_on=date(2024, 2, 21))
    before = replace(submit_work, happened_on=date(2024, 2, 20))
    given(REGISTRATION).when(before, launched, LAST_MINUTE).then_refused(Invalid, field="happened_on")
    given(REGISTRATION).when(replace(before, happened_on=date(2024, 2, 21)), launched, LAST_MINUTE).then(work)


def test_a_kind_that_the_campaign_does_not_ask_for_is_refused() -> None:
    given(REGISTRATION).when(submit_work, knowing(None)).then_refused(Invalid, field="kind")


@pytest.mark.parametrize("subject", [Individual(person_id=PERSON), BOTH], ids=["individual", "pair"])
def test_a_kind_is_registered_by_the_subjects_that_the_campaign_names(subject: Individual | Pair) -> None:
    command = replace(submit_work, subject=subject)
    given(REGISTRATION).when(command, WORK_FACTS).then_refused(Invalid, field="subject.kind")


def test_a_kind_is_registered_at_the_levels_that_the_campaign_names() -> None:
    upper = replace(WORK_FACTS, unit_level="upper")
    given(REGISTRATION).when(submit_work, upper).then_refused(Invalid, field="unit_id")


def test_a_target_of_the_units_own_says_how_much() -> None:
    facts = knowing(rule(Kind.OWN_TARGET, "collective"))
    without = replace(submit_work, kind=Kind.OWN_TARGET)
    given(REGISTRATION).when(without, facts).then_refused(Invalid, field="quantity")
    fifty = replace(without, quantity=50, quantity_unit="đoàn viên mới")
    event = replace(work, kind=Kind.OWN_TARGET, quantity=50, quantity_unit="đoàn viên mới", due_on=None)
    given(REGISTRATION).when(fifty, facts, NOON).then(replace(event, submitted_on=date(2024, 6, 30)))


def test_a_launch_event_names_its_day() -> None:
    facts = knowing(rule(Kind.LAUNCH_EVENT, "collective"))
    without = replace(submit_work, kind=Kind.LAUNCH_EVENT)
    given(REGISTRATION).when(without, facts).then_refused(Invalid, field="held_on")
    named = replace(without, held_on=date(2024, 1, 10))
    event = replace(work, kind=Kind.LAUNCH_EVENT, held_on=date(2024, 1, 10), due_on=None)
    given(REGISTRATION).when(named, facts, NOON).then(replace(event, submitted_on=date(2024, 6, 30)))


# --- Titles and people -----------------------------------------------------------


def test_a_registration_for_a_title_records_the_kind_of_work_of_that_day() -> None:
    given(REGISTRATION).when(submit_title, TITLE_FACTS).then(title)


def test_a_registration_for_a_title_names_one_of_the_campaigns() -> None:
    unnamed, unknown = replace(submit_title, title=None), replace(submit_title, title="Anh hùng")
    given(REGISTRATION).when(unnamed, TITLE_FACTS).then_refused(Invalid, field="title")
    given(REGISTRATION).when(unknown, TITLE_FACTS).then_refused(Invalid, field="title")


def test_where_the_list_is_open_another_title_by_law_may_be_named() -> None:
    other = replace(submit_title, title="Anh hùng Lao động")
    open_list = replace(TITLE_FACTS, titles_open=True)
    given(REGISTRATION).when(other, open_list).then(replace(title, title="Anh hùng Lao động"))


def test_a_title_is_registered_for_by_those_who_may_hold_it() -> None:
    unit = replace(submit_title, subject=Collective())
    given(REGISTRATION).when(unit, TITLE_FACTS).then_refused(Invalid, field="subject.kind")


def test_only_a_registration_for_a_title_names_one() -> None:
    given(REGISTRATION).when(replace(submit_work, title="giay-khen"), WORK_FACTS).then_refused(Invalid, field="title")


def test_a_person_is_registered_by_the_unit_that_they_belong_to() -> None:
    stranger = replace(TITLE_FACTS, employments=())
    given(REGISTRATION).when(submit_title, stranger).then_refused(PersonUnknown, person_id=PERSON, unit_id=UNIT)


# --- Compacts -------------------------------------------------------------------


def test_a_compact_binds_only_when_every_party_has_accepted() -> None:
    given(REGISTRATION).when(submit_compact, COMPACT_FACTS).then(compact)
    given(REGISTRATION, compact).when(ConfirmRegistration()).then_refused(CompactNotBinding, accepted=[UNIT])
    given(REGISTRATION, compact).when(AcceptCompact(unit_id=PEER), RUNNING).then(CompactAccepted(unit_id=PEER))
    given(REGISTRATION, compact, CompactAccepted(unit_id=PEER)).when(ConfirmRegistration(), RUNNING).then(confirmed)


def test_accepting_twice_changes_nothing_not_even_after_the_confirmation() -> None:
    signed = (compact, CompactAccepted(unit_id=PEER))
    given(REGISTRATION, *signed).when(AcceptCompact(unit_id=PEER)).then()
    given(REGISTRATION, *signed, confirmed).when(AcceptCompact(unit_id=PEER)).then()
    given(REGISTRATION, compact).when(AcceptCompact(unit_id=UNIT)).then()


def test_who_is_no_party_accepts_nothing() -> None:
    given(REGISTRATION, compact).when(AcceptCompact(unit_id=OTHER)).then_refused(NotAParty, unit_id=OTHER)
    given(REGISTRATION, work).when(AcceptCompact(unit_id=UNIT)).then_refused(NotAParty, unit_id=UNIT)


def test_a_withdrawn_compact_is_accepted_by_nobody() -> None:
    given(REGISTRATION, compact, withdrawn).when(AcceptCompact(unit_id=PEER)).then_refused(
        RegistrationNotOpen, status="withdrawn"
    )


def test_a_compact_whose_text_was_corrected_is_accepted_anew() -> None:
    history = (compact, CompactAccepted(unit_id=PEER), returned, resubmitted)
    given(REGISTRATION, *history).when(ConfirmRegistration()).then_refused(CompactNotBinding, accepted=[UNIT])
    given(REGISTRATION, *history, CompactAccepted(unit_id=PEER)).when(ConfirmRegistration(), RUNNING).then(confirmed)


def test_two_persons_sign_a_compact_with_each_other() -> None:
    persons = Pair(parties=(Party(unit_id=UNIT, person_id=PERSON), Party(unit_id=PEER, person_id=OTHER)))
    given(REGISTRATION).when(replace(submit_compact, subject=persons), COMPACT_FACTS).then(
        replace(compact, subject=persons)
    )


def test_for_two_persons_of_one_unit_the_unit_signs_once_for_each() -> None:
    persons = Pair(parties=(Party(unit_id=UNIT, person_id=PERSON), Party(unit_id=UNIT, person_id=OTHER)))
    within = replace(compact, subject=persons)
    signed = CompactAccepted(unit_id=UNIT)
    given(REGISTRATION, within).when(ConfirmRegistration()).then_refused(CompactNotBinding)
    given(REGISTRATION, within).when(AcceptCompact(unit_id=UNIT), RUNNING).then(signed)
    given(REGISTRATION, within, signed).when(AcceptCompact(unit_id=UNIT)).then()
    given(REGISTRATION, within, signed).when(ConfirmRegistration(), RUNNING).then(confirmed)


@pytest.mark.parametrize(
    ("parties", "field"),
    [
        ((Party(unit_id=PEER), Party(unit_id=UNIT)), "subject.parties[0].unit_id"),
        ((Party(unit_id=UNIT), Party(unit_id=UNIT)), "subject.parties[1]"),
        ((Party(unit_id=UNIT), Party(unit_id=PEER, person_id=OTHER)), "subject.parties[1].person_id"),
        (
            (Party(unit_id=UNIT, person_id=PERSON), Party(unit_id=PEER, person_id=PERSON)),
            "subject.parties[1].person_id",
        ),
    ],
    ids=["registered by the second party", "with oneself", "a unit with a person", "one person in two units"],
)
def test_a_compact_has_two_parties_of_one_sort(parties: tuple[Party, Party], field: str) -> None:
    command = replace(submit_compact, subject=Pair(parties=parties))
    given(REGISTRATION).when(command, COMPACT_FACTS).then_refused(Invalid, field=field)


def test_the_parties_of_a_compact_are_known() -> None:
    nowhere = replace(COMPACT_FACTS, units_known=(UNIT,))
    given(REGISTRATION).when(submit_compact, nowhere).then_refused(UnitUnknown, unit_id=PEER)
    persons = Pair(parties=(Party(unit_id=UNIT, person_id=PERSON), Party(unit_id=PEER, person_id=OTHER)))
    nobody = replace(COMPACT_FACTS, employments=((PERSON, "other"),))
    given(REGISTRATION).when(replace(submit_compact, subject=persons), nobody).then_refused(
        PersonUnknown, person_id=OTHER, unit_id=PEER
    )
