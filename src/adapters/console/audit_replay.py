"""What `thidua audit replay` and `thidua audit why-not` print."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any
from uuid import uuid4

import click
import msgspec

from adapters.console.past import PAST_SECONDS_MAX, making, then
from adapters.console.setup import chosen
from adapters.http.replays import platform_then, words
from adapters.http.vocabulary import words_of
from adapters.main import Wired
from adapters.said import both
from application.replay import replay
from application.sealing import covered, open_json
from application.why_not import why_not
from domain.award import AWARD
from domain.award.refusals import AwardUnknown
from domain.dates import ZONE
from domain.ids import stream
from tenants.catalogue import Tenant
from tenants.scope import Role, TenantScope

ACTOR = "thidua audit"
Json = dict[str, Any]


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """Which award, of which tenant (None: whichever has it), and how it is shown."""

    award_id: str
    handle: str | None
    sealed: bool
    as_json: bool


async def replay_award(parts: Wired, asked: Asked, at: str | None) -> bool:
    """Print the award's history decided again; whether every step came out the same.

    Raises:
        UnknownHandle: there is no such tenant.
        Refused: there is no such award, or no such moment.
    """
    tenant, scope = await _found(parts, asked)
    until = (await then(parts, tenant.tenant_id, at)).position if at is not None else None
    history = await replay(parts.platform, scope, asked.award_id, words=words, until=until)
    plain = await _shown(parts, scope, asked, history)
    _print(asked, plain, _replayed(tenant, plain))
    return history.same


async def explain_award(parts: Wired, asked: Asked, at: str | None, *, session_id: str | None) -> None:
    """Print what stands in the way of the award.

    Raises:
        UnknownHandle: there is no such tenant.
        Refused: there is no such award, or no such moment.
    """
    tenant, scope = await _found(parts, asked)
    platform, until = parts.platform, None
    if at is not None:
        stood = await then(parts, tenant.tenant_id, at)
        platform = platform_then(platform, parts.pasts, at=stood.at, timeout_seconds=PAST_SECONDS_MAX)
        until = stood.position
    with making():
        standing = await why_not(platform, scope, asked.award_id, words=words, session_id=session_id, until=until)
    plain = await _shown(parts, scope, asked, standing)
    _print(asked, plain, _explained(tenant, plain))


async def _found(parts: Wired, asked: Asked) -> tuple[Tenant, TenantScope]:
    """The tenant whose award it is, and its data as an auditor sees it."""
    name = stream(AWARD.name, asked.award_id)
    for tenant in await chosen(parts, asked.handle):
        if (await parts.store.load(tenant.tenant_id, [name]))[name]:
            scope = TenantScope(tenant_id=tenant.tenant_id, credential_id=str(uuid4()), actor=ACTOR, role=Role.AUDITOR)
            return tenant, scope
    raise AwardUnknown(id=asked.award_id)


async def _shown(parts: Wired, scope: TenantScope, asked: Asked, value: msgspec.Struct) -> Json:
    plain = msgspec.to_builtins(value)
    shown: Json = covered(plain) if asked.sealed else await open_json(parts.vault, scope, plain)
    return shown


def _print(asked: Asked, plain: Json, lines: Iterable[str]) -> None:
    if asked.as_json:
        click.echo(msgspec.json.encode(plain))
        return
    for line in lines:
        click.echo(line)


# --- thidua audit replay --------------------------------------------------------------


def _replayed(tenant: Tenant, history: Json) -> Iterator[str]:
    yield f"{both('Hồ sơ khen thưởng', 'Award')} {history['award_id']}, {tenant.name}"
    for step in history["steps"]:
        yield from _step(step)
    if history["beside"]:
        yield both("Việc khác mà hồ sơ dựa vào:", "What it rests on elsewhere:")
        yield from (_envelope(row, row["stream"]) for row in history["beside"])
    yield _outcome(history)


def _outcome(history: Json) -> str:
    if (found := history["differs"]) is None:
        return both(
            "Mọi bước quyết định lại đều cho đúng như đã ghi.",
            "Every step that is decided again is as it was recorded.",
        )
    vi, en = found["difference"]["vi"], found["difference"]["en"]
    return both(f"KHÁC ở bước {found['version']}: {vi}", f"DIFFERS at step {found['version']}: {en}")


def _step(step: Json) -> Iterator[str]:
    yield _envelope(step, f"{step['version']}.")
    before, after = step["before"], step["state"]
    changed = {name: value for name, value in after.items() if value != before[name]}
    yield f"    {both('trạng thái', 'state')}: {words_of(before['status'])} → {words_of(after['status'])}"
    yield from _values(both("thay đổi", "changed"), {name: each for name, each in changed.items() if name != "status"})
    event = step["event"] or {}
    yield from _values(both("nội dung", "content"), {name: each for name, each in event.items() if name not in APART})
    if "rule_set" in event:
        rules = event["rule_set"]
        pinned = f"{rules['code']} v{rules['version']}, sha256 {event.get('rule_set_sha256')}"
        yield f"    {both('bộ quy tắc', 'rule set')}: {pinned}"
    yield from _values(both("số liệu", "facts"), event.get("case") or {})
    yield from (_reason(reason) for reason in step["reasons"])
    yield f"    {both('quyết định lại', 'decided again')}: {_again(step['again'])}"
    if (gathered := step["gathered"]) is not None:
        yield f"    {both('thu thập lại số liệu', 'facts gathered again')}: {_gathered(gathered)}"


APART = frozenset({"rule_set", "rule_set_sha256", "case", "reasons", "read_at"})


def _envelope(row: Json, first: str) -> str:
    recorded_at = datetime.fromisoformat(row["recorded_at"]).astimezone(ZONE)
    said = [f"{first} {recorded_at:%Y-%m-%d %H:%M:%S%z}"]
    said += [
        f"{both('vị trí', 'position')} {row['position']}",
        row["type"],
        f"{both('người làm', 'by')} {row['actor']}",
    ]
    command = f"{row['command']} " if row.get("command") else ""
    said += [f"{both('lệnh', 'command')} {command}{row['command_id']}"]
    if row["happened_on"] is not None:
        said.append(f"{both('ngày trên giấy', 'on paper')} {row['happened_on']}")
    if (paper := row["document"]) is not None:
        said.append(f"{both('văn bản', 'document')} {paper['kind']} {paper['number'] or ''} {paper['issued']}")
    return "; ".join(said)


def _values(name: str, values: Json) -> Iterator[str]:
    told = [f"{key} = {_value(value)}" for key, value in values.items() if value not in (None, [], ())]
    if told:
        yield f"    {name}: {'; '.join(told)}"


def _value(value: object) -> str:
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


def _reason(reason: Json) -> str:
    sign = "-" if reason["obstacle"] else "+"
    figures = ", ".join(f"{name} = {_value(value)}" for name, value in reason["facts"].items())
    return f"    {sign} {reason['rule']} [{figures}] {both(reason['vi'], reason['en'])} ({reason['cites']})"


def _again(again: Json) -> str:
    if (found := again["difference"]) is not None:
        return both(f"KHÁC: {found['vi']}", f"DIFFERS: {found['en']}")
    if again["how"] == "folded":
        return both(again["because_vi"], again["because_en"])
    if again["compared"] == "fields":
        return both("khớp từng trường (mẫu cũ)", "the same in every field (an earlier shape)")
    return f"{both('khớp từng byte', 'the same, byte for byte')}, sha256 {again['recorded_sha256']}"


def _gathered(gathered: Json) -> str:
    count = gathered["streams"]
    if (found := gathered["difference"]) is not None:
        return both(f"KHÁC: {found['vi']}", f"DIFFERS: {found['en']}")
    return both(f"khớp từng byte, từ {count} luồng", f"the same, byte for byte, from {count} streams")


# --- thidua audit why-not -------------------------------------------------------------

STEPS = {
    "complete": ("nộp lại hồ sơ", "complete"),
    "appraise": ("thẩm định", "appraise"),
    "check-eligibility": ("xét điều kiện", "check eligibility"),
    "publish": ("công khai", "publish"),
    "take-vote": ("lấy kết quả bỏ phiếu", "take over the vote"),
    "decide": ("quyết định", "decide"),
    "present": ("trao", "present"),
}
TURNED = {
    "returned": ("Đã trả lại", "Returned"),
    "not-supported": ("Cấp trên không đề nghị", "Not supported by the unit above"),
    "declined": ("Không khen", "Declined"),
}
STANDINGS = {
    "done": ("đã xong", "done"),
    "open": ("làm được", "can be done"),
    "refused": ("bị từ chối", "refused"),
}


def _explained(tenant: Tenant, standing: Json) -> Iterator[str]:
    name = f"{both('Hồ sơ khen thưởng', 'Award')} {standing['award_id']}, {tenant.name}"
    yield f"{name}: {words_of(standing['status'])}"
    if (turned := standing["turned"]) is not None:
        yield f"{both(*TURNED[turned['how']])}: {turned['reason']} {', '.join(turned['obstacles'])}".rstrip()
    if standing["holds"]:
        yield f"{both('Đang chờ', 'Pending')}: {words_of(', '.join(standing['holds']))}"
    yield from (_reason(reason) for reason in (*standing["unmet"], *standing["met"]))
    for step in standing["steps"]:
        yield from _next(step)


def _next(step: Json) -> Iterator[str]:
    said = f"{both(*STEPS[step['step']])}: {both(*STANDINGS[step['standing']])}"
    if step["standing"] == "open" and step["asks"]:
        said += f" ({both('cần nêu', 'asks')}: {', '.join(step['asks'])})"
    if (refusal := step["refusal"]) is not None:
        said += f": {both(refusal['vi'], refusal['en'])} ({refusal['code']})"
    yield said
    yield from (_reason(reason) for reason in step["obstacles"])
