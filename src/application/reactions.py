"""What the platform does by itself when a date falls due: at least once, idempotent, by the ordinary commands.

No decision waits for these: deciders reckon from the clock. They put on record, for those who follow the log, that a
phase has opened or closed.
"""

from collections.abc import Iterable
from typing import Literal
from uuid import NAMESPACE_URL, uuid5

import msgspec

from application.execute import Executed, Platform, Request, Step, execute
from application.ports import VersionConflict
from domain.campaign import CAMPAIGN
from domain.campaign.messages import ClosePhase, OpenPhase
from domain.ids import TenantId
from domain.refusals import Refused
from tenants.scope import Role, TenantScope


class DuePhase(msgspec.Struct, frozen=True, kw_only=True):
    """A phase whose day has come and whose opening or closing is not on record yet."""

    tenant_id: TenantId
    campaign_id: str
    phase: str
    step: Literal["open", "close"]


def platform_scope(tenant_id: TenantId, *, actor: str) -> TenantScope:
    """The scope of the platform's own commands."""
    return TenantScope(tenant_id=tenant_id, credential_id=actor, actor=actor, role=Role.SYSTEM)


async def record_due_phases(platform: Platform, due: Iterable[DuePhase]) -> list[Executed]:
    """Open and close what is due. What another server did first, or a rule forbids by now, is passed over."""
    done: list[Executed] = []
    for phase in due:
        command = OpenPhase(phase=phase.phase) if phase.step == "open" else ClosePhase(phase=phase.phase)
        body = f"{phase.step}:{phase.campaign_id}:{phase.phase}"
        # The step's id follows from what it does, so two servers that see the same due phase record it once.
        command_id = str(uuid5(NAMESPACE_URL, f"{phase.tenant_id}:{body}"))
        try:
            done.append(
                await execute(
                    platform,
                    platform_scope(phase.tenant_id, actor="thidua:dates"),
                    [Step(CAMPAIGN, phase.campaign_id, command)],
                    Request(command_id=command_id, body=body.encode(), correlation_id=command_id),
                )
            )
        except (Refused, VersionConflict):
            continue
    return done
