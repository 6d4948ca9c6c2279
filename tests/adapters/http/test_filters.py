"""A filter takes what can be in its column: a word that never stands there is a mistake, and not an empty list."""

from typing import Any

import msgspec
import pytest

from adapters.http.choices import choices
from adapters.http.route import Route
from adapters.http.routes import every_route
from tests.support.http import Served

pytestmark = pytest.mark.anyio

LISTS = [route for route in every_route() if route.paged]
CLOSED = [
    pytest.param(route, field.name, id=f"{route.path}?{field.name}=")
    for route in LISTS
    for field in msgspec.structs.fields(route.parameters)
    if choices(route.parameters, field.name)
]
WORDS = frozenset(
    {"state", "kind", "level", "form", "scheme", "modality", "source", "sector", "employment", "subject", "order"}
)
"""What every list calls a column of few words."""


@pytest.mark.parametrize("route", LISTS, ids=lambda route: route.path)
def test_a_column_of_few_words_is_narrowed_by_one_of_them(route: Route) -> None:
    free = [field.name for field in msgspec.structs.fields(route.parameters) if field.name in WORDS]
    assert [name for name in free if not choices(route.parameters, name)] == []


@pytest.mark.parametrize(("route", "name"), CLOSED)
async def test_a_word_that_is_none_of_them_is_refused_with_those_that_are(web: Served, route: Route, name: str) -> None:
    answer = await web.here.auditor.get(f"{route.path}?{name}=late", **{"accept-language": "en"})
    (error,) = answer.json()["errors"]
    assert (answer.status_code, error["field"]) == (400, name)
    assert all(word in error["reason"] for word in choices(route.parameters, name))


@pytest.mark.parametrize(("route", "name"), CLOSED)
async def test_each_of_the_words_is_taken(web: Served, route: Route, name: str) -> None:
    for word in choices(route.parameters, name):
        answer = await web.here.auditor.get(f"{route.path}?{name}={word}")
        assert answer.status_code == 200, answer.text
        items: list[dict[str, Any]] = answer.json()["items"]
        assert all(row.get(name, word) == word for row in items)


async def test_the_officer_is_told_in_vietnamese_what_may_be_chosen(web: Served) -> None:
    answer = await web.here.auditor.get("/v1/registrations?state=late")
    assert "không có giá trị 'late'; chọn một trong: " in answer.json()["detail"]
    assert "đã nộp (submitted)" in answer.json()["detail"]


async def test_no_occurrence_is_the_only_one(web: Served) -> None:
    only = await web.here.auditor.get("/v1/duties?occurrence=")
    assert only.status_code == 200, only.text
    assert all(row["occurrence"] == "" for row in only.json()["items"])
