"""The description for programs, and the page for people: Swagger UI from files of our own, no outside request."""

from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import msgspec

from adapters.http.openapi import document
from adapters.http.problems import Problem
from adapters.http.route import Answered, Route, Visit, json_answer

_SECURITY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_PAGE = b"""<!doctype html>
<html lang="vi">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Thi \xc4\x91ua: API</title>
<link rel="stylesheet" href="/v1/docs/swagger-ui.css">
<div id="page"></div>
<script src="/v1/docs/swagger-ui-bundle.js"></script>
<script src="/v1/docs/start.js"></script>
</html>
"""
# `validatorUrl` off: by default the page would send the description to a server of Swagger's.
_START = b"""SwaggerUIBundle({
  url: "/v1/openapi.json",
  dom_id: "#page",
  deepLinking: true,
  validatorUrl: null,
  persistAuthorization: false,
  docExpansion: "none",
});
"""
_FILES = {"swagger-ui.css": "text/css", "swagger-ui-bundle.js": "text/javascript", "start.js": "text/javascript"}


async def page(visit: Visit) -> Answered:
    return Answered(_PAGE, media_type="text/html", headers={"content-security-policy": _SECURITY})


async def file(visit: Visit) -> Answered:
    name = str(visit.request.path_params["file"])
    if name not in _FILES:
        raise Problem(404, "path.unknown")
    content = _START if name == "start.js" else _bundled(name)
    return Answered(content, media_type=_FILES[name], headers={"cache-control": "public, max-age=3600"})


@cache
def _bundled(name: str) -> bytes:
    """A file of Swagger UI as the package `swagger-ui-py` brings it; the package's own code is not imported."""
    package = find_spec("swagger_ui")
    assert package is not None
    assert package.submodule_search_locations
    return (Path(package.submodule_search_locations[0]) / "static" / name).read_bytes()


async def description(visit: Visit) -> Answered:
    return json_answer(_description(), headers={"cache-control": "public, max-age=60"})


@cache
def _description() -> bytes:
    from adapters.http.routes import every_route  # noqa: PLC0415 (this module's own routes are among them)

    return msgspec.json.encode(document(every_route()))


ROUTES: tuple[Route, ...] = (
    Route(
        method="GET",
        path="/v1/openapi.json",
        summary="This description",
        tag="docs",
        handle=description,
        asks=None,
        answers=dict[str, Any],
    ),
    Route(
        method="GET",
        path="/v1/docs",
        summary="This description as a page",
        tag="docs",
        handle=page,
        asks=None,
        answers_as="text/html",
    ),
    Route(
        method="GET",
        path="/v1/docs/{file}",
        summary="The page's own files",
        tag="docs",
        handle=file,
        asks=None,
        answers_as="text/javascript",
    ),
)
