"""A recorded step decided again, from the dossier's stream alone: its command and the facts that it was decided on, out
of its event, over the state before it."""

from datetime import date, datetime, time, timedelta

from domain.award.complaints import (
    ComplaintReceived,
    ComplaintResolved,
    ReceiveComplaint,
    ResolveAwardComplaint,
)
from domain.award.decide import decide
from domain.award.evolve import Award
from domain.award.messages import (
    AppraiseDossier,
    AwardCorrected,
    AwardDecided,
    AwardDeclined,
    AwardHeld,
    AwardNominated,
    AwardPresented,
    AwardPublished,
    AwardRecovered,
    AwardReleased,
    AwardRevoked,
    AwardVoted,
    CheckEligibility,
    Command,
    CompleteDossier,
    CorrectAward,
    CouncilOutcome,
    DecideAward,
    DeclineAward,
    DossierAppraised,
    DossierCompleted,
    DossierReturned,
    EligibilityChecked,
    Event,
    Facts,
    HoldAward,
    NominateAward,
    PresentAward,
    PublishForComment,
    RecordRecovery,
    ReleaseAward,
    ReturnDossier,
    RevokeAward,
    TakeVote,
)
from domain.award.parts import (
    AttachPart,
    ConcurrenceRecorded,
    PartAttached,
    PartRemoved,
    RecordConcurrence,
    RemovePart,
)
from domain.dates import ZONE, local_day
from domain.refusals import Refused

COMMANDS: dict[type[Event], type[Command]] = {
    AwardNominated: NominateAward,
    DossierReturned: ReturnDossier,
    DossierCompleted: CompleteDossier,
    DossierAppraised: AppraiseDossier,
    EligibilityChecked: CheckEligibility,
    AwardPublished: PublishForComment,
    AwardVoted: TakeVote,
    AwardDecided: DecideAward,
    AwardPresented: PresentAward,
    AwardDeclined: DeclineAward,
    AwardHeld: HoldAward,
    AwardReleased: ReleaseAward,
    AwardRevoked: RevokeAward,
    AwardCorrected: CorrectAward,
    AwardRecovered: RecordRecovery,
    PartAttached: AttachPart,
    PartRemoved: RemovePart,
    ConcurrenceRecorded: RecordConcurrence,
    ComplaintReceived: ReceiveComplaint,
    ComplaintResolved: ResolveAwardComplaint,
}
"""Which command each event comes of; a complaint is settled by the command of the event before it."""

GIVEN: dict[type[Event], tuple[str, ...]] = {
    EligibilityChecked: ("rule_set", "case", "read_at"),
    AwardVoted: ("meets_on", "vote", "minutes", "read_at"),
    AwardDecided: ("case", "outcome.granted", "outcome.decision", "read_at"),
}
"""What a decision was told of other streams: taken from its event, not gathered anew."""

SKEW = timedelta(minutes=1)
"""The database records a little after the server has decided, by a clock of its own: midnight may lie between."""


def is_decidable(award: Award, event: Event) -> bool:
    """Whether the stream alone has what the step was decided on: a nomination rests on the campaign, the units and the
    member of its day, which it cites and does not hold. A second one rests on the first."""
    return not isinstance(event, AwardNominated) or award.nominated is not None


def decide_again(
    award: Award, event: Event, *, happened_on: date | None, recorded_at: datetime, facts: Facts | None = None
) -> list[Event]:
    """What the command that `event` comes of gives over the state `award`, which was before it. `facts` None: those
    that the event pins.

    Raises:
        Refused: today it would not be carried out.
        AssertionError: the state before is one that no history of commands comes to.
    """
    command, known = command_of(event, happened_on), _facts(award, event) if facts is None else facts
    if isinstance(event, EligibilityChecked | AwardDecided):
        # The day that was judged on is one of the facts that are pinned.
        return decide(command, award, known, datetime.combine(event.case.day, time(12), ZONE))
    try:
        return decide(command, award, known, recorded_at)
    except Refused:
        for now in (recorded_at - SKEW, recorded_at + SKEW):
            if local_day(now) != local_day(recorded_at):
                return decide(command, award, known, now)
        raise


def command_of(event: Event, happened_on: date | None) -> Command:
    """The command as it was sent, as far as what came of it tells."""
    kind = COMMANDS[type(event)]
    if isinstance(event, AwardDecided):
        return DecideAward(
            happened_on=happened_on,
            decision=event.decision,
            signing_body=event.signing_body,
            prize_vnd=event.case.prize_vnd,
            signature=event.signature,
        )
    told = {name: getattr(event, name) for name in kind.__struct_fields__ if name in event.__struct_fields__}
    return kind(happened_on=happened_on, **told)


def _facts(award: Award, event: Event) -> Facts:
    match event:
        case EligibilityChecked(rule_set=rule_set, case=case, read_at=read):
            return Facts(rule_set=rule_set, case=case, read=read)
        case AwardVoted(session_id=session_id, meets_on=meets_on, vote=vote, minutes=minutes, read_at=read):
            outcome = CouncilOutcome(session_id=session_id, meets_on=meets_on, vote=vote, minutes=minutes)
            return Facts(outcome=outcome, read=read)
        case AwardDecided(case=case, read_at=read):
            return Facts(case=case, outcome=_outcome(award, event), read=read)
        case _:
            return Facts()


def _outcome(award: Award, event: AwardDecided) -> CouncilOutcome | None:
    """The council's word: its count as the dossier took it over, its quotas and its grant as the decision has them."""
    if award.voted is None:
        return None
    return CouncilOutcome(
        session_id=award.voted.session_id,
        meets_on=award.voted.meets_on,
        vote=award.voted.vote,
        minutes=award.voted.minutes,
        quotas=event.case.quotas,
        granted=True,
        decision=event.decision,
    )
