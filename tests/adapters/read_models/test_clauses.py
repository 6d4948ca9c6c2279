"""Each row says what the paper says: whether a clause is there or assumed, in which words, and how it is read."""

from collections.abc import AsyncIterator
from datetime import date
from typing import Any

import msgspec
import pytest

from adapters.read_models.allotments import AllotmentFilter, fetch_allotments
from adapters.read_models.awards import AwardFilter, fetch_awards
from adapters.read_models.campaign_list import fetch_campaign
from adapters.read_models.councils import SessionFilter, fetch_sessions
from adapters.read_models.duty_list import DutyFilter, fetch_duties
from adapters.read_models.registrations import RegistrationFilter, fetch_registrations
from adapters.read_models.session import looking
from domain.award import AWARD
from domain.award.messages import CompleteDossier, NominateAward, ReturnDossier
from domain.campaign import CAMPAIGN
from domain.campaign.messages import AmendCampaign
from domain.dates import AfterEachPhase, OpenEnded
from domain.directive import Directive, Kind
from domain.duty import DUTY
from domain.duty.messages import AcceptDuty, SubmitDuty
from domain.registration import REGISTRATION
from domain.registration.messages import AcceptCompact, ConfirmRegistration, Pair, Party
from tests.support.directives import PLAN, READING, SMALL
from tests.support.postgres import PostgresServer
from tests.support.read_models import projected
from tests.support.story import Story
from tests.support.told import LATER, Told

pytestmark = pytest.mark.anyio
DEMANDED = {"demanded"}
"""What a unit above demanded is no clause of the directive, whatever becomes of that."""
change = msgspec.structs.replace
YEAR_AFTER = date(2025, 1, 1)


