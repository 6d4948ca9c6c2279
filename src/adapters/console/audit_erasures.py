"""What `thidua audit erasures` says: who asked what about their data, what was answered, and what is overdue."""

import click

from adapters.main import Wired
from adapters.read_models.codes import fetch_codes
from adapters.read_models.requests import (
    RequestFilter,
    RequestRow,
    RequestTotal,
    erasures_left,
    fetch_requests,
    fetch_totals,
)
from adapters.read_models.session import looking
from adapters.said import both
from domain.dates import local_day
from domain.ids import TenantId

OPEN_SHOWN_MAX = 500
KINDS = {"access": both("xem dữ liệu", "access"), "erasure": both("xóa dữ liệu", "erasure")}


async def print_erasures(parts: Wired, tenant_id: TenantId) -> None:
    """A line for each kind of request, one for each that waits for an answer, and one for the erasures."""
    today = local_day(parts.platform.clock.now())
    wanted = RequestFilter(state="open")
    async with looking(parts.pool, tenant_id) as connection:
        totals = await fetch_totals(connection, tenant_id, today)
        page = await fetch_requests(
            connection, tenant_id, wanted, day=today, subtree=None, after=None, limit=OPEN_SHOWN_MAX
        )
        codes = await fetch_codes(connection, tenant_id, {row.person_id for row in page.rows})
        left = await erasures_left(connection, tenant_id)
    for total in totals.kinds:
        click.echo(_total(total))
    for row in page.rows:
        click.echo(f"    {_open(row, codes.get(row.person_id, row.person_id))}")
    if page.next is not None:
        click.echo(f"    {both(f'chỉ in {OPEN_SHOWN_MAX} yêu cầu đầu', f'the first {OPEN_SHOWN_MAX} only')}")
    said = both(f"đã xóa {totals.erased} người", f"{totals.erased} persons erased")
    waiting = both(f"{left} người còn khóa chưa hủy xong", f"{left} with keys that are not destroyed yet")
    click.echo(f"{said}; {waiting}" if left else said)


def _total(total: RequestTotal) -> str:
    vi = f"nhận {total.asked}, đáp ứng {total.granted}, từ chối {total.denied}, trả lời muộn {total.late}"
    en = f"asked {total.asked}, granted {total.granted}, denied {total.denied}, answered late {total.late}"
    open_vi, open_en = f"chưa trả lời {total.open}, quá hạn {total.overdue}", f"open {total.open}, overdue"
    return f"{KINDS[total.kind]}: {both(f'{vi}, {open_vi}', f'{en}, {open_en} {total.overdue}')}"


def _open(row: RequestRow, code: str) -> str:
    late = f"  {both('QUÁ HẠN', 'OVERDUE')}" if row.overdue else ""
    return f"{row.request_id}  {code:<16} {row.kind:<8} {both('hạn', 'due')} {row.due_on}{late}"
