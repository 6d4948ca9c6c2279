"""Evaluations over HTTP."""

from typing import Any

from adapters.http.commands import changes, creates
from adapters.http.evaluation_whole import EvaluationWhole, evaluation_whole
from adapters.http.examples import CAMPAIGN_ID, PARENT_ID, UNIT_ID
from adapters.http.queries import by_key, listing, single
from adapters.http.route import Route
from adapters.read_models.evaluations import EvaluationFilter, EvaluationRow, fetch_evaluations
from application.access import Query
from domain.evaluation import EVALUATION, evaluation_key
from domain.evaluation.messages import (
    AdjustBonus,
    AdjustScore,
    AppraiseEvaluation,
    ClassifyEvaluation,
    Complain,
    CrossScore,
    FinaliseEvaluation,
    OpenEvaluation,
    ResolveComplaint,
    SelfScore,
)
from domain.ids import TenantId, derived

_ONE = "/v1/evaluations/{id}"


def _identity(command: OpenEvaluation, tenant_id: TenantId) -> str:
    """One for each subject, period and table: nobody is scored again and again until it fits."""
    key = evaluation_key(
        campaign_id=command.campaign_id,
        unit_id=command.unit_id,
        person_id=command.person_id,
        period=command.period,
        rubric=command.rubric,
    )
    return derived(tenant_id, "evaluation", key)


_SHEET: dict[str, Any] = {
    "scores": [
        {"criterion": "production", "points_x100": 4500},
        {"criterion": "works", "points_x100": 3800, "comment": "Hai công trình hoàn thành đúng hạn."},
    ],
    "bonus_x100": 200,
}

ROUTES: tuple[Route, ...] = (
    listing(
        "/v1/evaluations",
        asks=Query.EVALUATIONS,
        fetch=fetch_evaluations,
        filters=EvaluationFilter,
        rows=EvaluationRow,
        views=("evaluations",),
        summary="Evaluations",
    ),
    single(
        "/v1/evaluations/{id}",
        asks=Query.EVALUATIONS,
        fetch=by_key(fetch_evaluations, EvaluationFilter, "evaluation_id"),
        answers=EvaluationWhole,
        whole=evaluation_whole,
        views=("evaluations",),
        summary="An evaluation with its sheets, its result, and why",
    ),
    creates(
        "/v1/evaluations",
        OpenEvaluation,
        EVALUATION,
        summary="Open the evaluation of a unit or a person",
        identity=_identity,
        example={
            "campaign_id": CAMPAIGN_ID,
            "unit_id": UNIT_ID,
            "phase": "1",
            "period": "Đợt 1 năm 2024",
            "rubric": "grassroots",
            "peers": [PARENT_ID],
        },
    ),
    changes(f"{_ONE}/self-score", SelfScore, EVALUATION, summary="Score oneself", example=_SHEET),
    changes(
        f"{_ONE}/cross-score",
        CrossScore,
        EVALUATION,
        summary="Score as a peer",
        example={"peer_unit_id": PARENT_ID, **_SHEET},
    ),
    changes(f"{_ONE}/appraise", AppraiseEvaluation, EVALUATION, summary="Appraise, as the level above", example=_SHEET),
    changes(
        f"{_ONE}/adjust",
        AdjustScore,
        EVALUATION,
        summary="Change one appraised score, with a reason",
        example={"criterion": "works", "points_x100": 3600, "reason": "Một công trình chưa nghiệm thu."},
    ),
    changes(
        f"{_ONE}/adjust-bonus",
        AdjustBonus,
        EVALUATION,
        summary="Change the appraised bonus and penalty points, with a reason",
        example={"bonus_x100": 100, "penalty_x100": 0, "reason": "Giải ba hội thi đã tính ở tiêu chuẩn 2."},
    ),
    changes(f"{_ONE}/classify", ClassifyEvaluation, EVALUATION, summary="Classify by the bands", example={}),
    changes(
        f"{_ONE}/complain",
        Complain,
        EVALUATION,
        summary="Complain of the class",
        example={"complaint": "Điểm công trình chưa tính biên bản ngày 20/6."},
    ),
    changes(
        f"{_ONE}/resolve",
        ResolveComplaint,
        EVALUATION,
        summary="Answer the complaint",
        example={"upheld": False, "answer": "Biên bản đã được tính."},
    ),
    changes(f"{_ONE}/finalise", FinaliseEvaluation, EVALUATION, summary="Close it for good", example={}),
)