def assumed(clauses: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(change(clause, source="assumed", wording="") for clause in clauses)


ASSUMED: Directive = change(
    SMALL,
    phases=assumed(SMALL.phases),
    duties=assumed(SMALL.duties),
    registrations=assumed(SMALL.registrations),
    titles=assumed(SMALL.titles),
    targets=assumed(SMALL.targets),
)


@pytest.fixture(scope="module")
async def told(postgres: PostgresServer) -> AsyncIterator[Told]:
    """A campaign from the launch to its awards."""
    async with projected(postgres) as world:
        story = Story(world.store, await world.database.tenant())
        await story.tell()
        await world.projector.catch_up()
        yield Told(world, story)


@pytest.fixture
async def begun(postgres: PostgresServer) -> AsyncIterator[Told]:
    async with projected(postgres) as world:
        story = Story(world.store, await world.database.tenant())
        await story.settle()
        await world.projector.catch_up()
        yield Told(world, story)


async def test_a_duty_says_by_which_rule_it_falls_due_in_which_words_and_how_they_are_read(told: Told) -> None:
    (review, _) = await told.rows(fetch_duties, DutyFilter(duty="so-ket"), day=LATER)
    assert (review.rule, review.wording, review.interpretation) == (AfterEachPhase(days=30), "so-ket", READING)
    (open_ended, *_) = await told.rows(fetch_duties, DutyFilter(duty="dang-ky"), day=LATER)
    assert (open_ended.rule, open_ended.source, open_ended.interpretation) == (OpenEnded(), "directive", None)


@pytest.mark.parametrize(
    ("modality", "state", "overdue"), [("ordered", "overdue", True), ("strive", "not-done", False)]
)
async def test_where_no_day_is_named_only_what_is_ordered_is_overdue(
    begun: Told, modality: Any, state: str, overdue: bool
) -> None:
    duties = tuple(change(duty, modality=modality) if duty.code == "dang-ky" else duty for duty in SMALL.duties)
    amended = AmendCampaign(directive=change(SMALL, duties=duties), document=PLAN)
    await begun.story.do(CAMPAIGN, "campaign", amended)
    await begun.world.projector.catch_up()
    rows = await begun.rows(fetch_duties, DutyFilter(duty="dang-ky"), day=YEAR_AFTER)
    assert {(row.state, row.overdue) for row in rows} == {(state, overdue)}
    (row,) = [row for row in (await begun.summary(day=YEAR_AFTER)).duties if row.duty == "dang-ky"]
    assert (row.overdue, row.not_done) == ((3, 0) if overdue else (0, 3))


async def test_a_duty_with_a_day_is_overdue_whatever_its_modality(begun: Told) -> None:
    duties = tuple(change(duty, modality="encourage") for duty in SMALL.duties)
    amended = AmendCampaign(directive=change(SMALL, duties=duties), document=PLAN)
    await begun.story.do(CAMPAIGN, "campaign", amended)
    await begun.world.projector.catch_up()
    states = {row.duty: row.state for row in await begun.rows(fetch_duties, DutyFilter(), day=YEAR_AFTER)}
    assert {code for code, state in states.items() if state == "overdue"} == set(states) - {"dang-ky", "so-ket"}


async def test_what_is_assumed_says_so_in_every_list_and_in_the_summary(told: Told) -> None:
    story = told.story

    async def sources() -> dict[str, set[str | None]]:
        registrations = await told.rows(fetch_registrations, RegistrationFilter())
        summary = await told.summary()
        async with looking(told.world.pool, story.tenant_id) as connection:
            detail = await fetch_campaign(connection, story.tenant_id, story.id("campaign"), subtree=None)
        assert detail is not None
        return {
            "registrations": {row.source for row in registrations},
            "titles": {row.title_source for row in registrations if row.title},
            "allotments": {row.source for row in await told.rows(fetch_allotments, AllotmentFilter())},
            "sessions": {row.title_source for row in await told.rows(fetch_sessions, SessionFilter())},
            "duties": {row.source for row in await told.rows(fetch_duties, DutyFilter(), day=LATER)} - DEMANDED,
            "dates": {row.source for row in detail.duty_dates},
            "phases": {row.source for row in summary.phases},
            "counts": {row.source for row in summary.registrations},
            "targets": {row.source for row in summary.targets},
            "owed": {row.source for row in summary.duties} - DEMANDED,
        }

    assert set().union(*(await sources()).values()) == {"directive"}
    await story.do(CAMPAIGN, "campaign", AmendCampaign(directive=ASSUMED, document=PLAN))
    await told.world.projector.catch_up()
    assert set().union(*(await sources()).values()) == {"assumed"}
    summary = await told.summary()
    assert {row.source for row in summary.classes} == {"assumed"}  # The table's own: it was assumed from the first.
    assert {row.source for row in summary.awards} == {"directive"}  # As it was when they were nominated.


async def test_the_reason_goes_once_what_it_was_for_is_settled(told: Told) -> None:
    story = told.story
    (late,) = await told.rows(fetch_registrations, RegistrationFilter(registration_id=story.id("work-late")))
    assert (late.state, late.reason) == ("confirmed", None)  # It had been returned.
    (plan,) = await told.rows(fetch_duties, DutyFilter(duty_id=story.id("plan-late")), day=LATER)
    assert (plan.state, plan.reason is None) == ("returned", False)
    again = SubmitDuty(
        campaign_id=story.id("campaign"), duty="ke-hoach", unit_id=story.id("nha-may"), proof="Văn bản có chữ ký"
    )
    for command in (again, AcceptDuty()):
        await story.do(DUTY, "plan-late", command)
    await told.world.projector.catch_up()
    (plan,) = await told.rows(fetch_duties, DutyFilter(duty_id=story.id("plan-late")), day=LATER)
    assert (plan.state, plan.reason) == ("accepted", None)


async def test_a_compact_fulfils_the_second_partys_duty_once_it_binds(begun: Told) -> None:
    story = begun.story
    spec = next(duty for duty in SMALL.duties if duty.code == "dang-ky")
    signing = change(spec, code="giao-uoc", modality="ordered", fulfilled_by=(Kind.COMPACT,))
    directive = change(SMALL, duties=(*SMALL.duties, signing))
    await story.do(CAMPAIGN, "campaign", AmendCampaign(directive=directive, document=PLAN))

    async def second() -> tuple[str, str | None, bool]:
        await begun.world.projector.catch_up()
        wanted = DutyFilter(duty="giao-uoc", unit_id=story.id("truong"))
        (row,) = await begun.rows(fetch_duties, wanted, day=YEAR_AFTER, subtree=story.id("truong"))
        return row.state, row.registration_id, row.overdue

    pair = Pair(parties=(Party(unit_id=story.id("nha-may")), Party(unit_id=story.id("truong"))))
    await story.register("compact", "nha-may", Kind.COMPACT, pair)
    assert await second() == ("overdue", None, True)
    await story.do(REGISTRATION, "compact", AcceptCompact(unit_id=story.id("truong")))
    assert await second() == ("overdue", None, True)  # Signed by both, and not confirmed.
    await story.do(REGISTRATION, "compact", ConfirmRegistration())
    assert await second() == ("fulfilled", story.id("compact"), False)


async def test_a_completed_dossier_no_longer_shows_why_it_was_returned(told: Told) -> None:
    story = told.story
    nominated = NominateAward(
        campaign_id=story.id("campaign"), year=2024, title="cong-nhan-gioi", scheme="movement",
        unit_id=story.id("truong"), person_id=story.id("chi"), achievement="viec-chi", report="thành tích",
    )  # fmt: skip
    for command in (nominated, ReturnDossier(reason="thiếu")):
        await story.do(AWARD, "award-chi", command)
    await told.world.projector.catch_up()
    (row,) = await told.rows(fetch_awards, AwardFilter(award_id=story.id("award-chi")))
    assert row.reason is not None
    await story.do(AWARD, "award-chi", CompleteDossier(report="đủ"))
    await told.world.projector.catch_up()
    (row,) = await told.rows(fetch_awards, AwardFilter(award_id=story.id("award-chi")))
    assert (row.state, row.reason) == ("completed", None)


async def test_a_duty_shows_the_slogan_with_the_units_own_name_in_it(told: Told) -> None:
    rows = await told.rows(fetch_duties, DutyFilter(duty="khau-hieu"), day=LATER)
    assert rows
    assert [row.slogan for row in rows] == [f"Công nhân {row.unit_name} thi đua" for row in rows]
