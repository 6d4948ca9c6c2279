"""Whatever stands in the rows of an award's history, a replay tells it: nothing that somebody forged makes it fail."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from random import Random
from typing import Any

import msgspec
import pytest

from application.ports import Recorded
from application.replay import Replay, replay
from domain.award import AWARD
from domain.award.complaints import ReceiveComplaint, ResolveAwardComplaint
from domain.award.messages import DecideAward, HoldAward, PresentAward, ReleaseAward, RevokeAward
from domain.ids import TenantId
from domain.refusals import Refused
from tests.journeys.test_award_life import Campaign, paper

pytestmark = pytest.mark.anyio
FORGERIES = 200
WORDS = (
    "",
    "–",
    "2024-01-01",
    "9999-12-31",
    "0001-01-01",
    "award",
    "for",
    "against",
    "00000000-0000-4000-8000-000000000002",
)


def words(refusal: Refused) -> tuple[str, str]:
    return refusal.code, refusal.code


async def lived() -> tuple[Campaign, str]:
    """An award that was decided, complained of, presented and revoked."""
    world = await Campaign().running()
    award = await world.checked(await world.registered(), await world.evaluated(), "phan-viec-thu")
    await world.send(AWARD, award, HoldAward(kind="inspection", reason="thanh tra"))
    await world.send(AWARD, award, ReleaseAward(kind="inspection", outcome="xong"))
    await world.published(award)
    decision = await world.voted(award)
    await world.send(AWARD, award, DecideAward(decision=decision, signing_body="Ban Thường vụ"))
    await world.send(AWARD, award, PresentAward(presented_on=date(2024, 8, 4)))
    received = ReceiveComplaint(received_on=date(2024, 8, 5), complaint="sai", channel="đơn")
    await world.send(AWARD, award, received)
    answered = ResolveAwardComplaint(
        number=1, upheld=True, answer="đúng", document=paper("19/TB", "2024-08-05"), follows="revocation"
    )
    await world.send(AWARD, award, answered)
    revoked = RevokeAward(ground="false-declaration", reason="Khai man", document=paper("20/QĐ", "2024-08-05"))
    await world.send(AWARD, award, revoked)
    return world, award


class Forged:
    """The log with some rows put in the place of others."""

    session = None

    def __init__(self, store: Any, change: dict[tuple[str, int], Recorded | None]) -> None:
        self._store, self._change = store, change

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    async def load(self, tenant_id: TenantId, stream_ids: Sequence[str]) -> dict[str, list[Recorded]]:
        loaded = await self._store.load(tenant_id, stream_ids)
        return {name: [new for row in rows if (new := self._forged(row))] for name, rows in loaded.items()}

    def _forged(self, row: Recorded) -> Recorded | None:
        return self._change.get((row.stream_id, row.version), row)


async def replayed(world: Campaign, award: str, change: dict[tuple[str, int], Recorded | None]) -> Replay:
    platform = msgspec.structs.replace(world.platform, store=Forged(world.platform.store, change))
    return await replay(platform, world.scope(), award, words=words)


async def test_an_award_with_a_complaint_that_led_to_its_revocation_comes_out_the_same() -> None:
    world, award = await lived()
    told = await replayed(world, award, {})
    assert (told.same, told.steps[-1].type, told.steps[-1].command) == (True, "award.complaint-settled", None)
    assert [step.type for step in told.steps if step.gathered] == [
        "award.nominated", "award.eligibility-checked", "award.voted", "award.decided",
    ]  # fmt: skip
    assert {row.type.split(".")[0] for row in told.beside} == {"registration", "evaluation", "council"}


async def test_no_forgery_makes_a_replay_fail_and_hardly_any_is_passed_over() -> None:
    """Passed over is what no decision rests on, such as the words of a sealed reason."""
    world, award = await lived()
    whole = await replayed(world, award, {})
    names = [f"award-{award}", *{row.stream for row in whole.beside}]
    loaded = await world.platform.store.load(world.tenant, names)
    own, others = loaded[names[0]], [row for name in names[1:] for row in loaded[name]]
    random, passed = Random(2024), Counter[str]()  # noqa: S311
    for number in range(FORGERIES):
        row = random.choice(own if number % 4 else others)
        forged = _forged(random, row, own)
        told = await replayed(world, award, {(row.stream_id, row.version): forged})
        if told.same and row in own:
            passed[row.type] += 1
    assert sum(passed.values()) < FORGERIES // 3, passed


def _forged(random: Random, row: Recorded, rows: Sequence[Recorded]) -> Recorded | None:
    match random.randint(0, 5):
        case 0:
            return None
        case 1:
            found = random.choice(rows)
            return msgspec.structs.replace(row, type=found.type, type_version=found.type_version)
        case 2:
            at = random.randrange(len(row.data))
            return msgspec.structs.replace(
                row, data=row.data[:at] + bytes([random.randrange(256)]) + row.data[at + 1 :]
            )
        case _:
            value = _bent(random, msgspec.json.decode(row.data))
            return msgspec.structs.replace(row, data=msgspec.json.encode(value))


def _bent(random: Random, value: Any) -> Any:
    """The value with one place in it changed."""
    if isinstance(value, dict) and value:
        name = random.choice(list(value))
        return {**value, name: _bent(random, value[name])}
    if isinstance(value, list) and value and random.random() < 0.8:
        at = random.randrange(len(value))
        return [*value[:at], _bent(random, value[at]), *value[at + 1 :]]
    others: tuple[Any, ...] = (None, True, False, 0, 1, -1, 2**62, 10**9, [], {}, *WORDS)
    return random.choice([other for other in others if other != value])
