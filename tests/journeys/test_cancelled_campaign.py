"""What was registered goes no further once its campaign is cancelled; for a concluded one it is still finished."""

from datetime import UTC, date, datetime
from uuid import uuid4

import pytest

from application.ports import Append, Appended
from domain.campaign import CAMPAIGN
from domain.campaign.messages import (
    CancelCampaign,
    ClosePhase,
    ConcludeCampaign,
    DraftCampaign,
    LaunchCampaign,
    OpenPhase,
)
from domain.decider import Command
from domain.directive import Kind
from domain.events import decode
from domain.paper import Document
from domain.registration import REGISTRATION
from domain.registration.evolve import Status
from domain.registration.messages import (
    AcceptCompact,
    Collective,
    CompleteRegistration,
    ConfirmRegistration,
    Pair,
    Party,
    RecogniseInitiative,
    RecogniseWork,
    RefuseInitiative,
    ReportProgress,
    ResubmitRegistration,
    ReturnRegistration,
    Subject,
    SubmitRegistration,
    WithdrawRegistration,
)
from domain.registration.refusals import (
    CampaignNotRunning,
)
from tests.support.directives import PLAN, SMALL
from tests.support.world import World

pytestmark = pytest.mark.anyio
DECISION = Document(kind="Quyết định", number="40/QĐ", issued="2024-04-01", title="Hủy", issuer="LĐLĐ tỉnh")
CONFIRM, COMPLETE, RESUBMIT = ConfirmRegistration(), CompleteRegistration(), ResubmitRegistration(name="Việc")
RETURN = ReturnRegistration(reason="thiếu")
RECOGNISE = RecogniseInitiative(scope="grassroots", document=PLAN)


class Campaign(World):
    """A launched campaign, and what the grassroots union registers for it."""

    async def running(self) -> "Campaign":
        await self.established()
        self.campaign = str(uuid4())
        self.clock.at = datetime(2024, 4, 2, tzinfo=UTC)
        await self.send(CAMPAIGN, self.campaign, DraftCampaign(issuer_id=self.federation, directive=SMALL))
        await self.send(CAMPAIGN, self.campaign, LaunchCampaign(happened_on=date(2024, 1, 15)))
        return self

    async def registered(self, kind: Kind, *steps: Command) -> str:
        identity = str(uuid4())
        pair = Pair(parties=(Party(unit_id=self.base), Party(unit_id=self.upper)))
        subject: Subject = pair if kind is Kind.COMPACT else Collective()
        submitted = SubmitRegistration(
            campaign_id=self.campaign, unit_id=self.base, kind=kind, subject=subject, name="Việc đăng ký"
        )
        for command in (submitted, *steps):
            await self.send(REGISTRATION, identity, command)
        return identity

    async def status(self, identity: str) -> Status:
        name = f"registration-{identity}"
        stored = (await self.platform.store.load(self.tenant, [name]))[name]
        return REGISTRATION.fold([decode(row.type, row.type_version, row.data) for row in stored]).status


async def cancelled(world: Campaign) -> None:
    await world.send(CAMPAIGN, world.campaign, CancelCampaign(document=DECISION, reason="thiên tai"))


@pytest.mark.parametrize(
    ("kind", "before", "command"),
    [
        (Kind.WORK, (), CONFIRM),
        (Kind.WORK, (RETURN,), RESUBMIT),
        (Kind.WORK, (CONFIRM,), ReportProgress(quantity=50)),
        (Kind.WORK, (CONFIRM,), COMPLETE),
        (Kind.WORK, (CONFIRM, COMPLETE), RecogniseWork(document=PLAN)),
        (Kind.INITIATIVE, (CONFIRM,), RECOGNISE),
        (Kind.INITIATIVE, (CONFIRM,), RefuseInitiative(document=PLAN, reason="không mới")),
    ],
    ids=lambda value: type(value).__name__,
)
async def test_no_step_is_taken_on_what_was_registered_for_a_campaign_that_is_cancelled(
    kind: Kind, before: tuple[Command, ...], command: Command
) -> None:
    world = await Campaign().running()
    registration = await world.registered(kind, *before)
    await cancelled(world)
    with pytest.raises(CampaignNotRunning) as refused:
        await world.send(REGISTRATION, registration, command)
    assert refused.value.facts == {"campaign_id": world.campaign}


async def test_nobody_signs_a_compact_of_a_campaign_that_is_cancelled() -> None:
    world = await Campaign().running()
    registration = await world.registered(Kind.COMPACT)
    await cancelled(world)
    with pytest.raises(CampaignNotRunning):
        await world.send(REGISTRATION, registration, AcceptCompact(unit_id=world.upper))


async def test_what_was_done_before_the_campaign_was_cancelled_is_still_done() -> None:
    world = await Campaign().running()
    confirmed, submitted = await world.registered(Kind.WORK, CONFIRM), await world.registered(Kind.WORK)
    await cancelled(world)
    again = await world.send(REGISTRATION, confirmed, CONFIRM)
    assert not again.answer.changed
    await world.send(REGISTRATION, submitted, WithdrawRegistration(reason="phong trào đã hủy"))
    assert await world.status(submitted) is Status.WITHDRAWN


async def test_a_cancellation_that_comes_between_the_reading_and_the_writing_is_seen() -> None:
    """The step guards the campaign's stream: what was read must still hold when it is written."""
    world = await Campaign().running()
    registration = await world.registered(Kind.WORK)
    append, first = world.platform.store.append, True

    async def overtaken(request: Append) -> Appended:
        nonlocal first
        if first:
            first = False
            await cancelled(world)
        return await append(request)

    world.platform.store.append = overtaken  # type: ignore[method-assign]
    with pytest.raises(CampaignNotRunning):
        await world.send(REGISTRATION, registration, CONFIRM)


async def test_what_was_registered_for_a_campaign_that_is_concluded_is_completed_and_recognised() -> None:
    world = await Campaign().running()
    work, initiative = await world.registered(Kind.WORK, CONFIRM), await world.registered(Kind.INITIATIVE, CONFIRM)
    world.clock.at = datetime(2025, 1, 10, tzinfo=UTC)
    for phase in ("dot-1", "dot-2"):
        await world.send(CAMPAIGN, world.campaign, OpenPhase(phase=phase))
        await world.send(CAMPAIGN, world.campaign, ClosePhase(phase=phase))
    await world.send(CAMPAIGN, world.campaign, ConcludeCampaign(document=DECISION))
    for command in (COMPLETE, RecogniseWork(document=PLAN)):
        await world.send(REGISTRATION, work, command)
    await world.send(REGISTRATION, initiative, RECOGNISE)
    assert [await world.status(each) for each in (work, initiative)] == [Status.RECOGNISED, Status.RECOGNISED]
