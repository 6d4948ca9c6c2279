"""Whatever is sent, the answer is a problem that says which field and why, and nothing is stored."""

import asyncio
from typing import Any
from uuid import uuid4

import msgspec
import pytest

from adapters.http.examples import DIRECTIVE
from adapters.http.route import Route
from adapters.http.routes import every_route
from tests.support.http import Answer, Served
from tests.support.mutation import mistakes

pytestmark = pytest.mark.anyio

COMMANDS = [pytest.param(route, id=route.takes.__name__) for route in every_route() if route.takes is not None]
LISTS = [
    pytest.param(route, id=route.path) for route in every_route() if route.asks is not None and route.method == "GET"
]
AT_ONCE = 8
_RULES: dict[str, dict[str, Any]] = {
    "a": {"kind": "within-month", "month": "2024-03"},
    "b": {"kind": "yearly", "month_day": "11-25", "years": [2024]},
    "c": {"kind": "at-launch", "days": 30},
    "d": {"kind": "after-each-phase", "days": 15},
}
DUTIES = [
    {"code": code, "name": "Báo cáo", "section": "V", "kind": "report", "rule": rule, "bearers": ["grassroots"]}
    for code, rule in _RULES.items()
]

PLAIN = {"kind": "no-hold", "source": "law", "cites": "R5"}


def path_of(route: Route) -> str:
    return route.path.replace("{id}", str(uuid4())).replace("{name}", "campaign.launched").replace("{version}", "1")


def check(answer: Answer) -> dict[str, Any]:
    """The problem, which must be one."""
    assert 400 <= answer.status_code < 500, (answer.status_code, answer.text)
    assert answer.headers["content-type"] == "application/problem+json"
    problem: dict[str, Any] = answer.json()
    assert problem["status"] == answer.status_code
    return problem


@pytest.mark.parametrize("route", COMMANDS)
async def test_a_body_that_is_no_such_command_is_a_problem(web: Served, route: Route) -> None:
    before = await web.position(web.here)
    for body in (
        b"", b"\xff\xfe", b"{", b"[]", b"null", b"1", b'"\xff"', b'{"a": 1} {', b'{"unknown": 1}', b"{" * 3_000,
        b'{"happened_on": ' + b"[" * 60 + b"]" * 60 + b"}", b'{"happened_on": "not a day"}',
        b'{"happened_on": "0001-01-01"}', b'{"happened_on": "2999-01-01"}', b'{"\\ud800": 1}',
    ):  # fmt: skip
        check(await web.here.officer.post(path_of(route), body, if_match="*"))
    too_large = await web.here.officer.post(path_of(route), b" " * 1_100_000)
    plain = await web.here.officer.post(path_of(route), b"{}", content_type="text/plain")
    packed = await web.here.officer.post(path_of(route), b"{}", content_encoding="gzip")
    assert [check(each)["code"] for each in (too_large, plain, packed)] == [
        "body.too-large", "body.not-json", "body.not-json",
    ]  # fmt: skip
    assert await web.position(web.here) == before


@pytest.mark.parametrize("route", COMMANDS)
async def test_a_single_mistake_in_a_body_is_a_problem_and_stores_nothing(web: Served, route: Route) -> None:
    before = await web.position(web.there)
    bodies = [body for body in mistakes(route.example) if body.get("level") != "federation"]
    for start in range(0, len(bodies), AT_ONCE):
        sent = [web.there.officer.post(path_of(route), body, if_match="*") for body in bodies[start : start + AT_ONCE]]
        for answer in await asyncio.gather(*sent):
            check(answer)
    assert await web.position(web.there) == before


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"horizon": {"code": "2024", "opens_on": "2024-12-31", "closes_on": "2024-01-01"}}, "directive.horizon"),
        (
            {"phases": [{**DIRECTIVE["phases"][0], "opens_on": "2024-07-31", "closes_on": "2024-01-15"}]},
            "directive.phases[0].closes_on",
        ),
        ({"targets": [{**DIRECTIVE["targets"][0], "measure": None}]}, "directive.targets[0].measure"),
        ({"launched_on": "yesterday"}, "directive.launched_on"),
        ({"name": "x" * 501}, "directive.name"),
        ({"theme": 7}, "directive.theme"),
    ],
)
async def test_the_problem_names_the_field(web: Served, change: dict[str, Any], field: str) -> None:
    body = {"issuer_id": web.here.ids["federation"], "directive": {**DIRECTIVE, **change}}
    problem = check(await web.here.officer.post("/v1/campaigns", body))
    assert problem["errors"][0]["field"].startswith(field)
    assert problem["errors"][0]["reason"]


async def test_an_unknown_unit_is_a_problem(web: Served) -> None:
    answer = await web.here.officer.post("/v1/campaigns", {"issuer_id": str(uuid4()), "directive": DIRECTIVE})
    assert check(answer)["code"] == "campaign.issuer-unknown"


