"""What every catalogue keeps: tenants, and keys that open them."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import msgspec
import pytest

from adapters.keys.credentials import MemoryCatalogue
from adapters.postgres.catalogue import PostgresCatalogue
from application.ports import UnknownTenant
from domain.ids import TenantId
from tenants.catalogue import Catalogue, HandleTaken, Registry, TenantStatus
from tenants.scope import Role, TenantScope
from tests.support.postgres import PostgresServer
from tests.support.tenancy import migrated_database

pytestmark = pytest.mark.anyio
DIGEST = bytes(range(32))


class Both(msgspec.Struct, frozen=True):
    """The server's side and the owner's side of one catalogue."""

    catalogue: Catalogue
    registry: Registry

    async def tenant(self, *, active: bool = True) -> TenantId:
        tenant_id = TenantId(str(uuid4()))
        await self.registry.create_tenant(tenant_id, f"t-{tenant_id[:8]}", "Liên đoàn thử")
        if active:
            await self.registry.set_applied(tenant_id, name="Liên đoàn thử", digest=DIGEST)
        return tenant_id


@pytest.fixture(scope="module", params=["memory", "postgres"])
async def both(request: pytest.FixtureRequest, postgres: PostgresServer) -> AsyncIterator[Both]:
    if request.param == "memory":
        memory = MemoryCatalogue(lambda: datetime.now(UTC))
        yield Both(memory, memory)
        return
    async with migrated_database(postgres) as database, database.registry() as registry:
        yield Both(PostgresCatalogue(database.pool), registry)


async def test_a_key_opens_its_tenant_with_its_role_and_unit(both: Both) -> None:
    tenant_id, unit_id = await both.tenant(), str(uuid4())
    issued = await both.registry.issue_credential(tenant_id, role=Role.UNIT_OFFICER, actor="Cán bộ 7", unit_id=unit_id)
    assert await both.catalogue.find_credential(issued.key) == TenantScope(
        tenant_id=tenant_id,
        credential_id=issued.credential_id,
        actor="Cán bộ 7",
        role=Role.UNIT_OFFICER,
        unit_id=unit_id,
    )


async def test_a_key_has_256_random_bits_behind_a_prefix_that_tells_it_apart(both: Both) -> None:
    tenant_id = await both.tenant()
    keys = [(await both.registry.issue_credential(tenant_id, role=Role.AUDITOR, actor="a")).key for _ in range(3)]
    assert {(key[:3], len(key)) for key in keys} == {("td_", 46)}
    assert len(set(keys)) == 3


@pytest.mark.parametrize("text", ["", "td_", "td_" + "A" * 43, "\0", "x" * 100_000, "\ud800", "Bearer"])
async def test_any_other_text_opens_nothing(both: Both, text: str) -> None:
    assert await both.catalogue.find_credential(text) is None


async def test_a_key_with_one_letter_more_less_or_changed_opens_nothing(both: Both) -> None:
    issued = await both.registry.issue_credential(await both.tenant(), role=Role.AUDITOR, actor="a")
    changed = issued.key[:-2] + ("A" if issued.key[-2] != "A" else "B") + issued.key[-1]
    assert [await both.catalogue.find_credential(key) for key in (issued.key + "A", issued.key[:-1], changed)] == [
        None
    ] * 3


async def test_a_revoked_key_opens_nothing(both: Both) -> None:
    tenant_id = await both.tenant()
    issued = await both.registry.issue_credential(tenant_id, role=Role.AUDITOR, actor="a")
    assert await both.registry.revoke(tenant_id, issued.credential_id)
    assert await both.catalogue.find_credential(issued.key) is None


async def test_revoking_twice_or_what_is_not_there_or_not_the_tenants_says_so(both: Both) -> None:
    tenant_id, other = await both.tenant(), await both.tenant()
    issued = await both.registry.issue_credential(tenant_id, role=Role.AUDITOR, actor="a")
    assert not await both.registry.revoke(other, issued.credential_id)
    assert not await both.registry.revoke(tenant_id, str(uuid4()))
    assert await both.registry.revoke(tenant_id, issued.credential_id)
    assert not await both.registry.revoke(tenant_id, issued.credential_id)


async def test_keys_open_a_tenant_only_while_it_is_active(both: Both) -> None:
    tenant_id = await both.tenant(active=False)
    early = await both.registry.issue_credential(tenant_id, role=Role.AUDITOR, actor="a")
    assert await both.catalogue.find_credential(early.key) is None
    await both.registry.set_applied(tenant_id, name="b", digest=DIGEST)
    assert await both.catalogue.find_credential(early.key) is not None
    late = await both.registry.issue_credential(tenant_id, role=Role.AUDITOR, actor="a")
    await both.registry.close_tenant(tenant_id)
    assert await both.catalogue.find_credential(late.key) is None
    await both.registry.set_applied(tenant_id, name="b", digest=DIGEST)
    assert await both.catalogue.find_credential(late.key) is None


async def test_a_tenants_credentials_are_listed_without_their_keys(both: Both) -> None:
    tenant_id = await both.tenant()
    issued = [
        await both.registry.issue_credential(tenant_id, role=role, actor=role.value)
        for role in (Role.OPERATOR, Role.AUDITOR)
    ]
    await both.registry.revoke(tenant_id, issued[0].credential_id)
    listed = await both.catalogue.credentials(tenant_id)
    assert [(one.credential_id, one.role, one.revoked_at is None) for one in listed] == [
        (issued[0].credential_id, Role.OPERATOR, False),
        (issued[1].credential_id, Role.AUDITOR, True),
    ]
    assert not any(one.key in repr(listed) or one.key in repr(issued) for one in issued)


async def test_creating_a_tenant_again_returns_it_as_it_is(both: Both) -> None:
    tenant_id = TenantId(str(uuid4()))
    first = await both.registry.create_tenant(tenant_id, "kon-tum", "Kon Tum")
    assert first.status is TenantStatus.PROVISIONING
    assert await both.registry.create_tenant(tenant_id, "kon-tum", "Tên khác") == first


async def test_a_handle_belongs_to_one_tenant(both: Both) -> None:
    tenant_id = TenantId(str(uuid4()))
    await both.registry.create_tenant(tenant_id, "lao-cai", "Lào Cai")
    for other, handle in ((TenantId(str(uuid4())), "lao-cai"), (tenant_id, "lao-cai-moi")):
        with pytest.raises(HandleTaken):
            await both.registry.create_tenant(other, handle, "Lào Cai")


async def test_two_legal_bodies_may_have_one_name(both: Both) -> None:
    for handle in ("lao-cai-2024", "lao-cai-2025"):
        await both.registry.create_tenant(TenantId(str(uuid4())), handle, "Liên đoàn Lao động tỉnh Lào Cai")


async def test_tenants_are_listed_by_handle_with_the_file_that_was_applied(both: Both) -> None:
    tenant_id = await both.tenant()
    listed = await both.catalogue.tenants()
    assert [tenant.handle for tenant in listed] == sorted(tenant.handle for tenant in listed)
    [found] = [tenant for tenant in listed if tenant.tenant_id == tenant_id]
    assert (found.status, found.applied_digest, found.name) == (TenantStatus.ACTIVE, DIGEST, "Liên đoàn thử")


async def test_nothing_is_written_for_a_tenant_that_does_not_exist(both: Both) -> None:
    nobody = TenantId(str(uuid4()))
    calls: list[Any] = [
        both.registry.issue_credential(nobody, role=Role.AUDITOR, actor="a"),
        both.registry.set_applied(nobody, name="a", digest=DIGEST),
        both.registry.close_tenant(nobody),
    ]
    for call in calls:
        with pytest.raises(UnknownTenant):
            await call
    assert await both.catalogue.credentials(nobody) == []


async def test_the_platforms_own_role_gets_no_key(both: Both) -> None:
    with pytest.raises(AssertionError):
        await both.registry.issue_credential(await both.tenant(), role=Role.SYSTEM, actor="a")
