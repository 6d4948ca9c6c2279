"""The summary's figures add up, and each target counts whom it should."""

from collections import Counter
from collections.abc import AsyncIterator, Iterable
from datetime import date
from typing import Any

import msgspec
import pytest

from adapters.read_models.awards import AwardFilter, fetch_awards
from adapters.read_models.evaluations import EvaluationFilter, fetch_evaluations
from adapters.read_models.registrations import RegistrationFilter, fetch_registrations
from adapters.read_models.summary import PhaseSummary
from domain.allotment import ALLOTMENT, AllotTarget
from domain.campaign import CAMPAIGN
from domain.campaign.messages import AmendCampaign
from domain.dates import Span
from domain.directive import (
    AllotmentsReached,
    Directive,
    DutiesDone,
    Kind,
    MembersRegistered,
    Population,
    Target,
    UnitsRegistered,
)
from domain.duty import DUTY
from domain.duty.messages import AcceptDuty
from domain.registration import REGISTRATION
from domain.registration.messages import AcceptCompact, Collective, ConfirmRegistration, Pair, Party
from domain.unit import UNIT, ReportHeadcount
from tests.support.directives import PLAN, SMALL
from tests.support.postgres import PostgresServer
from tests.support.read_models import projected
from tests.support.story import Story
from tests.support.told import LATER, Told

pytestmark = pytest.mark.anyio
DIMENSIONS = {
    "phase": ("dot-1", "dot-2"),
    "block": ("doanh-nghiep",),
    "level": ("federation", "upper", "grassroots"),
}


@pytest.fixture(scope="module")
async def lived(postgres: PostgresServer) -> AsyncIterator[Told]:
    """A campaign from the launch to its awards."""
    async with projected(postgres) as world:
        told = Told(world, Story(world.store, await world.database.tenant()))
        await told.story.tell()
        await world.projector.catch_up()
        yield told


@pytest.fixture
async def begun(postgres: PostgresServer) -> AsyncIterator[Told]:
    """A campaign on the day of its launch."""
    async with projected(postgres) as world:
        told = Told(world, Story(world.store, await world.database.tenant()))
        await told.story.settle()
        yield told


def counts(summary: PhaseSummary) -> Counter[tuple[str, str]]:
    """Every figure that is narrowed by phase, block and level, added up."""
    found = Counter[tuple[str, str]]()
    for row in summary.registrations:
        found += Counter({("registrations", "count"): row.count, ("registrations", "late"): row.late})
    for given in summary.classes:
        found["classes", "count"] += given.count
    for award in summary.awards:
        found.update({("awards", name): getattr(award, name) for name in ("granted", "revoked", "declined", "open")})
    for name in ("registered_workers", "awarded_workers"):
        share = getattr(summary, name)
        found.update({(name, "persons"): share.persons, (name, "direct"): share.direct_workers})
    return +found


def without(summary: PhaseSummary, dimension: str) -> Counter[tuple[str, str]]:
    """The figures of rows that lie in no phase or no block, which no narrowing reaches."""
    rows = {
        name: tuple(row for row in getattr(summary, name) if getattr(row, dimension) is None)
        for name in ("registrations", "classes", "awards")
    }
    nobody = type(summary.registered_workers)(persons=0, direct_workers=0, share_x100=None)
    return counts(msgspec.structs.replace(summary, **rows, registered_workers=nobody, awarded_workers=nobody))


@pytest.mark.parametrize("dimension", DIMENSIONS)
async def test_the_narrowed_figures_add_up_to_the_whole(lived: Told, dimension: str) -> None:
    whole = await lived.summary()
    narrowed: list[dict[str, Any]] = [{dimension: value} for value in DIMENSIONS[dimension]]
    parts = [counts(await lived.summary(**each)) for each in narrowed]
    assert sum([*parts, without(whole, dimension)], Counter[tuple[str, str]]()) == counts(whole)
    assert sum(parts[0].values()) > 0 or dimension == "level"


