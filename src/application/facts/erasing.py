"""Facts for erasing a person, and for their requests."""

from typing import Any

from application.facts.case import about
from application.facts.terms import records_of
from application.reading import Reader
from domain.decider import Command
from domain.ids import stream
from domain.member import DISCIPLINE_KEY, MEMBER
from domain.member.evolve import Member
from domain.member.messages import EraseMember, KeyDestroyed
from domain.member.messages import Facts as MemberFacts
from domain.registration import REGISTRATION
from domain.registration.messages import Pair
from domain.request import CarryOutErasure, ReceiveRequest, Request
from domain.request import Facts as RequestFacts


async def erasing(reader: Reader, command: EraseMember, state: Member, stream_id: str) -> MemberFacts:
    """The keys of everything that is sealed for the person: under each of their records, what a discipline rests on,
    and their compacts, which speak of both parties under a key of the compact's own."""
    records = await records_of(reader, stream_id.partition("-")[2])
    found = await about(reader, records)
    compacts = [
        stream(REGISTRATION.name, identity)
        for identity, registration in found.registrations.items()
        if isinstance(registration.subject, Pair)
    ]
    subjects = [*records, *(f"{DISCIPLINE_KEY}{record}" for record in records), *compacts]
    commitments = await reader.vault.commitments(reader.tenant_id, subjects)
    return MemberFacts(
        keys=tuple(
            KeyDestroyed(subject=subject, commitment=commitment)
            for subject, commitment in zip(subjects, commitments, strict=True)
        ),
        read=reader.reads(besides=stream_id),
    )


async def of_person(
    reader: Reader, command: ReceiveRequest | CarryOutErasure, state: Request, stream_id: str
) -> RequestFacts:
    """Whose request it is, under whichever of their records it names them."""
    member = await reader.state(MEMBER, command.person_id)
    if member.enrolled is None:
        return RequestFacts(read=reader.reads(besides=stream_id))
    records = await records_of(reader, command.person_id)
    return RequestFacts(
        records=tuple(records),
        unit_id=next(iter(records.values())).unit_id,
        calendar=reader.calendar,
        read=reader.reads(besides=stream_id),
    )


LOADERS: dict[type[Command], Any] = {
    EraseMember: erasing,
    ReceiveRequest: of_person,
    CarryOutErasure: of_person,
}
