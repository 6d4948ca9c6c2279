"""A unit's calendar, the reminders of a day, and the board of who keeps to what is owed."""

from datetime import UTC, date, datetime
from itertools import pairwise
from typing import Any

import pytest

from adapters.http.icalendar import OCTETS_MAX, written
from adapters.read_models.unit_calendar import UnitCalendar
from tests.adapters.http.test_reports import campaign
from tests.support.http import Caller, Served

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
async def running(web: Served) -> str:
    """A campaign of a year in which two upper-level unions owe a report before 25/6 and a plan before 06/3; the plan of
    one is accepted, that of the other was returned."""
    here = web.here
    name = "Thi đua “lao động giỏi, sáng tạo”; chào mừng ngày thành lập Công đoàn Việt Nam, giai đoạn một"
    identity = await campaign(web, here, name=name)
    for unit, step in (("east", "accept"), ("west", "return")):
        body = {"campaign_id": identity, "duty": "plan", "unit_id": here.ids[unit], "proof": "Kế hoạch số 1"}
        done = await here.officer.done("/v1/duties", body)
        reason = {"reason": "Thiếu chữ ký."} if step == "return" else {}
        done = await here.officer.done(f"/v1/duties/{done['id']}/{step}", reason)
    await here.auditor.get(f"/v1/duties?min_position={done['position']}")
    return identity


async def entries(caller: Caller, unit_id: str, campaign_id: str, query: str) -> list[dict[str, Any]]:
    told = await caller.get(f"/v1/units/{unit_id}/calendar?{query}")
    assert told.status_code == 200, told.text
    return [entry for entry in told.json()["entries"] if entry["campaign_id"] == campaign_id]


async def test_a_units_calendar_shows_the_overdue_first_then_each_day(web: Served, running: str) -> None:
    found = await entries(
        web.here.auditor, web.here.ids["west"], running, "from=2024-06-01&until=2024-12-31&day=2024-06-20"
    )
    assert [(entry["what"], entry["code"], entry["overdue"]) for entry in found[:2]] == [
        ("duty", "plan", True),
        ("duty", "half-year-report", False),
    ]
    days = [entry["day"] for entry in found[1:]]
    assert days == sorted(days)
    assert {entry["what"] for entry in found} == {"duty", "phase-opens", "phase-closes", "campaign-closes"}


async def test_a_grassroots_unit_sees_what_it_registers_and_its_targets(web: Served, running: str) -> None:
    query = "from=2024-01-01&until=2024-12-31&day=2024-03-15"
    found = await entries(web.here.auditor, web.here.ids["base"], running, query)
    states = {(entry["what"], entry["code"]): entry["state"] for entry in found}
    assert states["registration", "works"] == "today"
    assert states["registration", "tasks"] == "coming"
    assert states["target", "one-work"] == "coming"
    assert states["phase-opens", "1"] == "passed"


async def test_a_day_off_is_shown_with_the_next_working_day_and_not_shifted(web: Served, running: str) -> None:
    query = "from=2024-01-01&until=2024-12-31&day=2024-03-15"
    found = await entries(web.here.auditor, web.here.ids["base"], running, query)
    (closing,) = (entry for entry in found if entry["what"] == "phase-opens" and entry["code"] == "1")
    assert closing["worked_on"] is None
    duties = (await web.here.auditor.get(f"/v1/duties?campaign_id={running}&duty=plan")).json()["items"]
    assert {row["worked_on"] for row in duties} == {None}


async def test_the_calendar_is_an_icalendar_when_asked_for(web: Served, running: str) -> None:
    path = f"/v1/units/{web.here.ids['west']}/calendar?from=2024-01-01&until=2024-12-31&day=2024-06-20"
    answer = await web.here.auditor.get(path, accept="text/calendar")
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    *lines, end = answer.content.split(b"\r\n")
    assert end == b""
    assert all(len(line) <= OCTETS_MAX for line in lines)
    assert b"\n" not in b"".join(lines)
    unfolded: list[str] = []
    for line in (line.decode() for line in lines):  # Each line by itself: no letter is cut in two.
        if line.startswith(" "):
            unfolded[-1] += line[1:]
        else:
            unfolded.append(line)
    assert (unfolded[0], unfolded[-1]) == ("BEGIN:VCALENDAR", "END:VCALENDAR")
    names = [line.partition(":")[0] for line in unfolded]
    assert names.count("BEGIN") == names.count("END") == names.count("UID") + 1
    assert len({line for line in unfolded if line.startswith("UID:")}) == names.count("UID")
    events = (await web.here.auditor.get(path)).json()["entries"]
    assert names.count("UID") == len(events)
    said = [line for line in unfolded if line.startswith("SUMMARY:") and "“lao động giỏi" in line]
    expected = r"“lao động giỏi\, sáng tạo”\; chào mừng ngày thành lập Công đoàn Việt Nam\, giai đoạn một"
    assert [line.endswith(expected) for line in said] == [True] * len(said)
    assert said
    starts = [line.rpartition(":")[2] for line in unfolded if line.startswith("DTSTART;VALUE=DATE:")]
    assert starts == [entry["day"].replace("-", "") for entry in events]


async def test_a_calendar_that_is_refused_or_of_another_subtree(web: Served, running: str) -> None:
    path = f"/v1/units/{web.here.ids['west']}/calendar"
    assert (await web.here.callers["unit-officer"].get(path)).status_code == 404
    assert (await web.there.auditor.get(path)).status_code == 404
    turned = await web.here.auditor.get(f"{path}?from=2024-06-01&until=2024-05-01")
    assert (turned.status_code, turned.json()["errors"][0]["field"]) == (400, "until")
    plain = await web.here.auditor.get(path, accept="text/calendar;q=0, application/json")
    assert plain.headers["content-type"] == "application/json"


