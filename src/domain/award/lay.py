"""What is laid into a dossier and taken out of it, the word of other bodies, and what comes back after a revocation."""

from datetime import date

from domain.award.evolve import Award, Status
from domain.award.messages import AwardRecovered, Event, RecordRecovery
from domain.award.parts import (
    FILES_MAX,
    AttachPart,
    ConcurrenceRecorded,
    PartAttached,
    PartRemoved,
    RecordConcurrence,
    RemovePart,
)
from domain.award.refusals import (
    AttachedOtherwise,
    ConcurredOtherwise,
    PartUnknown,
    RecoveredOtherwise,
    RecoveredTooMuch,
    TooManyFiles,
)
from domain.award.settle import CLOSED, need
from domain.paper import check_issued, is_dated_after
from domain.refusals import Invalid, NotYetHappened
from domain.rules import RuleSet

UNDECIDED = tuple(status for status in Status if status not in (*CLOSED, Status.ABSENT))
BEFORE_VOTE = tuple(status for status in UNDECIDED if status is not Status.VOTED)


def check_room(award: Award) -> None:
    """Whether a file can be laid in at all: asked before it is stored, since what is refused is stored for nothing.

    Raises: WrongState, TooManyFiles.
    """
    need(award, *UNDECIDED)
    if len(award.files) >= FILES_MAX:
        raise TooManyFiles(files=len(award.files), files_max=FILES_MAX)


def attach(command: AttachPart, award: Award) -> list[Event]:
    event = PartAttached(
        part=command.part,
        name=command.name,
        media_type=command.media_type,
        size_bytes=command.size_bytes,
        address=command.address,
        content_sha256=command.content_sha256,
    )
    known = file_of(award, command.part, command.address)
    if known == event:
        return []
    if known is not None:
        raise AttachedOtherwise(part=known.part, address=known.address, media_type=known.media_type)
    check_room(award)
    return [event]


def file_of(award: Award, part: str, address: str) -> PartAttached | None:
    return next((file for file in award.files if (file.part, file.address) == (part, address)), None)


def lacking(rules: RuleSet | None, award: Award) -> tuple[str, ...]:
    """The parts that a rule of the title asks for by name and the dossier does not have, each once."""
    asked = [part for rule in (rules.rules if rules else ()) for part in getattr(rule, "parts", ())]
    return tuple(part for part in dict.fromkeys(asked) if part not in award.parts)


def remove(command: RemovePart, award: Award) -> list[Event]:
    event = PartRemoved(part=command.part, address=command.address)
    if file_of(award, command.part, command.address) is None:
        if event in award.removed:
            return []
        raise PartUnknown(part=command.part, address=command.address)
    need(award, *BEFORE_VOTE)
    return [event]


def concur(command: RecordConcurrence, award: Award, today: date) -> list[Event]:
    event = ConcurrenceRecorded(
        body=command.body, body_name=command.body_name, agrees=command.agrees, document=command.document
    )
    said = next((each for each in award.concurred if each.body == command.body), None)
    if said == event:
        return []
    if said is not None and said.document == command.document:
        raise ConcurredOtherwise(body=said.body, agrees=said.agrees)
    need(award, *UNDECIDED)
    check_issued(command.document, today)
    return [event]


def recover(command: RecordRecovery, award: Award, today: date) -> list[Event]:
    before = next((each for each in award.recoveries if each.document == command.document), None)
    if before is not None:
        if all(getattr(before, name) == getattr(command, name) for name in ("object_returned", "money_vnd", "on")):
            return []
        raise RecoveredOtherwise(document=before.document.number)
    need(award, Status.REVOKED)
    _check_recovery(command, award, today)
    return [
        AwardRecovered(
            object_returned=command.object_returned,
            money_vnd=command.money_vnd,
            on=command.on,
            document=command.document,
            outstanding_vnd=award.owed_vnd - command.money_vnd,
        )
    ]


def _check_recovery(command: RecordRecovery, award: Award, today: date) -> None:
    assert award.revoked is not None, "in state revoked without a revocation"
    check_issued(command.document, today)
    if command.on > today:
        raise NotYetHappened(field="on", reason=f"lies after today, {today.isoformat()}")
    if is_dated_after(award.revoked.document, command.on):
        raise Invalid(field="on", reason=f"lies before the revocation, {award.revoked.document.issued}")
    if not command.object_returned and command.money_vnd == 0:
        raise Invalid(field="money_vnd", reason="nothing came back: name the money or the object")
    if command.object_returned and not award.owes_object:
        raise Invalid(field="object_returned", reason="no object is owed: none was presented, or it came back already")
    if command.money_vnd > award.owed_vnd:
        raise RecoveredTooMuch(owed_vnd=award.owed_vnd, money_vnd=command.money_vnd)
