"""Reading a report: its figures, what they are of, and who signed them."""

from datetime import date

import msgspec

from adapters.read_models.paging import Query
from adapters.read_models.session import Connection
from domain.figures import Period, ReportFigures
from domain.ids import TenantId
from domain.paper import Signature

REPORT = """
select s.duty_id, s.campaign_id, s.duty, s.occurrence, s.unit_id, s.state, s.period, s.figures,
       s.figures_position as position, s.prepared_on, s.signature, s.signed_on, s.submitted_on, s.version
from read_models.duty_submissions as s
where s.tenant_id = $1 and s.duty_id = {duty} and s.figures is not null{narrowed}"""


class ReportRow(msgspec.Struct, frozen=True, kw_only=True):
    """`position`: whoever brings the read models to it counts the same `figures`. `state` None: not handed in yet."""

    duty_id: str
    campaign_id: str
    duty: str
    occurrence: str
    unit_id: str
    state: str | None
    period: Period
    figures: ReportFigures
    position: int
    prepared_on: date
    signature: Signature | None
    signed_on: date | None
    submitted_on: date | None
    version: int


async def fetch_report(
    connection: Connection, tenant_id: TenantId, duty_id: str, *, subtree: str | None
) -> ReportRow | None:
    """The report of this duty; None where no figures were prepared for it, or it is no matter of the subtree."""
    query = Query(tenant_id)
    duty = query.value(duty_id)
    query.within(subtree, "s.unit_id")
    record = await connection.fetchrow(REPORT.format(duty=duty, narrowed=query.narrowed), *query.values)
    if record is None:
        return None
    values = dict(record)
    for name in ("period", "figures", "signature"):
        values[name] = msgspec.json.decode(values[name]) if values[name] is not None else None
    return msgspec.convert(values, ReportRow)
