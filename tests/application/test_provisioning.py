import asyncio
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest

from application.federation_changes import Change
from application.federation_file import CampaignEntry, FederationFile, load
from application.file_problems import FileProblems
from application.provisioning import apply, as_recorded, current, kept, plan
from domain.campaign import CAMPAIGN
from domain.campaign.messages import InterpretClause
from domain.cluster import CLUSTER
from domain.cluster.messages import ReleaseUnit
from domain.dates import local_day
from domain.ids import derived, stream
from domain.member import MEMBER
from domain.member.messages import StrikeMemberTitle
from domain.paper import Document
from domain.titles import TitleRecord
from domain.unit import UNIT, FoundUnion, RenameUnit
from tests.support.world import World

pytestmark = pytest.mark.anyio

DEPLOY = Path(__file__).parents[2] / "deploy"
FILES = sorted(path.stem for path in (DEPLOY / "federations").glob("*.toml"))
AMENDING = Document(kind="Kế hoạch", number="20/KH-LĐLĐ", issued="2024-03", title="Sửa đổi", issuer="LĐLĐ tỉnh")
change = msgspec.structs.replace


def loaded(handle: str = "lao-cai") -> FederationFile:
    return load(DEPLOY / "federations" / f"{handle}.toml", DEPLOY / "rules")


def with_unit(file: FederationFile, code: str, **parts: Any) -> FederationFile:
    return change(file, units=tuple(change(unit, **parts) if unit.code == code else unit for unit in file.units))


def with_campaign(file: FederationFile, **parts: Any) -> FederationFile:
    return change(file, campaigns=(change(file.campaigns[0], **parts), *file.campaigns[1:]))


def amended(campaign: CampaignEntry, **parts: Any) -> Any:
    return change(campaign.directive, **parts)


async def planned(world: World, file: FederationFile) -> list[Change]:
    today = local_day(world.clock.now())
    now = await current(world.platform, world.tenant, file)
    return plan(file, now, tenant_id=world.tenant, today=today)


async def applied(world: World, file: FederationFile) -> list[str]:
    changes = await planned(world, file)
    await apply(world.platform, world.tenant, changes)
    return [each.verb for each in changes]


async def head(world: World) -> int:
    return (await world.platform.store.heads())[world.tenant]


@pytest.mark.parametrize("handle", FILES)
async def test_a_federation_stands_once_its_file_is_applied(handle: str) -> None:
    world, file = World(), loaded(handle)
    await applied(world, file)
    units, members, campaigns = len(file.units), len(file.members), len(file.campaigns)
    titles = sum(len(each.titles) for each in file.units) + sum(len(each.titles) for each in file.members)
    assert titles
    assert await head(world) == 2 * units + len(file.clusters) + members + titles + campaigns
    recorded = await current(world.platform, world.tenant, file)
    for campaign in file.campaigns:
        state, _ = recorded.campaigns[campaign.key]
        assert state.directive == campaign.directive
        assert state.issuer_id == derived(world.tenant, "unit", campaign.issuer)


async def test_applying_the_same_file_again_changes_nothing() -> None:
    world, file = World(), loaded()
    await applied(world, file)
    before = await head(world)
    assert await planned(world, file) == []
    assert await applied(world, file) == []
    assert await head(world) == before


async def test_a_killed_run_goes_on_where_it_stopped() -> None:
    world, file = World(), loaded()
    changes = await planned(world, file)
    await apply(world.platform, world.tenant, changes[:7])
    rest = await planned(world, file)
    assert len(rest) == len(changes) - 7
    await apply(world.platform, world.tenant, rest)
    whole = World()
    await applied(whole, file)
    assert await head(world) == await head(whole)


async def test_two_runs_at_once_do_each_thing_once() -> None:
    world, file = World(), loaded()
    first, second = await planned(world, file), await planned(world, file)
    await asyncio.gather(
        apply(world.platform, world.tenant, first),
        apply(world.platform, world.tenant, second),
    )
    alone = World()
    await applied(alone, file)
    assert await head(world) == await head(alone)


async def test_planning_writes_nothing() -> None:
    world = World()
    changes = await planned(world, loaded())
    assert await head(world) == 0
    assert changes[0].told() == "nhập đơn vị / enter the unit: ldld-lao-cai (Liên đoàn Lao động tỉnh Lào Cai)"
    assert changes[-1].told().startswith("nhập phong trào / draft the campaign: thi-dua-yeu-nuoc-2024")


async def test_units_come_after_the_units_above_them_whatever_the_file_s_order() -> None:
    world, file = World(), loaded()
    federation, *others = file.units
    turned = change(file, units=(federation, *reversed(others)))
    await applied(world, turned)
    assert await planned(world, file) == []


async def test_a_changed_name_parent_or_count_is_recorded_as_such() -> None:
    world, file = World(), loaded()
    await applied(world, file)
    counts = change(file.units[8].headcount, members=95, on=date(2024, 2, 1))
    changed = with_unit(file, file.units[8].code, name="CĐCS Tên Mới", parent="cd-nganh-may-nui", headcount=counts)
    assert await applied(world, changed) == ["rename-unit", "move-unit", "report-headcount"]
    assert await planned(world, changed) == []


