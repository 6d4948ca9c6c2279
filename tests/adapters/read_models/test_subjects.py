"""The index of subjects: the one over the read models and the walk through the log say the same."""

import asyncio
from collections.abc import Mapping

import pytest
from msgspec.structs import replace

from adapters.read_models.subjects import PostgresSubjects
from application.log_subjects import LogSubjects
from application.ports import Subjects, Unavailable
from domain.award.messages import AwardNominated
from domain.decider import Message
from domain.evaluation.messages import EvaluationOpened
from domain.events import decode
from domain.ids import TenantId, stream
from domain.member.messages import MemberEnrolled, MemberMerged, MemberMoved
from domain.registration.messages import Collective, Individual, Pair, Party, RegistrationSubmitted
from tests.support.log import fresh_id
from tests.support.postgres import PostgresServer
from tests.support.read_models import Projected, projected
from tests.support.tree import PROJECT

pytestmark = pytest.mark.anyio

UNIT, OTHER_UNIT, PERSON, OTHER_PERSON = (fresh_id() for _ in range(4))


def golden(name: str) -> Message:
    event: Message = decode(name, 1, (PROJECT / "tests" / "golden" / "events" / f"{name}.v1.json").read_bytes().strip())
    return event


def beginnings() -> Mapping[str, Message]:
    """Streams of every kind of subject, each with its first event."""
    submitted, opened, nominated = (
        golden(name) for name in ("registration.submitted", "evaluation.opened", "award.nominated")
    )
    assert isinstance(submitted, RegistrationSubmitted)
    assert isinstance(opened, EvaluationOpened)
    assert isinstance(nominated, AwardNominated)
    persons = Pair(parties=(Party(unit_id=UNIT, person_id=PERSON), Party(unit_id=OTHER_UNIT, person_id=OTHER_PERSON)))
    units = Pair(parties=(Party(unit_id=UNIT), Party(unit_id=OTHER_UNIT)))
    subjects = Individual(person_id=PERSON), Collective(), persons, units
    of_unit, of_person = {"unit_id": UNIT, "person_id": None}, {"unit_id": UNIT, "person_id": PERSON}
    return {
        **{stream("registration", fresh_id()): replace(submitted, unit_id=UNIT, subject=each) for each in subjects},
        **{stream("evaluation", fresh_id()): replace(opened, **each) for each in (of_unit, of_person)},
        **{stream("award", fresh_id()): replace(nominated, **each) for each in (of_unit, of_person)},
    }


async def recorded(place: Projected, tenant_id: TenantId, begun: Mapping[str, Message]) -> int:
    position = 0
    for name, event in begun.items():
        position = await place.record(tenant_id, name, [event])
    return position


async def both(place: Projected) -> tuple[Subjects, Subjects]:
    return PostgresSubjects(place.pool, place.projector), LogSubjects(place.store)


async def test_a_persons_streams_are_not_the_units_and_both_indexes_agree(postgres: PostgresServer) -> None:
    async with projected(postgres) as place:
        tenant_id, begun = await place.database.tenant(), beginnings()
        head = await recorded(place, tenant_id, begun)
        await place.projector.catch_up()
        tables, log = await both(place)
        individual, collective, persons, units, *rest = begun
        wanted = {
            PERSON: [individual, persons, rest[1], rest[3]],
            OTHER_PERSON: [persons],
            UNIT: [collective, units, rest[0], rest[2]],
            OTHER_UNIT: [units],
            fresh_id(): [],
        }
        for subject, names in wanted.items():
            assert await tables.about(tenant_id, subject, until=head) == names
            assert await log.about(tenant_id, subject, until=head) == names


async def test_a_campaigns_nominations_for_a_title_are_found_up_to_a_position(postgres: PostgresServer) -> None:
    async with projected(postgres) as place:
        tenant_id, begun = await place.database.tenant(), beginnings()
        head = await recorded(place, tenant_id, begun)
        await place.projector.catch_up()
        [*_, (first, nominated), (second, _)] = begun.items()
        assert isinstance(nominated, AwardNominated)
        for index in await both(place):
            title = nominated.campaign_id, nominated.title
            assert await index.nominated(tenant_id, *title, until=head) == [first, second]
            assert await index.nominated(tenant_id, *title, until=head - 1) == [first]
            assert await index.nominated(tenant_id, nominated.campaign_id, "another", until=head) == []


