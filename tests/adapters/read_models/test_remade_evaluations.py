"""The migration that lets peers read has the evaluations' rows made again, of every tenant, from the log."""

import re

import pytest

from adapters.read_models.models import MODELS
from adapters.read_models.projector import Projector
from domain.events import decode
from domain.ids import stream
from tests.support.log import fresh_id
from tests.support.postgres import PostgresServer
from tests.support.read_models import projected
from tests.support.tree import PROJECT

pytestmark = pytest.mark.anyio
WHOLE = re.MULTILINE | re.DOTALL
MIGRATION = PROJECT / "src" / "adapters" / "postgres" / "migrations" / "0006_clusters.sql"


async def test_evaluations_from_before_the_migration_are_projected_again(postgres: PostgresServer) -> None:
    again = re.search(r"^TRUNCATE.*^ALTER TABLE [^;]* FORCE ROW LEVEL SECURITY;", MIGRATION.read_text(), WHOLE)
    assert again is not None
    golden = PROJECT / "tests" / "golden" / "events" / "evaluation.opened.v1.json"
    async with projected(postgres) as place:
        tenants = [await place.database.tenant() for _ in range(2)]
        for tenant_id in tenants:
            opened = decode("evaluation.opened", 1, golden.read_bytes().strip())
            await place.record(tenant_id, stream("evaluation", fresh_id()), [opened])
        await place.projector.catch_up()
        live = [(await place.rows(tenant_id))["evaluations"] for tenant_id in tenants]
        async with place.database.owner() as owner, owner.transaction():
            await owner.execute(again[0])
        assert [(await place.rows(tenant_id))["evaluations"] for tenant_id in tenants] == [[], []]
        await Projector(place.store, place.pool, MODELS).catch_up()  # As the server does that is started afterwards.
        assert [(await place.rows(tenant_id))["evaluations"] for tenant_id in tenants] == live
        assert [len(rows) for rows in live] == [1, 1]
