"""Many rows as one command, on the in-memory log: what a row does to the next, and what a moved log does to all."""

from datetime import date
from typing import Any

import pytest

from application.importing.plans import PLANS, Terms
from application.importing.rows import Row, row_of
from application.importing.run import ImportDone, Job, Mode, RowsRefused, Workbook, import_workbook
from application.ports import Append, Appended, VersionConflict
from domain.ids import derived, stream
from domain.refusals import Refused
from domain.unit import UNIT, EstablishUnit, RenameUnit
from tenants.scope import Role, TenantScope
from tests.support.workbooks import member, unit
from tests.support.world import World

pytestmark = pytest.mark.anyio


class Province:
    """A tenant whose units have codes, and workbooks that are sent to it."""

    def __init__(self) -> None:
        self.world = World()

    async def settle(self) -> "Province":
        for code, level, parent in (
            ("federation", "federation", None),
            ("east", "upper", "federation"),
            ("base", "grassroots", "east"),
        ):
            await self.world.send(UNIT, self.unit_id(code), self.establishing(code, level, parent))
        return self

    def unit_id(self, code: str) -> str:
        return derived(self.world.tenant, "unit", code)

    def establishing(self, code: str, level: Any, parent: str | None) -> EstablishUnit:
        return EstablishUnit(
            unit_id=self.unit_id(code), code=code, name=code, level=level, sector="school", on=date(2020, 1, 1),
            parent_id=self.unit_id(parent) if parent else None,
        )  # fmt: skip

    async def imported(
        self, kind: str, *rows: dict[str, Any], mode: Mode = "all", sha: str = "a", scope: TenantScope | None = None
    ) -> ImportDone:
        plan = PLANS[kind]
        typed = [row_of(plan.sheet, number, row) for number, row in enumerate(rows, start=2)]
        good = [row for row in typed if isinstance(row, Row)]
        faults = [fault for row in typed if not isinstance(row, Row) for fault in row]
        book = Workbook(kind=kind, file_sha256=sha * 64, file_name=None, rows=good, faults=faults, count=len(rows))
        terms = Terms(tenant_id=self.world.tenant)
        job = Job(workbook=book, plan=plan, terms=terms, mode=mode, correlation_id="c")
        return await import_workbook(self.world.platform, scope or self.world.scope(), job)

    async def head(self) -> int:
        return (await self.world.platform.store.heads())[self.world.tenant]


@pytest.fixture
async def province() -> Province:
    return await Province().settle()


async def test_a_row_sees_what_the_rows_above_it_brought_about_and_cites_it(province: Province) -> None:
    done = await province.imported(
        "units",
        unit("new", level="Cấp trên trực tiếp cơ sở", parent_code="federation"),
        unit("under", parent_code="new"),
    )
    assert done.imported.changed == 2
    streams = await province.world.platform.store.load(
        province.world.tenant, [stream("unit", province.unit_id("under"))]
    )
    assert f'"stream":"unit-{province.unit_id("new")}","version":1' in next(iter(streams.values()))[0].data.decode()


async def test_a_refused_row_leaves_nothing_and_what_rests_on_it_is_refused_too(province: Province) -> None:
    rows = (
        unit(
            "new",
            level="Cấp trên trực tiếp cơ sở",
            parent_code="nowhere",
            members=1,
            workers=1,
            direct_workers=0,
            counted_on="01/02/2024",
        ),
        unit("under", parent_code="new"),
        unit("well"),
    )
    before = await province.head()
    with pytest.raises(RowsRefused) as caught:
        await province.imported("units", *rows)
    assert [fault.row for fault in caught.value.faults] == [2, 3]
    assert await province.head() == before
    done = await province.imported("units", *rows, mode="valid-rows")
    assert (done.imported.changed, done.imported.refused) == (1, 2)
    assert await province.head() == before + 2


async def test_a_row_of_several_steps_is_taken_back_whole(province: Province) -> None:
    """The unit is well, its headcount is not."""
    row = unit("new", members=9, workers=5, direct_workers=1, counted_on="01/02/2024")
    done = await province.imported("units", row, unit("well"), mode="valid-rows")
    assert (done.imported.changed, done.imported.refused) == (1, 1)
    assert done.faults is not None
    assert done.faults[0].column == "members"
    streams = await province.world.platform.store.load(province.world.tenant, [stream("unit", province.unit_id("new"))])
    assert list(streams.values()) == [[]]


