"""One achievement, one live award (R1): the ways round it, each closed; and one that is taken back makes room again."""

from datetime import date
from uuid import uuid4

import msgspec
import pytest

from domain.award import AWARD
from domain.award.complaints import ReceiveComplaint, ResolveAwardComplaint
from domain.award.evolve import Status
from domain.award.messages import (
    DecideAward,
    PresentAward,
    RecordRecovery,
    RevokeAward,
)
from domain.award.refusals import NotEligible, OnHold
from domain.campaign import CAMPAIGN
from domain.campaign.messages import DraftCampaign, LaunchCampaign
from domain.member import MEMBER
from domain.member.messages import MergeMember
from tests.journeys.test_award_life import KON_TUM, TITLE, Campaign, paper
from tests.support.world import member

pytestmark = pytest.mark.anyio

FAST = msgspec.structs.replace(
    KON_TUM,
    titles=tuple(msgspec.structs.replace(title, fast_path=title.code == TITLE) for title in KON_TUM.titles),
)
AT_ONCE = DecideAward(decision=paper("3/QĐ", "2024-03-01"), signing_body="Ban Thường vụ")


async def refused_as_awarded_twice(world: Campaign, award: str, grant: DecideAward) -> None:
    with pytest.raises(NotEligible) as refused:
        await world.send(AWARD, award, grant)
    assert "not-awarded-twice" in str(refused.value.facts)
    assert (await world.award(award)).status is not Status.DECIDED


async def test_what_the_fast_path_has_awarded_no_council_awards_again() -> None:
    world = await Campaign(FAST).running()
    registration, evaluation = await world.registered(), await world.evaluated()
    feat = await world.checked(registration, evaluation, "cuu-nguoi", fast_path=True)
    dossier = await world.checked(registration, evaluation, "cuu-nguoi")
    await world.published(dossier)
    decision = await world.voted(dossier)
    await world.send(AWARD, feat, AT_ONCE)
    await refused_as_awarded_twice(world, dossier, DecideAward(decision=decision, signing_body="Ban Thường vụ"))


async def test_what_a_council_has_awarded_the_fast_path_does_not_award_again() -> None:
    world = await Campaign(FAST).running()
    registration, evaluation = await world.registered(), await world.evaluated()
    feat = await world.checked(registration, evaluation, "cuu-nguoi", fast_path=True)
    dossier = await world.checked(registration, evaluation, "cuu-nguoi")
    await world.published(dossier)
    decision = await world.voted(dossier)
    await world.send(AWARD, dossier, DecideAward(decision=decision, signing_body="Ban Thường vụ"))
    await refused_as_awarded_twice(world, feat, AT_ONCE)


async def test_another_campaign_does_not_award_it_again() -> None:
    world = await Campaign(FAST).running()
    registration, evaluation = await world.registered(), await world.evaluated()
    first = await world.checked(registration, evaluation, "cuu-nguoi", fast_path=True)
    await world.send(AWARD, first, AT_ONCE)
    world.campaign = str(uuid4())
    await world.send(CAMPAIGN, world.campaign, DraftCampaign(issuer_id=world.federation, directive=FAST))
    await world.send(CAMPAIGN, world.campaign, LaunchCampaign(happened_on=date(2024, 2, 21)))
    second = await world.checked(None, None, "cuu-nguoi", fast_path=True)
    await refused_as_awarded_twice(world, second, AT_ONCE)


@pytest.mark.parametrize("merged", ["the record that is nominated", "the record that is awarded"])
async def test_two_records_of_one_person_do_not_hold_it_twice(merged: str) -> None:
    world = await Campaign(FAST).running()
    first_record, second_record = world.person, str(uuid4())
    await world.send(MEMBER, second_record, member(second_record, world.base))
    awarded = await world.checked(await world.registered(), await world.evaluated(), "cuu-nguoi", fast_path=True)
    world.person = second_record
    dossier = await world.checked(await world.registered(), await world.evaluated(), "cuu-nguoi", fast_path=True)
    await world.send(AWARD, awarded, AT_ONCE)
    gone, goes_on = (second_record, first_record) if "nominated" in merged else (first_record, second_record)
    await world.send(MEMBER, gone, MergeMember(into=goes_on))
    await refused_as_awarded_twice(world, dossier, AT_ONCE)


async def test_three_records_that_were_merged_one_into_the_other_are_one_person() -> None:
    world = await Campaign(FAST).running()
    records = [world.person, str(uuid4()), str(uuid4())]
    for record in records[1:]:
        await world.send(MEMBER, record, member(record, world.base))
    awarded = await world.checked(await world.registered(), await world.evaluated(), "cuu-nguoi", fast_path=True)
    world.person = records[2]
    dossier = await world.checked(await world.registered(), await world.evaluated(), "cuu-nguoi", fast_path=True)
    await world.send(AWARD, awarded, AT_ONCE)
    await world.send(MEMBER, records[0], MergeMember(into=records[1]))
    await world.send(MEMBER, records[2], MergeMember(into=records[1]))
    await refused_as_awarded_twice(world, dossier, AT_ONCE)


async def test_a_feat_that_was_awarded_at_once_is_complained_of_revoked_and_given_back() -> None:
    world = await Campaign(FAST).running()
    registration, evaluation = await world.registered(), await world.evaluated()
    award = await world.checked(registration, evaluation, "cuu-nguoi", fast_path=True)
    today = world.clock.at.date()
    await world.send(AWARD, award, msgspec.structs.replace(AT_ONCE, prize_vnd=540_000))
    complaint = ReceiveComplaint(received_on=today, complaint="không phải người này", channel="Đơn")
    await world.send(AWARD, award, complaint)
    with pytest.raises(OnHold):
        await world.send(AWARD, award, PresentAward(presented_on=today))
    answer = ResolveAwardComplaint(
        number=1, upheld=True, answer="đúng", document=paper("9/TB", today.isoformat()), follows="revocation"
    )
    revoke = RevokeAward(ground="false-declaration", reason="sai người", document=paper("20/QĐ", today.isoformat()))
    for command in (answer, revoke):
        await world.send(AWARD, award, command)
    receipt = RecordRecovery(money_vnd=540_000, on=today, document=paper("1/PT", today.isoformat()))
    await world.send(AWARD, award, receipt)
    state = await world.award(award)
    assert (state.status, state.holds, state.owed_vnd) == (Status.REVOKED, (), 0)
    again = await world.checked(registration, evaluation, "cuu-nguoi", fast_path=True)
    await world.send(AWARD, again, AT_ONCE)
    assert (await world.award(again)).status is Status.DECIDED
