"""A federation's file made true in its tenant: what differs, and the ordinary commands that change it.

The file says what is; whatever it does not mention stays as it is. Ids come from the file's codes and command ids from
what is commanded at which version, so the same file may be applied again and again, and after a kill goes on where it
stopped.
"""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Literal, NoReturn
from uuid import UUID, uuid5

import msgspec

from application.execute import Platform, Request, Step, execute
from application.federation_file import CampaignEntry, ClusterEntry, FederationFile, MemberEntry, UnitEntry
from application.file_problems import FileProblem, FileProblems, Reason
from domain.campaign import CAMPAIGN
from domain.campaign.evolve import Campaign, Status
from domain.campaign.messages import AmendCampaign, DraftCampaign
from domain.cluster import CLUSTER
from domain.cluster.evolve import Cluster
from domain.cluster.messages import AdmitUnit, FormCluster, NameLead, RenameCluster
from domain.decider import AnyDecider, Command
from domain.events import decode
from domain.ids import TenantId, derived, stream
from domain.member import MEMBER
from domain.member.evolve import Member
from domain.member.messages import ChangeEmployment, EnrolMember, MoveMember, RecordMemberTitle
from domain.titles import Shelf, TitleRecord
from domain.unit import (
    RANK,
    UNIT,
    ChangeSector,
    EstablishUnit,
    FoundUnion,
    HeadcountReported,
    MoveUnit,
    RecordUnitTitle,
    RenameUnit,
    ReportHeadcount,
    Unit,
    UnitEstablished,
)
from tenants.scope import Role, TenantScope

LOADED_AT_ONCE = 500
COMMANDS_AT_ONCE = 16

Verb = Literal[
    "establish-unit", "rename-unit", "move-unit", "found-union", "change-sector", "report-headcount", "record-title",
    "form-cluster", "rename-cluster", "name-lead", "admit-unit",
    "enrol-member", "move-member", "change-employment", "draft-campaign", "amend-campaign",
]  # fmt: skip
WORDS: dict[Verb, Reason] = {
    "establish-unit": Reason("enter the unit", "nhập đơn vị"),
    "rename-unit": Reason("rename the unit", "đổi tên đơn vị"),
    "move-unit": Reason("move the unit", "chuyển đơn vị"),
    "found-union": Reason("enter that a union was founded", "ghi nhận thành lập công đoàn"),
    "change-sector": Reason("change the unit's sector", "chuyển khu vực của đơn vị"),
    "record-title": Reason("record the title held from before", "ghi danh hiệu đã có"),
    "report-headcount": Reason("report the headcount", "báo số lượng"),
    "form-cluster": Reason("form the cluster", "lập cụm, khối thi đua"),
    "rename-cluster": Reason("rename the cluster", "đổi tên cụm, khối thi đua"),
    "name-lead": Reason("name the lead unit", "giao đơn vị trưởng cụm, khối"),
    "admit-unit": Reason("admit a unit to the cluster", "nhận đơn vị vào cụm, khối"),
    "enrol-member": Reason("enrol the member", "nhập đoàn viên"),
    "move-member": Reason("move the member", "chuyển đoàn viên"),
    "change-employment": Reason("change the member's employment", "đổi loại hình lao động"),
    "draft-campaign": Reason("draft the campaign", "nhập phong trào"),
    "amend-campaign": Reason("amend the campaign", "sửa đổi phong trào"),
}


