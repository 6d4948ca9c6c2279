"""A federation's file: its units, demo members and campaigns, read into types, each mistake named by its key."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Annotated

import msgspec

from application.calendar_file import FILE, load_calendar
from application.file_problems import Found, Reason, mailboxes, misshapen, read_toml, refuse, unknown
from application.personal import personal_fields
from domain.cluster.messages import Kind
from domain.consistency import faults
from domain.decider import Message, Name
from domain.directive import Directive, Sector
from domain.ids import Slug
from domain.member.messages import Employment
from domain.paper import Document
from domain.rules import KINDS, BaseSalary, Case, Predicate, PrizeCoefficient, PublicationWorkingDaysMin, RuleSet
from domain.rules import mistakes as rule_faults
from domain.titles import TitleRecord
from domain.unit import RANK, Headcount, UnitLevel

UNTRANSLATED = "không khớp với phần khác của văn bản"
"""What is said in Vietnamese of a fault that the domain words in English."""


class Federation(Message, frozen=True, kw_only=True):
    """The tenant: `handle` is its code in commands, and the file's name."""

    handle: Slug
    name: Name
    province: Name


class Counts(Message, frozen=True, kw_only=True):
    members: Headcount
    workers: Headcount
    direct_workers: Headcount
    on: date


class UnitEntry(Message, frozen=True, kw_only=True):
    """`parent` is the code of the unit above; `on` the day it exists from (without it, the day of its headcount);
    `titles` what it holds from before the platform."""

    code: Slug
    name: Name
    level: UnitLevel
    sector: Sector
    parent: Slug | None = None
    has_union: bool = True
    cluster: Slug | None = None
    on: date | None = None
    headcount: Counts
    titles: tuple[TitleRecord, ...] = ()

    @property
    def since(self) -> date:
        return self.on or self.headcount.on


class ClusterEntry(Message, frozen=True, kw_only=True):
    """Its members are the units that state its code as their `cluster`. `unit` is the code of the union that groups
    them (the federation, if left out); `lead` one of them; `on` the day that it is formed (the youngest member's
    first)."""

    code: Slug
    name: Name
    kind: Kind = "cluster"
    unit: Slug | None = None
    lead: Slug | None = None
    on: date | None = None


class MemberEntry(Message, frozen=True, kw_only=True):
    """A person by code alone: a file has no place for a name."""

    code: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9-]{0,31}$")]
    unit: Slug
    employment: Employment
    joined_on: date
    titles: tuple[TitleRecord, ...] = ()


class CampaignEntry(Message, frozen=True, kw_only=True):
    """`rule_sets` are put into the directive when the file is loaded. `amended_by`: the paper that changed the
    directive, needed once it differs from what was drafted."""

    key: Slug
    issuer: Slug
    rule_sets: tuple[Slug, ...] = ()
    amended_by: Document | None = None
    directive: Directive


class FederationFile(Message, frozen=True, kw_only=True):
    federation: Federation
    units: Annotated[tuple[UnitEntry, ...], msgspec.Meta(min_length=1)]
    clusters: tuple[ClusterEntry, ...] = ()
    members: tuple[MemberEntry, ...] = ()
    campaigns: tuple[CampaignEntry, ...] = ()

    def grouped(self, code: str) -> tuple[UnitEntry, ...]:
        """The units that state this cluster."""
        return tuple(unit for unit in self.units if unit.cluster == code)

    def digest(self) -> bytes:
        """SHA-256 of what the file says, rule sets included; comments and layout do not count."""
        return hashlib.sha256(msgspec.json.encode(self)).digest()


def load(path: Path, rules: Path) -> FederationFile:
    """The file at `path`, with the rule sets that it names taken from the folder `rules` (`<code>.toml`).

    Raises:
        FileProblems: every mistake that was found, in the file or in a rule set's.
    """
    raw = read_toml(path)
    refuse(path, [*misshapen(raw, FederationFile), *mailboxes(raw)])
    file = msgspec.convert(raw, FederationFile)
    known = {each.stem: each for each in sorted(rules.glob("*.toml"))}
    refuse(path, [*_units(file.units), *_clusters(file), *_members(file), *_campaigns(file, list(known))])
    campaigns = tuple(_with_rules(campaign, known) for campaign in file.campaigns)
    refuse(
        path,
        [
            (f"campaigns[{index}].directive.{key}", _reason(reason))
            for index, campaign in enumerate(campaigns)
            for key, reason in faults(campaign.directive)
        ],
    )
    return msgspec.structs.replace(file, campaigns=campaigns)


def is_federation(path: Path) -> bool:
    """Whether the file is a federation's rather than a rule set. Raises: FileProblems, if it is no TOML."""
    return "federation" in read_toml(path)


class BaseSalaries(Message, frozen=True, kw_only=True):
    """The table of base salaries, which the prizes of all rule sets are computed from."""

    salaries: Annotated[tuple[BaseSalary, ...], msgspec.Meta(min_length=1)]


