"""Files of a dossier: laid in with one line, given back as they were, and to nobody else."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import msgspec
import pytest

from adapters.attachments.memory import MemoryAttachments
from adapters.http.moments import HEADER
from adapters.http.parts import FILE_SIZE_BYTES_MAX
from application.ports import AttachmentsAway
from domain.award.parts import FILES_MAX
from tests.support.directives import SMALL
from tests.support.http import Answer, Caller, Served, served
from tests.support.postgres import PostgresServer

pytestmark = pytest.mark.anyio

PDF = b"%PDF-1.7\n" + b"noi dung " * 50
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@pytest.fixture(scope="module")
async def web(postgres: PostgresServer) -> AsyncIterator[Served]:
    """A server of these tests' own: they leave much behind."""
    async with served(postgres) as running:
        yield running


@pytest.fixture(scope="module")
async def campaign(web: Served) -> str:
    officer, ids = web.here.officer, web.here.ids
    drafted = {"issuer_id": ids["federation"], "directive": msgspec.to_builtins(SMALL)}
    campaign = str((await officer.done("/v1/campaigns", drafted))["id"])
    await officer.done(f"/v1/campaigns/{campaign}/launch", {"happened_on": "2024-01-15"})
    return campaign


@pytest.fixture
async def award(web: Served, campaign: str) -> str:
    return await nominated(web, campaign)


async def nominated(web: Served, campaign: str) -> str:
    body = {
        "campaign_id": campaign, "unit_id": web.here.ids["base"], "person_id": web.here.ids["worker"], "year": 2024,
        "title": "cong-nhan-gioi", "scheme": "movement", "achievement": f"a-{uuid4()}", "report": "Báo cáo",
    }  # fmt: skip
    return str((await web.here.officer.done("/v1/awards", body))["id"])


def at(award: str, part: str = "minutes", name: str | None = "biên bản.pdf") -> str:
    return f"/v1/awards/{award}/parts/{part}" + (f"?name={name}" if name else "")


async def laid(caller: Caller, path: str, content: bytes = PDF, kind: str = "application/pdf", **more: Any) -> Answer:
    return await caller.post(path, content, content_type=kind, **more)


def code(answer: Answer) -> str:
    return str(answer.json()["code"])


async def whole(web: Served, award: str, caller: Caller | None = None) -> dict[str, Any]:
    position = await web.position(web.here)
    answer = await (caller or web.here.officer).get(f"/v1/awards/{award}?min_position={position}")
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


async def test_a_file_is_laid_in_by_its_unit_and_comes_back_as_it_was(web: Served, award: str) -> None:
    answer = await laid(web.here.callers["base-officer"], at(award))
    assert answer.status_code == 200, answer.text
    assert (answer.json()["changed"], answer.headers["etag"]) == (True, '"2"')
    (file,) = (await whole(web, award))["files"]
    assert (file["part"], file["name"], file["size_bytes"]) == ("minutes", "biên bản.pdf", len(PDF))
    assert file["content_sha256"] == hashlib.sha256(PDF).hexdigest() != file["address"]
    back = await web.here.auditor.get(at(award, name=None))
    assert (back.status_code, back.content) == (200, PDF)
    assert back.headers["content-type"] == "application/pdf"
    assert back.headers["x-content-type-options"] == "nosniff"
    assert back.headers["content-disposition"] == (
        "attachment; filename=\"bi_n_b_n.pdf\"; filename*=UTF-8''bi%C3%AAn%20b%E1%BA%A3n.pdf"
    )


async def test_a_file_is_given_as_of_a_moment_when_it_lay_in_the_dossier_also_if_it_was_taken_out(
    web: Served, award: str
) -> None:
    officer, path = web.here.officer, at(award, name=None)
    laid_in = (await laid(officer, at(award))).json()["position"]
    (file,) = (await whole(web, award))["files"]
    gone = {"part": "minutes", "address": file["address"]}
    taken_out = (await officer.done(f"/v1/awards/{award}/remove-part", gone))["position"]
    back = await officer.get(f"{path}?as_of={laid_in}")
    assert (back.status_code, back.content, back.headers[HEADER]) == (200, PDF, str(laid_in))
    for position, said in (
        (laid_in - 1, "award.part-unknown"),
        (taken_out, "award.part-unknown"),
        (1, "thing.unknown"),
    ):
        answer = await officer.get(f"{path}?as_of={position}")
        assert (answer.status_code, code(answer)) == (404, said)


