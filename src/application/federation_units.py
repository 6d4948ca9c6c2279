"""A file's units and clusters beside what is recorded of them: the commands that make the file true."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from application.execute import Step
from application.federation_changes import Change, Current, Verb, fixed
from application.federation_file import ClusterEntry, FederationFile, UnitEntry
from domain.cluster import CLUSTER
from domain.cluster.messages import AdmitUnit, FormCluster, NameLead, RenameCluster
from domain.decider import Command
from domain.ids import TenantId, derived
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


def unit_changes(entry: UnitEntry, key: str, now: Current, tenant_id: TenantId, today: date) -> Iterator[Change]:
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
    for title in new_titles(entry.titles, state.titles, key, entry.code):
        yield change("record-title", RecordUnitTitle(**particulars(title)), f"{title.title_name}, {title.year}", 7)


def new_titles(wanted: Sequence[TitleRecord], shelf: Shelf, key: str, code: str) -> Iterator[TitleRecord]:
    """Those that are not on record yet."""
    for number, title in enumerate(wanted):
        known = shelf.of(title.title, title.year)
        if known is None and shelf.last_strike(title.title, title.year) is not None:
            fixed(f"{key}.titles[{number}].title", was="a title that was struck since", code=code)
        if known is None:
            yield title
        elif particulars(known) != particulars(title):
            fixed(f"{key}.titles[{number}].title", was=known.decision.number, code=code)


def particulars(title: TitleRecord) -> dict[str, Any]:
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
        fixed(f"{key}.level", was=established.level, code=entry.code)
    if entry.cluster != established.cluster:
        fixed(f"{key}.cluster", was=established.cluster, code=entry.code)
    if entry.on is not None and entry.on != established.on:
        fixed(f"{key}.on", was=established.on.isoformat(), code=entry.code)
    if not entry.has_union and established.has_union:  # One that was founded since stays, because a file is old.
        fixed(f"{key}.has_union", was=True, code=entry.code)
    if state.dissolved_on is not None:
        fixed(f"{key}.code", was=f"dissolved {state.dissolved_on.isoformat()}", code=entry.code)


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


def cluster_changes(
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
        fixed(
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
