"""What the lists and the summary say of a campaign that was lived through, figure by figure."""

from collections import Counter
from collections.abc import AsyncIterator
from datetime import date
from typing import Any

import msgspec
import pytest

from adapters.read_models.audit_trail import TrailFilter, fetch_trail
from adapters.read_models.awards import AwardFilter, fetch_awards
from adapters.read_models.campaign_list import CampaignFilter, fetch_campaign, fetch_campaigns
from adapters.read_models.councils import SessionFilter, fetch_session_dossiers, fetch_sessions
from adapters.read_models.duty_list import DutyFilter, fetch_duties
from adapters.read_models.evaluations import EvaluationFilter, fetch_evaluations
from adapters.read_models.members import MemberFilter, fetch_members
from adapters.read_models.paging import BadCursor, encoded
from adapters.read_models.registrations import RegistrationFilter, fetch_registrations
from adapters.read_models.session import looking
from adapters.read_models.units import UnitFilter, fetch_units
from domain.allotment import ALLOTMENT, AllotTarget
from domain.campaign import CAMPAIGN
from domain.campaign.messages import AmendCampaign
from domain.directive import Kind
from domain.registration import REGISTRATION
from domain.registration.messages import AcceptCompact, Collective, ConfirmRegistration, Pair, Party
from tests.support.directives import PLAN, SMALL
from tests.support.postgres import PostgresServer
from tests.support.read_models import projected
from tests.support.story import Story
from tests.support.told import LATER, Told

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
async def told(postgres: PostgresServer) -> AsyncIterator[Told]:
    async with projected(postgres) as world:
        story = Story(world.store, await world.database.tenant())
        await story.tell()
        await world.projector.catch_up()
        yield Told(world, story)


async def test_registrations_are_narrowed_by_what_they_are(told: Told) -> None:
    async def names(**wanted: Any) -> list[str]:
        return [row.name for row in await told.rows(fetch_registrations, RegistrationFilter(**wanted))]

    assert await names(late=True) == ["Công trình mới"]
    assert await names(kind="title") == ["title-an", "title-binh"]
    assert await names(kind="title", block="doanh-nghiep", phase="dot-1", level="grassroots", state="confirmed") != []
    assert await names(state="withdrawn") == ["launch-event"]
    assert await names(subject="pair") == ["compact"]
    assert await names(person_id=told.story.id("an")) == ["title-an"]
    assert await names(kind="no-such-kind") == []


async def test_a_unit_sees_its_own_subtree_and_the_compacts_it_is_party_to(told: Told) -> None:
    async def names(subtree: str) -> list[str]:
        found = await told.rows(fetch_registrations, RegistrationFilter(), subtree=told.story.id(subtree))
        return [row.name for row in found]

    assert await names("truong") == ["compact", "launch-event"]
    assert len(await names("cum-tren")) == len(await names("ldld-song-mau")) == 6
    assert await names("nobody") == []


async def test_pages_follow_each_other_without_gap_or_repeat(told: Told) -> None:
    seen: list[str] = []
    after: str | None = None
    async with looking(told.world.pool, told.story.tenant_id) as connection:
        while True:
            page = await fetch_registrations(
                connection, told.story.tenant_id, RegistrationFilter(), subtree=None, after=after, limit=4
            )
            seen += [row.registration_id for row in page.rows]
            after = page.next
            if after is None:
                break
    assert len(seen) == len(set(seen)) == 6


@pytest.mark.parametrize(
    "cursor", ["", "x", "!!", encoded("units", [1]), encoded("registrations", ["1"]), encoded("registrations", [2**70])]
)
async def test_a_cursor_of_another_list_is_refused(told: Told, cursor: str) -> None:
    with pytest.raises(BadCursor):
        await told.rows(fetch_registrations, RegistrationFilter(), after=cursor)


async def test_a_filter_with_a_null_character_finds_nothing(told: Told) -> None:
    assert await told.rows(fetch_registrations, RegistrationFilter(title="a\x00b")) == []


async def test_personal_fields_are_ciphertext_in_every_row(told: Told) -> None:
    held = repr(await told.world.rows(told.story.tenant_id))
    for clear in ("Người an", "bí mật", "khai sai", "thành tích", "đơn thư", "thiếu chữ ký"):
        assert clear not in held
    (row,) = await told.rows(fetch_registrations, RegistrationFilter(registration_id=told.story.id("title-an")))
    assert row.content.startswith("sealed:")


