"""Attachments in a folder of the server's: whole or not at all, and on the disk before the event names them."""

import asyncio
from pathlib import Path

from adapters.attachments.addresses import address_of, checked, path_of
from adapters.durable import make_folder, write_over
from application.ports import AttachmentMissing, AttachmentsAway
from domain.ids import TenantId


class FolderAttachments:
    """`Attachments` as files of mode 0600 in folders of mode 0700."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def put(self, tenant_id: TenantId, sealed: bytes) -> str:
        address = await asyncio.to_thread(address_of, sealed)
        await asyncio.to_thread(self._keep, self._folder / path_of(tenant_id, address), sealed)
        return address

    async def get(self, tenant_id: TenantId, address: str) -> bytes:
        return await asyncio.to_thread(self._kept, self._folder / path_of(tenant_id, address), address)

    def _keep(self, path: Path, sealed: bytes) -> None:
        try:
            for folder in (self._folder, path.parent.parent, path.parent):
                make_folder(folder)
            write_over(path, sealed)  # Also over a damaged one: whoever has the file can mend the storage with it.
        except OSError as error:
            raise AttachmentsAway(type(error).__name__) from error

    def _kept(self, path: Path, address: str) -> bytes:
        try:
            return checked(path.read_bytes(), address)
        except FileNotFoundError as error:
            raise AttachmentMissing(address) from error
        except OSError as error:
            raise AttachmentsAway(type(error).__name__) from error
