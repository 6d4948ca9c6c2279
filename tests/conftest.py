import os
from collections.abc import AsyncIterator, Generator, Iterator
from pathlib import Path

import pytest

from tests.support.postgres import PostgresServer, superuser_urls, throw_away_folder


@pytest.fixture(scope="session")
def anyio_backend() -> tuple[str, dict[str, bool]]:
    return "asyncio", {"use_uvloop": True}  # As the product runs.


@pytest.fixture(scope="session")
def superuser_url() -> Iterator[str]:
    """The superuser's URL of the run's PostgreSQL."""
    with superuser_urls() as url:
        yield url


@pytest.fixture(scope="session")
async def postgres(superuser_url: str) -> PostgresServer:
    """The run's PostgreSQL server: `fresh_database()`, `prepared_database(kind, prepare)`."""
    server = PostgresServer(superuser_url)
    await server.make_owner()
    return server


@pytest.fixture
async def owner_url(postgres: PostgresServer) -> AsyncIterator[str]:
    """The owner's URL of a database of the test's own, empty; dropped after the test."""
    url = await postgres.fresh_database()
    yield url
    await postgres.drop_database(url)


@pytest.fixture
def reachable_folder() -> Iterator[Path]:
    """An empty folder that the service user can reach too; `tmp_path` is closed to it when root runs the tests."""
    with throw_away_folder() as folder:
        yield folder


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Where everything is required (`THIDUA_REQUIRE_ALL=1`), a test that was skipped has failed."""
    report = yield
    if os.environ.get("THIDUA_REQUIRE_ALL") == "1" and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped, but THIDUA_REQUIRE_ALL=1: {report.longrepr}"
    return report
