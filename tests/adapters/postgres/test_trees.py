"""The trees in rows: leaves that the database hashes, tiles that grow, and proofs out of them."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import date, datetime
from pathlib import Path
from random import Random
from typing import Any

import msgspec
import pytest

from adapters.postgres.event_store import PostgresEventStore
from adapters.postgres.trees import LEAVES_MAX, PostgresTrees
from application.envelope import envelope_v1
from application.merkle import (
    Edge,
    consistency_ranges,
    inclusion_ranges,
    leaf_hash,
    verify_consistency,
    verify_inclusion,
)
from application.notes import Note, Signature, parse_note
from application.ports import Recorded
from domain.ids import TenantId
from tests.support.log import LogDatabase, command, fresh_id, log_database, written
from tests.support.postgres import PostgresServer

pytestmark = pytest.mark.anyio
VECTORS = [
    json.loads(path.read_text()) for path in sorted((Path(__file__).parents[2] / "golden" / "envelope").glob("*.json"))
]
NARROW = ("epoch", "version", "type_version")
NAMES = ("s", "tập-thể", "đợt/1", "𝔘", "e\u0301")


@pytest.fixture(scope="module")
async def database(postgres: PostgresServer) -> AsyncIterator[LogDatabase]:
    async with log_database(postgres) as database:
        yield database


async def leaves_of(store: PostgresEventStore, tenant: TenantId) -> list[bytes]:
    """The leaves by the program's own hand."""
    return [leaf_hash(envelope_v1(row)) async for page in store.read(tenant) for row in page]


async def fill(store: PostgresEventStore, tenant: TenantId, seed: int) -> None:
    """Some twenty commands with everything that a row can hold."""
    random = Random(seed)  # noqa: S311
    versions = dict.fromkeys(NAMES, 0)
    for number in range(20):
        name, events = random.choice(NAMES), random.randint(1, 30)
        await store.append(
            command(
                tenant,
                written(f"{seed}-{name}", versions[name], events=events),
                happened_on=random.choice([None, date(2024, 2, 29), date(1890, 5, 19)]),
                causation_id=random.choice([None, "", "nguyên nhân"]) if number else "",
            )
        )
        versions[name] += events


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["sha256"][:6])
async def test_the_database_hashes_a_row_as_the_program_does(database: LogDatabase, vector: dict[str, Any]) -> None:
    """The program is held to the vectors by their own test. Three numbers are narrower in the table than there."""
    narrow = {name: min(vector["row"][name], 2**31 - 1) for name in NARROW}
    row = recorded({**vector["row"], **narrow, "tenant_id": fresh_id()})
    places = ", ".join(f"${number}" for number in range(1, len(row.__struct_fields__) + 1))
    columns = ", ".join(row.__struct_fields__)
    async with database.superuser() as connection:
        await connection.execute(
            f"INSERT INTO thidua.events ({columns}) VALUES ({places})", *msgspec.structs.astuple(row)
        )
        leaves = await connection.fetchval(
            "SELECT l.leaves FROM thidua.leaf_hashes($1, $2, 10, '{}') AS l", row.tenant_id, row.position - 1
        )
    assert leaves == leaf_hash(envelope_v1(row))


def recorded(row: dict[str, Any]) -> Recorded:
    day = row["happened_on"]
    return Recorded(
        **{
            **row,
            "recorded_at": datetime.fromisoformat(row["recorded_at"]),
            "happened_on": day and date.fromisoformat(day),
            "data": bytes.fromhex(row["data"]),
        }
    )


async def test_a_tree_is_over_the_rows_of_its_log(database: LogDatabase) -> None:
    trees, tenant = PostgresTrees(database.pool), await database.tenant()
    async with PostgresEventStore(database.pool) as store:
        assert await trees.tree(tenant) is None
        assert await trees.grow(tenant) is None
        for seed in range(3):
            await fill(store, tenant, seed)
            tree = await trees.grow(tenant)
            leaves = await leaves_of(store, tenant)
            edge = Edge()
            edge.grow(b"".join(leaves))
            assert tree is not None
            assert (tree.size, tree.root) == (len(leaves), edge.root())
            assert await PostgresTrees(database.pool).tree(tenant) == tree
            assert await trees.grow(tenant) is None


