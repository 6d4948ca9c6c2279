"""What the rules are told of a collective: its persons' titles, classes and disciplines, accidents, proposals."""

from datetime import date
from typing import Any
from uuid import uuid4

import msgspec
import pytest

from application.facts import case as case_facts
from domain.award import AWARD
from domain.award.evolve import Award
from domain.award.messages import (
    AppraiseDossier,
    CheckEligibility,
    DecideAward,
    DeclineAward,
    NominateAward,
    RevokeAward,
)
from domain.campaign import CAMPAIGN
from domain.campaign.messages import DraftCampaign, LaunchCampaign
from domain.directive import TitleSpec
from domain.evaluation import EVALUATION
from domain.evaluation.messages import AppraiseEvaluation, ClassifyEvaluation, OpenEvaluation, Score, SelfScore
from domain.member import MEMBER
from domain.member.messages import RecordDiscipline
from domain.rules import (
    CollectiveCount,
    Counted,
    HoldersShareMin,
    NoFatalAccident,
    NoMemberDiscipline,
    ProposalsMax,
    RuleSet,
    TasksShareMin,
)
from domain.unit import UNIT, ReportAccident, ReportHeadcount
from tests.support.directives import PLAN, SMALL
from tests.support.world import World, member

pytestmark = pytest.mark.anyio

LAW: dict[str, Any] = {"source": "law", "cites": "Luật Thi đua, khen thưởng"}
FULL = (Score(criterion="nang-suat-diem", points_x100=6_000), Score(criterion="phong-trao", points_x100=4_000))


def rule_set(code: str, *rules: Any) -> RuleSet:
    return RuleSet(code=code, name=code, issuer="Liên đoàn A", source="assumed", cites="bài thử", rules=rules)


def title(code: str, subject: Any) -> TitleSpec:
    return TitleSpec(
        code=code, name=code, section="I", form="title", subjects=(subject,), decided_by="federation", rules=code,
        fast_path=True,
    )  # fmt: skip


DIRECTIVE = msgspec.structs.replace(
    SMALL,
    titles=(
        *SMALL.titles,
        title("ldtt", "individual"),
        title("tap-the", "collective"),
        title("bang-khen", "collective"),
    ),
    rule_sets=(
        *SMALL.rule_sets,
        rule_set("ldtt"),
        rule_set(
            "tap-the",
            HoldersShareMin(**LAW, title="ldtt", share_x100=7_000),
            TasksShareMin(**LAW, classes=("xuat-sac",), share_x100=5_000),
            NoMemberDiscipline(**LAW),
            NoFatalAccident(**LAW),
        ),
        rule_set("bang-khen", ProposalsMax(**LAW, count=2)),
    ),
)


class Collective(World):
    async def running(self) -> "Collective":
        await self.established()
        self.campaign = str(uuid4())
        await self.send(CAMPAIGN, self.campaign, DraftCampaign(issuer_id=self.federation, directive=DIRECTIVE))
        await self.send(CAMPAIGN, self.campaign, LaunchCampaign(happened_on=date(2024, 1, 15)))
        counted = ReportHeadcount(members=3, workers=3, direct_workers=3, on=date(2024, 2, 1))
        await self.send(UNIT, self.base, counted)
        return self

    async def nominated(self, title: str, achievement: str, person: str | None = None) -> str:
        award = str(uuid4())
        nominated = NominateAward(
            campaign_id=self.campaign, year=2024, title=title, scheme="ad-hoc", unit_id=self.base, person_id=person,
            achievement=achievement, report="thành tích", fast_path=True,
        )  # fmt: skip
        for step in (nominated, AppraiseDossier(supports=True, opinion="đồng ý"), CheckEligibility()):
            await self.send(AWARD, award, step)
        return award

    async def holder(self) -> tuple[str, str]:
        """A person with the title of an advanced worker, and the dossier."""
        person = str(uuid4())
        await self.send(MEMBER, person, member(person, self.base))
        award = await self.nominated("ldtt", f"viec-{person[:8]}", person)
        await self.send(AWARD, award, DecideAward(decision=PLAN, signing_body="Ban Thường vụ"))
        return person, award

    async def classified(self, person: str) -> None:
        one = str(uuid4())
        opened = OpenEvaluation(
            campaign_id=self.campaign, unit_id=self.base, person_id=person, period="2024", rubric="bang-diem"
        )
        for step in (opened, SelfScore(scores=FULL), AppraiseEvaluation(scores=FULL), ClassifyEvaluation()):
            await self.send(EVALUATION, one, step)

    async def state(self, award: str) -> Award:
        return await self.platform.reader(self.tenant).state(AWARD, award)

    async def outcomes(self, award: str) -> dict[str, str]:
        checked = (await self.state(award)).checked
        assert checked is not None
        return {reason.rule: reason.outcome for reason in checked.reasons}


