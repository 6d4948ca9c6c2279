"""`--at`: an earlier moment of a tenant's log, on the command line."""

from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager

import click

from adapters.http.queries import View
from adapters.main import Wired
from adapters.read_models.moments import Stood, stood
from adapters.read_models.pasts import BeingMade
from adapters.read_models.projector import StillBehind
from adapters.read_models.session import looking
from application.ports import Unavailable
from domain.ids import TenantId

AT = click.option("--at", metavar="POSITION|TIME", help="As of a position of the log, or a time (RFC 3339).")
PAST_SECONDS_MAX = 3_600.0
"""A long log's read models are made in minutes, and nobody else waits for the console."""


async def then(parts: Wired, tenant_id: TenantId, at: str) -> Stood:
    """How the log stood. Raises: Invalid, Unavailable."""
    return await stood(parts.pool, tenant_id, at, now=parts.platform.clock.now(), field="at")


@contextmanager
def making() -> Iterator[None]:
    """Raises: Unavailable, where the read models of then cannot be made."""
    try:
        yield
    except BeingMade as unmade:
        raise Unavailable("the read models of that moment are still being made") from unmade
    except StillBehind as behind:
        raise Unavailable(f"the read models cannot pass position {behind.position}") from behind


@asynccontextmanager
async def seen(parts: Wired, tenant_id: TenantId, at: str | None, *views: str) -> AsyncIterator[View]:
    """The tenant's rows as they are, or were. Raises: Invalid, Unavailable."""
    if at is None:
        async with looking(parts.pool, tenant_id) as connection:
            yield View(connection=connection, tenant_id=tenant_id)
        return
    position = (await then(parts, tenant_id, at)).position
    past = parts.pasts.looking(tenant_id, position, views, timeout_seconds=PAST_SECONDS_MAX)
    async with AsyncExitStack() as stack:
        with making():
            connection, whose = await stack.enter_async_context(past)
        yield View(connection=connection, tenant_id=whose)
