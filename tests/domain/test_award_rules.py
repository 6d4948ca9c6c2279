"""What an award's decision rests on: the pinned rules and their hash, the prize by its coefficient, concurrence."""

from datetime import date
from hashlib import sha256
from typing import Any

import msgspec
import pytest

from domain.award import AWARD
from domain.award.evolve import Award
from domain.award.messages import (
    AppraiseDossier,
    AwardDecided,
    CheckEligibility,
    DecideAward,
    Facts,
    NominateAward,
    UnitOnLine,
)
from domain.award.refusals import NotEligible
from domain.award.settle import case_of
from domain.directive import TitleSpec
from domain.events import encode
from domain.paper import Document
from domain.rules import BaseSalary, Case, Concurrence, PrizeCoefficient, RuleSet, obstacles
from tests.support.scenario import carried_out, given, next_events

LAW: dict[str, Any] = {"source": "law", "cites": "Luật Thi đua, khen thưởng"}
IDS = tuple(f"00000000-0000-4000-8000-00000000000{number}" for number in range(1, 5))
SALARIES = (BaseSalary(**LAW, effective_from=date(2023, 7, 1), monthly_vnd=1_800_000),)
RULES = RuleSet(
    code="khen-nhanh", name="Khen đột xuất", issuer="Liên đoàn A", source="assumed", cites="giả định",
    rules=(PrizeCoefficient(**LAW, coefficient_x100=30, base_salaries=SALARIES),),
)  # fmt: skip
TITLE = TitleSpec(
    code="khen-nhanh", name="Khen", section="I", form="giay-khen", subjects=("individual",), decided_by="federation",
    rules="khen-nhanh", fast_path=True,
)  # fmt: skip
CASE = Case(subject="individual", year=2024, day=date(2024, 1, 1), period_from=date(2024, 1, 1))
FACTS = Facts(rule_set=RULES, case=CASE)
NOMINATING = Facts(
    campaign_open=True, title=TITLE, employment="direct-worker", line=(UnitOnLine(unit_id=IDS[1], level="federation"),)
)
nominate = NominateAward(
    campaign_id=IDS[0], year=2024, title="khen-nhanh", scheme="ad-hoc", unit_id=IDS[1], person_id=IDS[2],
    achievement="cuu-nguoi", report="thành tích", fast_path=True,
)  # fmt: skip
PAPER = Document(kind="Quyết định", number="1/QĐ", issued="2024-06-28", title="Khen thưởng", issuer="Liên đoàn A")
decide = DecideAward(decision=PAPER, signing_body="Ban Thường vụ")
CHECKED = carried_out(
    AWARD, (nominate, NOMINATING), AppraiseDossier(supports=True, opinion="đồng ý"), (CheckEligibility(), FACTS)
)


def decided(command: DecideAward = decide) -> AwardDecided:
    (event,) = next_events(AWARD, CHECKED, command, FACTS)
    assert isinstance(event, AwardDecided)
    return event


def test_check_and_decision_pin_the_hash_of_the_rule_set_s_bytes_as_they_are_stored() -> None:
    for event in (CHECKED[-1], decided()):
        stored = msgspec.json.decode(encode(event), type=dict[str, msgspec.Raw])["rule_set"]
        assert event.rule_set_sha256 == sha256(bytes(stored)).hexdigest()


def test_the_prize_comes_from_the_coefficient_and_another_one_is_an_obstacle_with_both_figures() -> None:
    assert decided().prize_vnd == 540_000
    assert decided(msgspec.structs.replace(decide, prize_vnd=540_000)).prize_vnd == 540_000
    other = msgspec.structs.replace(decide, prize_vnd=500_000)
    with pytest.raises(NotEligible) as refused:
        next_events(AWARD, CHECKED, other, FACTS)
    found: Any = refused.value.facts["obstacles"]
    assert [(each["facts"]["stated_vnd"], each["facts"]["due_vnd"]) for each in found] == [(500_000, 540_000)]
    given(AWARD, *CHECKED, decided()).when(decide, FACTS).then()


def test_the_dossier_s_own_parts_and_concurrences_are_put_into_the_case() -> None:
    state: Award = AWARD.fold(CHECKED)
    assert state.nominated is not None
    agreed = (Concurrence(body="ubnd-tinh", agrees=True),)
    state = msgspec.structs.replace(state, parts=("minutes",), concurrences=agreed)
    assert state.nominated is not None
    case = case_of(state, state.nominated, CASE, date(2024, 6, 30))
    assert (case.parts, case.concurrences, case.prize_vnd) == (("minutes",), agreed, None)
    assert obstacles(decided().reasons) == ()
