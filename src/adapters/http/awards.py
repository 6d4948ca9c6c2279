"""Award dossiers over HTTP."""

from adapters.http.award_whole import AwardWhole, award_whole
from adapters.http.commands import changes, creates
from adapters.http.examples import (
    CAMPAIGN_ID,
    DOCUMENT,
    EVALUATION_ID,
    PERSON_ID,
    REGISTRATION_ID,
    SESSION_ID,
    UNIT_ID,
)
from adapters.http.queries import by_key, listing, single
from adapters.http.route import Route
from adapters.read_models.awards import AwardFilter, AwardRow, fetch_awards
from adapters.read_models.findings import AffectedFilter, AffectedRow, fetch_affected
from application.access import Query
from domain.award import AWARD
from domain.award.complaints import ReceiveComplaint, ResolveAwardComplaint
from domain.award.messages import (
    AppraiseDossier,
    CheckEligibility,
    CompleteDossier,
    CorrectAward,
    DecideAward,
    DeclineAward,
    HoldAward,
    NominateAward,
    PresentAward,
    PublishForComment,
    RecordRecovery,
    ReleaseAward,
    ReturnDossier,
    RevokeAward,
    TakeVote,
)
from domain.award.parts import RecordConcurrence

_ONE = "/v1/awards/{id}"


ROUTES: tuple[Route, ...] = (
    listing(
        "/v1/awards",
        asks=Query.AWARDS,
        fetch=fetch_awards,
        filters=AwardFilter,
        rows=AwardRow,
        views=("awards",),
        summary="The register of dossiers and awards",
    ),
    listing(
        "/v1/awards/affected",
        asks=Query.AWARDS,
        fetch=fetch_affected,
        filters=AffectedFilter,
        rows=AffectedRow,
        views=("findings", "awards", "members"),
        summary="Awards, with the disciplines and accidents of their days that were recorded after the decision",
    ),
    single(
        "/v1/awards/{id}",
        asks=Query.AWARDS,
        fetch=by_key(fetch_awards, AwardFilter, "award_id"),
        answers=AwardWhole,
        whole=award_whole,
        views=("awards",),
        summary="A dossier with what each rule said of it",
    ),
    creates(
        "/v1/awards",
        NominateAward,
        AWARD,
        summary="Nominate a unit or a person",
        example={
            "campaign_id": CAMPAIGN_ID,
            "phase": "1",
            "year": 2024,
            "title": "lao-dong-gioi",
            "scheme": "movement",
            "unit_id": UNIT_ID,
            "person_id": PERSON_ID,
            "registration_id": REGISTRATION_ID,
            "evaluation_id": EVALUATION_ID,
            "achievement": "giam-hao-hut-to-cat",
            "report": "Giảm 5,4 % hao hụt.",
        },
    ),
    changes(
        f"{_ONE}/return",
        ReturnDossier,
        AWARD,
        summary="Send the dossier back",
        example={"reason": "Thiếu xác nhận của tổ."},
    ),
    changes(
        f"{_ONE}/complete",
        CompleteDossier,
        AWARD,
        summary="Hand it in again",
        example={"report": "Giảm 5,4 % hao hụt, có xác nhận của tổ."},
    ),
    changes(
        f"{_ONE}/appraise",
        AppraiseDossier,
        AWARD,
        summary="The level above gives its opinion",
        example={"supports": True, "opinion": "Đề nghị khen thưởng."},
    ),
    changes(f"{_ONE}/check-eligibility", CheckEligibility, AWARD, summary="Judge it by the title's rules", example={}),
    changes(
        f"{_ONE}/publish",
        PublishForComment,
        AWARD,
        summary="Publish it for comment",
        example={
            "published_from": "2024-08-05",
            "published_until": "2024-08-19",
            "channel": "Trang thông tin điện tử",
            "happened_on": "2024-08-05",
        },
    ),
    changes(
        f"{_ONE}/take-vote",
        TakeVote,
        AWARD,
        summary="Take over a council session's count",
        example={"session_id": SESSION_ID},
    ),
    changes(
        f"{_ONE}/decide",
        DecideAward,
        AWARD,
        if_match="required",
        summary="Grant it",
        example={
            "decision": DOCUMENT,
            "signing_body": "Ban Thường vụ LĐLĐ tỉnh",
            "prize_vnd": 540_000,
            "signature": {"capacity": "TM", "body": "Ban Thường vụ", "office": "Chủ tịch"},
        },
    ),
    changes(
        f"{_ONE}/present",
        PresentAward,
        AWARD,
        summary="It was presented",
        example={"presented_on": "2024-09-02", "occasion": "Hội nghị sơ kết"},
    ),
    changes(
        f"{_ONE}/decline",
        DeclineAward,
        AWARD,
        summary="Decline it, with the reason",
        example={"reason": "Không đủ phiếu."},
    ),
    changes(
        f"{_ONE}/hold",
        HoldAward,
        AWARD,
        summary="Hold it while something is pending",
        example={"kind": "complaint", "reason": "Có đơn khiếu nại ngày 12/8."},
    ),
    changes(
        f"{_ONE}/release",
        ReleaseAward,
        AWARD,
        summary="What was pending is settled",
        example={"kind": "complaint", "outcome": "Đơn không có cơ sở."},
    ),
    changes(
        f"{_ONE}/revoke",
        RevokeAward,
        AWARD,
        if_match="required",
        summary="Withdraw what was granted",
        example={"ground": "false-declaration", "reason": "Kê khai sai số liệu.", "document": DOCUMENT},
    ),
    changes(
        f"{_ONE}/correct",
        CorrectAward,
        AWARD,
        summary="Correct how the decision is cited",
        example={"decision": DOCUMENT, "document": DOCUMENT, "reason": "Sai ngày ký."},
    ),
    changes(
        f"{_ONE}/record-recovery",
        RecordRecovery,
        AWARD,
        summary="What came back of a revoked award",
        example={"object_returned": True, "money_vnd": 540_000, "on": "2024-10-15", "document": DOCUMENT},
    ),
    changes(
        f"{_ONE}/record-concurrence",
        RecordConcurrence,
        AWARD,
        summary="What another body answered when it was asked",
        example={"body": "cong-an-tinh", "body_name": "Công an tỉnh", "agrees": True, "document": DOCUMENT},
    ),
    changes(
        f"{_ONE}/receive-complaint",
        ReceiveComplaint,
        AWARD,
        summary="Somebody complains: nothing goes on until it is answered",
        example={
            "received_on": "2024-08-12",
            "complaint": "Số liệu trong báo cáo không đúng.",
            "complainant": "Người lao động ở tổ cắt",
            "channel": "Đơn gửi trực tiếp",
        },
    ),
    changes(
        f"{_ONE}/resolve-complaint",
        ResolveAwardComplaint,
        AWARD,
        summary="Answer a complaint, and say what follows from it",
        example={
            "number": 1,
            "upheld": True,
            "answer": "Đã kiểm tra: kê khai sai.",
            "document": DOCUMENT,
            "follows": "revocation",
        },
    ),
)
