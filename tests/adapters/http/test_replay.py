"""An auditor sees each step of an award, and each judgement made again."""

from pathlib import Path
from uuid import uuid4

import msgspec
import pytest

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
    await web.parts.store.append(command(web.here.tenant_id, stream))
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
    assert history["same"] == all(rerun["same"] for rerun in judged.values())


async def test_a_history_is_for_those_in_whose_units_it_lies(web: Served, award: str) -> None:
    path = f"/v1/awards/{award}/replay"
    assert (await web.here.callers["unit-officer"].get(path)).status_code == 200
    assert (await web.there.auditor.get(path)).json()["code"] == "thing.unknown"
    assert (await web.here.auditor.get(f"/v1/awards/{uuid4()}/replay")).json()["code"] == "thing.unknown"
