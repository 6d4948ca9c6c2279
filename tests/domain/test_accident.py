"""Accidents at work that a unit reports: what rules about fatal ones read."""

from datetime import date
from typing import Any

from domain.paper import Document
from domain.refusals import Invalid, NotYetHappened
from domain.unit import UNIT, AccidentReported, OutOfOrder, ReportAccident, UnitEstablished, UnitUnknown
from tests.support.scenario import given

OWN, UPPER = (f"00000000-0000-4000-8000-00000000000{n}" for n in (1, 2))
established = UnitEstablished(
    unit_id=OWN, code="may-a", name="Công đoàn May A", level="grassroots", parent_id=UPPER,
    sector="non-state-enterprise", has_union=True, cluster=None, on=date(2020, 1, 1), read_at=(),
)  # fmt: skip
MINUTES = Document(
    kind="Biên bản", number="3/BB", issued="2024-05-07", title="Điều tra tai nạn", issuer="Đoàn điều tra"
)
DAY = date(2024, 5, 6)
report = ReportAccident(on=DAY, deaths=1, injured=2, document=MINUTES)
reported = AccidentReported(on=DAY, deaths=1, injured=2, document=MINUTES)


def accidents(*history: Any) -> tuple[AccidentReported, ...]:
    state = UNIT.fold((established, *history))
    return tuple(state.accidents)


def test_a_unit_reports_an_accident_once() -> None:
    given(UNIT, established).when(report).then(reported)
    given(UNIT, established, reported).when(report).then()


def test_another_report_for_the_day_corrects_the_first() -> None:
    more = AccidentReported(on=DAY, deaths=2, injured=1, document=MINUTES)
    given(UNIT, established, reported).when(ReportAccident(on=DAY, deaths=2, injured=1, document=MINUTES)).then(more)
    other = AccidentReported(on=date(2024, 6, 1), deaths=0, injured=1, document=None)
    assert accidents(reported, other, more) == (other, more)


def test_an_accident_that_cannot_be_is_refused() -> None:
    nobody = ReportAccident(on=DAY, deaths=0, injured=0)
    given(UNIT, established).when(nobody).then_refused(Invalid, field="injured")
    given(UNIT).when(report).then_refused(UnitUnknown)
    given(UNIT, established).when(ReportAccident(on=date(2024, 7, 1), deaths=0, injured=1)).then_refused(NotYetHappened)
    early = ReportAccident(on=date(2019, 1, 1), deaths=0, injured=1)
    given(UNIT, established).when(early).then_refused(OutOfOrder)
    ahead = Document(kind="Biên bản", issued="2024-07-01", title="Điều tra", issuer="Đoàn điều tra")
    later = ReportAccident(on=DAY, deaths=0, injured=1, document=ahead)
    given(UNIT, established).when(later).then_refused(NotYetHappened, field="document.issued")