async def test_the_persons_of_the_collective_are_counted_and_what_was_read_is_recorded() -> None:
    world = await Collective().running()
    (first, _), (_, lost) = await world.holder(), await world.holder()
    await world.holder()
    await world.send(AWARD, lost, RevokeAward(ground="false-declaration", reason="khai sai", document=PLAN))
    await world.classified(first)
    await world.send(MEMBER, first, RecordDiscipline(kind="warning", on=date(2024, 2, 1), ground="căn cứ"))
    award = await world.nominated("tap-the", "tap-the-2024")
    checked = (await world.state(award)).checked
    assert checked is not None
    assert checked.case.collective == CollectiveCount(
        members=3,
        counted_on=date(2024, 2, 1),
        titles=(Counted(code="ldtt", persons=2),),
        classes=(Counted(code="xuat-sac", persons=1),),
        disciplines=("warning",),
    )
    assert await world.outcomes(award) == {
        "holders-share-min": "against",
        "tasks-share-min": "against",
        "no-member-discipline": "against",
        "no-fatal-accident": "for",
    }
    read = {each.stream for each in checked.read_at}
    assert {f"member-{first}", f"award-{lost}", f"unit-{world.base}"} <= read


async def test_what_nobody_asks_for_is_not_gathered() -> None:
    world = await Collective().running()
    award = await world.nominated("bang-khen", "thanh-tich")
    checked = (await world.state(award)).checked
    assert checked is not None
    assert (checked.case.collective, checked.case.proposals) == (None, 1)


async def test_a_collective_with_too_many_persons_is_not_guessed_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(case_facts, "STREAMS_OF_PERSONS_MAX", 1)
    world = await Collective().running()
    await world.holder()
    award = await world.nominated("tap-the", "tap-the-2024")
    assert (await world.outcomes(award))["holders-share-min"] == "unknown"


async def test_a_fatal_accident_that_the_unit_reported_stands_in_the_way() -> None:
    world = await Collective().running()
    await world.send(UNIT, world.base, ReportAccident(on=date(2024, 2, 2), deaths=0, injured=4))
    assert (await world.outcomes(await world.nominated("tap-the", "mot")))["no-fatal-accident"] == "for"
    await world.send(UNIT, world.base, ReportAccident(on=date(2024, 2, 3), deaths=1, injured=0))
    assert (await world.outcomes(await world.nominated("tap-the", "hai")))["no-fatal-accident"] == "against"


async def test_the_third_proposal_waits_until_an_earlier_one_is_declined() -> None:
    world = await Collective().running()
    first, second, third = [await world.nominated("bang-khen", f"viec-{number}") for number in range(3)]
    assert await world.outcomes(second) == {"proposals-max": "for"}
    assert await world.outcomes(third) == {"proposals-max": "against"}
    await world.send(AWARD, first, DeclineAward(reason="rút"))
    await world.send(AWARD, third, CheckEligibility())
    assert await world.outcomes(third) == {"proposals-max": "for"}
