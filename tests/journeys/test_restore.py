"""A restore does not fork: an old backup that is put back takes no appends until a new epoch says what was lost."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from adapters.audit.folder import CheckpointFolder
from adapters.audit.reopening import NotStopped, next_epoch
from adapters.postgres.epochs import open_epoch
from application.epochs import opening_of
from application.notes import origin_of, parse_checkpoint
from domain.epoch import EpochOpened
from domain.ids import TenantId
from tests.support.http import Caller, Federation, Served
from tests.support.postgres import PostgresServer
from tests.support.restoring import LOG_NAME, Restorable, restorable

pytestmark = pytest.mark.anyio


@pytest.fixture
async def platform(postgres: PostgresServer, tmp_path: Path) -> AsyncIterator[Restorable]:
    async with restorable(postgres, tmp_path / "checkpoints") as made:
        yield made


class Lost:
    """A federation of whose log a backup was made at `backed_up`, and which then went on to `size`."""

    def __init__(self, federation: Federation, backed_up: int, size: int) -> None:
        self.tenant_id, self.backed_up, self.size = federation.tenant_id, backed_up, size
        self._federation = federation

    def as_seen(self, web: Served) -> Federation:
        """The same people at another server."""
        callers = {
            name: Caller(web.client, caller.key, caller.credential_id)
            for name, caller in self._federation.callers.items()
        }
        return Federation(self.tenant_id, callers, self._federation.ids)


async def rename(federation: Federation, name: str, *, key: str | None = None) -> Any:
    path = f"/v1/units/{federation.ids['base']}/rename"
    return await federation.officer.post(path, {"name": name, "on": "2024-03-01"}, key=key)


async def lost(platform: Restorable) -> Lost:
    """A backup, and what was recorded and published after it."""
    async with platform.serving() as web:
        federation = await web.federation("noi-mat")
        await platform.published(web, federation.tenant_id)
        backed_up = await web.position(federation)
    await platform.back_up()
    async with platform.serving() as web:
        gone = Lost(federation, backed_up, 0)
        for number in range(3):
            answer = await rename(gone.as_seen(web), f"Tên {number}", key=f"lost-{number}")
            assert answer.status_code == 200, answer.text
        gone.size = await platform.published(web, federation.tenant_id)
    return gone


async def reopened(platform: Restorable, web: Served, tenant_id: TenantId) -> EpochOpened:
    """What the operator does."""
    event = await next_epoch(web.parts.store, platform.comparing(web.parts), tenant_id, cause="Hỏng ổ đĩa")
    async with web.database.owner() as owner:
        assert await open_epoch(owner, opening_of(tenant_id, event, actor="operator")) == event.kept + 1
    return event


async def outside_root(platform: Restorable, tenant_id: TenantId, size: int, *, epoch: int = 1) -> str:
    note = await CheckpointFolder(platform.folder).at(origin_of(LOG_NAME, tenant_id, epoch), size)
    assert note is not None
    return parse_checkpoint(note.text).root.hex()


async def test_an_old_backup_is_read_and_not_appended_to(platform: Restorable) -> None:
    gone = await lost(platform)
    await platform.restore()
    async with platform.serving() as web, platform.serving() as second:
        for each in (gone.as_seen(web), gone.as_seen(second)):
            refused = await rename(each, "Tên khác")
            assert (refused.status_code, refused.json()["code"]) == (503, "log.frozen")
            assert refused.json()["facts"] == {
                "reason": "shorter",
                "checkpoint_size": gone.size,
                "log_size": gone.backed_up,
            }
            assert (await each.officer.get("/v1/units")).status_code == 200
            assert (await each.integrator.get("/v1/events")).json()["max_position"] == gone.backed_up
        assert (await (await web.federation("lien-doan-moi")).officer.get("/v1/me")).status_code == 200
        assert await web.position(gone.as_seen(web)) == gone.backed_up


async def test_an_old_backup_that_was_appended_to_is_refused(platform: Restorable) -> None:
    gone = await lost(platform)
    await platform.restore()
    async with platform.serving(outside=False) as web:
        for number in range(4):  # One more than was lost: the log is longer than its checkpoint now.
            assert (await rename(gone.as_seen(web), f"Tên rẽ {number}")).status_code == 200
    async with platform.serving() as web:
        refused = await rename(gone.as_seen(web), "Tên khác")
        assert (refused.status_code, refused.json()["code"]) == (503, "log.frozen")
        assert refused.json()["facts"] == {
            "reason": "different",
            "checkpoint_size": gone.size,
            "log_size": gone.backed_up + 4,
        }
        event = await reopened(platform, web, gone.tenant_id)
        assert (event.cut, event.kept) == (gone.backed_up, gone.backed_up + 4)
        assert (await rename(gone.as_seen(web), "Tên sau")).status_code == 200


async def test_a_new_epoch_says_it_all_and_everything_goes_on(platform: Restorable) -> None:
    gone = await lost(platform)
    await platform.restore()
    async with platform.serving() as web, platform.serving() as second:
        seen = gone.as_seen(web)
        kept = await rename(seen, "x", key="before")
        assert kept.status_code == 503
        event = await reopened(platform, web, gone.tenant_id)
        assert (event.epoch, event.previous_epoch, event.cut, event.kept) == (2, 1, gone.backed_up, gone.backed_up)
        assert event.checkpoint is not None
        assert (event.checkpoint.size, event.checkpoint.root) == (
            gone.size,
            await outside_root(platform, gone.tenant_id, gone.size),
        )
        # A command that was lost with its key is carried out anew, by either server.
        again = await rename(gone.as_seen(second), "Tên 0", key="lost-0")
        assert (again.status_code, again.json()["changed"]) == (200, True)
        assert "idempotency-replayed" not in again.headers
        position = again.json()["position"]
        assert position == gone.backed_up + 2
        units = await seen.officer.get(f"/v1/units?min_position={position}")
        assert "Tên 0" in units.text
        beyond = await seen.integrator.get(f"/v1/events?epoch=1&after={gone.backed_up + 1}")
        assert (beyond.status_code, beyond.json()["facts"]["cut"]) == (410, gone.backed_up)
        page = (await seen.integrator.get(f"/v1/events?epoch=1&after={gone.backed_up}")).json()
        assert [each["id"] for each in page["events"]] == [
            f"{gone.tenant_id}:2:{gone.backed_up + 1}",
            f"{gone.tenant_id}:2:{position}",
        ]
        assert page["events"][0]["data"]["cause"] == "Hỏng ổ đĩa"
        size = await platform.published(web, gone.tenant_id, epoch=2)
        assert await outside_root(platform, gone.tenant_id, size, epoch=2)


async def test_a_restore_under_a_running_server_is_seen_before_anything_is_appended(platform: Restorable) -> None:
    gone = await lost(platform)
    async with platform.serving() as web:
        seen = gone.as_seen(web)
        assert (await rename(seen, "Trước khi khôi phục")).status_code == 200
        await platform.restore()
        refused = await rename(seen, "Ngay sau khi khôi phục")
        assert (refused.status_code, refused.json()["code"]) == (503, "log.frozen")
        assert await web.position(seen) == gone.backed_up


async def test_a_database_from_before_an_epoch_opens_the_one_after_it(platform: Restorable) -> None:
    gone = await lost(platform)
    await platform.restore()
    async with platform.serving() as web:
        await reopened(platform, web, gone.tenant_id)
        for number in range(5):
            assert (await rename(gone.as_seen(web), f"Kỷ nguyên 2, {number}")).status_code == 200
        size = await platform.published(web, gone.tenant_id, epoch=2)
    await platform.restore()
    async with platform.serving() as web:
        assert (await rename(gone.as_seen(web), "x")).status_code == 503
        event = await reopened(platform, web, gone.tenant_id)
        assert (event.epoch, event.previous_epoch, event.cut) == (3, 2, gone.backed_up)
        assert event.checkpoint is not None
        assert (event.checkpoint.origin, event.checkpoint.size) == (
            origin_of(LOG_NAME, gone.tenant_id, 2),
            size,
        )
        for epoch in (1, 2):
            beyond = await gone.as_seen(web).integrator.get(f"/v1/events?epoch={epoch}&after={gone.backed_up + 1}")
            assert (beyond.status_code, beyond.json()["facts"]["current_epoch"]) == (410, 3)


async def test_a_log_that_fits_goes_on_and_needs_no_epoch(platform: Restorable) -> None:
    gone = await lost(platform)
    async with platform.serving() as web:
        assert (await rename(gone.as_seen(web), "Tên khác")).status_code == 200
        with pytest.raises(NotStopped):
            await next_epoch(web.parts.store, platform.comparing(web.parts), gone.tenant_id, cause="")


async def test_control_without_the_comparison_the_old_backup_forks_in_silence(platform: Restorable) -> None:
    gone = await lost(platform)
    await platform.restore()
    async with platform.serving(outside=False) as web:
        assert (await rename(gone.as_seen(web), "Tên rẽ")).status_code == 200
