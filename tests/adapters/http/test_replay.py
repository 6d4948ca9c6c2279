"""An auditor sees each step of an award, and each judgement made again."""

from datetime import date
from pathlib import Path
from uuid import uuid4

import msgspec
import pytest

from adapters.http.moments import HEADER
from application.ports import NewEvent, StreamAppend
from domain.events import decode, encode
from tests.support.http import Served
from tests.support.log import command

pytestmark = pytest.mark.anyio

GOLDEN = Path(__file__).parents[2] / "golden" / "events"
LIFE = (
    "award.nominated", "award.appraised", "award.eligibility-checked", "award.published", "award.voted",
    "award.decided", "award.presented", "award.revoked",
)  # fmt: skip


@pytest.fixture(scope="module")
async def award(web: Served) -> str:
    """A dossier of the grassroots union with one event of each kind, as stored."""
    identity = str(uuid4())
    events = []
    for name in LIFE:
        data = (GOLDEN / f"{name}.v1.json").read_bytes()
        if name == "award.nominated":
            nominated = decode(name, 1, data)
            data = encode(msgspec.structs.replace(nominated, unit_id=web.here.ids["base"]))
        events.append(NewEvent(event_id=str(uuid4()), type=name, type_version=1, data=data))
    stream = StreamAppend(stream_id=f"award-{identity}", expected_version=0, events=tuple(events))
    # On paper before it was entered, so that it may have been published then.
    await web.parts.store.append(command(web.here.tenant_id, stream, happened_on=date(2024, 6, 10)))
    return identity


async def test_each_step_is_told_with_its_paper_and_what_came_of_it(web: Served, award: str) -> None:
    answer = await web.here.auditor.get(f"/v1/awards/{award}/replay")
    steps = answer.json()["steps"]
    assert [step["type"] for step in steps] == list(LIFE)
    assert [step["version"] for step in steps] == list(range(1, len(LIFE) + 1))
    assert steps[-1]["state"]["status"] == "revoked"
    assert steps[5]["document"] == steps[5]["event"]["decision"]
    assert all(step["actor"] and step["command_id"] and step["recorded_at"] for step in steps)
    assert answer.headers["etag"] == f'"{len(LIFE)}"'


async def test_each_judgement_is_made_again_from_what_was_pinned(web: Served, award: str) -> None:
    history = (await web.here.auditor.get(f"/v1/awards/{award}/replay")).json()
    judged = {step["type"]: step["rerun"] for step in history["steps"] if step["rerun"] is not None}
    assert set(judged) == {"award.eligibility-checked", "award.decided"}
    assert all(rerun["same"] == (rerun["recorded"] == rerun["now"]) for rerun in judged.values())
    assert all(rerun["same"] for rerun in judged.values())


async def test_each_step_is_decided_again_and_says_how_it_was_compared(web: Served, award: str) -> None:
    """The checks and decisions are events of the first release, in an earlier shape: their fields are compared."""
    history = (await web.here.auditor.get(f"/v1/awards/{award}/replay")).json()
    again = {step["type"].removeprefix("award."): step["again"] for step in history["steps"]}
    assert (history["same"], history["differs"]) == (True, None)
    assert (again["nominated"]["how"], again["nominated"]["same"]) == ("folded", None)
    assert again["nominated"]["because_vi"]
    assert [name for name, each in again.items() if each["compared"] == "fields"] == [
        "eligibility-checked", "voted", "decided",
    ]  # fmt: skip
    whole = again["presented"]
    assert (whole["compared"], whole["same"], whole["given"]) == ("bytes", True, [])
    assert whole["recorded_sha256"] == whole["now_sha256"]
    assert "outcome.granted" in again["decided"]["given"]


async def test_each_step_tells_its_command_the_state_before_and_the_sentences_of_its_rules(
    web: Served, award: str
) -> None:
    steps = (await web.here.auditor.get(f"/v1/awards/{award}/replay")).json()["steps"]
    assert [step["command"] for step in steps][:4] == [
        "nominate-award", "appraise-dossier", "check-eligibility", "publish-for-comment",
    ]  # fmt: skip
    assert steps[0]["before"]["status"] == "absent"
    assert [step["before"] for step in steps[1:]] == [step["state"] for step in steps[:-1]]
    told = [reason for step in steps for reason in step["reasons"]]
    assert told
    assert all(reason["vi"] and reason["en"] and reason["vi"] != reason["en"] for reason in told)


@pytest.mark.parametrize("name", ["as_of", "at"])
@pytest.mark.parametrize("wanted", ["1", "3", "7"])
async def test_a_history_stops_at_the_position_that_is_asked_for(
    web: Served, award: str, wanted: str, name: str
) -> None:
    whole = (await web.here.auditor.get(f"/v1/awards/{award}/replay")).json()
    step = whole["steps"][int(wanted) - 1]
    by_position = await web.here.auditor.get(f"/v1/awards/{award}/replay?{name}={step['position']}")
    assert by_position.json()["steps"] == whole["steps"][: int(wanted)]
    assert by_position.headers["etag"] == f'"{wanted}"'
    assert by_position.headers[HEADER] == str(step["position"])


