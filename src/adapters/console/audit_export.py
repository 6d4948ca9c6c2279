"""What `thidua audit export` does."""

import os
from pathlib import Path
from typing import IO, get_args
from uuid import UUID

import click

from adapters.audit.bundle_checkpoints import checkpoints_for
from adapters.audit.bundling import HistoryDiffers, Log, write_bundle
from adapters.keys.log_keys import read_log_keys, read_retired
from adapters.main import Wired
from adapters.said import Mendable, both
from adapters.settings import Settings
from application.bundled import Exported, Kind, of_award, of_campaign, of_tenant
from domain.ids import TenantId, derived

KINDS: tuple[Kind, ...] = get_args(Kind)


class NotNamed(Mendable):
    """What to export is not named, or cannot be what is named."""


def to_write(_: click.Context, __: click.Parameter, path: Path) -> IO[bytes]:
    """The file, opened while we are who called us. What it holds stays until there is something to write: it may
    be a bundle that cannot be made again.

    Raises:
        BadParameter: it cannot be written.
    """
    try:
        return os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o666), "r+b")
    except OSError as error:
        raise click.BadParameter(f"{str(path)!r}: {error.strerror or 'is no file'}") from error


async def export(
    parts: Wired, settings: Settings, tenant_id: TenantId, kind: Kind, named: str | None, out: IO[bytes]
) -> None:
    """Write the bundle, and print what is in it.

    Raises:
        NotNamed: an id is missing, too many, or none.
        AwardUnknown, CampaignUnknown: there is none of this id.
        NotCovered: no signed checkpoint covers it yet.
        HistoryDiffers: an event, the tree or a checkpoint was altered.
        LogKeysRefused: the log's keys cannot be read.
    """
    exported = await _exported(parts, tenant_id, kind, named)
    log = Log(
        tenant_id=tenant_id,
        store=parts.store,
        trees=parts.trees,
        checkpoints=await checkpoints_for(parts.store, parts.trees, tenant_id, exported),
        keys=public_lines(settings),
        retired=read_retired(settings.log_keys_file),
    )
    written = await write_bundle(log, exported, out)
    click.echo(
        both(
            f"Đã ghi {written.events} sự kiện, đến vị trí {written.size}; điểm kiểm tra: {written.checkpoints}; "
            f"điều được đếm lại: {written.claims}",
            f"Wrote {written.events} events, up to position {written.size}; checkpoints: {written.checkpoints}; "
            f"claims: {written.claims}",
        )
    )
    if written.altered is not None:
        raise HistoryDiffers(
            f"Sự kiện ở vị trí {written.altered} không phải là sự kiện đã vào cây; gói vẫn được ghi, và sẽ bị từ chối.",
            f"The event at position {written.altered} is not the one that went into the tree; the bundle was written, "
            "and will be refused.",
        )


async def _exported(parts: Wired, tenant_id: TenantId, kind: Kind, named: str | None) -> Exported:
    if (kind == "tenant") is not (named is None):
        raise NotNamed(
            "Hãy nêu hồ sơ khen thưởng hoặc phong trào cần xuất; cả tổ chức thì không cần nêu.",
            "Name the award or the campaign that is to be exported; for a whole tenant name none.",
        )
    if named is None:
        return of_tenant(tenant_id)
    if kind == "campaign":
        identity = _uuid(named) or derived(tenant_id, "campaign", named)
        return await of_campaign(parts.store, tenant_id, identity)
    if (award_id := _uuid(named)) is None:
        raise NotNamed(f"{named!r} không phải là id của một hồ sơ.", f"{named!r} is no id of an award.")
    return await of_award(parts.store, tenant_id, award_id)


def _uuid(named: str) -> str | None:
    try:
        return str(UUID(named))
    except ValueError:
        return None


def public_lines(settings: Settings) -> list[str]:
    """The log's public keys, none where this machine does not hold the file. Raises: LogKeysRefused."""
    if not settings.log_keys_file.exists():
        return []
    return [key.public_line() for key in read_log_keys(settings.log_keys_file)]
