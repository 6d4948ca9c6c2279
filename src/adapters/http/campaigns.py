"""Campaigns over HTTP."""

from adapters.http.advice import CampaignWhole, with_advice
from adapters.http.commands import changes, creates
from adapters.http.examples import DIRECTIVE, DOCUMENT, RULE_SET, TITLE, UNIT_ID
from adapters.http.queries import Dated, Look, listing, single
from adapters.http.route import Route
from adapters.read_models.campaign_list import (
    CampaignDetail,
    CampaignFilter,
    CampaignRow,
    fetch_campaign,
    fetch_campaigns,
)
from adapters.read_models.summary import PhaseSummary, SummaryFilter, fetch_summary
from application.access import Query
from domain.campaign import CAMPAIGN
from domain.campaign.messages import (
    AdmitTitle,
    AmendCampaign,
    CancelCampaign,
    ClosePhase,
    ConcludeCampaign,
    DraftCampaign,
    InterpretClause,
    LaunchCampaign,
    OpenPhase,
    ReviewCampaign,
)
from domain.directive import Level
from domain.ids import Slug

_ONE = "/v1/campaigns/{id}"
COUNTED = ("campaigns", "registrations", "exemplars", "allotments", "evaluations", "awards", "duties", "demands")


class SummaryAsked(Dated, frozen=True, kw_only=True):
    """Narrowed to a phase, a block, a level of unit; as of `day`."""

    phase: Slug | None = None
    block: Slug | None = None
    level: Level | None = None


async def _campaign(look: Look) -> CampaignDetail | None:
    return await fetch_campaign(look.connection, look.tenant_id, look.id, subtree=look.subtree)


async def summary_of(look: Look) -> PhaseSummary | None:
    asked: SummaryAsked = look.asked
    wanted = SummaryFilter(phase=asked.phase, block=asked.block, level=asked.level)
    day = asked.day or look.today
    return await fetch_summary(look.connection, look.tenant_id, look.id, wanted, day=day, subtree=look.subtree)


ROUTES: tuple[Route, ...] = (
    listing(
        "/v1/campaigns",
        asks=Query.CAMPAIGNS,
        fetch=fetch_campaigns,
        filters=CampaignFilter,
        rows=CampaignRow,
        views=("campaigns",),
        summary="Campaigns",
    ),
    single(
        _ONE,
        asks=Query.CAMPAIGNS,
        fetch=_campaign,
        answers=CampaignWhole,
        views=("campaigns",),
        whole=with_advice,
        summary="A campaign with its directive, phases and dates, the campaigns above and below it, and advice",
    ),
    single(
        f"{_ONE}/summary",
        asks=Query.PHASE_SUMMARY,
        fetch=summary_of,
        answers=PhaseSummary,
        views=COUNTED,
        parameters=SummaryAsked,
        summary="Registrations, targets, classes, awards and duties in figures",
    ),
    creates(
        "/v1/campaigns",
        DraftCampaign,
        CAMPAIGN,
        summary="Put a directive on record",
        example={"issuer_id": UNIT_ID, "directive": DIRECTIVE},
    ),
    changes(
        f"{_ONE}/launch",
        LaunchCampaign,
        CAMPAIGN,
        summary="Launch it, on the paper's day or today",
        example={"happened_on": "2024-01-15"},
    ),
    changes(f"{_ONE}/open-phase", OpenPhase, CAMPAIGN, summary="Record that a phase opened", example={"phase": "1"}),
    changes(f"{_ONE}/close-phase", ClosePhase, CAMPAIGN, summary="Record that a phase closed", example={"phase": "1"}),
    changes(
        f"{_ONE}/amend",
        AmendCampaign,
        CAMPAIGN,
        if_match="required",
        summary="Replace the directive by its amended text",
        example={"directive": DIRECTIVE, "document": DOCUMENT},
    ),
    changes(
        f"{_ONE}/review",
        ReviewCampaign,
        CAMPAIGN,
        summary="Record a review (sơ kết, tổng kết)",
        example={
            "scope": "phase",
            "period": "1",
            "called": "sơ kết",
            "document": DOCUMENT,
            "findings": "Đạt hai trên ba chỉ tiêu.",
        },
    ),
    changes(
        f"{_ONE}/interpret",
        InterpretClause,
        CAMPAIGN,
        summary="Record how an ambiguous clause is read",
        example={
            "clause": "targets.one-work",
            "reading": "Từ một công trình trở lên",
            "alternatives": ["Đúng một công trình"],
            "decided_by": "Ban Thường vụ LĐLĐ tỉnh",
            "decided_on": "2024-02-01",
            "read_as": ">=",
        },
    ),
    changes(
        f"{_ONE}/admit-title",
        AdmitTitle,
        CAMPAIGN,
        summary="Add a title by law, where the directive leaves its list open",
        example={"title": TITLE, "rule_set": RULE_SET, "document": DOCUMENT},
    ),
    changes(f"{_ONE}/conclude", ConcludeCampaign, CAMPAIGN, summary="Conclude it", example={"document": DOCUMENT}),
    changes(
        f"{_ONE}/cancel",
        CancelCampaign,
        CAMPAIGN,
        summary="Cancel it, with the reason",
        example={"document": DOCUMENT, "reason": "Lập lại kế hoạch."},
    ),
)
