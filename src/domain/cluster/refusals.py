"""Why a cluster says no."""

from domain.refusals import Absent, Conflict


class ClusterUnknown(Absent):
    """No cluster was formed under this id."""

    code = "cluster.unknown"


class UnitUnknown(Absent):
    """The unit does not exist, is dissolved, or lies outside the union that groups the cluster."""

    code = "cluster.unit-unknown"


class CampaignUnknown(Absent):
    """The campaign does not exist."""

    code = "cluster.campaign-unknown"


class ElectionUnknown(Absent):
    """No leader was elected for this period."""

    code = "cluster.election-unknown"


class FormedOtherwise(Conflict):
    """A cluster was formed under this code already, with other particulars."""

    code = "cluster.formed-otherwise"


class UnitTaken(Conflict):
    """The unit is in another cluster of this kind on that day."""

    code = "cluster.unit-taken"


class AdmittedOtherwise(Conflict):
    """The unit has been in the cluster since another day."""

    code = "cluster.admitted-otherwise"


class ReleasedOtherwise(Conflict):
    """The unit left the cluster on another day."""

    code = "cluster.released-otherwise"


class NotAMember(Conflict):
    """The unit is not in the cluster on that day."""

    code = "cluster.not-a-member"


class OutOfOrder(Conflict):
    """The day lies before the cluster was formed, or before a later change of the same kind."""

    code = "cluster.out-of-order"


class Dissolved(Conflict):
    """The cluster was dissolved."""

    code = "cluster.dissolved"


class CampaignNotRunning(Conflict):
    """The campaign was never launched, or was cancelled."""

    code = "cluster.campaign-not-running"


class NotAllFinal(Conflict):
    """Members have no final evaluation for the period, and were not left out with a reason."""

    code = "cluster.not-all-final"


class SeveralTables(Conflict):
    """The members were scored by different tables, or versions of one: their totals do not compare."""

    code = "cluster.several-tables"


class NotRanked(Conflict):
    """The cluster had not ranked the period when the election was held."""

    code = "cluster.not-ranked"


class ElectionTied(Conflict):
    """Several have the most votes: the cluster votes again."""

    code = "cluster.election-tied"


class NoMajority(Conflict):
    """Nobody has the majority of all members: the cluster votes again."""

    code = "cluster.no-majority"


class ElectedOtherwise(Conflict):
    """A leader was elected for the period already; only a paper that annuls the election makes room for another."""

    code = "cluster.elected-otherwise"


class AnnulledOtherwise(Conflict):
    """The election was annulled by another paper, or for another ground."""

    code = "cluster.annulled-otherwise"


class MinutesAnnulled(Conflict):
    """These minutes are of an election that was annulled: a new one has its own."""

    code = "cluster.minutes-annulled"