async def test_units_show_their_latest_count_and_members_their_unit(told: Told) -> None:
    units = await told.rows(fetch_units, UnitFilter(under=told.story.id("cum-tren")))
    assert [(unit.code, unit.workers) for unit in units] == [
        ("cum-tren", 10), ("nha-may", 50), ("xuong", 50), ("truong", 50),
    ]  # fmt: skip
    members = await told.rows(fetch_members, MemberFilter(), subtree=told.story.id("xuong"))
    assert [(member.code, member.employment) for member in members] == [("binh", "leader")]


async def test_a_campaign_shows_its_directive_phases_and_dates(told: Told) -> None:
    story = told.story
    assert [row.state for row in await told.rows(fetch_campaigns, CampaignFilter())] == ["launched"]
    assert len(await told.rows(fetch_campaigns, CampaignFilter(), subtree=story.id("truong"))) == 1
    async with looking(told.world.pool, story.tenant_id) as connection:
        detail = await fetch_campaign(connection, story.tenant_id, story.id("campaign"), subtree=None)
        assert await fetch_campaign(connection, story.tenant_id, story.id("truong"), subtree=None) is None
    assert detail is not None
    first, second = detail.phases
    assert (first.opens_on, first.opened_at is None, first.closed_at is None) == (date(2024, 1, 10), False, False)
    assert second.opened_at is None
    assert detail.version == detail.campaign.version == 6
    assert {row.duty for row in detail.duty_dates} == {duty.code for duty in detail.directive.duties}


async def test_an_amendment_replaces_phases_and_duties_and_keeps_what_has_happened(postgres: PostgresServer) -> None:
    async with projected(postgres) as world:
        story = Story(world.store, await world.database.tenant())
        await story.settle()
        shorter = msgspec.structs.replace(SMALL, phases=SMALL.phases[:1], duties=SMALL.duties[:5], distribution=())
        await story.do(CAMPAIGN, "campaign", AmendCampaign(directive=shorter, document=PLAN))
        await world.projector.catch_up()
        async with looking(world.pool, story.tenant_id) as connection:
            detail = await fetch_campaign(connection, story.tenant_id, story.id("campaign"), subtree=None)
        assert detail is not None
        assert [(phase.phase, phase.opened_at is None) for phase in detail.phases] == [("dot-1", False)]
        assert {row.duty for row in detail.duty_dates} == {duty.code for duty in SMALL.duties[:5]}


async def test_a_duty_is_overdue_the_day_after_its_last_day(told: Told) -> None:
    async def state(day: date, unit: str, duty: str) -> tuple[str, bool]:
        wanted = DutyFilter(duty=duty, unit_id=told.story.id(unit))
        (row,) = await told.rows(fetch_duties, wanted, day=day)
        return row.state, row.overdue

    assert await state(date(2024, 1, 9), "xuong", "ke-hoach") == ("not-due", False)
    assert await state(date(2024, 3, 5), "xuong", "ke-hoach") == ("due", False)
    assert await state(date(2024, 3, 6), "xuong", "ke-hoach") == ("overdue", True)
    assert await state(LATER, "nha-may", "ke-hoach") == ("returned", True)
    assert await state(LATER, "truong", "hoi-nghi") == ("accepted", False)
    assert await state(LATER, "nha-may", "dang-ky") == ("fulfilled", False)
    assert await state(LATER, "truong", "dang-ky") == ("due", False)


async def test_a_compact_fulfils_the_duty_to_sign_one_only_once_it_binds(postgres: PostgresServer) -> None:
    signing = next(duty for duty in SMALL.duties if duty.code == "dang-ky")
    compacts = msgspec.structs.replace(signing, code="giao-uoc", fulfilled_by=(Kind.COMPACT,))
    directive = msgspec.structs.replace(SMALL, duties=(*SMALL.duties, compacts))
    async with projected(postgres) as world:
        story = Story(world.store, await world.database.tenant())
        told = Told(world, story)
        await story.settle()
        await story.do(CAMPAIGN, "campaign", AmendCampaign(directive=directive, document=PLAN))
        pair = Pair(parties=(Party(unit_id=story.id("nha-may")), Party(unit_id=story.id("truong"))))
        await story.register("compact", "nha-may", Kind.COMPACT, pair)
        states: list[list[str]] = []
        for step in (AcceptCompact(unit_id=story.id("truong")), ConfirmRegistration()):
            await story.do(REGISTRATION, "compact", step)
            await world.projector.catch_up()
            rows = await told.rows(fetch_duties, DutyFilter(duty="giao-uoc"), day=LATER)
            states.append(sorted(row.state for row in rows))
    assert states == [["due", "due", "due"], ["due", "fulfilled", "fulfilled"]]


