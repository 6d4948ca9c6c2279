"""The API page: complete, true to the code, and without any outside request."""

import re
from typing import Any

import httpx
import msgspec
import pytest

from adapters.http.decoding import from_json
from adapters.http.openapi import document
from adapters.http.route import Route
from adapters.http.routes import every_route
from adapters.http.sampling import sample
from tests.support.http import Served

pytestmark = pytest.mark.anyio

ROUTES = every_route()
WITH_ANSWERS = [pytest.param(route, id=f"{route.method} {route.path}") for route in ROUTES if route.answers]


def test_every_route_is_described() -> None:
    paths = document(ROUTES)["paths"]
    described = {(method.upper(), path) for path, methods in paths.items() for method in methods}
    assert described == {(route.method, route.path) for route in ROUTES}


def test_every_reference_leads_somewhere() -> None:
    described = document(ROUTES)
    for reference in re.findall(r'"\$ref":\s*"#/([^"]+)"', msgspec.json.encode(described).decode()):
        found: Any = described
        for step in reference.split("/"):
            found = found[step]


def test_operations_have_names_of_their_own() -> None:
    names = [each["operationId"] for methods in document(ROUTES)["paths"].values() for each in methods.values()]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("route", [route for route in ROUTES if route.takes], ids=lambda route: route.takes.__name__)
def test_every_command_has_an_example_that_is_one(route: Route) -> None:
    from_json(msgspec.json.encode(route.example), route.takes)


@pytest.mark.parametrize("route", WITH_ANSWERS)
def test_every_answer_has_an_example_that_is_one(route: Route) -> None:
    msgspec.convert(sample(route.answers), route.answers)
    if route.parameters is not None:
        msgspec.convert(sample(route.parameters), route.parameters, strict=False)


async def test_the_description_is_served(web: Served) -> None:
    described = (await web.client.get("/v1/openapi.json")).json()
    assert described["openapi"] == "3.1.0"
    assert described == msgspec.json.decode(msgspec.json.encode(document(ROUTES)))


async def test_the_page_asks_nobody_else(web: Served) -> None:
    page = await web.client.get("/v1/docs")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "http" not in policy
    named = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert named
    for path in named:
        answer: httpx.Response = await web.client.get(path)
        assert answer.status_code == 200, path
        assert path.startswith("/v1/docs/")
    start = (await web.client.get("/v1/docs/start.js")).text
    assert "http" not in start
    assert "validatorUrl: null" in start


async def test_no_other_file_is_served(web: Served) -> None:
    for name in ("swagger-ui.js", "..%2F__init__.py", "index.html", "LICENSE"):
        assert (await web.client.get(f"/v1/docs/{name}")).status_code == 404
