"""What a unit above demands once; and who has a directive."""

from datetime import UTC, date, datetime

import msgspec

from domain.dates import AfterEachPhase, Before, NoLaterThan, Occurrence, Span, WithinWorkingDays
from domain.delivery import (
    DELIVERY,
    AcknowledgeDirective,
    AcknowledgedOtherwise,
    CampaignUnknown,
    DeliveryRecorded,
    DirectiveAcknowledged,
    NotTheIssuer,
    RecipientUnknown,
    RecordDelivery,
    RecordedOtherwise,
)
from domain.delivery import Facts as DeliveryFacts
from domain.delivery import UnitUnknown as NotInCampaign
from domain.demand import (
    DEMAND,
    CampaignNotRunning,
    DemandDuty,
    DemandedOtherwise,
    DemandUnknown,
    DemandWithdrawn,
    DutyDemanded,
    Facts,
    NotAbove,
    UnitUnknown,
    WithdrawDemand,
    WithdrawnAlready,
)
from domain.refusals import Invalid, NotYetHappened
from tests.support.calendars import CALENDAR
from tests.support.scenario import given

CAMPAIGN, ABOVE, UNIT, OTHER = (f"00000000-0000-4000-8000-00000000000{n}" for n in (1, 2, 3, 4))
NOW = datetime(2024, 4, 20, 5, tzinfo=UTC)
TODAY = date(2024, 4, 20)
YEAR = Span(code="2024", opens_on=date(2024, 1, 1), closes_on=date(2024, 12, 31))
PHASES = (
    Span(code="dot-1", opens_on=date(2024, 1, 1), closes_on=date(2024, 3, 31)),
    Span(code="dot-2", opens_on=date(2024, 4, 1), closes_on=date(2024, 12, 31)),
)
FACTS = Facts(running=True, horizon=YEAR, phases=PHASES)

demand = DemandDuty(
    campaign_id=CAMPAIGN, by_unit_id=ABOVE, unit_ids=(UNIT, OTHER), kind="report", name="Báo cáo đột xuất",
    wording="Báo cáo trước ngày 10/5/2024", due=Before(day=date(2024, 5, 10)), addressees=("Ban CSPL",),
    channel="công văn",
)  # fmt: skip
demanded = DutyDemanded(
    campaign_id=CAMPAIGN, by_unit_id=ABOVE, unit_ids=(UNIT, OTHER), kind="report", name="Báo cáo đột xuất",
    wording="Báo cáo trước ngày 10/5/2024", due=Before(day=date(2024, 5, 10)), addressees=("Ban CSPL",),
    channel="công văn", department=None, proof=None, document=None, demanded_on=TODAY,
    dates=(Occurrence(code="", opens_on=TODAY, due_on=date(2024, 5, 9)),), read_at=(),
)  # fmt: skip
withdrawn = DemandWithdrawn(reason="đã có số liệu")


def test_a_demand_is_made_once_with_its_dates() -> None:
    given(DEMAND).when(demand, FACTS, NOW).then(demanded)
    given(DEMAND, demanded).when(demand, FACTS, NOW).then()
    other = msgspec.structs.replace(demand, name="Tọa đàm")
    given(DEMAND, demanded).when(other, FACTS, NOW).then_refused(DemandedOtherwise, name="Báo cáo đột xuất")


def test_a_demand_is_to_units_below_in_a_running_campaign() -> None:
    change = msgspec.structs.replace
    given(DEMAND).when(demand, change(FACTS, running=False), NOW).then_refused(CampaignNotRunning)
    given(DEMAND).when(demand, change(FACTS, missing=(UNIT,)), NOW).then_refused(UnitUnknown, unit_ids=(UNIT,))
    given(DEMAND).when(demand, change(FACTS, elsewhere=(OTHER,)), NOW).then_refused(NotAbove, unit_ids=(OTHER,))
    twice = change(demand, unit_ids=(UNIT, UNIT))
    given(DEMAND).when(twice, FACTS, NOW).then_refused(Invalid, field="unit_ids")


def test_what_was_due_before_it_was_asked_for_is_not_owed() -> None:
    late = msgspec.structs.replace(demand, due=NoLaterThan(day=date(2024, 4, 19)))
    given(DEMAND).when(late, FACTS, NOW).then_refused(Invalid, field="due")
    each = msgspec.structs.replace(demand, due=AfterEachPhase(days=10))
    (event,) = DEMAND.decide(each, DEMAND.initial, FACTS, NOW)
    assert isinstance(event, DutyDemanded)
    assert [time.code for time in event.dates] == ["dot-2"]
    none = msgspec.structs.replace(FACTS, phases=())
    given(DEMAND).when(each, none, NOW).then_refused(Invalid, field="due.kind")


