"""Registrations over HTTP."""

import msgspec

from adapters.http.bulk import BULK
from adapters.http.commands import changes, creates
from adapters.http.examples import CAMPAIGN_ID, DOCUMENT, PARENT_ID, PERSON_ID, UNIT_ID
from adapters.http.history import history
from adapters.http.moments import Moment
from adapters.http.queries import by_key, listing, single
from adapters.http.route import Exchange, Route
from adapters.read_models.registrations import RegistrationFilter, RegistrationRow, fetch_registrations
from application.access import Query
from domain.ids import Id
from domain.registration import REGISTRATION
from domain.registration.messages import (
    AcceptCompact,
    AttachPlaque,
    CompleteRegistration,
    ConfirmRegistration,
    MoveLaunch,
    Pair,
    PutUnderReview,
    RecogniseInitiative,
    RecogniseWork,
    RecordLaunchHeld,
    RefuseInitiative,
    ReportProgress,
    ResubmitRegistration,
    ReturnRegistration,
    SubmitRegistration,
    WithdrawRecognition,
    WithdrawRegistration,
)

_ONE = "/v1/registrations/{id}"


class RegistrationWhole(RegistrationRow, frozen=True, kw_only=True):
    """`signed_by`: the units whose party has signed the compact's present text, in order; empty for what is none."""

    signed_by: tuple[Id, ...]


async def _whole(exchange: Exchange, row: RegistrationRow, moment: Moment) -> RegistrationWhole:
    """The row with what its stream says up to the row's version."""
    store, tenant_id = exchange.parts.platform.store, exchange.caller.tenant_id
    told = await history(store, tenant_id, REGISTRATION, row.registration_id, until=row.version)
    state = REGISTRATION.fold(event for _, event in told)
    signed_by = state.accepted if isinstance(state.subject, Pair) else ()
    return RegistrationWhole(**msgspec.structs.asdict(row), signed_by=signed_by)


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
        answers=RegistrationWhole,
        views=("registrations", "campaigns"),
        whole=_whole,
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
    BULK,
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
        f"{_ONE}/attach-plaque",
        AttachPlaque,
        REGISTRATION,
        summary="Report that the plaque was put up",
        example={"on": "2024-07-25", "place": "Cổng chính"},
    ),
    changes(
        f"{_ONE}/put-under-review",
        PutUnderReview,
        REGISTRATION,
        summary="Lay an initiative before a council",
        example={"council": "Hội đồng sáng kiến cấp cơ sở"},
    ),
    changes(
        f"{_ONE}/recognise-initiative",
        RecogniseInitiative,
        REGISTRATION,
        summary="Recognise an initiative, with its scope and value",
        example={
            "scope": "upper",
            "document": DOCUMENT,
            "recogniser_id": PARENT_ID,
            "value_vnd": 120_000_000,
            "certificate": DOCUMENT,
        },
    ),
    changes(
        f"{_ONE}/refuse-initiative",
        RefuseInitiative,
        REGISTRATION,
        summary="Refuse an initiative",
        example={"document": DOCUMENT, "reason": "Đã được áp dụng ở nơi khác."},
    ),
    changes(
        f"{_ONE}/withdraw-recognition",
        WithdrawRecognition,
        REGISTRATION,
        summary="Withdraw a recognition that was found to be wrong",
        example={"document": DOCUMENT, "reason": "Kê khai sai số liệu."},
    ),
    changes(
        f"{_ONE}/move-launch",
        MoveLaunch,
        REGISTRATION,
        summary="Move a launch event to another day",
        example={"held_on": "2024-02-20"},
    ),
    changes(
        f"{_ONE}/launch-held",
        RecordLaunchHeld,
        REGISTRATION,
        summary="Record that the launch event was held, and which launch duty it does",
        example={"held_on": "2024-02-20", "attended": 180},
    ),
)
