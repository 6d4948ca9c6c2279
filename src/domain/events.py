"""The catalogue: the one place that holds the stored names. A name or a version, once published, is for ever.

An event that changes its shape gets the next version here; the old class stays and its upcaster turns it into the next.
"""

from collections.abc import Callable
from typing import Any

import msgspec

from domain import allotment, delivery, demand, earlier, unit
from domain.award import messages as award
from domain.campaign import messages as campaign
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
    ("campaign.concluded", 1): campaign.CampaignConcluded,
    ("campaign.cancelled", 1): campaign.CampaignCancelled,
    ("target.allotted", 1): allotment.TargetAllotted,
    ("registration.submitted", 1): registration.RegistrationSubmitted,
    ("registration.returned", 1): registration.RegistrationReturned,
    ("registration.resubmitted", 1): registration.RegistrationResubmitted,
    ("registration.compact-accepted", 1): registration.CompactAccepted,
    ("registration.confirmed", 1): registration.RegistrationConfirmed,
    ("registration.withdrawn", 1): registration.RegistrationWithdrawn,
    ("registration.progressed", 1): registration.RegistrationProgressed,
    ("registration.completed", 1): registration.RegistrationCompleted,
    ("registration.work-recognised", 1): registration.WorkRecognised,
    ("registration.initiative-recognised", 1): registration.InitiativeRecognised,
    ("registration.initiative-refused", 1): registration.InitiativeRefused,
    ("unit.established", 1): unit.UnitEstablished,
    ("unit.moved", 1): unit.UnitMoved,
    ("unit.union-founded", 1): unit.UnionFounded,
    ("unit.headcount-reported", 1): unit.HeadcountReported,
    ("unit.renamed", 1): unit.UnitRenamed,
    ("unit.dissolved", 1): unit.UnitDissolved,
    ("member.enrolled", 1): member.MemberEnrolled,
    ("member.moved", 1): member.MemberMoved,
    ("member.employment-changed", 1): member.EmploymentChanged,
    ("member.discipline-recorded", 1): member.DisciplineRecorded,
    ("member.discipline-lifted", 1): member.DisciplineLifted,
    ("member.service-reported", 1): member.ServiceReported,
    ("member.merged", 1): member.MemberMerged,
    ("member.left", 1): member.MemberLeft,
    ("evaluation.opened", 1): earlier.EvaluationOpenedV1,
    ("evaluation.opened", 2): evaluation.EvaluationOpened,
    ("evaluation.self-scored", 1): evaluation.SelfScored,
    ("evaluation.cross-scored", 1): evaluation.CrossScored,
    ("evaluation.appraised", 1): evaluation.EvaluationAppraised,
    ("evaluation.score-adjusted", 1): evaluation.ScoreAdjusted,
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
    ("demand.made", 1): demand.DutyDemanded,
    ("demand.withdrawn", 1): demand.DemandWithdrawn,
    ("delivery.acknowledged", 1): delivery.DirectiveAcknowledged,
    ("delivery.recorded", 1): delivery.DeliveryRecorded,
    ("award.nominated", 1): award.AwardNominated,
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
    ("council.convened", 1): earlier.CouncilConvenedV1,
    ("council.convened", 2): council.CouncilConvened,
    ("council.dossiers-listed", 1): council.DossiersListed,
    ("council.attendance-recorded", 1): council.AttendanceRecorded,
    ("council.result-recorded", 1): earlier.ResultRecordedV1,
    ("council.result-recorded", 2): council.ResultRecorded,
    ("council.quota-checked", 1): council.QuotaChecked,
    ("council.decision-issued", 1): earlier.DecisionIssuedV1,
    ("council.decision-issued", 2): council.DecisionIssued,
    ("council.cancelled", 1): council.SessionCancelled,
}

UPCASTERS: dict[tuple[str, int], Callable[[Any], Message]] = {
    ("campaign.drafted", 1): earlier.widened(campaign.CampaignDrafted),
    ("campaign.amended", 1): earlier.widened(campaign.CampaignAmended),
    ("award.eligibility-checked", 1): earlier.widened(award.EligibilityChecked),
    ("award.voted", 1): earlier.widened(award.AwardVoted),
    ("award.decided", 1): earlier.widened(award.AwardDecided),
    ("council.convened", 1): earlier.widened(council.CouncilConvened),
    ("council.result-recorded", 1): earlier.widened(council.ResultRecorded),
    ("council.decision-issued", 1): earlier.widened(council.DecisionIssued),
    ("evaluation.opened", 1): earlier.widened(evaluation.EvaluationOpened),
}
"""(name, version) -> what turns that version's event into the next version's."""

_NAMES = {cls: name for name, cls in CATALOGUE.items()}
_DECODERS = {name: msgspec.json.Decoder(cls) for name, cls in CATALOGUE.items()}
_ENCODER = msgspec.json.Encoder()


class UnknownEvent(Exception):
    """The log holds an event that this release does not know: it is older than the log."""


def name_of(event: Message) -> tuple[str, int]:
    """The stored name and version of an event."""
    return _NAMES[type(event)]


def encode(event: Message) -> bytes:
    """The exact bytes that are stored and hashed."""
    return _ENCODER.encode(event)


def decode(name: str, version: int, data: bytes) -> Any:
    """The event in its newest shape.

    Raises:
        UnknownEvent: no such name and version was ever published by this release.
    """
    key = (name, version)
    if key not in _DECODERS:
        raise UnknownEvent(f"{name} v{version}")
    event: Any = _DECODERS[key].decode(data)
    while key in UPCASTERS:
        event = UPCASTERS[key](event)
        key = (key[0], key[1] + 1)
    return event


def schema(name: str, version: int) -> dict[str, Any]:
    """JSON Schema (2020-12) of what is stored under this name and version."""
    return msgspec.json.schema(CATALOGUE[name, version])
