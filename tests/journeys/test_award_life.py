"""One award from registration to revocation on the in-memory log, by the directive of a shipped file."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import msgspec
import pytest

from application.federation_file import load
from domain.award import AWARD
from domain.award.evolve import Award
from domain.award.evolve import Status as AwardStatus
from domain.award.messages import (
    AppraiseDossier,
    CheckEligibility,
    DecideAward,
    NominateAward,
    PresentAward,
    PublishForComment,
    RevokeAward,
    TakeVote,
)
from domain.award.refusals import NotEligible
from domain.award.settle import rerun
from domain.campaign import CAMPAIGN
from domain.campaign.messages import DraftCampaign, LaunchCampaign
from domain.council import COUNCIL
from domain.council.messages import (
    CheckQuota,
    ConveneCouncil,
    IssueDecision,
    ListDossiers,
    RecordAttendance,
    RecordResult,
    Seat,
    Tally,
)
from domain.directive import Directive, Kind
from domain.evaluation import EVALUATION
from domain.evaluation.messages import (
    AppraiseEvaluation,
    ClassifyEvaluation,
    FinaliseEvaluation,
    OpenEvaluation,
    Score,
    SelfScore,
)
from domain.events import decode
from domain.member import MEMBER
from domain.paper import Document
from domain.registration import REGISTRATION
from domain.registration.messages import Collective, ConfirmRegistration, Individual, SubmitRegistration
from domain.rules import Reason, obstacles
from tests.support.world import World, member

pytestmark = pytest.mark.anyio
DEPLOY = Path(__file__).parents[2] / "deploy"
KON_TUM = load(DEPLOY / "federations" / "kon-tum.toml", DEPLOY / "rules").campaigns[0].directive
TITLE = "giay-khen"


def paper(number: str, issued: str) -> Document:
    return Document(kind="Quyết định", number=number, issued=issued, title="Khen thưởng", issuer="Công đoàn cấp trên")


def full_marks() -> tuple[Score, ...]:
    (rubric,) = KON_TUM.rubrics
    return tuple(Score(criterion=leaf.code, points_x100=leaf.max_x100) for leaf in rubric.leaves())


class Campaign(World):
    """Kon Tum's campaign, launched; one person, registered, confirmed and evaluated."""

    def __init__(self, directive: Directive = KON_TUM) -> None:
        super().__init__()
        self.directive = directive

    async def running(self) -> "Campaign":
        await self.established()
        self.campaign, self.person = str(uuid4()), str(uuid4())
        await self.send(CAMPAIGN, self.campaign, DraftCampaign(issuer_id=self.federation, directive=self.directive))
        await self.send(CAMPAIGN, self.campaign, LaunchCampaign(happened_on=date(2024, 2, 21)))
        await self.send(MEMBER, self.person, member(self.person, self.base))
        return self

    async def registered(self) -> str:
        registration = str(uuid4())
        await self.send(
            REGISTRATION,
            registration,
            SubmitRegistration(
                campaign_id=self.campaign,
                unit_id=self.base,
                kind=Kind.TITLE,
                title=TITLE,
                subject=Individual(person_id=self.person),
                name="Phấn đấu đạt giấy khen",
            ),
        )
        await self.send(REGISTRATION, registration, ConfirmRegistration())
        return registration

    async def evaluated(self) -> str:
        evaluation = str(uuid4())
        opened = OpenEvaluation(
            campaign_id=self.campaign,
            unit_id=self.base,
            person_id=self.person,
            period="Năm 2024",
            rubric=KON_TUM.rubrics[0].code,
        )
        for command in (
            opened,
            SelfScore(scores=full_marks()),
            AppraiseEvaluation(scores=full_marks()),
            ClassifyEvaluation(),
        ):
            await self.send(EVALUATION, evaluation, command)
        self.clock.at += timedelta(days=(KON_TUM.rubrics[0].complaint_days or 0) + 1)
        await self.send(EVALUATION, evaluation, FinaliseEvaluation())
        return evaluation

    async def checked(
        self, registration: str | None, evaluation: str | None, achievement: str, *, fast_path: bool = False
    ) -> str:
        award = str(uuid4())
        nominated = NominateAward(
            campaign_id=self.campaign,
            year=2024,
            title=TITLE,
            scheme="ad-hoc" if fast_path else "movement",
            fast_path=fast_path,
            unit_id=self.base,
            person_id=self.person,
            registration_id=registration,
            evaluation_id=evaluation,
            achievement=achievement,
            report="Báo cáo thành tích",
        )
        for command in (nominated, AppraiseDossier(supports=True, opinion="Đồng ý"), CheckEligibility()):
            await self.send(AWARD, award, command)
        return award

    async def published(self, *awards: str) -> None:
        for award in awards:
            window = PublishForComment(
                published_from=date(2024, 7, 1), published_until=date(2024, 7, 20), channel="Trang tin"
            )
            await self.send(AWARD, award, window)

    async def voted(self, *awards: str) -> Document:
        """A session of nine that all vote for every dossier; its decision for the list."""
        session, minutes, decision = str(uuid4()), paper("05/BB", "2024-08-01"), paper("12/QĐ", "2024-08-02")
        seats = tuple(Seat(seat=f"ghe-{number}", office=f"Ủy viên {number}") for number in range(1, 10))
        convened = ConveneCouncil(
            unit_id=self.upper,
            campaign_id=self.campaign,
            title=TITLE,
            meets_on=date(2024, 8, 1),
            roster=seats,
            chair="ghe-1",
        )
        attendance = RecordAttendance(present=tuple(seat.seat for seat in seats))
        result = RecordResult(
            minutes=minutes,
            ballots_issued=9,
            returned_in_room=9,
            tallies=tuple(Tally(award_id=award, votes_for=9, votes_against=0) for award in awards),
        )
        await self.send(COUNCIL, session, convened)
        await self.send(COUNCIL, session, ListDossiers(award_ids=awards))
        self.clock.at = datetime(2024, 8, 5, tzinfo=UTC)
        for command in (attendance, result):
            await self.send(COUNCIL, session, command)
        for award in awards:
            await self.send(AWARD, award, TakeVote(session_id=session))
        await self.send(COUNCIL, session, CheckQuota())
        await self.send(COUNCIL, session, IssueDecision(decision=decision, signing_body="Ban Thường vụ"))
        return decision

    async def award(self, award: str) -> Award:
        return AWARD.fold(await self.events("award", award))

    async def events(self, kind: str, identity: str) -> list[Any]:
        name = f"{kind}-{identity}"
        stored = (await self.platform.store.load(self.tenant, [name]))[name]
        return [decode(row.type, row.type_version, row.data) for row in stored]


