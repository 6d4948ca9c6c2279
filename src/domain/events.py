"""The catalogue: the one place that holds the stored names. A name or a version, once published, is for ever.

An event that changes its shape gets the next version here; the old class stays and its upcaster turns it into the next.
"""

from collections.abc import Callable, Sequence
from itertools import groupby, islice
from operator import ne
from typing import Any

import msgspec

from domain import allotment, delivery, demand, earlier, epoch, exemplar, request, unit, workbook
from domain.award import complaints, parts
from domain.award import messages as award
from domain.campaign import messages as campaign
from domain.cluster import messages as cluster
from domain.council import messages as council
from domain.decider import Message
from domain.duty import messages as duty
from domain.evaluation import messages as evaluation
from domain.member import messages as member
from domain.registration import messages as registration

CATALOGUE: dict[tuple[str, int], type[Message]] = {
    ("campaign.drafted", 1): earlier.CampaignDraftedV1,
    ("campaign.drafted", 2): campaign.CampaignDrafted,
    ("campaign.launched", 1): campaign.CampaignLaunched,
    ("campaign.phase-opened", 1): campaign.PhaseOpened,
    ("campaign.phase-closed", 1): campaign.PhaseClosed,
    ("campaign.amended", 1): earlier.CampaignAmendedV1,
    ("campaign.amended", 2): campaign.CampaignAmended,
    ("campaign.reviewed", 1): campaign.CampaignReviewed,
    ("campaign.clause-interpreted", 1): campaign.ClauseInterpreted,
    ("campaign.title-admitted", 1): campaign.TitleAdmitted,
    ("campaign.concluded", 1): campaign.CampaignConcluded,
    ("campaign.cancelled", 1): campaign.CampaignCancelled,
    ("target.allotted", 1): allotment.TargetAllotted,
    ("demand.made", 1): demand.DutyDemanded,
    ("demand.withdrawn", 1): demand.DemandWithdrawn,
    ("delivery.acknowledged", 1): delivery.DirectiveAcknowledged,
    ("delivery.recorded", 1): delivery.DeliveryRecorded,
    ("registration.submitted", 1): registration.RegistrationSubmitted,
    ("registration.returned", 1): registration.RegistrationReturned,
    ("registration.resubmitted", 1): registration.RegistrationResubmitted,
    ("registration.compact-accepted", 1): registration.CompactAccepted,
    ("registration.confirmed", 1): registration.RegistrationConfirmed,
    ("registration.withdrawn", 1): registration.RegistrationWithdrawn,
    ("registration.progressed", 1): registration.RegistrationProgressed,
    ("registration.completed", 1): registration.RegistrationCompleted,
    ("registration.work-recognised", 1): registration.WorkRecognised,
    ("registration.put-under-review", 1): registration.InitiativeUnderReview,
    ("registration.initiative-recognised", 1): earlier.InitiativeRecognisedV1,
    ("registration.initiative-recognised", 2): registration.InitiativeRecognised,
    ("registration.initiative-refused", 1): registration.InitiativeRefused,
    ("registration.plaque-attached", 1): registration.PlaqueAttached,
    ("registration.recognition-withdrawn", 1): registration.RecognitionWithdrawn,
    ("registration.launch-moved", 1): registration.LaunchMoved,
    ("registration.launch-held", 1): registration.LaunchHeld,
    ("exemplar.registered", 1): exemplar.ExemplarRegistered,
    ("exemplar.recognised", 1): exemplar.ExemplarRecognised,
    ("exemplar.spread", 1): exemplar.ExemplarSpread,
    ("exemplar.withdrawn", 1): exemplar.ExemplarWithdrawn,
    ("unit.established", 1): earlier.UnitEstablishedV1,
    ("unit.established", 2): unit.UnitEstablished,
    ("unit.moved", 1): unit.UnitMoved,
    ("unit.union-founded", 1): unit.UnionFounded,
    ("unit.headcount-reported", 1): unit.HeadcountReported,
    ("unit.accident-reported", 1): unit.AccidentReported,
    ("unit.renamed", 1): unit.UnitRenamed,
    ("unit.dissolved", 1): unit.UnitDissolved,
    ("unit.sector-changed", 1): unit.SectorChanged,
    ("unit.merged", 1): unit.UnitMerged,
    ("unit.split", 1): unit.UnitSplit,
    ("unit.title-recorded", 1): unit.UnitTitleRecorded,
    ("unit.title-struck", 1): unit.UnitTitleStruck,
    ("cluster.formed", 1): cluster.ClusterFormed,
    ("cluster.unit-admitted", 1): cluster.UnitAdmitted,
    ("cluster.unit-released", 1): cluster.UnitReleased,
    ("cluster.lead-named", 1): cluster.LeadNamed,
    ("cluster.renamed", 1): cluster.ClusterRenamed,
    ("cluster.dissolved", 1): cluster.ClusterDissolved,
    ("cluster.ranked", 1): cluster.ClusterRanked,
    ("cluster.leader-elected", 1): cluster.LeaderElected,
    ("cluster.election-annulled", 1): cluster.ElectionAnnulled,
    ("member.enrolled", 1): member.MemberEnrolled,
    ("member.moved", 1): member.MemberMoved,
    ("member.employment-changed", 1): member.EmploymentChanged,
    ("member.discipline-recorded", 1): member.DisciplineRecorded,
    ("member.discipline-lifted", 1): member.DisciplineLifted,
    ("member.service-reported", 1): member.ServiceReported,
    ("member.merged", 1): member.MemberMerged,
    ("member.left", 1): member.MemberLeft,
    ("member.rejoined", 1): member.MemberRejoined,
    ("member.title-recorded", 1): member.MemberTitleRecorded,
    ("member.title-struck", 1): member.MemberTitleStruck,
    ("member.erased", 1): member.MemberErased,
    ("request.received", 1): request.RequestReceived,
    ("request.granted", 1): request.RequestGranted,
    ("request.denied", 1): request.RequestDenied,
    ("evaluation.opened", 1): earlier.EvaluationOpenedV1,
    ("evaluation.opened", 2): evaluation.EvaluationOpened,
    ("evaluation.self-scored", 1): evaluation.SelfScored,
    ("evaluation.cross-scored", 1): evaluation.CrossScored,
    ("evaluation.appraised", 1): evaluation.EvaluationAppraised,
    ("evaluation.score-adjusted", 1): evaluation.ScoreAdjusted,
    ("evaluation.bonus-adjusted", 1): evaluation.BonusAdjusted,
    ("evaluation.classified", 1): evaluation.EvaluationClassified,
    ("evaluation.complaint-made", 1): evaluation.ComplaintMade,
    ("evaluation.complaint-resolved", 1): evaluation.ComplaintResolved,
    ("evaluation.finalised", 1): evaluation.EvaluationFinalised,
    ("duty.submitted", 1): duty.DutySubmitted,
    ("duty.returned", 1): duty.DutyReturned,
    ("duty.resubmitted", 1): duty.DutyResubmitted,
    ("duty.accepted", 1): duty.DutyAccepted,
    ("duty.sent", 1): duty.DutySent,
    ("duty.report-prepared", 1): duty.ReportPrepared,
    ("duty.report-signed", 1): duty.ReportSigned,
    ("duty.reminder-sent", 1): duty.ReminderSent,
    ("award.nominated", 1): earlier.AwardNominatedV1,
    ("award.nominated", 2): award.AwardNominated,
    ("award.returned", 1): award.DossierReturned,
    ("award.completed", 1): award.DossierCompleted,
    ("award.appraised", 1): award.DossierAppraised,
    ("award.eligibility-checked", 1): earlier.EligibilityCheckedV1,
    ("award.eligibility-checked", 2): award.EligibilityChecked,
    ("award.published", 1): award.AwardPublished,
    ("award.voted", 1): earlier.AwardVotedV1,
    ("award.voted", 2): award.AwardVoted,
    ("award.decided", 1): earlier.AwardDecidedV1,
    ("award.decided", 2): award.AwardDecided,
    ("award.presented", 1): award.AwardPresented,
    ("award.declined", 1): award.AwardDeclined,
    ("award.held", 1): award.AwardHeld,
    ("award.released", 1): award.AwardReleased,
    ("award.revoked", 1): award.AwardRevoked,
    ("award.corrected", 1): award.AwardCorrected,
    ("award.recovered", 1): award.AwardRecovered,
    ("award.part-attached", 1): parts.PartAttached,
    ("award.part-removed", 1): parts.PartRemoved,
    ("award.concurrence-recorded", 1): parts.ConcurrenceRecorded,
    ("award.complaint-received", 1): complaints.ComplaintReceived,
    ("award.complaint-resolved", 1): complaints.ComplaintResolved,
    ("award.complaint-settled", 1): complaints.ComplaintSettled,
    ("council.convened", 1): earlier.CouncilConvenedV1,
    ("council.convened", 2): council.CouncilConvened,
    ("council.seat-replaced", 1): council.SeatReplaced,
    ("council.session-moved", 1): council.SessionMoved,
    ("council.dossiers-listed", 1): council.DossiersListed,
    ("council.recusal-recorded", 1): council.RecusalRecorded,
    ("council.attendance-recorded", 1): council.AttendanceRecorded,
    ("council.result-recorded", 1): earlier.ResultRecordedV1,
    ("council.result-recorded", 2): council.ResultRecorded,
    ("council.ballot-opened", 1): council.BallotOpened,
    ("council.voting-code-drawn", 1): council.VotingCodeDrawn,
    ("council.ballot-closed", 1): council.BallotClosed,
    ("council.quota-checked", 1): council.QuotaChecked,
    ("council.decision-issued", 1): earlier.DecisionIssuedV1,
    ("council.decision-issued", 2): council.DecisionIssued,
    ("council.cancelled", 1): council.SessionCancelled,
    ("workbook.imported", 1): workbook.WorkbookImported,
    ("log.epoch-opened", 1): epoch.EpochOpened,
}

