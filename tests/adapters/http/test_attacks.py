"""What somebody with a good key of their own tries against other tenants and against units that are not theirs."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import msgspec
import pytest

from adapters.http.examples import DOCUMENT
from adapters.http.route import WORKBOOK_TYPE, Route
from adapters.http.routes import every_route
from application.importing.sheets import MEMBERS
from domain.ids import derived
from tests.support.directives import SMALL
from tests.support.http import Answer, Caller, Federation, Served, served
from tests.support.postgres import PostgresServer
from tests.support.workbooks import member, workbook

pytestmark = pytest.mark.anyio

THINGS = [pytest.param(route, id=f"{route.method} {route.path}") for route in every_route() if "{id}" in route.path]
SCORES = [{"criterion": "nang-suat-diem", "points_x100": 5_500}, {"criterion": "phong-trao", "points_x100": 3_800}]
SEATS = [{"seat": f"ghe-{number}", "office": f"Ủy viên {number}"} for number in range(1, 4)]
Things = dict[str, str]
"""The id of one thing of each kind, by the first part of its path."""


def said(answer: Answer, *, hide: str = "-") -> tuple[int, str]:
    """The status and the problem's text, but for the request's own id and the id that was asked for."""
    problem = answer.json()
    assert problem.pop("instance").startswith("urn:uuid:")
    return answer.status_code, msgspec.json.encode(problem).decode().replace(hide, "<id>")


async def story(federation: Federation, unit: str, person: str) -> Things:
    """One of everything, of the unit called `unit` and the person in it."""
    officer, unit_id, person_id = federation.officer, federation.ids[unit], federation.ids[person]
    campaign = (
        await officer.done(
            "/v1/campaigns", {"issuer_id": federation.ids["federation"], "directive": msgspec.to_builtins(SMALL)}
        )
    )["id"]
    await officer.done(f"/v1/campaigns/{campaign}/launch", {"happened_on": "2024-01-15"})
    about = {"campaign_id": campaign, "unit_id": unit_id}
    title = {"kind": "title", "title": "cong-nhan-gioi", "subject": {"kind": "individual", "person_id": person_id}}
    rubric = {"period": "2024", "rubric": "bang-diem"}
    dossier = {"year": 2024, "title": "cong-nhan-gioi", "scheme": "movement", "achievement": "phan-viec"}
    council = {"campaign_id": campaign, "unit_id": federation.ids["federation"], "title": "cong-nhan-gioi"}
    grouped = {"code": f"cum-{unit}", "name": "Cụm", "unit_id": federation.ids["federation"]}
    sent = {
        "registrations": {**about, **title, "name": "Phấn đấu"},
        "evaluations": {**about, **rubric},
        "awards": {**about, **dossier, "person_id": person_id, "report": "Báo cáo"},
        "duties": {**about, "duty": "ke-hoach", "proof": "Văn bản", "report": "Đã làm"},
        "allotments": {**about, "target": "sang-kien", "period": "2024", "number": 3, "document": DOCUMENT},
        "exemplars": {**about, "person_id": person_id, "kind": "person", "name": "Gương", "story": "Việc tốt"},
        "demands": {
            "campaign_id": campaign,
            "by_unit_id": federation.ids["federation"],
            "unit_ids": [unit_id],
            "kind": "report",
            "name": "Báo cáo đột xuất",
            "due": {"kind": "before", "day": "2040-12-10"},
        },
        "clusters": {**grouped, "unit_ids": [unit_id], "on": "2024-01-15"},
        "requests": {"kind": "access", "person_id": person_id, "received_on": "2024-03-01", "channel": "post"},
        "councils": {**council, "meets_on": "2024-09-10", "roster": SEATS, "chair": "ghe-1"},
    }
    sheet = [member(1, unit_code=unit)]
    headers = {"content_type": WORKBOOK_TYPE}
    brought = await officer.post("/v1/imports/members?mode=valid-rows", workbook(MEMBERS, sheet), **headers)
    made = {kind: (await officer.done(f"/v1/{kind}", body))["id"] for kind, body in sent.items()}
    made["deliveries"] = (await officer.done("/v1/deliveries/acknowledge", about))["id"]
    return {"units": unit_id, "members": person_id, "campaigns": campaign, "imports": brought.json()["id"], **made}


@pytest.fixture(scope="module")
async def web(postgres: PostgresServer) -> AsyncIterator[Served]:
    """A server of these tests' own: they leave much behind."""
    async with served(postgres) as running:
        yield running


