"""What a row asks for, in the commands that the single thing is entered with: no rule is said twice.

Things are found by their codes, from which their ids follow. What a plan reads is the state of the row's own thing, so
that a row which is already so asks for nothing new.
"""

from collections.abc import Callable
from datetime import date
from functools import lru_cache
from typing import Any

import msgspec

from application.execute import Step
from application.importing.columns import BadCell, Sheet
from application.importing.rows import Planned, Row, missing
from application.importing.sheets import INITIATIVES, MEMBERS, REGISTRATIONS, SCOPES, UNITS
from domain.decider import AnyDecider, Command
from domain.directive import Kind
from domain.evaluation import EVALUATION, evaluation_key
from domain.evaluation.messages import AppraiseEvaluation, Score, SelfScore
from domain.ids import TenantId, derived
from domain.member import MEMBER
from domain.member.evolve import Member
from domain.member.messages import ChangeEmployment, EnrolMember, MoveMember, ReportService
from domain.paper import Document
from domain.registration import REGISTRATION
from domain.registration.evolve import Registration
from domain.registration.messages import (
    Collective,
    ConfirmRegistration,
    Individual,
    RecogniseInitiative,
    SubmitRegistration,
)
from domain.unit import (
    UNIT,
    ChangeSector,
    EstablishUnit,
    FoundUnion,
    MoveUnit,
    RenameUnit,
    ReportHeadcount,
    Unit,
)

DECISION_TITLE = "Công nhận sáng kiến"
_SCOPE_WORDS = {word for _, word in SCOPES}


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """What the rows of a workbook have in common: the tenant, and for some kinds the campaign, period, table, stage."""

    tenant_id: TenantId
    campaign_id: str | None = None
    period: str | None = None
    rubric: str | None = None
    stage: str | None = None

    def unit(self, code: str) -> str:
        return _derived(self.tenant_id, "unit", code)

    def person(self, code: str) -> str:
        return _derived(self.tenant_id, "member", code)


@lru_cache(maxsize=20_000)
def _derived(tenant_id: TenantId, kind: str, code: str) -> str:
    """A row's ids are asked for several times, and a unit's by all its rows."""
    return derived(tenant_id, kind, code)


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """A kind of workbook. `own` is the id of the row's thing, `reads` what else it is decided with, `steps` what it
    asks for; `columns` tells the column that a command's field, or a refusal's code, is about."""

    sheet: Sheet
    decider: AnyDecider
    own: Callable[[Terms, Row], str]
    reads: Callable[[Terms, Row], list[tuple[AnyDecider, str]]]
    steps: Callable[[Terms, Row, Any], Planned]
    columns: dict[str, str]


# --- Units ------------------------------------------------------------------------


def _unit_id(terms: Terms, row: Row) -> str:
    return terms.unit(row.values["unit_code"])


def _parent_id(terms: Terms, row: Row) -> str | None:
    code = row.values["parent_code"]
    return None if code is None else terms.unit(code)


def _unit_reads(terms: Terms, row: Row) -> list[tuple[AnyDecider, str]]:
    parent = _parent_id(terms, row)
    return [(UNIT, parent)] if parent else []


def _unit_steps(terms: Terms, row: Row, unit: Unit) -> Planned:
    commands: list[Command] = [_establishing(terms, row, unit)]
    if unit.established is not None:
        commands += _unit_changes(terms, row, unit)
    if any(row.values[code] is not None for code in _COUNTED):
        commands.append(_headcount(row))
    own = _unit_id(terms, row)
    return Planned(tuple(Step(UNIT, own, command) for command in commands))


def _establishing(terms: Terms, row: Row, unit: Unit) -> EstablishUnit:
    """What established it, or would; of a unit that is there, what has changed since is left to other commands."""
    values, known = row.values, unit.established
    has_union = True if values["has_union"] is None else values["has_union"]
    return EstablishUnit(
        unit_id=_unit_id(terms, row),
        code=values["unit_code"],
        name=known.name if known else values["name"],
        level=values["level"],
        parent_id=known.parent_id if known else _parent_id(terms, row),
        sector=known.sector if known else values["sector"],
        has_union=known.has_union != _takes_union_away(row, unit) if known else has_union,
        cluster=known.cluster if known and values["cluster"] is None else values["cluster"],
        on=values["on"],
    )


def _takes_union_away(row: Row, unit: Unit) -> bool:
    """No row ends a union: one that says so contradicts what is known, and is refused for that."""
    return row.values["has_union"] is False and unit.union_since is not None


def _unit_changes(terms: Terms, row: Row, unit: Unit) -> list[Command]:
    found: list[Command] = []
    parent_id = _parent_id(terms, row)
    if row.values["name"] != unit.names[-1][1]:
        found.append(RenameUnit(name=row.values["name"], on=_changed_on(UNITS, row)))
    if parent_id != unit.parent_id:
        if parent_id is None:
            raise missing(UNITS, "parent_code")
        found.append(MoveUnit(parent_id=parent_id, on=_changed_on(UNITS, row)))
    if row.values["sector"] != unit.sector:
        found.append(ChangeSector(sector=row.values["sector"], on=_changed_on(UNITS, row)))
    if row.values["has_union"] and unit.union_since is None:
        found.append(FoundUnion(on=_changed_on(UNITS, row)))
    return found


