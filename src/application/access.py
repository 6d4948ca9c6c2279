"""Who may ask what: one table for commands and queries, and one rule for whose matters.

A role says which; the unit of the credential says whose: its own and those under it. What is not in the table is
refused.
"""

from enum import Enum

from application.lineage import lineage
from application.reading import Reader
from domain import allotment, delivery, demand, exemplar, request, unit, workbook
from domain.award import complaints, parts
from domain.award import messages as award
from domain.campaign import messages as campaign
from domain.cluster import messages as cluster
from domain.council import messages as council
from domain.decider import Command
from domain.duty import messages as duty
from domain.evaluation import messages as evaluation
from domain.member import messages as member
from domain.refusals import Absent, Forbidden
from domain.registration import messages as registration
from tenants.scope import Role, TenantScope


class Query(Enum):
    """What can be read."""

    UNITS = "units"
    MEMBERS = "members"
    HELD_DATA = "held-data"
    REQUESTS = "requests"
    TITLES_HELD = "titles-held"
    CAMPAIGNS = "campaigns"
    PHASE_SUMMARY = "phase-summary"
    REGISTRATIONS = "registrations"
    EXEMPLARS = "exemplars"
    CLUSTERS = "clusters"
    EVALUATIONS = "evaluations"
    AWARDS = "awards"
    AWARD_REPLAY = "award-replay"
    AWARD_PARTS = "award-parts"
    COUNCILS = "councils"
    DUTIES = "duties"
    REMINDERS = "reminders"
    ALLOTMENTS = "allotments"
    AUDIT_TRAIL = "audit-trail"
    IMPORTS = "imports"
    MARKED_WORKBOOK = "marked-workbook"
    TEMPLATES = "templates"
    EVENTS = "events"
    EVENT_TYPES = "event-types"
    PROOFS = "proofs"
    PROJECTIONS = "projections"
    ME = "me"


Asked = type[Command] | Query


class RoleDenied(Forbidden):
    """The credential's role may not ask this."""

    code = "access.role-denied"


class OutOfReach(Absent):
    """The matter lies outside the credential's units: for this credential it does not exist."""

    code = "access.out-of-reach"


OPERATOR, FEDERATION, UNIT = Role.OPERATOR, Role.FEDERATION_OFFICER, Role.UNIT_OFFICER
SECRETARY, AUDITOR, INTEGRATOR = Role.COUNCIL_SECRETARY, Role.AUDITOR, Role.INTEGRATOR
OFFICERS = frozenset({FEDERATION, UNIT, Role.SYSTEM})
FEDERATION_ONLY = frozenset({FEDERATION, Role.SYSTEM})
DECIDERS = frozenset({FEDERATION, UNIT, SECRETARY})
GROUPERS = frozenset({FEDERATION, SECRETARY, Role.SYSTEM})
READERS = frozenset({FEDERATION, UNIT, SECRETARY, AUDITOR})
EVERYBODY = frozenset({OPERATOR, FEDERATION, UNIT, SECRETARY, AUDITOR, INTEGRATOR})

