"""Events as integrators read them: CloudEvents 1.0."""

from datetime import UTC
from typing import Any

import msgspec

from application.ports import Recorded
from domain.decider import Message


class CloudEvent(Message, frozen=True, kw_only=True, omit_defaults=True):
    """CloudEvents 1.0. `id` is `tenant:epoch:position`; `data` is as stored, personal fields sealed."""

    specversion: str
    id: str
    source: str
    type: str
    time: str
    subject: str
    datacontenttype: str
    dataschema: str
    epoch: int
    position: int
    streamversion: int
    typeversion: int
    eventid: str
    correlationid: str
    commandid: str
    actor: str
    causationid: str | None = None
    happenedon: str | None = None
    data: Any


def cloud_event(recorded: Recorded) -> CloudEvent:
    return CloudEvent(
        specversion="1.0",
        id=f"{recorded.tenant_id}:{recorded.epoch}:{recorded.position}",
        source=f"urn:uuid:{recorded.tenant_id}",
        type=recorded.type,
        time=recorded.recorded_at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z"),
        subject=recorded.stream_id,
        datacontenttype="application/json",
        dataschema=schema_path(recorded.type, recorded.type_version),
        epoch=recorded.epoch,
        position=recorded.position,
        streamversion=recorded.version,
        typeversion=recorded.type_version,
        eventid=recorded.event_id,
        correlationid=recorded.correlation_id,
        commandid=recorded.command_id,
        actor=recorded.actor,
        causationid=recorded.causation_id,
        happenedon=recorded.happened_on.isoformat() if recorded.happened_on else None,
        data=msgspec.Raw(recorded.data),
    )


def schema_path(name: str, version: int) -> str:
    return f"/v1/event-types/{name}/{version}"
