"""Every route stands in this table with the roles that it is for, and the running server keeps to it."""

from collections.abc import AsyncIterator
from uuid import uuid4

import pytest
from litestar.routes import HTTPRoute

from adapters.http.app import Straight, create_app
from adapters.http.route import Parts, Route
from adapters.http.routes import every_route
from tests.support.http import ROLES, Served, served
from tests.support.postgres import PostgresServer

OPEN = "open to anybody"
O, F, U, S, A, I = (role.value for role in ROLES)  # noqa: E741
EVERYBODY = {O, F, U, S, A, I}
OFFICERS = {F, U}
READERS = {F, U, S, A}
DECIDERS = {F, U, S}
GROUPERS = {F, S}
FEDERATION = {F}
REGISTERS = (
    "members", "registrations", "duties", "evaluations", "awards", "councils", "allotments", "audit-trail", "imports",
    "exemplars", "titles-held", "clusters", "demands", "deliveries", "acknowledgements",
    "awards/affected",
)  # fmt: skip
WORKBOOKS = ("units", "members", "registrations", "initiatives", "scores")

TABLE: dict[str, set[str] | str] = {
    "GET /health/live": OPEN,
    "GET /health/ready": OPEN,
    "GET /v1/openapi.json": OPEN,
    "GET /v1/docs": OPEN,
    "GET /v1/docs/{file}": OPEN,
    "GET /v1/me": EVERYBODY,
    "GET /v1/projections": {O, F, A, I},
    "GET /v1/audit/checkpoint": EVERYBODY,
    "GET /v1/audit/checkpoints": EVERYBODY,
    "GET /v1/audit/inclusion": EVERYBODY,
    "GET /v1/audit/consistency": EVERYBODY,
    "GET /v1/units": EVERYBODY,
    "GET /v1/units/{id}": EVERYBODY,
    "POST /v1/units": OFFICERS,
    "POST /v1/units/{id}/move": FEDERATION,
    "POST /v1/units/{id}/found-union": OFFICERS,
    "POST /v1/units/{id}/report-headcount": OFFICERS,
    "POST /v1/units/{id}/report-accident": OFFICERS,
    "POST /v1/units/{id}/rename": OFFICERS,
    "POST /v1/units/{id}/change-sector": OFFICERS,
    "POST /v1/units/{id}/dissolve": FEDERATION,
    "POST /v1/units/{id}/merge": FEDERATION,
    "POST /v1/units/{id}/split": FEDERATION,
    "POST /v1/units/{id}/record-title": FEDERATION,
    "POST /v1/units/{id}/strike-title": FEDERATION,
    "GET /v1/members": READERS,
    "GET /v1/members/{id}": READERS,
    "POST /v1/members": OFFICERS,
    "POST /v1/members/{id}/move": OFFICERS,
    "POST /v1/members/{id}/change-employment": OFFICERS,
    "POST /v1/members/{id}/record-discipline": OFFICERS,
    "POST /v1/members/{id}/lift-discipline": OFFICERS,
    "POST /v1/members/{id}/report-service": OFFICERS,
    "POST /v1/members/{id}/merge": FEDERATION,
    "POST /v1/members/{id}/leave": OFFICERS,
    "POST /v1/members/{id}/rejoin": OFFICERS,
    "POST /v1/members/{id}/record-title": FEDERATION,
    "POST /v1/members/{id}/strike-title": FEDERATION,
    "GET /v1/members/{id}/held-data": FEDERATION,
    "POST /v1/members/{id}/erase": FEDERATION,
    "GET /v1/requests": {F, A},
    "GET /v1/requests/{id}": {F, A},
    "GET /v1/requests.xlsx": {F, A},
    "GET /v1/request-totals": {F, A},
    "POST /v1/requests": FEDERATION,
    "POST /v1/requests/{id}/grant": FEDERATION,
    "POST /v1/requests/{id}/deny": FEDERATION,
    "GET /v1/titles-held": READERS,
    "GET /v1/campaigns": EVERYBODY,
    "GET /v1/campaigns/{id}": EVERYBODY,
    "GET /v1/campaigns/{id}/summary": READERS,
    "POST /v1/campaigns": OFFICERS,
    "POST /v1/campaigns/{id}/launch": OFFICERS,
    "POST /v1/campaigns/{id}/open-phase": OFFICERS,
    "POST /v1/campaigns/{id}/close-phase": OFFICERS,
    "POST /v1/campaigns/{id}/amend": OFFICERS,
    "POST /v1/campaigns/{id}/review": OFFICERS,
    "POST /v1/campaigns/{id}/interpret": OFFICERS,
    "POST /v1/campaigns/{id}/admit-title": OFFICERS,
    "POST /v1/campaigns/{id}/conclude": OFFICERS,
    "POST /v1/campaigns/{id}/cancel": OFFICERS,
    "GET /v1/allotments": READERS,
    "GET /v1/allotments/{id}": READERS,
    "POST /v1/allotments": OFFICERS,
    "GET /v1/registrations": READERS,
    "GET /v1/registrations/{id}": READERS,
    "POST /v1/registrations": OFFICERS,
    "POST /v1/registrations/bulk": OFFICERS,
    "POST /v1/registrations/{id}/return": OFFICERS,
    "POST /v1/registrations/{id}/resubmit": OFFICERS,
    "POST /v1/registrations/{id}/accept-compact": OFFICERS,
    "POST /v1/registrations/{id}/confirm": OFFICERS,
    "POST /v1/registrations/{id}/withdraw": OFFICERS,
    "POST /v1/registrations/{id}/progress": OFFICERS,
    "POST /v1/registrations/{id}/complete": OFFICERS,
    "POST /v1/registrations/{id}/recognise-work": OFFICERS,
    "POST /v1/registrations/{id}/attach-plaque": OFFICERS,
    "POST /v1/registrations/{id}/put-under-review": OFFICERS,
    "POST /v1/registrations/{id}/recognise-initiative": OFFICERS,
    "POST /v1/registrations/{id}/refuse-initiative": OFFICERS,
    "POST /v1/registrations/{id}/withdraw-recognition": OFFICERS,
    "POST /v1/registrations/{id}/move-launch": OFFICERS,
    "POST /v1/registrations/{id}/launch-held": OFFICERS,
    "GET /v1/exemplars": READERS,
    "GET /v1/exemplars/{id}": READERS,
    "POST /v1/exemplars": OFFICERS,
    "POST /v1/exemplars/{id}/recognise": OFFICERS,
    "POST /v1/exemplars/{id}/spread": OFFICERS,
    "POST /v1/exemplars/{id}/withdraw": OFFICERS,
    "GET /v1/duties": READERS,
    "GET /v1/duties/{id}": READERS,
    "GET /v1/duties/{id}/report": READERS,
    "POST /v1/duties": OFFICERS,
    "POST /v1/duties/prepare-report": OFFICERS,
    "POST /v1/duties/{id}/sign-report": OFFICERS,
    "POST /v1/duties/{id}/return": OFFICERS,
    "POST /v1/duties/{id}/accept": OFFICERS,
    "GET /v1/clusters": READERS,
    "GET /v1/clusters/{id}": READERS,
    "POST /v1/clusters": GROUPERS,
    "POST /v1/clusters/{id}/admit": GROUPERS,
    "POST /v1/clusters/{id}/release": GROUPERS,
    "POST /v1/clusters/{id}/name-lead": GROUPERS,
    "POST /v1/clusters/{id}/rename": GROUPERS,
    "POST /v1/clusters/{id}/dissolve": GROUPERS,
    "POST /v1/clusters/{id}/rank": GROUPERS,
    "POST /v1/clusters/{id}/elect-leader": GROUPERS,
    "POST /v1/clusters/{id}/annul-election": GROUPERS,
    "GET /v1/demands": READERS,
    "GET /v1/demands/{id}": READERS,
    "POST /v1/demands": OFFICERS,
    "POST /v1/demands/{id}/withdraw": OFFICERS,
    "GET /v1/acknowledgements": READERS,
    "GET /v1/deliveries": READERS,
    "GET /v1/deliveries/{id}": READERS,
    "POST /v1/deliveries": OFFICERS,
    "POST /v1/deliveries/acknowledge": OFFICERS,
    "GET /v1/campaigns/{id}/distribution": READERS,
    "GET /v1/reminders": READERS | {I},
    "POST /v1/reminders/sent": OFFICERS | {I},
    "GET /v1/units/{id}/calendar": READERS,
    "GET /v1/campaigns/{id}/compliance": READERS,
    "GET /v1/evaluations": READERS,
    "GET /v1/evaluations/{id}": READERS,
    "POST /v1/evaluations": OFFICERS,
    "POST /v1/evaluations/{id}/self-score": OFFICERS,
    "POST /v1/evaluations/{id}/cross-score": OFFICERS,
    "POST /v1/evaluations/{id}/appraise": OFFICERS,
    "POST /v1/evaluations/{id}/adjust": OFFICERS,
    "POST /v1/evaluations/{id}/adjust-bonus": OFFICERS,
    "POST /v1/evaluations/{id}/classify": OFFICERS,
    "POST /v1/evaluations/{id}/complain": OFFICERS,
    "POST /v1/evaluations/{id}/resolve": OFFICERS,
    "POST /v1/evaluations/{id}/finalise": OFFICERS,
    "GET /v1/awards": READERS,
    "GET /v1/awards/affected": READERS,
    "GET /v1/awards/{id}": READERS,
    "GET /v1/awards/{id}/replay": READERS,
    "GET /v1/awards/{id}/why-not": READERS,
    "POST /v1/awards": OFFICERS,
    "POST /v1/awards/{id}/return": OFFICERS,
    "POST /v1/awards/{id}/complete": OFFICERS,
    "POST /v1/awards/{id}/appraise": OFFICERS,
    "POST /v1/awards/{id}/check-eligibility": DECIDERS,
    "POST /v1/awards/{id}/publish": DECIDERS,
    "POST /v1/awards/{id}/take-vote": DECIDERS,
    "POST /v1/awards/{id}/decide": DECIDERS,
    "POST /v1/awards/{id}/present": OFFICERS,
    "POST /v1/awards/{id}/decline": DECIDERS,
    "POST /v1/awards/{id}/hold": DECIDERS,
    "POST /v1/awards/{id}/release": DECIDERS,
    "POST /v1/awards/{id}/revoke": OFFICERS,
    "POST /v1/awards/{id}/correct": DECIDERS,
    "POST /v1/awards/{id}/record-recovery": OFFICERS,
    "POST /v1/awards/{id}/record-concurrence": DECIDERS,
    "POST /v1/awards/{id}/receive-complaint": DECIDERS,
    "POST /v1/awards/{id}/resolve-complaint": DECIDERS,
    "POST /v1/awards/{id}/parts/{part}": DECIDERS,
    "GET /v1/awards/{id}/parts/{part}": READERS,
    "POST /v1/awards/{id}/remove-part": DECIDERS,
    "GET /v1/councils": READERS,
    "GET /v1/councils/{id}": READERS,
    "POST /v1/councils": DECIDERS,
    "POST /v1/councils/{id}/replace-seat": DECIDERS,
    "POST /v1/councils/{id}/move": DECIDERS,
    "POST /v1/councils/{id}/list-dossiers": DECIDERS,
    "POST /v1/councils/{id}/record-recusal": DECIDERS,
    "POST /v1/councils/{id}/record-attendance": DECIDERS,
    "POST /v1/councils/{id}/record-result": DECIDERS,
    "POST /v1/councils/{id}/open-ballot": DECIDERS,
    "POST /v1/councils/{id}/draw-voting-code": DECIDERS,
    "POST /v1/councils/{id}/close-ballot": DECIDERS,
    "POST /v1/councils/{id}/adopt-ballot": DECIDERS,
    "POST /v1/councils/{id}/check-quota": DECIDERS,
    "POST /v1/councils/{id}/issue-decision": DECIDERS,
    "POST /v1/councils/{id}/cancel": DECIDERS,
    "POST /v1/ballots/{id}": OPEN,
    "POST /v1/ballots/{id}/sheet": OPEN,
    "POST /v1/ballots/{id}/papers": OPEN,
    "GET /v1/audit-trail": READERS,
    **{f"GET /v1/templates/{kind}.xlsx": READERS for kind in WORKBOOKS},
    "GET /v1/imports": READERS,
    "GET /v1/imports/{id}": READERS,
    "GET /v1/imports/{id}/marked.xlsx": OFFICERS,
    **{f"POST /v1/imports/{kind}": OFFICERS for kind in WORKBOOKS},
    "GET /v1/units.xlsx": EVERYBODY,
    "GET /v1/campaigns.xlsx": EVERYBODY,
    **{f"GET /v1/{register}.xlsx": READERS for register in REGISTERS},
    "GET /v1/campaigns/{id}/summary.xlsx": READERS,
    "GET /v1/events": {A, I},
    "GET /v1/event-types": EVERYBODY,
    "GET /v1/event-types/{name}/{version}": EVERYBODY,
}
ROUTES = {f"{route.method} {route.path}": route for route in every_route()}


