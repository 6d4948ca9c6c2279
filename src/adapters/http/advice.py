"""Advice on a directive in the words of people: Vietnamese and English."""

from datetime import date
from typing import Any

import msgspec

from adapters.http.moments import Moment
from adapters.http.route import Exchange
from adapters.read_models.campaign_list import CampaignDetail
from domain.consistency import Advice, advice
from domain.dates import Occurrence, Span
from domain.reviews import ReviewDue, reviews_due

WORDS: dict[str, tuple[str, str]] = {
    "phases-overlap": (
        "Đợt {phase} chồng lên đợt {other}: một ngày thuộc cả hai đợt",
        "Phase {phase} overlaps phase {other}: a day lies in both",
    ),
    "report-before-phase-ends": (
        "Báo cáo “{name}” đến hạn {day}, trước khi đợt {phase} kết thúc",
        "The report “{name}” is due {day}, before phase {phase} ends",
    ),
    "horizon-outside-parent": (
        "Thời gian thực hiện nằm ngoài phong trào cấp trên ({opens_on} đến {closes_on})",
        "The horizon lies outside the parent campaign's ({opens_on} to {closes_on})",
    ),
    "target-without-comparator": (
        "Chỉ tiêu “{name}” không nói là bằng, từ … trở lên hay trên; tạm hiểu là từ … trở lên",
        "The target “{name}” states no comparator; it is read as at least",
    ),
    "wording-contradictory": (
        "“{wording}” tự mâu thuẫn; hãy ghi cách hiểu",
        "“{wording}” contradicts itself; record how it is read",
    ),
    "duty-without-date": (
        "Nhiệm vụ “{name}” không nêu ngày; hạn là ngày cuối của phong trào",
        "The duty “{name}” names no day; it is due on the campaign's last",
    ),
    "registration-without-deadline": (
        "“{name}” không nêu hạn đăng ký",
        "“{name}” names no deadline for registrations",
    ),
}


class AdviceTold(Advice, frozen=True, kw_only=True):
    """`vi` and `en` say it in words."""

    vi: str
    en: str


class CampaignWhole(CampaignDetail, frozen=True, kw_only=True):
    """`advice`: what is allowed in this directive and worth a second look. `reviews_due`: what is to be reviewed by the
    directive's duties, and whether that was held, is due or overdue today."""

    advice: tuple[AdviceTold, ...]
    reviews_due: tuple[ReviewDue, ...]


async def with_advice(exchange: Exchange, found: CampaignDetail, moment: Moment) -> CampaignWhole:
    """The campaign with what should be looked at in its directive, and what is to be reviewed."""
    shown: dict[str, Any] = {name: getattr(found, name) for name in CampaignDetail.__struct_fields__}
    return CampaignWhole(
        **shown,
        advice=tuple(_told(one) for one in advice(found.directive, parent=_horizon(found))),
        reviews_due=tuple(_reviews(found, moment.today)),
    )


def _reviews(found: CampaignDetail, today: date) -> list[ReviewDue]:
    dates = [
        (row.duty, Occurrence(code=row.occurrence, opens_on=row.opens_on, due_on=row.due_on))
        for row in found.duty_dates
    ]
    held = [(review.scope, review.period) for review in found.reviews]
    return reviews_due(found.directive, dates, held, today)


def _horizon(found: CampaignDetail) -> Span | None:
    if found.parent is None:
        return None
    return Span(code="parent", opens_on=found.parent.opens_on, closes_on=found.parent.closes_on)


def _told(one: Advice) -> AdviceTold:
    vi, en = WORDS[one.code]
    return AdviceTold(**msgspec.structs.asdict(one), vi=vi.format_map(one.facts), en=en.format_map(one.facts))
