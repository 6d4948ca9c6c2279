"""The state of a member."""

from datetime import date
from enum import Enum
from typing import assert_never

import msgspec

from domain.decider import Message
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
from domain.rules import Discipline
from domain.titles import Shelf


class Status(Enum):
    ABSENT = "absent"
    ACTIVE = "active"
    MERGED = "merged"
    LEFT = "left"


class Member(Message, frozen=True, kw_only=True):
    """`units` and `employments` hold what was so from which day; `services` the last report of each year."""

    status: Status = Status.ABSENT
    enrolled: MemberEnrolled | None = None
    units: tuple[tuple[date, str], ...] = ()
    employments: tuple[tuple[date, Employment], ...] = ()
    recorded: tuple[DisciplineRecorded, ...] = ()
    disciplines: tuple[Discipline, ...] = ()
    services: tuple[ServiceReported, ...] = ()
    merged_into: str | None = None
    left_on: date | None = None
    titles: Shelf = Shelf()
    erased: MemberErased | None = None

    @property
    def unit_id(self) -> str | None:
        return self.units[-1][1] if self.units else None

    @property
    def employment(self) -> Employment | None:
        return self.employments[-1][1] if self.employments else None

    def service(self, year: int) -> ServiceReported | None:
        return next((report for report in self.services if report.year == year), None)


def evolve(member: Member, event: Event) -> Member:
    change = msgspec.structs.replace
    match event:
        case MemberEnrolled():
            return Member(
                status=Status.ACTIVE,
                enrolled=event,
                units=((event.joined_on, event.unit_id),),
                employments=((event.joined_on, event.employment),),
            )
        case MemberMoved(unit_id=unit_id, on=on):
            return change(member, units=(*member.units, (on, unit_id)))
        case EmploymentChanged(employment=employment, on=on):
            return change(member, employments=(*member.employments, (on, employment)))
        case DisciplineRecorded(kind=kind, on=on, until=until):
            discipline = Discipline(kind=kind, on=on, until=until)
            return change(member, recorded=(*member.recorded, event), disciplines=(*member.disciplines, discipline))
        case DisciplineLifted():
            return change(member, disciplines=tuple(_lifted(known, event) for known in member.disciplines))
        case ServiceReported(year=year):
            others = tuple(report for report in member.services if report.year != year)
            return change(member, services=(*others, event))
        case MemberMerged(into=into):
            return change(member, status=Status.MERGED, merged_into=into)
        case MemberLeft(on=on):
            return change(member, status=Status.LEFT, left_on=on)
        case MemberRejoined():
            return _rejoined(member, event)
        case MemberTitleRecorded():
            return change(member, titles=member.titles.added(event))
        case MemberTitleStruck():
            return change(member, titles=member.titles.removed(event))
        case MemberErased():
            return change(member, erased=event)
        case _:
            assert_never(event)


def _rejoined(member: Member, event: MemberRejoined) -> Member:
    return msgspec.structs.replace(
        member,
        status=Status.ACTIVE,
        left_on=None,
        units=(*member.units, (event.on, event.unit_id)),
        employments=(*member.employments, (event.on, event.employment)),
    )


def _lifted(discipline: Discipline, event: DisciplineLifted) -> Discipline:
    if (discipline.kind, discipline.on) != (event.kind, event.on):
        return discipline
    return msgspec.structs.replace(discipline, lifted_on=event.lifted_on)
