"""What may become of a registration."""

from datetime import date, datetime
from typing import assert_never

from domain.dates import local_day
from domain.directive import Kind
from domain.refusals import Invalid
from domain.registration.carry_out import (
    attach_plaque,
    complete,
    judged,
    launch_held,
    move_launch,
    need,
    progress,
    put_under_review,
    recognise_initiative,
    recognise_work,
    withdraw_recognition,
)
from domain.registration.evolve import REGISTERED, Registration, Status
from domain.registration.messages import (
    AcceptCompact,
    AttachPlaque,
    Collective,
    Command,
    CompactAccepted,
    CompleteRegistration,
    ConfirmRegistration,
    Event,
    Facts,
    Individual,
    InitiativeRefused,
    Late,
    MoveLaunch,
    Pair,
    PutUnderReview,
    RecogniseInitiative,
    RecogniseWork,
    RecordLaunchHeld,
    RefuseInitiative,
    RegistrationConfirmed,
    RegistrationResubmitted,
    RegistrationReturned,
    RegistrationSubmitted,
    RegistrationWithdrawn,
    ReportProgress,
    ResubmitRegistration,
    ReturnRegistration,
    Step,
    SubmitRegistration,
    WithdrawRecognition,
    WithdrawRegistration,
)
from domain.registration.refusals import (
    CampaignNotRunning,
    CampaignUnknown,
    CompactNotBinding,
    NotAParty,
    PersonUnknown,
    RegisteredOtherwise,
    RegistrationClosed,
    RegistrationUnknown,
    UnitUnknown,
)
from domain.schedule import phase_on

AT_ANY_TIME = (ReturnRegistration, WithdrawRegistration, WithdrawRecognition)
"""What takes nothing further is done in a cancelled campaign too."""


def decide(command: Command, registration: Registration, facts: Facts, now: datetime) -> list[Event]:
    if isinstance(command, SubmitRegistration):
        return submit(command, registration, facts, local_day(now))
    if registration.status is Status.ABSENT:
        raise RegistrationUnknown()
    events = _step(command, registration, facts, now)
    if events and not isinstance(command, AT_ANY_TIME) and not facts.running:
        raise CampaignNotRunning(campaign_id=registration.campaign_id)
    return events


def _step(command: Step, registration: Registration, facts: Facts, now: datetime) -> list[Event]:
    """What it comes to, whether or not the campaign still stands."""
    match command:
        case ReturnRegistration(reason=reason):
            return send_back(reason, registration)
        case ResubmitRegistration():
            return resubmit(command, registration, facts)
        case AcceptCompact(unit_id=unit_id):
            return accept(unit_id, registration)
        case ConfirmRegistration():
            return confirm(registration)
        case WithdrawRegistration(reason=reason):
            return withdraw(reason, registration)
        case _:
            return _carried_out(command, registration, facts, now)


def _carried_out(command: Late, registration: Registration, facts: Facts, now: datetime) -> list[Event]:
    """What becomes of it once it is confirmed."""
    today = local_day(now)
    match command:
        case ReportProgress(quantity=quantity, report=report):
            return progress(quantity, report, registration)
        case CompleteRegistration(report=report):
            return complete(command.happened_on or today, report, registration)
        case RecogniseWork():
            return recognise_work(command, registration, today)
        case AttachPlaque():
            return attach_plaque(command, registration, today)
        case PutUnderReview():
            return put_under_review(command, registration, today)
        case RecogniseInitiative():
            return recognise_initiative(command, registration, facts, today)
        case RefuseInitiative(document=document, reason=reason):
            return judged(InitiativeRefused(document=document, reason=reason), registration, today)
        case WithdrawRecognition():
            return withdraw_recognition(command, registration, today)
        case MoveLaunch(held_on=held_on):
            return move_launch(held_on, registration)
        case RecordLaunchHeld():
            return launch_held(command, registration, facts, today)
        case _:
            assert_never(command)


