"""The five directives side by side: every cell of `cells.toml` against the federation's file."""

import tomllib
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.support.directive_table import DEPLOY, directive_of

HANDLES = ("kon-tum", "lao-cai", "thanh-hoa", "ha-noi", "ninh-thuan")
MATTERS = (
    "document", "issuer level", "parents", "horizon", "phases", "blocks", "themes", "content items", "targets",
    "registration", "titles", "deadlines", "reviews", "selection", "duties",
)  # fmt: skip
CELLS: dict[str, dict[str, dict[str, Any]]] = tomllib.loads((Path(__file__).parent / "cells.toml").read_text("utf-8"))
NOTHING = "–"


@cache
def plain(handle: str) -> dict[str, Any]:
    """The directive as plain values, with who issues it and what is counted over its clauses."""
    file = tomllib.loads((DEPLOY / "federations" / f"{handle}.toml").read_text("utf-8"))
    issuer = next(unit for unit in file["units"] if unit["code"] == file["campaigns"][0]["issuer"])
    directive: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(directive_of(handle)))
    return {
        **directive,
        "tenant": file["federation"]["name"],
        "issuer_level": issuer["level"],
        "recipients": [recipient["name"] for recipient in directive["distribution"]],
        "items_of": Counter(item["block"] for item in directive["items"]),
        "duty_kinds": Counter(duty["kind"] for duty in directive["duties"]),
    }


def found(value: Any, steps: list[str]) -> Any:
    """What lies at a path: a clause by its code, a place in a list by its number."""
    if not steps:
        return value
    step, *rest = steps
    if step == "#":
        return len(value)
    if step == "*":
        return [clause["code"] for clause in value]
    if isinstance(value, list):
        return found(
            value[int(step)] if step.isdigit() else next(clause for clause in value if clause["code"] == step), rest
        )
    return found(value[step], rest)


def holds(handle: str, key: str, wanted: Any) -> bool:
    path, _, contains = key.partition(" ")
    value = found(plain(handle), path.split("."))
    if wanted == NOTHING:
        return not value
    return wanted in value if contains else bool(value == wanted)


def test_every_cell_is_there() -> None:
    assert tuple(CELLS) == MATTERS
    assert {matter: tuple(row) for matter, row in CELLS.items()} == dict.fromkeys(MATTERS, HANDLES)


@pytest.mark.parametrize(
    ("handle", "key", "wanted"),
    [
        pytest.param(handle, key, wanted, id=f"{matter}: {handle} {key}")
        for matter, row in CELLS.items()
        for handle, cell in row.items()
        for key, wanted in cell.items()
    ],
)
def test_a_cell_is_what_the_file_says(handle: str, key: str, wanted: Any) -> None:
    assert holds(handle, key, wanted)


def test_a_cell_that_says_otherwise_is_seen() -> None:
    assert not holds("kon-tum", "document.number", "16/HD-LĐLĐ")
    assert not holds("kon-tum", "blocks", NOTHING)
    assert not holds("ninh-thuan", "duties.chuyen-trang.channel contains", "TikTok")
