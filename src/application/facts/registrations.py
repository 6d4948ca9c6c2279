"""Facts for registrations."""

from typing import Any, get_args

import msgspec

from application.facts.terms import UnitTerms, campaign_of, member_of, running, unit_in, was_launched
from application.lineage import lineage
from application.reading import Reader
from domain.campaign.evolve import Campaign
from domain.dates import occurrences
from domain.decider import Command
from domain.directive import Directive, RegistrationRule
from domain.registration.evolve import Registration
from domain.registration.messages import (
    AcceptCompact,
    AttachPlaque,
    CompleteRegistration,
    ConfirmRegistration,
    Facts,
    Individual,
    MoveLaunch,
    Pair,
    PutUnderReview,
    RecogniseInitiative,
    RecogniseWork,
    RecordLaunchHeld,
    RefuseInitiative,
    ReportProgress,
    ResubmitRegistration,
    SubmitRegistration,
    WithdrawRecognition,
)
from domain.schedule import due_on
from domain.unit import UNIT

Onward = (
    ResubmitRegistration | AcceptCompact | ConfirmRegistration | ReportProgress | CompleteRegistration | RecogniseWork
    | AttachPlaque | PutUnderReview | RefuseInitiative | WithdrawRecognition | MoveLaunch | RecordLaunchHeld
)  # fmt: skip
"""What takes a registration further. To return or withdraw it is possible at any time."""


async def submitting(reader: Reader, command: SubmitRegistration, state: Registration, stream_id: str) -> Facts:
    campaign, directive = await campaign_of(reader, command.campaign_id)
    if directive is None:
        return Facts(read=reader.reads(besides=stream_id))
    facts = _terms(directive)
    unit = await unit_in(reader, campaign, command.unit_id)
    # A level may have a day of its own; a rule of another level still says why this unit's kind is refused.
    rule = directive.registration(command.kind, unit.level if unit else None) or directive.registration(command.kind)
    people, units = await _parties(reader, campaign, command, unit)
    today = reader.today
    return msgspec.structs.replace(
        facts,
        running=running(campaign),
        rule=rule,
        due_on=due_on(_dates(rule, campaign, directive), today) if rule else None,
        launched_on=campaign.launched_on,
        phases=campaign.phases,
        unit_level=unit.level if unit else None,
        receiver_id=unit.receiver_id if unit else None,
        block=directive.block_of(unit.sector, today) if unit else None,
        employments=people,
        units_known=units,
        read=reader.reads(besides=stream_id),
    )


async def going_on(reader: Reader, command: Onward | RecogniseInitiative, state: Registration, stream_id: str) -> Facts:
    """The campaign's terms, and whether it still stands: what was registered is finished after it was concluded too."""
    campaign, directive = await campaign_of(reader, state.campaign_id)
    if directive is None:
        return Facts(read=reader.reads(besides=stream_id))
    return msgspec.structs.replace(
        _terms(directive), running=was_launched(campaign), read=reader.reads(besides=stream_id)
    )


async def recognising(reader: Reader, command: RecogniseInitiative, state: Registration, stream_id: str) -> Facts:
    """Besides, the level of the unit whose council recognises: the unit that received the registration, or one above
    the unit that registered (the federation itself, for its own)."""
    facts = await going_on(reader, command, state, stream_id)
    line = dict(await lineage(reader, state.unit_id))
    recogniser_id = command.recogniser_id or state.receiver_id or state.unit_id
    above = recogniser_id == (state.receiver_id or state.unit_id) or recogniser_id in list(line)[1:]
    unit = await reader.state(UNIT, recogniser_id)
    level = unit.established.level if unit.established and above else None
    return msgspec.structs.replace(facts, recogniser_level=level, read=reader.reads(besides=stream_id))


def _terms(directive: Directive) -> Facts:
    return Facts(
        campaign_known=True,
        titles=tuple([(title.code, tuple(title.subjects)) for title in directive.titles]),
        titles_open=directive.titles_open,
        launch_duties=tuple([duty.code for duty in directive.duties if duty.kind == "launch"]),
    )


def _dates(rule: RegistrationRule, campaign: Campaign, directive: Directive) -> list[Any]:
    if campaign.launched_on is None:
        return []
    return occurrences(rule.rule, launched_on=campaign.launched_on, horizon=directive.horizon, phases=campaign.phases)


async def _parties(
    reader: Reader, campaign: Campaign, command: SubmitRegistration, own: UnitTerms | None
) -> tuple[tuple[tuple[str, str], ...], tuple[str, ...]]:
    """Each person named with their employment, if a member of the unit named too; and the units that take part. `own`:
    the unit that registers, if it does."""
    match command.subject:
        case Individual(person_id=person_id):
            named: list[tuple[str, str | None]] = [(command.unit_id, person_id)]
        case Pair(parties=parties):
            named = [(party.unit_id, party.person_id) for party in parties]
        case _:
            named = []
    people: list[tuple[str, str]] = []
    units: list[str] = []
    for unit_id, named_person in named:
        unit = own if unit_id == command.unit_id else await unit_in(reader, campaign, unit_id)
        if unit is not None:
            units.append(unit_id)
        member = await member_of(reader, named_person, unit_id) if named_person else None
        if named_person and member and member.employment:
            people.append((named_person, member.employment))
    return tuple(people), tuple(units)


LOADERS: dict[type[Command], Any] = {
    SubmitRegistration: submitting,
    RecogniseInitiative: recognising,
    **dict.fromkeys(get_args(Onward), going_on),
}