class Current(msgspec.Struct, frozen=True, kw_only=True):
    """What the tenant's log says of the things that the file names, each with its stream's version."""

    units: Mapping[str, tuple[Unit, int]]
    clusters: Mapping[str, tuple[Cluster, int]]
    members: Mapping[str, tuple[Member, int]]
    campaigns: Mapping[str, tuple[Campaign, int]]


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One command that is to be issued. Changes of a lower `stage` come first; those of one stage are independent."""

    verb: Verb
    key: str
    code: str
    detail: str
    stage: int
    step: Step
    version: int

    def told(self) -> str:
        """One line for the operator, in both languages."""
        words = WORDS[self.verb]
        line = f"{words.vi} / {words.en}: {self.code}"
        return f"{line} ({self.detail})" if self.detail else line


def system_scope(tenant_id: TenantId) -> TenantScope:
    """Under which provisioning issues its commands."""
    return TenantScope(tenant_id=tenant_id, credential_id="provisioning", actor="provisioning", role=Role.SYSTEM)


async def current(platform: Platform, tenant_id: TenantId, file: FederationFile) -> Current:
    """What is recorded of the things that the file names."""

    async def of(decider: AnyDecider, kind: str, codes: Sequence[str]) -> dict[str, tuple[Any, int]]:
        return await _states(platform, tenant_id, decider, {code: derived(tenant_id, kind, code) for code in codes})

    return Current(
        units=await of(UNIT, "unit", [unit.code for unit in file.units]),
        clusters=await of(CLUSTER, "cluster", [cluster.code for cluster in file.clusters]),
        members=await of(MEMBER, "member", [member.code for member in file.members]),
        campaigns=await of(CAMPAIGN, "campaign", [campaign.key for campaign in file.campaigns]),
    )


async def _states(
    platform: Platform, tenant_id: TenantId, decider: AnyDecider, ids: Mapping[str, str]
) -> dict[str, tuple[Any, int]]:
    found: dict[str, tuple[Any, int]] = {}
    codes = list(ids)
    for start in range(0, len(codes), LOADED_AT_ONCE):
        names = {code: stream(decider.name, ids[code]) for code in codes[start : start + LOADED_AT_ONCE]}
        loaded = await platform.store.load(tenant_id, list(names.values()))
        for code, name in names.items():
            events = [decode(record.type, record.type_version, record.data) for record in loaded[name]]
            found[code] = (decider.fold(events), len(events))
    return found


# --- Plan -------------------------------------------------------------------------


def plan(file: FederationFile, now: Current, *, tenant_id: TenantId, today: date) -> list[Change]:
    """What the file asks that is not so yet, in the order it is to be done; empty: everything is so.

    Raises:
        FileProblems: the file asks for something that cannot change; all such places are named, and nothing is done.
    """
    changes: list[Change] = []
    problems: list[FileProblem] = []
    parts: list[Iterator[Change]] = [
        *(_unit(entry, f"units[{i}]", now, tenant_id, today) for i, entry in enumerate(file.units)),
        *(_cluster(entry, f"clusters[{i}]", now, file, tenant_id, today) for i, entry in enumerate(file.clusters)),
        *(_member(entry, f"members[{i}]", now, tenant_id, today) for i, entry in enumerate(file.members)),
        *(_campaign(entry, f"campaigns[{i}]", now, tenant_id) for i, entry in enumerate(file.campaigns)),
    ]
    for part in parts:
        try:
            changes.extend(part)
        except FileProblems as found:
            problems.extend(msgspec.structs.replace(problem, path=file.federation.handle) for problem in found.problems)
    if problems:
        raise FileProblems(problems)
    return sorted(changes, key=lambda change: change.stage)


def _fixed(key: str, *, was: object, code: str) -> NoReturn:
    raise FileProblems(
        [
            FileProblem(
                path="",
                key=key,
                reason=f"{code!r} was entered with {was!r}, which cannot change: enter a new one under another code",
                reason_vi=f"{code!r} đã được nhập với {was!r}, không đổi được: hãy nhập mới bằng mã khác",
            )
        ]
    )


def _unit(entry: UnitEntry, key: str, now: Current, tenant_id: TenantId, today: date) -> Iterator[Change]:
    state, version = now.units[entry.code]
    identity = derived(tenant_id, "unit", entry.code)

    def change(verb: Verb, command: Command, detail: str, stage: int) -> Change:
        step = Step(UNIT, identity, command)
        return Change(verb=verb, key=key, code=entry.code, detail=detail, stage=stage, step=step, version=version)

    stage = RANK["federation"] - RANK[entry.level]  # A unit needs the one above it.
    parent_id = derived(tenant_id, "unit", entry.parent) if entry.parent else None
    if state.established is None:
        yield change("establish-unit", _establishing(entry, identity, parent_id), entry.name, stage)
    else:
        _check_unit(entry, key, state, state.established)
        if entry.name != state.names[-1][1]:
            yield change("rename-unit", RenameUnit(name=entry.name, on=today), entry.name, 4)
        if entry.sector != state.sector:
            yield change("change-sector", ChangeSector(sector=entry.sector, on=today), entry.sector, 4)
        if parent_id is not None and parent_id != state.parent_id:
            yield change("move-unit", MoveUnit(parent_id=parent_id, on=today), f"{entry.parent}", 4)
        if entry.has_union and state.union_since is None:
            yield change("found-union", FoundUnion(on=today), "", 4)
    if (counted := _headcount(entry, state)) is not None:
        yield change("report-headcount", counted, f"{counted.members}/{counted.workers}, {counted.on}", 5)
    for title in _new_titles(entry.titles, state.titles, key, entry.code):
        yield change("record-title", RecordUnitTitle(**_particulars(title)), f"{title.title_name}, {title.year}", 7)


def _new_titles(wanted: Sequence[TitleRecord], shelf: Shelf, key: str, code: str) -> Iterator[TitleRecord]:
    """Those that are not on record yet."""
    for number, title in enumerate(wanted):
        known = shelf.of(title.title, title.year)
        if known is None and shelf.last_strike(title.title, title.year) is not None:
            _fixed(f"{key}.titles[{number}].title", was="a title that was struck since", code=code)
        if known is None:
            yield title
        elif _particulars(known) != _particulars(title):
            _fixed(f"{key}.titles[{number}].title", was=known.decision.number, code=code)


def _particulars(title: TitleRecord) -> dict[str, Any]:
    return {name: getattr(title, name) for name in TitleRecord.__struct_fields__}


def _establishing(entry: UnitEntry, identity: str, parent_id: str | None) -> EstablishUnit:
    return EstablishUnit(
        unit_id=identity,
        code=entry.code,
        name=entry.name,
        level=entry.level,
        parent_id=parent_id,
        sector=entry.sector,
        has_union=entry.has_union,
        cluster=entry.cluster,
        on=entry.since,
    )


def _check_unit(entry: UnitEntry, key: str, state: Unit, established: UnitEstablished) -> None:
    if entry.level != established.level:
        _fixed(f"{key}.level", was=established.level, code=entry.code)
    if entry.cluster != established.cluster:
        _fixed(f"{key}.cluster", was=established.cluster, code=entry.code)
    if entry.on is not None and entry.on != established.on:
        _fixed(f"{key}.on", was=established.on.isoformat(), code=entry.code)
    if not entry.has_union and state.union_since is not None:
        _fixed(f"{key}.has_union", was=True, code=entry.code)
    if state.dissolved_on is not None:
        _fixed(f"{key}.code", was=f"dissolved {state.dissolved_on.isoformat()}", code=entry.code)


def _headcount(entry: UnitEntry, state: Unit) -> ReportHeadcount | None:
    counts = entry.headcount
    wanted = HeadcountReported(
        members=counts.members, workers=counts.workers, direct_workers=counts.direct_workers, on=counts.on
    )
    if state.headcount(counts.on) == wanted:
        return None
    return ReportHeadcount(
        members=counts.members, workers=counts.workers, direct_workers=counts.direct_workers, on=counts.on
    )


def _cluster(
    entry: ClusterEntry, key: str, now: Current, file: FederationFile, tenant_id: TenantId, today: date
) -> Iterator[Change]:
    state, version = now.clusters[entry.code]
    identity, grouped = derived(tenant_id, "cluster", entry.code), file.grouped(entry.code)
    unit_id = derived(tenant_id, "unit", entry.unit or file.units[0].code)
    lead_id = derived(tenant_id, "unit", entry.lead) if entry.lead else None

    def change(verb: Verb, command: Command, detail: str) -> Change:
        step = Step(CLUSTER, identity, command)
        return Change(verb=verb, key=key, code=entry.code, detail=detail, stage=5, step=step, version=version)

    members = {derived(tenant_id, "unit", unit.code): unit for unit in grouped}
    if state.formed is None:
        on = entry.on or max(unit.since for unit in grouped)
        forming = FormCluster(
            cluster_id=identity, code=entry.code, name=entry.name, kind=entry.kind, unit_id=unit_id,
            unit_ids=tuple(members), lead_unit_id=lead_id, on=on,
        )  # fmt: skip
        yield change("form-cluster", forming, entry.name)
        return
    if (entry.kind, unit_id) != (state.formed.kind, state.formed.unit_id):
        _fixed(
            f"{key}.kind" if entry.kind != state.formed.kind else f"{key}.unit", was=state.formed.kind, code=entry.code
        )
    if entry.name != state.names[-1][1]:
        yield change("rename-cluster", RenameCluster(name=entry.name, on=today), entry.name)
    been = {member.unit_id for member in state.members}  # Who has left since does not come back because a file is old.
    for member_id, unit in members.items():
        if member_id not in been:
            yield change("admit-unit", AdmitUnit(unit_id=member_id, on=today), unit.code)
    if lead_id is not None and lead_id in been and lead_id != state.leads[-1][1]:
        yield change("name-lead", NameLead(unit_id=lead_id, on=today), f"{entry.lead}")


def _member(entry: MemberEntry, key: str, now: Current, tenant_id: TenantId, today: date) -> Iterator[Change]:
    state, version = now.members[entry.code]
    identity = derived(tenant_id, "member", entry.code)
    unit_id = derived(tenant_id, "unit", entry.unit)

    def change(verb: Verb, command: Command, detail: str, stage: int = 6) -> Change:
        step = Step(MEMBER, identity, command)
        return Change(verb=verb, key=key, code=entry.code, detail=detail, stage=stage, step=step, version=version)

    if state.enrolled is None:
        enrolling = EnrolMember(
            person_id=identity,
            unit_id=unit_id,
            code=entry.code,
            full_name=f"Người mang mã {entry.code}",  # The file has no names; an officer who has one enters it.
            employment=entry.employment,
            joined_on=entry.joined_on,
        )
        yield change("enrol-member", enrolling, entry.unit)
    for title in _new_titles(entry.titles, state.titles, key, entry.code):
        yield change("record-title", RecordMemberTitle(**_particulars(title)), f"{title.title_name}, {title.year}", 7)
    if state.enrolled is None:
        return
    if entry.joined_on != state.enrolled.joined_on:
        _fixed(f"{key}.joined_on", was=state.enrolled.joined_on.isoformat(), code=entry.code)
    if unit_id != state.unit_id:
        yield change("move-member", MoveMember(unit_id=unit_id, on=today), entry.unit)
    if entry.employment != state.employment:
        yield change("change-employment", ChangeEmployment(employment=entry.employment, on=today), entry.employment)


def _campaign(entry: CampaignEntry, key: str, now: Current, tenant_id: TenantId) -> Iterator[Change]:
    state, version = now.campaigns[entry.key]
    identity = derived(tenant_id, "campaign", entry.key)
    issuer_id = derived(tenant_id, "unit", entry.issuer)

    def change(verb: Verb, command: Command, detail: str) -> Change:
        step = Step(CAMPAIGN, identity, command)
        return Change(verb=verb, key=key, code=entry.key, detail=detail, stage=8, step=step, version=version)

    if state.status is Status.ABSENT:
        drafting = DraftCampaign(issuer_id=issuer_id, directive=entry.directive)
        yield change("draft-campaign", drafting, entry.directive.name)
        return
    if issuer_id != state.issuer_id:
        _fixed(f"{key}.issuer", was="another unit", code=entry.key)
    if entry.directive == state.directive:
        return
    if entry.amended_by is None:
        raise FileProblems([_unnamed_paper(f"{key}.amended_by")])
    if state.status not in (Status.DRAFTED, Status.LAUNCHED):
        _fixed(f"{key}.directive", was=state.status.value, code=entry.key)
    amending = AmendCampaign(directive=entry.directive, document=entry.amended_by)
    yield change("amend-campaign", amending, entry.amended_by.number or entry.amended_by.title)


def _unnamed_paper(key: str) -> FileProblem:
    return FileProblem(
        path="",
        key=key,
        reason="the directive differs from what was drafted: name the paper that amends it",
        reason_vi="văn bản khác với bản đã nhập: hãy ghi văn bản sửa đổi",
    )


# --- Apply ------------------------------------------------------------------------


async def apply(
    platform: Platform,
    tenant_id: TenantId,
    changes: Sequence[Change],
    *,
    done: Callable[[Change], None] = lambda change: None,
) -> None:
    """Issue the changes' commands, stage by stage; `done` is called after each. Killed half-way, plan and apply again.

    Raises:
        Refused: a rule forbids one of them; those before it are recorded.
        Unavailable: the store is away.
    """
    gate = asyncio.Semaphore(COMMANDS_AT_ONCE)
    scope = system_scope(tenant_id)
    correlation_id = _correlation_id(tenant_id, changes)

    async def issue(change: Change) -> None:
        async with gate:
            await execute(platform, scope, [change.step], _request(tenant_id, change, correlation_id))
            done(change)

    for stage in sorted({change.stage for change in changes}):
        try:
            async with asyncio.TaskGroup() as group:
                for change in changes:
                    if change.stage == stage:
                        group.create_task(issue(change))
        except ExceptionGroup as failed:
            raise failed.exceptions[0] from None  # One refusal is told; the next plan finds the others.


def _correlation_id(tenant_id: TenantId, changes: Sequence[Change]) -> str:
    """One for the whole run, so that the audit trail shows together what one file changed."""
    return str(uuid5(UUID(tenant_id), "provisioning:" + ",".join(_command_id(tenant_id, each) for each in changes)))


def _request(tenant_id: TenantId, change: Change, correlation_id: str) -> Request:
    body = msgspec.json.encode(change.step.command)
    return Request(command_id=_command_id(tenant_id, change), body=body, correlation_id=correlation_id)


def _command_id(tenant_id: TenantId, change: Change) -> str:
    """From what is commanded and the version it was planned at: a name may go back to what it was, and back again."""
    content = msgspec.json.encode(change.step.command).decode()
    return str(uuid5(UUID(tenant_id), f"provisioning:{change.verb}:{change.step.identity}:{change.version}:{content}"))
