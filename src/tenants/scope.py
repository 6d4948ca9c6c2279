"""Who asks, for which tenant: an explicit value in every call, never ambient."""

from enum import Enum

from domain.decider import Message
from domain.ids import TenantId


class Role(Enum):
    """What a credential is for. A role says which commands and queries; the unit says whose."""

    OPERATOR = "operator"
    FEDERATION_OFFICER = "federation-officer"
    UNIT_OFFICER = "unit-officer"
    COUNCIL_SECRETARY = "council-secretary"
    AUDITOR = "auditor"
    INTEGRATOR = "integrator"
    SYSTEM = "system"
    """The platform itself, when it provisions a tenant or a date falls due; no credential has it."""


class TenantScope(Message, frozen=True, kw_only=True):
    """One tenant's data as one credential may see it. `unit_id` is the root of its subtree; None: the whole tenant."""

    tenant_id: TenantId
    credential_id: str
    actor: str
    role: Role
    unit_id: str | None = None
