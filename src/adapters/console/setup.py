"""Setting up: the parts as they serve and the owner's registry beside them, for commands and for `thidua run`."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import msgspec

from adapters.console.checks import check_database, connected
from adapters.console.database import Urls
from adapters.console.keys import master_key_at_setup
from adapters.keys.ciphers import MasterKey, fresh_root
from adapters.keys.log_keys import ensure_log_keys
from adapters.keys.master import read_master_key
from adapters.main import Wired, wired
from adapters.postgres.catalogue import PostgresRegistry
from adapters.said import Mendable
from adapters.settings import Settings
from tenants.catalogue import Tenant


class UnknownHandle(Mendable):
    """No tenant has this handle."""


async def find_tenant(parts: Wired, handle: str) -> Tenant | None:
    return next((each for each in await parts.catalogue.tenants() if each.handle == handle), None)


async def tenant_of(parts: Wired, handle: str) -> Tenant:
    """Raises: UnknownHandle."""
    if (tenant := await find_tenant(parts, handle)) is None:
        raise UnknownHandle(
            f"Không có liên đoàn {handle!r}: `thidua tenant list` cho biết những liên đoàn đã có.",
            f"There is no tenant {handle!r}: `thidua tenant list` shows those there are.",
        )
    return tenant


async def chosen(parts: Wired, handle: str | None) -> list[Tenant]:
    """The tenant of this handle, or all. Raises: UnknownHandle."""
    return await parts.catalogue.tenants() if handle is None else [await tenant_of(parts, handle)]


class Setup(msgspec.Struct, frozen=True, kw_only=True):
    """The parts as they serve, and the owner's registry."""

    parts: Wired
    registry: PostgresRegistry


@asynccontextmanager
async def setup(settings: Settings, urls: Urls) -> AsyncIterator[Setup]:
    """What sets tenants up in a migrated database. The master key is made if the database needs none yet, and the keys
    that sign the logs' checkpoints if there are none.

    Raises:
        DatabaseProblem, MigrationProblem, ServingRoleRefused, MasterKeyRefused, LogKeysRefused, Unavailable: why it
            cannot be done.
    """
    await check_database(urls.serving)
    master_key = await master_key_at_setup(settings.master_key_file, urls)
    ensure_log_keys(settings.log_keys_file, settings.log_name)
    async with _registered(urls, master_key) as made:
        await made.parts.vault.check_master_key()
        yield made


@asynccontextmanager
async def unsealing(urls: Urls) -> AsyncIterator[Setup]:
    """The same for what neither seals nor opens anything, without the master key.

    Raises:
        DatabaseProblem, MigrationProblem, ServingRoleRefused: why it cannot be done.
    """
    await check_database(urls.serving)
    async with _registered(urls, MasterKey(fresh_root())) as made:
        yield made


@asynccontextmanager
async def as_server(urls: Urls) -> AsyncIterator[Wired]:
    """The parts as they serve, without the master key, for what needs no owner.

    Raises:
        DatabaseProblem, MigrationProblem, ServingRoleRefused: why it cannot be done.
    """
    await check_database(urls.serving)
    async with _wired(urls, MasterKey(fresh_root())) as parts:
        yield parts


@asynccontextmanager
async def sealing(settings: Settings, urls: Urls) -> AsyncIterator[Wired]:
    """The parts as they serve, with the master key, for what seals and opens but sets nothing up.

    Raises:
        DatabaseProblem, MigrationProblem, ServingRoleRefused, MasterKeyRefused, Unavailable: why it cannot be done.
    """
    await check_database(urls.serving)
    async with _wired(urls, read_master_key(settings.master_key_file)) as parts:
        await parts.vault.check_master_key()
        yield parts


@asynccontextmanager
async def _registered(urls: Urls, master_key: MasterKey) -> AsyncIterator[Setup]:
    async with connected(urls.owners()) as connection, _wired(urls, master_key) as parts:
        yield Setup(parts=parts, registry=PostgresRegistry(connection))


def _wired(urls: Urls, master_key: MasterKey) -> AbstractAsyncContextManager[Wired]:
    return wired(urls.serving, master_key, transaction_pooler=urls.transaction_pooler)
