"""Where a unit stands in the tree now: itself, the unit above it, and so on to the federation.

A unit that ended stays in the tree (decision record 0004): a merged one lies under its survivor, and whoever reaches
the survivor reaches it. Nobody reports to it any more.
"""

from application.reading import Reader
from domain.unit import UNIT, Status, Unit


async def whole_line(reader: Reader, unit_id: str) -> list[tuple[str, Unit]]:
    """The unit and those above it, those that ended too; empty where there is no such unit."""
    found: dict[str, Unit] = {}
    above: str | None = unit_id
    while above is not None:
        state = await reader.state(UNIT, above)
        if state.established is None:
            break
        assert above not in found, f"the units above {unit_id} go round in a circle"
        found[above] = state
        above = state.parent_id
    return list(found.items())


async def lineage(reader: Reader, unit_id: str) -> list[tuple[str, Unit]]:
    """The unit, whatever its state, and the active ones above it; empty where there is no such unit."""
    return standing(await whole_line(reader, unit_id))


def standing(line: list[tuple[str, Unit]]) -> list[tuple[str, Unit]]:
    """Of a whole line: the unit itself, whatever its state, and the active ones above it."""
    return line[:1] + [(identity, unit) for identity, unit in line[1:] if unit.status is Status.ACTIVE]


async def successors(reader: Reader, unit_id: str) -> list[str]:
    """The unit, the one that it was merged into, and so on: the last is where its matters are now."""
    found = [unit_id]
    while (into := (await reader.state(UNIT, found[-1])).merged_into) is not None:
        found.append(into)
    return found