def _changed_on(sheet: Sheet, row: Row) -> date:
    on: date | None = row.values["changed_on"]
    if on is None:
        raise missing(sheet, "changed_on")
    return on


_COUNTED = ("members", "workers", "direct_workers", "counted_on")
"""Columns that are filled in together: where one is, the row reports a headcount."""


def _headcount(row: Row) -> ReportHeadcount:
    for code in _COUNTED:
        if row.values[code] is None:
            raise missing(UNITS, code)
    return ReportHeadcount(
        members=_at_most(row, "members", 10_000_000),
        workers=_at_most(row, "workers", 10_000_000),
        direct_workers=_at_most(row, "direct_workers", 10_000_000),
        on=row.values["counted_on"],
    )


def _at_most(row: Row, code: str, most: int) -> int:
    value: int = row.values[code]
    if value > most:
        raise BadCell(field=code, reason=f"at most {most}")
    return value


# --- Members ----------------------------------------------------------------------


def _person_id(terms: Terms, row: Row) -> str:
    return terms.person(row.values["person_code"])


def _home(terms: Terms, row: Row) -> list[tuple[AnyDecider, str]]:
    return [(UNIT, _unit_id(terms, row))]


def _member_steps(terms: Terms, row: Row, member: Member) -> Planned:
    values, known = row.values, member.enrolled
    unit_id, own = _unit_id(terms, row), _person_id(terms, row)
    commands: list[Command] = [
        EnrolMember(
            person_id=own,
            unit_id=known.unit_id if known else unit_id,
            code=values["person_code"],
            full_name=values["full_name"],
            identity=values["identity"],
            employment=known.employment if known else values["employment"],
            joined_on=values["joined_on"],
        )
    ]
    if known is not None and unit_id != member.unit_id:
        commands.append(MoveMember(unit_id=unit_id, on=_changed_on(MEMBERS, row)))
    if known is not None and values["employment"] != member.employment:
        commands.append(ChangeEmployment(employment=values["employment"], on=_changed_on(MEMBERS, row)))
    if any(values[code] is not None for code in _SERVED):
        commands.append(_service(row))
    silent = known is not None and values["identity"] is None
    return Planned(
        tuple(Step(MEMBER, own, command) for command in commands),
        kept={"identity": known.identity} if known is not None and silent else {},
    )


_SERVED = ("year", "months_of_service", "absent_days", "maternity")
"""Columns that are filled in together: where one is, the row reports a year of service."""


def _service(row: Row) -> ReportService:
    for code in _SERVED[:3]:
        if row.values[code] is None:
            raise missing(MEMBERS, code)
    if row.values["year"] not in range(1990, 2101):
        raise BadCell(field="year", reason="lies outside the years 1990 to 2100")
    return ReportService(
        year=row.values["year"],
        months_of_service=_at_most(row, "months_of_service", 12),
        absent_days=_at_most(row, "absent_days", 366),
        maternity=bool(row.values["maternity"]),
    )


# --- Registrations ------------------------------------------------------------------


def _registration_id(terms: Terms, row: Row, kind: str) -> str:
    """One for each campaign, unit, person, kind, title and name: the same row, exported again, is the same thing."""
    values = row.values
    said = (values["unit_code"], values["person_code"], kind, values.get("title"), values["name"])
    return derived(terms.tenant_id, "registration", msgspec.json.encode([terms.campaign_id, *said]).decode())


def _submitting(terms: Terms, row: Row, kind: str) -> SubmitRegistration:
    values = row.values
    assert terms.campaign_id is not None
    person = values["person_code"]
    quantity = values.get("quantity")
    return SubmitRegistration(
        campaign_id=terms.campaign_id,
        unit_id=_unit_id(terms, row),
        kind=Kind(kind),
        subject=Individual(person_id=terms.person(person)) if person else Collective(),
        name=values["name"],
        content=values["content"],
        phase=values.get("phase"),
        title=values.get("title"),
        quantity=None if quantity is None else _at_most(row, "quantity", 1_000_000_000),
        quantity_unit=values.get("quantity_unit"),
        held_on=values.get("held_on"),
        happened_on=values["happened_on"],
    )


def _parties(terms: Terms, row: Row) -> list[tuple[AnyDecider, str]]:
    person = row.values["person_code"]
    return [*_home(terms, row), *([(MEMBER, terms.person(person))] if person else [])]


def _registration_own(terms: Terms, row: Row) -> str:
    return _registration_id(terms, row, row.values["kind"])


def _registration_steps(terms: Terms, row: Row, registration: Registration) -> Planned:
    own = _registration_own(terms, row)
    return Planned((Step(REGISTRATION, own, _submitting(terms, row, row.values["kind"])),))


