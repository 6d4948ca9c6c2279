"""Accidents that a unit reports, and the hash of a pinned rule set that an auditor sees hold or not."""

from pathlib import Path
from uuid import uuid4

import pytest

from application.ports import NewEvent, StreamAppend
from tests.support.http import Served
from tests.support.log import command

pytestmark = pytest.mark.anyio

GOLDEN = Path(__file__).parents[2] / "golden" / "events"


async def test_an_accident_is_reported_by_the_unit_itself_once_and_an_empty_one_is_refused(web: Served) -> None:
    path = f"/v1/units/{web.here.ids['base']}/report-accident"
    accident = {"on": "2024-02-01", "deaths": 0, "injured": 2}
    officer = web.here.callers["base-officer"]
    assert (await officer.done(path, accident))["changed"] is True
    assert (await officer.done(path, accident))["changed"] is False
    refused = await officer.post(path, {**accident, "injured": 0})
    assert (refused.status_code, refused.json()["code"]) == (422, "command.invalid")
    elsewhere = f"/v1/units/{web.here.ids['school']}/report-accident"
    assert (await officer.post(elsewhere, accident)).status_code == 404


async def replayed(web: Served, forged: bool) -> tuple[bool, list[bool | None]]:
    """Whether the history is the same again, and whether each pinned hash holds."""
    events = []
    for name in ("award.nominated", "award.eligibility-checked", "award.decided"):
        data = (GOLDEN / f"{name}.v2.json").read_bytes()
        if forged and name == "award.decided":
            data = data.replace("Luật".encode(), "Lệ".encode(), 1)
        events.append(NewEvent(event_id=str(uuid4()), type=name, type_version=2, data=data))
    award = str(uuid4())
    stream = StreamAppend(stream_id=f"award-{award}", expected_version=0, events=tuple(events))
    await web.parts.store.append(command(web.here.tenant_id, stream))
    history = (await web.here.auditor.get(f"/v1/awards/{award}/replay")).json()
    return history["same"], [step["rerun"]["hash_matches"] for step in history["steps"] if step["rerun"]]


async def test_a_replay_says_whether_the_stored_rule_set_has_the_hash_that_was_pinned(web: Served) -> None:
    assert (await replayed(web, forged=False))[1] == [True, True]
    assert await replayed(web, forged=True) == (False, [True, False])
