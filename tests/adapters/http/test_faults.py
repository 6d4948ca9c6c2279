"""A database that goes away: 503 with Retry-After meanwhile, and everything as before when it is back."""

import asyncio

import pytest

from tests.support.http import served
from tests.support.postgres import PostgresServer

pytestmark = [pytest.mark.anyio, pytest.mark.faults]


async def test_a_database_that_is_away_gives_503_and_service_resumes_by_itself(postgres: PostgresServer) -> None:
    async with served(postgres) as web:
        officer, path = web.here.officer, f"/v1/units/{web.here.ids['base']}/rename"
        body, before = {"name": "Tên mới", "on": "2024-04-01"}, await web.position(web.here)
        web.proxy.go_away()
        command = await officer.post(path, body, key="once")
        query = await officer.get("/v1/units")
        events = await web.here.integrator.get("/v1/events")
        await asyncio.sleep(1.1)  # What readiness said last is kept for a second.
        ready = await web.client.get("/health/ready")
        live = await web.client.get("/health/live")
        web.proxy.come_back()
        for answer in (command, query, events):
            assert (answer.status_code, answer.headers["retry-after"]) == (503, "1"), answer.text
        assert (ready.status_code, live.status_code) == (503, 200)
        again = await officer.post(path, body, key="once")
        assert again.status_code == 200
        assert await web.position(web.here) == before + 1
        assert (await officer.get(f"/v1/units?min_position={before + 1}")).status_code == 200
