"""Members as they stand, under their opaque codes; what is personal stays sealed. Discipline is not in here."""

from datetime import date
from typing import Any, Literal, assert_never

import msgspec

from adapters.read_models.model import Batch, ReadModel, first, identity, stamp
from adapters.read_models.paging import Page, Query, entries
from adapters.read_models.session import Connection
from adapters.read_models.table import Alter, Change, Put, Table
from application.ports import Recorded
from domain.dates import local_day
from domain.ids import TenantId
from domain.member.messages import (
    DisciplineLifted,
    DisciplineRecorded,
    Employment,
    EmploymentChanged,
    Event,
    MemberEnrolled,
    MemberErased,
    MemberLeft,
    MemberMerged,
    MemberMoved,
    MemberRejoined,
    MemberTitleRecorded,
    MemberTitleStruck,
    ServiceReported,
)

State = Literal["active", "left", "merged"]
MEMBERS = Table(
    name="members",
    key=("person_id",),
    columns={
        "person_id": "text",
        "unit_id": "text",
        "code": "text",
        "full_name": "text",
        "employment": "text",
        "state": "text",
        "joined_on": "date",
        "left_on": "date",
        "merged_into": "text",
        "erased_on": "date",
        "first_position": "bigint",
        "version": "bigint",
        "position": "bigint",
    },
)


class MemberRow(msgspec.Struct, frozen=True, kw_only=True):
    """`full_name` is ciphertext, and stays so for ever from `erased_on` on."""

    person_id: str
    unit_id: str
    code: str
    full_name: str
    employment: str
    state: str
    joined_on: date
    left_on: date | None
    merged_into: str | None
    erased_on: date | None
    first_position: int
    version: int
    position: int


class MemberFilter(msgspec.Struct, frozen=True, kw_only=True):
    """None narrows nothing. `under`: a unit, with everything below it."""

    person_id: str | None = None
    code: str | None = None
    employment: Employment | None = None
    state: State | None = None
    under: str | None = None


async def fetch_members(
    connection: Connection,
    tenant_id: TenantId,
    wanted: MemberFilter,
    *,
    subtree: str | None,
    after: str | None,
    limit: int,
) -> Page[MemberRow]:
    """Members in the order that they were enrolled. Raises: BadCursor."""
    query = Query(tenant_id)
    query.equal("m", wanted, but=("under",))
    query.within(wanted.under, "m.unit_id")
    query.within(subtree, "m.unit_id")
    return await entries(
        connection, query, MemberRow, listing="members", table="members as m", after=after, limit=limit
    )


def project(batch: Batch) -> list[Change]:
    return [_change(recorded, event) for recorded, event in batch]


def _change(recorded: Recorded, event: Event) -> Change:
    person = (identity(recorded),)
    if isinstance(event, MemberEnrolled):
        return Put(MEMBERS, person, {**_enrolled(event), **first(recorded)})
    if isinstance(event, MemberErased):
        return Alter(MEMBERS, person, {"erased_on": local_day(recorded.recorded_at), **stamp(recorded)})
    return Alter(MEMBERS, person, {**_values(event), **stamp(recorded)})


def _enrolled(event: MemberEnrolled) -> dict[str, Any]:
    return {
        "unit_id": event.unit_id,
        "code": event.code,
        "full_name": event.full_name,
        "employment": event.employment,
        "state": "active",
        "joined_on": event.joined_on,
    }


def _values(event: Event) -> dict[str, Any]:
    match event:
        case MemberMoved(unit_id=unit_id):
            return {"unit_id": unit_id}
        case EmploymentChanged(employment=employment):
            return {"employment": employment}
        case MemberRejoined(unit_id=unit_id, employment=employment):
            return {"unit_id": unit_id, "employment": employment, "state": "active", "left_on": None}
        case (
            DisciplineRecorded() | DisciplineLifted() | ServiceReported() | MemberTitleRecorded() | MemberTitleStruck()
        ):
            return {}
        case MemberMerged(into=into):
            return {"state": "merged", "merged_into": into}
        case MemberLeft(on=on):
            return {"state": "left", "left_on": on}
        case MemberEnrolled() | MemberErased():
            raise AssertionError("the row itself, and its end, are made above")
        case _:
            assert_never(event)


MEMBER_MODEL = ReadModel(name="members", tables=(MEMBERS,), families=frozenset({"member"}), project=project)
