from collections.abc import Iterator

import pytest

from tests.support.following import SmallPlatform


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