async def test_the_streams_of_a_unit_s_persons_are_found_and_not_its_own(postgres: PostgresServer) -> None:
    async with projected(postgres) as place:
        tenant_id, begun = await place.database.tenant(), beginnings()
        enrolled, moved = golden("member.enrolled"), golden("member.moved")
        assert isinstance(enrolled, MemberEnrolled)
        assert isinstance(moved, MemberMoved)
        stays, goes, comes = (stream("member", fresh_id()) for _ in range(3))
        await recorded(place, tenant_id, begun)
        for name, first_unit in ((stays, UNIT), (goes, UNIT), (comes, OTHER_UNIT)):
            await place.record(tenant_id, name, [replace(enrolled, unit_id=first_unit)])
        await place.record(tenant_id, goes, [replace(moved, unit_id=OTHER_UNIT)], at=1)
        head = await place.record(tenant_id, comes, [replace(moved, unit_id=UNIT)], at=1)
        await place.projector.catch_up()
        *_, evaluation, _, award = begun
        wanted = [evaluation, award, stays, comes]
        for index in await both(place):
            assert await index.of_persons_in(tenant_id, UNIT, until=head, limit=10) == wanted
            assert await index.of_persons_in(tenant_id, UNIT, until=head, limit=2) == wanted[:2]
            assert await index.of_persons_in(tenant_id, fresh_id(), until=head, limit=10) == []


async def test_an_index_that_is_behind_is_waited_for(postgres: PostgresServer) -> None:
    async with projected(postgres) as place:
        tenant_id, begun = await place.database.tenant(), beginnings()
        head = await recorded(place, tenant_id, begun)
        tables, _ = await both(place)
        asking = asyncio.create_task(tables.about(tenant_id, OTHER_PERSON, until=head))
        await asyncio.sleep(0.2)
        assert not asking.done()
        await place.projector.catch_up()
        assert len(await asking) == 1


async def test_an_index_that_stays_behind_is_unavailable(
    postgres: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.read_models.subjects.WAIT_SECONDS_MAX", 0.2)
    async with projected(postgres) as place:
        tenant_id = await place.database.tenant()
        head = await recorded(place, tenant_id, beginnings())
        tables, _ = await both(place)
        with pytest.raises(Unavailable):
            await tables.about(tenant_id, PERSON, until=head)


async def test_the_clusters_of_a_unit_are_those_that_it_was_ever_in(postgres: PostgresServer) -> None:
    formed, admitted, released = (golden(f"cluster.{each}") for each in ("formed", "unit-admitted", "unit-released"))
    async with projected(postgres) as place:
        tenant_id, first, second = await place.database.tenant(), *(stream("cluster", fresh_id()) for _ in range(2))
        await place.record(tenant_id, first, [replace(formed, unit_ids=(UNIT,))])
        before = await place.record(tenant_id, second, [replace(formed, unit_ids=(OTHER_UNIT,))])
        head = await place.record(tenant_id, second, [replace(admitted, unit_id=UNIT)], at=1)
        left = replace(released, unit_id=UNIT, since=admitted.on)  # type: ignore[attr-defined]
        head = await place.record(tenant_id, second, [left], at=2)
        await place.projector.catch_up()
        for index in await both(place):
            assert await index.clusters(tenant_id, UNIT, until=head) == [first, second]
            assert await index.clusters(tenant_id, UNIT, until=before) == [first]
            assert await index.clusters(tenant_id, None, until=head) == [first, second]
            assert await index.clusters(tenant_id, fresh_id(), until=head) == []


async def test_the_records_that_were_merged_into_a_persons_are_found_from_the_merger_on(
    postgres: PostgresServer,
) -> None:
    enrolled, merged = golden("member.enrolled"), golden("member.merged")
    assert isinstance(merged, MemberMerged)
    async with projected(postgres) as place:
        tenant_id, before = await place.database.tenant(), fresh_id()
        name = stream("member", before)
        await place.record(tenant_id, name, [enrolled])
        head = await place.record(tenant_id, name, [replace(merged, into=PERSON)], at=1)
        await place.projector.catch_up()
        for index in await both(place):
            assert await index.merged_into(tenant_id, PERSON, until=head) == [name]
            assert await index.merged_into(tenant_id, PERSON, until=head - 1) == []
            assert await index.merged_into(tenant_id, before, until=head) == []