UPCASTERS: dict[tuple[str, int], Callable[[Any], Message]] = {
    ("campaign.drafted", 1): earlier.widened(campaign.CampaignDrafted),
    ("campaign.amended", 1): earlier.widened(campaign.CampaignAmended),
    ("registration.initiative-recognised", 1): earlier.widened(registration.InitiativeRecognised),
    ("award.nominated", 1): earlier.widened(award.AwardNominated),
    ("award.eligibility-checked", 1): earlier.widened(award.EligibilityChecked),
    ("award.voted", 1): earlier.widened(award.AwardVoted),
    ("award.decided", 1): earlier.widened(award.AwardDecided),
    ("council.convened", 1): earlier.widened(council.CouncilConvened),
    ("council.result-recorded", 1): earlier.widened(council.ResultRecorded),
    ("council.decision-issued", 1): earlier.widened(council.DecisionIssued),
    ("evaluation.opened", 1): earlier.widened(evaluation.EvaluationOpened),
    ("unit.established", 1): earlier.widened(unit.UnitEstablished),
}
"""(name, version) -> what turns that version's event into the next version's."""

_NAMES = {cls: name for name, cls in CATALOGUE.items()}
_ENCODER = msgspec.json.Encoder()


RUN_EVENTS = 8
"""Where runs of one kind are as long on average, they are decoded one after the other."""


