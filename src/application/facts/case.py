"""A dossier's case: what the log says of its subject, gathered for the rules."""

from collections import Counter
from collections.abc import Iterable
from datetime import date

from application.facts.terms import campaign_of, records_of
from application.lineage import lineage
from application.reading import Reader
from domain.award import AWARD
from domain.award.evolve import Award
from domain.award.evolve import Status as AwardStatus
from domain.award.messages import AwardNominated
from domain.campaign.evolve import Campaign
from domain.cluster import CLUSTER
from domain.directive import Directive, Kind
from domain.evaluation import EVALUATION
from domain.evaluation.evolve import Evaluation
from domain.member import MEMBER
from domain.member.evolve import Member
from domain.member.evolve import Status as MemberStatus
from domain.period import year_named
from domain.registration import REGISTRATION
from domain.registration.evolve import REGISTERED, Registration
from domain.rules import Case, ClassGiven, CollectiveCount, Counted, TitleHeld, needs
from domain.titles import TitleRecord
from domain.unit import UNIT, Unit

STREAMS_OF_PERSONS_MAX = 5_000
"""Above it a collective's persons are not counted: no decision rests on more streams than an append is to guard."""

GRANTED = (AwardStatus.DECIDED, AwardStatus.PRESENTED)


class About:
    """Everything on record about one subject: each list in the order of the streams."""

    def __init__(self) -> None:
        self.registrations: dict[str, Registration] = {}
        self.evaluations: dict[str, Evaluation] = {}
        self.awards: dict[str, Award] = {}
        self.members: dict[str, Member] = {}


async def about(reader: Reader, subjects: Iterable[str]) -> About:
    """The states of the registrations, evaluations and awards of a subject, under each of its ids, by id."""
    return await states(reader, [name for subject in subjects for name in await reader.about(subject)])


async def states(reader: Reader, names: Iterable[str]) -> About:
    """The states of these streams, by kind and id."""
    found = About()
    for name in names:
        kind, identity = name.split("-", 1)
        if kind == REGISTRATION.name:
            found.registrations[identity] = await reader.state(REGISTRATION, identity)
        elif kind == EVALUATION.name:
            found.evaluations[identity] = await reader.state(EVALUATION, identity)
        elif kind == AWARD.name:
            found.awards[identity] = await reader.state(AWARD, identity)
        elif kind == MEMBER.name:
            found.members[identity] = await reader.state(MEMBER, identity)
    return found


async def case_for(reader: Reader, award_id: str, award: Award, directive: Directive) -> Case:
    """What other streams know of the dossier's subject; the dossier itself adds the rest."""
    nominated, dossier = award.nominated, award.completed
    assert nominated, "a case is gathered for a dossier that exists"
    assert dossier, "a dossier was handed in when it was nominated"
    records = await records_of(reader, nominated.person_id) if nominated.person_id else {}
    unit: Unit | None = None
    if nominated.person_id is None:
        unit = await reader.state(UNIT, nominated.unit_id)
    asked = _asked(award, nominated, directive)
    found = await about(reader, records or (nominated.unit_id,))
    registrations = found.registrations | await _of_union(reader, nominated.unit_id, records)
    others = {identity: other for identity, other in found.awards.items() if identity != award_id}
    services = [report for member in records.values() if (report := member.service(nominated.year))]
    service = services[0] if services else None
    return Case(
        subject="individual" if nominated.person_id else "collective",
        year=nominated.year,
        day=reader.today,
        period_from=max(directive.horizon.opens_on, date(nominated.year, 1, 1)),
        registered=_registered(registrations, dossier.registration_id, nominated),
        classes=tuple(given for _, given in await _classes(reader, found.evaluations, nominated.campaign_id)),
        service_months=service.months_of_service if service else None,
        absent_days=service.absent_days if service else None,
        maternity=service.maternity if service else False,
        disciplines=tuple(one for member in records.values() for one in member.disciplines) if records else None,
        same_achievement=tuple(identity for identity, other in others.items() if _granted_for(other, nominated)),
        titles=tuple(_titles(others, await _recorded(reader, records, nominated.unit_id))),
        initiatives=tuple(
            registration.scope
            for registration in found.registrations.values()
            if registration.kind is Kind.INITIATIVE and registration.scope is not None
        ),
        proposals=await _proposals(reader, award_id, nominated) if "proposals" in asked else None,
        collective=await collective_of(reader, unit, nominated) if unit and "collective" in asked else None,
        joined_on=min((member.enrolled.joined_on for member in records.values() if member.enrolled), default=None),
        elected=await _elected(reader, nominated) if "elected" in asked else None,
        fatal_accidents=tuple(one.on for one in unit.accidents if one.deaths) if unit else None,
    )


