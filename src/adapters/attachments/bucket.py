"""Attachments in S3-compatible storage, over obstore."""

import asyncio
from datetime import timedelta

import msgspec
from obstore.exceptions import BaseError, NotFoundError
from obstore.store import S3Store

from adapters.attachments.addresses import address_of, checked, path_of
from application.ports import AttachmentMissing, AttachmentsAway
from domain.ids import TenantId

CONNECT_TIMEOUT = timedelta(seconds=5)
TIMEOUT = timedelta(seconds=30)
RETRY_SECONDS_MAX = timedelta(seconds=10)


class Bucket(msgspec.Struct, frozen=True, kw_only=True):
    """Where the storage is, and who we are there. Never log it whole."""

    name: str
    prefix: str = ""
    endpoint: str | None = None
    region: str = "us-east-1"
    access_key: str
    secret_key: str


class BucketAttachments:
    """`Attachments` as objects of a bucket. Whoever runs the storage sees sealed bytes, their sizes and their times."""

    def __init__(self, bucket: Bucket) -> None:
        self._store = S3Store(
            bucket.name,
            prefix=bucket.prefix or None,
            endpoint=bucket.endpoint,
            region=bucket.region,
            access_key_id=bucket.access_key,
            secret_access_key=bucket.secret_key,
            # Path style: a store of one's own seldom has a name for each bucket.
            virtual_hosted_style_request=bucket.endpoint is None,
            client_options={
                "allow_http": (bucket.endpoint or "").startswith("http://"),
                "connect_timeout": CONNECT_TIMEOUT,
                "timeout": TIMEOUT,
            },
            retry_config={"max_retries": 3, "retry_timeout": RETRY_SECONDS_MAX},
        )

    async def put(self, tenant_id: TenantId, sealed: bytes) -> str:
        address = await asyncio.to_thread(address_of, sealed)
        try:
            await self._store.put_async(path_of(tenant_id, address), sealed)
        except (BaseError, OSError) as error:  # No bucket of that name is a FileNotFoundError, to obstore.
            raise AttachmentsAway(type(error).__name__) from error
        return address

    async def get(self, tenant_id: TenantId, address: str) -> bytes:
        try:
            found = await self._store.get_async(path_of(tenant_id, address))
            sealed = bytes(await found.bytes_async())
        except (NotFoundError, FileNotFoundError) as error:
            raise AttachmentMissing(address) from error
        except (BaseError, OSError) as error:
            raise AttachmentsAway(type(error).__name__) from error
        return await asyncio.to_thread(checked, sealed, address)