def _initiative_own(terms: Terms, row: Row) -> str:
    return _registration_id(terms, row, Kind.INITIATIVE.value)


def _initiative_steps(terms: Terms, row: Row, registration: Registration) -> Planned:
    """With a decision it is registered, confirmed and recognised in one go, where it is not so already."""
    commands: list[Command] = [_submitting(terms, row, Kind.INITIATIVE.value)]
    decision = [code for code in ("decision_number", "decided_on", "issuer", "scope") if row.values[code] is not None]
    if decision:
        commands += [ConfirmRegistration(), _recognising(row)]
    own = _initiative_own(terms, row)
    return Planned(tuple(Step(REGISTRATION, own, command) for command in commands))


def _recognising(row: Row) -> RecogniseInitiative:
    values = row.values
    for code in ("decision_number", "decided_on", "issuer", "scope"):
        if values[code] is None:
            raise missing(INITIATIVES, code)
    assert values["scope"] in _SCOPE_WORDS
    document = Document(
        kind="Quyết định",
        number=values["decision_number"],
        issued=values["decided_on"].isoformat(),
        title=DECISION_TITLE,
        issuer=values["issuer"],
    )
    return RecogniseInitiative(scope=values["scope"], document=document)


# --- Scores -----------------------------------------------------------------------


def _evaluation_own(terms: Terms, row: Row) -> str:
    assert terms.campaign_id is not None
    assert terms.period is not None
    assert terms.rubric is not None
    person = row.values["person_code"]
    key = evaluation_key(
        campaign_id=terms.campaign_id,
        unit_id=_unit_id(terms, row),
        person_id=terms.person(person) if person else None,
        period=terms.period,
        rubric=terms.rubric,
    )
    return derived(terms.tenant_id, "evaluation", key)


def _score_steps(terms: Terms, row: Row, evaluation: Any) -> Planned:
    asked = AppraiseEvaluation if terms.stage == "appraisal" else SelfScore
    scores = tuple(
        Score(criterion=code.removeprefix("score:"), points_x100=points)
        for code, points in row.values.items()
        if code.startswith("score:")
    )
    command = asked(
        scores=scores,
        bonus_x100=row.values["bonus"] or 0,
        penalty_x100=row.values["penalty"] or 0,
        explanation=row.values["explanation"],
    )
    return Planned((Step(EVALUATION, _evaluation_own(terms, row), command),))


# --- The kinds --------------------------------------------------------------------

_OF_UNIT = {
    "unit_id": "unit_code", "code": "unit_code", "parent_id": "parent_code", "unit.unknown": "unit_code",
    "unit.parent-unknown": "parent_code", "unit.wrong-level": "level", "unit.established-otherwise": "unit_code",
    "unit.out-of-order": "changed_on", "unit.dissolved": "unit_code", "access.out-of-reach": "unit_code",
}  # fmt: skip
_OF_MEMBER = {
    "unit_id": "unit_code", "code": "person_code", "member.unit-unknown": "unit_code", "on": "changed_on",
    "member.enrolled-otherwise": "person_code", "member.out-of-order": "changed_on", "member.gone": "person_code",
    "person.erased": "person_code", "access.out-of-reach": "unit_code",
}  # fmt: skip
_OF_REGISTRATION = {
    "unit_id": "unit_code", "subject.kind": "person_code", "subject.person_id": "person_code",
    "registration.unit-unknown": "unit_code", "registration.person-unknown": "person_code",
    "registration.registered-otherwise": "name", "registration.closed": "happened_on",
    "document.issued": "decided_on", "access.out-of-reach": "unit_code", "person.erased": "person_code",
}  # fmt: skip
_OF_SCORES = {
    "bonus_x100": "bonus", "penalty_x100": "penalty", "evaluation.unknown": "unit_code",
    "access.out-of-reach": "unit_code", "person.erased": "person_code",
}  # fmt: skip

PLANS = {
    "units": Plan(
        sheet=UNITS, decider=UNIT, own=_unit_id, reads=_unit_reads, steps=_unit_steps, columns=_OF_UNIT,
    ),
    "members": Plan(
        sheet=MEMBERS, decider=MEMBER, own=_person_id, reads=_home, steps=_member_steps, columns=_OF_MEMBER,
    ),
    "registrations": Plan(
        sheet=REGISTRATIONS, decider=REGISTRATION, own=_registration_own, reads=_parties, steps=_registration_steps,
        columns=_OF_REGISTRATION,
    ),
    "initiatives": Plan(
        sheet=INITIATIVES, decider=REGISTRATION, own=_initiative_own, reads=_parties, steps=_initiative_steps,
        columns=_OF_REGISTRATION,
    ),
}  # fmt: skip


def scores_plan(sheet: Sheet) -> Plan:
    """The plan for the sheet of one rubric."""
    return Plan(
        sheet=sheet, decider=EVALUATION, own=_evaluation_own, reads=_home, steps=_score_steps, columns=_OF_SCORES
    )
