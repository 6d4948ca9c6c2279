"""Campaigns: the directive as it stands, its phases, its reviews, and every occurrence of every duty."""

from typing import Any, assert_never

import msgspec

from adapters.read_models.model import Batch, ReadModel, first, identity, stamp
from adapters.read_models.table import Alter, Change, Clear, Put, Table
from application.ports import Recorded
from domain.campaign.messages import (
    Addendum,
    CampaignAmended,
    CampaignCancelled,
    CampaignConcluded,
    CampaignDrafted,
    CampaignLaunched,
    CampaignReviewed,
    ClauseInterpreted,
    Event,
    PhaseClosed,
    PhaseOpened,
    TitleAdmitted,
)
from domain.dates import Span
from domain.directive import Directive, DutySpec
from domain.schedule import DutyDate

CAMPAIGNS = Table(
    name="campaigns",
    key=("campaign_id",),
    columns={
        "campaign_id": "text",
        "issuer_id": "text",
        "issuer_level": "text",
        "parent_campaign_id": "text",
        "name": "text",
        "document_number": "text",
        "directive": "text",
        "state": "text",
        "launched_on": "date",
        "opens_on": "date",
        "closes_on": "date",
        "drafted_at": "timestamptz",
        "first_position": "bigint",
        "version": "bigint",
        "position": "bigint",
    },
)
PHASES = Table(
    name="campaign_phases",
    key=("campaign_id", "phase"),
    columns={
        "campaign_id": "text",
        "phase": "text",
        "place": "integer",
        "name": "text",
        "theme": "text",
        "peak": "boolean",
        "source": "text",
        "opens_on": "date",
        "closes_on": "date",
    },
)
# Apart from the phases, because an amendment replaces those, and what has happened stays.
PHASE_MARKS = Table(
    name="campaign_phase_marks",
    key=("campaign_id", "phase"),
    columns={"campaign_id": "text", "phase": "text", "opened_at": "timestamptz", "closed_at": "timestamptz"},
)
# What is owed and when are apart, because the launch tells only the days.
DUTY_SPECS = Table(
    name="campaign_duties",
    key=("campaign_id", "duty"),
    columns={
        "campaign_id": "text",
        "duty": "text",
        "name": "text",
        "kind": "text",
        "modality": "text",
        "source": "text",
        "department": "text",
        "lapses": "boolean",
        "bearers": "text[]",
        "units": "text[]",
        "sectors": "text[]",
        "fulfilled_by": "text[]",
    },
)
DUTY_DATES = Table(
    name="campaign_duty_dates",
    key=("campaign_id", "duty", "occurrence"),
    columns={
        "campaign_id": "text",
        "duty": "text",
        "occurrence": "text",
        "opens_on": "date",
        "due_on": "date",
    },
)
REVIEWS = Table(
    name="campaign_reviews",
    key=("campaign_id", "scope", "period"),
    columns={
        "campaign_id": "text",
        "scope": "text",
        "period": "text",
        "called": "text",
        "document": "text",
        "findings": "text",
        "reviewed_at": "timestamptz",
    },
)
# The directive stays as it was handed in; what was added to it since is put in when it is read, in this order.
ADDENDA = Table(
    name="campaign_addenda",
    key=("campaign_id", "position"),
    columns={
        "campaign_id": "text",
        "position": "bigint",
        "kind": "text",
        "event": "text",
        "recorded_at": "timestamptz",
    },
)


def project(batch: Batch) -> list[Change]:
    return [change for recorded, event in batch for change in _changes(recorded, event)]