async def test_before_it_was_nominated_there_is_no_dossier(web: Served, award: str) -> None:
    first = (await web.here.auditor.get(f"/v1/awards/{award}/replay")).json()["steps"][0]["position"]
    for path in ("replay", "why-not"):
        answer = await web.here.auditor.get(f"/v1/awards/{award}/{path}?as_of={first - 1}")
        assert (answer.status_code, answer.json()["code"]) == (404, "thing.unknown")


async def test_one_name_of_the_moment_is_enough(web: Served, award: str) -> None:
    refused = await web.here.auditor.get(f"/v1/awards/{award}/replay?at=3&as_of=3")
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (400, "at")


async def test_a_history_stops_at_the_time_that_is_asked_for(web: Served, award: str) -> None:
    whole = (await web.here.auditor.get(f"/v1/awards/{award}/replay")).json()
    recorded_at = whole["steps"][-1]["recorded_at"]
    told = (await web.here.auditor.get(f"/v1/awards/{award}/replay?at={recorded_at}")).json()
    assert told["steps"] == whole["steps"]


@pytest.mark.parametrize(
    ("at", "reason"),
    [
        ("999999999", "lies behind the log's last position"),
        ("2199-01-01T00:00:00Z", "lies in the future"),
        ("2001-01-01T00:00:00Z", "lies before the log's beginning"),
        ("0", "lies before the log's beginning"),
        ("-1", "must be a position of the log"),
        ("1e3", "must be a position of the log"),
        ("%D9%A3", "must be a position of the log"),
        ("2024-13-01T00:00:00Z", "must be a position of the log"),
        ("2024-08-05T09:30:00", "must be a position of the log"),
        ("%01", "holds a control character"),
        ("", "must be a position of the log"),
        ("9" * 70, "expected `str` of length <= 40"),
        ("9" * 30, "must be a position of the log"),
    ],
)
async def test_a_moment_that_is_not_in_the_log_is_refused_by_name(
    web: Served, award: str, at: str, reason: str
) -> None:
    path = f"/v1/awards/{award}/replay?at={at}"
    refused = await web.here.auditor.get(path, **{"accept-language": "en"})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (400, "at")
    assert refused.json()["errors"][0]["reason"].startswith(reason)
    assert (await web.here.auditor.get(path)).json()["errors"][0]["reason"] != refused.json()["errors"][0]["reason"]


async def test_what_stands_in_the_way_is_told_in_both_languages(web: Served, award: str) -> None:
    answer = await web.here.auditor.get(f"/v1/awards/{award}/why-not")
    told = answer.json()
    assert (answer.status_code, told["status"], told["unmet"]) == (200, "revoked", [])
    assert [step["step"] for step in told["steps"]] == [
        "appraise", "check-eligibility", "publish", "take-vote", "decide", "present",
    ]  # fmt: skip
    assert {step["standing"] for step in told["steps"]} == {"done"}


async def test_a_refusal_is_told_with_the_code_the_facts_and_the_sentences(web: Served) -> None:
    identity = str(uuid4())
    nominated = decode("award.nominated", 1, (GOLDEN / "award.nominated.v1.json").read_bytes())
    campaign = await web.campaign(web.here)
    data = encode(msgspec.structs.replace(nominated, unit_id=web.here.ids["base"], campaign_id=campaign))
    new = NewEvent(event_id=str(uuid4()), type="award.nominated", type_version=2, data=data)
    stream = StreamAppend(stream_id=f"award-{identity}", expected_version=0, events=(new,))
    await web.parts.store.append(command(web.here.tenant_id, stream))
    told = (await web.here.auditor.get(f"/v1/awards/{identity}/why-not")).json()
    published = next(step for step in told["steps"] if step["step"] == "publish")
    assert published["refusal"] == {
        "code": "award.wrong-state",
        "facts": {"status": "nominated", "needs": ["checked", "published"]},
        "vi": "Hồ sơ không ở trạng thái phù hợp (hiện nay: đã đề nghị (nominated); phải là: "
        "đã xét điều kiện (checked), đang công khai (published))",
        "en": "The dossier is not in the state that this step needs (status = nominated; needs = checked, published)",
    }


async def test_why_not_is_for_the_same_readers_and_takes_a_session_alone(web: Served, award: str) -> None:
    path = f"/v1/awards/{award}/why-not"
    assert (await web.here.callers["unit-officer"].get(path)).status_code == 200
    assert (await web.there.auditor.get(path)).json()["code"] == "thing.unknown"
    assert (await web.here.auditor.get(f"/v1/awards/{uuid4()}/why-not")).json()["code"] == "thing.unknown"
    assert (await web.here.integrator.get(path)).status_code == 403
    refused = (await web.here.auditor.get(f"{path}?session_id=1")).json()
    assert (refused["code"], refused["errors"][0]["field"]) == ("query.invalid", "session_id")


async def test_a_history_is_for_those_in_whose_units_it_lies(web: Served, award: str) -> None:
    path = f"/v1/awards/{award}/replay"
    assert (await web.here.callers["unit-officer"].get(path)).status_code == 200
    assert (await web.there.auditor.get(path)).json()["code"] == "thing.unknown"
    assert (await web.here.auditor.get(f"/v1/awards/{uuid4()}/replay")).json()["code"] == "thing.unknown"
