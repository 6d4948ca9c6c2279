"""A federation's file applied to its tenant, which is made at first."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from uuid import uuid4

import click
import msgspec

from adapters.console.database import Urls
from adapters.console.progress import progress_bars
from adapters.console.setup import Setup, find_tenant, setup, unsealing
from adapters.said import both
from adapters.settings import Settings
from application.federation_changes import Change
from application.federation_file import FederationFile
from application.log_subjects import LogSubjects
from application.provisioning import apply, as_recorded, current, kept, plan
from domain.dates import local_day
from domain.ids import TenantId
from tenants.catalogue import Tenant, TenantStatus

Told = Callable[[int, int], None]
"""Called with how many changes are done and how many there are."""


class Planned(msgspec.Struct, frozen=True, kw_only=True):
    """`tenant` None: it would be made. `tenant_id` is then one that nobody has. `kept`: what campaigns keep though the
    file has it otherwise, by the campaign's key."""

    tenant: Tenant | None
    tenant_id: TenantId
    changes: Sequence[Change]
    kept: Mapping[str, Sequence[str]]

    def told(self) -> Iterator[str]:
        """A line for each campaign that keeps something."""
        for key, parts in self.kept.items():
            names = ", ".join(parts)
            yield both(
                f"Giữ nguyên {key}: tệp khác ở {names}; chỉ văn bản sửa đổi (amended_by) mới thay được.",
                f"{key} stays as it is: the file differs in {names}; only a paper (amended_by) changes that.",
            )


def is_applied(tenant: Tenant | None, file: FederationFile) -> bool:
    """Whether this very file was the last that was applied whole."""
    return tenant is not None and tenant.status is TenantStatus.ACTIVE and tenant.applied_digest == file.digest()


async def planned(setup: Setup, file: FederationFile, *, is_demo: bool = False) -> Planned:
    """What applying the file would change. Of a demo, which comes with the software, a newer text without a paper is
    left aside; the file of a federation is its operator's, who is told to name the paper.

    Raises:
        FileProblems: the file asks for something that cannot change.
    """
    tenant = await find_tenant(setup.parts, file.federation.handle)
    tenant_id = tenant.tenant_id if tenant else TenantId(str(uuid4()))
    platform = setup.parts.platform
    now = await current(platform, tenant_id, file)
    asked = as_recorded(file, now) if is_demo else file
    changes = plan(asked, now, tenant_id=tenant_id, today=local_day(platform.clock.now()))
    return Planned(tenant=tenant, tenant_id=tenant_id, changes=changes, kept=kept(file, now))


async def carried_out(setup: Setup, file: FederationFile, what: Planned, *, told: Told = lambda *_: None) -> None:
    """Make the plan true, and the tenant active. Killed half-way, plan again and it goes on from there.

    Raises:
        Refused: a rule forbids one of the changes; those before it are recorded.
        Unavailable: the database is away.
    """
    done = 0

    def count(_: Change) -> None:
        nonlocal done
        done += 1
        told(done, len(what.changes))

    federation = file.federation
    if what.tenant is None:
        await setup.registry.create_tenant(what.tenant_id, federation.handle, federation.name)
    # Nothing follows the log while a file is applied, so what the clusters rest on is looked up in the log itself.
    platform = setup.parts.platform
    platform = msgspec.structs.replace(platform, subjects=LogSubjects(platform.store))
    try:
        await apply(platform, what.tenant_id, what.changes, done=count)
    except ExceptionGroup as group:
        raise group.exceptions[0] from group  # They were under way at once; the first says enough.
    await setup.registry.set_applied(what.tenant_id, name=federation.name, digest=file.digest())


async def preview(urls: Urls, file: FederationFile) -> None:
    """Print what applying the file would change; nothing is changed."""
    async with unsealing(urls) as made:
        what = await planned(made, file)
    if what.tenant is None:
        click.echo(f"{both('lập liên đoàn', 'make the tenant')}: {file.federation.handle} ({file.federation.name})")
    for line in (*(change.told() for change in what.changes), *what.told()):
        click.echo(line)
    count = len(what.changes)
    click.echo(both(f"{count} thay đổi; chưa thay đổi gì.", f"{count} changes; nothing was changed."))


async def apply_file(settings: Settings, urls: Urls, file: FederationFile) -> None:
    """Print what applying the file changes, and do it."""
    async with setup(settings, urls) as made:
        what = await planned(made, file)
        for line in (*(change.told() for change in what.changes), *what.told()):
            click.echo(line)
        with progress_bars() as bars:
            task = bars.add_task(file.federation.handle, total=len(what.changes))
            await carried_out(made, file, what, told=lambda done, _: bars.update(task, completed=done))
    count = len(what.changes)
    click.echo(f"{file.federation.handle}: {both(f'đã áp dụng {count} thay đổi.', f'{count} changes applied.')}")