async def test_when_the_log_moves_meanwhile_all_rows_are_decided_again(
    province: Province, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = province.world.platform.store
    append, calls = store.append, 0

    async def moved_once(request: Append) -> Appended:
        nonlocal calls
        calls += 1
        if calls == 1:
            monkeypatch.setattr(store, "append", append)
            await province.world.send(UNIT, province.unit_id("base"), RenameUnit(name="Mới", on=date(2024, 1, 1)))
            monkeypatch.setattr(store, "append", moved_once)
        return await append(request)

    monkeypatch.setattr(store, "append", moved_once)
    done = await province.imported("members", member(1))
    assert (calls, done.imported.changed) == (2, 1)


async def test_a_log_that_moves_every_time_is_a_conflict(province: Province, monkeypatch: pytest.MonkeyPatch) -> None:
    async def moved(request: Append) -> Appended:
        raise VersionConflict("unit-x")

    monkeypatch.setattr(province.world.platform.store, "append", moved)
    with pytest.raises(VersionConflict):
        await province.imported("members", member(1))


async def test_an_erased_person_is_named_and_nobody_else_suffers(province: Province) -> None:
    gone = derived(province.world.tenant, "member", "CN-00002")
    await province.world.vault.destroy(province.world.tenant, gone)
    done = await province.imported("members", member(1), member(2), mode="valid-rows")
    assert done.faults is not None
    assert [(fault.row, fault.column) for fault in done.faults] == [(3, "person_code")]
    assert done.imported.changed == 1


async def test_text_that_looks_sealed_is_refused_where_nothing_is_sealed(province: Province) -> None:
    done = await province.imported(
        "units", unit("a", name="sealed:1:eA:AAAAAAAAAAAAAAAAAAAAAA"), unit("b"), mode="valid-rows"
    )
    assert done.faults is not None
    assert [(fault.row, fault.column) for fault in done.faults] == [(2, "name")]


async def test_who_may_not_send_the_single_command_may_not_import_it(province: Province) -> None:
    for role in (Role.AUDITOR, Role.OPERATOR, Role.INTEGRATOR, Role.COUNCIL_SECRETARY):
        with pytest.raises(Refused):
            await province.imported("members", member(1), scope=province.world.scope(role))
    officer = province.world.scope(Role.UNIT_OFFICER, province.unit_id("base"))
    with pytest.raises(RowsRefused):  # A unit's officer moves no unit and establishes none beside it.
        await province.imported("units", unit("new"), scope=officer)


async def test_what_a_row_is_silent_about_stays_as_it_is(province: Province) -> None:
    await province.imported("members", member(1, identity="000000000001"))
    done = await province.imported("members", member(1), sha="b")
    assert done.imported.changed == 0
    with pytest.raises(RowsRefused):
        await province.imported("members", member(1, identity="000000000002"), sha="c")


async def test_a_member_changes_unit_and_work_on_the_day_that_the_row_says(province: Province) -> None:
    await province.imported("units", unit("other"))
    await province.imported("members", member(1))
    moved = member(1, unit_code="other", employment="Khác")
    with pytest.raises(RowsRefused) as caught:
        await province.imported("members", moved, sha="b")
    assert [fault.column for fault in caught.value.faults] == ["changed_on"]
    done = await province.imported("members", moved | {"changed_on": "01/02/2024"}, sha="c")
    assert done.imported.changed == 1
    again = await province.imported("members", moved | {"changed_on": "01/02/2024"}, member(2), sha="d")
    assert again.imported.changed == 1


@pytest.mark.parametrize(
    ("kind", "row", "column"),
    [
        ("members", member(1, months_of_service=11), "year"),
        ("members", member(1, maternity="Có"), "year"),
        ("units", unit("new", direct_workers=3), "members"),
        ("units", unit("new", counted_on=date(2024, 1, 31)), "members"),
    ],
)
async def test_columns_that_belong_together_are_asked_for_rather_than_dropped(
    province: Province, kind: str, row: dict[str, Any], column: str
) -> None:
    with pytest.raises(RowsRefused) as refused:
        await province.imported(kind, row)
    assert [fault.column for fault in refused.value.faults] == [column]


async def test_a_unit_changes_sector_and_gets_a_union_on_the_day_that_the_row_says(province: Province) -> None:
    await province.imported("units", unit("new", has_union="Không"))
    now = unit("new", has_union="Có", sector="Doanh nghiệp nhà nước", changed_on="01/03/2024")
    assert (await province.imported("units", now, sha="b")).imported.changed == 1
    own = stream("unit", province.unit_id("new"))
    records = (await province.world.platform.store.load(province.world.tenant, [own]))[own]
    assert [record.type for record in records][1:] == ["unit.sector-changed", "unit.union-founded"]
    again = await province.imported("units", now, unit("other"), sha="c")
    assert again.imported.changed == 1


async def test_a_row_that_takes_a_union_away_is_refused_rather_than_ignored(province: Province) -> None:
    await province.imported("units", unit("new"))
    with pytest.raises(RowsRefused) as refused:
        await province.imported("units", unit("new", has_union="Không"), sha="b")
    assert [fault.column for fault in refused.value.faults] == ["unit_code"]
