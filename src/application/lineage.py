"""Where a unit stands in the tree now: itself, the unit above it, and so on to the federation."""

from application.reading import Reader
from domain.unit import UNIT, Unit

DEPTH_MAX = 8  # The tree is 2 or 3 deep; more is a loop.


async def lineage(reader: Reader, unit_id: str) -> list[tuple[str, Unit]]:
    """The unit and those above it, in this order, each with its id; empty where there is no such unit."""
    found: list[tuple[str, Unit]] = []
    above: str | None = unit_id
    while above is not None:
        state = await reader.state(UNIT, above)
        if state.established is None:
            break
        found.append((above, state))
        assert len(found) <= DEPTH_MAX, f"the units above {unit_id} go round in a circle"
        above = state.parent_id
    return found
