"""Predicates about what comes after eligibility: publication, the vote, the list, the decision, the prize."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Annotated

import msgspec

from domain.decider import Message, Name
from domain.ids import Slug
from domain.rules.case import Case, Share
from domain.rules.predicate import Answer, Facts, Predicate, Source, fits


class PublicationWorkingDaysMin(
    Predicate, frozen=True, kw_only=True, tag_field="kind", tag="publication-working-days-min"
):
    """R7: published for at least so many working days before the council meets. `holidays` are the public ones."""

    stage = "publication"
    needs = ("published_from", "published_until", "meets_on")
    vi = "Công khai {days} ngày làm việc trước ngày họp {meets_on}, cần ít nhất {days_min}."
    en = "Published for {days} working days before the meeting of {meets_on}, at least {days_min} are needed."
    days: Annotated[int, msgspec.Meta(ge=1, le=100)]
    holidays: tuple[date, ...] = ()

    def answer(self, case: Case) -> Answer:
        if case.published_from is None or case.published_until is None or case.meets_on is None:
            return "unknown", {"days_min": self.days}
        last = min(case.published_until, case.meets_on - timedelta(days=1))
        days = working_days(after=case.published_from, until=last, holidays=self.holidays)
        return fits(days >= self.days, {"days_min": self.days, "days": days, "meets_on": case.meets_on.isoformat()})


def working_days(*, after: date, until: date, holidays: Iterable[date]) -> int:
    """Working days from the day after `after` up to `until`, which counts: Monday to Friday, no holiday."""
    closed = set(holidays)
    days = (after + timedelta(days=number) for number in range(1, (until - after).days + 1))
    return sum(day.weekday() < 5 and day not in closed for day in days)


class Quorum(Predicate, frozen=True, kw_only=True, tag_field="kind", tag="quorum"):
    """R8-10: at least `numerator`/`denominator` of the full roster is in the room."""

    stage = "vote"
    needs = ("vote",)
    vi = "{present} trong {roster} thành viên dự họp, cần từ {numerator}/{denominator}."
    en = "{present} of {roster} members were in the room, {numerator}/{denominator} are needed."
    numerator: Annotated[int, msgspec.Meta(ge=1)]
    denominator: Annotated[int, msgspec.Meta(ge=1)]

    def answer(self, case: Case) -> Answer:
        facts: Facts = {"numerator": self.numerator, "denominator": self.denominator}
        if case.vote is None:
            return "unknown", facts
        met = case.vote.present * self.denominator >= self.numerator * case.vote.roster
        return fits(met, facts | {"present": case.vote.present, "roster": case.vote.roster})


class VoteShareMin(Predicate, frozen=True, kw_only=True, tag_field="kind", tag="vote-share-min"):
    """R8-10: votes for, out of the full roster; who did not vote counts as not for.

    `recused_count`: who stepped aside for a conflict of interest stays in the roster that is counted against.
    """

    stage = "vote"
    needs = ("vote",)
    vi = (
        "{votes_for} phiếu đồng ý trên {roster} thành viên, cần từ {share_x100_min} phần vạn; không tính người "
        "tránh phiếu: {recused}."
    )
    en = (
        "{votes_for} votes for out of {roster} members, {share_x100_min} of ten thousand are needed; left out as "
        "recused: {recused}."
    )
    share_x100: Share
    recused_count: bool = True

    def answer(self, case: Case) -> Answer:
        facts: Facts = {"share_x100_min": self.share_x100}
        if case.vote is None:
            return "unknown", facts
        left_out = 0 if self.recused_count else case.vote.recused
        counted = case.vote.roster - left_out
        facts |= {"votes_for": case.vote.votes_for, "roster": counted}
        facts |= {} if self.recused_count else {"recused": left_out}
        return fits(counted > 0 and case.vote.votes_for * 10_000 >= self.share_x100 * counted, facts)


class QuotaShareMax(Predicate, frozen=True, kw_only=True, tag_field="kind", tag="quota-share-max"):
    """R11: of the denominator called `of`, frozen at a stated date, at most this share is granted the title."""

    stage = "list"
    needs = ("quotas",)
    vi = "Khen {granted} trên {whole} người giữ danh hiệu {of}, không được quá {share_x100_max} phần vạn."
    en = "{granted} granted out of {whole} holders of {of}, at most {share_x100_max} of ten thousand are allowed."
    of: Slug
    share_x100: Share

    def answer(self, case: Case) -> Answer:
        facts: Facts = {"of": self.of, "share_x100_max": self.share_x100}
        quota = next((count for count in case.quotas or () if count.of == self.of), None)
        if quota is None:
            return "unknown", facts
        counted: Facts = {"granted": quota.granted, "whole": quota.whole}
        return fits(quota.granted * 10_000 <= self.share_x100 * quota.whole, facts | counted)


FIXED_NUMBER = "fixed-number"
"""What a quota that is no share is counted under, among those that are."""


class QuotaCountMax(Predicate, frozen=True, kw_only=True, tag_field="kind", tag="quota-count-max"):
    """R11: at most so many are granted the title in the campaign."""

    stage = "list"
    needs = ("quotas",)
    vi = "Khen {granted}, không được quá {count}."
    en = "{granted} granted, at most {count} are allowed."
    count: Annotated[int, msgspec.Meta(ge=1, le=1_000_000)]

    def answer(self, case: Case) -> Answer:
        quota = next((one for one in case.quotas or () if one.of == FIXED_NUMBER), None)
        if quota is None:
            return "unknown", {"count": self.count}
        return fits(quota.granted <= self.count, {"count": self.count, "granted": quota.granted})


class ConcurrenceOf(Predicate, frozen=True, kw_only=True, tag_field="kind", tag="concurrence"):
    """R8: the named body agreed (hiệp y) before the decision."""

    stage = "decision"
    needs = ("concurrences",)
    vi = "Hiệp y của {body}: {agrees}."
    en = "Concurrence of {body}: {agrees}."
    body: Slug

    def answer(self, case: Case) -> Answer:
        if case.concurrences is None:
            return "unknown", {"body": self.body, "agrees": None}
        given = [one.agrees for one in case.concurrences if one.body == self.body]
        return fits(given[-1] if given else None, {"body": self.body, "agrees": given[-1] if given else None})


class BaseSalary(Message, frozen=True, kw_only=True):
    """mức lương cơ sở: đồng a month, from a day on, with the paper that set it."""

    effective_from: date
    monthly_vnd: Annotated[int, msgspec.Meta(ge=1, le=1_000_000_000)]
    source: Source
    cites: Name


class PrizeCoefficient(Predicate, frozen=True, kw_only=True, tag_field="kind", tag="prize-coefficient"):
    """R6: the prize is the coefficient times the base salary of the day. Nothing else may be stated.

    `base_salaries` are filled in from the platform's own table where the file leaves them out, and so are pinned.
    """

    alone = True
    needs = ("day", "prize_vnd")
    vi = "Tiền thưởng theo hệ số: {due_vnd} đồng; nêu trong quyết định: {stated_vnd}."
    en = "The prize by its coefficient: {due_vnd} đồng; stated: {stated_vnd}."
    coefficient_x100: Annotated[int, msgspec.Meta(ge=1, le=100_000)]
    base_salaries: tuple[BaseSalary, ...] = ()

    def salary(self, day: date) -> BaseSalary | None:
        """The base salary in force on a day; None: the table does not reach back so far."""
        begun = [salary for salary in self.base_salaries if salary.effective_from <= day]
        return max(begun, key=lambda salary: salary.effective_from, default=None)

    def due_vnd(self, day: date) -> int | None:
        salary = self.salary(day)
        return None if salary is None else self.coefficient_x100 * salary.monthly_vnd // 100

    def answer(self, case: Case) -> Answer:
        salary, due_vnd = self.salary(case.day), self.due_vnd(case.day)
        facts: Facts = {"coefficient_x100": self.coefficient_x100, "stated_vnd": case.prize_vnd, "due_vnd": due_vnd}
        facts |= {"base_salary_vnd": salary.monthly_vnd, "base_salary_source": salary.source} if salary else {}
        met = None if due_vnd is None else case.prize_vnd in (None, due_vnd)
        return fits(met, facts)