async def test_the_figures_are_those_of_the_registers(lived: Told) -> None:
    found = counts(await lived.summary())
    registrations = await lived.rows(fetch_registrations, RegistrationFilter())
    awards = Counter(row.state for row in await lived.rows(fetch_awards, AwardFilter()))
    evaluations = await lived.rows(fetch_evaluations, EvaluationFilter())
    assert found["registrations", "count"] == len(registrations)
    assert found["registrations", "late"] == sum(row.late for row in registrations) == 1
    assert found["classes", "count"] == sum(row.band is not None for row in evaluations) == 4
    assert (
        (found["awards", "granted"], found["awards", "revoked"]) == (awards["presented"], awards["revoked"]) == (1, 1)
    )


async def test_what_is_owed_is_done_waiting_or_missing(lived: Told) -> None:
    duties = (await lived.summary()).duties
    assert [row.source for row in duties if row.source != "directive"] == ["demanded"]
    assert len(duties) == len(SMALL.duties) + 1
    for row in duties:
        assert row.owed == row.done + row.submitted + row.returned + row.missing, row.duty
        assert row.overdue + row.not_done <= row.missing + row.returned, row.duty


async def _amended(told: Told, **parts: Any) -> None:
    directive: Directive = msgspec.structs.replace(SMALL, **parts)
    await told.story.do(CAMPAIGN, "campaign", AmendCampaign(directive=directive, document=PLAN))


def _target(measure: Any, **more: Any) -> Target:
    given: dict[str, Any] = {"modality": "ordered", "comparator": ">=", "share_x100": 10_000, "section": "II.2"}
    return Target(code="moi", name="Mới", wording="phấn đấu", measure=measure, **(given | more))


async def test_a_compact_counts_for_both_parties_in_every_measure(begun: Told) -> None:
    story, kinds = begun.story, (Kind.COMPACT,)
    measures = {
        "units": _target(UnitsRegistered(kinds=kinds)),
        "members": _target(MembersRegistered(kinds=kinds)),
        "numbers": _target(AllotmentsReached(kinds=kinds), allotted="once"),
    }
    targets = [msgspec.structs.replace(target, code=code) for code, target in measures.items()]
    await _amended(begun, targets=(*SMALL.targets, *targets))
    for unit in ("nha-may", "truong", "xuong"):
        await _allotted(story, "numbers", unit, "2024", 1)
    pair = Pair(
        parties=(
            Party(unit_id=story.id("nha-may"), person_id=story.id("an")),
            Party(unit_id=story.id("truong"), person_id=story.id("chi")),
        )
    )
    await story.register("compact", "nha-may", Kind.COMPACT, pair)
    await story.do(REGISTRATION, "compact", AcceptCompact(unit_id=story.id("truong")))
    assert await _figures(begun, measures) == {"units": (0, 3), "members": (0, 150), "numbers": (0, 3)}
    await story.do(REGISTRATION, "compact", ConfirmRegistration())
    assert await _figures(begun, measures) == {"units": (2, 3), "members": (2, 150), "numbers": (2, 3)}
    second = await _figures(begun, measures, subtree=story.id("truong"))
    assert second == {"units": (1, 1), "members": (1, 50), "numbers": (1, 1)}


async def _allotted(story: Story, target: str, unit: str, period: str, number: int) -> None:
    allotted = AllotTarget(
        campaign_id=story.id("campaign"),
        target=target,
        unit_id=story.id(unit),
        period=period,
        number=number,
        document=PLAN,
    )
    await story.do(ALLOTMENT, f"{target}-{unit}-{period}", allotted)


async def _figures(told: Told, codes: Iterable[str], **more: Any) -> dict[str, tuple[int, int]]:
    await told.world.projector.catch_up()
    rows = {row.target: row for row in (await told.summary(**more)).targets}
    return {code: (rows[code].numerator, rows[code].denominator) for code in codes}


