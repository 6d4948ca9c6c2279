"""The HTTP application: every route of every module, behind one dependency that says who asks and whether they may."""

from collections.abc import Sequence

from litestar import Litestar, Response
from litestar.di import NamedDependency, Provide
from litestar.handlers import HTTPRouteHandler
from litestar.params import SkipValidation

from adapters.http.auth import authenticated
from adapters.http.edge import Edge, log_failure
from adapters.http.problems import MEDIA_TYPE, body_of, language_of, problem_of
from adapters.http.route import Answered, Exchange, HttpRequest, Parts, Route, Visit
from adapters.http.routes import every_route
from application.access import authorise

BODY_SIZE_BYTES_MAX = 1_048_576


def create_app(parts: Parts) -> Edge:
    """The application over its parts; `adapters/main.py` makes those."""
    routes = every_route()
    litestar = Litestar(
        route_handlers=[_handler(route, parts) for route in routes],
        exception_handlers={Exception: _answer_problem},
        request_max_body_size=BODY_SIZE_BYTES_MAX,
        # Litestar's own page loads from a CDN, and its logs hold bodies.
        openapi_config=None,
        logging_config=None,
    )
    return Edge(litestar)


def served(routes: Sequence[Route]) -> dict[tuple[str, str], Route]:
    """The routes by method and path."""
    return {(route.method, route.path): route for route in routes}


def _handler(route: Route, parts: Parts) -> HTTPRouteHandler:
    async def permitted(request: HttpRequest) -> Visit:
        """Who asks, and that this command or query is for their role: everything that a handler needs to know."""
        if route.asks is None:
            return Visit(request=request, parts=parts)
        caller = await authenticated(request, parts.find_credential)
        authorise(caller, route.asks)
        return Exchange(request=request, parts=parts, caller=caller)

    async def answer(visit: NamedDependency[SkipValidation[Visit]]) -> Answered:
        return await route.handle(visit)

    return HTTPRouteHandler(
        route.path.replace("}", ":str}"),
        http_method=route.method,
        status_code=route.status,
        dependencies={"visit": Provide(permitted)},
        request_max_body_size=BODY_SIZE_BYTES_MAX if route.size_bytes_max is None else route.size_bytes_max(parts),
    )(answer)


def _answer_problem(request: HttpRequest, error: Exception) -> Answered:
    problem = problem_of(error)
    request_id = str(request.scope["state"]["request_id"])
    if problem.status == 500 or problem.code == "attachments.away":
        log_failure(error, request_id)
    language = language_of(request.headers.get("accept-language", ""))
    return Response(
        body_of(problem, language=language, instance=request_id),
        status_code=problem.status,
        media_type=MEDIA_TYPE,
        headers={**problem.headers, "content-language": language, "vary": "accept-language"},
    )