async def test_a_name_may_go_back_to_what_it_was() -> None:
    world, file = World(), loaded()
    await applied(world, file)
    code = file.units[4].code
    renamed = with_unit(file, code, name="CĐCS Tên Mới")
    assert await applied(world, renamed) == ["rename-unit"]
    assert await applied(world, file) == ["rename-unit"]
    assert await applied(world, renamed) == ["rename-unit"]
    assert await planned(world, renamed) == []


async def test_a_union_that_was_founded_is_recorded() -> None:
    world, file = World(), loaded()
    await applied(world, file)
    assert await applied(world, with_unit(file, "dn-da-op-lat", has_union=True)) == ["found-union"]


async def test_a_cluster_gets_the_members_name_and_lead_that_the_file_comes_to_have() -> None:
    world, file = World(), loaded()
    await applied(world, file)
    cluster = change(file.clusters[0], name="Cụm mới", lead="cd-kcn-bac-song")
    more = change(file.units[1], code="cd-nganh-moi")
    changed = change(file, clusters=(cluster, *file.clusters[1:]), units=(*file.units, more))
    done = await applied(world, changed)
    assert sorted(done) == ["admit-unit", "establish-unit", "name-lead", "rename-cluster", "report-headcount"]
    assert await planned(world, changed) == []


async def test_a_unit_that_left_its_cluster_is_not_put_back_by_the_file() -> None:
    world, file = World(), loaded()
    await applied(world, file)
    left = ReleaseUnit(unit_id=derived(world.tenant, "unit", file.units[1].code), on=date(2024, 2, 1))
    await world.send(CLUSTER, derived(world.tenant, "cluster", "cum-nganh"), left)
    assert await planned(world, file) == []


async def test_the_kind_of_a_cluster_cannot_change() -> None:
    world, file = World(), loaded()
    await applied(world, file)
    block = change(file.clusters[0], kind="block")
    with pytest.raises(FileProblems) as caught:
        await planned(world, change(file, clusters=(block, *file.clusters[1:])))
    assert [problem.key for problem in caught.value.problems] == ["clusters[0].kind"]


@pytest.mark.parametrize(("part", "value"), [("level", "upper"), ("cluster", "cum-khac"), ("has_union", False)])
async def test_what_cannot_change_is_refused_by_its_key_and_nothing_is_done(part: str, value: Any) -> None:
    world, file = World(), loaded()
    await applied(world, file)
    before = await head(world)
    changed = with_unit(with_unit(file, file.units[4].code, name="Tên Mới"), file.units[5].code, **{part: value})
    with pytest.raises(FileProblems) as caught:
        await planned(world, changed)
    assert [problem.key for problem in caught.value.problems] == [f"units[5].{part}"]
    assert await head(world) == before


async def test_a_member_moves_and_changes_work_but_keeps_the_day_of_joining() -> None:
    world, file = World(), loaded()
    await applied(world, file)
    first = file.members[0]
    moved = change(first, unit="cdcs-th-lua-non", employment="leader")
    assert await applied(world, change(file, members=(moved, *file.members[1:]))) == [
        "move-member",
        "change-employment",
    ]
    with pytest.raises(FileProblems, match="joined_on"):
        await planned(world, change(file, members=(change(moved, joined_on=date(2000, 1, 1)), *file.members[1:])))


async def test_a_changed_directive_needs_the_paper_that_amends_it() -> None:
    world, file = World(), loaded()
    await applied(world, file)
    changed = with_campaign(file, directive=amended(file.campaigns[0], theme="Chủ đề mới"))
    with pytest.raises(FileProblems) as caught:
        await planned(world, changed)
    assert [problem.key for problem in caught.value.problems] == ["campaigns[0].amended_by"]
    named = with_campaign(changed, amended_by=AMENDING)
    assert await applied(world, named) == ["amend-campaign"]
    assert await planned(world, named) == []


def with_newer_rules(file: FederationFile) -> FederationFile:
    """As a release ships them: the next version of each rule set."""
    rule_sets = tuple(change(each, version=each.version + 1) for each in file.campaigns[0].directive.rule_sets)
    assert rule_sets
    return with_campaign(file, directive=amended(file.campaigns[0], rule_sets=rule_sets))


async def test_a_campaign_goes_on_by_the_rules_it_began_with_until_a_paper_asks_for_others() -> None:
    world, file = World(), loaded("kon-tum")
    await applied(world, file)
    newer = with_newer_rules(file)
    assert await planned(world, newer) == []
    recorded = await current(world.platform, world.tenant, newer)
    assert kept(newer, recorded) == {file.campaigns[0].key: ["rule_sets"]}
    assert kept(file, recorded) == {}
    named = with_campaign(newer, amended_by=AMENDING)
    assert await applied(world, named) == ["amend-campaign"]
    assert kept(named, await current(world.platform, world.tenant, named)) == {}


