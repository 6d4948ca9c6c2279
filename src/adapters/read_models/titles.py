"""Titles held by persons and units: decided here, or recorded from before and from outside."""

from typing import Any, Literal
from uuid import UUID, uuid5

import msgspec

from adapters.read_models.model import Batch, ReadModel, first, identity, stamp
from adapters.read_models.paging import Page, Query, columns, entries
from adapters.read_models.session import Connection
from adapters.read_models.table import Alter, Change, Put, Table
from application.ports import Recorded
from domain.award.messages import AwardCorrected, AwardDecided, AwardNominated, AwardRevoked
from domain.ids import TenantId
from domain.member.messages import MemberTitleRecorded
from domain.paper import Document
from domain.rules import Scheme
from domain.titles import TitleLevel, TitleRecord, TitleStrike, Year

TitleSource = Literal["decided", "recorded"]
TitleState = Literal["held", "revoked", "struck"]
# A dossier has its row from its nomination on, without a state until it is decided: later events do not repeat it.
TITLES = Table(
    name="titles_held",
    key=("held_id",),
    columns={
        "held_id": "text",
        "person_id": "text",
        "unit_id": "text",
        "title": "text",
        "title_name": "text",
        "year": "integer",
        "scheme": "text",
        "level": "text",
        "source": "text",
        "state": "text",
        "issuer": "text",
        "decision_kind": "text",
        "decision_number": "text",
        "decision_issued": "text",
        "decision_title": "text",
        "ended_by": "text",
        "reason": "text",
        "first_position": "bigint",
        "version": "bigint",
        "position": "bigint",
    },
)


class TitleRow(msgspec.Struct, frozen=True, kw_only=True):
    """`person_id` None: the unit's own. `unit_id`: the unit that the person was nominated by; None for what was
    recorded of a person. `source`: decided here (then `held_id` is the award's), or recorded. `state`: held, revoked,
    or struck off the record; `ended_by` is the number of the paper that ended it, `reason` is
    ciphertext. `of_predecessor`: a unit's that was merged into the one asked for; shown, and not counted by any rule.
    """

    held_id: str
    person_id: str | None
    unit_id: str | None
    title: str
    title_name: str
    year: int
    scheme: str
    level: str
    source: TitleSource
    state: TitleState
    issuer: str
    decision_kind: str
    decision_number: str | None
    decision_issued: str
    decision_title: str
    ended_by: str | None
    reason: str | None
    of_predecessor: bool
    first_position: int
    version: int
    position: int


class TitleFilter(msgspec.Struct, frozen=True, kw_only=True):
    """None narrows nothing. `person_id`: under any of their records. `unit_id`: the unit's own titles, and those of
    the units that were merged into it. `under`: a unit with everything below it, persons too."""

    person_id: str | None = None
    unit_id: str | None = None
    title: str | None = None
    year: Year | None = None
    scheme: Scheme | None = None
    level: TitleLevel | None = None
    source: TitleSource | None = None
    state: TitleState | None = None
    under: str | None = None


# What was recorded of a person names no unit: whose matter it is follows from where the person is a member now.
HELD = "titles_held as t left join read_models.members as m on m.tenant_id = $1 and m.person_id = t.person_id"


async def fetch_titles(
    connection: Connection,
    tenant_id: TenantId,
    wanted: TitleFilter,
    *,
    subtree: str | None,
    after: str | None,
    limit: int,
) -> Page[TitleRow]:
    """Titles in the order that they were nominated for or recorded. Raises: BadCursor."""
    query = Query(tenant_id)
    query.conditions.append("t.state is not null")
    query.equal("t", wanted, but=("person_id", "unit_id", "under"))
    query.where("t.person_id in (select p.person_id from read_models.records_of($1, {}) as p)", wanted.person_id)
    query.where(
        "t.person_id is null and t.unit_id in (select p.unit_id from read_models.predecessors($1, {}) as p)",
        wanted.unit_id,
    )
    query.within(wanted.under, "t.unit_id", "m.unit_id")
    query.within(subtree, "t.unit_id", "m.unit_id")
    asked = query.value(wanted.unit_id)
    selected = (
        f"{columns(TitleRow, 't', but=('of_predecessor',))}, coalesce(t.unit_id <> {asked}, false) as of_predecessor"
    )
    return await entries(
        connection, query, TitleRow, listing="titles-held", table=HELD, after=after, limit=limit, selected=selected
    )


def project(batch: Batch) -> list[Change]:
    return [change for recorded, event in batch if (change := _change(recorded, event)) is not None]


def _change(recorded: Recorded, event: msgspec.Struct) -> Change | None:
    match event:
        case AwardNominated():
            return Put(TITLES, (identity(recorded),), {**_nominated(event), **first(recorded)})
        case AwardDecided(decision=decision):
            return _altered(recorded, {"state": "held", **_cited(decision)})
        case AwardCorrected(decision=decision):
            return _altered(recorded, _cited(decision))
        case AwardRevoked(document=document, reason=reason):
            return _altered(recorded, {"state": "revoked", "ended_by": document.number, "reason": reason})
        case TitleRecord():
            return Put(
                TITLES, _held(recorded, event.title, event.year), {**_on_record(recorded, event), **first(recorded)}
            )
        case TitleStrike(document=document, reason=reason):
            ended = {"state": "struck", "ended_by": document.number, "reason": reason}
            return Alter(TITLES, _held(recorded, event.title, event.year), {**ended, **stamp(recorded)})
        case _:
            return None


def _held(recorded: Recorded, title: str, year: int) -> tuple[str]:
    """What was recorded twice after it was struck is one title still."""
    return (str(uuid5(UUID(identity(recorded)), f"{year}:{title}")),)


def _altered(recorded: Recorded, values: dict[str, Any]) -> Alter:
    return Alter(TITLES, (identity(recorded),), {**values, **stamp(recorded)})


def _nominated(event: AwardNominated) -> dict[str, Any]:
    return {
        "person_id": event.person_id,
        "unit_id": event.unit_id,
        "title": event.title,
        "title_name": event.title_name,
        "year": event.year,
        "scheme": event.scheme,
        "level": event.level,
        "source": "decided",
    }


def _on_record(recorded: Recorded, event: TitleRecord) -> dict[str, Any]:
    of_person = isinstance(event, MemberTitleRecorded)
    return {
        "person_id": identity(recorded) if of_person else None,
        "unit_id": None if of_person else identity(recorded),
        "title": event.title,
        "title_name": event.title_name,
        "year": event.year,
        "scheme": event.scheme,
        "level": event.level,
        "source": "recorded",
        "state": "held",
        **_cited(event.decision),
        "issuer": event.issuer,
        "ended_by": None,
        "reason": None,
    }


def _cited(decision: Document) -> dict[str, Any]:
    return {
        "issuer": decision.issuer,
        "decision_kind": decision.kind,
        "decision_number": decision.number,
        "decision_issued": decision.issued,
        "decision_title": decision.title,
    }


TITLE_MODEL = ReadModel(
    name="titles-held", tables=(TITLES,), families=frozenset({"award", "member", "unit"}), project=project
)
