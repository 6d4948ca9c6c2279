from collections.abc import AsyncIterator

import pytest

from tests.support.http import Served, served
from tests.support.postgres import PostgresServer


@pytest.fixture(scope="session")
async def web(postgres: PostgresServer) -> AsyncIterator[Served]:
    """A running server with two federations in it."""
    async with served(postgres) as running:
        yield running
