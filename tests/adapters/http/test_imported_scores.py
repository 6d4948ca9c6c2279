"""Scores and recognised initiatives from workbooks, as the officers of each level send them."""

from collections.abc import AsyncIterator
from typing import Any

import msgspec
import pytest

from adapters.http.route import WORKBOOK_TYPE
from application.importing.columns import Sheet
from application.importing.sheets import INITIATIVES, scores_sheet
from domain.directive import Directive
from tests.support.directives import SMALL
from tests.support.http import Answer, Caller, Served, served
from tests.support.postgres import PostgresServer
from tests.support.workbooks import workbook

pytestmark = pytest.mark.anyio
RUBRIC = SMALL.rubrics[0]
SCORES = scores_sheet(tuple((leaf.code, leaf.name, leaf.max_x100) for leaf in RUBRIC.leaves()))
INITIATIVE = {
    "code": "sang-kien", "name": "Đăng ký sáng kiến", "section": "IV.2", "kind": "initiative",
    "subjects": ["individual", "collective"], "rule": {"kind": "no-later-than", "day": "2024-12-15"},
}  # fmt: skip


@pytest.fixture(scope="module")
async def web(postgres: PostgresServer) -> AsyncIterator[Served]:
    async with served(postgres) as running:
        yield running


@pytest.fixture(scope="module")
async def campaign(web: Served) -> str:
    """A launched campaign that asks for initiatives and has a scoring table."""
    plain: dict[str, Any] = msgspec.to_builtins(SMALL)
    asked = [rule for rule in plain["registrations"] if rule["kind"] != "initiative"]
    directive = msgspec.convert({**plain, "registrations": [*asked, INITIATIVE]}, Directive)
    officer, issuer = web.here.officer, web.here.ids["federation"]
    body = {"issuer_id": issuer, "directive": msgspec.to_builtins(directive)}
    drafted = await officer.done("/v1/campaigns", body)
    launched = await officer.done(f"/v1/campaigns/{drafted['id']}/launch", {"happened_on": "2024-01-15"})
    await officer.get(f"/v1/campaigns?min_position={launched['position']}")
    return str(drafted["id"])


async def send(caller: Caller, kind: str, sheet: Sheet, rows: list[dict[str, Any]], query: str) -> Answer:
    return await caller.post(f"/v1/imports/{kind}?{query}", workbook(sheet, rows), content_type=WORKBOOK_TYPE)


def scores(unit: str, short: float = 0) -> dict[str, Any]:
    return {"unit_code": unit, "explanation": "Theo biên bản"} | {
        f"score:{leaf.code}": leaf.max_x100 / 100 - short for leaf in RUBRIC.leaves()
    }


async def test_self_scores_and_appraisals_of_a_period_come_in_workbooks(web: Served, campaign: str) -> None:
    about = {"campaign_id": campaign, "period": "2024", "rubric": RUBRIC.code}
    opened = [
        (await web.here.officer.done("/v1/evaluations", {**about, "unit_id": web.here.ids[unit]}))["id"]
        for unit in ("base", "school")
    ]
    query = f"campaign_id={campaign}&rubric={RUBRIC.code}&period=2024"
    answer = await send(web.here.officer, "scores", SCORES, [scores("base", 0.5), scores("school", 1)], query)
    assert (answer.status_code, answer.json()["changed"]) == (200, 2), answer.text
    not_theirs = await send(
        web.here.callers["base-officer"], "scores", SCORES, [scores("base")], f"{query}&stage=appraisal"
    )
    assert [error["field"] for error in not_theirs.json()["errors"]] == ["rows[2].unit_code"]
    answer = await send(
        web.here.callers["unit-officer"], "scores", SCORES, [scores("base", 1)], f"{query}&stage=appraisal"
    )
    assert answer.json()["changed"] == 1, answer.text
    whole = (await web.here.auditor.get(f"/v1/evaluations/{opened[0]}?min_position={answer.json()['position']}")).json()
    assert whole["state"] == "appraised"


async def test_scores_over_the_maximum_and_evaluations_that_are_not_open_are_named(web: Served, campaign: str) -> None:
    query = f"campaign_id={campaign}&rubric={RUBRIC.code}&period=2024 lần 2"
    answer = await send(web.here.officer, "scores", SCORES, [scores("east")], query)
    assert [error["field"] for error in answer.json()["errors"]] == ["rows[2].unit_code"]
    about = {"campaign_id": campaign, "period": "2024 lần 2", "rubric": RUBRIC.code, "unit_id": web.here.ids["base"]}
    await web.here.officer.done("/v1/evaluations", about)
    answer = await send(web.here.officer, "scores", SCORES, [scores("base", -5)], query)
    first = next(iter(RUBRIC.leaves())).code
    assert answer.json()["errors"][0]["field"] == f"rows[2].score:{first}"
    unknown = await send(
        web.here.officer, "scores", SCORES, [scores("base")], f"{query[: query.index('&')]}&rubric=x&period=1"
    )
    assert unknown.json()["code"] == "evaluation.rubric-unknown"


async def test_the_template_of_scores_has_a_column_for_each_criterion(web: Served, campaign: str) -> None:
    made = await web.here.officer.get(f"/v1/templates/scores.xlsx?campaign_id={campaign}&rubric={RUBRIC.code}")
    query = f"campaign_id={campaign}&rubric={RUBRIC.code}&period=2024"
    answer = await web.here.officer.post(f"/v1/imports/scores?{query}", made.content, content_type=WORKBOOK_TYPE)
    assert answer.json()["code"] == "workbook.empty"


async def test_an_initiative_with_its_decision_is_recognised_in_one_go(web: Served, campaign: str) -> None:
    row = {
        "unit_code": "base", "person_code": "DV-worker", "name": "Bàn cắt", "happened_on": "10/03/2024",
        "decision_number": "1/QĐ-LĐLĐ", "decided_on": "20/05/2024", "issuer": "LĐLĐ tỉnh", "scope": "Cấp cơ sở",
    }  # fmt: skip
    query = f"campaign_id={campaign}"
    alone = await send(web.here.callers["base-officer"], "initiatives", INITIATIVES, [row], query)
    assert alone.status_code == 422  # Nobody confirms their own.
    answer = await send(web.here.officer, "initiatives", INITIATIVES, [row, {**row, "name": "Khác"}], query)
    assert (answer.status_code, answer.json()["changed"]) == (200, 2), answer.text
    page = await web.here.auditor.get(
        f"/v1/registrations?campaign_id={campaign}&kind=initiative&min_position={answer.json()['position']}"
    )
    assert {(each["state"], each["scope"]) for each in page.json()["items"]} == {("recognised", "grassroots")}
    again = await send(
        web.here.officer, "initiatives", INITIATIVES, [row, {**row, "name": "Khác"}, {**row, "name": "Ba"}], query
    )
    assert again.json()["changed"] == 1
    trail = await web.here.auditor.get(f"/v1/audit-trail?command_id={answer.json()['id']}&order=oldest")
    assert trail.json()["items"][0]["happened_on"] == "2024-03-10"
