"""Whether the server lives, whether it can serve, and who the caller is."""

from adapters.http.decoding import from_query
from adapters.http.queries import Nothing
from adapters.http.route import Answered, Exchange, Readiness, Route, Visit, json_answer
from adapters.read_models.models import NAMES
from adapters.read_models.status import Standing, standings
from application.access import Query
from domain.decider import Message
from tenants.scope import Role


class Live(Message, frozen=True, kw_only=True):
    live: bool


class Me(Message, frozen=True, kw_only=True):
    """Whose key this is. `unit_id` null: the whole tenant."""

    tenant_id: str
    actor: str
    role: Role
    unit_id: str | None
    position: int


async def live(visit: Visit) -> Answered:
    return json_answer(Live(live=True))


async def ready(visit: Visit) -> Answered:
    readiness = await visit.parts.readiness()
    headers = {} if readiness.ready else {"retry-after": "1"}
    return json_answer(readiness, status=200 if readiness.ready else 503, headers=headers)


async def me(exchange: Exchange) -> Answered:
    from_query(exchange.request.scope["query_string"], Nothing)
    caller = exchange.caller
    heads = await exchange.parts.platform.store.heads()
    return json_answer(
        Me(
            tenant_id=caller.tenant_id,
            actor=caller.actor,
            role=caller.role,
            unit_id=caller.unit_id,
            position=heads.get(caller.tenant_id, 0),
        )
    )


class Projections(Message, frozen=True, kw_only=True):
    """How far each read model of the tenant has come, in events and in seconds."""

    projections: list[Standing]


async def projections(exchange: Exchange) -> Answered:
    from_query(exchange.request.scope["query_string"], Nothing)
    platform, reads = exchange.parts.platform, exchange.parts.reads
    now = platform.clock.now()
    found = await standings(platform.store, reads.pool, NAMES, now, tenant_id=exchange.caller.tenant_id)
    return json_answer(Projections(projections=found))


ROUTES: tuple[Route, ...] = (
    Route(method="GET", path="/health/live", summary="Lives", tag="health", handle=live, asks=None, answers=Live),
    Route(
        method="GET",
        path="/health/ready",
        summary="Can serve; 503 and why where it cannot",
        tag="health",
        handle=ready,
        asks=None,
        answers=Readiness,
    ),
    Route(
        method="GET",
        path="/v1/me",
        summary="Who am I",
        tag="me",
        handle=me,
        asks=Query.ME,
        parameters=Nothing,
        answers=Me,
    ),
    Route(
        method="GET",
        path="/v1/projections",
        summary="How far the read models have come",
        tag="me",
        handle=projections,
        asks=Query.PROJECTIONS,
        parameters=Nothing,
        answers=Projections,
    ),
)
