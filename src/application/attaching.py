"""Files of a dossier: who may is asked first, then the bytes are sealed and stored, then the event says where.

A file that was stored for a command that came to nothing lies there unnamed and unreadable, which is harmless: the same
file sent again has the same address.
"""

import hashlib

import msgspec

from application.access import reach
from application.execute import Executed, Platform, Request, Step, execute
from application.ports import Attachments, Erased
from domain.award import AWARD
from domain.award.evolve import Award
from domain.award.lay import check_room
from domain.award.parts import AttachPart, MediaType, PartAttached, PartKind
from domain.award.refusals import AwardUnknown, PartUnknown
from domain.ids import stream
from domain.refusals import Conflict
from tenants.scope import TenantScope


class SeveralFiles(Conflict):
    """The part has several files, and none was named by its address."""

    code = "award.several-files"


class Upload(msgspec.Struct, frozen=True, kw_only=True):
    """A file as it was sent."""

    part: PartKind
    name: str
    media_type: MediaType
    content: bytes


class Opened(msgspec.Struct, frozen=True, kw_only=True):
    """A file as it was laid in; `name` is the token that stands for it."""

    file: PartAttached
    content: bytes


async def check_admission(platform: Platform, scope: TenantScope, award_id: str, command_id: str) -> None:
    """Raises, before a byte of the file is read, what would be refused whatever it held; a retry passes.

    Raises: OutOfReach, AwardUnknown, WrongState, TooManyFiles, Unavailable.
    """
    if await platform.store.remembered(scope.tenant_id, command_id) is not None:
        return
    check_room(await _within_reach(platform, scope, award_id))


async def attach(
    platform: Platform,
    attachments: Attachments,
    scope: TenantScope,
    award_id: str,
    upload: Upload,
    request: Request,
) -> Executed:
    """Seal, store, and record. The same file for the same dossier has one address, so a retry stores nothing new.

    Raises:
        Erased: the person's key was destroyed.
        AttachmentsAway: the storage cannot be reached; nothing is recorded.
        What `execute` raises.
    """
    if await platform.store.remembered(scope.tenant_id, request.command_id) is not None:
        return await execute(platform, scope, [_step(award_id, upload, "0" * 64)], request)
    award = await _within_reach(platform, scope, award_id)
    check_room(award)
    sealed = await platform.vault.seal_bytes(scope.tenant_id, _subject(award_id, award), upload.content)
    address = await attachments.put(scope.tenant_id, sealed)
    return await execute(platform, scope, [_step(award_id, upload, address)], request)


async def fetch(
    platform: Platform,
    attachments: Attachments,
    scope: TenantScope,
    award_id: str,
    part: PartKind,
    address: str | None,
    *,
    until: int | None = None,
) -> Opened:
    """The file of the part, opened. `address` None: the only one there is. `until`: as the dossier was when the log
    ended there, also of a file that was taken out since.

    Raises:
        OutOfReach, AwardUnknown, PartUnknown, SeveralFiles: there is no such file, or more than one.
        Erased: the person's key was destroyed.
        AttachmentMissing, AttachmentAltered, AttachmentsAway: the storage holds it not, or not as it was, or is away.
    """
    award = await _within_reach(platform, scope, award_id, until=until)
    found = [file for file in award.files if file.part == part and address in (None, file.address)]
    if not found:
        raise PartUnknown(part=part)
    if len(found) > 1:
        raise SeveralFiles(addresses=[file.address for file in found])
    sealed = await attachments.get(scope.tenant_id, found[0].address)
    subject = _subject(award_id, award)
    content = await platform.vault.open_bytes(scope.tenant_id, subject, sealed)
    if content is None:
        raise Erased(subject)
    return Opened(file=found[0], content=content)


async def _within_reach(platform: Platform, scope: TenantScope, award_id: str, *, until: int | None = None) -> Award:
    reader = platform.reader(scope.tenant_id, until=until)
    award = await reader.state(AWARD, award_id)
    if award.nominated is None:
        raise AwardUnknown()
    await reach(scope, award.nominated.unit_id, reader)
    return award


def _subject(award_id: str, award: Award) -> str:
    """Whose key seals the file: the one that seals the rest of the dossier."""
    assert award.nominated is not None, "reached without a nomination"
    return award.nominated.person_id or stream(AWARD.name, award_id)


def _step(award_id: str, upload: Upload, address: str) -> Step:
    command = AttachPart(
        part=upload.part,
        name=upload.name,
        media_type=upload.media_type,
        size_bytes=len(upload.content),
        address=address,
        content_sha256=hashlib.sha256(upload.content).hexdigest(),
    )
    return Step(AWARD, award_id, command)