async def reminders(caller: Caller, campaign_id: str, day: str) -> list[tuple[str, str, str]]:
    told = await caller.get(f"/v1/reminders?campaign_id={campaign_id}&day={day}")
    assert told.status_code == 200, told.text
    return sorted((row["duty"], row["unit_code"], row["kind"]) for row in told.json()["items"])


@pytest.mark.parametrize(
    ("day", "kind"),
    [
        ("2024-06-14", None),
        ("2024-06-17", "before-7"),
        ("2024-06-20", "before-7"),
        ("2024-06-21", "before-3"),
        ("2024-06-24", "on-day"),
        ("2024-06-28", "on-day"),
        ("2024-07-01", "overdue-7"),
        ("2024-07-16", "overdue-21"),
    ],
)
async def test_a_reminder_is_listed_from_its_day_until_the_next(
    web: Served, running: str, day: str, kind: str | None
) -> None:
    found = [row for row in await reminders(web.here.auditor, running, day) if row[0] == "half-year-report"]
    assert found == ([("half-year-report", code, kind) for code in ("east", "west")] if kind else [])


async def test_nothing_is_sent_on_a_day_off_and_a_year_without_a_calendar_is_refused(web: Served, running: str) -> None:
    assert await reminders(web.here.auditor, running, "2024-06-22") == []
    refused = await web.here.auditor.get("/v1/reminders?day=2031-01-06")
    assert (refused.status_code, refused.json()["code"]) == (409, "calendar.year-unknown")


async def test_what_was_returned_is_reminded_of_and_what_was_sent_is_not_sent_again(web: Served, running: str) -> None:
    here = web.here
    plans = [row for row in await reminders(here.auditor, running, "2024-03-12") if row[0] == "plan"]
    assert plans == [("plan", "west", "overdue-7")]
    body = {"campaign_id": running, "duty": "plan", "unit_id": here.ids["west"], "kind": "overdue-7"}
    done = await here.officer.done("/v1/reminders/sent", {**body, "channel": "Zalo", "on": "2024-03-12"})
    await here.auditor.get(f"/v1/duties?min_position={done['position']}")
    again = [row for row in await reminders(here.auditor, running, "2024-03-12") if row[0] == "plan"]
    assert again == []
    later = [row for row in await reminders(here.auditor, running, "2024-03-19") if row[0] == "plan"]
    assert later == [("plan", "west", "overdue-14")]
    other = await here.officer.post("/v1/reminders/sent", {**body, "channel": "công văn"})
    assert other.json()["code"] == "duty.reminded-otherwise"


async def test_the_text_of_a_reminder_can_be_sent_as_it_is(web: Served, running: str) -> None:
    told = await web.here.auditor.get(
        f"/v1/reminders?campaign_id={running}&day=2024-06-17&unit_id={web.here.ids['east']}"
    )
    (row,) = told.json()["items"]
    assert row["text_vi"] == "Công đoàn east: “half-year-report” còn 7 ngày đến hạn 24/06/2024."
    assert (row["days_left"], row["source"]) == (7, "assumed")


async def test_the_boards_totals_are_the_sums_of_its_units(web: Served, running: str) -> None:
    board = (await web.here.auditor.get(f"/v1/campaigns/{running}/compliance?day=2024-06-25")).json()
    assert [unit["code"] for unit in board["units"]] == ["west", "east"]
    west = board["units"][0]
    assert (west["reports"]["missing"], west["others"]["returned"], west["all"]["overdue"]) == (1, 1, 2)
    states = ("not_due", "due", "missing", "not_done", "submitted", "returned", "accepted")
    for part in ("reports", "others", "all"):
        for name, figure in board["total"][part].items():
            assert figure == sum(unit[part][name] for unit in board["units"])
            assert figure == sum(level[part][name] for level in board["levels"])
        assert board["total"][part]["owed"] == sum(board["total"][part][state] for state in states)
    first = (await web.here.auditor.get(f"/v1/campaigns/{running}/compliance?day=2024-06-25&limit=1")).json()
    assert (len(first["units"]), first["units_count"], first["total"]) == (1, 2, board["total"])
    overdue = [unit["all"]["overdue"] for unit in board["units"]]
    assert all(before >= after for before, after in pairwise(overdue))


async def test_the_board_is_narrowed_and_of_ones_own_subtree(web: Served, running: str) -> None:
    path = f"/v1/campaigns/{running}/compliance?day=2024-06-25"
    assert (await web.here.auditor.get(f"{path}&level=grassroots")).json()["units"] == []
    under = (await web.here.auditor.get(f"{path}&under={web.here.ids['east']}")).json()
    own = (await web.here.callers["unit-officer"].get(path)).json()
    assert [unit["code"] for unit in under["units"]] == [unit["code"] for unit in own["units"]] == ["east"]
    assert (await web.there.auditor.get(path)).status_code == 404


@pytest.mark.parametrize("end", ["\r\n", "\n", "\x0b", "\x0c", "\x1e", "\x85", "\u2028", "\x1b[2K"])
def test_a_name_begins_no_line_of_its_own(end: str) -> None:
    day = date(2024, 3, 1)
    calendar = UnitCalendar(
        unit_id="u", unit_code="u", unit_name=f"Tổ{end}ATTENDEE:x", from_=day, until=day, day=day, entries=()
    )
    lines = written(calendar, datetime(2024, 3, 1, tzinfo=UTC)).decode().splitlines()
    assert len(lines) == 6
    assert not any("\x1b" in line for line in lines)


async def test_a_day_out_of_any_calendar_is_named_as_it_was_sent(web: Served) -> None:
    answer = await web.here.officer.get(f"/v1/units/{web.here.ids['east']}/calendar?from=9999-12-31")
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "from")
