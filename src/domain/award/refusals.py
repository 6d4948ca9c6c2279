"""Why an award dossier may be refused a step."""

from domain.refusals import Absent, Conflict


class AwardUnknown(Absent):
    """Nobody was nominated under this id."""

    code = "award.unknown"


class TitleUnknown(Absent):
    """The campaign has no such title."""

    code = "award.title-unknown"


class UnitUnknown(Absent):
    """The unit does not exist, is dissolved, or lies outside the campaign."""

    code = "award.unit-unknown"


class PersonUnknown(Absent):
    """The person is not a member of the unit."""

    code = "award.person-unknown"


class RulesUnknown(Absent):
    """The title's rule set, or what it must know of the case, cannot be found."""

    code = "award.rules-unknown"


class VoteUnknown(Absent):
    """The council session has not counted this dossier."""

    code = "award.vote-unknown"


class PartUnknown(Absent):
    """The dossier has no such file."""

    code = "award.part-unknown"


class ComplaintUnknown(Absent):
    """There is no complaint of this number."""

    code = "award.complaint-unknown"


class CampaignNotOpen(Conflict):
    """The campaign was never launched, or was cancelled."""

    code = "award.campaign-not-open"


class NominatedOtherwise(Conflict):
    """A dossier was opened under this id already, with other particulars."""

    code = "award.nominated-otherwise"


class SubjectNotForTitle(Conflict):
    """The title is not for such a subject: a person or a collective."""

    code = "award.subject-not-for-title"


class NoFastPath(Conflict):
    """The title has no fast path, or this is no ad-hoc feat."""

    code = "award.no-fast-path"


class WrongState(Conflict):
    """The dossier is not in the state that this step needs."""

    code = "award.wrong-state"


class NotSupported(Conflict):
    """The unit above did not support the dossier; it can be declined or returned."""

    code = "award.not-supported"


class NotEligible(Conflict):
    """Rules stand in the way. Facts: `obstacles`, each with its figures and its paper."""

    code = "award.not-eligible"


class NotApproved(Conflict):
    """The council did not approve the dossier, or its decision does not grant it."""

    code = "award.not-approved"


class OnHold(Conflict):
    """Something is pending: a discipline, an inspection, a complaint or an allegation."""

    code = "award.on-hold"


class NotHeld(Conflict):
    """Nothing of this kind is pending."""

    code = "award.not-held"


class DecidedOtherwise(Conflict):
    """The award was decided, presented, revoked or corrected already, in another way."""

    code = "award.decided-otherwise"


class TooManyFiles(Conflict):
    """The dossier holds as many files as one may."""

    code = "award.too-many-files"


class AttachedOtherwise(Conflict):
    """The same file is in the dossier already, under another name or media type."""

    code = "award.attached-otherwise"


class ConcurredOtherwise(Conflict):
    """The body has answered already by this document, otherwise."""

    code = "award.concurred-otherwise"


class ComplaintTooLate(Conflict):
    """The days after the decision in which it could be complained of were over."""

    code = "award.complaint-too-late"


class ResolvedOtherwise(Conflict):
    """The complaint was answered already, in another way."""

    code = "award.complaint-resolved-otherwise"


class RecoveredTooMuch(Conflict):
    """More would have come back than is owed."""

    code = "award.recovered-too-much"


class RecoveredOtherwise(Conflict):
    """By this document something else was recovered already."""

    code = "award.recovered-otherwise"
