from datetime import date

from msgspec.structs import replace

from domain.allotment import (
    ALLOTMENT,
    AllotTarget,
    AllottedElsewhere,
    CampaignOver,
    Facts,
    TargetAllotted,
    TargetNotAllotted,
    TargetUnknown,
    UnitUnknown,
)
from domain.dates import Span
from domain.decider import Read
from domain.paper import Document
from domain.refusals import Invalid, NotYetHappened
from tests.support.scenario import given

CAMPAIGN, UNIT, OTHER = (f"00000000-0000-4000-8000-00000000000{n}" for n in (1, 2, 3))
DECISION = Document(
    kind="Quyết định", number="12/QĐ-LĐLĐ", issued="2021-01-20", title="Giao chỉ tiêu năm 2021", issuer="LĐLĐ tỉnh"
)
LATER = replace(DECISION, number="40/QĐ-LĐLĐ", issued="2021-06-30")
READ = (Read(stream=f"campaign-{CAMPAIGN}", version=2),)
FACTS = Facts(running=True, allotted="yearly", unit_known=True, read=READ)

allot = AllotTarget(campaign_id=CAMPAIGN, target="chi-tieu", unit_id=UNIT, period="2021", number=12, document=DECISION)
allotted = TargetAllotted(
    campaign_id=CAMPAIGN, target="chi-tieu", unit_id=UNIT, period="2021", number=12, document=DECISION, read_at=READ
)


def test_a_decision_gives_a_unit_its_number_for_a_period() -> None:
    given(ALLOTMENT).when(allot, FACTS).then(allotted)


def test_allotting_the_same_by_the_same_decision_again_changes_nothing() -> None:
    given(ALLOTMENT, allotted).when(allot, FACTS).then()
    given(ALLOTMENT, allotted).when(allot, replace(FACTS, running=False)).then()


def test_a_later_decision_replaces_the_number() -> None:
    again = replace(allot, number=15, document=LATER)
    replaced = replace(allotted, number=15, document=LATER)
    given(ALLOTMENT, allotted).when(again, FACTS).then(replaced)
    given(ALLOTMENT, allotted, replaced).when(again, FACTS).then()


def test_the_same_number_by_a_later_decision_is_recorded() -> None:
    given(ALLOTMENT, allotted).when(replace(allot, document=LATER), FACTS).then(replace(allotted, document=LATER))


def test_an_allotment_stays_with_its_unit_target_and_period() -> None:
    for elsewhere in ({"unit_id": OTHER}, {"target": "khac"}, {"period": "2022"}, {"campaign_id": OTHER}):
        command = replace(allot, **elsewhere)
        given(ALLOTMENT, allotted).when(command, FACTS).then_refused(AllottedElsewhere, unit_id=UNIT, period="2021")


def test_only_a_target_that_the_directive_allots_is_allotted() -> None:
    given(ALLOTMENT).when(allot, replace(FACTS, allotted=None)).then_refused(TargetUnknown, target="chi-tieu")
    given(ALLOTMENT).when(allot, replace(FACTS, allotted="no")).then_refused(TargetNotAllotted, target="chi-tieu")


def test_a_unit_outside_the_campaign_is_given_nothing() -> None:
    given(ALLOTMENT).when(allot, replace(FACTS, unit_known=False)).then_refused(UnitUnknown, unit_id=UNIT)


def test_what_is_allotted_each_year_is_allotted_for_a_year_of_the_campaign() -> None:
    decade = Span(code="2021-2030", opens_on=date(2021, 1, 1), closes_on=date(2030, 12, 31))
    known = replace(FACTS, horizon=decade)
    for period in ("2020", "2031", "dot-1"):
        given(ALLOTMENT).when(replace(allot, period=period), known).then_refused(Invalid, field="period")
    given(ALLOTMENT).when(allot, known).then(allotted)
    given(ALLOTMENT).when(replace(allot, period="ca-nam"), replace(known, allotted="once")).then(
        replace(allotted, period="ca-nam")
    )


def test_a_decision_is_not_dated_ahead() -> None:
    ahead = replace(allot, document=replace(DECISION, issued="2024-07-01"))
    given(ALLOTMENT).when(ahead, FACTS).then_refused(NotYetHappened, field="document.issued")


def test_nothing_is_allotted_once_the_campaign_is_over() -> None:
    given(ALLOTMENT).when(allot, replace(FACTS, running=False)).then_refused(CampaignOver)
