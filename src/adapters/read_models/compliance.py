"""The board of who has done what they owe: by unit and by level, reports beside the other duties."""

from collections.abc import Iterable
from datetime import date
from typing import Literal

import msgspec

from adapters.read_models.duty_list import OWED
from adapters.read_models.paging import Query
from adapters.read_models.session import Connection
from domain.directive import Level
from domain.ids import TenantId

BOARD = """
select o.unit_id, u.code, u.name, u.level, o.kind in ('report', 'review') as is_report,
       count(*) as owed,
       count(*) filter (where o.state = 'not-due') as not_due,
       count(*) filter (where o.state = 'due') as due,
       count(*) filter (where o.state = 'overdue') as missing,
       count(*) filter (where o.state = 'not-done') as not_done,
       count(*) filter (where o.state = 'submitted') as submitted,
       count(*) filter (where o.state = 'returned') as returned,
       count(*) filter (where o.state in ('accepted', 'fulfilled')) as accepted,
       count(*) filter (where o.late is false) as in_time,
       count(*) filter (where o.late) as late,
       count(*) filter (where o.overdue) as overdue
from ({owed}) as o
join read_models.units as u on u.tenant_id = $1 and u.unit_id = o.unit_id
group by o.unit_id, u.code, u.name, u.level, is_report"""


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """`owed` is the sum of `not_due`, `due`, `missing` (past its day, nothing handed in), `not_done` (so too, where the
    paper names no day and does not order it), `submitted`, `returned` and `accepted` (or fulfilled by a registration).
    Of those that were handed in, `in_time` and `late`; `overdue` are the missing and those returned whose day is past.
    """

    owed: int = 0
    not_due: int = 0
    due: int = 0
    missing: int = 0
    not_done: int = 0
    submitted: int = 0
    returned: int = 0
    accepted: int = 0
    in_time: int = 0
    late: int = 0
    overdue: int = 0

    def plus(self, other: "Kept") -> "Kept":
        return Kept(**{name: getattr(self, name) + getattr(other, name) for name in Kept.__struct_fields__})


class UnitKept(msgspec.Struct, frozen=True, kw_only=True):
    unit_id: str
    code: str
    name: str
    level: Level
    reports: Kept = Kept()
    others: Kept = Kept()
    all: Kept = Kept()


class LevelKept(msgspec.Struct, frozen=True, kw_only=True):
    """The units of a level together, or of `all`."""

    level: Level | Literal["all"]
    units: int = 0
    reports: Kept = Kept()
    others: Kept = Kept()
    all: Kept = Kept()


class Board(msgspec.Struct, frozen=True, kw_only=True):
    """On `day`: `units` is a part of them (`skip`, `limit`), in the order asked for; `levels` and `total` are of all of
    `units_count` units."""

    campaign_id: str
    day: date
    units_count: int
    units: tuple[UnitKept, ...]
    levels: tuple[LevelKept, ...]
    total: LevelKept


class BoardFilter(msgspec.Struct, frozen=True, kw_only=True):
    """`sort`: `worst` (most overdue first, then most returned, then most late) or by `code`."""

    level: Level | None = None
    under: str | None = None
    sort: Literal["worst", "code"] = "worst"
    skip: int = 0
    limit: int = 100


async def fetch_board(
    connection: Connection,
    tenant_id: TenantId,
    campaign_id: str,
    wanted: BoardFilter,
    *,
    day: date,
    subtree: str | None,
) -> Board:
    """The board of a campaign on `day`; without any unit where it is no campaign, or no matter of the subtree."""
    query = Query(tenant_id)
    owed = OWED.replace("{day}", f"{query.value(day)}::date")
    query.where("c.campaign_id = {}", campaign_id)
    query.where("u.level = {}", wanted.level)
    query.within(wanted.under, "u.unit_id")
    query.within(subtree, "u.unit_id")
    records = await connection.fetch(BOARD.format(owed=owed + query.narrowed), *query.values)
    units: dict[str, UnitKept] = {}
    for record in records:
        row = dict(record)
        place = {name: row.pop(name) for name in ("unit_id", "code", "name", "level")}
        part = "reports" if row.pop("is_report") else "others"
        counted = Kept(**row)
        unit = units.get(place["unit_id"]) or UnitKept(**place)
        units[unit.unit_id] = msgspec.structs.replace(unit, **{part: counted, "all": unit.all.plus(counted)})
    ordered = sorted(units.values(), key=_worst if wanted.sort == "worst" else _code)
    levels = _levels(ordered)
    return Board(
        campaign_id=campaign_id,
        day=day,
        units_count=len(ordered),
        units=tuple(ordered[wanted.skip : wanted.skip + wanted.limit]),
        levels=tuple(levels.values()),
        total=_sum("all", levels.values()),
    )


def _code(unit: UnitKept) -> str:
    return unit.code


def _worst(unit: UnitKept) -> tuple[int, int, int, str]:
    return -unit.all.overdue, -unit.all.returned, -unit.all.late, unit.code


def _levels(units: Iterable[UnitKept]) -> dict[str, LevelKept]:
    levels: dict[str, LevelKept] = {}
    for unit in units:
        one = LevelKept(level=unit.level, units=1, reports=unit.reports, others=unit.others, all=unit.all)
        levels[unit.level] = _sum(unit.level, (levels[unit.level], one)) if unit.level in levels else one
    return levels


def _sum(level: Level | Literal["all"], parts: Iterable[LevelKept]) -> LevelKept:
    whole = LevelKept(level=level)
    for part in parts:
        whole = LevelKept(
            level=level,
            units=whole.units + part.units,
            reports=whole.reports.plus(part.reports),
            others=whole.others.plus(part.others),
            all=whole.all.plus(part.all),
        )
    return whole