def test_working_days_of_a_demand_are_counted_from_it() -> None:
    facts = msgspec.structs.replace(FACTS, calendar=CALENDAR)
    asked = msgspec.structs.replace(demand, due=WithinWorkingDays(days=5, of="demand"))
    (event,) = DEMAND.decide(asked, DEMAND.initial, facts, NOW)
    assert isinstance(event, DutyDemanded)
    assert [time.due_on for time in event.dates] == [date(2024, 4, 26)]
    launched = msgspec.structs.replace(demand, due=WithinWorkingDays(days=5, of="launch"))
    given(DEMAND).when(launched, facts, NOW).then_refused(Invalid, field="due.of")


def test_a_demand_is_withdrawn_by_who_made_it() -> None:
    withdraw = WithdrawDemand(reason="đã có số liệu")
    given(DEMAND, demanded).when(withdraw, None, NOW).then(withdrawn)
    given(DEMAND, demanded, withdrawn).when(withdraw, None, NOW).then()
    given(DEMAND, demanded, withdrawn).when(WithdrawDemand(reason="khác"), None, NOW).then_refused(WithdrawnAlready)
    given(DEMAND).when(withdraw, None, NOW).then_refused(DemandUnknown)
    assert DEMAND.unit(withdraw, DEMAND.fold([demanded])) == DEMAND.unit(demand, DEMAND.initial) == ABOVE


HAVING = DeliveryFacts(launched=True, issuer_id=ABOVE, recipients=("Thường trực Tỉnh ủy",), takes_part=True)
acknowledge = AcknowledgeDirective(campaign_id=CAMPAIGN, unit_id=UNIT)
acknowledged = DirectiveAcknowledged(campaign_id=CAMPAIGN, unit_id=UNIT, acknowledged_on=TODAY, read_at=())
record = RecordDelivery(
    campaign_id=CAMPAIGN, issuer_id=ABOVE, recipient="Thường trực Tỉnh ủy", on=TODAY, channel="công văn"
)
recorded = DeliveryRecorded(
    campaign_id=CAMPAIGN, issuer_id=ABOVE, recipient="Thường trực Tỉnh ủy", on=TODAY, channel="công văn",
    document=None, read_at=(),
)  # fmt: skip


def test_a_unit_acknowledges_a_directive_once() -> None:
    given(DELIVERY).when(acknowledge, HAVING, NOW).then(acknowledged)
    given(DELIVERY, acknowledged).when(acknowledge, HAVING, NOW).then()
    earlier = msgspec.structs.replace(acknowledge, happened_on=date(2024, 4, 1))
    given(DELIVERY, acknowledged).when(earlier, HAVING, NOW).then_refused(AcknowledgedOtherwise)
    given(DELIVERY).when(acknowledge, DeliveryFacts(), NOW).then_refused(CampaignUnknown)
    outside = msgspec.structs.replace(HAVING, takes_part=False)
    given(DELIVERY).when(acknowledge, outside, NOW).then_refused(NotInCampaign, unit_id=UNIT)


def test_the_issuer_records_a_delivery_to_a_recipient_of_the_list() -> None:
    given(DELIVERY).when(record, HAVING, NOW).then(recorded)
    given(DELIVERY, recorded).when(record, HAVING, NOW).then()
    change = msgspec.structs.replace
    by_hand = change(record, channel="trao tay")
    given(DELIVERY, recorded).when(by_hand, HAVING, NOW).then_refused(RecordedOtherwise, channel="công văn")
    for history in ((), (recorded,)):
        given(DELIVERY, *history).when(change(record, issuer_id=UNIT), HAVING, NOW).then_refused(NotTheIssuer)
    given(DELIVERY).when(change(record, recipient="Báo"), HAVING, NOW).then_refused(RecipientUnknown, recipient="Báo")
    tomorrow = change(record, on=date(2024, 4, 21))
    given(DELIVERY).when(tomorrow, HAVING, NOW).then_refused(NotYetHappened, field="on")
    given(DELIVERY).when(record, DeliveryFacts(), NOW).then_refused(CampaignUnknown)
    assert (DELIVERY.unit(record, DELIVERY.initial), DELIVERY.unit(acknowledge, DELIVERY.initial)) == (ABOVE, UNIT)