@pytest.fixture(scope="module")
async def web(postgres: PostgresServer) -> AsyncIterator[Served]:
    async with served(postgres) as running:
        yield running


def test_every_route_stands_in_the_table_and_nothing_else() -> None:
    assert set(ROUTES) == set(TABLE)


def test_the_server_has_no_route_besides_those() -> None:
    # What Litestar really serves, whatever was meant; OPTIONS it answers by itself, from the methods alone.
    straight = create_app(Parts(platform=None, find_credential=None, readiness=None)).app  # type: ignore[arg-type]
    assert isinstance(straight, Straight)
    app = straight.litestar
    served_paths = {
        f"{method} {route.path_format}"
        for route in app.routes
        for method in (route.methods if isinstance(route, HTTPRoute) else ("not HTTP",))
        if method != "OPTIONS"
    }
    assert served_paths == set(TABLE)
    assert {f"{method} {path}" for method, path in straight.known} <= served_paths


@pytest.mark.anyio
@pytest.mark.parametrize("name", TABLE)
async def test_the_server_allows_those_roles_and_denies_all_others(web: Served, name: str) -> None:
    route, allowed = ROUTES[name], TABLE[name]
    path = route.path.replace("{id}", str(uuid4())).replace("{file}", "start.js").replace("{part}", "minutes")
    keyless = await web.client.request(route.method, path, headers={"idempotency-key": "k"})
    open_to_all = 200 if route.takes is None else 415  # Who sends nothing is told so, not asked for a key.
    assert keyless.status_code == (open_to_all if allowed == OPEN else 401)
    for role in EVERYBODY if allowed != OPEN else ():
        status, code = await asked(web, route, path, role)
        assert (code == "access.role-denied") == (role not in allowed), (role, status, code)
        assert status not in (401, 500)


async def asked(web: Served, route: Route, path: str, role: str) -> tuple[int, str]:
    """The status and the problem's code, if it is one."""
    caller = web.here.callers[role]
    answer = await (caller.post(path, b"{") if route.method == "POST" else caller.get(path))
    is_problem = answer.headers["content-type"] == "application/problem+json"
    return answer.status_code, answer.json()["code"] if is_problem else ""
