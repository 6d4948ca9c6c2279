"""A council that votes electronically on two dossiers, and members' programs that vote in it."""

import asyncio
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import msgspec

from adapters.console.voting import Voter, over_http
from adapters.keys.blind import blind, finalize
from adapters.keys.voting import BlindSigning
from adapters.memory_boxes import MemoryBoxes
from application.balloting import Ballots
from application.execute import Request
from domain.award import AWARD
from domain.award.messages import AppraiseDossier, CheckEligibility, NominateAward, PublishForComment
from domain.campaign import CAMPAIGN
from domain.campaign.messages import DraftCampaign, LaunchCampaign
from domain.council import COUNCIL
from domain.council.messages import (
    Ballot,
    CloseBallot,
    ConveneCouncil,
    DrawVotingCode,
    ListDossiers,
    OpenBallot,
    Paper,
    RecordRecusal,
    Seat,
)
from domain.decider import Command
from domain.member import MEMBER
from domain.rules import Quorum, VoteShareMin
from tests.support.directives import RULES, SMALL, TITLE
from tests.support.world import World, member

TITLE_CODE = "chien-si-thi-dua"
LAW: Any = {"source": "law", "cites": "Nghị định 98/2023"}
VOTED = (Quorum(**LAW, numerator=2, denominator=3), VoteShareMin(**LAW, share_x100=5_000))
DIRECTIVE = msgspec.structs.replace(
    SMALL,
    principles=(),
    rule_sets=(msgspec.structs.replace(RULES, code=TITLE_CODE, rules=VOTED),),
    titles=(msgspec.structs.replace(TITLE, code=TITLE_CODE, rules=TITLE_CODE),),
)
SEATS = tuple(f"ghe-{number}" for number in range(1, 6))
ROSTER = tuple(Seat(seat=seat, office="Ủy viên") for seat in SEATS)


class Council(World):
    """The session is convened, the dossiers `first` and `second` are on its list."""

    ballots: Ballots
    campaign: str
    session: str
    first: str
    second: str

    async def convened(self, ballot: Ballot = "electronic", dossiers: int = 2) -> "Council":
        await self.established()
        self.clock.at = datetime(2024, 9, 12, 2, tzinfo=UTC)
        self.ballots = Ballots(platform=self.platform, boxes=MemoryBoxes(), signing=BlindSigning())
        await self.prepared(ballot, dossiers)
        return self

    async def prepared(self, ballot: Ballot, dossiers: int) -> None:
        self.campaign, self.session = str(uuid4()), str(uuid4())
        await self.send(CAMPAIGN, self.campaign, DraftCampaign(issuer_id=self.federation, directive=DIRECTIVE))
        await self.send(CAMPAIGN, self.campaign, LaunchCampaign(happened_on=date(2024, 1, 15)))
        awards = [await self.published() for _ in range(dossiers)]
        self.first, self.second = awards[0], awards[-1]
        convened = ConveneCouncil(
            unit_id=self.federation,
            campaign_id=self.campaign,
            title=TITLE_CODE,
            meets_on=date(2024, 9, 10),
            roster=ROSTER,
            chair=SEATS[0],
            ballot=ballot,
        )
        await self.send(COUNCIL, self.session, convened)
        await self.send(COUNCIL, self.session, ListDossiers(award_ids=tuple(awards)))

    async def published(self) -> str:
        """A dossier of somebody new that is published."""
        person, award = str(uuid4()), str(uuid4())
        enrolled = msgspec.structs.replace(member(person, self.base), code=f"CN-{person[:8]}")
        await self.send(MEMBER, person, enrolled)
        dossier = NominateAward(
            campaign_id=self.campaign,
            year=2024,
            title=TITLE_CODE,
            scheme="movement",
            unit_id=self.base,
            person_id=person,
            achievement=f"viec-{award[:8]}",
            report="Báo cáo",
        )
        days = {"published_from": date(2024, 8, 1), "published_until": date(2024, 8, 20)}
        public = PublishForComment(**days, channel="Trang tin", happened_on=date(2024, 8, 1))
        for command in (dossier, AppraiseDossier(supports=True, opinion="Đồng ý"), CheckEligibility(), public):
            await self.send(AWARD, award, command)
        return award

    async def recuse(self, seat: str, award_id: str) -> None:
        command = RecordRecusal(seat=seat, award_ids=(award_id,), conflict="relative", reason="Anh em ruột")
        await self.send(COUNCIL, self.session, command)

    # --- The ballot -------------------------------------------------------------

    async def open(self, hours: float = 1) -> None:
        closes_at = self.platform.clock.now() + timedelta(hours=hours)
        command = OpenBallot(closes_at=closes_at)
        await self.ballots.open(self.scope(), self.session, command, request_of(command))

    async def code(self, seat: str, number: int = 1) -> str:
        command = DrawVotingCode(seat=seat, number=number)
        _, code = await self.ballots.draw_code(self.scope(), self.session, command, request_of(command))
        return code

    async def close(self) -> None:
        command = CloseBallot()
        await self.ballots.close(self.scope(), self.session, command, request_of(command))

    async def papers(self, code: str) -> tuple[Paper, ...]:
        _, _, papers, _ = await self.ballots.sheet(self.session, code)
        return papers

    async def signed(self, code: str, paper: Paper, token: bytes = b"t" * 32) -> bytes:
        """The signature of a token, taken for this code."""
        modulus = int(paper.modulus, 16)
        blinded = blind(modulus, token)
        signature = await self.ballots.take(self.session, code=code, number=paper.number, blinded=blinded.blinded)
        return finalize(modulus, token, signature, blinded)

    async def votes(self, seat: str, choice: Any, token: bytes) -> None:
        """The seat votes `choice` on all that it may, with a fresh code."""
        code = await self.code(seat)
        for paper in await self.papers(code):
            signature = await self.signed(code, paper, token)
            await self.cast(paper, token, signature, dict.fromkeys(paper.award_ids, choice))

    async def cast(self, paper: Paper, token: bytes, signature: bytes, votes: Any) -> None:
        await self.ballots.cast(self.session, number=paper.number, token=token, signature=signature, votes=votes)

    async def state(self) -> Any:
        return await self.ballots.platform.reader(self.tenant).state(COUNCIL, self.session)


def request_of(command: Command) -> Request:
    return Request(command_id=str(uuid4()), body=msgspec.json.encode(command), correlation_id=str(uuid4()))


async def voted_at(url: str, session_id: str, code: str, choose: Callable[[str], str]) -> list[Any]:
    """A whole vote by the member's program: each paper as it was taken, and what was chosen on it."""
    return await asyncio.to_thread(_voted, Voter(over_http(url), session_id, code), choose)


def _voted(voter: Voter, choose: Callable[[str], str]) -> list[Any]:
    sent = []
    for paper in voter.sheet()["papers"]:
        ready = voter.take(paper)
        chosen = {dossier["award_id"]: choose(dossier["award_id"]) for dossier in paper["dossiers"]}
        voter.cast(ready, chosen)
        sent.append((ready, chosen))
    return sent
