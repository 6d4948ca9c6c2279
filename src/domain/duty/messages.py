"""Commands, events, refusals and facts of a duty."""

from datetime import date
from typing import Annotated

import msgspec

from domain.decider import Command as Asked
from domain.decider import Message, Name, Personal, Read, Sealed
from domain.figures import Period, ReportFigures
from domain.ids import Id, Slug
from domain.paper import Document, Signature
from domain.refusals import Absent, Conflict, Forbidden

OccurrenceCode = Annotated[
    str,
    msgspec.Meta(
        pattern=r"^([a-z0-9]+(-[a-z0-9]+)*)?$", max_length=64, description="Which time; empty for an only one."
    ),
]

Addressees = Annotated[tuple[Name, ...], msgspec.Meta(max_length=100)]
ReminderKind = Annotated[
    str,
    msgspec.Meta(
        pattern=r"^(on-day|(before|overdue)-[1-9]\d{0,2})$",
        description="Which reminder: `before-7` (days before the last day in time), `on-day`, `overdue-14`.",
    ),
]


def duty_key(*, campaign_id: str, duty: str, occurrence: str, unit_id: str) -> str:
    """What the id of a duty's stream is derived from."""
    return f"{campaign_id}/{duty}/{occurrence}/{unit_id}"


# --- Commands -------------------------------------------------------------------


class SubmitDuty(Asked, frozen=True, kw_only=True):
    """Hand in the proof that a duty was done, or hand it in again after it was returned. `channel` and `addressees` say
    how and to whom it went; left out, it went as the directive says. A report that was prepared goes with its figures.
    """

    campaign_id: Id
    duty: Slug
    occurrence: OccurrenceCode = ""
    unit_id: Id
    proof: Name
    document: Document | None = None
    report: Personal | None = None
    channel: Name | None = None
    addressees: Addressees = ()


class PrepareReport(Asked, frozen=True, kw_only=True):
    """Have the figures of the unit and of those under it counted for `period`: a draft, until it is signed.

    Left out, the period is the phase or the year that the occurrence names, else from the launch to the last day in
    time; in each case no further than today.
    """

    campaign_id: Id
    duty: Slug
    occurrence: OccurrenceCode = ""
    unit_id: Id
    period: Period | None = None


class SignReport(Asked, frozen=True, kw_only=True):
    """Sign the draft as it stands. `happened_on` is the day of the signature where it came before the entry."""

    signature: Signature
    document: Document | None = None


class RecordReminder(Asked, frozen=True, kw_only=True):
    """A reminder went out to the unit through `channel`, today or on the day `on`."""

    campaign_id: Id
    duty: Slug
    occurrence: OccurrenceCode = ""
    unit_id: Id
    kind: ReminderKind
    channel: Name
    on: date | None = None


class ReturnDuty(Asked, frozen=True, kw_only=True):
    reason: Personal


class AcceptDuty(Asked, frozen=True, kw_only=True):
    """The unit above accepts what was handed in."""


Command = SubmitDuty | ReturnDuty | AcceptDuty | PrepareReport | SignReport | RecordReminder

# --- Events ---------------------------------------------------------------------


class DutySubmitted(Message, frozen=True, kw_only=True):
    """`due_on` is the last day in time; `late` whether the day of entry lay after it."""

    campaign_id: Id
    duty: Slug
    occurrence: OccurrenceCode
    unit_id: Id
    receiver_id: Id | None
    kind: Slug
    name: Name
    proof: Name
    document: Document | None
    report: Sealed | None
    submitted_on: date
    due_on: date
    late: bool
    read_at: tuple[Read, ...]


class DutyReturned(Message, frozen=True, kw_only=True):
    reason: Sealed


class DutyResubmitted(Message, frozen=True, kw_only=True):
    """`late` is judged anew: what was handed in before stands in its own event."""

    proof: Name
    document: Document | None
    report: Sealed | None
    submitted_on: date
    due_on: date
    late: bool
    read_at: tuple[Read, ...]


class DutyAccepted(Message, frozen=True, kw_only=True):
    pass


