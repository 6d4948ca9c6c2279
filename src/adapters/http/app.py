"""The HTTP application: every route of every module, behind one place that says who asks and whether they may."""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from litestar import Litestar, Request, Response
from litestar.handlers import HTTPRouteHandler
from litestar.types import ASGIApp, Receive, Scope, Send

from adapters.http.auth import authenticated
from adapters.http.edge import Edge, header, log_failure
from adapters.http.problems import MEDIA_TYPE, body_of, language_of, problem_of
from adapters.http.route import Answered, Disconnected, Exchange, HttpRequest, Parts, Route, Visit
from adapters.http.routes import every_route
from application.access import authorise

BODY_SIZE_BYTES_MAX = 1_048_576
_HOST = re.compile(rb"[0-9A-Za-z.:\[\]-]*")
"""A host as nearly everybody writes it; of others Litestar says whether they are ones."""


def create_app(parts: Parts) -> Edge:
    """The application over its parts; `adapters/main.py` makes those."""
    answering = [Answering(route, parts) for route in every_route()]
    litestar = Litestar(
        route_handlers=[_handler(each) for each in answering],
        exception_handlers={Exception: _framework_problem},
        request_max_body_size=BODY_SIZE_BYTES_MAX,
        # Litestar's own page loads from a CDN, and its logs hold bodies.
        openapi_config=None,
        logging_config=None,
    )
    return Edge(Straight(litestar, answering))


def served(routes: Sequence[Route]) -> dict[tuple[str, str], Route]:
    """The routes by method and path."""
    return {(route.method, route.path): route for route in routes}


def _handler(answering: "Answering") -> HTTPRouteHandler:
    async def never() -> None:
        raise AssertionError("the route's own middleware has answered")

    route = answering.route
    return HTTPRouteHandler(
        route.path.replace("}", ":str}"),
        http_method=route.method,
        status_code=route.status,
        middleware=[answering],
    )(never)


class Answering:
    """Answers one route's requests. It stands where Litestar has found the route and has not begun to gather arguments
    for a handler: a request is one value here, and what gathering, injecting and wrapping cost is a fifth of a command
    (decision record 0013)."""

    def __init__(self, route: Route, parts: Parts) -> None:
        self.route, self._parts = route, parts
        self._size_bytes_max = BODY_SIZE_BYTES_MAX if route.size_bytes_max is None else route.size_bytes_max(parts)

    def __call__(self, app: ASGIApp) -> ASGIApp:
        """In place of the handler, which is `app`."""
        return self.answer

    async def answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = HttpRequest(scope, receive, self._size_bytes_max)
        try:
            answered = await self.route.handle(await self._permitted(request))
        except Disconnected:
            return  # Nobody is there to be told, and nothing of ours has failed.
        except Exception as error:
            answered = _problem(scope, error)
        await _send(answered, send)

    async def _permitted(self, request: HttpRequest) -> Visit:
        """Who asks, and that this command or query is for their role: everything that a handler needs to know."""
        if self.route.asks is None:
            return Visit(request=request, parts=self._parts)
        caller = await authenticated(request, self._parts.find_credential)
        authorise(caller, self.route.asks)
        return Exchange(request=request, parts=self._parts, caller=caller)


class Straight:
    """The application before Litestar: a path without parameters leads to its route at once. Everything else, what is
    found nowhere too, is Litestar's, whose own way to such a route is a tenth of a command."""

    def __init__(self, litestar: Litestar, answering: Iterable[Answering]) -> None:
        self.litestar = litestar
        self.known = {(each.route.method, each.route.path): each for each in answering if "{" not in each.route.path}

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        answering = self.known.get((scope.get("method"), scope.get("path")))
        if answering is None or not _HOST.fullmatch(header(scope, b"host")):
            await self.litestar(scope, receive, send)
            return
        scope["path_params"], scope["path_template"] = {}, answering.route.path
        await answering.answer(scope, receive, send)


async def _send(answered: Answered, send: Any) -> None:
    content = answered.content
    headers = [(name.encode(), value.encode("latin-1")) for name, value in answered.headers.items()]
    if answered.status != 304:
        headers.append((b"content-type", _content_type(answered.media_type)))
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


@lru_cache(maxsize=64)
def _content_type(media_type: str) -> bytes:
    is_bare = media_type.startswith("text/") and "charset" not in media_type
    return f"{media_type}; charset=utf-8".encode() if is_bare else media_type.encode()


def _problem(scope: Any, error: Exception) -> Answered:
    problem = problem_of(error)
    request_id = str(scope["state"]["request_id"])
    if problem.status == 500 or problem.code == "attachments.away":
        log_failure(error, request_id)
    language = language_of(header(scope, b"accept-language").decode("latin-1"))
    return Answered(
        body_of(problem, language=language, instance=request_id),
        problem.status,
        MEDIA_TYPE,
        {**problem.headers, "content-language": language, "vary": "accept-language"},
    )


def _framework_problem(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    """Where no route was found."""
    answered = _problem(request.scope, error)
    assert isinstance(answered.content, bytes)
    return Response(
        answered.content, status_code=answered.status, media_type=answered.media_type, headers=answered.headers
    )
