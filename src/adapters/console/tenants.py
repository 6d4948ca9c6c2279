"""What `thidua tenant …` does, beside applying files."""

from uuid import UUID

import click

from adapters.console.setup import Setup, tenant_of
from adapters.main import Wired
from adapters.said import Mendable, both
from domain.ids import derived
from tenants.catalogue import Credential, Tenant
from tenants.scope import Role


class KeyProblem(Mendable):
    """A key cannot be given out or taken back as asked."""


async def list_tenants(parts: Wired, *, keys: bool) -> None:
    """Print a line a tenant, and one for each of its keys if asked."""
    for tenant in await parts.catalogue.tenants():
        click.echo(f"{tenant.handle:<16} {tenant.status.value:<13} {tenant.tenant_id}  {tenant.name}")
        for credential in await parts.catalogue.credentials(tenant.tenant_id) if keys else ():
            click.echo(f"    {described(credential)}")


def described(credential: Credential) -> str:
    unit = f" ({both('đơn vị', 'unit')} {credential.unit_id})" if credential.unit_id else ""
    revoked = f"  {both('đã thu hồi', 'revoked')} {credential.revoked_at:%Y-%m-%d}" if credential.revoked_at else ""
    return f"{credential.credential_id}  {credential.role.value}{unit}  {credential.actor!r}{revoked}"


async def give_key(setup: Setup, *, handle: str, role: Role, unit: str | None, actor: str | None) -> str:
    """A new key, in clear for this one time.

    Raises:
        UnknownHandle, KeyProblem: there is no such tenant or unit, or the role and the unit do not go together.
    """
    tenant = await tenant_of(setup.parts, handle)
    unit_id = await unit_id_of(setup, tenant, unit) if unit is not None else None
    if (role is Role.UNIT_OFFICER) != (unit_id is not None):
        raise KeyProblem(
            "Khóa của cán bộ đơn vị cần --unit, và khóa của vai trò khác thì không nhận.",
            "A unit officer's key needs --unit, and no other role's takes it.",
        )
    label = actor or f"{role.value}:{unit or handle}"
    return (await setup.registry.issue_credential(tenant.tenant_id, role=role, actor=label, unit_id=unit_id)).key


async def unit_id_of(setup: Setup, tenant: Tenant, code: str) -> str:
    """The id of the unit that the tenant's file calls `code`.

    Raises:
        KeyProblem: the tenant has no such unit.
    """
    identity = derived(tenant.tenant_id, "unit", code)
    name = f"unit-{identity}"
    if not (await setup.parts.store.load(tenant.tenant_id, [name]))[name]:
        raise KeyProblem(
            f"Liên đoàn {tenant.handle!r} không có đơn vị {code!r}.",
            f"The tenant {tenant.handle!r} has no unit {code!r}.",
        )
    return identity


async def take_key_back(setup: Setup, *, handle: str, credential_id: str) -> None:
    """Raises: UnknownHandle, KeyProblem: there is no such tenant, or no such key that still works."""
    tenant = await tenant_of(setup.parts, handle)
    try:
        identity = str(UUID(credential_id))
    except ValueError as error:
        raise KeyProblem(
            f"{credential_id!r} không phải là id của một khóa: hãy xem `thidua tenant list --keys`.",
            f"{credential_id!r} is not a credential's id: see `thidua tenant list --keys`.",
        ) from error
    if not await setup.registry.revoke(tenant.tenant_id, identity):
        raise KeyProblem(
            f"Liên đoàn {handle!r} không có khóa {identity} nào còn dùng được.",
            f"The tenant {handle!r} has no working key {identity}.",
        )
