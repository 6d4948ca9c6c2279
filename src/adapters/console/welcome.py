"""What `thidua run` prints once it serves: who the tenants are, their demo keys, and commands to paste."""

import asyncio
import re
from collections.abc import Sequence
from pathlib import Path

import msgspec

from adapters.console.demo_keys import DemoKey
from adapters.said import both
from application.federation_file import CampaignEntry, FederationFile
from domain.ids import TenantId, derived
from tenants.catalogue import Tenant
from tenants.scope import Role

CAUGHT_UP_SECONDS_MAX = 30.0
POLL_SECONDS = 0.1
ANYWHERE = ("0.0.0.0", "::", "")  # noqa: S104  # Compared with, not bound to.

ROLES = {
    Role.OPERATOR: "người vận hành",
    Role.FEDERATION_OFFICER: "cán bộ cấp tỉnh",
    Role.UNIT_OFFICER: "cán bộ công đoàn đơn vị",
    Role.COUNCIL_SECRETARY: "thư ký Hội đồng",
    Role.AUDITOR: "người kiểm tra",
    Role.INTEGRATOR: "hệ thống kết nối",
}
"""Beside each role's name in commands, which is the English one."""


class Welcome(msgspec.Struct, frozen=True, kw_only=True):
    """One tenant as it is shown."""

    tenant: Tenant
    file: FederationFile
    keys: tuple[DemoKey, ...]


class _Ready(msgspec.Struct):
    """What is read of the server's word on whether it is ready."""

    lag_events: dict[str, int]


async def until_healthy(host: str, port: int) -> None:
    """Return once the server says that it is ready and its read models have come to the end of the log, or are still
    on their way after CAUGHT_UP_SECONDS_MAX: what is pasted at once is to find what was set up."""
    while (lag := await _lag(_reachable(host), port)) is None:
        await asyncio.sleep(POLL_SECONDS)
    loop = asyncio.get_running_loop()
    deadline = loop.time() + CAUGHT_UP_SECONDS_MAX
    while lag != 0 and loop.time() < deadline:
        await asyncio.sleep(POLL_SECONDS)
        lag = await _lag(_reachable(host), port)


async def _lag(host: str, port: int) -> int | None:
    """How many events the slowest read model is behind; None where the server is not ready."""
    try:
        reader, writer = await asyncio.open_connection(host, port)
        try:
            writer.write(f"GET /health/ready HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n".encode())
            head, _, body = (await asyncio.wait_for(reader.read(), 5)).partition(b"\r\n\r\n")
        finally:
            writer.close()
    except (OSError, TimeoutError):
        return None
    if b" 200 " not in head.partition(b"\r\n")[0]:
        return None
    return max(msgspec.json.decode(body, type=_Ready).lag_events.values(), default=0)


def _reachable(host: str) -> str:
    return "127.0.0.1" if host in ANYWHERE else host


def welcome(shown: Sequence[Welcome], *, host: str, port: int, keys: Path) -> str:
    """The whole text."""
    address = _reachable(host)
    url = f"http://[{address}]:{port}" if ":" in address else f"http://{address}:{port}"
    lines = [line for each in shown for line in ("", *_tenant(each))]
    lines += ["", f"{both('Khóa dùng thử được giữ ở', 'Demo keys are kept in')}: {keys}"]
    lines += [f"{both('Trang API', 'The API page')}: {url}/v1/docs", *_to_paste(shown, url)]
    serving = both(f"Đang phục vụ tại {url}; Ctrl-C để dừng tất cả.", f"Serving on {url}; Ctrl-C stops everything.")
    return "\n".join([*lines, "", serving])


def _tenant(each: Welcome) -> list[str]:
    campaigns = [f"    {_paper(campaign)}" for campaign in each.file.campaigns]
    return [f"{each.tenant.name} ({each.tenant.handle})", *campaigns, *(_key(key) for key in each.keys)]


def _paper(campaign: CampaignEntry) -> str:
    document = campaign.directive.document
    number = f" {document.number}" if document.number else ""
    return f"{document.kind}{number}, {document.issued}: {campaign.directive.name}"


def _key(each: DemoKey) -> str:
    unit = f" – {each.holder.unit_name}" if each.holder.unit_name else ""
    return f"    {each.holder.role.value:<19} {each.key}  {ROLES[each.holder.role]}{unit}"


def _to_paste(shown: Sequence[Welcome], url: str) -> list[str]:
    """Three commands that work as they stand, also a second time: the launch carries its idempotency key."""
    found = next((pasted for each in shown if (pasted := _example(each, url))), None)
    return [f"{both('Dùng thử', 'Try')}:", "", *found] if found else []


def _example(each: Welcome, url: str) -> list[str] | None:
    key = next((key.key for key in each.keys if key.holder.role is Role.FEDERATION_OFFICER), None)
    campaign = next((one for one in each.file.campaigns if _day(one)), None)
    if key is None or campaign is None or campaign.issuer != each.file.units[0].code:
        return None
    authorised = f"-H 'Authorization: Bearer {key}'"
    one = f"{url}/v1/campaigns/{derived(TenantId(each.tenant.tenant_id), 'campaign', campaign.key)}"
    launch = f"-H 'Idempotency-Key: launch-{campaign.key}' -H 'Content-Type: application/json'"
    return [
        f"curl -sS {authorised} {url}/v1/campaigns",
        f'curl -sS {authorised} {launch} -d \'{{"happened_on": "{_day(campaign)}"}}\' {one}/launch',
        f"curl -sS {authorised} {one}/summary",
    ]


def _day(campaign: CampaignEntry) -> str | None:
    """The directive's day, where the paper states it in full."""
    issued = campaign.directive.document.issued
    return issued if re.fullmatch(r"\d{4}-\d{2}-\d{2}", issued) else None