def submit(command: SubmitRegistration, registration: Registration, facts: Facts, today: date) -> list[Event]:
    if registration.submitted is not None:
        if _same(command, registration.submitted):
            return []
        raise RegisteredOtherwise(kind=registration.submitted.kind.value, name=registration.submitted.name)
    if not facts.campaign_known:
        raise CampaignUnknown(campaign_id=command.campaign_id)
    if facts.unit_level is None:
        raise UnitUnknown(unit_id=command.unit_id)
    if not facts.running:
        raise CampaignNotRunning(campaign_id=command.campaign_id)
    _check_rule(command, facts)
    _check_title(command.kind, command.title, command.subject, facts)
    _check_parts(command.kind, command.quantity, command.held_on)
    employment = _check_people(command, facts)
    if command.happened_on and facts.launched_on and command.happened_on < facts.launched_on:
        launched_on = facts.launched_on.isoformat()
        raise Invalid(field="happened_on", reason=f"lies before the launch of the campaign, {launched_on}")
    late = facts.due_on is not None and today > facts.due_on
    if late and facts.rule is not None and facts.rule.late == "refused":
        raise RegistrationClosed(due_on=facts.due_on, submitted_on=today)
    return [
        RegistrationSubmitted(
            campaign_id=command.campaign_id,
            unit_id=command.unit_id,
            receiver_id=facts.receiver_id,
            level=facts.unit_level,
            block=facts.block,
            phase=command.phase or phase_on(today, facts.phases),
            kind=command.kind,
            subject=command.subject,
            employment=employment,
            name=command.name,
            content=command.content,
            title=command.title,
            quantity=command.quantity,
            quantity_unit=command.quantity_unit,
            held_on=command.held_on,
            submitted_on=today,
            due_on=facts.due_on,
            late=late,
            read_at=facts.read,
        )
    ]


def _same(command: SubmitRegistration, event: RegistrationSubmitted) -> bool:
    said = (
        "campaign_id",
        "unit_id",
        "kind",
        "subject",
        "name",
        "content",
        "title",
        "quantity",
        "quantity_unit",
        "held_on",
    )
    same_phase = command.phase in (None, event.phase)
    return same_phase and all(getattr(command, field) == getattr(event, field) for field in said)


def _check_rule(command: SubmitRegistration, facts: Facts) -> None:
    rule = facts.rule
    if rule is None:
        raise Invalid(field="kind", reason=f"the campaign asks for no registration of kind {command.kind.value!r}")
    subject = "individual" if isinstance(command.subject, Individual) else ""
    subject = subject or ("pair" if isinstance(command.subject, Pair) else "collective")
    if subject not in rule.subjects:
        raise Invalid(field="subject.kind", reason=f"this kind is registered by {', '.join(rule.subjects)}")
    if facts.unit_level not in rule.levels:
        raise Invalid(field="unit_id", reason=f"this kind is registered at level {', '.join(rule.levels)}")
    if command.phase is not None and command.phase not in [span.code for span in facts.phases]:
        raise Invalid(field="phase", reason=f"{command.phase!r} is no phase of the campaign")


def _check_title(kind: Kind, title: str | None, subject: object, facts: Facts) -> None:
    if kind is not Kind.TITLE:
        if title is not None:
            raise Invalid(field="title", reason="only a registration of kind 'title' names one")
        return
    if title is None:
        raise Invalid(field="title", reason="a registration for a title must name it")
    holders = dict(facts.titles).get(title)
    if holders is None and not facts.titles_open:
        raise Invalid(field="title", reason=f"{title!r} is no title of the campaign")
    if holders is not None and ("individual" if isinstance(subject, Individual) else "collective") not in holders:
        raise Invalid(field="subject.kind", reason=f"{title!r} is held by {', '.join(holders)}")


