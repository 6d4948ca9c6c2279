"""What the commands look at and stand on before they work."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from adapters import privileges
from adapters.console import checks
from adapters.console.checks import PortProblem, check_service_users_port
from adapters.console.database import named
from adapters.console.setup import as_server, unsealing
from adapters.settings import load_settings
from tests.support.console import migrated, serving_url
from tests.support.postgres import PostgresServer

pytestmark = pytest.mark.anyio


@pytest.fixture
async def migrated_url(postgres: PostgresServer) -> AsyncIterator[str]:
    url = await migrated(postgres)
    yield url
    await postgres.drop_database(url)


@pytest.mark.parametrize("pooler", [True, False])
async def test_what_sets_up_through_a_transaction_pooler_stays_in_transactions(
    postgres: PostgresServer, migrated_url: str, pooler: bool
) -> None:
    urls = named(
        load_settings({
            "THIDUA_DATABASE_URL": serving_url(postgres, migrated_url),
            "THIDUA_OWNER_DATABASE_URL": migrated_url,
            "THIDUA_TRANSACTION_POOLER": str(pooler),
        })
    )  # fmt: skip
    assert urls is not None
    async with as_server(urls) as parts, parts.pool.connection() as connection:
        assert connection.is_in_transaction() == pooler
    async with unsealing(urls) as setup, setup.parts.pool.connection() as connection:
        assert connection.is_in_transaction() == pooler


def test_a_port_that_only_root_may_open_is_refused_to_root_who_serves_as_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = tmp_path / "first_port"
    first.write_text("1024\n")
    monkeypatch.setattr(checks, "FIRST_PORT", first)  # A container may open them all to everybody.
    check_service_users_port(1024)
    if not privileges.is_root():
        check_service_users_port(1023)  # He serves as himself: listening says why it cannot be.
        return
    with pytest.raises(PortProblem) as caught:
        check_service_users_port(1023)
    assert re.fullmatch(r"Cổng 1023 chỉ root [^\n]*\. / Port 1023 may [^\n]*\.", str(caught.value))
