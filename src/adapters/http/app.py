"""The HTTP application: every route of every module, behind one place that says who asks and whether they may."""

from collections.abc import Sequence
from typing import Any

from litestar import Litestar, Request, Response
from litestar.enums import ScopeType
from litestar.handlers import HTTPRouteHandler
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Receive, Scope, Send

from adapters.http.auth import authenticated
from adapters.http.edge import Edge, log_failure
from adapters.http.problems import MEDIA_TYPE, body_of, language_of, problem_of
from adapters.http.route import Answered, Exchange, HttpRequest, Parts, Route, Visit, header
from adapters.http.routes import every_route
from application.access import authorise

BODY_SIZE_BYTES_MAX = 1_048_576


def create_app(parts: Parts) -> Edge:
    """The application over its parts; `adapters/main.py` makes those."""
    routes = every_route()
    litestar = Litestar(
        route_handlers=[_handler(route, parts) for route in routes],
        exception_handlers={Exception: _framework_problem},
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
    async def never() -> None:
        raise AssertionError("the route's own middleware has answered")

    return HTTPRouteHandler(
        route.path.replace("}", ":str}"),
        http_method=route.method,
        status_code=route.status,
        middleware=[Answering(route, parts)],
        request_max_body_size=BODY_SIZE_BYTES_MAX if route.size_bytes_max is None else route.size_bytes_max(parts),
    )(never)


class Answering(ASGIMiddleware):
    """Answers one route's requests. It stands where Litestar has found the route and has not begun to gather arguments
    for a handler: a request is one value here, and what gathering, injecting and wrapping cost is a fifth of a command
    (decision record 0013)."""

    scopes = (ScopeType.HTTP,)

    def __init__(self, route: Route, parts: Parts) -> None:
        self._route, self._parts = route, parts

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        request: HttpRequest = Request(scope, receive, send)
        try:
            answered = await self._route.handle(await self._permitted(request))
        except Exception as error:
            answered = _problem(request, error)
        await _send(answered, send)

    async def _permitted(self, request: HttpRequest) -> Visit:
        """Who asks, and that this command or query is for their role: everything that a handler needs to know."""
        if self._route.asks is None:
            return Visit(request=request, parts=self._parts)
        caller = await authenticated(request, self._parts.find_credential)
        authorise(caller, self._route.asks)
        return Exchange(request=request, parts=self._parts, caller=caller)


async def _send(answered: Answered, send: Any) -> None:
    content = answered.content
    headers = [(name.encode(), value.encode("latin-1")) for name, value in answered.headers.items()]
    if answered.status != 304:
        kind = answered.media_type
        kind = f"{kind}; charset=utf-8" if kind.startswith("text/") and "charset" not in kind else kind
        headers.append((b"content-type", kind.encode()))
    if isinstance(content, bytes):
        if answered.status != 304:
            headers.append((b"content-length", b"%d" % len(content)))
        await send({"type": "http.response.start", "status": answered.status, "headers": headers})
        await send({"type": "http.response.body", "body": content, "more_body": False})
        return
    await send({"type": "http.response.start", "status": answered.status, "headers": headers})
    async for piece in content:
        await send({"type": "http.response.body", "body": piece, "more_body": True})
    await send({"type": "http.response.body", "body": b"", "more_body": False})


def _problem(request: HttpRequest, error: Exception) -> Answered:
    problem = problem_of(error)
    request_id = str(request.scope["state"]["request_id"])
    if problem.status == 500 or problem.code == "attachments.away":
        log_failure(error, request_id)
    language = language_of(header(request.scope, b"accept-language") or "")
    return Answered(
        body_of(problem, language=language, instance=request_id),
        problem.status,
        MEDIA_TYPE,
        {**problem.headers, "content-language": language, "vary": "accept-language"},
    )


def _framework_problem(request: HttpRequest, error: Exception) -> Response[bytes]:
    """Where no route was found."""
    answered = _problem(request, error)
    assert isinstance(answered.content, bytes)
    return Response(
        answered.content, status_code=answered.status, media_type=answered.media_type, headers=answered.headers
    )
