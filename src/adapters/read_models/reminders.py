"""Reminders that are to be sent on a day: worked out from what is owed, less those that are on record as sent."""

from datetime import date
from typing import Any

import msgspec

from adapters.read_models.duty_list import KEYS, OWED
from adapters.read_models.paging import Page, Query, columns, page
from adapters.read_models.session import Connection
from domain.calendar import Reminding, WorkingCalendar
from domain.ids import TenantId

# The reminder of the day is the last whose first day has come: one that fell on a day off, or was missed, is sent on
# the next working day unless the following one has come by then. What is handed in, and is not returned, needs none.
DUE = """
select o.campaign_id, o.duty, o.occurrence, o.unit_id, o.unit_code, o.unit_name, o.name, o.due_on, o.state,
       o.due_on - {day}::date as days_left, o.duty_id,
       case when {day}::date <= o.due_on then
                (select case min(b.days) when 0 then 'on-day' else 'before-' || min(b.days) end
                 from unnest({before}::int[]) as b (days) where b.days >= o.due_on - {day}::date)
            when ({day}::date - o.due_on) < {every} then case when 0 = any({before}::int[]) then 'on-day' end
            else 'overdue-' || (({day}::date - o.due_on) / {every} * {every}) end as kind
from ({owed}) as o
where o.state in ('not-due', 'due', 'overdue', 'returned')"""
TO_SEND = """
select {selected} from ({due}) as o
where o.kind is not null and not exists (
    select 1 from read_models.duty_reminders as r
    where r.tenant_id = $1 and r.duty_id = o.duty_id and r.kind = o.kind and r.due_on = o.due_on){narrowed}
order by {keys}"""


class ReminderRow(msgspec.Struct, frozen=True, kw_only=True):
    """`kind` is what `POST /v1/reminders/sent` is told; `days_left` is negative once the day is past; `source` says
    where the number of days comes from. `text_vi` and `text_en` can be sent as they are."""

    campaign_id: str
    duty: str
    occurrence: str
    unit_id: str
    unit_code: str
    unit_name: str
    name: str
    kind: str
    due_on: date
    days_left: int
    state: str
    source: str = "assumed"
    text_vi: str = ""
    text_en: str = ""


class ReminderFilter(msgspec.Struct, frozen=True, kw_only=True):
    """None narrows nothing. `under`: a unit, with everything below it."""

    campaign_id: str | None = None
    unit_id: str | None = None
    under: str | None = None


async def fetch_reminders(
    connection: Connection,
    tenant_id: TenantId,
    wanted: ReminderFilter,
    *,
    day: date,
    subtree: str | None,
    after: str | None,
    limit: int,
    calendar: WorkingCalendar,
) -> Page[ReminderRow]:
    """What is to be sent on `day`, the first due first; nothing on a day off.

    Raises:
        BadCursor: `after` is not a cursor of this list.
        YearUnknown: the calendar does not say whether `day` is a working day.
    """
    if not calendar.is_working(day):
        return Page(rows=(), next=None)
    query = Query(tenant_id)
    due = _due(query, wanted, day, subtree, calendar.reminders)
    query.after("reminders", after, KEYS)
    selected = columns(ReminderRow, "o", but=("source", "text_vi", "text_en"))
    keys = ", ".join(column for column, _ in KEYS)
    sql = TO_SEND.format(selected=selected, due=due, narrowed=query.narrowed, keys=keys)
    fields = [column.partition(".")[2] for column, _ in KEYS]
    found = await page(connection, sql, query, ReminderRow, listing="reminders", keys=fields, limit=limit)
    told = (msgspec.structs.replace(row, **_said(row), source=calendar.reminders.source) for row in found.rows)
    return Page(rows=tuple(told), next=found.next)


def _due(query: Query, wanted: ReminderFilter, day: date, subtree: str | None, reminding: Reminding) -> str:
    placed = query.value(day)
    owed = OWED.replace("{day}", f"{placed}::date")
    query.where("c.campaign_id = {}", wanted.campaign_id)
    query.where("u.unit_id = {}", wanted.unit_id)
    query.within(wanted.under, "u.unit_id")
    query.within(subtree, "u.unit_id")
    owed, query.conditions = owed + query.narrowed, []
    before = query.value(list(reminding.before_days))
    return DUE.format(owed=owed, day=placed, before=before, every=f"{query.value(reminding.every_days)}::int")


def _said(row: ReminderRow) -> dict[str, Any]:
    day, late = f"{row.due_on:%d/%m/%Y}", -row.days_left
    returned_vi = " (đã nộp nhưng bị trả lại)" if row.state == "returned" else ""
    returned_en = " (handed in, but returned)" if row.state == "returned" else ""
    if late > 0:
        when_vi, when_en = f"đã quá hạn {late} ngày, hạn là {day}", f"is {late} days overdue, since {day}"
    elif late == 0:
        when_vi, when_en = f"đến hạn hôm nay, {day}", f"is due today, {day}"
    else:
        when_vi, when_en = f"còn {-late} ngày đến hạn {day}", f"is due in {-late} days, on {day}"
    return {
        "text_vi": f"{row.unit_name}: “{row.name}” {when_vi}{returned_vi}.",
        "text_en": f"{row.unit_name}: “{row.name}” {when_en}{returned_en}.",
    }
