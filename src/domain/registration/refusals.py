"""Why a registration may be refused a step."""

from domain.refusals import Absent, Conflict, Forbidden


class RegistrationUnknown(Absent):
    """Nothing was registered under this id."""

    code = "registration.unknown"


class CampaignUnknown(Absent):
    """The campaign does not exist."""

    code = "registration.campaign-unknown"


class UnitUnknown(Absent):
    """The unit does not exist, is dissolved, has no union, or lies outside the campaign."""

    code = "registration.unit-unknown"


class PersonUnknown(Absent):
    """The person is not a member of the unit."""

    code = "registration.person-unknown"


class CampaignNotRunning(Conflict):
    """The campaign is not launched, or is over; of what is registered already: it was cancelled."""

    code = "registration.campaign-not-running"


class RegistrationClosed(Conflict):
    """The last day had passed, and the campaign refuses what comes late."""

    code = "registration.closed"


class RegisteredOtherwise(Conflict):
    """This registration exists already, with other contents."""

    code = "registration.registered-otherwise"


class RegistrationNotOpen(Conflict):
    """The registration is not in the state that this step needs."""

    code = "registration.wrong-state"


class PlaqueNotGranted(Conflict):
    """The recognition granted no plaque."""

    code = "registration.plaque-not-granted"


class RecordedOtherwise(Conflict):
    """This was recorded already, with other particulars."""

    code = "registration.recorded-otherwise"


class ScopeTooWide(Conflict):
    """The scope is wider than the level of the unit whose council recognises."""

    code = "registration.scope-too-wide"


class CompactNotBinding(Conflict):
    """Not every party of the compact has signed."""

    code = "registration.compact-not-binding"


class NotAParty(Forbidden):
    """The unit is no party of the compact."""

    code = "registration.not-a-party"
