"""Council sessions over HTTP."""

from adapters.http.commands import changes, creates
from adapters.http.council_whole import SessionAndDossiers, SessionWithList, session_whole
from adapters.http.examples import AWARD_ID, CAMPAIGN_ID, DOCUMENT, UNIT_ID
from adapters.http.queries import Look, by_key, listing, single
from adapters.http.route import Route
from adapters.read_models.councils import SessionFilter, SessionRow, fetch_session_dossiers, fetch_sessions
from application.access import Query
from domain.council import COUNCIL
from domain.council.messages import (
    AdoptBallot,
    CancelSession,
    CheckQuota,
    ConveneCouncil,
    IssueDecision,
    ListDossiers,
    MoveSession,
    RecordAttendance,
    RecordRecusal,
    RecordResult,
    ReplaceSeat,
)

_ONE = "/v1/councils/{id}"
_row = by_key(fetch_sessions, SessionFilter, "session_id")


async def _fetch(look: Look) -> SessionAndDossiers | None:
    session = await _row(look)
    if session is None:
        return None
    dossiers = await fetch_session_dossiers(look.connection, look.tenant_id, look.id)
    return SessionAndDossiers(session=session, dossiers=tuple(dossiers), version=session.version)


ROUTES: tuple[Route, ...] = (
    listing(
        "/v1/councils",
        asks=Query.COUNCILS,
        fetch=fetch_sessions,
        filters=SessionFilter,
        rows=SessionRow,
        views=("councils", "campaigns"),
        summary="Council sessions",
    ),
    single(
        _ONE,
        asks=Query.COUNCILS,
        fetch=_fetch,
        answers=SessionWithList,
        whole=session_whole,
        views=("councils", "campaigns"),
        summary="A session with its list, attendance, sums and quotas",
    ),
    creates(
        "/v1/councils",
        ConveneCouncil,
        COUNCIL,
        summary="Call the council",
        example={
            "unit_id": UNIT_ID,
            "campaign_id": CAMPAIGN_ID,
            "title": "lao-dong-gioi",
            "meets_on": "2024-08-22",
            "roster": [
                {"seat": "chair", "office": "Chủ tịch Hội đồng"},
                {"seat": "deputy", "office": "Phó Chủ tịch Hội đồng"},
                {"seat": "member-1", "office": "Ủy viên thường trực"},
            ],
            "chair": "chair",
        },
    ),
    changes(
        f"{_ONE}/replace-seat",
        ReplaceSeat,
        COUNCIL,
        summary="Another holds a seat from now on",
        example={"seat": "member-1", "office": "Ủy viên thường trực", "person_id": UNIT_ID},
    ),
    changes(
        f"{_ONE}/move",
        MoveSession,
        COUNCIL,
        summary="Meet on another day",
        example={"meets_on": "2024-08-29", "reason": "Trùng hội nghị Ban Chấp hành."},
    ),
    changes(
        f"{_ONE}/list-dossiers",
        ListDossiers,
        COUNCIL,
        summary="Put dossiers on the list",
        example={"award_ids": [AWARD_ID]},
    ),
    changes(
        f"{_ONE}/record-recusal",
        RecordRecusal,
        COUNCIL,
        summary="A seat withdraws from dossiers for a conflict of interest",
        example={
            "seat": "member-1",
            "award_ids": [AWARD_ID],
            "conflict": "relative",
            "reason": "Là anh ruột của người được đề nghị.",
        },
    ),
    changes(
        f"{_ONE}/record-attendance",
        RecordAttendance,
        COUNCIL,
        summary="Record which seats voted",
        example={"present": ["chair", "deputy"], "in_writing": ["member-1"]},
    ),
    changes(
        f"{_ONE}/record-result",
        RecordResult,
        COUNCIL,
        summary="Record the counting minutes",
        example={
            "minutes": DOCUMENT,
            "ballots_issued": 3,
            "returned_in_room": 2,
            "returned_in_writing": 1,
            "tallies": [{"award_id": AWARD_ID, "votes_for": 3, "votes_against": 0}],
        },
    ),
    changes(
        f"{_ONE}/adopt-ballot",
        AdoptBallot,
        COUNCIL,
        summary="Take over the sums of the electronic ballot as the result",
        example={"minutes": DOCUMENT},
    ),
    changes(
        f"{_ONE}/check-quota",
        CheckQuota,
        COUNCIL,
        summary="Hold the list against the quotas",
        example={"withheld": []},
    ),
    changes(
        f"{_ONE}/issue-decision",
        IssueDecision,
        COUNCIL,
        if_match="required",
        summary="Decide the list",
        example={
            "decision": DOCUMENT,
            "signing_body": "Ban Thường vụ LĐLĐ tỉnh",
            "signature": {"capacity": "TM", "body": "Ban Thường vụ", "office": "Chủ tịch"},
        },
    ),
    changes(f"{_ONE}/cancel", CancelSession, COUNCIL, summary="Cancel it", example={"reason": "Không đủ thành viên."}),
)
