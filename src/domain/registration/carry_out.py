"""What may become of a registration once it is confirmed: carried out, judged, recognised, held."""

from datetime import date

from domain.directive import Kind
from domain.paper import check_issued
from domain.refusals import Invalid, NotYetHappened
from domain.registration.evolve import Registration, Status
from domain.registration.messages import (
    AttachPlaque,
    Event,
    Facts,
    InitiativeRecognised,
    InitiativeRefused,
    InitiativeUnderReview,
    LaunchHeld,
    LaunchMoved,
    PlaqueAttached,
    PutUnderReview,
    RecogniseInitiative,
    RecogniseWork,
    RecognitionWithdrawn,
    RecordLaunchHeld,
    RegistrationCompleted,
    RegistrationProgressed,
    WithdrawRecognition,
    WorkRecognised,
)
from domain.registration.refusals import (
    PlaqueNotGranted,
    RecordedOtherwise,
    RegistrationNotOpen,
    ScopeTooWide,
)
from domain.rules import REACH

COMMEMORATIVE = (Kind.WORK, Kind.PRODUCT, Kind.TASK)
WHOLE_PERCENT = 100
UNDER_WAY = (Status.CONFIRMED, Status.COMPLETED)
OWN_REACH = {"grassroots": REACH["grassroots"], "upper": REACH["upper"], "federation": REACH["nationwide"]}
"""How wide a scope each level may recognise. What the Confederation recognises, which is above every tenant, is entered
by the federation, with the Confederation's paper."""


def need(registration: Registration, *allowed: Status) -> None:
    """Raises: RegistrationNotOpen, where the registration is in none of these states."""
    if registration.status not in allowed:
        raise RegistrationNotOpen(status=registration.status.value, needed=[status.value for status in allowed])


def progress(quantity: int, report: str | None, registration: Registration) -> list[Event]:
    need(registration, Status.CONFIRMED)
    progressed = RegistrationProgressed(quantity=quantity, report=report)
    if quantity > WHOLE_PERCENT and registration.last and registration.last.quantity_unit is None:
        raise Invalid(field="quantity", reason="is percent where the registration names no unit: at most 100")
    last = registration.progressed
    if last is not None and quantity == last.quantity and report in (None, last.report):
        return []
    return [progressed]


def complete(on: date, report: str | None, registration: Registration) -> list[Event]:
    if registration.status in (Status.COMPLETED, Status.RECOGNISED):
        return []
    need(registration, Status.CONFIRMED)
    return [RegistrationCompleted(completed_on=on, report=report)]


def recognise_work(command: RecogniseWork, registration: Registration, today: date) -> list[Event]:
    if registration.kind not in COMMEMORATIVE:
        raise Invalid(field="kind", reason="only a work, product or task is recognised as commemorative")
    recognised = WorkRecognised(document=command.document, plaque=command.plaque)
    if registration.recognised_by == recognised:
        return []
    need(registration, Status.COMPLETED)
    check_issued(command.document, today)
    return [recognised]


def attach_plaque(command: AttachPlaque, registration: Registration, today: date) -> list[Event]:
    attached = PlaqueAttached(on=command.on, place=command.place)
    if registration.plaque is not None:
        return _already(attached, registration.plaque)
    need(registration, Status.RECOGNISED)
    if not isinstance(registration.recognised_by, WorkRecognised) or not registration.recognised_by.plaque:
        raise PlaqueNotGranted()
    _check_happened("on", command.on, today)
    return [attached]


def _already(again: Event, recorded: Event) -> list[Event]:
    if again == recorded:
        return []
    raise RecordedOtherwise()


def _check_happened(field: str, day: date, today: date) -> None:
    if day > today:
        raise NotYetHappened(field=field, reason=f"lies after today, {today.isoformat()}")


def put_under_review(command: PutUnderReview, registration: Registration, today: date) -> list[Event]:
    _check_initiative(registration)
    review = InitiativeUnderReview(council=command.council, document=command.document)
    if registration.reviewed_by is not None:
        return _already(review, registration.reviewed_by)
    need(registration, *UNDER_WAY)
    check_issued(command.document, today)
    return [review]


def recognise_initiative(
    command: RecogniseInitiative, registration: Registration, facts: Facts, today: date
) -> list[Event]:
    recognised = InitiativeRecognised(
        scope=command.scope,
        document=command.document,
        recogniser_id=command.recogniser_id,
        council=command.council,
        value_vnd=command.value_vnd,
        certificate=command.certificate,
    )
    events = judged(recognised, registration, today)
    if not events:
        return []
    if facts.recogniser_level is None:
        raise Invalid(field="recogniser_id", reason="is not above the unit that registered")
    if REACH[command.scope] > OWN_REACH[facts.recogniser_level]:
        raise ScopeTooWide(scope=command.scope, level=facts.recogniser_level)
    check_issued(command.certificate, today, field="certificate")
    return events


def judged(verdict: InitiativeRecognised | InitiativeRefused, registration: Registration, today: date) -> list[Event]:
    """A recognised initiative may be recognised again, by a council above, with a wider scope (R4)."""
    _check_initiative(registration)
    if registration.recognised_by == verdict:
        return []
    if not _is_wider(verdict, registration):
        need(registration, *UNDER_WAY, Status.UNDER_REVIEW)
    check_issued(verdict.document, today)
    return [verdict]


def _check_initiative(registration: Registration) -> None:
    if registration.kind is not Kind.INITIATIVE:
        raise Invalid(field="kind", reason="only an initiative is judged by an initiative council")


def _is_wider(verdict: InitiativeRecognised | InitiativeRefused, registration: Registration) -> bool:
    if not isinstance(verdict, InitiativeRecognised) or registration.scope is None:
        return False
    return REACH[verdict.scope] > REACH[registration.scope]


def withdraw_recognition(command: WithdrawRecognition, registration: Registration, today: date) -> list[Event]:
    withdrawn = RecognitionWithdrawn(document=command.document, reason=command.reason)
    if registration.revoked_by is not None:
        return _already(withdrawn, registration.revoked_by)
    need(registration, Status.RECOGNISED)
    check_issued(command.document, today)
    return [withdrawn]


def move_launch(held_on: date, registration: Registration) -> list[Event]:
    _check_launch(registration)
    if registration.last is not None and registration.last.held_on == held_on:
        return []
    need(registration, Status.SUBMITTED, Status.CONFIRMED)
    return [LaunchMoved(held_on=held_on)]


def launch_held(command: RecordLaunchHeld, registration: Registration, facts: Facts, today: date) -> list[Event]:
    _check_launch(registration)
    held = LaunchHeld(held_on=command.held_on, attended=command.attended, duty=command.duty, document=command.document)
    if registration.held is not None:
        return _already(held, registration.held)
    need(registration, Status.CONFIRMED)
    if command.duty is not None and command.duty not in facts.launch_duties:
        raise Invalid(field="duty", reason=f"{command.duty!r} is no launch duty of the campaign")
    _check_happened("held_on", command.held_on, today)
    check_issued(command.document, today)
    return [held]


def _check_launch(registration: Registration) -> None:
    if registration.kind is not Kind.LAUNCH_EVENT:
        raise Invalid(field="kind", reason="only a launch event is moved or held")
