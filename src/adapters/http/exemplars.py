"""Exemplary models over HTTP."""

from adapters.http.commands import changes, creates
from adapters.http.examples import CAMPAIGN_ID, DOCUMENT, PERSON_ID, UNIT_ID
from adapters.http.queries import by_key, listing, single
from adapters.http.route import Route
from adapters.read_models.exemplars import ExemplarFilter, ExemplarRow, fetch_exemplars
from application.access import Query
from domain.exemplar import EXEMPLAR, RecogniseExemplar, RegisterExemplar, SpreadExemplar, WithdrawExemplar

_ONE = "/v1/exemplars/{id}"

ROUTES: tuple[Route, ...] = (
    listing(
        "/v1/exemplars",
        asks=Query.EXEMPLARS,
        fetch=fetch_exemplars,
        filters=ExemplarFilter,
        rows=ExemplarRow,
        views=("exemplars",),
        summary="The register of exemplary models",
    ),
    single(
        _ONE,
        asks=Query.EXEMPLARS,
        fetch=by_key(fetch_exemplars, ExemplarFilter, "exemplar_id"),
        answers=ExemplarRow,
        views=("exemplars",),
        summary="An exemplary model, and where it was made known",
    ),
    creates(
        "/v1/exemplars",
        RegisterExemplar,
        EXEMPLAR,
        summary="Enter an exemplary model",
        example={
            "campaign_id": CAMPAIGN_ID,
            "unit_id": UNIT_ID,
            "person_id": PERSON_ID,
            "kind": "person",
            "name": "Tổ trưởng tổ cắt",
            "story": "Mười năm không sai hỏng, kèm cặp ba thợ mới.",
        },
    ),
    changes(
        f"{_ONE}/recognise",
        RecogniseExemplar,
        EXEMPLAR,
        summary="Recognise it, as the unit above of this level",
        example={"level": "upper", "document": DOCUMENT},
    ),
    changes(
        f"{_ONE}/spread",
        SpreadExemplar,
        EXEMPLAR,
        summary="Record where it was made known",
        example={"channel": "portal", "on": "2024-05-19", "place": "Trang thông tin điện tử công đoàn"},
    ),
    changes(
        f"{_ONE}/withdraw",
        WithdrawExemplar,
        EXEMPLAR,
        summary="Withdraw it",
        example={"reason": "Phát hiện kê khai sai."},
    ),
)