@pytest.fixture(scope="module")
async def theirs(web: Served) -> Things:
    """Another tenant's."""
    return await story(web.there, "base", "worker")


@pytest.fixture(scope="module")
async def ours(web: Served) -> Things:
    """Of the unit that the attacker is not over: the school, under the western union."""
    things = await story(web.here, "school", "teacher")
    await web.here.auditor.get(f"/v1/units?min_position={await web.position(web.here)}")
    return things


async def asked(caller: Caller, route: Route, identity: str, body: Any = None, **headers: str) -> Answer:
    path = route.path.replace("{id}", identity)
    return await (caller.post(path, body or route.example, **headers) if route.takes is not None else caller.get(path))


def kind_of(route: Route) -> str:
    """The kind of thing whose id stands in the path: a ballot is its session's."""
    kind = route.path.split("/")[2]
    return {"ballots": "councils"}.get(kind, kind)


@pytest.mark.parametrize("route", THINGS)
async def test_a_real_id_of_another_tenant_answers_like_no_id(web: Served, theirs: Things, route: Route) -> None:
    other, none = theirs[kind_of(route)], str(uuid4())
    for role in ("federation-officer", "council-secretary", "auditor", "unit-officer"):
        for tag in ("*", '"0"', '"1"', '"7"'):
            answers = [
                said(await asked(web.here.callers[role], route, each, if_match=tag), hide=each)
                for each in (other, none)
            ]
            assert answers[0] == answers[1], (role, tag)
            assert answers[0][0] in (403, 404, 412), (role, tag)


def own_unit(route: Route, unit_id: str) -> Any:
    """The example, sent in the name of the attacker's own unit where it names one."""
    named = {name: unit_id for name in ("unit_id", "peer_unit_id", "recogniser_id") if name in (route.example or {})}
    return {**route.example, **named} if named else None


OF_UNITS = [param for param in THINGS if "campaigns" not in str(param.id)]


@pytest.mark.parametrize("route", OF_UNITS)
async def test_a_matter_outside_ones_units_answers_like_no_id(web: Served, ours: Things, route: Route) -> None:
    other, none = ours[kind_of(route)], str(uuid4())
    for name, unit in (("unit-officer", "east"), ("base-officer", "base")):
        for tag in ("*", '"0"', '"1"', '"7"'):
            body = own_unit(route, web.here.ids[unit])
            answers = [
                said(await asked(web.here.callers[name], route, each, body, if_match=tag), hide=each)
                for each in (other, none)
            ]
            assert answers[0] == answers[1], (name, tag)
            assert answers[0][0] in (403, 404), (name, tag)


async def test_a_code_that_is_taken_elsewhere_tells_nothing_of_whose_it_is(web: Served) -> None:
    base, east = web.here.callers["base-officer"], web.here.callers["unit-officer"]
    person = {"code": "DV-teacher", "full_name": "Người khác", "employment": "other", "joined_on": "2024-01-01"}
    unit = {"code": "school", "name": "Tên khác", "level": "grassroots", "sector": "school", "on": "2024-01-01"}
    for tag in ("*", '"1"', '"7"'):
        taken = await base.post("/v1/members", {**person, "unit_id": web.here.ids["base"]}, if_match=tag)
        assert said(taken) == said(await base.get(f"/v1/members/{uuid4()}")), tag
        taken = await east.post("/v1/units", {**unit, "parent_id": web.here.ids["east"]}, if_match=tag)
        assert said(taken) == said(await east.get(f"/v1/units/{uuid4()}")), tag


NAMED = ("campaign_id", "unit_id", "person_id", "registration_id", "evaluation_id", "parent_id", "session_id", "into")