COMMANDS: dict[type[Command], frozenset[Role]] = {
    unit.EstablishUnit: OFFICERS,
    unit.MoveUnit: FEDERATION_ONLY,
    unit.FoundUnion: OFFICERS,
    unit.ReportHeadcount: OFFICERS,
    unit.ReportAccident: OFFICERS,
    unit.RenameUnit: OFFICERS,
    unit.ChangeSector: OFFICERS,
    unit.DissolveUnit: FEDERATION_ONLY,
    unit.MergeUnit: FEDERATION_ONLY,
    unit.SplitUnit: FEDERATION_ONLY,
    unit.RecordUnitTitle: FEDERATION_ONLY,
    unit.StrikeUnitTitle: FEDERATION_ONLY,
    member.EnrolMember: OFFICERS,
    member.MoveMember: OFFICERS,
    member.ChangeEmployment: OFFICERS,
    member.RecordDiscipline: OFFICERS,
    member.LiftDiscipline: OFFICERS,
    member.ReportService: OFFICERS,
    member.MergeMember: FEDERATION_ONLY,
    member.LeaveMember: OFFICERS,
    member.RejoinMember: OFFICERS,
    member.RecordMemberTitle: FEDERATION_ONLY,
    member.StrikeMemberTitle: FEDERATION_ONLY,
    member.EraseMember: FEDERATION_ONLY,
    request.ReceiveRequest: FEDERATION_ONLY,
    request.GrantRequest: FEDERATION_ONLY,
    request.DenyRequest: FEDERATION_ONLY,
    request.CarryOutErasure: FEDERATION_ONLY,
    campaign.DraftCampaign: OFFICERS,
    campaign.LaunchCampaign: OFFICERS,
    campaign.OpenPhase: OFFICERS,
    campaign.ClosePhase: OFFICERS,
    campaign.AmendCampaign: OFFICERS,
    campaign.ReviewCampaign: OFFICERS,
    campaign.InterpretClause: OFFICERS,
    campaign.AdmitTitle: OFFICERS,
    campaign.ConcludeCampaign: OFFICERS,
    campaign.CancelCampaign: OFFICERS,
    allotment.AllotTarget: OFFICERS,
    registration.SubmitRegistration: OFFICERS,
    registration.ReturnRegistration: OFFICERS,
    registration.ResubmitRegistration: OFFICERS,
    registration.AcceptCompact: OFFICERS,
    registration.ConfirmRegistration: OFFICERS,
    registration.WithdrawRegistration: OFFICERS,
    registration.ReportProgress: OFFICERS,
    registration.CompleteRegistration: OFFICERS,
    registration.RecogniseWork: OFFICERS,
    registration.AttachPlaque: OFFICERS,
    registration.PutUnderReview: OFFICERS,
    registration.RecogniseInitiative: OFFICERS,
    registration.RefuseInitiative: OFFICERS,
    registration.WithdrawRecognition: OFFICERS,
    registration.MoveLaunch: OFFICERS,
    registration.RecordLaunchHeld: OFFICERS,
    exemplar.RegisterExemplar: OFFICERS,
    exemplar.RecogniseExemplar: OFFICERS,
    exemplar.SpreadExemplar: OFFICERS,
    exemplar.WithdrawExemplar: OFFICERS,
    cluster.FormCluster: GROUPERS,
    cluster.AdmitUnit: GROUPERS,
    cluster.ReleaseUnit: GROUPERS,
    cluster.NameLead: GROUPERS,
    cluster.RenameCluster: GROUPERS,
    cluster.DissolveCluster: GROUPERS,
    cluster.RankCluster: GROUPERS,
    cluster.ElectLeader: GROUPERS,
    cluster.AnnulElection: GROUPERS,
    evaluation.OpenEvaluation: OFFICERS,
    evaluation.SelfScore: OFFICERS,
    evaluation.CrossScore: OFFICERS,
    evaluation.AppraiseEvaluation: OFFICERS,
    evaluation.AdjustScore: OFFICERS,
    evaluation.AdjustBonus: OFFICERS,
    evaluation.ClassifyEvaluation: OFFICERS,
    evaluation.Complain: OFFICERS,
    evaluation.ResolveComplaint: OFFICERS,
    evaluation.FinaliseEvaluation: OFFICERS,
    award.NominateAward: OFFICERS,
    award.ReturnDossier: OFFICERS,
    award.CompleteDossier: OFFICERS,
    award.AppraiseDossier: OFFICERS,
    award.CheckEligibility: DECIDERS,
    award.PublishForComment: DECIDERS,
    award.TakeVote: DECIDERS,
    award.DecideAward: DECIDERS,
    award.PresentAward: OFFICERS,
    award.DeclineAward: DECIDERS,
    award.HoldAward: DECIDERS,
    award.ReleaseAward: DECIDERS,
    award.RevokeAward: OFFICERS,
    award.CorrectAward: DECIDERS,
    award.RecordRecovery: OFFICERS,
    parts.AttachPart: DECIDERS,
    parts.RemovePart: DECIDERS,
    parts.RecordConcurrence: DECIDERS,
    complaints.ReceiveComplaint: DECIDERS,
    complaints.ResolveAwardComplaint: DECIDERS,
    council.ConveneCouncil: DECIDERS,
    council.ReplaceSeat: DECIDERS,
    council.MoveSession: DECIDERS,
    council.ListDossiers: DECIDERS,
    council.RecordRecusal: DECIDERS,
    council.RecordAttendance: DECIDERS,
    council.RecordResult: DECIDERS,
    council.OpenBallot: DECIDERS,
    council.DrawVotingCode: DECIDERS,
    council.CloseBallot: DECIDERS,
    council.AdoptBallot: DECIDERS,
    council.CheckQuota: DECIDERS,
    council.IssueDecision: DECIDERS,
    council.CancelSession: DECIDERS,
    duty.SubmitDuty: OFFICERS,
    duty.ReturnDuty: OFFICERS,
    duty.AcceptDuty: OFFICERS,
    duty.PrepareReport: OFFICERS,
    duty.SignReport: OFFICERS,
    duty.RecordReminder: OFFICERS | {INTEGRATOR},
    workbook.RecordImport: OFFICERS,
    demand.DemandDuty: OFFICERS,
    demand.WithdrawDemand: OFFICERS,
    delivery.AcknowledgeDirective: OFFICERS,
    delivery.RecordDelivery: OFFICERS,
}