def _check_parts(kind: Kind, quantity: int | None, held_on: date | None) -> None:
    if kind is Kind.OWN_TARGET and quantity is None:
        raise Invalid(field="quantity", reason="a target must say how much")
    if kind is Kind.LAUNCH_EVENT and held_on is None:
        raise Invalid(field="held_on", reason="a launch event must name its day")


def _check_people(command: SubmitRegistration, facts: Facts) -> str | None:
    """The person's employment, for one person; everybody named must be a member of the unit named with them."""
    employments = dict(facts.employments)
    match command.subject:
        case Individual(person_id=person_id):
            if person_id not in employments:
                raise PersonUnknown(person_id=person_id, unit_id=command.unit_id)
            return employments[person_id]
        case Pair(parties=(first, second)):
            if first.unit_id != command.unit_id:
                raise Invalid(field="subject.parties[0].unit_id", reason="the first party is the one that registers")
            if first == second:
                raise Invalid(field="subject.parties[1]", reason="a compact has two different parties")
            if (first.person_id is None) != (second.person_id is None):
                raise Invalid(
                    field="subject.parties[1].person_id", reason="a unit signs with a unit, a person with a person"
                )
            if first.person_id is not None and first.person_id == second.person_id:
                raise Invalid(field="subject.parties[1].person_id", reason="a compact has two different parties")
            for party in (first, second):
                if party.unit_id not in facts.units_known:
                    raise UnitUnknown(unit_id=party.unit_id)
                if party.person_id is not None and party.person_id not in employments:
                    raise PersonUnknown(person_id=party.person_id, unit_id=party.unit_id)
            return None
        case Pair() | Collective():
            return None
        case _:
            assert_never(command.subject)


def send_back(reason: str, registration: Registration) -> list[Event]:
    if registration.status is Status.RETURNED:
        return []
    need(registration, Status.SUBMITTED)
    return [RegistrationReturned(reason=reason)]


def resubmit(command: ResubmitRegistration, registration: Registration, facts: Facts) -> list[Event]:
    again = RegistrationResubmitted(
        name=command.name,
        content=command.content,
        title=command.title,
        quantity=command.quantity,
        quantity_unit=command.quantity_unit,
        held_on=command.held_on,
    )
    if registration.status is Status.SUBMITTED and again == registration.last:
        return []
    need(registration, Status.RETURNED)
    assert registration.kind is not None
    _check_title(registration.kind, command.title, registration.subject, facts)
    _check_parts(registration.kind, command.quantity, command.held_on)
    return [again]


def accept(unit_id: str, registration: Registration) -> list[Event]:
    subject = registration.subject
    if not isinstance(subject, Pair) or unit_id not in [party.unit_id for party in subject.parties]:
        raise NotAParty(unit_id=unit_id)
    if unit_id in registration.accepted:
        return _accept_within_unit(subject, unit_id, registration)
    need(registration, Status.SUBMITTED)
    return [CompactAccepted(unit_id=unit_id)]


def _accept_within_unit(subject: Pair, unit_id: str, registration: Registration) -> list[Event]:
    """Two persons of one unit: the unit signs once for each."""
    sides = [party.unit_id for party in subject.parties].count(unit_id)
    if registration.accepted.count(unit_id) >= sides:
        return []
    need(registration, Status.SUBMITTED)
    return [CompactAccepted(unit_id=unit_id)]


def confirm(registration: Registration) -> list[Event]:
    if registration.status in REGISTERED:
        return []
    need(registration, Status.SUBMITTED)
    subject = registration.subject
    if isinstance(subject, Pair) and len(registration.accepted) < len(subject.parties):
        raise CompactNotBinding(accepted=list(registration.accepted))
    return [RegistrationConfirmed()]


def withdraw(reason: str | None, registration: Registration) -> list[Event]:
    if registration.status is Status.WITHDRAWN:
        return []
    need(registration, Status.SUBMITTED, Status.RETURNED, Status.CONFIRMED)
    return [RegistrationWithdrawn(reason=reason)]
