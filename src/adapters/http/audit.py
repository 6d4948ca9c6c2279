"""The audit trail: who did what, when and why, from which command."""

from typing import Any, Literal

from adapters.http.problems import malformed
from adapters.http.queries import listing
from adapters.http.route import Route
from adapters.read_models.audit_trail import TrailFilter, TrailRow, fetch_trail
from adapters.read_models.paging import Page
from application.access import Query
from domain.events import CATALOGUE


class AuditFilter(TrailFilter, frozen=True, kw_only=True):
    """`order`: the newest first, or as it happened."""

    order: Literal["newest", "oldest"] = "newest"


async def _trail(connection: Any, tenant_id: Any, wanted: AuditFilter, **page: Any) -> Page[TrailRow]:
    if wanted.type is not None and wanted.type not in {name for name, _ in CATALOGUE}:
        raise malformed("type", f"{wanted.type[:80]!r} is no event type", code="query.invalid")
    values = {name: getattr(wanted, name) for name in TrailFilter.__struct_fields__}
    newest_first = wanted.order == "newest"
    return await fetch_trail(connection, tenant_id, TrailFilter(**values), newest_first=newest_first, **page)


ROUTES: tuple[Route, ...] = (
    listing(
        "/v1/audit-trail",
        asks=Query.AUDIT_TRAIL,
        fetch=_trail,
        filters=AuditFilter,
        rows=TrailRow,
        views=("trail",),
        summary="The audit trail",
    ),
)
