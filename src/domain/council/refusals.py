"""Why a council session may refuse a command."""

from domain.refusals import Absent, Conflict, Invalid


class SessionUnknown(Absent):
    """No council was convened under this id."""

    code = "council.unknown"


class UnitUnknown(Absent):
    """The unit that convenes does not exist, or is dissolved."""

    code = "council.unit-unknown"


class TitleUnknown(Absent):
    """The campaign has no such title, or the title no rules."""

    code = "council.title-unknown"


class DossierUnknown(Absent):
    """There is no such dossier for this campaign and title."""

    code = "council.dossier-unknown"


class CampaignNotOpen(Conflict):
    """The campaign was never launched, or was cancelled."""

    code = "council.campaign-not-open"


class ConvenedOtherwise(Conflict):
    """A council was convened under this id already, in another way."""

    code = "council.convened-otherwise"


class DossierNotReady(Conflict):
    """The dossier is not published, is held, or is decided already."""

    code = "council.dossier-not-ready"


class PublishedTooShort(Conflict):
    """The dossier was not published long enough before the council meets."""

    code = "council.published-too-short"


class NotYetMet(Conflict):
    """The day of the session has not come."""

    code = "council.not-yet-met"


class WrongState(Conflict):
    """The session is not in the state that this step needs."""

    code = "council.wrong-state"


class RecordedOtherwise(Conflict):
    """This was recorded already, in another way."""

    code = "council.recorded-otherwise"


class QuotaExceeded(Conflict):
    """A quota stands in the way of the list, or was not checked. Facts: `obstacles`."""

    code = "council.quota-exceeded"


class OffRoster(Invalid):
    """Somebody is named who has no seat in this council, and so no vote."""

    code = "council.off-roster"


class SecondVote(Invalid):
    """A seat is named twice among those who voted: nobody votes twice."""

    code = "council.second-vote"


class NotRecused(Conflict):
    """A seat's holder is proposed by a dossier and has not withdrawn from it. Facts: `seat`, `award_id`."""

    code = "council.not-recused"


class NoQuorum(Conflict):
    """Too few were present for anything to be decided. Facts: `obstacles`."""

    code = "council.no-quorum"


class DossierOnHold(Conflict):
    """The list would grant a dossier that is on hold: release it, or withhold it from the list."""

    code = "council.dossier-on-hold"


class CountedByBox(Conflict):
    """The session votes electronically: its sums come from the ballot box, not from minutes."""

    code = "council.counted-by-box"


class VotesOnPaper(Conflict):
    """The session votes on paper: it has no ballot box."""

    code = "council.votes-on-paper"


class BallotOpen(Conflict):
    """The electronic ballot is open: it is closed first."""

    code = "council.ballot-open"


class BallotNotOver(Conflict):
    """The ballot's end has not come, and not every seat has voted. Facts: `closes_at`."""

    code = "council.ballot-not-over"


class BallotOver(Conflict):
    """The ballot is closed. Facts: `closes_at`."""

    code = "ballot.closed"