def load_base_salaries(path: Path) -> tuple[BaseSalary, ...]:
    """Raises: FileProblems, every mistake in the table."""
    raw = read_toml(path)
    refuse(path, [*misshapen(raw, BaseSalaries), *mailboxes(raw)])
    return msgspec.convert(raw, BaseSalaries).salaries


class ReadsErasable(TypeError):
    """A kind of rule reads what can be erased of a person, or what no case has: what was judged by it could not be
    judged again."""


def check_reads(kinds: Mapping[str, type[Predicate]], case: type[Message]) -> None:
    """Raises: ReadsErasable, for the first kind of rule that needs a field of the case which holds personal text, or
    which is not there."""
    personal = {path.replace("[", ".").partition(".")[0] for path in personal_fields(case)}
    for kind, predicate in kinds.items():
        for need in predicate.needs:
            if need in personal or need not in case.__struct_fields__:
                raise ReadsErasable(f"{kind} reads {need}")


check_reads(KINDS, Case)  # When the program is loaded, before any file is: no rule set can ask for more than its kinds.


def load_rule_set(path: Path, deploy: Path | None = None) -> RuleSet:
    """One rule set from its file, with the base salaries and the holidays of the folder `deploy` (else the one above
    the rules) put in where it needs them and names none itself.

    Raises:
        FileProblems: every mistake in it, in the table or in the calendar.
    """
    deploy = deploy or path.absolute().parents[1]
    raw = read_toml(path)
    refuse(path, [*misshapen(raw, RuleSet), *mailboxes(raw)])
    rule_set = _with_salaries(msgspec.convert(raw, RuleSet), deploy / "base-salaries.toml")
    found = [(key.removeprefix("rules."), _reason(reason)) for key, reason in rule_faults(rule_set, "rules")]
    if rule_set.code != path.stem:
        found.append(("code", Reason(f"must be the file's name, {path.stem!r}", f"phải là tên tệp, {path.stem!r}")))
    refuse(path, found)
    return _with_holidays(rule_set, deploy / FILE)


def _with_salaries(rule_set: RuleSet, salaries: Path) -> RuleSet:
    if not any(isinstance(rule, PrizeCoefficient) and not rule.base_salaries for rule in rule_set.rules):
        return rule_set
    table = load_base_salaries(salaries)
    rules = tuple(
        msgspec.structs.replace(rule, base_salaries=table)
        if isinstance(rule, PrizeCoefficient) and not rule.base_salaries
        else rule
        for rule in rule_set.rules
    )
    return msgspec.structs.replace(rule_set, rules=rules)


def _with_holidays(rule_set: RuleSet, calendar: Path) -> RuleSet:
    """The rule set with the days off of the calendar, which are pinned with it. A rule that lists days of its own keeps
    them."""
    if not any(isinstance(rule, PublicationWorkingDaysMin) and not rule.holidays for rule in rule_set.rules):
        return rule_set
    holidays = load_calendar(calendar).holidays()
    return msgspec.structs.replace(
        rule_set,
        rules=tuple(
            msgspec.structs.replace(rule, holidays=holidays)
            if isinstance(rule, PublicationWorkingDaysMin) and not rule.holidays
            else rule
            for rule in rule_set.rules
        ),
    )


def _reason(en: str) -> Reason:
    return Reason(en, f"{UNTRANSLATED} ({en})")


def _with_rules(campaign: CampaignEntry, known: Mapping[str, Path]) -> CampaignEntry:
    rule_sets = (*campaign.directive.rule_sets, *(load_rule_set(known[code]) for code in campaign.rule_sets))
    directive = msgspec.structs.replace(campaign.directive, rule_sets=rule_sets)
    return msgspec.structs.replace(campaign, directive=directive)


# --- References ---------------------------------------------------------------------


def _units(units: Sequence[UnitEntry]) -> Found:
    levels = {unit.code: unit.level for unit in units}
    yield from _twice("units", "code", [unit.code for unit in units])
    for index, unit in enumerate(units):
        if (unit.level == "federation") != (index == 0):
            yield (
                f"units[{index}].level",
                Reason(
                    "the first unit is the federation, and no other is",
                    "đơn vị đầu tiên là liên đoàn, và chỉ đơn vị đó",
                ),
            )
        yield from _parent(unit, f"units[{index}].parent", levels)
        yield from _counts(unit, f"units[{index}]")
        yield from _titles(unit.titles, f"units[{index}]")


def _parent(unit: UnitEntry, key: str, levels: Mapping[str, UnitLevel]) -> Found:
    if unit.level == "federation":
        if unit.parent is not None:
            yield key, Reason("the federation lies under no unit", "liên đoàn không nằm dưới đơn vị nào")
    elif unit.parent is None:
        yield key, Reason("is missing", "còn thiếu")
    elif unit.parent not in levels:
        yield key, unknown(unit.parent, list(levels), what="unit", what_vi="đơn vị")
    elif RANK[levels[unit.parent]] <= RANK[unit.level]:
        yield (
            key,
            Reason(
                f"{unit.parent!r} is of level {levels[unit.parent]}, which is not above {unit.level}",
                f"{unit.parent!r} ở cấp {levels[unit.parent]}, không phải cấp trên của {unit.level}",
            ),
        )


