"""Members over HTTP."""

from adapters.http.commands import changes, creates
from adapters.http.examples import HELD_TITLE, OTHER_PERSON_ID, STRIKE, UNIT_ID
from adapters.http.member_whole import MemberWhole, member_whole
from adapters.http.queries import by_key, listing, single
from adapters.http.route import Route
from adapters.read_models.members import MemberFilter, MemberRow, fetch_members
from application.access import Query
from domain.ids import derived
from domain.member import MEMBER
from domain.member.messages import (
    ChangeEmployment,
    EnrolMember,
    LeaveMember,
    LiftDiscipline,
    MergeMember,
    MoveMember,
    RecordDiscipline,
    RecordMemberTitle,
    RejoinMember,
    ReportService,
    StrikeMemberTitle,
)

_ONE = "/v1/members/{id}"

ROUTES: tuple[Route, ...] = (
    listing(
        "/v1/members",
        asks=Query.MEMBERS,
        fetch=fetch_members,
        filters=MemberFilter,
        rows=MemberRow,
        views=("members",),
        summary="Members",
    ),
    single(
        "/v1/members/{id}",
        asks=Query.MEMBERS,
        fetch=by_key(fetch_members, MemberFilter, "person_id"),
        answers=MemberWhole,
        views=("members",),
        summary="A member, with every unit and employment so far",
        whole=member_whole,
    ),
    creates(
        "/v1/members",
        EnrolMember,
        MEMBER,
        summary="Enter a person; their id follows from their code",
        identity=lambda command, tenant_id: derived(tenant_id, "member", command.code),
        named="person_id",
        example={
            "unit_id": UNIT_ID,
            "code": "DV-0042",
            "full_name": "Người thứ bốn mươi hai",
            "employment": "direct-worker",
            "joined_on": "2019-05-01",
        },
    ),
    changes(
        f"{_ONE}/move",
        MoveMember,
        MEMBER,
        summary="The person moves to another unit",
        example={"unit_id": UNIT_ID, "on": "2024-04-01"},
    ),
    changes(
        f"{_ONE}/change-employment",
        ChangeEmployment,
        MEMBER,
        summary="The kind of work changes",
        example={"employment": "leader", "on": "2024-04-01"},
    ),
    changes(
        f"{_ONE}/record-discipline",
        RecordDiscipline,
        MEMBER,
        summary="A discipline took effect",
        example={"kind": "reprimand", "on": "2024-02-01", "until": "2024-08-01", "ground": "Vi phạm nội quy."},
    ),
    changes(
        f"{_ONE}/lift-discipline",
        LiftDiscipline,
        MEMBER,
        summary="A discipline ended before its time",
        example={"kind": "reprimand", "on": "2024-02-01", "lifted_on": "2024-05-01"},
    ),
    changes(
        f"{_ONE}/report-service",
        ReportService,
        MEMBER,
        summary="Months in service and days absent in a year",
        example={"year": 2024, "months_of_service": 12, "absent_days": 3},
    ),
    changes(
        f"{_ONE}/merge",
        MergeMember,
        MEMBER,
        summary="Two records are one person",
        example={"into": OTHER_PERSON_ID},
    ),
    changes(f"{_ONE}/leave", LeaveMember, MEMBER, summary="The person leaves", example={"on": "2024-11-30"}),
    changes(
        f"{_ONE}/rejoin",
        RejoinMember,
        MEMBER,
        summary="Somebody who left comes back",
        example={"unit_id": UNIT_ID, "employment": "direct-worker", "on": "2025-03-01"},
    ),
    changes(
        f"{_ONE}/record-title", RecordMemberTitle, MEMBER, summary="They hold a title from before", example=HELD_TITLE
    ),
    changes(
        f"{_ONE}/strike-title", StrikeMemberTitle, MEMBER, summary="A recorded title does not hold", example=STRIKE
    ),
)
