"""A person is erased: first the event, then the keys that it names. Killed in between, another destroys them.

Only ciphertext travels, so with the keys every read model, remembered answer, export and stream closes at once. What
lies here in clear under another key, workbooks that wait to be fetched, goes with them.
"""

from collections.abc import Sequence
from typing import Protocol

from application.execute import Executed, Platform, Request, Step, execute
from application.ports import KeyVault
from domain.ids import TenantId
from domain.member import MEMBER
from domain.member.evolve import Member
from domain.member.messages import EraseMember
from domain.refusals import Refused
from domain.request import REQUEST, CarryOutErasure
from tenants.scope import TenantScope


class Waiting(Protocol):
    """What waits to be fetched once, sealed, but not for the persons that it speaks of."""

    async def forget(self, tenant_id: TenantId) -> None:
        """All that waits for this tenant's officers is gone. Repeating is harmless."""
        ...


async def erase(
    platform: Platform, waiting: Waiting, scope: TenantScope, person_id: str, command: EraseMember, request: Request
) -> Executed:
    """Erase the person, and answer the request that the command names, together or not at all; then destroy the keys.

    Raises:
        What `execute` raises; then no key is destroyed.
    """
    steps = [Step(MEMBER, person_id, command)]
    if command.request_id is not None:
        answering = CarryOutErasure(person_id=person_id, document=command.document, happened_on=command.happened_on)
        steps.append(Step(REQUEST, command.request_id, answering))
    try:
        done = await execute(platform, scope, steps, request)
    except Refused as refusal:
        if refusal.facts.get("id") == person_id:
            del refusal.facts["id"]  # Whoever asked named them: only the other of two steps is to be told apart.
        raise
    member: Member = await platform.reader(scope.tenant_id).state(MEMBER, person_id)
    assert member.erased is not None, "it was carried out, now or before"
    await destroy(platform.vault, waiting, scope.tenant_id, [key.subject for key in member.erased.keys])
    return done


async def destroy(vault: KeyVault, waiting: Waiting, tenant_id: TenantId, subjects: Sequence[str]) -> None:
    """Carry out what an erasure's event says. Any number of processes may, any number of times.

    Raises:
        Unavailable: the database is away; what was not destroyed yet will be, when this is called again.
    """
    await waiting.forget(tenant_id)  # First: once the keys are gone, nobody comes back for this.
    for subject in subjects:
        await vault.destroy(tenant_id, subject)