async def test_neither_the_log_nor_the_storage_holds_a_word_of_it_in_clear(web: Served, award: str) -> None:
    await laid(web.here.officer, at(award, name="tuyet-mat.pdf"))
    events = await web.parts.store.page(web.here.tenant_id, after=0, limit=500)
    stored = b"".join(event.data for event in events)
    assert b"tuyet-mat" not in stored
    assert hashlib.sha256(PDF).hexdigest().encode() not in stored
    (file,) = (await whole(web, award))["files"]
    sealed = await web.parts.files.attachments.get(web.here.tenant_id, file["address"])
    assert hashlib.sha256(sealed).hexdigest() == file["address"]
    assert b"noi dung" not in sealed


async def test_the_same_file_twice_is_once_and_several_of_a_kind_are_told_apart(web: Served, award: str) -> None:
    await laid(web.here.officer, at(award))
    again = await laid(web.here.officer, at(award))
    assert (again.status_code, again.json()["changed"]) == (200, False)
    assert code(await laid(web.here.officer, at(award, name="khac.pdf"))) == "award.attached-otherwise"
    assert (await laid(web.here.officer, at(award), PDF + b"2")).json()["changed"] is True
    several = await web.here.officer.get(at(award, name=None))
    assert (several.status_code, code(several)) == (409, "award.several-files")
    for address in several.json()["facts"]["addresses"]:
        one = await web.here.officer.get(f"{at(award, name=None)}?address={address}")
        assert one.content in (PDF, PDF + b"2")
    gone = await web.here.officer.get(f"{at(award, name=None)}?address={'0' * 64}")
    assert (gone.status_code, code(gone)) == (404, "award.part-unknown")


async def test_a_retry_gets_the_first_answer_and_another_file_under_its_key_is_refused(web: Served, award: str) -> None:
    first = await laid(web.here.officer, at(award), key="mot-lan")
    retry = await laid(web.here.officer, at(award), key="mot-lan")
    assert retry.json() == first.json()
    assert retry.headers["idempotency-replayed"] == "true"
    for path, content in ((at(award), PDF + b"x"), (at(award, name="khac.pdf"), PDF), (at(award, "other"), PDF)):
        other = await laid(web.here.officer, path, content, key="mot-lan")
        assert (other.status_code, code(other)) == (409, "command.id-reused")


async def test_a_retry_after_the_file_was_stored_and_nothing_recorded_completes_it(web: Served, award: str) -> None:
    storage = web.parts.files.attachments
    sealed = await web.parts.vault.seal_bytes(web.here.tenant_id, web.here.ids["worker"], PDF)
    orphan = await storage.put(web.here.tenant_id, sealed)
    assert (await laid(web.here.officer, at(award))).json()["changed"] is True
    (file,) = (await whole(web, award))["files"]
    assert file["address"] == orphan


@pytest.mark.parametrize("who", ["integrator", "operator"])
async def test_who_may_not_read_about_persons_gets_no_file(web: Served, award: str, who: str) -> None:
    await laid(web.here.officer, at(award))
    answer = await web.here.callers[who].get(at(award, name=None))
    assert (answer.status_code, code(answer)) == (403, "access.role-denied")


async def test_another_tenants_and_another_units_dossier_is_as_none(web: Served, award: str, campaign: str) -> None:
    await laid(web.here.officer, at(award))
    body = {
        "campaign_id": campaign, "unit_id": web.here.ids["school"], "person_id": web.here.ids["teacher"], "year": 2024,
        "title": "cong-nhan-gioi", "scheme": "movement", "achievement": "cua-truong", "report": "Báo cáo",
    }  # fmt: skip
    west = str((await web.here.officer.done("/v1/awards", body))["id"])
    await laid(web.here.officer, at(west))
    for caller, path in (
        (web.there.officer, award),
        (web.there.officer, str(uuid4())),
        (web.here.callers["unit-officer"], west),
        (web.here.callers["base-officer"], west),
    ):
        for answer in (await laid(caller, at(path)), await caller.get(at(path, name=None))):
            assert (answer.status_code, code(answer)) == (404, "thing.unknown")
    for caller in (web.here.callers["unit-officer"], web.here.callers["base-officer"]):
        assert (await caller.get(at(award, name=None))).content == PDF


