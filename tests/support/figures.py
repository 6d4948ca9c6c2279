"""Figures for tests that are about something else: nothing was counted, at the position asked for."""

from application.ports import Counted, Counting
from domain.figures import ReportFigures
from domain.ids import TenantId


class NoFigures:
    async def counted(self, tenant_id: TenantId, wanted: Counting, *, since: int) -> Counted:
        return Counted(figures=ReportFigures(), position=since)
