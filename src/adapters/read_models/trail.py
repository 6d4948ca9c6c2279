"""The audit trail: who did what, when, why, from which command. One row an event, and one a stream: whose it is."""

from collections.abc import Iterator
from datetime import date
from enum import Enum
from functools import cache
from typing import Any

import msgspec

from adapters.read_models.model import Batch, ReadModel, identity
from adapters.read_models.table import Change, Put, Table
from application.personal import personal_fields
from application.ports import Recorded

TEXT_MAX = 500
REASONS = ("reason", "ground", "complaint", "answer", "opinion", "outcome")
OWN_ID = {"campaign": "campaign_id", "unit": "unit_id", "member": "person_id"}
"""Streams that are the thing itself, and the column that their id belongs in."""
PLACES = ("campaign_id", "unit_id", "person_id", "other_unit_id")
LEFT_OUT = frozenset({*PLACES, "read_at", "reason"})

TRAIL = Table(
    name="trail",
    key=("position",),
    columns={
        "position": "bigint",
        "epoch": "integer",
        "recorded_at": "timestamptz",
        "happened_on": "date",
        "actor": "text",
        "type": "text",
        "stream_id": "text",
        "version": "bigint",
        "command_id": "text",
        "correlation_id": "text",
        "causation_id": "text",
        "summary": "text",
        "reason": "text",
    },
)
# Apart, because most events do not repeat whose they are: what the stream once told holds for all of them.
STREAMS = Table(
    name="trail_streams",
    key=("stream_id",),
    columns={
        "stream_id": "text",
        "campaign_id": "text",
        "unit_id": "text",
        "other_unit_id": "text",
        "person_id": "text",
    },
)


def project(batch: Batch) -> list[Change]:
    changes: list[Change] = []
    for recorded, event in batch:
        changes.append(_row(recorded, event))
        if whose := _whose(recorded, event):
            changes.append(Put(STREAMS, (recorded.stream_id,), whose))
    return changes


def _row(recorded: Recorded, event: msgspec.Struct) -> Put:
    values = {
        "epoch": recorded.epoch,
        "recorded_at": recorded.recorded_at,
        "happened_on": recorded.happened_on,
        "actor": recorded.actor,
        "type": recorded.type,
        "stream_id": recorded.stream_id,
        "version": recorded.version,
        "command_id": recorded.command_id,
        "correlation_id": recorded.correlation_id,
        "causation_id": recorded.causation_id,
        "summary": msgspec.json.encode(dict(_facts(event))).decode(),
        "reason": next((told for name in _reasons(type(event)) if isinstance(told := getattr(event, name), str)), None),
    }
    return Put(TRAIL, (recorded.position,), values)


def _whose(recorded: Recorded, event: msgspec.Struct) -> dict[str, str]:
    """What this event tells of the campaign, unit and person that its stream is about."""
    told = {name: getattr(event, name, None) for name in ("campaign_id", "unit_id", "person_id")}
    subject = getattr(event, "subject", None)
    told["person_id"] = told["person_id"] or getattr(subject, "person_id", None)
    if parties := getattr(subject, "parties", None):
        told["person_id"], told["other_unit_id"] = parties[0].person_id, parties[1].unit_id
    told["unit_id"] = told["unit_id"] or getattr(event, "issuer_id", None)
    family = recorded.stream_id.partition("-")[0]
    if recorded.version == 1 and family in OWN_ID:
        told[OWN_ID[family]] = identity(recorded)
    # A compact is accepted by either party in its turn, a unit admitted to a cluster: whose it is stays as it began.
    if recorded.version > 1 and family in ("registration", "cluster"):
        return {}
    return {name: value for name, value in told.items() if value is not None}


def _facts(event: msgspec.Struct) -> Iterator[tuple[str, Any]]:
    """What the event says in short: plain values, also those of a value inside it; nothing personal."""
    kind = type(event)
    for name in _told(kind):
        value = getattr(event, name)
        if value is None:
            continue
        if isinstance(value, msgspec.Struct):
            for path, inner in _told_inside(kind, name, type(value)):
                if _is_plain(part := getattr(value, inner)):
                    yield path, part
        elif _is_plain(value):
            yield name, value


@cache
def _reasons(event: type[msgspec.Struct]) -> tuple[str, ...]:
    return tuple([name for name in REASONS if name in event.__struct_fields__])


@cache
def _told(event: type[msgspec.Struct]) -> tuple[str, ...]:
    """The fields that may be told."""
    personal = personal_fields(event)
    return tuple([name for name in event.__struct_fields__ if name not in LEFT_OUT and name not in personal])


@cache
def _told_inside(event: type[msgspec.Struct], name: str, value: type[msgspec.Struct]) -> tuple[tuple[str, str], ...]:
    """The same of a value in the field of that name: what it is told as, and the value's own field."""
    personal = personal_fields(event)
    paths = [(f"{name}.{inner}", inner) for inner in value.__struct_fields__]
    return tuple([(path, inner) for path, inner in paths if path not in personal])


def _is_plain(value: object) -> bool:
    if isinstance(value, str):
        return len(value) <= TEXT_MAX
    return isinstance(value, (bool, int, date, Enum))


TRAIL_MODEL = ReadModel(
    name="trail", tables=(TRAIL, STREAMS), families=frozenset(), project=project, whole_envelope=True
)
