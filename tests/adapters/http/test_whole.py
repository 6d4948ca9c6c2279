"""An evaluation, a dossier and a council session whole: what an officer must see to understand what came out."""

from collections.abc import AsyncIterator
from typing import Any

import msgspec
import pytest

from adapters.http.examples import DOCUMENT
from adapters.http.history import history
from domain.award import AWARD
from domain.ids import TenantId
from tests.support.directives import SMALL
from tests.support.http import Served, served
from tests.support.postgres import PostgresServer

pytestmark = pytest.mark.anyio

SEATS = ["ghe-1", "ghe-2", "ghe-3"]
Things = dict[str, str]


def sheet(*points_x100: int, comment: str | None = None) -> dict[str, Any]:
    codes = ("nang-suat-diem", "phong-trao")
    scores = [{"criterion": code, "points_x100": points} for code, points in zip(codes, points_x100, strict=True)]
    return {"scores": [{**scores[0], "comment": comment}, *scores[1:]]}


@pytest.fixture(scope="module")
async def web(postgres: PostgresServer) -> AsyncIterator[Served]:
    """A server of these tests' own: they leave much behind."""
    async with served(postgres) as running:
        yield running


@pytest.fixture(scope="module")
async def things(web: Served) -> Things:
    """The ids of an evaluation that was complained of, a dossier with obstacles, one that was voted on, its session."""
    officer, ids = web.here.officer, web.here.ids
    drafted = {"issuer_id": ids["federation"], "directive": msgspec.to_builtins(SMALL)}
    campaign = (await officer.done("/v1/campaigns", drafted))["id"]
    await officer.done(f"/v1/campaigns/{campaign}/launch", {"happened_on": "2024-01-15"})
    about = {"campaign_id": campaign, "unit_id": ids["base"]}
    evaluation = await _complained(web, about)
    found = {"campaign": campaign, "evaluation": evaluation, "weak": await _nominated(web, about, "tay-khong")}
    found["award"] = await _nominated(web, about, "phan-viec", **await _registered_and_classified(web, about))
    await _steps(web, "awards", found["award"], HANDLED)
    found["council"] = await _met(web, campaign, found["award"])
    return found


HANDLED: tuple[tuple[str, Any], ...] = (
    ("hold", {"kind": "complaint", "reason": "Có đơn"}),
    ("release", {"kind": "complaint", "outcome": "Đơn không có cơ sở"}),
    (
        "publish",
        {
            "published_from": "2024-08-01",
            "published_until": "2024-08-20",
            "channel": "Trang tin",
            "happened_on": "2024-08-01",
        },
    ),
)


async def _steps(web: Served, kind: str, identity: str, steps: tuple[tuple[str, Any], ...]) -> None:
    for step, body in steps:
        await web.here.officer.done(f"/v1/{kind}/{identity}/{step}", body, if_match="*")


async def _complained(web: Served, about: dict[str, Any]) -> str:
    school = web.here.ids["school"]
    opened = {**about, "period": "Đợt 1", "rubric": "bang-diem", "peers": [school]}
    evaluation = (await web.here.officer.done("/v1/evaluations", opened))["id"]
    base = web.here.callers["base-officer"]
    await base.done(f"/v1/evaluations/{evaluation}/self-score", sheet(5_900, 3_900, comment="Vượt kế hoạch"))
    for step, body in (
        ("cross-score", {"peer_unit_id": school, **sheet(5_000, 3_000, comment="Chưa rõ")}),
        ("appraise", sheet(5_500, 3_800, comment="Có biên bản")),
        ("adjust", {"criterion": "phong-trao", "points_x100": 1_500, "reason": "Thiếu một đợt"}),
        ("classify", {}),
    ):
        await web.here.officer.done(f"/v1/evaluations/{evaluation}/{step}", body)
    await base.done(f"/v1/evaluations/{evaluation}/complain", {"complaint": "Đã đủ hai đợt"})
    raised = [{"criterion": "phong-trao", "points_x100": 1_900}]
    answer = {"upheld": True, "answer": "Tính thêm một phần", "adjustments": raised}
    await web.here.officer.done(f"/v1/evaluations/{evaluation}/resolve", answer)
    return str(evaluation)


async def _registered_and_classified(web: Served, about: dict[str, Any]) -> Things:
    person = {"person_id": web.here.ids["worker"]}
    title = {"kind": "title", "title": "cong-nhan-gioi", "subject": {"kind": "individual", **person}, "name": "Giỏi"}
    registration = await web.here.officer.done("/v1/registrations", {**about, **title})
    await web.here.officer.done(f"/v1/registrations/{registration['id']}/confirm", {})
    opened = {**about, **person, "period": "2024", "rubric": "bang-diem"}
    evaluation = (await web.here.officer.done("/v1/evaluations", opened))["id"]
    scored: tuple[tuple[str, Any], ...] = (
        ("self-score", sheet(5_900, 3_900)),
        ("appraise", sheet(5_900, 3_900)),
        ("classify", {}),
    )
    await _steps(web, "evaluations", evaluation, scored)
    return {"registration_id": registration["id"], "evaluation_id": evaluation}


