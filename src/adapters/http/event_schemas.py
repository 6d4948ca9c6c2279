"""JSON Schema of every event version: of the newest from its class, of an earlier one as it was published."""

from functools import cache
from importlib.resources import files
from typing import Any

import msgspec

from domain.events import UPCASTERS, schema


@cache
def published_schema(name: str, version: int) -> dict[str, Any]:
    """JSON Schema (2020-12) of what is stored under this name and version of the catalogue."""
    if (name, version) not in UPCASTERS:
        return schema(name, version)
    kept = files("adapters.http") / "published" / f"{name}.v{version}.schema.json"
    return msgspec.json.decode(kept.read_bytes(), type=dict[str, Any])
