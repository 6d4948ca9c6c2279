"""Another rule set over a past campaign: who gains, who loses, who stays, and what is not known is not guessed."""

from datetime import date
from typing import Any
from uuid import uuid4

import msgspec
import pytest

from adapters.console.rule_sets import told
from application.trying import Trial, Verdict, try_rules
from domain.award import AWARD
from domain.award.messages import AppraiseDossier, CheckEligibility, DecideAward, NominateAward
from domain.campaign import CAMPAIGN
from domain.campaign.messages import DraftCampaign, LaunchCampaign
from domain.directive import TitleSpec
from domain.member import MEMBER
from domain.member.messages import ReportService
from domain.rules import (
    BaseSalary,
    NotAwardedTwice,
    PointsAtLeast,
    PrizeCoefficient,
    RuleSet,
    SeniorityYearsMin,
    ServiceMonthsMin,
)
from tests.support.directives import PLAN, SMALL
from tests.support.world import World, member

pytestmark = pytest.mark.anyio

LAW: dict[str, Any] = {"source": "law", "cites": "Luật Thi đua, khen thưởng"}
OLD = RuleSet(
    code="ldtt", name="Lao động tiên tiến", issuer="Liên đoàn A", source="assumed", cites="bài thử",
    rules=(ServiceMonthsMin(**LAW, months=10), NotAwardedTwice(**LAW)),
)  # fmt: skip
TITLE = TitleSpec(
    code="ldtt", name="Lao động tiên tiến", section="I", form="title", subjects=("individual",),
    decided_by="federation", rules="ldtt", fast_path=True,
)  # fmt: skip
DIRECTIVE = msgspec.structs.replace(SMALL, titles=(*SMALL.titles, TITLE), rule_sets=(*SMALL.rule_sets, OLD))


def asking(*rules: Any) -> RuleSet:
    return msgspec.structs.replace(OLD, version=2, rules=rules)


class LastYear(World):
    """Three people with 12, 10 and 8 months of service: the first is granted the title, the second checked."""

    async def awarded(self) -> "LastYear":
        await self.established()
        self.campaign = str(uuid4())
        await self.send(CAMPAIGN, self.campaign, DraftCampaign(issuer_id=self.federation, directive=DIRECTIVE))
        await self.send(CAMPAIGN, self.campaign, LaunchCampaign(happened_on=date(2024, 1, 15)))
        self.awards = [await self.nominated(months) for months in (12, 10, 8)]
        await self.send(AWARD, self.awards[0], DecideAward(decision=PLAN, signing_body="Ban Thường vụ"))
        return self

    async def nominated(self, months: int) -> str:
        person, award = str(uuid4()), str(uuid4())
        await self.send(MEMBER, person, member(person, self.base))
        await self.send(MEMBER, person, ReportService(year=2024, months_of_service=months, absent_days=0))
        nominated = NominateAward(
            campaign_id=self.campaign, year=2024, title="ldtt", scheme="ad-hoc", unit_id=self.base, person_id=person,
            achievement=f"viec-{person[:8]}", report="thành tích", fast_path=True,
        )  # fmt: skip
        for step in (nominated, AppraiseDossier(supports=True, opinion="đồng ý"), CheckEligibility()):
            await self.send(AWARD, award, step)
        return award

    async def tried(self, rules: RuleSet, **more: Any) -> Trial:
        return await try_rules(self.platform.store, self.tenant, self.campaign, rules, **more)


def verdicts(trial: Trial) -> list[Verdict]:
    return [dossier.verdict for dossier in trial.dossiers]


async def test_a_stricter_rule_takes_from_some_and_a_milder_one_gives_to_others_with_the_reason() -> None:
    world = await LastYear().awarded()
    before = await world.platform.store.heads()
    stricter = await world.tried(asking(ServiceMonthsMin(**LAW, months=11)))
    assert verdicts(stricter) == ["keeps", "loses", "stays-without"]
    assert [dossier.judged for dossier in stricter.dossiers] == ["decision", "check", "check"]
    (reason,) = stricter.dossiers[1].because
    assert (reason.rule, reason.facts) == ("service-months-min", {"months_min": 11, "months": 10})
    milder = await world.tried(asking(ServiceMonthsMin(**LAW, months=8)))
    assert verdicts(milder) == ["keeps", "keeps", "gains"]
    assert [each.facts["months_min"] for each in milder.dossiers[2].because] == [10]
    assert (milder.count("gains"), milder.count("loses")) == (1, 0)
    assert await world.platform.store.heads() == before


async def test_the_same_rules_change_nothing() -> None:
    world = await LastYear().awarded()
    assert verdicts(await world.tried(OLD)) == ["keeps", "keeps", "stays-without"]


async def test_another_coefficient_of_the_prize_is_a_change_of_who_keeps_the_title() -> None:
    world = await LastYear().awarded()
    salary = BaseSalary(effective_from=date(2023, 7, 1), monthly_vnd=1_800_000, source="law", cites="Nghị định")
    prize = PrizeCoefficient(**LAW, coefficient_x100=30, base_salaries=(salary,))
    trial = await world.tried(asking(ServiceMonthsMin(**LAW, months=10), prize))
    assert [(each.verdict, each.prize_vnd, each.prize_now_vnd) for each in trial.dossiers] == [
        ("keeps", None, 540_000), ("keeps", None, None), ("stays-without", None, None),
    ]  # fmt: skip
    assert any("0 → 540000 đồng" in line for line in told(trial))


async def test_what_the_old_case_does_not_hold_is_told_as_unknown() -> None:
    world = await LastYear().awarded()
    known = asking(SeniorityYearsMin(**LAW, years=2))
    assert verdicts(await world.tried(known)) == ["keeps", "keeps", "gains"]
    trial = await world.tried(asking(PointsAtLeast(**LAW, points_x100=9_000)))
    assert verdicts(trial) == ["unknown"] * 3
    assert [dossier.because[0].outcome for dossier in trial.dossiers] == ["unknown"] * 3


async def test_one_title_may_be_chosen_and_what_was_never_judged_is_counted_apart() -> None:
    world = await LastYear().awarded()
    person, award = str(uuid4()), str(uuid4())
    await world.send(MEMBER, person, member(person, world.base))
    nominated = NominateAward(
        campaign_id=world.campaign, year=2024, title="cong-nhan-gioi", scheme="movement", unit_id=world.base,
        person_id=person, achievement="khac", report="thành tích",
    )  # fmt: skip
    await world.send(AWARD, award, nominated)
    assert len((await world.tried(OLD)).dossiers) == 3
    other = await world.tried(OLD, title="cong-nhan-gioi")
    assert (other.dossiers, other.unjudged) == ((), 1)
    whole = await world.tried(msgspec.structs.replace(OLD, code="khac"))
    assert (len(whole.dossiers), whole.unjudged) == (3, 1)