async def _nominated(web: Served, about: dict[str, Any], achievement: str, **rests_on: str) -> str:
    """The id of a dossier that was appraised and checked."""
    dossier = {
        **about, "person_id": web.here.ids["worker"], "year": 2024, "title": "cong-nhan-gioi", "scheme": "movement",
        "achievement": achievement, "report": "Báo cáo thành tích", **rests_on,
    }  # fmt: skip
    award = str((await web.here.officer.done("/v1/awards", dossier))["id"])
    east = web.here.callers["unit-officer"]
    await east.done(f"/v1/awards/{award}/appraise", {"supports": True, "opinion": "Đồng ý"})
    await web.here.officer.done(f"/v1/awards/{award}/check-eligibility", {})
    return award


async def _met(web: Served, campaign: str, award: str) -> str:
    convened = {
        "unit_id": web.here.ids["federation"], "campaign_id": campaign, "title": "cong-nhan-gioi",
        "meets_on": "2024-09-10", "roster": [{"seat": seat, "office": "Ủy viên"} for seat in SEATS], "chair": SEATS[0],
    }  # fmt: skip
    council = str((await web.here.officer.done("/v1/councils", convened))["id"])
    tally = {"award_id": award, "votes_for": 2, "votes_against": 1}
    counted = {"minutes": DOCUMENT, "ballots_issued": 3, "returned_in_room": 2, "returned_in_writing": 1}
    session: tuple[tuple[str, Any], ...] = (
        ("list-dossiers", {"award_ids": [award]}),
        ("record-attendance", {"present": SEATS[:2], "in_writing": SEATS[2:]}),
        ("record-result", {**counted, "tallies": [tally]}),
        ("check-quota", {}),
    )
    await _steps(web, "councils", council, session)
    await _steps(web, "awards", award, (("take-vote", {"session_id": council}),))
    return council


async def read(web: Served, path: str, who: str = "base-officer") -> dict[str, Any]:
    answer = await web.here.callers[who].get(f"{path}?min_position={await web.position(web.here)}")
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


async def test_an_evaluation_shows_each_sheet_with_its_points_comments_and_who_filed_it(
    web: Served, things: Things
) -> None:
    told = await read(web, f"/v1/evaluations/{things['evaluation']}")
    (cross,) = told["cross_scored"]
    filed = {"self": told["self_scored"], "cross": cross, "appraisal": told["appraised"]}
    points = {name: [score["points_x100"] for score in one["sheet"]["scores"]] for name, one in filed.items()}
    assert points == {"self": [5_900, 3_900], "cross": [5_000, 3_000], "appraisal": [5_500, 3_800]}
    comments = [one["sheet"]["scores"][0]["comment"] for one in filed.values()]
    assert comments == ["Vượt kế hoạch", "Chưa rõ", "Có biên bản"]
    assert [one["actor"] for one in filed.values()] == ["base-officer", "federation-officer", "federation-officer"]
    assert cross["peer_unit_id"] == web.here.ids["school"]
    assert told["appraiser_id"] == web.here.ids["east"]


async def test_an_evaluation_shows_why_its_class_is_no_higher_and_what_changed_it(web: Served, things: Things) -> None:
    told = await read(web, f"/v1/evaluations/{things['evaluation']}")
    (adjusted,) = told["adjustments"]
    assert (adjusted["from_points_x100"], adjusted["points_x100"], adjusted["reason"]) == (
        3_800,
        1_500,
        "Thiếu một đợt",
    )
    assert {each["criterion"]: each["points_x100"] for each in told["points"]} == {
        "nang-suat-diem": 5_500, "phong-trao": 1_900,
    }  # fmt: skip
    assert (told["band"], told["total_x100"]) == (told["result"]["band"], told["result"]["total_x100"])
    missed = {(reason["band"], reason["gate"]): reason["found"] for reason in told["result"]["reasons"]}
    assert missed[("xuat-sac", "at-least")] == 7_400
    assert missed[("xuat-sac", "standard-share-min")] == 4_750
    assert told["complaint"]["complaint"] == "Đã đủ hai đợt"
    assert (told["answer"]["upheld"], told["answer"]["answer"]) == (True, "Tính thêm một phần")
    assert told["answer"]["adjustments"][0]["points_x100"] == 1_900
    assert (told["table"]["source"], told["rubric_source"]) == ("assumed", "assumed")