def _changes(recorded: Recorded, event: Event) -> list[Change]:
    campaign = identity(recorded)

    def alter(**values: Any) -> Alter:
        return Alter(CAMPAIGNS, (campaign,), {**values, **stamp(recorded)})

    match event:
        case CampaignDrafted():
            return [_drafted(campaign, recorded, event), *_terms(campaign, event.directive, ())]
        case CampaignLaunched():
            launched = alter(state="launched", launched_on=event.launched_on)
            opened = [Alter(PHASES, (campaign, span.code), _days(span)) for span in event.phases]
            return [launched, *opened, *_dates(campaign, event.duty_dates)]
        case CampaignAmended():
            terms = _terms(campaign, event.directive, event.phases)
            return [alter(**_summary(event.directive)), *terms, *_dates(campaign, event.duty_dates)]
        case PhaseOpened(phase=phase):
            return [alter(), Put(PHASE_MARKS, (campaign, phase), {"opened_at": recorded.recorded_at})]
        case PhaseClosed(phase=phase):
            return [alter(), Put(PHASE_MARKS, (campaign, phase), {"closed_at": recorded.recorded_at})]
        case CampaignReviewed():
            return [alter(), _review(campaign, recorded, event)]
        case ClauseInterpreted() | TitleAdmitted():
            return [alter(), _addendum(campaign, recorded, event)]
        case CampaignConcluded():
            return [alter(state="concluded")]
        case CampaignCancelled():
            return [alter(state="cancelled")]
        case _:
            assert_never(event)


def _drafted(campaign: str, recorded: Recorded, event: CampaignDrafted) -> Put:
    values = {
        "issuer_id": event.issuer_id,
        "issuer_level": event.issuer_level,
        "parent_campaign_id": event.parent_campaign_id,
        "state": "drafted",
        "drafted_at": recorded.recorded_at,
        **_summary(event.directive),
        **first(recorded),
    }
    return Put(CAMPAIGNS, (campaign,), values)


def _summary(directive: Directive) -> dict[str, Any]:
    return {
        "name": directive.name,
        "document_number": directive.document.number,
        "directive": msgspec.json.encode(directive).decode(),
        "opens_on": directive.horizon.opens_on,
        "closes_on": directive.horizon.closes_on,
    }


def _terms(campaign: str, directive: Directive, spans: tuple[Span, ...]) -> list[Change]:
    """The phases and duties of a directive, in place of those of the one before it."""
    known = {span.code: span for span in spans}
    changes: list[Change] = [Clear(table, (campaign,)) for table in (PHASES, DUTY_SPECS, DUTY_DATES)]
    for place, phase in enumerate(directive.phases):
        span = known.get(phase.code)
        values = {
            "place": place,
            "name": phase.name,
            "theme": phase.theme,
            "peak": phase.peak,
            "source": phase.source,
            "opens_on": span.opens_on if span else phase.opens_on,
            "closes_on": phase.closes_on,
        }
        changes.append(Put(PHASES, (campaign, phase.code), values))
    return [*changes, *(Put(DUTY_SPECS, (campaign, duty.code), _duty(duty)) for duty in directive.duties)]


def _days(span: Span) -> dict[str, Any]:
    return {"opens_on": span.opens_on, "closes_on": span.closes_on}


def _duty(duty: DutySpec) -> dict[str, Any]:
    return {
        "name": duty.name,
        "kind": duty.kind,
        "modality": duty.modality,
        "source": duty.source,
        "department": duty.department,
        "lapses": duty.lapses,
        "bearers": duty.bearers,
        "units": duty.units,
        "sectors": duty.sectors,
        "fulfilled_by": tuple(kind.value for kind in duty.fulfilled_by),
    }


def _dates(campaign: str, duty_dates: tuple[DutyDate, ...]) -> list[Change]:
    return [
        Put(
            DUTY_DATES,
            (campaign, due.duty, due.occurrence.code),
            {"opens_on": due.occurrence.opens_on, "due_on": due.occurrence.due_on},
        )
        for due in duty_dates
    ]


def _review(campaign: str, recorded: Recorded, event: CampaignReviewed) -> Put:
    values = {
        "called": event.called,
        "document": msgspec.json.encode(event.document).decode(),
        "findings": event.findings,
        "reviewed_at": recorded.recorded_at,
    }
    return Put(REVIEWS, (campaign, event.scope, event.period), values)


def _addendum(campaign: str, recorded: Recorded, event: Addendum) -> Put:
    kind = "interpretation" if isinstance(event, ClauseInterpreted) else "title"
    values = {"kind": kind, "event": msgspec.json.encode(event).decode(), "recorded_at": recorded.recorded_at}
    return Put(ADDENDA, (campaign, recorded.position), values)


CAMPAIGN_MODEL = ReadModel(
    name="campaigns",
    tables=(CAMPAIGNS, PHASES, PHASE_MARKS, DUTY_SPECS, DUTY_DATES, REVIEWS, ADDENDA),
    families=frozenset({"campaign"}),
    project=project,
)