async def test_a_body_that_names_another_tenants_things_answers_as_if_they_were_not(
    web: Served, theirs: Things, ours: Things
) -> None:
    """Each create of ours, with each id in it replaced by a real one of theirs and by one of nothing."""
    own = {
        "campaign_id": ours["campaigns"], "unit_id": web.here.ids["school"], "person_id": ours["members"],
        "registration_id": ours["registrations"], "evaluation_id": ours["evaluations"],
    }  # fmt: skip
    foreign = {
        "campaign_id": theirs["campaigns"], "unit_id": theirs["units"], "person_id": theirs["members"],
        "registration_id": theirs["registrations"], "evaluation_id": theirs["evaluations"],
    }  # fmt: skip
    dossier = {"year": 2024, "title": "cong-nhan-gioi", "scheme": "movement", "achievement": "viec", "report": "x"}
    bodies: dict[str, dict[str, Any]] = {
        "registrations": {"kind": "title", "title": "cong-nhan-gioi", "name": "Đăng ký",
                          "subject": {"kind": "individual", "person_id": ours["members"]}},
        "evaluations": {"period": "2025", "rubric": "bang-diem"},
        "awards": {**dossier, "person_id": own["person_id"]},
        "duties": {"duty": "ke-hoach", "proof": "Văn bản"},
        "exemplars": {"kind": "person", "person_id": own["person_id"], "name": "Gương", "story": "Việc tốt"},
        "allotments": {"target": "sang-kien", "period": "2024", "number": 3, "document": DOCUMENT},
    }  # fmt: skip
    for kind, more in bodies.items():
        body = {"campaign_id": own["campaign_id"], "unit_id": own["unit_id"], **more}
        for field in (name for name in NAMED if name in body):
            answers = [
                said(await web.here.officer.post(f"/v1/{kind}", {**body, field: each}), hide=each)
                for each in (foreign[field], str(uuid4()))
            ]
            assert answers[0] == answers[1], (kind, field)
            assert answers[0][0] in (403, 404, 409, 422), (kind, field, answers)


async def test_what_the_unit_above_does_the_unit_itself_cannot_do(web: Served) -> None:
    """Nobody confirms, appraises, classifies, accepts, allots or decides what is their own."""
    own = await story(web.here, "base", "worker")
    base, unit_id = web.here.callers["base-officer"], web.here.ids["base"]
    sheet, paper = {"scores": SCORES}, {"document": DOCUMENT}
    opened = f"/v1/evaluations/{own['evaluations']}"
    assert (await base.post(f"{opened}/self-score", sheet)).status_code == 200
    registered, dossier = f"/v1/registrations/{own['registrations']}", f"/v1/awards/{own['awards']}"
    session, duty = f"/v1/councils/{own['councils']}", f"/v1/duties/{own['duties']}"
    allotted = {"campaign_id": own["campaigns"], "unit_id": unit_id, "target": "sang-kien", "period": "2024"}
    for path, body in (
        (f"{registered}/confirm", {}),
        (f"{registered}/return", {"reason": "x"}),
        (f"{registered}/recognise-initiative", {"scope": "province", **paper}),
        (f"{registered}/recognise-initiative", {"scope": "grassroots", "recogniser_id": unit_id, **paper}),
        (f"{registered}/put-under-review", {"council": "x"}),
        (f"{registered}/withdraw-recognition", {"reason": "x", **paper}),
        ("/v1/registrations/bulk", {"action": "confirm", "registration_ids": [own["registrations"]]}),
        (f"/v1/exemplars/{own['exemplars']}/recognise", {"level": "grassroots", **paper}),
        (f"/v1/exemplars/{own['exemplars']}/recognise", {"level": "upper", **paper}),
        (f"{registered}/recognise-work", {"plaque": True, **paper}),
        (f"{opened}/appraise", sheet),
        (f"{opened}/adjust", {"criterion": "phong-trao", "points_x100": 4_000, "reason": "x"}),
        (f"{opened}/classify", {}),
        (f"{opened}/resolve", {"upheld": True, "answer": "x"}),
        (f"{opened}/finalise", {}),
        (f"{dossier}/appraise", {"supports": True, "opinion": "x"}),
        (f"{dossier}/return", {"reason": "x"}),
        (f"{dossier}/check-eligibility", {}),
        (f"{dossier}/publish", {"published_from": "2024-08-01", "published_until": "2024-08-20", "channel": "x"}),
        (f"{dossier}/take-vote", {"session_id": own["councils"]}),
        (f"{dossier}/decide", {"decision": DOCUMENT, "signing_body": "x"}),
        (f"{dossier}/release", {"kind": "complaint", "outcome": "x"}),
        (f"{dossier}/revoke", {"ground": "false-declaration", "reason": "x", **paper}),
        (f"{duty}/accept", {}),
        (f"{duty}/return", {"reason": "x"}),
        (f"{session}/list-dossiers", {"award_ids": [own["awards"]]}),
        (f"{session}/issue-decision", {"decision": DOCUMENT, "signing_body": "x"}),
        ("/v1/allotments", {**allotted, "number": 0, "document": DOCUMENT}),
        (f"/v1/campaigns/{own['campaigns']}/cancel", {"document": DOCUMENT, "reason": "x"}),
    ):
        answer = await base.post(path, body, if_match="*")
        assert answer.status_code == 404, (path, answer.text)
    foreign = await base.post(f"{opened}/cross-score", {"peer_unit_id": unit_id, **sheet})
    assert foreign.status_code == 403, foreign.text  # Their own matter, so they may know why.