GIVEN_FROM_ABOVE = frozenset({allotment.AllotTarget})
"""What a unit is given by one above it, and cannot give to itself."""

IN_WHOSE_NAME: dict[type[Command], str] = {registration.RecogniseInitiative: "recogniser_id"}
"""The field that says which unit acts, where it may be another than the one whose matter it is: both must lie in the
caller's subtree."""

QUERIES: dict[Query, frozenset[Role]] = {
    Query.UNITS: EVERYBODY,
    Query.MEMBERS: READERS,
    Query.HELD_DATA: frozenset({FEDERATION}),
    Query.REQUESTS: frozenset({FEDERATION, AUDITOR}),
    Query.TITLES_HELD: READERS,
    Query.CAMPAIGNS: EVERYBODY,
    Query.PHASE_SUMMARY: READERS,
    Query.REGISTRATIONS: READERS,
    Query.EXEMPLARS: READERS,
    Query.CLUSTERS: READERS,
    Query.EVALUATIONS: READERS,
    Query.AWARDS: READERS,
    Query.AWARD_REPLAY: READERS,
    Query.AWARD_PARTS: READERS,
    Query.COUNCILS: READERS,
    Query.DUTIES: READERS,
    Query.REMINDERS: READERS | {INTEGRATOR},
    Query.ALLOTMENTS: READERS,
    Query.AUDIT_TRAIL: READERS,
    Query.IMPORTS: READERS,
    Query.MARKED_WORKBOOK: frozenset({FEDERATION, UNIT}),
    Query.TEMPLATES: READERS,
    Query.EVENTS: frozenset({INTEGRATOR, AUDITOR}),
    Query.EVENT_TYPES: EVERYBODY,
    Query.PROOFS: EVERYBODY,
    Query.PROJECTIONS: frozenset({OPERATOR, FEDERATION, AUDITOR, INTEGRATOR}),
    Query.ME: EVERYBODY,
}


def authorise(scope: TenantScope, asked: Asked) -> None:
    """Raises: RoleDenied, where the role may not ask this of anybody."""
    allowed = QUERIES[asked] if isinstance(asked, Query) else COMMANDS.get(asked, frozenset())
    if scope.role not in allowed:
        raise RoleDenied(role=scope.role.value)


async def reach(scope: TenantScope, unit_id: str | None, reader: Reader, *, from_above: bool = False) -> None:
    """Raises: OutOfReach, where the matter of `unit_id` (None: the federation's own) is not in the scope's subtree.

    A matter that does not exist belongs to no unit, so to a scope of one unit it answers the same. `from_above`: the
    unit's own credential does not do either.
    """
    if scope.unit_id is None:
        return
    line = [identity for identity, _ in await lineage(reader, unit_id)] if unit_id else []
    if scope.unit_id not in (line[1:] if from_above else line):
        raise OutOfReach()