async def test_duties_are_paged_and_narrowed(told: Told) -> None:
    everything = await told.rows(fetch_duties, DutyFilter(), day=LATER)
    paged: list[Any] = []
    after: str | None = None
    async with looking(told.world.pool, told.story.tenant_id) as connection:
        while True:
            page = await fetch_duties(
                connection, told.story.tenant_id, DutyFilter(), day=LATER, subtree=None, after=after, limit=3
            )
            paged += page.rows
            after = page.next
            if after is None:
                break
    assert paged == everything
    assert [row.due_on for row in paged] == sorted(row.due_on for row in paged)
    overdue = await told.rows(fetch_duties, DutyFilter(overdue=True), day=LATER, subtree=told.story.id("truong"))
    assert {row.duty for row in overdue} == {"ke-hoach", "khau-hieu"}


async def test_evaluations_awards_and_sessions_show_what_came_of_them(told: Told) -> None:
    story = told.story
    poor = await told.rows(fetch_evaluations, EvaluationFilter(band="chua-dat"))
    assert [(row.unit_id, row.total_x100) for row in poor] == [(story.id("xuong"), 3_000)]
    awards = {row.award_id: row for row in await told.rows(fetch_awards, AwardFilter(title="cong-nhan-gioi"))}
    given, revoked = awards[story.id("award-an")], awards[story.id("award-binh")]
    assert (given.state, given.decision_number, given.prize_vnd) == ("presented", "01/KH-LĐLĐ", 1_500_000)
    assert (revoked.state, revoked.revoked_for, revoked.holds) == ("revoked", "false-declaration", ())
    (session,) = await told.rows(fetch_sessions, SessionFilter())
    assert (session.state, session.seats, session.voted_in_room) == ("decided", 3, 3)
    async with looking(told.world.pool, story.tenant_id) as connection:
        dossiers = await fetch_session_dossiers(connection, story.tenant_id, session.session_id)
    assert [(row.votes_for, row.approved, row.granted) for row in dossiers] == [(3, True, True)] * 2


async def test_the_summary_counts_registrations_by_phase_block_level_kind_and_state(told: Told) -> None:
    counts = Counter[tuple[Any, ...]]()
    for row in (await told.summary()).registrations:
        counts[row.phase, row.block, row.level, row.kind, row.state, row.late] += row.count
    block = "doanh-nghiep"
    assert counts == {
        ("dot-1", block, "grassroots", "compact", "submitted", 0): 1,
        ("dot-1", None, "grassroots", "launch-event", "withdrawn", 0): 1,
        ("dot-1", block, "grassroots", "title", "confirmed", 0): 2,
        ("dot-1", block, "grassroots", "work", "confirmed", 1): 2,
    }


async def test_the_summary_counts_each_target_from_facts(told: Told) -> None:
    targets = {row.target: row for row in (await told.summary()).targets}
    assert {code: (row.numerator, row.denominator, row.met) for code, row in targets.items()} == {
        "mot-cong-trinh": (2, 3, False),
        "dang-ky": (2, 150, None),
        "hoi-nghi": (1, 1, True),  # Schools alone owe it.
        "co-cong-doan": (3, 3, True),
        "xep-loai": (1, 3, False),
        "sang-kien": (0, 1, False),
    }
    assert targets["hoi-nghi"].standing == "met"
    assert targets["mot-cong-trinh"].standing == "not-yet"


async def test_a_unit_reaches_its_allotment_once_it_exceeds_the_number(postgres: PostgresServer) -> None:
    async with projected(postgres) as world:
        story = Story(world.store, await world.database.tenant())
        told = Told(world, story)
        await story.settle()
        for unit, number in (("nha-may", 1), ("xuong", 0), ("truong", 2)):
            allotted = AllotTarget(
                campaign_id=story.id("campaign"),
                target="sang-kien",
                unit_id=story.id(unit),
                period="2024",
                number=number,
                document=PLAN,
            )
            await story.do(ALLOTMENT, f"allotment-{unit}", allotted)
        reached: list[tuple[int, int]] = []
        for unit in ("truong", "nha-may", "nha-may", "truong", "xuong"):
            name = f"initiative-{unit}-{len(reached)}"
            await story.register(name, unit, Kind.INITIATIVE, Collective())
            await story.do(REGISTRATION, name, ConfirmRegistration())
            await world.projector.catch_up()
            targets = {row.target: row for row in (await told.summary()).targets}
            reached.append((targets["sang-kien"].numerator, targets["sang-kien"].denominator))
        # More than the number is wanted: the second of nha-may counts, the second of truong does not.
        assert reached == [(0, 3), (0, 3), (1, 3), (1, 3), (2, 3)]


