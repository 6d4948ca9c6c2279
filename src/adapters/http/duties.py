"""Duties over HTTP. A duty's id follows from what it is: handing the same one in twice reaches the same one."""

from typing import Any

from adapters.http.commands import changes, creates
from adapters.http.examples import CAMPAIGN_ID, UNIT_ID
from adapters.http.queries import Look, listing, single
from adapters.http.route import Exchange, Route
from adapters.read_models.duty_list import DutyFilter, DutyRow, fetch_duties
from adapters.read_models.report_list import ReportRow, fetch_report
from application.access import Query
from domain.duty import DUTY
from domain.duty.messages import (
    AcceptDuty,
    PrepareReport,
    RecordReminder,
    ReturnDuty,
    SignReport,
    SubmitDuty,
    duty_key,
)
from domain.ids import TenantId, derived


def identity_of(command: SubmitDuty | PrepareReport | RecordReminder, tenant_id: TenantId) -> str:
    key = duty_key(
        campaign_id=command.campaign_id,
        duty=command.duty,
        occurrence=command.occurrence,
        unit_id=command.unit_id,
    )
    return derived(tenant_id, "duty", key)


def working_days(exchange: Exchange) -> dict[str, Any]:
    return {"calendar": exchange.parts.platform.calendar}


async def _duty(look: Look) -> DutyRow | None:
    wanted = DutyFilter(duty_id=look.id)
    page = await fetch_duties(
        look.connection, look.tenant_id, wanted, day=look.today, subtree=look.subtree, after=None, limit=1
    )
    return page.rows[0] if page.rows else None


async def _report(look: Look) -> ReportRow | None:
    return await fetch_report(look.connection, look.tenant_id, look.id, subtree=look.subtree)


ROUTES: tuple[Route, ...] = (
    listing(
        "/v1/duties",
        asks=Query.DUTIES,
        fetch=fetch_duties,
        filters=DutyFilter,
        rows=DutyRow,
        dated=True,
        given=working_days,
        views=("duties", "demands", "campaigns", "registrations"),
        summary="What is owed, the first due first",
    ),
    single(
        "/v1/duties/{id}",
        asks=Query.DUTIES,
        fetch=_duty,
        answers=DutyRow,
        views=("duties", "demands", "campaigns", "registrations"),
        summary="A duty of which something is on record",
    ),
    single(
        "/v1/duties/{id}/report",
        asks=Query.DUTIES,
        fetch=_report,
        answers=ReportRow,
        views=("duties",),
        summary="A report's figures, with the position of the log that they are of",
    ),
    creates(
        "/v1/duties",
        SubmitDuty,
        DUTY,
        summary="Hand in what is owed, or hand it in again",
        identity=identity_of,
        example={
            "campaign_id": CAMPAIGN_ID,
            "duty": "half-year-report",
            "unit_id": UNIT_ID,
            "proof": "Báo cáo số 15/BC-CĐCS",
            "report": "Đạt hai trên ba chỉ tiêu.",
        },
    ),
    creates(
        "/v1/duties/prepare-report",
        PrepareReport,
        DUTY,
        summary="Have a report's figures counted, as a draft",
        identity=identity_of,
        found_at="/v1/duties",
        example={"campaign_id": CAMPAIGN_ID, "duty": "half-year-report", "unit_id": UNIT_ID},
    ),
    changes(
        "/v1/duties/{id}/sign-report",
        SignReport,
        DUTY,
        summary="Sign the draft as it stands",
        example={
            "signature": {
                "capacity": "KT",
                "body": "Ban Thường vụ Công đoàn ngành",
                "office": "Phó Chủ tịch",
                "for_office": "Chủ tịch",
            },
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
