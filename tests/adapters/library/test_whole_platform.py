"""The library's runner over everything as `thidua serve` runs it: commands over HTTP, the log in PostgreSQL."""

import asyncio
from contextlib import ExitStack
from typing import Any

import pytest
from eventsourcing.dispatch import singledispatchmethod
from eventsourcing.persistence import Tracking
from eventsourcing.popo import POPOTrackingRecorder
from eventsourcing.projection import Projection, ProjectionRunner

from adapters.library import FederationLog, envelope_of
from domain.registration.messages import RegistrationSubmitted
from tests.support.http import served
from tests.support.postgres import PostgresServer

pytestmark = pytest.mark.anyio


class Seen(POPOTrackingRecorder):
    def __init__(self) -> None:
        super().__init__()
        self.events: list[Any] = []


class Everything(Projection[Seen]):
    @singledispatchmethod
    def process_event(self, domain_event: Any, tracking: Tracking) -> None:
        self.view.insert_tracking(tracking)
        self.view.events.append(domain_event)


async def test_a_follower_sees_each_event_once_while_officers_work(postgres: PostgresServer) -> None:
    async with served(postgres) as web:
        campaign_id = await web.campaign(web.here)
        variables = {"PLATFORM_URL": web.url, "PLATFORM_KEY": web.here.integrator.key, "PLATFORM_POLL_SECONDS": "0.02"}
        running: ProjectionRunner[FederationLog, Seen] = ProjectionRunner(
            application_class=FederationLog, projection_class=Everything, view_class=Seen, env=variables
        )
        follower = ExitStack()
        follower.enter_context(running)
        registered = await asyncio.gather(
            *(web.registration(web.here, campaign_id, name=f"Phần việc {number}") for number in range(20))
        )
        head = await web.position(web.here)
        await asyncio.to_thread(running.wait, head, 20)
        # In a thread, since this loop is what answers the follower's last request.
        await asyncio.to_thread(follower.close)
    assert [envelope_of(each).position for each in running.view.events] == list(range(1, head + 1))
    assert {envelope_of(each).tenant_id for each in running.view.events} == {web.here.tenant_id}
    submitted = [each for each in running.view.events if isinstance(each, RegistrationSubmitted)]
    assert {envelope_of(each).stream_id for each in submitted} == {f"registration-{each['id']}" for each in registered}