async def test_a_duty_of_another_tenant_is_not_reached_by_guessing_its_id(web: Served, theirs: Things) -> None:
    guessed = derived(web.there.tenant_id, "duty", f"{theirs['campaigns']}/ke-hoach//{theirs['units']}")
    assert guessed == theirs["duties"]
    assert (await web.here.officer.post(f"/v1/duties/{guessed}/accept", {})).status_code == 404


async def test_a_cursor_serves_its_own_list_and_tenant_alone(web: Served, theirs: Things, ours: Things) -> None:
    await web.there.auditor.get(f"/v1/units?min_position={await web.position(web.there)}")
    cursor = (await web.there.auditor.get("/v1/units?limit=1")).json()["next"]
    assert (await web.there.auditor.get(f"/v1/units?limit=1&cursor={cursor}")).status_code == 200
    for caller, path in ((web.here.auditor, "/v1/units"), (web.there.auditor, "/v1/members")):
        assert (await caller.get(f"{path}?cursor={cursor}")).json()["code"] == "cursor.invalid"
    for forged in (cursor[:-2], cursor[:16] + "A" + cursor[17:], "WyJ1bml0cyIsMF0", "", "%00", "../../etc"):
        answer = await web.there.auditor.get(f"/v1/units?cursor={forged}")
        assert answer.status_code == (200 if not forged else 400), forged


async def test_one_idempotency_key_is_another_one_for_each_credential_and_tenant(web: Served) -> None:
    key, counted = str(uuid4()), {"members": 3, "workers": 5, "direct_workers": 2, "on": "2024-05-05"}
    told = []
    for federation, name in ((web.here, "federation-officer"), (web.there, "federation-officer")):
        path = f"/v1/units/{federation.ids['base']}/report-headcount"
        told.append(await federation.callers[name].post(path, counted, key=key))
    path = f"/v1/units/{web.here.ids['base']}/report-headcount"
    told.append(await web.here.callers["base-officer"].post(path, {**counted, "members": 4}, key=key))
    assert [answer.status_code for answer in told] == [200, 200, 200]
    assert all("idempotency-replayed" not in answer.headers for answer in told)


async def test_somebody_elses_sealed_text_is_opened_for_nobody_who_pastes_it(web: Served, theirs: Things) -> None:
    """A token of another person, or of another tenant, sent in every field that takes a text."""
    stored = (await web.there.integrator.get("/v1/events?types=member.enrolled")).json()["events"]
    foreign = stored[0]["data"]["full_name"]
    stored = (await web.here.integrator.get("/v1/events?types=member.enrolled")).json()["events"]
    neighbour = next(e["data"]["full_name"] for e in stored if e["data"]["person_id"] == web.here.ids["teacher"])
    base = web.here.callers["base-officer"]
    for pasted in (foreign, neighbour):
        clear = await base.post(f"/v1/units/{web.here.ids['base']}/rename", {"name": pasted, "on": "2024-01-01"})
        assert clear.json()["code"] == "command.sealed-text", clear.text
        person = {"unit_id": web.here.ids["base"], "code": f"DV-{uuid4()}", "full_name": pasted}
        done = await base.done("/v1/members", {**person, "employment": "other", "joined_on": "2024-01-01"})
        seen = await base.get(f"/v1/members/{done['id']}?min_position={done['position']}")
        assert seen.json()["full_name"] == pasted  # What was sent, and not what it would open to.


async def test_nobody_is_evaluated_again_under_another_spelling_until_it_fits(web: Served, ours: Things) -> None:
    about = {"campaign_id": ours["campaigns"], "unit_id": web.here.ids["school"], "rubric": "bang-diem"}
    first = await web.here.officer.done("/v1/evaluations", {**about, "period": "Quý I"})
    for period in ("QUÝ  I ", "Quy\u0301 I"):
        answer = await web.here.officer.post("/v1/evaluations", {**about, "period": period})
        assert answer.status_code == 409 or answer.json()["id"] == first["id"], period
