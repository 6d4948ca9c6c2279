"""An award's stream from nomination to revocation, as the decider writes it today."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import msgspec

from application.ports import NewEvent, StreamAppend
from domain.award import AWARD
from domain.award.again import decide_again
from domain.events import decode, encode, name_of
from tests.support.tree import PROJECT

GOLDEN = PROJECT / "tests" / "golden" / "events"
LIFE = ("nominated", "appraised", "eligibility-checked", "published", "voted", "decided", "presented", "revoked")
ENTERED = date(2024, 6, 10)
"""The day of the paper acts, so that it may have been published then."""


def life(award_id: str, **nominated: Any) -> StreamAppend:
    """One event of each kind; `nominated` changes what the nomination says."""
    award, events = AWARD.initial, list[NewEvent]()
    for name in [f"award.{each}" for each in LIFE]:
        event = decode(name, 1, (GOLDEN / f"{name}.v1.json").read_bytes())
        if hasattr(event, "read_at"):
            event = msgspec.structs.replace(event, read_at=())  # It rests on nothing that would have to be there.
        if name == "award.nominated":
            event = msgspec.structs.replace(event, **nominated)
        else:
            (event,) = decide_again(award, event, happened_on=ENTERED, recorded_at=datetime.now(UTC))
        award = AWARD.evolve(award, event)
        type_, version = name_of(event)
        events.append(NewEvent(event_id=str(uuid4()), type=type_, type_version=version, data=encode(event)))
    return StreamAppend(stream_id=f"award-{award_id}", expected_version=0, events=tuple(events))