def named(reasons: tuple[Reason, ...]) -> set[str]:
    return {reason.rule for reason in obstacles(reasons)}


async def test_a_registered_and_well_classified_worker_is_granted_the_award_and_loses_it_for_cause() -> None:
    world = await Campaign().running()
    award = await world.checked(await world.registered(), await world.evaluated(), "phan-viec-thu")
    await world.published(award)
    decision = await world.voted(award)
    await world.send(AWARD, award, DecideAward(decision=decision, signing_body="Ban Thường vụ"))
    await world.send(AWARD, award, PresentAward(presented_on=date(2024, 8, 4)))
    granted = await world.award(award)
    assert granted.status is AwardStatus.PRESENTED
    assert granted.decided is not None
    assert rerun(granted.decided) == granted.decided.reasons
    revoked = RevokeAward(ground="false-declaration", reason="Khai man", document=paper("20/QĐ", "2024-08-05"))
    await world.send(AWARD, award, revoked)
    assert (await world.award(award)).status is AwardStatus.REVOKED


async def test_who_is_not_registered_is_not_considered() -> None:
    world = await Campaign().running()
    award = await world.checked(None, await world.evaluated(), "phan-viec-thu")
    checked = (await world.award(award)).checked
    assert checked is not None
    assert named(checked.reasons) == {"registered"}


async def test_one_achievement_is_not_awarded_twice_even_when_both_dossiers_were_eligible() -> None:
    world = await Campaign().running()
    registration, evaluation = await world.registered(), await world.evaluated()
    first = await world.checked(registration, evaluation, "phan-viec-thu")
    second = await world.checked(registration, evaluation, "phan-viec-thu")
    await world.published(first, second)
    decision = await world.voted(first, second)
    grant = DecideAward(decision=decision, signing_body="Ban Thường vụ")
    await world.send(AWARD, first, grant)
    with pytest.raises(NotEligible) as refused:
        await world.send(AWARD, second, grant)
    assert "not-awarded-twice" in str(refused.value.facts)


