"""Who learns who complained: the office that answers the complaint, and nobody whose work it may be about."""

from domain.award.evolve import Award
from tenants.scope import TenantScope


def may_learn_complainants(scope: TenantScope, award: Award) -> bool:
    """Whether the caller's office decides on the award, or looks after the whole federation."""
    deciding_unit_id = award.nominated.deciding_unit_id if award.nominated else None
    return scope.unit_id in (None, deciding_unit_id)
