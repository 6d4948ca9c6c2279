from datetime import UTC, date, datetime

import msgspec
import pytest

from domain.calendar import Term, YearUnknown
from domain.refusals import Invalid, NotYetHappened
from domain.request import (
    REQUEST,
    AnsweredOtherwise,
    CarryOutErasure,
    DenyRequest,
    Facts,
    GrantedByErasing,
    GrantRequest,
    Kind,
    OfAnother,
    PersonUnknown,
    ReceivedOtherwise,
    ReceiveRequest,
    RequestDenied,
    RequestGranted,
    RequestReceived,
    RequestUnknown,
    Status,
)
from tests.support.calendars import CALENDAR
from tests.support.directives import CIRCULAR, PLAN
from tests.support.scenario import given

PERSON, MERGED, OTHER, UNIT = (f"00000000-0000-4000-8000-00000000000{n}" for n in (1, 2, 3, 4))
FACTS = Facts(records=(PERSON, MERGED), unit_id=UNIT, calendar=CALENDAR)
TODAY = date(2024, 6, 30)


def asked(kind: Kind = "erasure", person_id: str = PERSON) -> ReceiveRequest:
    return ReceiveRequest(kind=kind, person_id=person_id, received_on=date(2024, 6, 3), channel="post", document=PLAN)


def received(kind: Kind = "erasure", due_on: date = date(2024, 6, 24)) -> RequestReceived:
    return RequestReceived(
        kind=kind, person_id=PERSON, unit_id=UNIT, received_on=date(2024, 6, 3), channel="post", document=PLAN,
        term=getattr(CALENDAR.requests, kind), due_on=due_on, read_at=(),
    )  # fmt: skip


def test_what_is_received_is_due_on_the_last_day_of_its_term() -> None:
    # Twenty days after 3 June is a Sunday: the term ends with the next working day (Civil Code, article 148).
    given(REQUEST).when(asked(), FACTS).then(received())
    given(REQUEST).when(asked("access"), FACTS).then(received("access", date(2024, 6, 13)))
    given(REQUEST, received()).when(asked(), FACTS).then()
    given(REQUEST, received()).when(asked("access"), FACTS).then_refused(ReceivedOtherwise)
    assert (REQUEST.fold([]).status, REQUEST.fold([received()]).status) == (Status.ABSENT, Status.OPEN)


def test_a_term_may_be_of_working_days() -> None:
    term = Term(days=2, counted="working", source="assumed", cites="Nghị định")
    assert CALENDAR.ends(term, after=date(2024, 8, 30)) == date(2024, 9, 5)  # A weekend, and the national day.
    with pytest.raises(YearUnknown):
        CALENDAR.ends(term, after=date(2150, 1, 1))


def test_whatever_record_is_named_the_request_is_of_the_record_that_goes_on() -> None:
    given(REQUEST).when(asked(person_id=MERGED), FACTS).then(received())
    given(REQUEST, received()).when(asked(person_id=MERGED), FACTS).then()


def test_only_somebody_who_is_enrolled_can_have_asked_and_not_tomorrow() -> None:
    given(REQUEST).when(asked(), Facts()).then_refused(PersonUnknown)
    later = msgspec.structs.replace(asked(), received_on=date(2024, 7, 1))
    given(REQUEST).when(later, FACTS).then_refused(NotYetHappened, field="received_on")


def test_a_request_for_access_is_granted_with_what_was_handed_over() -> None:
    grant = GrantRequest(handed_over=("Bản in",), document=CIRCULAR)
    granted = RequestGranted(handed_over=("Bản in",), document=CIRCULAR, answered_on=TODAY)
    given(REQUEST).when(grant).then_refused(RequestUnknown)
    given(REQUEST, received("access")).when(grant).then(granted)
    next_day = datetime(2024, 7, 1, 5, tzinfo=UTC)
    given(REQUEST, received("access"), granted).when(grant, now=next_day).then()
    other = msgspec.structs.replace(grant, handed_over=("Tệp",))
    given(REQUEST, received("access"), granted).when(other).then_refused(AnsweredOtherwise, state="granted")
    before = msgspec.structs.replace(grant, happened_on=date(2024, 6, 2))
    given(REQUEST, received("access")).when(before).then_refused(Invalid, field="happened_on")


def test_an_erasure_is_granted_by_being_carried_out_for_the_person_who_asked() -> None:
    grant = GrantRequest(handed_over=("Bản in",))
    given(REQUEST, received()).when(grant).then_refused(GrantedByErasing)
    carried = CarryOutErasure(person_id=PERSON, document=CIRCULAR)
    granted = RequestGranted(handed_over=(), document=CIRCULAR, answered_on=TODAY)
    given(REQUEST, received()).when(carried, FACTS).then(granted)
    given(REQUEST, received(), granted).when(carried, FACTS).then()
    given(REQUEST, received()).when(carried, Facts(records=(OTHER,))).then_refused(OfAnother)
    given(REQUEST, received("access")).when(carried, FACTS).then_refused(OfAnother)


def test_a_request_is_denied_with_the_reason_and_the_paper() -> None:
    deny = DenyRequest(reason="phải lưu", document=CIRCULAR)
    denied = RequestDenied(reason="phải lưu", document=CIRCULAR, answered_on=TODAY)
    given(REQUEST, received()).when(deny).then(denied)
    given(REQUEST, received(), denied).when(deny).then()
    carried = CarryOutErasure(person_id=PERSON, document=CIRCULAR)
    given(REQUEST, received(), denied).when(carried, FACTS).then_refused(AnsweredOtherwise, state="denied")
    late = msgspec.structs.replace(deny, document=msgspec.structs.replace(CIRCULAR, issued="2024-07-01"))
    given(REQUEST, received()).when(late).then_refused(NotYetHappened, field="document.issued")


def test_it_is_the_federations_matter_and_what_it_says_is_sealed_for_the_person() -> None:
    state = REQUEST.fold([received()])
    deny = DenyRequest(reason="phải lưu", document=CIRCULAR)
    assert REQUEST.unit(deny, state) is None
    assert REQUEST.person(deny, state) == PERSON