async def test_the_summary_of_a_subtree_counts_its_units_alone(told: Told) -> None:
    narrowed = await told.summary(subtree=told.story.id("nha-may"))
    targets = {row.target: (row.numerator, row.denominator) for row in narrowed.targets}
    assert targets["mot-cong-trinh"] == (1, 1)
    assert sum(row.count for row in narrowed.registrations) == 3


async def test_the_summary_shows_classes_awards_duties_and_direct_workers(told: Told) -> None:
    summary = await told.summary()
    classes = {(row.subject, row.band): row.count for row in summary.classes}
    assert classes == {("person", "xuat-sac"): 2, ("unit", "xuat-sac"): 1, ("unit", "chua-dat"): 1}
    (awards,) = summary.awards
    assert (awards.title, awards.block, awards.granted, awards.revoked) == ("cong-nhan-gioi", "doanh-nghiep", 1, 1)
    duties = {row.duty: row for row in summary.duties}
    assert (duties["ke-hoach"].owed, duties["ke-hoach"].returned, duties["ke-hoach"].overdue) == (3, 1, 3)
    assert (duties["hoi-nghi"].owed, duties["hoi-nghi"].done) == (1, 1)
    assert (summary.registered_workers.direct_workers, summary.registered_workers.persons) == (1, 2)
    assert summary.registered_workers.share_x100 == 5_000
    assert (summary.awarded_workers.persons, summary.awarded_workers.share_x100) == (1, 10_000)


async def test_the_summary_is_narrowed_by_phase_block_and_level(told: Told) -> None:
    assert (await told.summary(phase="dot-2")).registrations == ()
    assert sum(row.count for row in (await told.summary(block="doanh-nghiep")).registrations) == 5
    assert (await told.summary(level="upper")).awards == ()


async def test_the_trail_says_who_did_what_when_and_from_which_command(told: Told) -> None:
    story = told.story
    trail = await told.rows(fetch_trail, TrailFilter(), newest_first=False)
    assert [row.position for row in trail] == list(range(1, story.position + 1))
    (revoked,) = await told.rows(fetch_trail, TrailFilter(type="award.revoked"))
    assert revoked.campaign_id == story.id("campaign")
    assert (revoked.unit_id, revoked.person_id) == (story.id("xuong"), story.id("binh"))
    assert revoked.summary["ground"] == "false-declaration"
    assert revoked.reason.startswith("sealed:")
    assert [row.position for row in await told.rows(fetch_trail, TrailFilter(command_id=revoked.command_id))] == [
        revoked.position
    ]


async def test_the_trail_is_narrowed_by_time_actor_stream_unit_and_campaign(told: Told) -> None:
    story = told.story
    everything = await told.rows(fetch_trail, TrailFilter())
    assert [row.position for row in everything] == list(range(story.position, 0, -1))
    middle = everything[50]
    before = await told.rows(fetch_trail, TrailFilter(until=middle.recorded_at))
    since = await told.rows(fetch_trail, TrailFilter(since=middle.recorded_at))
    assert len(before) + len(since) == len(everything)
    assert {row.actor for row in await told.rows(fetch_trail, TrailFilter(actor="council-secretary"))} == {
        "council-secretary"
    }
    stream = f"campaign-{story.id('campaign')}"
    assert [row.version for row in await told.rows(fetch_trail, TrailFilter(stream_id=stream))] == [6, 5, 4, 3, 2, 1]
    of_unit = await told.rows(fetch_trail, TrailFilter(), subtree=story.id("truong"))
    assert {row.stream_id for row in of_unit} >= {f"unit-{story.id('truong')}", f"registration-{story.id('compact')}"}
    assert f"unit-{story.id('xuong')}" not in {row.stream_id for row in of_unit}
    assert len(await told.rows(fetch_trail, TrailFilter(campaign_id=story.id("campaign")))) < len(everything)
