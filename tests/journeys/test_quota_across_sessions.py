"""A quota is of the whole campaign: to split the list over two sessions of the council does not make it larger."""

from datetime import UTC, date, datetime
from uuid import uuid4

import msgspec
import pytest

from domain.award import AWARD
from domain.award.messages import (
    AppraiseDossier,
    CheckEligibility,
    DecideAward,
    NominateAward,
    PublishForComment,
    TakeVote,
)
from domain.award.refusals import NotEligible
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
from domain.member import MEMBER
from domain.paper import Document
from domain.rules import QuotaShareMax
from tests.support.directives import RULES, SMALL, TITLE
from tests.support.world import World, member

pytestmark = pytest.mark.anyio

WIDE, NARROW = "lao-dong-tien-tien", "chien-si-thi-dua"
HALF = QuotaShareMax(source="law", cites="R11", of=WIDE, share_x100=5_000)
DIRECTIVE = msgspec.structs.replace(
    SMALL,
    principles=(),
    rule_sets=(
        msgspec.structs.replace(RULES, code=WIDE, rules=()),
        msgspec.structs.replace(RULES, code=NARROW, rules=(HALF,)),
    ),
    titles=(
        msgspec.structs.replace(TITLE, code=WIDE, rules=WIDE, fast_path=True),
        msgspec.structs.replace(TITLE, code=NARROW, rules=NARROW),
    ),
)
SEATS = tuple(Seat(seat=f"ghe-{number}", office="Ủy viên") for number in range(1, 4))


def paper(number: str) -> Document:
    return Document(kind="Quyết định", number=number, issued="2024-09-11", title="Khen thưởng", issuer="LĐLĐ tỉnh")


class Campaign(World):
    async def running(self) -> "Campaign":
        await self.established()
        self.campaign = str(uuid4())
        await self.send(CAMPAIGN, self.campaign, DraftCampaign(issuer_id=self.federation, directive=DIRECTIVE))
        await self.send(CAMPAIGN, self.campaign, LaunchCampaign(happened_on=date(2024, 1, 15)))
        self.clock.at = datetime(2024, 9, 12, tzinfo=UTC)
        return self

    async def nominated(self, title: str, *, fast: bool) -> str:
        """A checked dossier of somebody new."""
        person, award = str(uuid4()), str(uuid4())
        await self.send(MEMBER, person, member(person, self.base))
        dossier = NominateAward(
            campaign_id=self.campaign,
            year=2024,
            title=title,
            scheme="ad-hoc" if fast else "movement",
            fast_path=fast,
            unit_id=self.base,
            person_id=person,
            achievement=f"viec-{award[:8]}",
            report="Báo cáo",
        )
        for command in (dossier, AppraiseDossier(supports=True, opinion="Đồng ý"), CheckEligibility()):
            await self.send(AWARD, award, command)
        return award

    async def published(self) -> str:
        award = await self.nominated(NARROW, fast=False)
        days = {
            "published_from": date(2024, 8, 1),
            "published_until": date(2024, 8, 20),
            "happened_on": date(2024, 8, 1),
        }
        await self.send(AWARD, award, PublishForComment(**days, channel="Trang tin"))
        return award

    async def session(self, award: str, decision: Document) -> None:
        """A session of its own for one dossier, up to its decision; the dossier has taken the vote over."""
        council, seats = str(uuid4()), tuple(seat.seat for seat in SEATS)
        convened = ConveneCouncil(
            unit_id=self.federation,
            campaign_id=self.campaign,
            title=NARROW,
            meets_on=date(2024, 9, 10),
            roster=SEATS,
            chair="ghe-1",
        )
        tally = Tally(award_id=award, votes_for=3, votes_against=0)
        for command in (
            convened,
            ListDossiers(award_ids=(award,)),
            RecordAttendance(present=seats),
            RecordResult(minutes=paper("1/BB"), ballots_issued=3, returned_in_room=3, tallies=(tally,)),
            CheckQuota(),
            IssueDecision(decision=decision, signing_body="Ban Thường vụ"),
        ):
            await self.send(COUNCIL, council, command)
        await self.send(AWARD, award, TakeVote(session_id=council))


async def test_two_sessions_cannot_each_use_up_the_same_quota() -> None:
    world = await Campaign().running()
    for number in range(2):  # So half of them is one.
        wide = await world.nominated(WIDE, fast=True)
        await world.send(AWARD, wide, DecideAward(decision=paper(f"{number}/QĐ"), signing_body="Ban Thường vụ"))
    first, second = await world.published(), await world.published()
    await world.session(first, paper("15/QĐ"))
    await world.session(second, paper("16/QĐ"))  # Each list fits by itself: nothing was granted yet.
    await world.send(AWARD, first, DecideAward(decision=paper("15/QĐ"), signing_body="Ban Thường vụ"))
    with pytest.raises(NotEligible) as refused:
        await world.send(AWARD, second, DecideAward(decision=paper("16/QĐ"), signing_body="Ban Thường vụ"))
    assert "quota-share-max" in str(refused.value.facts)
