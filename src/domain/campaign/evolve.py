"""The state of a campaign."""

from datetime import date
from enum import Enum
from typing import assert_never

import msgspec

from domain.campaign.addenda import in_force
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
from domain.decider import Message
from domain.directive import Directive
from domain.paper import Document
from domain.schedule import DutyDate


class Status(Enum):
    ABSENT = "absent"
    DRAFTED = "drafted"
    LAUNCHED = "launched"
    CONCLUDED = "concluded"
    CANCELLED = "cancelled"


class Campaign(Message, frozen=True, kw_only=True):
    """`text` is the directive as it was handed in, `directive` the same with its `addenda`: as it is read."""

    status: Status = Status.ABSENT
    issuer_id: str = ""
    parent_campaign_id: str | None = None
    parent_document: Document | None = None
    text: Directive | None = None
    amended_by: Document | None = None
    """The last paper that amended the text."""
    addenda: tuple[Addendum, ...] = ()
    directive: Directive | None = None
    launched_on: date | None = None
    phases: tuple[Span, ...] = ()
    duty_dates: tuple[DutyDate, ...] = ()
    opened: tuple[str, ...] = ()
    closed: tuple[str, ...] = ()
    reviews: tuple[tuple[str, str, Document], ...] = ()
    """Scope, period and document of each."""
    ended_by: Document | None = None
    """The document that concluded or cancelled it."""


def evolve(campaign: Campaign, event: Event) -> Campaign:
    change = msgspec.structs.replace
    match event:
        case CampaignDrafted():
            return Campaign(
                status=Status.DRAFTED,
                issuer_id=event.issuer_id,
                parent_campaign_id=event.parent_campaign_id,
                parent_document=event.parent_document,
                text=event.directive,
                directive=event.directive,
            )
        case CampaignLaunched():
            return change(
                campaign,
                status=Status.LAUNCHED,
                launched_on=event.launched_on,
                phases=event.phases,
                duty_dates=event.duty_dates,
            )
        case PhaseOpened(phase=phase):
            return change(campaign, opened=(*campaign.opened, phase))
        case PhaseClosed(phase=phase):
            return change(campaign, closed=(*campaign.closed, phase))
        case CampaignAmended():
            return change(
                campaign,
                text=event.directive,
                amended_by=event.document,
                directive=in_force(event.directive, campaign.addenda),
                phases=event.phases,
                duty_dates=event.duty_dates,
            )
        case CampaignReviewed():
            return change(campaign, reviews=(*campaign.reviews, (event.scope, event.period, event.document)))
        case ClauseInterpreted() | TitleAdmitted():
            assert campaign.text is not None, "what is added to a directive comes after it"
            addenda = (*campaign.addenda, event)
            return change(campaign, addenda=addenda, directive=in_force(campaign.text, addenda))
        case CampaignConcluded(document=document):
            return change(campaign, status=Status.CONCLUDED, ended_by=document)
        case CampaignCancelled(document=document):
            return change(campaign, status=Status.CANCELLED, ended_by=document)
        case _:
            assert_never(event)
