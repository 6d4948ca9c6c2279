"""Duties over HTTP. A duty's id follows from what it is: handing the same one in twice reaches the same one."""

from adapters.http.commands import changes, creates
from adapters.http.examples import CAMPAIGN_ID, UNIT_ID
from adapters.http.queries import Look, listing, single
from adapters.http.route import Route
from adapters.read_models.duty_list import DutyFilter, DutyRow, fetch_duties
from application.access import Query
from domain.duty import DUTY, AcceptDuty, ReturnDuty, SubmitDuty, duty_key
from domain.ids import TenantId, derived


def _identity(command: SubmitDuty, tenant_id: TenantId) -> str:
    key = duty_key(
        campaign_id=command.campaign_id,
        duty=command.duty,
        occurrence=command.occurrence,
        unit_id=command.unit_id,
    )
    return derived(tenant_id, "duty", key)


async def _duty(look: Look) -> DutyRow | None:
    wanted = DutyFilter(duty_id=look.id)
    page = await fetch_duties(
        look.connection, look.tenant_id, wanted, day=look.today, subtree=look.subtree, after=None, limit=1
    )
    return page.rows[0] if page.rows else None


ROUTES: tuple[Route, ...] = (
    listing(
        "/v1/duties",
        asks=Query.DUTIES,
        fetch=fetch_duties,
        filters=DutyFilter,
        rows=DutyRow,
        dated=True,
        views=("duties", "campaigns", "registrations"),
        summary="What is owed, the first due first",
    ),
    single(
        "/v1/duties/{id}",
        asks=Query.DUTIES,
        fetch=_duty,
        answers=DutyRow,
        views=("duties", "campaigns", "registrations"),
        summary="A duty that was handed in",
    ),
    creates(
        "/v1/duties",
        SubmitDuty,
        DUTY,
        summary="Hand in what is owed, or hand it in again",
        identity=_identity,
        example={
            "campaign_id": CAMPAIGN_ID,
            "duty": "half-year-report",
            "unit_id": UNIT_ID,
            "proof": "Báo cáo số 15/BC-CĐCS",
            "report": "Đạt hai trên ba chỉ tiêu.",
        },
    ),
    changes(
        "/v1/duties/{id}/return",
        ReturnDuty,
        DUTY,
        summary="Send it back",
        example={"reason": "Thiếu số liệu đoàn viên."},
    ),
    changes("/v1/duties/{id}/accept", AcceptDuty, DUTY, summary="Accept it, as the level above", example={}),
)
