"""Attachments in memory: for tests and for trying things out."""

from adapters.attachments.addresses import address_of, checked, path_of
from application.ports import AttachmentMissing
from domain.ids import TenantId


class MemoryAttachments:
    """`Attachments` that are forgotten with the process."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}

    async def put(self, tenant_id: TenantId, sealed: bytes) -> str:
        address = address_of(sealed)
        self.files[path_of(tenant_id, address)] = sealed
        return address

    async def get(self, tenant_id: TenantId, address: str) -> bytes:
        sealed = self.files.get(path_of(tenant_id, address))
        if sealed is None:
            raise AttachmentMissing(address)
        return checked(sealed, address)
