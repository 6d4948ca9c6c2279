"""What every storage of attachments keeps, whatever it is made of: memory, a folder, or an S3-compatible server."""

import asyncio
import hashlib
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import msgspec
import pytest
from obstore.store import S3Store

from adapters.attachments.addresses import path_of
from adapters.attachments.bucket import BucketAttachments
from adapters.attachments.folder import FolderAttachments
from adapters.attachments.memory import MemoryAttachments
from application.ports import AttachmentAltered, AttachmentMissing, Attachments, AttachmentsAway
from domain.ids import TenantId
from tests.support.s3 import BUCKET, bucket_at, s3_server

pytestmark = pytest.mark.anyio
HERE, THERE = TenantId(str(uuid4())), TenantId(str(uuid4()))


class Kept(msgspec.Struct, frozen=True):
    """A storage, and a hand inside it that puts bytes where it likes."""

    attachments: Attachments
    overwrite: Callable[[str, bytes], object]


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    with s3_server() as url:
        yield url


@pytest.fixture(params=["memory", "folder", "s3"])
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> Kept:
    if request.param == "memory":
        memory = MemoryAttachments()
        return Kept(memory, memory.files.__setitem__)
    if request.param == "folder":
        return Kept(FolderAttachments(tmp_path / "a"), lambda path, raw: (tmp_path / "a" / path).write_bytes(raw))
    url = request.getfixturevalue("s3")
    raw_store = S3Store(
        BUCKET,
        prefix="thi-dua",
        endpoint=url,
        region="us-east-1",
        access_key_id="ai-do",
        secret_access_key="bi-mat",
        client_options={"allow_http": True},
        virtual_hosted_style_request=False,
    )
    return Kept(BucketAttachments(bucket_at(url)), raw_store.put)


@pytest.mark.parametrize("sealed", [b"", b"\x00", b"x" * 3_000_000], ids=["empty", "one byte", "3 MB"])
async def test_what_was_put_comes_back_exactly_from_the_address_that_is_its_hash(kept: Kept, sealed: bytes) -> None:
    address = await kept.attachments.put(HERE, sealed)
    assert address == hashlib.sha256(sealed).hexdigest()
    assert await kept.attachments.get(HERE, address) == sealed


async def test_the_same_bytes_again_change_nothing(kept: Kept) -> None:
    addresses = await asyncio.gather(*(kept.attachments.put(HERE, b"giong nhau") for _ in range(4)))
    assert len(set(addresses)) == 1
    assert await kept.attachments.get(HERE, addresses[0]) == b"giong nhau"


async def test_nothing_under_an_address_is_an_error_of_its_own(kept: Kept) -> None:
    with pytest.raises(AttachmentMissing):
        await kept.attachments.get(HERE, "0" * 64)


async def test_one_tenant_does_not_find_anothers_file(kept: Kept) -> None:
    address = await kept.attachments.put(HERE, b"cua noi nay")
    with pytest.raises(AttachmentMissing):
        await kept.attachments.get(THERE, address)


async def test_altered_bytes_are_never_given_out_and_the_file_put_again_mends_it(kept: Kept) -> None:
    address = await kept.attachments.put(HERE, b"nguyen ven")
    for altered in (b"nguyen vem", b"nguyen", b""):
        kept.overwrite(path_of(HERE, address), altered)
        with pytest.raises(AttachmentAltered):
            await kept.attachments.get(HERE, address)
    assert await kept.attachments.put(HERE, b"nguyen ven") == address
    assert await kept.attachments.get(HERE, address) == b"nguyen ven"


@pytest.mark.parametrize("address", ["../" * 21 + "a", "A" * 64, "", "a" * 63])
async def test_what_is_no_address_is_never_looked_for(kept: Kept, address: str) -> None:
    with pytest.raises(AssertionError):
        await kept.attachments.get(HERE, address)


async def test_a_folder_and_its_files_are_their_owners_alone(tmp_path: Path) -> None:
    await FolderAttachments(tmp_path / "a" / "b").put(HERE, b"kin")
    made = [tmp_path / "a" / "b", *(tmp_path / "a" / "b").rglob("*")]
    modes = {stat.S_IMODE(path.stat().st_mode) for path in made if path.is_dir()}
    files = [path for path in made if path.is_file()]
    assert modes == {0o700}
    assert [stat.S_IMODE(path.stat().st_mode) for path in files] == [0o600]  # And no draft is left.


async def test_a_folder_that_cannot_be_written_is_away(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(AttachmentsAway):
        await FolderAttachments(tmp_path / "file").put(HERE, b"kin")
    with pytest.raises(AttachmentsAway):
        await FolderAttachments(tmp_path / "file").get(HERE, "0" * 64)


async def test_a_server_that_does_not_answer_is_away_and_says_no_secret(s3: str) -> None:
    nobody = BucketAttachments(bucket_at("http://127.0.0.1:9"))
    with pytest.raises(AttachmentsAway) as caught:
        await nobody.put(HERE, b"kin")
    assert "bi-mat" not in str(caught.value)
    nowhere = BucketAttachments(msgspec.structs.replace(bucket_at(s3), name="khong-co"))
    with pytest.raises((AttachmentsAway, AttachmentMissing)):
        await nowhere.put(HERE, b"kin")
