"""Predicates about the subject in the year that the award is for."""

from datetime import date
from typing import Annotated

import msgspec

from domain.ids import Slug
from domain.rules.case import REACH, SEVERITY, Case, Count, DisciplineKind, InitiativeScope
from domain.rules.predicate import Answer, Facts, Predicate, fits


class Registered(Predicate, frozen=True, kw_only=True, tag_field="kind", tag="registered"):
    """R22: not registered, not considered."""

    needs = ("registered",)
    vi = "Đã đăng ký thi đua và được xác nhận: {registered}."
    en = "Registered, and the registration confirmed: {registered}."

    def answer(self, case: Case) -> Answer:
        return fits(case.registered, {"registered": case.registered})


class ServiceMonthsMin(Predicate, frozen=True, kw_only=True, tag_field="kind", tag="service-months-min"):
    """R22: in service for at least so many months of the year."""

    individual_only = True
    needs = ("service_months",)
    vi = "Công tác {months} tháng trong năm, cần ít nhất {months_min} tháng."
    en = "{months} months of service in the year, at least {months_min} are needed."
    months: Annotated[int, msgspec.Meta(ge=1, le=12)]

    def answer(self, case: Case) -> Answer:
        served = case.service_months
        met = None if served is None else served >= self.months
        return fits(met, {"months_min": self.months, "months": served})


class SeniorityYearsMin(Predicate, frozen=True, kw_only=True, tag_field="kind", tag="seniority-years-min"):
    """R2: a member for at least so many full years on the day of the judgement (dedication, seniority)."""

    individual_only = True
    needs = ("joined_on", "day")
    vi = "Là đoàn viên từ {joined_on}, đủ {years} năm; cần ít nhất {years_min} năm."
    en = "A member since {joined_on}, for {years} full years; at least {years_min} are needed."
    years: Annotated[int, msgspec.Meta(ge=1, le=60)]

    def answer(self, case: Case) -> Answer:
        facts: Facts = {"years_min": self.years}
        if case.joined_on is None:
            return "unknown", facts
        begun = (case.day.month, case.day.day) < (case.joined_on.month, case.joined_on.day)
        full = max(0, case.day.year - case.joined_on.year - begun)
        return fits(full >= self.years, facts | {"joined_on": case.joined_on.isoformat(), "years": full})


class AbsenceDaysMax(Predicate, frozen=True, kw_only=True, tag_field="kind", tag="absence-days-max"):
    """R22: absent at most so many working days ("from 40 days on" excluded is 39 here); maternity leave is excepted."""

    individual_only = True
    needs = ("absent_days", "maternity")
    vi = "Nghỉ {days} ngày làm việc, không được quá {days_max} ngày; nghỉ thai sản: {maternity}."
    en = "{days} working days of absence, at most {days_max} are allowed; maternity leave: {maternity}."
    days: Count
    maternity_excepted: bool = True

    def answer(self, case: Case) -> Answer:
        facts: Facts = {"days_max": self.days, "days": case.absent_days, "maternity": case.maternity}
        if self.maternity_excepted and case.maternity:
            return "for", facts
        return fits(None if case.absent_days is None else case.absent_days <= self.days, facts)


class NoDiscipline(Predicate, frozen=True, kw_only=True, tag_field="kind", tag="no-discipline"):
    """No discipline as severe as `from_kind` imposed, or still running, since the case's period began (or `since`)."""

    needs = ("disciplines", "period_from")
    vi = "Không bị kỷ luật từ mức “{from_kind}” kể từ {since}; đã ghi nhận: {found}."
    en = "No discipline from “{from_kind}” on since {since}; on record: {found}."
    from_kind: DisciplineKind = "reprimand"
    since: date | None = None

    def is_asked_of(self, case: Case) -> bool:
        """A collective's disciplines are asked for only where somebody reported them."""
        return case.subject == "individual" or case.disciplines is not None

    def answer(self, case: Case) -> Answer:
        since = self.since or case.period_from
        facts: Facts = {"from_kind": self.from_kind, "since": since.isoformat()}
        if case.disciplines is None:
            return "unknown", facts
        severe = [
            discipline.kind
            for discipline in case.disciplines
            if SEVERITY[discipline.kind] >= SEVERITY[self.from_kind] and discipline.runs_after(since)
        ]
        return fits(not severe, facts | {"found": ", ".join(severe)})


