"""What a person is judged by: their record and those that were merged into it, each year's class in its year."""

from datetime import UTC, date, datetime
from uuid import uuid4

import pytest

from application.facts.case import _titles
from application.reading import Reader
from domain.award import AWARD
from domain.award.evolve import Award
from domain.award.evolve import Status as AwardStatus
from domain.award.messages import AppraiseDossier, AwardNominated, CheckEligibility, NominateAward
from domain.campaign import CAMPAIGN
from domain.campaign.messages import DraftCampaign, LaunchCampaign
from domain.evaluation import EVALUATION
from domain.evaluation.messages import AppraiseEvaluation, ClassifyEvaluation, OpenEvaluation, Score, SelfScore
from domain.member import MEMBER
from domain.member.messages import MergeMember, RecordDiscipline, RecordMemberTitle, StrikeMemberTitle
from domain.rules import Case, ClassGiven
from domain.titles import TitleRecord
from tests.support.directives import PLAN, SMALL
from tests.support.world import World, member

pytestmark = pytest.mark.anyio

FULL = (Score(criterion="nang-suat-diem", points_x100=6_000), Score(criterion="phong-trao", points_x100=4_000))
WARNING = RecordDiscipline(kind="warning", on=date(2024, 2, 1), ground="căn cứ")


class Campaign(World):
    async def running(self) -> "Campaign":
        await self.established()
        self.campaign = str(uuid4())
        await self.send(CAMPAIGN, self.campaign, DraftCampaign(issuer_id=self.federation, directive=SMALL))
        await self.send(CAMPAIGN, self.campaign, LaunchCampaign(happened_on=date(2024, 1, 15)))
        return self

    async def enrolled(self) -> str:
        person = str(uuid4())
        await self.send(MEMBER, person, member(person, self.base))
        return person

    async def classified(self, person: str, period: str) -> str:
        """The evaluation of somebody with full marks."""
        one = str(uuid4())
        opened = OpenEvaluation(
            campaign_id=self.campaign, unit_id=self.base, person_id=person, period=period, rubric="bang-diem"
        )
        for step in (opened, SelfScore(scores=FULL), AppraiseEvaluation(scores=FULL), ClassifyEvaluation()):
            await self.send(EVALUATION, one, step)
        return one

    async def case_of(self, person: str) -> Case:
        """What the rules are told of somebody who is nominated for 2024."""
        award = str(uuid4())
        nominated = NominateAward(
            campaign_id=self.campaign, year=2024, title="cong-nhan-gioi", scheme="movement", unit_id=self.base,
            person_id=person, achievement="lao-dong-gioi", report="thành tích",
        )  # fmt: skip
        for step in (nominated, AppraiseDossier(supports=True, opinion="đồng ý"), CheckEligibility()):
            await self.send(AWARD, award, step)
        checked = (await self.reader().state(AWARD, award)).checked
        assert checked is not None
        return checked.case

    def reader(self) -> Reader:
        return self.platform.reader(self.tenant)


async def test_a_discipline_on_a_record_that_was_merged_still_counts() -> None:
    world = await Campaign().running()
    first, second, goes_on = [await world.enrolled() for _ in range(3)]
    await world.send(MEMBER, first, WARNING)
    await world.send(MEMBER, first, MergeMember(into=second))
    await world.send(MEMBER, second, MergeMember(into=goes_on))
    assert [one.kind for one in (await world.case_of(goes_on)).disciplines or ()] == ["warning"]
    evaluation = await world.classified(goes_on, "2024")
    assert (await world.reader().state(EVALUATION, evaluation)).disciplines == ("warning",)


async def test_what_was_achieved_on_a_record_that_was_merged_is_the_persons_own() -> None:
    world = await Campaign().running()
    before, goes_on = await world.enrolled(), await world.enrolled()
    await world.classified(before, "2024")
    await world.send(MEMBER, before, MergeMember(into=goes_on))
    assert (await world.case_of(goes_on)).classes == (ClassGiven(year=2024, code="xuat-sac", points_x100=10_000),)


async def test_a_class_given_after_the_campaigns_last_year_is_for_that_year() -> None:
    world = await Campaign().running()
    person = await world.enrolled()
    world.clock.at = datetime(2025, 1, 15, tzinfo=UTC)
    await world.classified(person, "Đợt 2")
    assert (await world.case_of(person)).classes == (ClassGiven(year=2024, code="xuat-sac", points_x100=10_000),)


async def test_a_title_from_before_counts_beside_those_granted_here_and_once() -> None:
    world = await Campaign().running()
    person, before = await world.enrolled(), await world.enrolled()
    await world.send(MEMBER, person, on_record(2022))
    await world.send(MEMBER, before, on_record(2022))
    await world.send(MEMBER, before, on_record(2023))
    await world.send(MEMBER, before, MergeMember(into=person))
    titles = (await world.case_of(person)).titles or ()
    assert [(held.year, held.source, held.issuer) for held in titles] == [
        (2022, "recorded", "LĐLĐ tỉnh"),
        (2023, "recorded", "LĐLĐ tỉnh"),
    ]
    await world.send(MEMBER, person, StrikeMemberTitle(title="cong-nhan-gioi", year=2022, reason="x", document=PLAN))
    assert [held.year for held in (await world.case_of(person)).titles or ()] == [2022, 2023]
    assert (await world.case_of(await world.enrolled())).titles == ()


def test_a_title_granted_here_is_not_counted_again_for_being_on_record() -> None:
    nominated = AwardNominated(
        campaign_id=str(uuid4()), phase=None, year=2023, title="cong-nhan-gioi", title_name="Công nhân giỏi",
        title_source="directive", form="title", scheme="movement", unit_id=str(uuid4()), person_id=None,
        employment="collective", registration_id=None, evaluation_id=None, achievement="a", report="sealed:1:a:b",
        fast_path=False, level="federation", appraiser_id=None, deciding_unit_id=None, prize_vnd=None, read_at=(),
    )  # fmt: skip
    granted = Award(status=AwardStatus.DECIDED, nominated=nominated)
    recorded = [TitleRecord(**{name: getattr(on_record(year), name) for name in TitleRecord.__struct_fields__})
                for year in (2023, 2022)]  # fmt: skip
    told = _titles({str(uuid4()): granted}, recorded)
    assert [(held.year, held.source) for held in told] == [(2023, "decided"), (2022, "recorded")]
    revoked = Award(status=AwardStatus.REVOKED, nominated=nominated)
    assert [held.source for held in _titles({str(uuid4()): revoked}, recorded)] == ["recorded", "recorded"]


def on_record(year: int) -> RecordMemberTitle:
    return RecordMemberTitle(
        title="cong-nhan-gioi", title_name="Công nhân giỏi", year=year, scheme="movement", level="federation",
        issuer="LĐLĐ tỉnh", decision=PLAN,
    )  # fmt: skip