def _asked(award: Award, nominated: AwardNominated, directive: Directive) -> frozenset[str]:
    """What costs many streams is read only where the title's rules, or those of the last check, ask for it."""
    title = directive.title(nominated.title)
    rule_sets = (directive.rule_set(title.rules) if title else None, award.checked.rule_set if award.checked else None)
    return frozenset(
        field
        for field in ("proposals", "collective", "elected")
        for rules in rule_sets
        if rules and needs(rules, field)
    )


async def _proposals(reader: Reader, award_id: str, nominated: AwardNominated) -> int | None:
    """The dossier's own number among those of its title and year that were not declined, in the order of the log."""
    number = 0
    for name in await reader.nominated(nominated.campaign_id, nominated.title):
        identity = name.split("-", 1)[1]
        other = await reader.state(AWARD, identity)
        if other.nominated is None or other.nominated.year != nominated.year:
            continue
        number += other.status is not AwardStatus.DECLINED
        if identity == award_id:
            return number
    return None


async def _elected(reader: Reader, nominated: AwardNominated) -> bool | None:
    """Whether a cluster of the unit elected it for the campaign and the year; None where none elected anybody."""
    elected: list[str] = []
    for name in await reader.clusters(nominated.unit_id):
        cluster = await reader.state(CLUSTER, name.split("-", 1)[1])
        elected += [
            election.elected
            for election in cluster.elections
            if (election.campaign_id, election.year) == (nominated.campaign_id, nominated.year)
            and nominated.unit_id in cluster.members_on(election.held_on)
        ]
    return nominated.unit_id in elected if elected else None


async def _of_union(reader: Reader, unit_id: str, records: dict[str, Member]) -> dict[str, Registration]:
    """What the union right above registered, where the subject is a team: a team has nobody who registers for it."""
    line = await lineage(reader, unit_id)
    if records or len(line) < 2 or line[0][1].established is None or line[0][1].established.level != "team":
        return {}
    return (await about(reader, (line[1][0],))).registrations


def _registered(registrations: dict[str, Registration], named: str | None, nominated: AwardNominated) -> bool:
    """Whether the registration that the dossier names is one of these, in this campaign, and confirmed."""
    registration = registrations.get(named or "")
    return (
        registration is not None
        and registration.campaign_id == nominated.campaign_id
        and registration.status in REGISTERED
    )


