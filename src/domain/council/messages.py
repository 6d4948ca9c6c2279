"""Commands, events and facts of a council session."""

from datetime import date, datetime
from typing import Annotated, Literal

import msgspec

from domain.decider import Command as Asked
from domain.decider import Message, Name, Personal, Read, Sealed
from domain.ids import Id, Slug
from domain.paper import Document, Signature
from domain.rules import Count, QuotaCount, Reason, RuleSet, VoteCount

Ballot = Literal["minutes", "electronic"]
"""How a session votes: on paper, its result entered from the counting minutes; or into the platform's ballot box."""
Conflict = Literal["own-award", "relative", "proposer", "other"]
Instant = Annotated[datetime, msgspec.Meta(tz=True)]


class Seat(Message, frozen=True, kw_only=True):
    """A seat of the council, held by an office; `person_id` where it is known who holds it."""

    seat: Slug
    office: Name
    person_id: Id | None = None


class Tally(Message, frozen=True, kw_only=True):
    """A dossier's ballots: sums only, so that nobody's vote can be told."""

    award_id: Id
    votes_for: Count
    votes_against: Count
    votes_invalid: Count = 0


class Paper(Message, frozen=True, kw_only=True):
    """A ballot paper: dossiers that the same seats may vote on, with a key of its own, so that who has withdrawn from
    them gets none. `modulus` is the RSA public key's, in hexadecimal; the exponent is 65537."""

    number: Annotated[int, msgspec.Meta(ge=1)]
    award_ids: tuple[Id, ...]
    seats: tuple[Slug, ...]
    modulus: str


class PaperSums(Message, frozen=True, kw_only=True):
    """What lay in the box for one paper: `taken` the seats that took it, in the order of the roster; `cast` ballots."""

    number: int
    taken: tuple[Slug, ...]
    cast: Count
    tallies: tuple[Tally, ...]


# --- Commands -------------------------------------------------------------------


class ConveneCouncil(Asked, frozen=True, kw_only=True):
    """Call the council of a unit to vote on the dossiers for one title. `chair` is a seat of the roster."""

    unit_id: Id
    campaign_id: Id
    title: Name
    meets_on: date
    roster: Annotated[tuple[Seat, ...], msgspec.Meta(min_length=1, max_length=99)]
    chair: Slug
    ballot: Ballot = "minutes"


class ReplaceSeat(Asked, frozen=True, kw_only=True):
    """Another person, or another office, holds a seat from now on. Whoever held it takes their recusals along."""

    seat: Slug
    office: Name
    person_id: Id | None = None


class MoveSession(Asked, frozen=True, kw_only=True):
    """The council meets on another day; the dossiers on the list must be published long enough for that one too."""

    meets_on: date
    reason: Name


class ListDossiers(Asked, frozen=True, kw_only=True):
    """Put published dossiers on the session's list."""

    award_ids: Annotated[tuple[Id, ...], msgspec.Meta(min_length=1, max_length=5_000)]


class RecordRecusal(Asked, frozen=True, kw_only=True):
    """A seat does not vote on some dossiers of the list (`award_ids` left out: on none), for a conflict of interest."""

    seat: Slug
    award_ids: Annotated[tuple[Id, ...], msgspec.Meta(min_length=1, max_length=5_000)] | None = None
    conflict: Conflict
    reason: Personal | None = None


class RecordAttendance(Asked, frozen=True, kw_only=True):
    """Which seats voted: in the room, and absent but in writing. Kept apart from what was voted."""

    present: tuple[Slug, ...]
    in_writing: tuple[Slug, ...] = ()


class RecordResult(Asked, frozen=True, kw_only=True):
    """The counting minutes: ballots issued and returned, and the sums for each dossier on the list."""

    minutes: Document
    ballots_issued: Count
    returned_in_room: Count
    returned_in_writing: Count = 0
    tallies: tuple[Tally, ...]


class OpenBallot(Asked, frozen=True, kw_only=True):
    """Open the electronic ballot until `closes_at`. `moduli` are the papers' keys, drawn by the server."""

    closes_at: Instant
    moduli: tuple[str, ...] = ()


class DrawVotingCode(Asked, frozen=True, kw_only=True):
    """Draw a seat's voting code; one that was drawn before is void. `number`: 1 for its first, 2 for the next …"""

    seat: Slug
    number: Annotated[int, msgspec.Meta(ge=1)] = 1


class CloseBallot(Asked, frozen=True, kw_only=True):
    """Close the ballot with what lay in the box: `sums` are the server's, one a paper."""

    sums: tuple[PaperSums, ...] = ()


class AdoptBallot(Asked, frozen=True, kw_only=True):
    """The counting minutes of an electronic ballot take over the box's sums as the result."""

    minutes: Document


class CheckQuota(Asked, frozen=True, kw_only=True):
    """Hold the whole list against the quotas; `withheld` are approved dossiers that are left out to keep them."""

    withheld: tuple[Id, ...] = ()


class IssueDecision(Asked, frozen=True, kw_only=True):
    """One decision for the list."""

    decision: Document
    signing_body: Name
    signature: Signature | None = None