async def test_no_directive_that_is_accepted_breaks_its_launch(web: Served) -> None:
    bare = {name: DIRECTIVE[name] for name in DIRECTIVE if name not in ("targets", "registrations")}
    for directive in mistakes({**bare, "duties": DUTIES}):
        body = {"issuer_id": web.there.ids["federation"], "directive": directive}
        drafted = await web.there.officer.post("/v1/campaigns", body)
        assert drafted.status_code < 500, drafted.text
        if drafted.status_code == 201:
            path = f"/v1/campaigns/{drafted.json()['id']}/launch"
            assert (await web.there.officer.post(path, {"happened_on": "2024-02-01"})).status_code < 500


@pytest.mark.parametrize("route", LISTS)
async def test_a_query_that_cannot_be_is_a_problem(web: Served, route: Route) -> None:
    caller = web.here.integrator if route.tag == "events" else web.here.auditor
    for query in (
        "unknown=1", "%ff", "a=%ff", "a=%00", "limit=0", "limit=-1", "limit=x", "limit=1&limit=2", "limit=501000",
        "cursor=x", "cursor=%F0%9F%98%80", "min_position=-1", "min_position=99999999999", "after=x", "after=-1",
        "types=no.such", "campaign_id=x", "since=2024-01-01T00:00:00", "since=x", "type=no.such", "day=2024-02-30",
        "day=0001-01-01", "order=random", "&".join(f"a{n}=1" for n in range(60)), "%zz=1",
    ):  # fmt: skip
        check(await caller.get(f"{path_of(route)}?{query}"))


@pytest.mark.parametrize("path", ["/v1/units/%ff", "/v1/units/%00", "/v1/%ff", "/v1/units/" + "x" * 5_000, "/nothing"])
async def test_a_path_that_cannot_be_is_a_problem(web: Served, path: str) -> None:
    check(await web.here.officer.get(path))


@pytest.mark.parametrize("key", ["", "Bearer", "Bearer x", "Basic abc", "Bearer td_" + "x" * 43, "Bearer td_é"])
async def test_a_key_that_opens_nothing_is_a_problem_and_says_how(web: Served, key: str) -> None:
    answer = await web.client.get("/v1/me", headers=[(b"authorization", key.encode())])
    assert check(answer)["code"] == "credential.unknown"
    assert answer.headers["www-authenticate"].startswith("Bearer")


async def test_a_method_that_a_path_does_not_take_is_a_problem(web: Served) -> None:
    answer = await web.client.delete("/v1/campaigns")
    assert check(answer)["code"] == "method.not-allowed"
    assert set(answer.headers["allow"].split(", ")) >= {"GET", "POST"}


async def test_problems_speak_vietnamese_or_english(web: Served) -> None:
    body = msgspec.json.encode({"reason": 1})
    path = f"/v1/registrations/{uuid4()}/return"
    spoken = [
        (await web.here.officer.post(path, body, accept_language=wanted)).headers["content-language"]
        for wanted in ("", "en", "en-GB, vi;q=0.5", "vi, en;q=0.9", "de", "en;q=x, *")
    ]
    assert spoken == ["vi", "en", "en", "vi", "vi", "vi"]


@pytest.mark.parametrize(
    ("change", "field"),
    [({"name": "a\0b"}, "name"), ({"on": "1899-12-31"}, "on"), ({"happened_on": "2200-01-01"}, "happened_on")],
)
async def test_what_no_column_or_calendar_holds_is_refused(web: Served, change: dict[str, str], field: str) -> None:
    body = {"name": "Tên", "on": "2024-01-01", **change}
    problem = check(await web.here.officer.post(f"/v1/units/{web.here.ids['base']}/rename", body))
    assert (problem["status"], problem["errors"][0]["field"]) == (400, field)


async def test_a_body_that_is_nested_without_end_is_refused(web: Served) -> None:
    rule: dict[str, Any] = PLAIN
    for _ in range(60):
        rule = {"kind": "any-of", "source": "law", "cites": "R3", "rules": [{**PLAIN}, rule]}
    rules = {"code": "x", "name": "x", "issuer": "x", "source": "law", "cites": "x", "rules": [rule]}
    body = {"issuer_id": web.here.ids["federation"], "directive": {**DIRECTIVE, "rule_sets": [rules]}}
    assert check(await web.here.officer.post("/v1/campaigns", body))["code"] == "body.malformed"


@pytest.mark.parametrize("target", [b"/v1/units?code=\xff\xfe", b"/v1/units/\xff", b"/v1/units?\xc3\x28=1"])
async def test_raw_bytes_that_are_no_text_are_refused(web: Served, target: bytes) -> None:
    host, _, port = web.url.removeprefix("http://").partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    head = b"GET %s HTTP/1.1\r\nhost: x\r\nauthorization: Bearer %s\r\nconnection: close\r\n\r\n"
    writer.write(head % (target, web.here.officer.key.encode()))
    answer = await reader.read()
    writer.close()
    assert answer.startswith(b"HTTP/1.1 400 ")


async def test_a_host_that_is_none_is_refused_on_the_short_way_too(web: Served) -> None:
    told = await web.client.get("/health/live", headers={"host": "a/b"})
    assert (told.status_code, told.json()["status"]) == (400, 400)
