from datetime import date

import pytest
from msgspec.structs import replace

from domain.decider import Read
from domain.exemplar import (
    EXEMPLAR,
    SPREADS_MAX,
    Above,
    CampaignNotOpen,
    CampaignUnknown,
    ExemplarRecognised,
    ExemplarRegistered,
    ExemplarSpread,
    ExemplarUnknown,
    ExemplarWithdrawn,
    Facts,
    NoUnitOfLevel,
    PersonUnknown,
    RecognisedOtherwise,
    RecogniseExemplar,
    RegisteredOtherwise,
    RegisterExemplar,
    SpreadExemplar,
    SpreadTooOften,
    UnitUnknown,
    WithdrawExemplar,
    Withdrawn,
)
from domain.refusals import Invalid, NotYetHappened
from tests.support.registrations import ABOVE, CAMPAIGN, PAPER, PERSON, UNIT
from tests.support.scenario import given

FEDERATION = "00000000-0000-4000-8000-00000000000f"
LINE = (Above(unit_id=ABOVE, level="upper"), Above(unit_id=FEDERATION, level="federation"))
READ = (Read(stream=f"unit-{UNIT}", version=1),)
KNOWN = Facts(
    phase="dot-1",
    block="doanh-nghiep",
    unit_level="grassroots",
    above=LINE,
    employment="direct-worker",
    read=READ,
)
register = RegisterExemplar(
    campaign_id=CAMPAIGN, unit_id=UNIT, person_id=PERSON, kind="person", name="Thợ giỏi", story="kèm ba thợ mới"
)
registered = ExemplarRegistered(
    campaign_id=CAMPAIGN,
    phase="dot-1",
    unit_id=UNIT,
    level="grassroots",
    block="doanh-nghiep",
    above=LINE,
    person_id=PERSON,
    employment="direct-worker",
    kind="person",
    name="Thợ giỏi",
    story="kèm ba thợ mới",
    registered_on=date(2024, 6, 30),
    read_at=READ,
)
recognise = RecogniseExemplar(level="upper", document=PAPER)
recognised = ExemplarRecognised(level="upper", document=PAPER)
tell = SpreadExemplar(channel="zalo", on=date(2024, 6, 1), place="Nhóm Zalo công đoàn")
told = ExemplarSpread(channel="zalo", on=date(2024, 6, 1), place="Nhóm Zalo công đoàn")
withdrawn = ExemplarWithdrawn(reason="khai sai")


def test_an_exemplary_model_is_registered_with_the_persons_kind_of_work() -> None:
    given(EXEMPLAR).when(register, KNOWN).then(registered)
    given(EXEMPLAR, registered).when(register, Facts()).then()
    given(EXEMPLAR, registered).when(replace(register, story="khác"), KNOWN).then_refused(RegisteredOtherwise)


def test_a_model_from_no_campaign_is_registered_too() -> None:
    loose = replace(register, campaign_id=None)
    given(EXEMPLAR).when(loose, replace(KNOWN, phase=None)).then(replace(registered, campaign_id=None, phase=None))


def test_campaign_unit_and_person_must_be_known() -> None:
    given(EXEMPLAR).when(register, replace(KNOWN, campaign_known=False)).then_refused(CampaignUnknown)
    given(EXEMPLAR).when(register, replace(KNOWN, campaign_open=False)).then_refused(CampaignNotOpen)
    given(EXEMPLAR).when(register, replace(KNOWN, unit_level=None)).then_refused(UnitUnknown)
    given(EXEMPLAR).when(register, replace(KNOWN, employment=None)).then_refused(PersonUnknown, person_id=PERSON)


@pytest.mark.parametrize(("kind", "person"), [("person", None), ("collective", PERSON), ("model", PERSON)], ids=str)
def test_a_person_is_named_where_there_is_one(kind: str, person: str | None) -> None:
    command = replace(register, kind=kind, person_id=person)
    given(EXEMPLAR).when(command, KNOWN).then_refused(Invalid, field="person_id")


def test_each_level_above_recognises_it_once() -> None:
    given(EXEMPLAR, registered).when(recognise).then(recognised)
    given(EXEMPLAR, registered, recognised).when(recognise).then()
    other = replace(recognise, document=replace(PAPER, number="99/QĐ"))
    given(EXEMPLAR, registered, recognised).when(other).then_refused(RecognisedOtherwise, level="upper")
    higher = replace(other, level="federation")
    given(EXEMPLAR, registered, recognised).when(higher).then(
        ExemplarRecognised(level="federation", document=other.document)
    )


def test_nobody_recognises_their_own_but_the_federation() -> None:
    given(EXEMPLAR, registered).when(replace(recognise, level="grassroots")).then_refused(NoUnitOfLevel)
    own = replace(registered, level="federation", above=())
    given(EXEMPLAR, own).when(replace(recognise, level="federation")).then(replace(recognised, level="federation"))
    state = EXEMPLAR.fold([registered])
    assert [EXEMPLAR.unit(replace(recognise, level=level), state) for level in ("upper", "federation")] == [
        ABOVE,
        FEDERATION,
    ]
    assert EXEMPLAR.unit(tell, state) == UNIT


def test_it_is_made_known_more_than_once_but_not_tomorrow() -> None:
    given(EXEMPLAR, registered).when(tell).then(told)
    given(EXEMPLAR, registered, told).when(tell).then()
    again = replace(tell, channel="press")
    given(EXEMPLAR, registered, told).when(again).then(replace(told, channel="press"))
    given(EXEMPLAR, registered).when(replace(tell, on=date(2024, 7, 1))).then_refused(NotYetHappened, field="on")
    many = (replace(told, place=f"Nơi {n}") for n in range(SPREADS_MAX))
    given(EXEMPLAR, registered, *many).when(tell).then_refused(SpreadTooOften)


def test_what_was_withdrawn_is_no_example_any_more() -> None:
    withdraw = WithdrawExemplar(reason="khai sai")
    given(EXEMPLAR, registered, recognised).when(withdraw).then(withdrawn)
    given(EXEMPLAR, registered, withdrawn).when(withdraw).then()
    for command in (recognise, tell, replace(withdraw, reason="khác")):
        given(EXEMPLAR, registered, withdrawn).when(command).then_refused(Withdrawn)


def test_nothing_happens_to_what_was_never_registered() -> None:
    for command in (recognise, tell, WithdrawExemplar(reason="x")):
        given(EXEMPLAR).when(command).then_refused(ExemplarUnknown)


def test_no_recognition_rests_on_a_paper_of_tomorrow() -> None:
    ahead = replace(recognise, document=replace(PAPER, issued="2024-07-01"))
    given(EXEMPLAR, registered).when(ahead).then_refused(NotYetHappened, field="document.issued")


def test_its_texts_are_sealed_with_the_persons_key() -> None:
    assert EXEMPLAR.person(register, EXEMPLAR.initial) == PERSON
    assert EXEMPLAR.person(WithdrawExemplar(reason="x"), EXEMPLAR.fold([registered])) == PERSON