class UnknownEvent(Exception):
    """The log holds an event that this release does not know: it is older than the log."""


def name_of(event: Message) -> tuple[str, int]:
    """The stored name and version of an event."""
    return _NAMES[type(event)]


def encode(event: Message) -> bytes:
    """The exact bytes that are stored and hashed."""
    return _ENCODER.encode(event)


def kind_of(name: str, version: int) -> str:
    """Name and version in one: the name where the version is 1, else both with a space between."""
    return name if version == 1 else f"{name} {version}"


class _Reader:
    """What reads stored events of one name and version, and brings them up to their newest shape."""

    __slots__ = ("_decoder", "_raised", "one")

    def __init__(self, name: str, version: int) -> None:
        self._decoder = msgspec.json.Decoder(CATALOGUE[name, version])
        self._raised = list[Callable[[Any], Message]]()
        while (name, version) in UPCASTERS:
            self._raised.append(UPCASTERS[name, version])
            version += 1
        self.one: Callable[[bytes | msgspec.Raw], Any] = self._raise_one if self._raised else self._decoder.decode

    def _raise_one(self, data: bytes | msgspec.Raw) -> Any:
        event: Any = self._decoder.decode(data)
        for raise_ in self._raised:
            event = raise_(event)
        return event

    def each(self, lines: bytes, count: int) -> list[Any]:
        events: list[Any] = self._decoder.decode_lines(lines)
        if len(events) != count:
            raise msgspec.DecodeError(f"{count} events have {len(events)} lines of data")
        for raise_ in self._raised:
            events = [raise_(event) for event in events]
        return events