async def test_a_yearly_number_is_asked_once_its_year_has_come_and_for_that_year_alone(begun: Told) -> None:
    story = begun.story
    years = Span(code="2024-2026", opens_on=date(2024, 1, 1), closes_on=date(2026, 12, 31))
    yearly = _target(AllotmentsReached(kinds=(Kind.INITIATIVE,)), allotted="yearly")
    await _amended(begun, horizon=years, targets=(*SMALL.targets, yearly))
    for year, number in (("2024", 1), ("2025", 2), ("2026", 1)):
        await _allotted(story, "moi", "nha-may", year, number)
    await _allotted(story, "moi", "truong", "2025", 1)

    async def figures(year: int) -> tuple[int, int]:
        return (await _figures(begun, ("moi",), day=date(year, 12, 30)))["moi"]

    for name, day in (("first", date(2024, 3, 1)), ("second", date(2024, 4, 1)), ("third", date(2025, 3, 1))):
        story.clock.day = day
        await story.register(name, "nha-may", Kind.INITIATIVE, Collective())
        await story.do(REGISTRATION, name, ConfirmRegistration())
    assert await figures(2024) == (1, 1)  # The school's first number is next year's.
    assert await figures(2025) == (0, 2)  # One of 2025's two: what was too much in 2024 does not help.
    await story.register("fourth", "nha-may", Kind.INITIATIVE, Collective())
    await story.do(REGISTRATION, "fourth", ConfirmRegistration())
    assert await figures(2025) == (1, 2)
    assert await figures(2026) == (0, 2)  # Each year's number is asked, the one of 2026 too.


@pytest.mark.parametrize(("workers", "whole"), [(24, 2), (25, 3), (26, 3)])
async def test_a_population_begins_with_the_least_number_of_workers(begun: Told, workers: int, whole: int) -> None:
    story = begun.story
    large = _target(UnitsRegistered(kinds=(Kind.WORK,)), population=Population(workers_min=25))
    await _amended(begun, targets=(*SMALL.targets, large))
    counted = ReportHeadcount(members=20, workers=workers, direct_workers=5, on=date(2024, 1, 5))
    await story.do(UNIT, "xuong", counted)
    assert (await _figures(begun, ("moi",)))["moi"] == (0, whole)


async def test_of_several_counts_the_last_up_to_the_day_tells_how_large_a_unit_is(begun: Told) -> None:
    story = begun.story
    large = _target(UnitsRegistered(kinds=(Kind.WORK,)), population=Population(workers_min=51))
    await _amended(begun, targets=(*SMALL.targets, large))
    story.clock.day = date(2024, 8, 1)
    for day, workers in ((date(2024, 3, 1), 60), (date(2024, 6, 1), 50)):
        counted = ReportHeadcount(members=20, workers=workers, direct_workers=5, on=day)
        await story.do(UNIT, "xuong", counted)
    wholes = [
        (await _figures(begun, ("moi",), day=day))["moi"][1]
        for day in (date(2024, 2, 29), date(2024, 3, 1), date(2024, 5, 31), date(2024, 6, 1))
    ]
    assert wholes == [0, 1, 1, 0]


async def test_a_target_of_duties_asks_each_unit_for_those_that_it_owes(begun: Told) -> None:
    """Schools owe two of them, the others one; whoever owes none is not asked."""
    story = begun.story
    await _amended(begun, targets=(*SMALL.targets, _target(DutiesDone(duties=("hoi-nghi", "ke-hoach")))))

    async def done(duty: str, unit: str, occurrence: str = "") -> tuple[int, int]:
        await story.hand_in(f"{duty}-{unit}", duty, unit, occurrence)
        handed_in = (await _figures(begun, ("moi",)))["moi"]
        await story.do(DUTY, f"{duty}-{unit}", AcceptDuty())
        assert handed_in == before
        return (await _figures(begun, ("moi",)))["moi"]

    before = (await _figures(begun, ("moi",)))["moi"]
    assert before == (0, 3)
    before = await done("ke-hoach", "nha-may")
    assert before == (1, 3)
    before = await done("ke-hoach", "truong")
    assert before == (1, 3)  # The conference is missing.
    before = await done("hoi-nghi", "truong", "2024")
    assert before == (2, 3)
    upper = await _figures(begun, ("moi", "hoi-nghi"), subtree=story.id("xuong"))
    assert upper == {"moi": (0, 1), "hoi-nghi": (0, 0)}


async def test_a_target_of_a_phase_is_missed_once_the_phase_is_over(begun: Told) -> None:
    await begun.world.projector.catch_up()
    last = await begun.target("hoi-nghi", day=date(2024, 7, 31))
    after = await begun.target("hoi-nghi", day=LATER)
    assert (last.standing, after.standing) == ("not-yet", "missed")