class DutySent(Message, frozen=True, kw_only=True):
    """How and to whom what was just handed in went, and the signed figures that went with it, if there were any."""

    channel: Name | None
    addressees: tuple[Name, ...]
    sent_on: date
    period: Period | None
    figures: ReportFigures | None
    figures_position: int | None
    signature: Signature | None


class ReportPrepared(Message, frozen=True, kw_only=True):
    """The figures of `period` as the read models held them at `position` of the tenant's log, on `prepared_on`."""

    campaign_id: Id
    duty: Slug
    occurrence: OccurrenceCode
    unit_id: Id
    kind: Slug
    name: Name
    period: Period
    figures: ReportFigures
    position: int
    prepared_on: date
    read_at: tuple[Read, ...]


class ReportSigned(Message, frozen=True, kw_only=True):
    signature: Signature
    document: Document | None
    signed_on: date


class ReminderSent(Message, frozen=True, kw_only=True):
    """`on` is the day that it went out; `due_on` the last day in time that it spoke of."""

    campaign_id: Id
    duty: Slug
    occurrence: OccurrenceCode
    unit_id: Id
    kind: ReminderKind
    channel: Name
    on: date
    due_on: date
    read_at: tuple[Read, ...]


Event = (
    DutySubmitted | DutyReturned | DutyResubmitted | DutyAccepted
    | DutySent | ReportPrepared | ReportSigned | ReminderSent
)  # fmt: skip

# --- Refusals -------------------------------------------------------------------


class DutyUnknown(Absent):
    """Nothing was handed in yet under this id."""

    code = "duty.unknown"


class DutyNotInCampaign(Absent):
    """The campaign has no such duty, or no such time of it: one that falls due several times needs its occurrence."""

    code = "duty.not-in-campaign"


class CampaignNotRunning(Conflict):
    """The campaign is not launched, or was cancelled."""

    code = "duty.campaign-not-running"


class NotTheBearer(Forbidden):
    """The unit does not owe this duty."""

    code = "duty.not-the-bearer"


class DutyNotOpen(Conflict):
    """The duty cannot be done before its first day."""

    code = "duty.not-open"


class SubmittedOtherwise(Conflict):
    """Something else was handed in already, and was not returned."""

    code = "duty.submitted-otherwise"


class WrongState(Conflict):
    """The duty is not in the state that this step needs."""

    code = "duty.wrong-state"


class NotAReport(Conflict):
    """Figures are prepared for reports and reviews, and this duty is something else."""

    code = "duty.not-a-report"


class NothingPrepared(Conflict):
    """There are no figures to sign: the report was not prepared yet."""

    code = "duty.nothing-prepared"


class ReportNotSigned(Conflict):
    """The figures that were prepared are not signed, so that they cannot be handed in."""

    code = "duty.report-not-signed"


class SignedOtherwise(Conflict):
    """The report is signed: neither its figures nor its signature change any more, unless it is returned."""

    code = "duty.report-signed"


class RemindedOtherwise(Conflict):
    """This reminder went out already, on another day or through another channel."""

    code = "duty.reminded-otherwise"


# --- Facts ----------------------------------------------------------------------


class Owed(Message, frozen=True, kw_only=True):
    """One time that a duty falls due, as the campaign's directive says; `channel` and `addressees` too."""

    kind: Slug
    name: Name
    opens_on: date
    due_on: date
    channel: Name | None = None
    addressees: tuple[Name, ...] = ()


class Taken(Message, frozen=True, kw_only=True):
    """Figures that were counted for a report, and the position of the log that they are of."""

    period: Period
    figures: ReportFigures
    position: int


class Facts(Message, frozen=True, kw_only=True):
    """`owed` None: no such duty or time; `bears`: the unit owes it; `receiver_id`: the unit above, which accepts.
    `taken` are the figures of a report that can be prepared."""

    running: bool = False
    owed: Owed | None = None
    bears: bool = False
    receiver_id: str | None = None
    taken: Taken | None = None
    read: tuple[Read, ...] = ()
