import asyncio
from collections.abc import Iterator

import pytest

from tests.support.following import SmallPlatform
from tests.support.postgres import PostgresServer


@pytest.fixture(scope="session")
def small_platform() -> Iterator[SmallPlatform]:
    running = SmallPlatform()
    running.start()
    yield running
    running.stop()


@pytest.fixture
def platform(small_platform: SmallPlatform) -> SmallPlatform:
    """A running platform with an empty log."""
    small_platform.reset()
    return small_platform


@pytest.fixture
def store_url(superuser_url: str) -> Iterator[str]:
    """The owner's URL of an empty database, for tests that are not async: the library blocks."""
    server = PostgresServer(superuser_url)
    asyncio.run(server.make_owner())
    url = asyncio.run(server.fresh_database())
    yield url
    asyncio.run(server.drop_database(url))
