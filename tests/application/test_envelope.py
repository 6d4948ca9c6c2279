"""`envelope_v1` against its vectors, and against a second implementation written from docs/envelope.md alone."""

import hashlib
import json
import uuid
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import msgspec
import pytest

from application.envelope import envelope_v1
from application.ports import Recorded

VECTORS = sorted((Path(__file__).parents[1] / "golden" / "envelope").glob("*.json"))
KINDS = {
    "tenant_id": "uuid",
    "epoch": "integer",
    "position": "integer",
    "stream_id": "text",
    "version": "integer",
    "type": "text",
    "type_version": "integer",
    "event_id": "uuid",
    "recorded_at": "time",
    "happened_on": "text",
    "actor": "text",
    "correlation_id": "text",
    "causation_id": "text",
    "command_id": "uuid",
    "data": "bytes",
}


def content(kind: str, value: Any) -> bytes:
    match kind:
        case "uuid":
            return uuid.UUID(value).bytes
        case "integer":
            return int(value).to_bytes(8, "big", signed=True)
        case "time":
            since = datetime.fromisoformat(value) - datetime(1970, 1, 1, tzinfo=UTC)
            micros = (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds
            return micros.to_bytes(8, "big", signed=True)
        case "bytes":
            return bytes.fromhex(value)
        case _:
            return str(value).encode("utf-8")


def from_the_page(row: dict[str, Any]) -> bytes:
    written = len(b"envelope_v1").to_bytes(4, "big") + b"envelope_v1"
    for name, kind in KINDS.items():
        if row[name] is None:
            written += b"\xff" * 4
        else:
            written += len(content(kind, row[name])).to_bytes(4, "big") + content(kind, row[name])
    return written


def recorded(row: dict[str, Any]) -> Recorded:
    return Recorded(
        **{
            **row,
            "recorded_at": datetime.fromisoformat(row["recorded_at"]),
            "happened_on": row["happened_on"] and date.fromisoformat(row["happened_on"]),
            "data": bytes.fromhex(row["data"]),
        }
    )


@pytest.mark.parametrize("path", VECTORS, ids=lambda path: path.stem)
def test_a_vector_is_reproduced_by_the_code_and_from_the_page_alone(path: Path) -> None:
    vector = json.loads(path.read_text())
    expected = bytes.fromhex(vector["envelope"])
    assert envelope_v1(recorded(vector["row"])) == expected
    assert from_the_page(vector["row"]) == expected
    assert hashlib.sha256(expected).hexdigest() == vector["sha256"]
    assert hashlib.sha256(b"\0" + expected).hexdigest() == vector["leaf"]


def test_the_page_names_every_vector() -> None:
    page = (Path(__file__).parents[2] / "docs" / "envelope.md").read_text()
    assert len(VECTORS) >= 4
    assert [path.name for path in VECTORS if f"`{path.name}`" not in page] == []


def test_every_column_of_the_row_changes_the_bytes() -> None:
    row = recorded(json.loads(VECTORS[0].read_text())["row"])
    other = {
        "epoch": 7,
        "position": 7,
        "version": 7,
        "type_version": 7,
        "happened_on": date(2020, 2, 2),
        "data": b"other",
    }
    other["recorded_at"] = datetime(2020, 1, 1, tzinfo=UTC)
    for name in Recorded.__struct_fields__:
        value = other.get(name, "11111111-1111-4111-8111-111111111111")
        assert envelope_v1(msgspec.structs.replace(row, **{name: value})) != envelope_v1(row), name


def test_text_that_moves_between_neighbours_changes_the_bytes() -> None:
    row = recorded(json.loads(VECTORS[0].read_text())["row"])
    one = msgspec.structs.replace(row, actor="ab", correlation_id="c")
    two = msgspec.structs.replace(row, actor="a", correlation_id="bc")
    assert envelope_v1(one) != envelope_v1(two)


def test_the_same_instant_in_another_zone_gives_the_same_bytes() -> None:
    row = recorded(json.loads(VECTORS[0].read_text())["row"])
    elsewhere = row.recorded_at.astimezone(timezone(timedelta(hours=7)))
    assert envelope_v1(msgspec.structs.replace(row, recorded_at=elsewhere)) == envelope_v1(row)
