"""A quota that is a number is told to the council like one that is a share."""

from pathlib import Path
from typing import Any
from uuid import uuid4

import msgspec
import pytest

from application.facts.councils import counting
from domain.council import COUNCIL
from domain.council.messages import CheckQuota, CouncilConvened, Denominator
from domain.events import decode
from domain.rules import QuotaCountMax
from tests.support.world import World

pytestmark = pytest.mark.anyio

LAW: dict[str, Any] = {"source": "law", "cites": "Luật Thi đua, khen thưởng"}
GOLDEN = Path(__file__).parents[1] / "golden" / "events" / "council.convened.v2.json"


async def test_the_number_is_the_whole_that_the_council_counts_against() -> None:
    world = await World().established()
    convened = decode("council.convened", 2, GOLDEN.read_bytes())
    assert isinstance(convened, CouncilConvened)
    rules = msgspec.structs.replace(convened.rule_set, rules=(QuotaCountMax(**LAW, count=4),))
    session = COUNCIL.fold([msgspec.structs.replace(convened, rule_set=rules)])
    reader = world.platform.reader(world.tenant)
    facts = await counting(reader, CheckQuota(), session, f"council-{uuid4()}")
    assert facts.denominators == (
        Denominator(of="fixed-number", whole=4, granted_already=0, frozen_on=convened.meets_on),
    )
