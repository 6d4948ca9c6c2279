"""No sequence of commands reaches a state that the rules forbid: a quota exceeded, a decision without a quorum or over
a hold, two live awards for one achievement."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.award import AWARD, settle
from domain.award.messages import (
    AppraiseDossier,
    AwardDecided,
    CheckEligibility,
    DecideAward,
    HoldAward,
    NominateAward,
    PublishForComment,
    ReleaseAward,
    RevokeAward,
    TakeVote,
)
from domain.campaign import CAMPAIGN
from domain.campaign.messages import DraftCampaign, LaunchCampaign
from domain.council import COUNCIL, counting
from domain.council.messages import (
    CheckQuota,
    ConveneCouncil,
    DecisionIssued,
    IssueDecision,
    ListDossiers,
    RecordAttendance,
    RecordRecusal,
    RecordResult,
    Seat,
    Tally,
)
from domain.decider import AnyDecider, Command
from domain.events import decode
from domain.member import MEMBER
from domain.paper import Document
from domain.refusals import Refused
from domain.rules import NotAwardedTwice, Quorum, QuotaShareMax, VoteShareMin
from tests.support.directives import RULES, SMALL, TITLE
from tests.support.world import World, member

WIDE, NARROW = "lao-dong-tien-tien", "chien-si-thi-dua"
LAW: Any = {"source": "law", "cites": "Nghị định 98/2023"}
VOTED = (
    NotAwardedTwice(**LAW),
    Quorum(**LAW, numerator=2, denominator=3),
    VoteShareMin(**LAW, share_x100=6_000),
    QuotaShareMax(**LAW, of=WIDE, share_x100=5_000),
)
DIRECTIVE = msgspec.structs.replace(
    SMALL,
    principles=(),
    rule_sets=(
        msgspec.structs.replace(RULES, code=WIDE, rules=()),
        msgspec.structs.replace(RULES, code=NARROW, rules=VOTED),
    ),
    titles=(
        msgspec.structs.replace(TITLE, code=WIDE, rules=WIDE, fast_path=True),
        msgspec.structs.replace(TITLE, code=NARROW, rules=NARROW),
    ),
)
SEATS = ("ghe-1", "ghe-2", "ghe-3")
PAPER = Document(kind="Quyết định", number="15/QĐ", issued="2024-09-11", title="Khen thưởng", issuer="LĐLĐ tỉnh")
WHOLE = 2
"""Holders of the wide title, of whom half may hold the narrow one."""


class Federation(World):
    """Three dossiers, two of them of one person for one achievement; and two sessions of the council."""

    async def ready(self) -> "Federation":
        await self.established()
        self.campaign = str(uuid4())
        await self.send(CAMPAIGN, self.campaign, DraftCampaign(issuer_id=self.federation, directive=DIRECTIVE))
        await self.send(CAMPAIGN, self.campaign, LaunchCampaign(happened_on=date(2024, 1, 15)))
        self.clock.at = datetime(2024, 9, 12, tzinfo=UTC)
        people = [str(uuid4()) for _ in range(4)]
        for person in people:
            enrolled = msgspec.structs.replace(member(person, self.base), code=f"CN-{person[:8]}")
            await self.send(MEMBER, person, enrolled)
        for person in people[:WHOLE]:
            wide = await self.checked(person, WIDE, person[:8], scheme="ad-hoc", fast_path=True)
            await self.send(AWARD, wide, DecideAward(decision=PAPER, signing_body="Ban Thường vụ"))
        both = [(people[2], "viec-mot"), (people[2], "viec-mot"), (people[3], "viec-hai")]
        self.awards = [await self.published(person, achievement) for person, achievement in both]
        self.sessions = [await self.convened(), await self.convened()]
        return self

    async def checked(self, person: str, title: str, achievement: str, **more: Any) -> str:
        award = str(uuid4())
        dossier = NominateAward(
            campaign_id=self.campaign,
            year=2024,
            title=title,
            unit_id=self.base,
            person_id=person,
            achievement=f"viec-{achievement}",
            report="Báo cáo",
            **{"scheme": "movement", **more},
        )
        for command in (dossier, AppraiseDossier(supports=True, opinion="Đồng ý"), CheckEligibility()):
            await self.send(AWARD, award, command)
        return award

    async def published(self, person: str, achievement: str) -> str:
        award = await self.checked(person, NARROW, achievement)
        days = {"published_from": date(2024, 8, 1), "published_until": date(2024, 8, 20)}
        await self.send(AWARD, award, PublishForComment(**days, channel="Trang tin", happened_on=date(2024, 8, 1)))
        return award

    async def convened(self) -> str:
        session = str(uuid4())
        command = ConveneCouncil(
            unit_id=self.federation,
            campaign_id=self.campaign,
            title=NARROW,
            meets_on=date(2024, 9, 10),
            roster=tuple(Seat(seat=seat, office="Ủy viên") for seat in SEATS),
            chair=SEATS[0],
        )
        await self.send(COUNCIL, session, command)
        return session

    async def try_(self, decider: AnyDecider, identity: str, command: Command) -> None:
        """Send it; what a rule refuses changes nothing."""
        try:
            await self.send(decider, identity, command)
        except Refused:
            return

    async def act(self, act: tuple[str, int, int, int]) -> None:
        kind, one, other, number = act
        award, session = self.awards[one % 3], self.sessions[other % 2]
        if kind in ("vote", "decide", "hold", "release", "revoke"):
            await self.try_(AWARD, award, _about_award(kind, session))
        else:
            await self.try_(COUNCIL, session, await self._about_session(kind, award, session, number))

    async def _about_session(self, kind: str, award: str, session: str, number: int) -> Command:
        state = COUNCIL.fold(await self._events(f"council-{session}"))
        present = len(state.attendance.present) if state.attendance else 0
        match kind:
            case "list":
                return ListDossiers(award_ids=(award,))
            case "recuse":
                return RecordRecusal(seat=SEATS[number % 3], award_ids=(award,), conflict="relative")
            case "attend":
                return RecordAttendance(present=SEATS[: 1 + number % 3])
            case "count":
                tallies = tuple(
                    Tally(
                        award_id=listed.award_id,
                        votes_for=present - len(state.recused_from(listed.award_id)),
                        votes_against=0,
                    )
                    for listed in state.listed
                    if present >= len(state.recused_from(listed.award_id))
                )
                return RecordResult(minutes=PAPER, ballots_issued=present, returned_in_room=present, tallies=tallies)
            case "quota":
                return CheckQuota(withheld=(award,) if number % 2 else ())
            case _:
                return IssueDecision(decision=PAPER, signing_body="Ban Thường vụ")

    async def _events(self, stream: str) -> list[Any]:
        records = (await self.platform.store.load(self.tenant, [stream]))[stream]
        return [decode(each.type, each.type_version, each.data) for each in records]

    async def wrongs(self) -> list[str]:
        """The forbidden states that the log has passed through."""
        found = []
        awards = {award: await self._events(f"award-{award}") for award in self.awards}
        live = [AWARD.fold(told).nominated for told in awards.values() if AWARD.fold(told).status in settle.GRANTED]
        if len(live) * 2 > WHOLE:
            found.append("quota exceeded")
        if len({(one.person_id, one.achievement) for one in live if one}) < len(live):
            found.append("two live awards for one achievement")
        for told in awards.values():
            before = [AWARD.fold(told[:number]) for number, each in enumerate(told) if isinstance(each, AwardDecided)]
            found += ["decided while on hold" for state in before if state.holds]
        for session in self.sessions:
            told = await self._events(f"council-{session}")
            if any(isinstance(each, DecisionIssued) for each in told):
                state = COUNCIL.fold(told)
                if state.attendance is None or len(state.attendance.present) * 3 < 2 * len(SEATS):
                    found.append("decided without a quorum")
        return found


def _about_award(kind: str, session: str) -> Command:
    commands: dict[str, Command] = {
        "vote": TakeVote(session_id=session),
        "decide": DecideAward(decision=PAPER, signing_body="Ban Thường vụ"),
        "hold": HoldAward(kind="complaint", reason="Có đơn"),
        "release": ReleaseAward(kind="complaint", outcome="Không có cơ sở"),
        "revoke": RevokeAward(ground="false-declaration", reason="Khai sai", document=PAPER),
    }
    return commands[kind]


KINDS = (
    "list", "recuse", "attend", "count", "quota", "issue", "vote", "decide", "hold", "release", "revoke",
)  # fmt: skip
SINGLE = st.tuples(st.sampled_from(KINDS), st.integers(0, 2), st.integers(0, 1), st.integers(0, 2))


def run_of(one: int, session: int, seats: int) -> list[tuple[str, int, int, int]]:
    """What leads to a grant, if nothing stands in its way: without such runs hardly any sequence would come so far."""
    return [
        (kind, one, session, seats if kind == "attend" else 0)
        for kind in ("list", "attend", "count", "quota", "issue", "vote", "decide")
    ]


RUN = st.builds(run_of, st.integers(0, 2), st.integers(0, 1), st.integers(0, 2))
ACTS = st.lists(st.one_of(RUN, SINGLE.map(lambda act: [act])), min_size=4, max_size=14).map(
    lambda parts: [act for part in parts for act in part]
)


async def lived(acts: list[tuple[str, int, int, int]]) -> list[str]:
    federation = await Federation().ready()
    for act in acts:
        await federation.act(act)
    return await federation.wrongs()


@settings(max_examples=25, deadline=None)
@given(ACTS)
def test_no_sequence_of_commands_reaches_a_forbidden_state(acts: list[tuple[str, int, int, int]]) -> None:
    assert asyncio.run(lived(acts)) == []


@contextmanager
def without(monkeypatch: pytest.MonkeyPatch, module: Any, rule: str, instead: Any) -> Iterator[None]:
    with monkeypatch.context() as patch:
        patch.setattr(module, rule, instead)
        yield


def side_by_side(one: int, other: int) -> list[tuple[str, int, int, int]]:
    """Two sessions that each decide their own list, before either dossier is granted."""
    *first, decide_first = run_of(one, 0, 2)
    *second, decide_second = run_of(other, 1, 2)
    return [*first, *second, decide_first, decide_second]


HELD = [*run_of(0, 0, 2)[:-1], ("hold", 0, 0, 0), ("decide", 0, 0, 0)]


@pytest.mark.parametrize(
    ("module", "rule", "instead", "acts", "wrong"),
    [
        (settle, "need_no_hold", lambda award: None, HELD, "decided while on hold"),
        (counting, "_check_quorum", lambda session: None, run_of(0, 0, 0), "decided without a quorum"),
        (
            settle,
            "obstacles",
            lambda reasons: (),
            side_by_side(0, 1),
            "two live awards for one achievement",
        ),
        (settle, "obstacles", lambda reasons: (), side_by_side(0, 2), "quota exceeded"),
    ],
)
def test_a_platform_that_forgot_a_rule_is_found_out(
    monkeypatch: pytest.MonkeyPatch, module: Any, rule: str, instead: Any, acts: Any, wrong: str
) -> None:
    assert asyncio.run(lived(acts)) == []
    with without(monkeypatch, module, rule, instead):
        assert wrong in asyncio.run(lived(acts))


def test_a_dossier_that_nothing_stands_against_is_granted() -> None:
    """The control: the sequences do reach decisions."""

    async def granted() -> Any:
        federation = await Federation().ready()
        for act in run_of(0, 0, 2):
            await federation.act(act)
        return AWARD.fold(await federation._events(f"award-{federation.awards[0]}")).status

    assert asyncio.run(granted()) in settle.GRANTED