async def test_what_is_out_of_reach_stores_nothing(web: Served, award: str) -> None:
    storage = web.parts.files.attachments
    assert isinstance(storage, MemoryAttachments)
    before = len(storage.files)
    await laid(web.there.officer, at(award), PDF + b"la")
    await web.here.officer.done(f"/v1/awards/{award}/decline", {"reason": "Không đủ phiếu"})
    closed = await laid(web.here.officer, at(award), PDF + b"la")
    assert (closed.status_code, code(closed)) == (409, "award.wrong-state")
    assert len(storage.files) == before


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"MZ\x90\x00", "application/pdf"),
        (b"<html><script>alert(1)</script>", "application/xml"),
        (b'<svg xmlns="x"/>', "application/xml"),
        (PDF, "image/png"),
        (b"PK\x03\x04" + b"x" * 40, WORD),
        (PDF, "text/html"),
        (PDF, "application/x-msdownload"),
        (PDF, ""),
    ],
)
async def test_a_media_type_that_lies_or_is_not_taken_is_refused(
    web: Served, award: str, content: bytes, kind: str
) -> None:
    answer = await laid(web.here.officer, at(award), content, kind)
    assert (answer.status_code, code(answer)) == (415, "body.not-a-file")
    assert answer.json()["errors"]


@pytest.mark.parametrize(
    "name",
    ["../../etc/passwd", "a/b.pdf", "a\\b.pdf", ".an", "a%00.pdf", "a%0d%0aSet-Cookie:x.pdf", "fdp.%E2%80%AEexe", "a ",
     "%20", "x" * 201, ""],
)  # fmt: skip
async def test_a_name_that_is_more_than_a_name_is_refused(web: Served, award: str, name: str) -> None:
    answer = await laid(web.here.officer, f"{at(award, name=None)}?name={name}")
    assert (answer.status_code, code(answer) in ("query.invalid", "request.invalid")) == (400, True)
    assert answer.json()["errors"][0]["field"] == ("query" if "%00" in name else "name")


async def test_a_file_has_bytes_a_name_a_key_and_a_part_that_there_is(web: Served, award: str) -> None:
    officer = web.here.officer
    assert (await laid(officer, at(award), b"")).json()["errors"][0]["field"] == "body"
    assert code(await laid(officer, at(award, name=None))) == "query.invalid"
    assert code(await laid(officer, at(award, "../x"))) in ("path.unknown", "thing.unknown")
    assert (await laid(officer, at(award, "khong-co"))).status_code == 404
    assert (await laid(officer, at("khong-phai-id"))).status_code == 404
    keyless = await web.client.post(
        at(award), content=PDF, headers={"authorization": f"Bearer {officer.key}", "content-type": "application/pdf"}
    )
    assert code(keyless) == "idempotency-key.required"


async def test_a_file_may_be_larger_than_other_bodies_and_has_a_bound(web: Served, award: str) -> None:
    large = PDF + b"x" * 2_000_000
    assert (await laid(web.here.officer, at(award), large)).status_code == 200
    assert (await web.here.officer.get(at(award, name=None))).content == large
    too_large = await laid(web.here.officer, at(award), PDF + b"x" * FILE_SIZE_BYTES_MAX)
    assert (too_large.status_code, code(too_large)) == (413, "body.too-large")


async def test_a_dossier_holds_so_many_files_and_no_more(web: Served, award: str) -> None:
    for number in range(FILES_MAX):
        assert (await laid(web.here.officer, at(award), PDF + str(number).encode())).status_code == 200
    full = await laid(web.here.officer, at(award), PDF + b"nua")
    assert (full.status_code, code(full)) == (409, "award.too-many-files")


async def test_a_file_is_taken_out_before_the_vote(web: Served, award: str) -> None:
    await laid(web.here.officer, at(award))
    (file,) = (await whole(web, award))["files"]
    gone = {"part": "minutes", "address": file["address"]}
    assert (await web.here.officer.done(f"/v1/awards/{award}/remove-part", gone))["changed"] is True
    assert (await web.here.officer.done(f"/v1/awards/{award}/remove-part", gone))["changed"] is False
    assert (await whole(web, award))["files"] == []
    never = await web.here.officer.post(f"/v1/awards/{award}/remove-part", {**gone, "part": "other"})
    assert (never.status_code, code(never)) == (404, "award.part-unknown")
    await laid(web.here.officer, at(award))
    assert len((await whole(web, award))["files"]) == 1


async def test_a_person_who_was_erased_has_no_file_any_more(web: Served, campaign: str) -> None:
    enrolled = {
        "unit_id": web.here.ids["base"], "code": f"DV-{uuid4()}", "full_name": "Người Sắp Xóa",
        "employment": "direct-worker", "joined_on": "2020-02-01",
    }  # fmt: skip
    person = (await web.here.officer.done("/v1/members", enrolled))["id"]
    body = {
        "campaign_id": campaign, "unit_id": web.here.ids["base"], "person_id": person, "year": 2024,
        "title": "cong-nhan-gioi", "scheme": "movement", "achievement": "se-xoa", "report": "Báo cáo",
    }  # fmt: skip
    award = str((await web.here.officer.done("/v1/awards", body))["id"])
    await laid(web.here.officer, at(award))
    await web.parts.vault.destroy(web.here.tenant_id, person)
    for answer in (
        await web.here.officer.get(at(award, name=None)),
        await laid(web.here.officer, at(award), PDF + b"2"),
    ):
        assert (answer.status_code, code(answer)) == (409, "person.erased")
    assert (await whole(web, award))["files"][0]["name"] == "[đã xóa]"


