"""Commands, events, refusals and facts of a member."""

from datetime import date
from typing import Annotated, Literal

import msgspec

from domain.decider import Command as Asked
from domain.decider import Message, Name, Personal, Read, Sealed
from domain.ids import Id
from domain.paper import Document
from domain.refusals import Absent, Conflict
from domain.rules import DisciplineKind
from domain.titles import RecordTitle, StrikeTitle, TitleRecord, TitleStrike

Employment = Literal["direct-worker", "leader", "other"]
ErasureGround = Literal["request", "consent-withdrawn", "purpose-ended", "unlawful", "law"]
"""Why a person's data is erased: they asked for it, took their consent back, it has served its purpose, it was recorded
unlawfully, or a law says so."""
Year = Annotated[int, msgspec.Meta(ge=1990, le=2100)]

# --- Commands -------------------------------------------------------------------


class EnrolMember(Asked, frozen=True, kw_only=True):
    """Enter a person. `code` is the opaque code that lists show instead of the name; `person_id`, the stream's id, is
    filled in from it by whoever takes the command, so that a code stands for one person.
    """

    person_id: Id | None = None
    unit_id: Id
    code: Name
    full_name: Personal
    identity: Personal | None = None
    employment: Employment
    joined_on: date


class MoveMember(Asked, frozen=True, kw_only=True):
    unit_id: Id
    on: date


class ChangeEmployment(Asked, frozen=True, kw_only=True):
    employment: Employment
    on: date


class RecordDiscipline(Asked, frozen=True, kw_only=True):
    """A disciplinary decision took effect. `until` None: no end is stated."""

    kind: DisciplineKind
    on: date
    until: date | None = None
    ground: Personal


class LiftDiscipline(Asked, frozen=True, kw_only=True):
    """The discipline of this kind and day ended before its time."""

    kind: DisciplineKind
    on: date
    lifted_on: date


class ReportService(Asked, frozen=True, kw_only=True):
    """Months in service and working days absent in a year; `maternity`: the absence was maternity leave."""

    year: Year
    months_of_service: Annotated[int, msgspec.Meta(ge=0, le=12)]
    absent_days: Annotated[int, msgspec.Meta(ge=0, le=366)]
    maternity: bool = False


class MergeMember(Asked, frozen=True, kw_only=True):
    """This record and that of `into` are one person; `into` goes on."""

    into: Id


class LeaveMember(Asked, frozen=True, kw_only=True):
    on: date


class RejoinMember(Asked, frozen=True, kw_only=True):
    """Somebody who left is a member again, under the same record. `employment` None: as it was."""

    unit_id: Id
    employment: Employment | None = None
    on: date


class RecordMemberTitle(RecordTitle, frozen=True, kw_only=True):
    """The person holds a title from before the platform, or from outside."""


class StrikeMemberTitle(StrikeTitle, frozen=True, kw_only=True):
    """A title that was recorded of the person does not hold."""


class EraseMember(Asked, frozen=True, kw_only=True):
    """Destroy every key that the person's data is sealed with. `document` orders it, and must not name the person: a
    paper's title is not sealed. `request_id`: the request that it answers, needed where that is the ground."""

    ground: ErasureGround
    document: Document
    request_id: Id | None = None


Command = (
    EnrolMember | MoveMember | ChangeEmployment | RecordDiscipline
    | LiftDiscipline | ReportService | MergeMember | LeaveMember | RejoinMember | RecordMemberTitle | StrikeMemberTitle
    | EraseMember
)  # fmt: skip

# --- Events ---------------------------------------------------------------------


class MemberEnrolled(Message, frozen=True, kw_only=True):
    person_id: Id
    unit_id: Id
    code: Name
    full_name: Sealed
    identity: Sealed | None
    employment: Employment
    joined_on: date
    read_at: tuple[Read, ...]


class MemberMoved(Message, frozen=True, kw_only=True):
    unit_id: Id
    on: date
    read_at: tuple[Read, ...]


class EmploymentChanged(Message, frozen=True, kw_only=True):
    employment: Employment
    on: date


class DisciplineRecorded(Message, frozen=True, kw_only=True):
    kind: DisciplineKind
    on: date
    until: date | None
    ground: Sealed


class DisciplineLifted(Message, frozen=True, kw_only=True):
    kind: DisciplineKind
    on: date
    lifted_on: date


class ServiceReported(Message, frozen=True, kw_only=True):
    year: Year
    months_of_service: int
    absent_days: int
    maternity: bool


class MemberMerged(Message, frozen=True, kw_only=True):
    into: Id
    read_at: tuple[Read, ...]


class MemberLeft(Message, frozen=True, kw_only=True):
    on: date


class MemberRejoined(Message, frozen=True, kw_only=True):
    unit_id: Id
    employment: Employment
    on: date
    read_at: tuple[Read, ...]


class MemberTitleRecorded(TitleRecord, frozen=True, kw_only=True):
    """A title that the person holds from before, or from outside."""


class MemberTitleStruck(TitleStrike, frozen=True, kw_only=True):
    """The person does not hold it."""


class KeyDestroyed(Message, frozen=True, kw_only=True):
    """A subject whose key is destroyed. `commitment`: what the key was told by, in hexadecimal, which every token that
    a committing key sealed begins with; None: nothing was ever sealed for it, and nothing can be from now on."""

    subject: Name
    commitment: Name | None


class MemberErased(Message, frozen=True, kw_only=True):
    """The person's keys are destroyed, with those of records that were merged into theirs. What was decided stays."""

    ground: ErasureGround
    document: Document
    request_id: Id | None
    keys: tuple[KeyDestroyed, ...]
    read_at: tuple[Read, ...]


Event = (
    MemberEnrolled | MemberMoved | EmploymentChanged | DisciplineRecorded
    | DisciplineLifted | ServiceReported | MemberMerged | MemberLeft | MemberRejoined
    | MemberTitleRecorded | MemberTitleStruck | MemberErased
)  # fmt: skip

# --- Refusals -------------------------------------------------------------------


class MemberUnknown(Absent):
    """Nobody was enrolled under this id."""

    code = "member.unknown"


class UnitUnknown(Absent):
    """The unit does not exist, is dissolved, or has no union."""

    code = "member.unit-unknown"


class OtherMemberUnknown(Absent):
    """The record that this one is to be merged into does not exist, or is itself merged or closed."""

    code = "member.other-unknown"


class DisciplineUnknown(Absent):
    """No discipline of this kind and day is recorded."""

    code = "member.discipline-unknown"


class EnrolledOtherwise(Conflict):
    """Somebody was enrolled under this id already, with other particulars."""

    code = "member.enrolled-otherwise"


class RecordedOtherwise(Conflict):
    """A discipline of this kind and day is recorded already, with other particulars."""

    code = "member.recorded-otherwise"


class OutOfOrder(Conflict):
    """The day lies before the member joined, or before a later change of the same kind."""

    code = "member.out-of-order"


class MemberPresent(Conflict):
    """The person is a member: nobody comes back who has not left."""

    code = "member.present"


class MemberGone(Conflict):
    """The member has left, or the record was merged into another."""

    code = "member.gone"


class IsErased(Conflict):
    """The person's data was erased: nothing new is recorded about them."""

    code = "member.is-erased"


# --- Facts ----------------------------------------------------------------------


class Facts(Message, frozen=True, kw_only=True):
    """Whether the unit that the command names takes members; whether the record to merge into is active. `keys`: of
    everything that is sealed for the person, as they are before they are destroyed."""

    unit_open: bool = False
    other_active: bool = False
    keys: tuple[KeyDestroyed, ...] = ()
    read: tuple[Read, ...] = ()