async def test_one_title_is_not_granted_twice_for_a_year_under_two_names_of_the_achievement() -> None:
    world = await Campaign().running()
    registration, evaluation = await world.registered(), await world.evaluated()
    first = await world.checked(registration, evaluation, "phan-viec-thu")
    second = await world.checked(registration, evaluation, "phan-viec-thu-hai")
    await world.published(first, second)
    decision = await world.voted(first, second)
    grant = DecideAward(decision=decision, signing_body="Ban Thường vụ")
    await world.send(AWARD, first, grant)
    with pytest.raises(NotEligible) as refused:
        await world.send(AWARD, second, grant)
    assert f"'awards': '{first}'" in str(refused.value.facts)
    third = await world.checked(registration, evaluation, "phan-viec-thu-ba")
    checked = (await world.award(third)).checked
    assert checked is not None
    assert named(checked.reasons) == {"not-awarded-twice"}
    await world.send(
        AWARD, first, RevokeAward(ground="unlawful-appraisal", reason="Sai", document=paper("20/QĐ", "2024-08-05"))
    )
    await world.send(AWARD, second, grant)  # What was revoked no longer stands in the way.


async def test_each_feat_on_the_fast_path_stands_for_itself_and_is_not_awarded_twice_either() -> None:
    titles = tuple(msgspec.structs.replace(title, fast_path=title.code == TITLE) for title in KON_TUM.titles)
    world = await Campaign(msgspec.structs.replace(KON_TUM, titles=titles)).running()
    registration, evaluation = await world.registered(), await world.evaluated()
    grant = DecideAward(decision=paper("12/QĐ", "2024-03-01"), signing_body="Ban Thường vụ")
    for feat in ("cuu-nguoi", "dap-lua"):
        award = await world.checked(registration, evaluation, feat, fast_path=True)
        await world.send(AWARD, award, grant)
    again = (await world.award(await world.checked(registration, evaluation, "dap-lua", fast_path=True))).checked
    assert again is not None
    assert named(again.reasons) == {"not-awarded-twice"}


async def test_a_registration_of_the_units_own_does_not_stand_for_a_person() -> None:
    world = await Campaign().running()
    registration = str(uuid4())
    own = SubmitRegistration(
        campaign_id=world.campaign,
        unit_id=world.base,
        kind=Kind.TASK,
        subject=Collective(),
        name="Phần việc của đơn vị",
    )
    await world.send(REGISTRATION, registration, own)
    await world.send(REGISTRATION, registration, ConfirmRegistration())
    award = await world.checked(registration, await world.evaluated(), "phan-viec-thu")
    checked = (await world.award(award)).checked
    assert checked is not None
    assert "registered" in named(checked.reasons)


async def test_what_the_decision_read_is_pinned_with_it() -> None:
    world = await Campaign().running()
    registration, evaluation = await world.registered(), await world.evaluated()
    award = await world.checked(registration, evaluation, "phan-viec-thu")
    checked = (await world.award(award)).checked
    assert checked is not None
    read = {each.stream for each in checked.read_at}
    assert {f"registration-{registration}", f"evaluation-{evaluation}", f"campaign-{world.campaign}"} <= read
    assert msgspec.json.encode(checked.rule_set) == msgspec.json.encode(KON_TUM.rule_set("giay-khen-phong-trao"))


async def test_a_table_that_a_unit_below_wrote_itself_counts_for_nothing() -> None:
    """The upper-level union drafts a campaign of its own, by whose table no points at all are excellent."""
    world = await Campaign().running()
    (rubric,) = KON_TUM.rubrics
    lenient = tuple(
        msgspec.structs.replace(band, at_least_x100=len(rubric.bands) - number - 1, gates=())
        for number, band in enumerate(rubric.bands)
    )
    own = msgspec.structs.replace(KON_TUM, rubrics=(msgspec.structs.replace(rubric, bands=lenient),))
    theirs, evaluation = str(uuid4()), str(uuid4())
    await world.send(CAMPAIGN, theirs, DraftCampaign(issuer_id=world.upper, directive=own))
    await world.send(CAMPAIGN, theirs, LaunchCampaign(happened_on=date(2024, 2, 21)))
    first, *others = rubric.leaves()
    sheet = (
        Score(criterion=first.code, points_x100=50),
        *(Score(criterion=leaf.code, points_x100=0) for leaf in others),
    )
    for command in (
        OpenEvaluation(
            campaign_id=theirs, unit_id=world.base, person_id=world.person, period="Năm 2024", rubric=rubric.code
        ),
        SelfScore(scores=sheet),
        AppraiseEvaluation(scores=sheet),
        ClassifyEvaluation(),
    ):
        await world.send(EVALUATION, evaluation, command)
    award = await world.checked(await world.registered(), evaluation, "phan-viec-thu")
    checked = (await world.award(award)).checked
    assert checked is not None
    assert named(checked.reasons) == {"class-at-least"}