async def test_a_paper_of_before_does_not_bring_the_rules_of_a_later_release() -> None:
    world, file = World(), loaded("kon-tum")
    await applied(world, file)
    named = with_campaign(file, directive=amended(file.campaigns[0], theme="Chủ đề mới"), amended_by=AMENDING)
    await applied(world, named)
    assert await planned(world, with_newer_rules(named)) == []


async def test_a_demo_leaves_a_newer_text_aside_and_says_what_differs() -> None:
    world, file = World(), loaded("kon-tum")
    await applied(world, file)
    newer = with_campaign(file, directive=amended(file.campaigns[0], theme="Chủ đề mới"))
    recorded = await current(world.platform, world.tenant, newer)
    assert await planned(world, as_recorded(newer, recorded)) == []
    assert kept(newer, recorded) == {file.campaigns[0].key: ["theme"]}
    paper = with_campaign(newer, amended_by=AMENDING)
    assert as_recorded(paper, recorded) == paper


async def test_a_file_is_the_same_after_a_clause_was_read_by_a_decision() -> None:
    world, file = World(), loaded("lao-cai")
    await applied(world, file)
    entry = file.campaigns[0]
    target = entry.directive.targets[0]
    reading = InterpretClause(
        clause=f"targets.{target.code}",
        reading="Tính theo cơ quan",
        decided_by="Ban Thường vụ",
        decided_on=date(2024, 2, 20),
    )
    await world.send(CAMPAIGN, derived(world.tenant, "campaign", entry.key), reading)
    assert await planned(world, file) == []
    assert kept(file, await current(world.platform, world.tenant, file)) == {}


async def test_a_union_that_was_founded_since_stays_though_the_file_is_old() -> None:
    world, file = World(), loaded()
    await applied(world, file)
    founded = FoundUnion(on=date(2024, 2, 20))
    await world.send(UNIT, derived(world.tenant, "unit", "dn-da-op-lat"), founded)
    assert await planned(world, file) == []


async def test_a_campaign_keeps_its_issuer() -> None:
    world, file = World(), loaded()
    await applied(world, file)
    with pytest.raises(FileProblems, match="issuer"):
        await planned(world, with_campaign(file, issuer="ldld-huyen-thac-bac"))


async def test_what_the_file_does_not_mention_stays_as_it_is() -> None:
    world, file = World(), loaded()
    await applied(world, file)
    assert await planned(world, change(file, units=file.units[:2], members=(), campaigns=())) == []


async def test_what_an_officer_did_since_is_seen() -> None:
    world, file = World(), loaded()
    await applied(world, file)
    identity = derived(world.tenant, "unit", file.units[4].code)
    await world.send(UNIT, identity, RenameUnit(name="Tên cán bộ đặt", on=date(2024, 2, 20)))
    assert [each.verb for each in await planned(world, file)] == ["rename-unit"]


async def test_one_run_is_one_correlation_by_the_platform_itself() -> None:
    world, file = World(), loaded()
    await applied(world, file)
    names = [stream(CAMPAIGN.name, derived(world.tenant, "campaign", file.campaigns[0].key))]
    records = await world.platform.store.page(world.tenant, after=0, limit=1_000)
    assert {record.actor for record in records} == {"provisioning"}
    assert len({record.correlation_id for record in records}) == 1
    assert [record.stream_id for record in records][-1:] == names


async def test_a_unit_of_another_sector_is_changed_on_the_day_that_the_file_is_applied() -> None:
    world, file = World(), loaded()
    await applied(world, file)
    code = next(unit.code for unit in file.units if unit.sector == "school")
    again = with_unit(file, code, sector="public-service")
    assert await applied(world, again) == ["change-sector"]
    state, _ = (await current(world.platform, world.tenant, again)).units[code]
    assert (state.sector, state.sectors[-1][0]) == ("public-service", local_day(world.clock.now()))
    assert await planned(world, again) == []


async def test_a_title_in_the_file_is_recorded_once_and_not_another_way() -> None:
    world, file = World(), loaded()
    await applied(world, file)
    member = next(each for each in file.members if each.titles)
    more = change(member.titles[0], year=2019)

    def with_titles(*titles: TitleRecord) -> FederationFile:
        members = (change(each, titles=titles) if each is member else each for each in file.members)
        return change(file, members=tuple(members))

    assert await applied(world, with_titles(*member.titles, more)) == ["record-title"]
    assert await planned(world, with_titles(*member.titles, more)) == []
    with pytest.raises(FileProblems) as caught:
        await planned(world, with_titles(change(member.titles[0], issuer="LĐLĐ tỉnh")))
    assert [problem.key.partition(".")[2] for problem in caught.value.problems] == ["titles[0].title"]


async def test_a_title_that_was_struck_is_not_recorded_again_from_the_file() -> None:
    world, file = World(), loaded()
    await applied(world, file)
    member = next(each for each in file.members if each.titles)
    title = member.titles[0]
    struck = StrikeMemberTitle(title=title.title, year=title.year, reason="nhập nhầm", document=AMENDING)
    world.clock.at = world.clock.at.replace(month=4)
    await world.send(MEMBER, derived(world.tenant, "member", member.code), struck)
    with pytest.raises(FileProblems) as caught:
        await planned(world, file)
    assert "struck" in caught.value.problems[0].reason
