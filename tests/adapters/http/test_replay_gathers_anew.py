"""What a decision knew of other streams is gathered again from the log, as far as it was read then."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from tests.adapters.http.test_audit import Case, case, web
from tests.support.http import Served

__all__ = ["case", "web"]
"""The whole life of one award, over HTTP, on a server of its own."""

pytestmark = pytest.mark.anyio
RESTING = ["award.nominated", "award.eligibility-checked", "award.voted", "award.decided"]


async def replayed(web: Served, award: str) -> dict[str, Any]:
    answer = await web.here.auditor.get(f"/v1/awards/{award}/replay")
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


def gathered(history: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    return ((step["type"], step["gathered"]) for step in history["steps"] if step["gathered"] is not None)


@asynccontextmanager
async def changed(web: Served, stream: str, type_: str, old: str, new: str) -> AsyncIterator[None]:
    """Inside, `old` is `new` in the data of another stream's event, by the hand of a superuser."""
    change = (
        "UPDATE thidua.events AS e SET data = convert_to(replace(convert_from(e.data, 'UTF8'), $4, $5), 'UTF8')"
        " WHERE e.tenant_id = $1 AND e.stream_id = $2 AND e.type = $3"
    )
    await web.followed(web.here)
    async with web.database.superuser() as connection:
        assert await connection.execute(change, web.here.tenant_id, stream, type_, old, new) == "UPDATE 1"
        try:
            yield
        finally:
            await connection.execute(change, web.here.tenant_id, stream, type_, new, old)


async def test_every_step_that_rests_on_other_streams_is_decided_on_them_again(web: Served, case: Case) -> None:
    history = await replayed(web, case["award"])
    found = dict(gathered(history))
    assert list(found) == RESTING
    assert all(each["same"] and each["streams"] for each in found.values())
    assert history["same"] is True


async def test_what_was_altered_elsewhere_is_found_where_it_was_read(web: Served, case: Case) -> None:
    async with changed(web, f"council-{case['council']}", "council.result-recorded", '"votes_for":2', '"votes_for":3'):
        history = await replayed(web, case["award"])
    assert history["same"] is False
    found = history["differs"]["difference"]
    assert history["differs"]["type"] == "award.voted"
    assert (found["path"], found["recorded"], found["now"]) == ("vote.votes_for", 2, 3)
    assert (await replayed(web, case["award"]))["same"] is True


async def test_a_registration_that_was_made_one_of_another_campaign_changes_the_case(web: Served, case: Case) -> None:
    stream = f"registration-{case['registration']}"
    async with changed(web, stream, "registration.submitted", case["campaign"], case["award"]):
        history = await replayed(web, case["award"])
    assert history["differs"]["type"] == "award.eligibility-checked"
    assert history["differs"]["difference"]["path"] == "case.registered"
    assert all(step["again"]["same"] is not False for step in history["steps"])


async def test_a_stream_that_ends_before_what_was_read_is_missed(web: Served, case: Case) -> None:
    stream = f"registration-{case['registration']}"
    async with web.database.superuser() as connection:
        await connection.execute(
            "UPDATE thidua.events AS e SET version = 99 WHERE e.tenant_id = $1 AND e.stream_id = $2 AND e.version = 2",
            web.here.tenant_id, stream,
        )  # fmt: skip
        history = await replayed(web, case["award"])
        await connection.execute(
            "UPDATE thidua.events AS e SET version = 2 WHERE e.tenant_id = $1 AND e.stream_id = $2 AND e.version = 99",
            web.here.tenant_id, stream,
        )  # fmt: skip
    found = history["differs"]["difference"]
    assert (found["kind"], found["path"]) == ("shorter", f"read_at[{stream}]")
    assert found["vi"]


async def test_an_event_elsewhere_that_is_none_any_more_is_told(web: Served, case: Case) -> None:
    stream = f"registration-{case['registration']}"
    async with changed(web, stream, "registration.submitted", '"kind"', '"kin"'):
        history = await replayed(web, case["award"])
    assert history["differs"]["difference"]["kind"] == "unreadable"
