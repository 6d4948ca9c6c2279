"""Somebody with every right on the database alters an award's history: the replay names the first place."""

from typing import Any
from uuid import uuid4

import msgspec
import pytest

from tests.support.dossiers import ENTERED, GOLDEN, life
from tests.support.http import Served
from tests.support.log import command

pytestmark = pytest.mark.anyio


async def stored(web: Served) -> str:
    """A dossier with one event of each kind; its award's id."""
    award = str(uuid4())
    stream = life(award, unit_id=web.here.ids["base"])
    await web.parts.store.append(command(web.here.tenant_id, stream, happened_on=ENTERED))
    await web.followed(web.here)
    return award


async def altered(web: Served, award: str, step: int, change: str, *values: object) -> None:
    """What a superuser does to one row, past every privilege and policy."""
    async with web.database.superuser() as connection:
        done = await connection.execute(
            f"UPDATE thidua.events AS e SET {change} WHERE e.tenant_id = $1 AND e.stream_id = $2 AND e.version = $3",
            web.here.tenant_id, f"award-{award}", step, *values,
        )  # fmt: skip
    assert done == "UPDATE 1"


async def replayed(web: Served, award: str) -> dict[str, Any]:
    answer = await web.here.auditor.get(f"/v1/awards/{award}/replay")
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


async def first_difference(web: Served, step: int, old: str, new: str) -> dict[str, Any]:
    """What the replay says after `old` was made `new` in the data of a step."""
    award = await stored(web)
    before = await replayed(web, award)
    assert (before["same"], before["differs"]) == (True, None)
    data = await _data(web, award, step)
    assert old in data
    await altered(web, award, step, "data = $4", data.replace(old, new, 1).encode())
    after = await replayed(web, award)
    assert after["same"] is False
    assert after["differs"]["version"] == step
    found: dict[str, Any] = after["differs"]["difference"]
    assert found["vi"]
    assert found["en"]
    return found


async def _data(web: Served, award: str, step: int) -> str:
    rows = await web.parts.store.load(web.here.tenant_id, [f"award-{award}"])
    return rows[f"award-{award}"][step - 1].data.decode()


async def test_an_altered_outcome_of_a_rule_is_named_with_what_it_was_and_what_it_is(web: Served) -> None:
    found = await first_difference(web, 3, '"outcome":"for"', '"outcome":"against"')
    assert (found["kind"], found["recorded"], found["now"]) == ("value", "against", "for")
    assert found["path"].startswith("reasons[")
    assert found["path"].endswith(".outcome")
    assert f"Tại {found['path']}: đã ghi against, nay xét lại ra for" == found["vi"]


async def test_an_altered_judgement_is_found(web: Served) -> None:
    found = await first_difference(web, 3, '"eligible":true', '"eligible":false')
    assert (found["path"], found["recorded"], found["now"]) == ("eligible", False, True)


async def test_altered_facts_of_a_case_are_found_by_what_follows_from_them(web: Served) -> None:
    found = await first_difference(web, 3, '"registered":true', '"registered":false')
    assert (found["kind"], found["path"].startswith("reasons[")) == ("value", True)


async def test_an_altered_prize_is_found(web: Served) -> None:
    prize = msgspec.json.decode((GOLDEN / "award.decided.v2.json").read_bytes())["prize_vnd"]
    found = await first_difference(web, 6, f'"prize_vnd":{prize}', f'"prize_vnd":{prize + 1}')
    assert (found["path"], found["recorded"], found["now"]) == ("prize_vnd", prize + 1, prize)


async def test_a_space_between_two_values_is_found_though_they_are_the_same(web: Served) -> None:
    for step in (1, 7):
        found = await first_difference(web, step, ",", ", ")
        assert (found["kind"], len(found["recorded"]), len(found["now"])) == ("bytes", 64, 64)


async def test_what_is_no_event_any_more_is_told_and_what_comes_after_it_too(web: Served) -> None:
    found = await first_difference(web, 4, '"channel"', '"chanel"')
    assert (found["kind"], found["recorded"]) == ("unreadable", "award.published")
    found = await first_difference(web, 4, "{", "")
    assert found["kind"] == "unreadable"
    award = await stored(web)
    await altered(web, award, 1, "data = $4", b"\xff\xfe")
    told = await replayed(web, award)
    assert told["differs"]["difference"]["kind"] == "unreadable"
    assert told["steps"][0]["event"] is None
    assert told["steps"][1]["again"]["difference"]["now"]["code"] == "award.unknown"


async def test_a_step_that_was_taken_out_is_missed(web: Served) -> None:
    award = await stored(web)
    async with web.database.superuser() as connection:
        await connection.execute(
            "DELETE FROM thidua.events AS e WHERE e.tenant_id = $1 AND e.stream_id = $2 AND e.version = 4",
            web.here.tenant_id, f"award-{award}",
        )  # fmt: skip
    found = (await replayed(web, award))["differs"]
    assert (found["version"], found["difference"]["kind"]) == (5, "missing")
    assert (found["difference"]["recorded"], found["difference"]["now"]) == (5, 4)


async def test_a_step_of_another_type_and_an_actor_of_another_name_are_two_things(web: Served) -> None:
    """Deciding again covers the data; who did it is in the envelope, which the log's tree covers."""
    award = await stored(web)
    await altered(web, award, 7, "actor = $4", "somebody else")
    assert (await replayed(web, award))["same"] is True
    await altered(web, award, 7, "type = $4", "award.declined")
    assert (await replayed(web, award))["differs"]["difference"]["kind"] == "unreadable"
    await altered(web, award, 7, "type = $4", "unit.dissolved")
    assert (await replayed(web, award))["differs"]["version"] == 7


async def test_a_forged_step_that_no_history_leads_to_is_told(web: Served) -> None:
    """A publication is made of what was a check, so the vote finds a dossier that was never checked."""
    award = await stored(web)
    await altered(
        web,
        award,
        3,
        "type = $4, type_version = 1, data = $5",
        "award.published",
        (await _data(web, award, 4)).encode(),
    )
    told = await replayed(web, award)
    assert told["differs"]["difference"]["kind"] == "refused"
    kinds = [step["again"]["difference"] and step["again"]["difference"]["kind"] for step in told["steps"]]
    assert kinds[4] == "impossible"
