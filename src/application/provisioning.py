"""A federation's file made true in its tenant: what differs, and the ordinary commands that change it.

The file says what is; whatever it does not mention stays as it is. Ids come from the file's codes and command ids from
what is commanded at which version, so the same file may be applied again and again, and after a kill goes on where it
stopped.
"""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID, uuid5

import msgspec

from application.execute import Platform, Request, Step, execute
from application.federation_changes import Change, Current, Verb, fixed
from application.federation_file import CampaignEntry, FederationFile, MemberEntry
from application.federation_units import cluster_changes, new_titles, particulars, unit_changes
from application.file_problems import FileProblem, FileProblems
from domain.campaign import CAMPAIGN
from domain.campaign.evolve import Campaign, Status
from domain.campaign.messages import AmendCampaign, DraftCampaign
from domain.cluster import CLUSTER
from domain.decider import AnyDecider, Command
from domain.events import decode
from domain.ids import TenantId, derived, stream
from domain.member import MEMBER
from domain.member.messages import ChangeEmployment, EnrolMember, MoveMember, RecordMemberTitle
from domain.unit import (
    UNIT,
)
from tenants.scope import Role, TenantScope

LOADED_AT_ONCE = 500
COMMANDS_AT_ONCE = 16


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
        *(unit_changes(entry, f"units[{i}]", now, tenant_id, today) for i, entry in enumerate(file.units)),
        *(
            cluster_changes(entry, f"clusters[{i}]", now, file, tenant_id, today)
            for i, entry in enumerate(file.clusters)
        ),
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
    for title in new_titles(entry.titles, state.titles, key, entry.code):
        yield change("record-title", RecordMemberTitle(**particulars(title)), f"{title.title_name}, {title.year}", 7)
    if state.enrolled is None:
        return
    if entry.joined_on != state.enrolled.joined_on:
        fixed(f"{key}.joined_on", was=state.enrolled.joined_on.isoformat(), code=entry.code)
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
        fixed(f"{key}.issuer", was="another unit", code=entry.key)
    if entry.directive in (state.text, state.directive) or _keeps_its_rules(entry, state):
        return
    if entry.amended_by is None:
        raise FileProblems([_unnamed_paper(f"{key}.amended_by")])
    if state.status not in (Status.DRAFTED, Status.LAUNCHED):
        fixed(f"{key}.directive", was=state.status.value, code=entry.key)
    amending = AmendCampaign(directive=entry.directive, document=entry.amended_by)
    yield change("amend-campaign", amending, entry.amended_by.number or entry.amended_by.title)


def _keeps_its_rules(entry: CampaignEntry, campaign: Campaign) -> bool:
    """Whether only the rule sets differ, and no new paper asks for them: a campaign goes on by those it began with."""
    if entry.amended_by not in (None, campaign.amended_by):
        return False
    return campaign.text is not None and entry.directive == msgspec.structs.replace(
        campaign.text, rule_sets=entry.directive.rule_sets
    )


def kept(file: FederationFile, now: Current) -> dict[str, list[str]]:
    """The parts of each recorded campaign that the file has otherwise without naming a paper, by the campaign's key."""
    found: dict[str, list[str]] = {}
    for entry in file.campaigns:
        state, _ = now.campaigns[entry.key]
        if state.text is None or entry.directive == state.directive:
            continue
        if entry.amended_by is None or _keeps_its_rules(entry, state):
            names = entry.directive.__struct_fields__
            parts = [name for name in names if getattr(entry.directive, name) != getattr(state.text, name)]
            found |= {entry.key: parts} if parts else {}
    return found


def as_recorded(file: FederationFile, now: Current) -> FederationFile:
    """The file with the recorded text of each campaign that it would change without naming a paper."""

    def kept_as_it_is(entry: CampaignEntry) -> CampaignEntry:
        text = now.campaigns[entry.key][0].text
        return msgspec.structs.replace(entry, directive=text) if text and entry.amended_by is None else entry

    return msgspec.structs.replace(file, campaigns=tuple(kept_as_it_is(entry) for entry in file.campaigns))


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