class CancelSession(Asked, frozen=True, kw_only=True):
    reason: Name


Command = (
    ConveneCouncil | ReplaceSeat | MoveSession | ListDossiers | RecordRecusal | RecordAttendance | RecordResult
    | OpenBallot | DrawVotingCode | CloseBallot | AdoptBallot | CheckQuota | IssueDecision | CancelSession
)  # fmt: skip

# --- Events ---------------------------------------------------------------------


class CouncilConvened(Message, frozen=True, kw_only=True):
    """The rule set with its quorum, vote share and quotas is pinned whole."""

    unit_id: Id
    campaign_id: Id
    title: Name
    meets_on: date
    roster: tuple[Seat, ...]
    chair: Slug
    rule_set: RuleSet
    read_at: tuple[Read, ...]
    ballot: Ballot = "minutes"


class SeatReplaced(Message, frozen=True, kw_only=True):
    seat: Slug
    office: Name
    person_id: Id | None


class Listed(Message, frozen=True, kw_only=True):
    """A dossier on the list, and what the rules say of its publication."""

    award_id: Id
    published_from: date
    published_until: date
    reasons: tuple[Reason, ...]


class DossiersListed(Message, frozen=True, kw_only=True):
    listed: tuple[Listed, ...]
    read_at: tuple[Read, ...]


class SessionMoved(Message, frozen=True, kw_only=True):
    """`listed` is the whole list, its publication judged again by the new day."""

    meets_on: date
    reason: Name
    listed: tuple[Listed, ...]


class RecusalRecorded(Message, frozen=True, kw_only=True):
    """`award_ids` None: every dossier of the list."""

    seat: Slug
    award_ids: tuple[Id, ...] | None
    conflict: Conflict
    reason: Sealed | None


class AttendanceRecorded(Message, frozen=True, kw_only=True):
    present: tuple[Slug, ...]
    in_writing: tuple[Slug, ...]


class Counted(Message, frozen=True, kw_only=True):
    """A dossier's count against the full roster, and whether quorum and share approve it."""

    award_id: Id
    vote: VoteCount
    reasons: tuple[Reason, ...]
    approved: bool


class ResultRecorded(Message, frozen=True, kw_only=True):
    minutes: Document
    ballots_issued: Count
    returned_in_room: Count
    returned_in_writing: Count
    counted: tuple[Counted, ...]


class BallotOpened(Message, frozen=True, kw_only=True):
    closes_at: Instant
    papers: tuple[Paper, ...]
    read_at: tuple[Read, ...]


class VotingCodeDrawn(Message, frozen=True, kw_only=True):
    """That a code was drawn, never the code itself. `number` counts the codes of the seat."""

    seat: Slug
    number: int


class BallotClosed(Message, frozen=True, kw_only=True):
    """Sums alone: nothing here, nor anywhere, joins a seat to a vote, or says in which order ballots came."""

    sums: tuple[PaperSums, ...]


class QuotaChecked(Message, frozen=True, kw_only=True):
    """`granted` is the list as it would be decided; `fits` whether no quota stands in its way."""

    granted: tuple[Id, ...]
    withheld: tuple[Id, ...]
    counts: tuple[QuotaCount, ...]
    reasons: tuple[Reason, ...]
    fits: bool
    read_at: tuple[Read, ...]


class DecisionIssued(Message, frozen=True, kw_only=True):
    decision: Document
    signing_body: Name
    granted: tuple[Id, ...]
    not_granted: tuple[Id, ...]
    signature: Signature | None = None


class SessionCancelled(Message, frozen=True, kw_only=True):
    reason: Name


Event = (
    CouncilConvened | SeatReplaced | SessionMoved | DossiersListed | RecusalRecorded | AttendanceRecorded
    | ResultRecorded | BallotOpened | VotingCodeDrawn | BallotClosed | QuotaChecked | DecisionIssued | SessionCancelled
)  # fmt: skip

# --- Facts ----------------------------------------------------------------------


class Dossier(Message, frozen=True, kw_only=True):
    """A dossier for this campaign and title; `ready`: published, not held, not decided.

    `person_id`: whom it proposes; None: a collective.
    """

    award_id: Id
    ready: bool
    held: bool = False
    person_id: Id | None = None
    published_from: date | None = None
    published_until: date | None = None


class Denominator(Message, frozen=True, kw_only=True):
    """How many there are of what a quota is a share `of`, on the day it is frozen, and how many are granted already."""

    of: Slug
    whole: Count
    granted_already: Count = 0
    frozen_on: date


class Facts(Message, frozen=True, kw_only=True):
    """Convening: `campaign_open`, `unit_known`, `rule_set` of the title (None: no such title). Listing: the `dossiers`
    named that exist. Counting, opening a ballot, deciding: those of the list. Checking: the `denominators` of the
    pinned quotas that are known."""

    campaign_open: bool = False
    unit_known: bool = False
    rule_set: RuleSet | None = None
    dossiers: tuple[Dossier, ...] = ()
    denominators: tuple[Denominator, ...] = ()
    read: tuple[Read, ...] = ()
