"""A file from one curl line to the storage and back, through a real server, in a folder and in a bucket."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import msgspec
import pytest

from adapters.attachments.bucket import BucketAttachments
from adapters.attachments.folder import FolderAttachments
from application.ports import Attachments
from tests.support.directives import SMALL
from tests.support.http import Served, served
from tests.support.postgres import PostgresServer
from tests.support.s3 import bucket_at, s3_server

pytestmark = pytest.mark.anyio
PDF = b"%PDF-1.7\n" + bytes(range(256)) * 4_000


@pytest.fixture(params=["folder", "bucket"])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Attachments]:
    if request.param == "folder":
        yield FolderAttachments(tmp_path / "attachments")
        return
    with s3_server() as url:
        yield BucketAttachments(bucket_at(url))


async def nominated(web: Served) -> str:
    officer, ids = web.here.officer, web.here.ids
    drafted = {"issuer_id": ids["federation"], "directive": msgspec.to_builtins(SMALL)}
    campaign = (await officer.done("/v1/campaigns", drafted))["id"]
    await officer.done(f"/v1/campaigns/{campaign}/launch", {"happened_on": "2024-01-15"})
    body = {
        "campaign_id": campaign, "unit_id": ids["base"], "person_id": ids["worker"], "year": 2024,
        "title": "cong-nhan-gioi", "scheme": "movement", "achievement": f"a-{uuid4()}", "report": "Báo cáo",
    }  # fmt: skip
    return str((await officer.done("/v1/awards", body))["id"])


async def test_a_file_is_kept_where_the_server_was_told_and_an_auditor_checks_it_without_a_key(
    postgres: PostgresServer, storage: Attachments
) -> None:
    async with served(postgres, attachments=storage) as web:
        path = f"/v1/awards/{await nominated(web)}/parts/minutes"
        sent = await web.here.callers["base-officer"].post(f"{path}?name=a.pdf", PDF, content_type="application/pdf")
        assert sent.status_code == 200, sent.text
        assert (await web.here.auditor.get(path)).content == PDF
        events = await web.parts.store.page(web.here.tenant_id, after=0, limit=1, types=["award.part-attached"])
        told: dict[str, Any] = msgspec.json.decode(events[0].data)
        stored = await storage.get(web.here.tenant_id, told["address"])
        assert hashlib.sha256(stored).hexdigest() == told["address"]
        assert PDF[:64] not in stored
        await web.parts.vault.destroy(web.here.tenant_id, web.here.ids["worker"])
        assert (await web.here.auditor.get(path)).json()["code"] == "person.erased"
