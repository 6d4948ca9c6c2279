"""What a vault remembers of keys, and for how long."""

import asyncio
from collections.abc import Mapping, Sequence
from uuid import uuid4

import pytest

from adapters.keys import vault as vaults
from adapters.keys.ciphers import MasterKey, fresh_root
from adapters.keys.memory import MemoryKeyRows
from adapters.keys.vault import Vault
from domain.ids import TenantId

pytestmark = pytest.mark.anyio
HANOI = TenantId(str(uuid4()))
MASTER = MasterKey(fresh_root())


class SlowRows(MemoryKeyRows):
    """Answers when it is let; counts how often it is asked."""

    def __init__(self) -> None:
        super().__init__()
        self.read, self.answer = asyncio.Event(), asyncio.Event()
        self.asked = 0

    async def subject_keys(self, tenant_id: TenantId, subjects: Sequence[str]) -> Mapping[str, bytes | None]:
        rows = await super().subject_keys(tenant_id, subjects)
        self.asked += 1
        self.read.set()
        await self.answer.wait()
        return rows


async def test_a_key_that_is_destroyed_while_it_is_being_read_is_not_kept() -> None:
    rows = SlowRows()
    [sealed] = await Vault(MASTER, rows).seal(HANOI, "person-1", ["A"])
    vault = Vault(MASTER, rows)
    opening = asyncio.create_task(vault.open(HANOI, [sealed]))
    await rows.read.wait()
    await vault.destroy(HANOI, "person-1")
    rows.answer.set()
    await opening
    assert await vault.open(HANOI, [sealed]) == [None]


async def test_a_page_of_many_persons_is_one_question_and_the_next_page_none() -> None:
    rows = SlowRows()
    rows.answer.set()
    sealing = Vault(MASTER, rows)
    tokens = [(await sealing.seal(HANOI, f"person-{n}", ["A", "B"]))[n % 2] for n in range(50)]
    vault = Vault(MASTER, rows)
    assert await vault.open(HANOI, tokens) == ["A", "B"] * 25
    assert await vault.open(HANOI, tokens) == ["A", "B"] * 25
    assert rows.asked == 1


async def test_another_process_follows_a_destruction_within_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vaults, "SUBJECT_KEY_SECONDS", 0.05)
    rows = MemoryKeyRows()
    here, there = Vault(MASTER, rows), Vault(MASTER, rows)
    tokens = await here.seal(HANOI, "person-1", ["A"])
    assert await there.open(HANOI, tokens) == ["A"]
    await here.destroy(HANOI, "person-1")
    await asyncio.sleep(0.06)
    assert await there.open(HANOI, tokens) == [None]


async def test_what_a_vault_remembers_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vaults, "SUBJECT_KEYS_MAX", 10)
    vault = Vault(MASTER, MemoryKeyRows())
    tokens = [(await vault.seal(HANOI, f"person-{n}", ["A"]))[0] for n in range(30)]
    assert len(vault._subjects) == 10
    assert await vault.open(HANOI, tokens) == ["A"] * 30
    assert len(vault._subjects) == 10