def _counts(unit: UnitEntry, key: str) -> Found:
    counts = unit.headcount
    if unit.has_union and unit.level == "team":
        yield (
            f"{key}.has_union",
            Reason(
                "a team has no union of its own: has_union = false",
                "tổ, phòng, ban không có công đoàn riêng: has_union = false",
            ),
        )
    if not unit.has_union and unit.level not in ("grassroots", "team"):
        yield (
            f"{key}.has_union",
            Reason("only a grassroots unit can lack a union", "chỉ cấp cơ sở mới có thể chưa có công đoàn"),
        )
    if not unit.has_union and counts.members:
        yield (
            f"{key}.headcount.members",
            Reason("without a union there are no members", "chưa có công đoàn thì chưa có đoàn viên"),
        )
    for name, count in (("members", counts.members), ("direct_workers", counts.direct_workers)):
        if count > counts.workers:
            yield f"{key}.headcount.{name}", Reason("more than all workers", "nhiều hơn tổng số lao động")
    if counts.on < unit.since:
        yield f"{key}.headcount.on", Reason("lies before the unit's first day", "trước ngày đơn vị được thành lập")


def _clusters(file: FederationFile) -> Found:
    parents = {unit.code: unit.parent for unit in file.units}
    yield from _twice("clusters", "code", [cluster.code for cluster in file.clusters])
    for index, cluster in enumerate(file.clusters):
        key, members = f"clusters[{index}]", [unit.code for unit in file.grouped(cluster.code)]
        if cluster.unit is not None and cluster.unit not in parents:
            yield f"{key}.unit", unknown(cluster.unit, list(parents), what="unit", what_vi="đơn vị")
            continue
        if cluster.lead is not None and cluster.lead not in members:
            yield f"{key}.lead", unknown(cluster.lead, members, what="member", what_vi="thành viên")
        if not members:
            yield f"{key}.code", Reason("no unit states it as its cluster", "không đơn vị nào ghi mã này")
        for code in members:
            if (cluster.unit or file.units[0].code) not in _above(code, parents):
                yield (
                    f"{key}.unit",
                    Reason(f"{code!r} does not lie under it", f"{code!r} không thuộc đơn vị này"),
                )


def _above(code: str, parents: Mapping[str, str | None]) -> list[str]:
    """The units above one; a level is above another, so it ends."""
    found: list[str] = []
    while (above := parents.get(code)) is not None and above not in found:
        found.append(above)
        code = above
    return found


def _members(file: FederationFile) -> Found:
    units = [unit.code for unit in file.units]
    yield from _twice("members", "code", [member.code for member in file.members])
    for index, member in enumerate(file.members):
        if member.unit not in units:
            yield f"members[{index}].unit", unknown(member.unit, units, what="unit", what_vi="đơn vị")
        yield from _titles(member.titles, f"members[{index}]")


def _titles(titles: Sequence[TitleRecord], key: str) -> Found:
    """One of a name and year, and none that was decided before its year."""
    yield from _twice(f"{key}.titles", "title", [f"{each.title} ({each.year})" for each in titles])
    for index, each in enumerate(titles):
        if each.year > int(each.decision.issued[:4]):
            yield (
                f"{key}.titles[{index}].year",
                Reason("the decision was issued before that year", "quyết định ban hành trước năm đó"),
            )


def _campaigns(file: FederationFile, rule_sets: Sequence[str]) -> Found:
    units = [unit.code for unit in file.units]
    yield from _twice("campaigns", "key", [campaign.key for campaign in file.campaigns])
    for index, campaign in enumerate(file.campaigns):
        key = f"campaigns[{index}]"
        for place, code in _named_units(campaign):
            if code not in units:
                yield f"{key}.{place}", unknown(code, units, what="unit", what_vi="đơn vị")
        for number, code in enumerate(campaign.rule_sets):
            if code not in rule_sets:
                yield f"{key}.rule_sets[{number}]", unknown(code, rule_sets, what="rule set", what_vi="bộ quy tắc")


def _named_units(campaign: CampaignEntry) -> Iterator[tuple[str, str]]:
    yield "issuer", campaign.issuer
    for index, block in enumerate(campaign.directive.blocks):
        if block.lead_unit is not None:
            yield f"directive.blocks[{index}].lead_unit", block.lead_unit
    for index, duty in enumerate(campaign.directive.duties):
        for number, code in enumerate(duty.units):
            yield f"directive.duties[{index}].units[{number}]", code


def _twice(name: str, field: str, values: Sequence[str]) -> Found:
    seen: set[str] = set()
    for index, value in enumerate(values):
        if value in seen:
            yield f"{name}[{index}].{field}", Reason(f"{value!r} stands twice", f"{value!r} có hai lần")
        seen.add(value)
