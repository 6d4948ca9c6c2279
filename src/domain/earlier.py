"""Events in the shapes that they were published in before their newest one: read for ever, written no more.

A part that has only gained optional fields since is kept as the JSON that it is, so that the bytes stay exact.
"""

from collections.abc import Callable
from datetime import date
from typing import Any, Literal

import msgspec

from domain.decider import Message, Name, Read, Sealed
from domain.directive import Level, Sector
from domain.ids import Id, Slug
from domain.paper import Document
from domain.rules import InitiativeScope

Json = msgspec.Raw


def widened(newer: type[Message]) -> Callable[[Any], Message]:
    """An upcaster to a version that has only gained optional fields, at any depth. A rule says what it said then."""

    def upcast(event: Message) -> Message:
        then = msgspec.json.decode(msgspec.json.encode(event))
        _keep_reading(then)
        return msgspec.json.decode(msgspec.json.encode(then), type=newer)

    return upcast


READ_THEN: dict[str, dict[str, Any]] = {
    "holds-title": {"not_towards_merit": [], "restarts_after_discipline": False},
    "class-at-least": {"restarts_after_discipline": False},
}
"""What rules of the first release did not ask, and ask today unless a file says otherwise: a decision of then is judged
again as it was."""


def _keep_reading(part: Any) -> None:
    if isinstance(part, dict):
        for name, value in READ_THEN.get(str(part.get("kind")), {}).items():
            part.setdefault(name, value)
    for inner in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
        _keep_reading(inner)


class CampaignDraftedV1(Message, frozen=True, kw_only=True):
    issuer_id: Id
    issuer_level: str
    directive: Json
    read_at: tuple[Read, ...]


class CampaignAmendedV1(Message, frozen=True, kw_only=True):
    directive: Json
    document: Document
    phases: Json
    duty_dates: Json


class AwardNominatedV1(Message, frozen=True, kw_only=True):
    """When the schemes were four."""

    campaign_id: Id
    phase: Slug | None
    year: int
    title: Name
    title_name: Name
    title_source: str
    form: str
    scheme: Literal["merit", "ad-hoc", "thematic", "movement"]
    unit_id: Id
    person_id: Id | None
    employment: str
    registration_id: Id | None
    evaluation_id: Id | None
    achievement: Slug
    report: Sealed
    fast_path: bool
    level: str
    appraiser_id: Id | None
    deciding_unit_id: Id | None
    prize_vnd: int | None
    read_at: tuple[Read, ...]


class EligibilityCheckedV1(Message, frozen=True, kw_only=True):
    rule_set: Json
    case: Json
    reasons: Json
    eligible: bool
    read_at: tuple[Read, ...]


class AwardVotedV1(Message, frozen=True, kw_only=True):
    session_id: Id
    meets_on: date
    vote: Json
    minutes: Document
    reasons: Json
    approved: bool
    read_at: tuple[Read, ...]


class AwardDecidedV1(Message, frozen=True, kw_only=True):
    decision: Document
    signing_body: Name
    prize_vnd: int | None
    session_id: Id | None
    rule_set: Json
    case: Json
    reasons: Json
    read_at: tuple[Read, ...]


class CouncilConvenedV1(Message, frozen=True, kw_only=True):
    unit_id: Id
    campaign_id: Id
    title: Name
    meets_on: date
    roster: Json
    chair: Slug
    rule_set: Json
    read_at: tuple[Read, ...]


class ResultRecordedV1(Message, frozen=True, kw_only=True):
    minutes: Document
    ballots_issued: int
    returned_in_room: int
    returned_in_writing: int
    counted: Json


class DecisionIssuedV1(Message, frozen=True, kw_only=True):
    decision: Document
    signing_body: Name
    granted: tuple[Id, ...]
    not_granted: tuple[Id, ...]


class InitiativeRecognisedV1(Message, frozen=True, kw_only=True):
    scope: InitiativeScope
    document: Document


class EvaluationOpenedV1(Message, frozen=True, kw_only=True):
    campaign_id: Id
    unit_id: Id
    person_id: Id | None
    phase: Slug | None
    period: Name
    rubric: Json
    peers: tuple[Id, ...]
    appraiser_id: Id | None
    read_at: tuple[Read, ...]


class UnitEstablishedV1(Message, frozen=True, kw_only=True):
    """Before there were teams."""

    unit_id: Id
    code: Slug
    name: Name
    level: Level
    parent_id: Id | None
    sector: Sector
    has_union: bool
    cluster: Slug | None
    on: date
    read_at: tuple[Read, ...]