class NoHold(Predicate, frozen=True, kw_only=True, tag_field="kind", tag="no-hold"):
    """R5: nothing is pending: no discipline, inspection, complaint or allegation."""

    needs = ("held",)
    vi = "Hồ sơ đang tạm dừng vì có việc chờ giải quyết: {held}."
    en = "The dossier is on hold, because something is pending: {held}."

    def answer(self, case: Case) -> Answer:
        return fits(None if case.held is None else not case.held, {"held": case.held})


class NotAwardedTwice(Predicate, frozen=True, kw_only=True, tag_field="kind", tag="not-awarded-twice"):
    """R1: one achievement is not awarded twice, nor one title of a campaign for one year under two names of it."""

    needs = ("same_achievement",)
    vi = "Thành tích này đã được khen ở hồ sơ: {awards}."
    en = "This achievement was awarded already by the dossiers: {awards}."

    def answer(self, case: Case) -> Answer:
        if case.same_achievement is None:
            return "unknown", {}
        return fits(not case.same_achievement, {"awards": ", ".join(case.same_achievement)})


class RecognisedInitiative(Predicate, frozen=True, kw_only=True, tag_field="kind", tag="recognised-initiative"):
    """R3, R4: an initiative recognised with at least this reach."""

    needs = ("initiatives",)
    vi = "Có {found} sáng kiến được công nhận từ phạm vi “{scope}”, cần ít nhất một."
    en = "{found} recognised initiatives with the reach “{scope}” or wider, one is needed."
    scope: InitiativeScope = "grassroots"

    def answer(self, case: Case) -> Answer:
        if case.initiatives is None:
            return "unknown", {"scope": self.scope}
        reaching = [scope for scope in case.initiatives if REACH[scope] >= REACH[self.scope]]
        return fits(bool(reaching), {"scope": self.scope, "found": len(reaching)})


class DirectWorkerPriority(Predicate, frozen=True, kw_only=True, tag_field="kind", tag="direct-worker-priority"):
    """R1: direct workers first. A reason for, never an obstacle."""

    individual_only = True
    alone = True
    needs = ("employment",)
    vi = "Loại hình lao động: {employment}; người trực tiếp lao động được ưu tiên."
    en = "Employment: {employment}; direct workers come first."

    def answer(self, case: Case) -> Answer | None:
        return ("for", {"employment": case.employment}) if case.employment == "direct-worker" else None


class NoFatalAccident(Predicate, frozen=True, kw_only=True, tag_field="kind", tag="no-fatal-accident"):
    """R19: no accident at work cost a life in the collective since the case's period began."""

    collective_only = True
    needs = ("fatal_accidents", "period_from")
    vi = "Không có tai nạn lao động chết người kể từ {since}; đã ghi nhận: {found}."
    en = "No fatal accident at work since {since}; on record: {found}."

    def answer(self, case: Case) -> Answer:
        facts: Facts = {"since": case.period_from.isoformat()}
        if case.fatal_accidents is None:
            return "unknown", facts
        found = [day.isoformat() for day in case.fatal_accidents if day >= case.period_from]
        return fits(not found, facts | {"found": ", ".join(found)})


class DossierParts(Predicate, frozen=True, kw_only=True, tag_field="kind", tag="dossier-parts"):
    """R13: the dossier holds these parts: submission, achievement-report, minutes, initiative-certificate …"""

    needs = ("parts",)
    vi = "Hồ sơ cần: {parts}; còn thiếu: {missing}."
    en = "The dossier needs: {parts}; missing: {missing}."
    parts: Annotated[tuple[Slug, ...], msgspec.Meta(min_length=1)]

    def answer(self, case: Case) -> Answer:
        facts: Facts = {"parts": ", ".join(self.parts)}
        if case.parts is None:
            return "unknown", facts
        missing = [part for part in self.parts if part not in case.parts]
        return fits(not missing, facts | {"missing": ", ".join(missing)})


class ProposalsMax(Predicate, frozen=True, kw_only=True, tag_field="kind", tag="proposals-max"):
    """R17: at most so many proposals for one title of the campaign (its theme) in one year."""

    needs = ("proposals",)
    vi = "Là đề nghị thứ {number} của danh hiệu này trong năm, không được quá {count}."
    en = "Proposal number {number} for this title in the year, at most {count} are taken."
    count: Annotated[int, msgspec.Meta(ge=1, le=100_000)]

    def answer(self, case: Case) -> Answer:
        met = None if case.proposals is None else case.proposals <= self.count
        return fits(met, {"count": self.count, "number": case.proposals})
