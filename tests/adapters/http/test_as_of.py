"""`as_of` over HTTP: which moments are taken, what is said of the others, and that pages and versions keep to it."""

from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest

from adapters.http.moments import HEADER
from domain.ids import TenantId
from tests.support.http import Answer, Caller, Served

pytestmark = pytest.mark.anyio


async def instants(web: Served) -> list[datetime]:
    """When each event of the first federation was recorded."""
    records = await web.parts.store.page(web.here.tenant_id, after=0, limit=1_000)
    return [each.recorded_at for each in records]


async def refused(caller: Caller, as_of: str, path: str = "/v1/units") -> str:
    """The reason that `as_of` is refused for."""
    answer = await caller.get(f"{path}?as_of={quote(as_of)}", **{"accept-language": "en"})
    assert (answer.status_code, answer.json()["code"]) == (400, "query.invalid"), answer.text
    (error,) = answer.json()["errors"]
    assert error["field"] == "as_of"
    return str(error["reason"])


async def codes(answer: Answer) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [item["code"] for item in answer.json()["items"]]


async def test_a_list_shows_what_there_was_and_says_of_which_position(web: Served) -> None:
    answer = await web.here.officer.get("/v1/units?as_of=2")
    assert await codes(answer) == ["federation", "east"]
    assert answer.headers[HEADER] == "2"
    assert HEADER not in (await web.here.officer.get("/v1/units")).headers


async def test_an_instant_stands_for_the_last_position_recorded_by_then(web: Served) -> None:
    third = (await instants(web))[2]
    for asked, position in (
        (third, "3"),
        (third.astimezone(UTC), "3"),
        (third - timedelta(microseconds=1), "2"),
        (third + timedelta(microseconds=1), "3"),
    ):
        answer = await web.here.officer.get(f"/v1/units?as_of={quote(asked.isoformat())}")
        assert answer.headers[HEADER] == position, answer.text


@pytest.mark.parametrize(
    "as_of",
    [
        "", "-1", "+1", "1.5", "1e3", "0x10", "٣", "12 ", "null", "now", "NaN", "1; drop table units", "2024-08-31",
        "2024-08-31T17:00:00", "2024-02-30T00:00:00Z", "2024-08-31T25:00:00Z", "2024-08-31T17:00:00 07:00", "a" * 40,
    ],
)  # fmt: skip
async def test_what_is_neither_a_position_nor_an_instant_is_refused(web: Served, as_of: str) -> None:
    assert await refused(web.here.officer, as_of)


@pytest.mark.parametrize("as_of", ["0", "0001-01-01T00:00:00+14:00", "1999-12-31T23:59:59Z", "1969-07-20T20:17:40Z"])
async def test_what_lies_before_the_log_is_refused(web: Served, as_of: str) -> None:
    assert (await refused(web.here.officer, as_of)).startswith("lies before the log's beginning, ")


@pytest.mark.parametrize("as_of", ["9999-12-31T23:59:59-14:00", "9999-12-31T23:59:59Z", "2200-01-01T00:00:00Z"])
async def test_what_lies_in_the_future_is_refused(web: Served, as_of: str) -> None:
    assert await refused(web.here.officer, as_of) == "lies in the future"


async def test_a_position_past_the_end_is_refused(web: Served) -> None:
    head = await web.position(web.here)
    assert await refused(web.here.officer, str(head + 1)) == f"lies behind the log's last position, {head}"
    assert await refused(web.here.officer, "9" * 18) == f"lies behind the log's last position, {head}"
    assert await refused(web.here.officer, "9" * 30)


async def test_as_of_and_min_position_are_not_asked_for_together(web: Served) -> None:
    answer = await web.here.officer.get("/v1/units?as_of=2&min_position=1")
    assert answer.json()["errors"][0]["field"] == "as_of"
    assert "min_position" in answer.json()["errors"][0]["reason"]


async def test_the_reasons_are_told_in_vietnamese_first(web: Served) -> None:
    for as_of in ("0", "999999999", "9999-12-31T00:00:00Z", "hôm qua"):
        answer = await web.here.officer.get(f"/v1/units?as_of={quote(as_of)}")
        vietnamese = answer.json()["errors"][0]["reason"]
        assert vietnamese != await refused(web.here.officer, as_of)


async def test_a_cursor_is_of_its_own_as_of(web: Served) -> None:
    first = await web.here.officer.get("/v1/units?as_of=4&limit=2")
    cursor = first.json()["next"]
    follows = await web.here.officer.get(f"/v1/units?as_of=4&limit=2&cursor={cursor}")
    assert await codes(follows) == ["west", "base"]
    for other in ("as_of=3&", ""):
        answer = await web.here.officer.get(f"/v1/units?{other}limit=2&cursor={cursor}")
        assert (answer.status_code, answer.json()["code"]) == (400, "cursor.invalid")
    live = (await web.here.officer.get("/v1/units?limit=2")).json()["next"]
    assert (await web.here.officer.get(f"/v1/units?as_of=4&limit=2&cursor={live}")).status_code == 400


async def test_a_thing_has_the_etag_of_the_version_that_it_had(web: Served) -> None:
    campaign_id = await web.campaign(web.here)
    launched = await web.position(web.here)
    officer, path = web.here.officer, f"/v1/campaigns/{campaign_id}"
    drafted = await officer.get(f"{path}?as_of={launched - 1}")
    assert (drafted.headers["etag"], drafted.json()["campaign"]["state"]) == ('"1"', "drafted")
    now = await officer.get(f"{path}?as_of={launched}")
    assert (now.headers["etag"], now.json()["campaign"]["state"]) == ('"2"', "launched")
    same = await officer.get(f"{path}?as_of={launched - 1}", **{"if-none-match": '"1"'})
    assert (same.status_code, same.headers[HEADER]) == (304, str(launched - 1))
    assert (await officer.get(f"{path}?as_of={launched - 2}")).status_code == 404


async def test_another_tenants_log_and_pasts_are_not_in_reach(web: Served) -> None:
    there = await web.there.officer.get("/v1/units?as_of=2")
    here = await web.here.officer.get("/v1/units?as_of=2")
    ids = [{item["unit_id"] for item in answer.json()["items"]} for answer in (here, there)]
    assert not ids[0] & ids[1]
    past = web.parts.pasts.id_of(web.here.tenant_id, 2)
    assert past not in await web.parts.store.heads()
    assert await web.parts.store.page(TenantId(past), after=0, limit=1) == []


async def test_what_is_still_being_made_is_answered_503_for_the_moment(
    web: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.http.queries.PAST_SECONDS_MAX", 0.0)
    first = await web.here.auditor.get("/v1/clusters?as_of=5", **{"accept-language": "en"})
    assert (first.status_code, first.json()["code"]) == (503, "past.being-made")
    assert int(first.headers["retry-after"]) > 0
    monkeypatch.undo()
    assert (await web.here.auditor.get("/v1/clusters?as_of=5")).status_code == 200


async def test_a_past_day_is_the_day_of_as_of_where_none_is_named(web: Served) -> None:
    at = (await instants(web))[3]
    path = f"/v1/units/{web.here.ids['base']}/calendar"
    shown = (await web.here.officer.get(f"{path}?as_of={quote(at.isoformat())}")).json()
    named = await web.here.officer.get(f"{path}?as_of=4&day={shown['day']}")
    assert named.json() == shown
