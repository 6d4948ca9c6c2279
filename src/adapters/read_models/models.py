"""Every read model, by name: the one list that the projector, the rebuild and the status go by."""

from adapters.read_models.allotments import ALLOTMENT_MODEL
from adapters.read_models.awards import AWARD_MODEL
from adapters.read_models.campaigns import CAMPAIGN_MODEL
from adapters.read_models.clusters import CLUSTER_MODEL
from adapters.read_models.councils import COUNCIL_MODEL
from adapters.read_models.deliveries import DELIVERY_MODEL
from adapters.read_models.demands import DEMAND_MODEL
from adapters.read_models.duties import DUTY_MODEL
from adapters.read_models.evaluations import EVALUATION_MODEL
from adapters.read_models.exemplars import EXEMPLAR_MODEL
from adapters.read_models.findings import FINDING_MODEL
from adapters.read_models.imports import IMPORT_MODEL
from adapters.read_models.members import MEMBER_MODEL
from adapters.read_models.phase_counts import PHASE_COUNT_MODEL
from adapters.read_models.registrations import REGISTRATION_MODEL
from adapters.read_models.requests import REQUEST_MODEL
from adapters.read_models.titles import TITLE_MODEL
from adapters.read_models.trail import TRAIL_MODEL
from adapters.read_models.unit_history import UNIT_HISTORY_MODEL
from adapters.read_models.units import UNIT_MODEL

MODELS = (
    UNIT_MODEL,
    UNIT_HISTORY_MODEL,
    MEMBER_MODEL,
    CAMPAIGN_MODEL,
    ALLOTMENT_MODEL,
    REGISTRATION_MODEL,
    PHASE_COUNT_MODEL,
    EXEMPLAR_MODEL,
    CLUSTER_MODEL,
    EVALUATION_MODEL,
    AWARD_MODEL,
    FINDING_MODEL,
    COUNCIL_MODEL,
    DUTY_MODEL,
    IMPORT_MODEL,
    TITLE_MODEL,
    DEMAND_MODEL,
    DELIVERY_MODEL,
    REQUEST_MODEL,
    TRAIL_MODEL,
)
NAMES = tuple(model.name for model in MODELS)