async def test_a_damaged_or_lost_file_is_said_to_be_so_and_never_given_out(web: Served, award: str) -> None:
    await laid(web.here.officer, at(award), PDF + b"hong")
    (file,) = (await whole(web, award))["files"]
    storage = web.parts.files.attachments
    assert isinstance(storage, MemoryAttachments)
    (place,) = [path for path in storage.files if path.endswith(file["address"])]
    kept, storage.files[place] = storage.files[place], b"khac"
    altered = await web.here.officer.get(at(award, name=None))
    assert (altered.status_code, code(altered)) == (500, "attachment.altered")
    del storage.files[place]
    missing = await web.here.officer.get(at(award, name=None))
    assert (missing.status_code, code(missing)) == (500, "attachment.missing")
    storage.files[place] = kept
    assert (await web.here.officer.get(at(award, name=None))).content == PDF + b"hong"


async def test_while_the_storage_is_away_nothing_is_recorded(
    web: Served, award: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: object) -> str:
        raise AttachmentsAway("away")

    before = await web.position(web.here)
    with monkeypatch.context() as patched:
        patched.setattr(web.parts.files.attachments, "put", away)
        answer = await laid(web.here.officer, at(award), key="lai-sau")
        assert (answer.status_code, code(answer)) == (503, "attachments.away")
    assert await web.position(web.here) == before
    assert (await laid(web.here.officer, at(award), key="lai-sau")).status_code == 200


async def raw(web: Served, award: str, head: bytes, *pieces: bytes, close: bool = False) -> bytes:
    """What comes back of a request that is written byte by byte; `close`: its sender goes away in the middle."""
    host, port = web.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    key = web.here.officer.key.encode()
    line = b"POST /v1/awards/%s/parts/minutes?name=a.pdf HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n"
    writer.write(line % (award.encode(), key) + b"Content-Type: application/pdf\r\n" + head + b"\r\n")
    for piece in pieces:
        writer.write(piece)
    await writer.drain()
    if close:
        writer.close()
        return b""
    try:
        return await asyncio.wait_for(reader.read(4_096), timeout=10)
    finally:
        writer.close()


async def test_a_body_that_is_cut_short_lays_nothing_in(web: Served, award: str) -> None:
    head = b"Idempotency-Key: cut\r\nContent-Length: 1000000\r\n"
    await raw(web, award, head, PDF, close=True)
    await asyncio.sleep(0.2)
    assert (await whole(web, award))["files"] == []
    assert (await laid(web.here.officer, at(award), key="cut")).json()["changed"] is True


async def test_a_huge_declared_length_is_refused_before_it_is_sent(web: Served, award: str) -> None:
    head = b"Idempotency-Key: huge\r\nContent-Length: 99999999999\r\n"
    assert (await raw(web, award, head, PDF)).startswith(b"HTTP/1.1 413 ")


async def test_a_body_without_a_declared_length_is_bounded_too(web: Served, award: str) -> None:
    head = b"Idempotency-Key: chunked\r\nTransfer-Encoding: chunked\r\n"
    chunk = b"100000\r\n" + b"x" * 0x100000 + b"\r\n"
    first = b"9\r\n%PDF-1.7\n\r\n"
    answer = await raw(web, award, head, first, *([chunk] * (FILE_SIZE_BYTES_MAX // 0x100000 + 1)), b"0\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 413 ")


async def test_what_is_not_admitted_is_answered_before_its_body_comes(web: Served) -> None:
    head = b"Idempotency-Key: early\r\nContent-Length: 1000000\r\n"
    assert (await raw(web, str(uuid4()), head)).startswith(b"HTTP/1.1 404 ")


async def test_many_at_once_are_all_laid_in_and_none_twice(web: Served, award: str) -> None:
    sent = [laid(web.here.officer, at(award), PDF + str(number % 6).encode()) for number in range(18)]
    answers = await asyncio.gather(*sent)
    assert {answer.status_code for answer in answers} == {200}
    assert sum(answer.json()["changed"] for answer in answers) == 6
    assert len((await whole(web, award))["files"]) == 6