async def test_every_size_is_proven_from_the_tiles_of_the_largest(database: LogDatabase) -> None:
    trees, tenant = PostgresTrees(database.pool), await database.tenant()
    async with PostgresEventStore(database.pool) as store:
        await fill(store, tenant, 7)
        leaves = await leaves_of(store, tenant)
    assert await trees.grow(tenant) is not None
    [whole] = await trees.hashes(tenant, [(0, len(leaves))])
    for size in (1, 2, 100, 255, 256, 257, len(leaves)):
        if size > len(leaves):
            continue
        [root] = await trees.hashes(tenant, [(0, size)])
        for leaf in {0, size // 2, size - 1}:
            path = await trees.hashes(tenant, inclusion_ranges(leaf, size))
            verify_inclusion(leaf, size, leaves[leaf], path, root)
        path = await trees.hashes(tenant, consistency_ranges(size, len(leaves)))
        verify_consistency(size, len(leaves), root, whole, path)


async def test_a_long_log_is_taken_in_turns_and_many_may_be_at_it(database: LogDatabase) -> None:
    tenant, count = await database.tenant(), LEAVES_MAX * 2 + 17
    async with PostgresEventStore(database.pool) as store:
        await store.append(command(tenant, written("long", events=count)))
        leaves = await leaves_of(store, tenant)
    growers = [PostgresTrees(database.pool) for _ in range(4)]

    async def whole(trees: PostgresTrees) -> None:
        while (tree := await trees.tree(tenant)) is None or tree.size < count:
            await trees.grow(tenant)

    await asyncio.gather(*(whole(trees) for trees in growers))
    edge = Edge()
    edge.grow(b"".join(leaves))
    tree = await growers[0].tree(tenant)
    assert tree is not None
    assert (tree.size, tree.root, tree.epoch) == (count, edge.root(), 1)


async def test_what_is_due_stands_in_the_database(database: LogDatabase) -> None:
    trees, tenant = PostgresTrees(database.pool), await database.tenant()

    async def due(seconds: float = 3_600) -> tuple[bool, bool] | None:
        found = await PostgresTrees(database.pool).due(seconds)
        return next(((each.grows, each.signs) for each in found if each.tenant_id == tenant), None)

    async def grown(*types: str) -> int:
        await store.append(command(tenant, written(f"s-{'-'.join(types)}", types=types)))
        assert await due() is not None
        tree = await trees.grow(tenant, urgent=["test.decided"])
        assert tree is not None
        return tree.size

    async with PostgresEventStore(database.pool) as store:
        assert await due() is None, "an empty log has no tree"
        size = await grown("test.happened")
        assert await due() == (False, True), "nothing was ever signed"
        await trees.keep(tenant, 1, size, Note(text="note\n", signatures=()))
        assert await due() == (False, True), "nobody outside has it yet"
        await trees.mark_handed_out(tenant, 1, size)
        assert await due() is None
        size = await grown("test.happened", "test.other")
        assert await due() is None, "it waits for its time"
        assert await due(0.0) == (False, True)
        await trees.keep(tenant, 1, 2**40, Note(text="a size that no tree has come to\n", signatures=()))
        size = await grown("test.decided", "test.happened")
        assert await due() == (False, True), "something urgent came"
        await trees.keep(tenant, 1, size, Note(text="note\n", signatures=()))
        await trees.mark_handed_out(tenant, 1, size)
        assert await due() is None


def checkpoint(epoch: int, size: int, *signers: str) -> Note:
    lines = [Signature(name=name, key_id=b"key.", signature=b"signed") for name in signers]
    return Note(text=f"log/{epoch}\n{size}\n", signatures=tuple(lines))


async def test_checkpoints_are_kept_and_found(database: LogDatabase) -> None:
    trees, tenant, other = PostgresTrees(database.pool), await database.tenant(), await database.tenant()
    for epoch, size in ((1, 5), (1, 9), (2, 7), (2, 12)):
        await trees.keep(tenant, epoch, size, checkpoint(epoch, size, "log"))
    notes = [checkpoint(*each, "log").whole() for each in ((2, 12), (2, 7), (1, 9), (1, 5))]
    assert [each.note for each in await trees.checkpoints(tenant, limit=9)] == notes
    assert [each.note for each in await trees.checkpoints(tenant, before=(2, 7), limit=1)] == notes[2:3]
    for epoch, position, covering in ((1, 4, 3), (1, 5, 3), (1, 6, 2), (1, 10, 0), (2, 3, 1)):
        found = await trees.covering(tenant, epoch, position)
        assert found is not None
        assert found.note == notes[covering]
    assert await trees.covering(tenant, 2, 13) is None
    assert await trees.checkpoints(other) == []


async def test_what_others_have_signed_stays_when_a_checkpoint_is_kept_again(database: LogDatabase) -> None:
    trees, tenant = PostgresTrees(database.pool), await database.tenant()
    await asyncio.gather(
        *(trees.keep(tenant, 1, 5, checkpoint(1, 5, "log", name)) for name in ("w1", "w2", "w3")),
    )
    await trees.keep(tenant, 1, 5, checkpoint(1, 5, "log"))
    [kept] = await trees.checkpoints(tenant)
    assert sorted(each.name for each in parse_note(kept.note).signatures) == ["log", "w1", "w2", "w3"]
    other = Note(text="another\n", signatures=checkpoint(1, 5, "log").signatures)
    await trees.keep(tenant, 1, 5, other)
    assert [each.note for each in await trees.checkpoints(tenant)] == [other.whole()]