async def _classes(
    reader: Reader, evaluations: dict[str, Evaluation], campaign_id: str
) -> list[tuple[Evaluation, ClassGiven]]:
    """The class that holds for each evaluation, in the year that its period names, else of the classification; what is
    classified after the campaign's last year is for that year. What counts is the tables of the award's own issuer and
    of those above it: a unit below could write itself one by which everybody is excellent."""
    given: list[tuple[Evaluation, ClassGiven]] = []
    issuers = {unit_id for unit_id, _ in await lineage(reader, (await campaign_of(reader, campaign_id))[0].issuer_id)}
    campaigns: dict[str, tuple[Campaign, Directive | None]] = {}
    for evaluation in evaluations.values():
        if evaluation.result is None or evaluation.opened is None or evaluation.classified_on is None:
            continue
        named, of = year_named(evaluation.opened.period), evaluation.opened.campaign_id
        campaign, directive = campaigns[of] = campaigns.get(of) or await campaign_of(reader, of)
        assert directive is not None, "an evaluation's campaign was drafted"
        if campaign.issuer_id not in issuers:
            continue
        year = named or min(evaluation.classified_on.year, directive.horizon.closes_on.year)
        points_x100 = max(0, evaluation.result.total_x100)
        given.append((evaluation, ClassGiven(year=year, code=evaluation.result.band, points_x100=points_x100)))
    return given


def _granted_for(award: Award, asked: AwardNominated) -> bool:
    """Whether it was granted for the achievement that is asked for now. What a campaign's title is given for is the
    year's work, however often it is named anew; a feat on the fast path is one of its own, and there may be two."""
    held = award.nominated
    if award.status not in GRANTED or held is None:
        return False
    same_year = (held.campaign_id, held.title, held.year) == (asked.campaign_id, asked.title, asked.year)
    return held.achievement == asked.achievement or (same_year and not asked.fast_path)


async def _recorded(reader: Reader, records: dict[str, Member], unit_id: str) -> list[TitleRecord]:
    """What is on record of the person, else of the unit. A unit does not hold what one that was merged into it held."""
    shelves = [member.titles for member in records.values()] or [(await reader.state(UNIT, unit_id)).titles]
    return [record for shelf in shelves for record in shelf.held]


def _titles(awards: dict[str, Award], recorded: list[TitleRecord]) -> list[TitleHeld]:
    """What was granted here, and what is on record besides: the same title of one year counts once."""
    granted = [
        TitleHeld(title=held.title, year=held.year, scheme=held.scheme, level=held.level)
        for award in awards.values()
        if award.status in GRANTED and (held := award.nominated) is not None
    ]
    known = {(held.title, held.year) for held in granted}
    others = {(each.title, each.year): each for each in reversed(recorded) if (each.title, each.year) not in known}
    return granted + [
        TitleHeld(
            title=each.title,
            year=each.year,
            scheme=each.scheme,
            level=each.level,
            source="recorded",
            issuer=each.issuer,
        )
        for each in reversed(others.values())
    ]


async def collective_of(reader: Reader, unit: Unit, nominated: AwardNominated) -> CollectiveCount | None:
    """What is on record about the unit's own persons for the year; None where they are too many to be read."""
    names = await reader.of_persons_in(nominated.unit_id, limit=STREAMS_OF_PERSONS_MAX + 1)
    if len(names) > STREAMS_OF_PERSONS_MAX:
        return None
    found = await states(reader, names)
    counted = unit.headcount(reader.today)
    held = {
        (held.person_id or "", held.title)
        for award in found.awards.values()
        if award.status in GRANTED and (held := award.nominated) is not None and held.year == nominated.year
    }
    classes = {
        (evaluation.opened.person_id or "", given.code)
        for evaluation, given in await _classes(reader, found.evaluations, nominated.campaign_id)
        if evaluation.opened is not None and given.year == nominated.year
    }
    since = date(nominated.year, 1, 1)
    return CollectiveCount(
        members=counted.members if counted else None,
        counted_on=counted.on if counted else None,
        titles=_counted(title for _, title in held),
        classes=_counted(code for _, code in classes),
        disciplines=tuple(
            one.kind
            for member in found.members.values()
            if member.status is not MemberStatus.LEFT
            for one in member.disciplines
            if one.runs_after(since)
        ),
    )


def _counted(codes: Iterable[str]) -> tuple[Counted, ...]:
    """How often each code is there, in the order of the codes, so that equal cases are equal."""
    return tuple(Counted(code=code, persons=persons) for code, persons in sorted(Counter(codes).items()))
