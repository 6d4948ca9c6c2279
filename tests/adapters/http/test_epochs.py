"""A log that was stopped and goes on in a new epoch, as clients and followers see it."""

import pytest

from application.ports import Halt
from tests.support.epochs import opened
from tests.support.http import Served

pytestmark = pytest.mark.anyio
HALT = Halt(reason="shorter", holder="folder", origin="thidua/x/1", size=1_310, root="ab" * 32, head=9)


async def test_a_stopped_log_refuses_commands_with_the_reason_and_answers_queries(web: Served) -> None:
    federation = await web.federation("dung-ghi")
    await web.parts.store.freeze(federation.tenant_id, 1, HALT)
    rename = f"/v1/units/{federation.ids['base']}/rename"
    refused = await federation.officer.post(rename, {"name": "Tên mới", "on": "2024-03-01"}, accept_language="en")
    assert (refused.status_code, refused.headers["retry-after"]) == (503, "60")
    problem = refused.json()
    assert problem["code"] == "log.frozen"
    assert "`thidua audit status`" in problem["title"]
    assert problem["facts"] == {"reason": "shorter", "checkpoint_size": 1_310, "log_size": 9}
    vietnamese = (await federation.officer.post(rename, {"name": "Tên mới", "on": "2024-03-01"})).json()
    assert "tạm dừng ghi" in vietnamese["title"]
    assert "số sự kiện của nhật ký: 9" in vietnamese["detail"]
    assert (await federation.officer.get("/v1/units")).status_code == 200
    assert (await federation.integrator.get("/v1/events")).status_code == 200
    assert await web.campaign(web.here), "another tenant's log is not stopped"


async def test_cursors_follow_the_log_into_its_next_epoch_or_are_told_the_cut(web: Served) -> None:
    federation = await web.federation("ky-nguyen")
    head = await web.position(federation)
    cut = head - 2
    await web.parts.store.freeze(federation.tenant_id, 1, HALT)
    assert await opened(web.database, federation.tenant_id, epoch=2, cut=cut, kept=head) == head + 1
    await federation.officer.done(f"/v1/units/{federation.ids['base']}/rename", {"name": "Tên mới", "on": "2024-03-01"})
    reader = federation.integrator
    gone = await reader.get(f"/v1/events?epoch=1&after={cut + 1}", **{"accept-language": "en"})
    assert gone.status_code == 410
    assert (gone.json()["code"], gone.json()["facts"]) == (
        "cursor.cut",
        {"epoch": 1, "cut": cut, "current_epoch": 2},
    )
    assert (await reader.get(f"/v1/events?after={cut + 1}")).status_code == 410, "no epoch is the first"
    page = (await reader.get(f"/v1/events?epoch=1&after={cut}&limit=3")).json()
    assert [event["position"] for event in page["events"]] == [head - 1, head, head + 1]
    first = page["events"][2]
    assert first["id"] == f"{federation.tenant_id}:2:{head + 1}"
    assert (first["type"], first["subject"], first["epoch"]) == (
        "log.epoch-opened",
        f"log-{federation.tenant_id}",
        2,
    )
    assert (first["data"]["cut"], first["data"]["kept"], first["data"]["cause"]) == (cut, head, "Diễn tập")
    assert (page["epoch"], page["next"]) == (2, f"/v1/events?epoch=2&after={head + 1}&limit=3")
    following = (await reader.get(page["next"])).json()
    assert [event["id"] for event in following["events"]] == [f"{federation.tenant_id}:2:{head + 2}"]


async def test_the_new_epoch_shows_in_the_trail(web: Served) -> None:
    federation = await web.federation("nhat-ky")
    head = await web.position(federation)
    await opened(web.database, federation.tenant_id, epoch=2, cut=head, kept=head)
    rows = await federation.auditor.get(f"/v1/audit-trail?type=log.epoch-opened&min_position={head + 1}")
    [row] = rows.json()["items"]
    assert (row["position"], row["epoch"], row["actor"]) == (head + 1, 2, "operator")
    assert (row["summary"]["cut"], row["summary"]["cause"]) == (head, "Diễn tập")


@pytest.mark.parametrize(
    ("epoch", "reason"),
    [
        ("2", "the log is in epoch 1, and there is no later one"),
        ("0", None),
        ("-1", None),
        ("99999999999", None),
        ("x", None),
    ],
)
async def test_an_epoch_that_there_is_not_is_refused_by_name(web: Served, epoch: str, reason: str | None) -> None:
    answer = await web.here.integrator.get(f"/v1/events?epoch={epoch}", **{"accept-language": "en"})
    assert answer.status_code == 400
    [error] = answer.json()["errors"]
    assert error["field"] == "epoch"
    assert reason in (None, error["reason"])