_READERS = {key: _Reader(*key) for key in CATALOGUE}
_READERS_OF_KINDS = {kind_of(*key): reader for key, reader in _READERS.items()}


def decode(name: str, version: int, data: bytes | msgspec.Raw) -> Any:
    """The event in its newest shape.

    Raises:
        UnknownEvent: no such name and version was ever published by this release.
    """
    reader = _READERS.get((name, version))
    if reader is None:
        raise UnknownEvent(f"{name} v{version}")
    return reader.one(data)


def decode_lines(kinds: Sequence[str], lines: bytes) -> list[Any]:
    """Events in their newest shape: of each its kind, as `kind_of` makes it, and its data, a line each, without line
    breaks within, as `encode` writes it.

    Raises:
        UnknownEvent: as `decode`.
        msgspec.DecodeError: the data of one is none of its kind, or there are more or fewer lines than kinds.
    """
    if not kinds:
        return []
    if sum(map(ne, kinds, islice(kinds, 1, None))) * RUN_EVENTS <= len(kinds):
        return _by_run(kinds, lines)
    read = {kind: _reader_of(kind).one for kind in set(kinds)}
    return [read[kind](line) for kind, line in zip(kinds, split_lines(lines, len(kinds)), strict=True)]


def _by_run(kinds: Sequence[str], lines: bytes) -> list[Any]:
    """The same, where like events follow each other, as in long streams: they are decoded all at once, and the lines of
    the last ones are not even cut apart."""
    *runs, (last, left) = [(kind, len(list(run))) for kind, run in groupby(kinds)]
    *split, rest = lines.split(b"\n", len(kinds) - left)
    events: list[Any] = []
    for kind, count in runs:
        at = len(events)
        events += _reader_of(kind).each(b"\n".join(split[at : at + count]), count)
    return events + _reader_of(last).each(rest, left)


def split_lines(lines: bytes, count: int) -> list[bytes]:
    """The data of so many events. Raises: msgspec.DecodeError: there are more or fewer lines."""
    split = lines.split(b"\n") if count else []
    if len(split) != count:
        raise msgspec.DecodeError(f"{count} events have {len(split)} lines of data")
    return split


def _reader_of(kind: str) -> _Reader:
    reader = _READERS_OF_KINDS.get(kind)
    if reader is None:
        raise UnknownEvent(kind)
    return reader


def schema(name: str, version: int) -> dict[str, Any]:
    """JSON Schema (2020-12) of what is stored under this name and version."""
    return msgspec.json.schema(CATALOGUE[name, version])
