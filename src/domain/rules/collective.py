"""Predicates about the persons of a collective (R12)."""

from typing import Annotated

import msgspec

from domain.ids import Slug
from domain.rules.case import SEVERITY, Case, Count, DisciplineKind, Share
from domain.rules.predicate import Answer, Facts, Predicate, fits

Classes = Annotated[tuple[Slug, ...], msgspec.Meta(min_length=1)]


def share_of(found: int, members: int, share_x100: int, facts: Facts) -> Answer:
    """Whether `found` of `members` is the share or more; what is needed is told in persons, rounded up."""
    needed = -(-members * share_x100 // 10_000)
    counted: Facts = {"found": found, "members": members, "needed": needed}
    return fits(members > 0 and found * 10_000 >= share_x100 * members, facts | counted)


class TasksShareMin(Predicate, frozen=True, kw_only=True, tag_field="kind", tag="tasks-share-min"):
    """R12: of the members at least this share was classified in one of `classes`, that is completed its tasks."""

    collective_only = True
    needs = ("collective",)
    vi = "{found} trong {members} người được xếp loại {classes}, cần {needed}."
    en = "{found} of {members} persons are classified {classes}, {needed} needed."
    classes: Classes
    share_x100: Share

    def answer(self, case: Case) -> Answer:
        facts: Facts = {"classes": ", ".join(self.classes), "share_x100_min": self.share_x100}
        if case.collective is None or case.collective.members is None:
            return "unknown", facts
        return share_of(case.collective.classified(self.classes), case.collective.members, self.share_x100, facts)


class HoldersShareMin(Predicate, frozen=True, kw_only=True, tag_field="kind", tag="holders-share-min"):
    """R12: of the members at least this share holds the title in the year."""

    collective_only = True
    needs = ("collective",)
    vi = "{found} trong {members} người giữ danh hiệu {title}, cần {needed}."
    en = "{found} of {members} persons hold the title {title}, {needed} needed."
    title: Slug
    share_x100: Share

    def answer(self, case: Case) -> Answer:
        facts: Facts = {"title": self.title, "share_x100_min": self.share_x100}
        if case.collective is None or case.collective.members is None:
            return "unknown", facts
        return share_of(case.collective.holders(self.title), case.collective.members, self.share_x100, facts)


class HoldersMin(Predicate, frozen=True, kw_only=True, tag_field="kind", tag="holders-min"):
    """R12: at least so many members hold the title in the year."""

    collective_only = True
    needs = ("collective",)
    vi = "{found} người giữ danh hiệu {title}, cần ít nhất {count}."
    en = "{found} persons hold the title {title}, at least {count} are needed."
    title: Slug
    count: Annotated[int, msgspec.Meta(ge=1, le=100_000)]

    def answer(self, case: Case) -> Answer:
        facts: Facts = {"title": self.title, "count": self.count}
        if case.collective is None:
            return "unknown", facts
        found = case.collective.holders(self.title)
        return fits(found >= self.count, facts | {"found": found})


class NoMemberDiscipline(Predicate, frozen=True, kw_only=True, tag_field="kind", tag="no-member-discipline"):
    """R12: at most `allowed` members with a discipline as severe as `from_kind` in the period."""

    collective_only = True
    needs = ("collective",)
    vi = "{found} kỷ luật từ mức “{from_kind}” trong tập thể, cho phép {allowed}."
    en = "{found} disciplines from “{from_kind}” on among the members, {allowed} allowed."
    from_kind: DisciplineKind = "warning"
    allowed: Count = 0

    def answer(self, case: Case) -> Answer:
        facts: Facts = {"from_kind": self.from_kind, "allowed": self.allowed}
        if case.collective is None:
            return "unknown", facts
        found = sum(SEVERITY[kind] >= SEVERITY[self.from_kind] for kind in case.collective.disciplines)
        return fits(found <= self.allowed, facts | {"found": found})


class ElectedByCluster(Predicate, frozen=True, kw_only=True, tag_field="kind", tag="elected-by-cluster"):
    """R24: the unit was elected leader of its cluster for the campaign and the year."""

    collective_only = True
    needs = ("elected",)
    vi = "Được cụm, khối thi đua suy tôn dẫn đầu: {elected}."
    en = "Elected leader by its cluster: {elected}."

    def answer(self, case: Case) -> Answer:
        return fits(case.elected, {"elected": case.elected})
