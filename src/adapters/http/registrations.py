"""Registrations over HTTP."""

from adapters.http.commands import changes, creates
from adapters.http.examples import CAMPAIGN_ID, DOCUMENT, PERSON_ID, UNIT_ID
from adapters.http.queries import by_key, listing, single
from adapters.http.route import Route
from adapters.read_models.registrations import RegistrationFilter, RegistrationRow, fetch_registrations
from application.access import Query
from domain.registration import REGISTRATION
from domain.registration.messages import (
    AcceptCompact,
    CompleteRegistration,
    ConfirmRegistration,
    RecogniseInitiative,
    RecogniseWork,
    RefuseInitiative,
    ReportProgress,
    ResubmitRegistration,
    ReturnRegistration,
    SubmitRegistration,
    WithdrawRegistration,
)

_ONE = "/v1/registrations/{id}"

ROUTES: tuple[Route, ...] = (
    listing(
        "/v1/registrations",
        asks=Query.REGISTRATIONS,
        fetch=fetch_registrations,
        filters=RegistrationFilter,
        rows=RegistrationRow,
        views=("registrations", "campaigns"),
        summary="The register",
    ),
    single(
        "/v1/registrations/{id}",
        asks=Query.REGISTRATIONS,
        fetch=by_key(fetch_registrations, RegistrationFilter, "registration_id"),
        answers=RegistrationRow,
        views=("registrations", "campaigns"),
        summary="A registration",
    ),
    creates(
        "/v1/registrations",
        SubmitRegistration,
        REGISTRATION,
        summary="Register",
        example={
            "campaign_id": CAMPAIGN_ID,
            "unit_id": UNIT_ID,
            "kind": "task",
            "subject": {"kind": "individual", "person_id": PERSON_ID},
            "name": "Giảm 5 % hao hụt nguyên liệu ở tổ cắt",
            "happened_on": "2024-03-10",
        },
    ),
    changes(
        f"{_ONE}/return",
        ReturnRegistration,
        REGISTRATION,
        summary="Send it back for correction",
        example={"reason": "Chưa ghi thời hạn hoàn thành."},
    ),
    changes(
        f"{_ONE}/resubmit",
        ResubmitRegistration,
        REGISTRATION,
        summary="Hand it in again, corrected",
        example={"name": "Giảm 5 % hao hụt nguyên liệu trước 30/6"},
    ),
    changes(
        f"{_ONE}/accept-compact",
        AcceptCompact,
        REGISTRATION,
        summary="Sign a compact as the other party",
        example={"unit_id": UNIT_ID},
    ),
    changes(f"{_ONE}/confirm", ConfirmRegistration, REGISTRATION, summary="Confirm it, as the level above", example={}),
    changes(
        f"{_ONE}/withdraw",
        WithdrawRegistration,
        REGISTRATION,
        summary="Withdraw it",
        example={"reason": "Chuyển sang đơn vị khác."},
    ),
    changes(
        f"{_ONE}/progress",
        ReportProgress,
        REGISTRATION,
        summary="Report how far it has come",
        example={"quantity": 60, "report": "Đã xong giai đoạn một."},
    ),
    changes(
        f"{_ONE}/complete",
        CompleteRegistration,
        REGISTRATION,
        summary="Report that it is done",
        example={"happened_on": "2024-06-20"},
    ),
    changes(
        f"{_ONE}/recognise-work",
        RecogniseWork,
        REGISTRATION,
        summary="Recognise a work, with or without a plaque",
        example={"document": DOCUMENT, "plaque": True},
    ),
    changes(
        f"{_ONE}/recognise-initiative",
        RecogniseInitiative,
        REGISTRATION,
        summary="Recognise an initiative",
        example={"scope": "grassroots", "document": DOCUMENT},
    ),
    changes(
        f"{_ONE}/refuse-initiative",
        RefuseInitiative,
        REGISTRATION,
        summary="Refuse an initiative",
        example={"document": DOCUMENT, "reason": "Đã được áp dụng ở nơi khác."},
    ),
)