async def test_a_dossier_shows_which_rules_stand_in_its_way_and_where_they_are_written(
    web: Served, things: Things
) -> None:
    told = await read(web, f"/v1/awards/{things['weak']}")
    checked = told["checked"]
    assert (told["eligible"], checked["eligible"]) == (False, False)
    assert {reason["rule"] for reason in checked["reasons"] if reason["obstacle"]} == {"registered", "class-at-least"}
    assert all({"outcome", "facts", "source", "cites"} <= set(reason) for reason in checked["reasons"])
    assert checked["rules"]["rule_set_source"] == "assumed"
    assert {reason["rule"]: reason["source"] for reason in checked["reasons"]}["class-at-least"] == "assumed"


async def test_a_dossier_shows_who_appraised_it_what_was_held_and_the_vote(web: Served, things: Things) -> None:
    told = await read(web, f"/v1/awards/{things['award']}")
    assert (told["appraised"]["actor"], told["appraised"]["opinion"]) == ("unit-officer", "Đồng ý")
    assert told["report"] == "Báo cáo thành tích"
    assert not any(reason["obstacle"] for reason in told["checked"]["reasons"])
    (hold,) = told["held"]
    assert (told["holds"], hold["kind"], hold["reason"]) == ([], "complaint", "Có đơn")
    assert hold["released"]["outcome"] == "Đơn không có cơ sở"
    vote = told["voted"]
    assert (vote["session_id"], vote["vote"]["votes_for"], vote["vote"]["roster"]) == (things["council"], 2, 3)
    assert told["decided"] is None
    assert told["title_source"] == "directive"


async def test_what_was_appraised_no_longer_holds_once_the_dossier_is_returned(web: Served, things: Things) -> None:
    await web.here.officer.done(f"/v1/awards/{things['weak']}/return", {"reason": "Chưa đăng ký"})
    told = await read(web, f"/v1/awards/{things['weak']}")
    assert (told["state"], told["appraised"], told["eligible"]) == ("returned", None, None)
    assert told["reason"] == "Chưa đăng ký"
    assert told["checked"]["eligible"] is False  # What must be mended is still to be read.


async def test_a_session_shows_its_list_who_voted_the_sums_and_the_quotas(web: Served, things: Things) -> None:
    told = await read(web, f"/v1/councils/{things['council']}", "council-secretary")
    assert [seat["seat"] for seat in told["roster"]] == SEATS
    assert [one["award_id"] for one in told["listed"]] == [things["award"]] == told["quota"]["granted"]
    assert (told["attendance"]["present"], told["attendance"]["in_writing"]) == (SEATS[:2], SEATS[2:])
    (count,) = told["result"]["counted"]
    assert (count["vote"]["votes_for"], count["vote"]["votes_against"], count["approved"]) == (2, 1, True)
    assert told["quota"]["fits"] is True
    assert (told["rules"]["rule_set_source"], told["session"]["title_source"]) == ("assumed", "directive")
    assert told["version"] == told["session"]["version"]


async def test_no_ballot_is_told_with_a_session(web: Served, things: Things) -> None:
    """Who voted stands beside the sums, and no seat beside a vote."""
    told = await read(web, f"/v1/councils/{things['council']}", "auditor")
    sums = msgspec.json.encode([told["result"], told["dossiers"], told["quota"]]).decode()
    assert not any(seat in sums for seat in SEATS)
    assert things["award"] not in msgspec.json.encode([told["attendance"], told["roster"]]).decode()


async def test_the_whole_is_of_the_version_that_its_etag_names(web: Served, things: Things) -> None:
    for kind, identity in (("awards", things["award"]), ("evaluations", things["evaluation"])):
        answer = await web.here.auditor.get(f"/v1/{kind}/{identity}")
        assert answer.headers["etag"] == f'"{answer.json()["version"]}"'
        again = await web.here.auditor.get(f"/v1/{kind}/{identity}", **{"if-none-match": answer.headers["etag"]})
        assert again.status_code == 304


async def test_a_whole_goes_no_further_than_its_row(web: Served, things: Things) -> None:
    """A row that is behind its log is told with what it reflects, and with nothing that came after."""
    store, tenant_id = web.parts.store, TenantId(web.here.tenant_id)
    told = await history(store, tenant_id, AWARD, things["award"], until=2)
    assert [recorded.version for recorded, _ in told] == [1, 2]


async def test_the_whole_is_for_those_in_whose_units_it_lies(web: Served, things: Things) -> None:
    """A dossier of a unit is its own and those above it; a session is the convening unit's."""
    for name, kind, seen in (
        ("base-officer", "award", True), ("unit-officer", "award", True), ("base-officer", "council", False),
        ("unit-officer", "evaluation", True), ("unit-officer", "council", False), ("auditor", "council", True),
    ):  # fmt: skip
        path = f"/v1/{kind}s/{things[kind]}"
        assert (await web.here.callers[name].get(path)).status_code == (200 if seen else 404), (name, kind)
        assert (await web.there.auditor.get(path)).status_code == 404
