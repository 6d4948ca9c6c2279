"""A federation's file: its units, demo members and campaigns, read into types, each mistake named by its key."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Annotated

import msgspec

from application.calendar_file import FILE, load_calendar
from application.file_problems import Found, Reason, mailboxes, misshapen, read_toml, refuse, unknown
from domain.consistency import faults
from domain.decider import Message, Name
from domain.directive import Directive, Level, Sector
from domain.ids import Slug
from domain.member.messages import Employment
from domain.paper import Document
from domain.rules import RuleSet
from domain.rules import mistakes as rule_faults
from domain.rules.rule_set import PublicationWorkingDaysMin
from domain.unit import RANK, Headcount


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
    """`parent` is the code of the unit above; `on` the day it exists from (without it, the day of its headcount)."""

    code: Slug
    name: Name
    level: Level
    sector: Sector
    parent: Slug | None = None
    has_union: bool = True
    cluster: Slug | None = None
    on: date | None = None
    headcount: Counts

    @property
    def since(self) -> date:
        return self.on or self.headcount.on


class MemberEntry(Message, frozen=True, kw_only=True):
    """A person by code alone: a file has no place for a name."""

    code: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9-]{0,31}$")]
    unit: Slug
    employment: Employment
    joined_on: date


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
    members: tuple[MemberEntry, ...] = ()
    campaigns: tuple[CampaignEntry, ...] = ()

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
    refuse(path, [*_units(file.units), *_members(file), *_campaigns(file, list(known))])
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


def load_rule_set(path: Path) -> RuleSet:
    """One rule set from its file.

    Raises:
        FileProblems: every mistake in it.
    """
    raw = read_toml(path)
    refuse(path, [*misshapen(raw, RuleSet), *mailboxes(raw)])
    rule_set = msgspec.convert(raw, RuleSet)
    found = [(key.removeprefix("rules."), _reason(reason)) for key, reason in rule_faults(rule_set, "rules")]
    if rule_set.code != path.stem:
        found.append(("code", Reason(f"must be the file's name, {path.stem!r}", f"phải là tên tệp, {path.stem!r}")))
    refuse(path, found)
    return _with_holidays(rule_set, path)


def _with_holidays(rule_set: RuleSet, path: Path) -> RuleSet:
    """The rule set with the days off of the calendar that lies beside the rules, which are pinned with it. A rule that
    lists days of its own keeps them."""
    if not any(isinstance(rule, PublicationWorkingDaysMin) and not rule.holidays for rule in rule_set.rules):
        return rule_set
    holidays = load_calendar(path.absolute().parents[1] / FILE).holidays()
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
    return Reason(en, f"không khớp với phần khác của văn bản ({en})")


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


def _parent(unit: UnitEntry, key: str, levels: Mapping[str, Level]) -> Found:
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
    if not unit.has_union and unit.level != "grassroots":
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


def _members(file: FederationFile) -> Found:
    units = [unit.code for unit in file.units]
    yield from _twice("members", "code", [member.code for member in file.members])
    for index, member in enumerate(file.members):
        if member.unit not in units:
            yield f"members[{index}].unit", unknown(member.unit, units, what="unit", what_vi="đơn vị")


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
