"""Why a dossier is not where somebody wants it: what was found, what is pending, and what each next step would meet."""

from collections.abc import Iterator
from datetime import date
from typing import Any, Literal

import msgspec

from application.access import reach
from application.execute import Platform
from application.facts import facts_for
from application.reading import Reader
from application.telling import Refusal, ToldReason, Words, refusal_of, told
from domain.award import AWARD
from domain.award.evolve import Award, Status
from domain.award.messages import (
    AppraiseDossier,
    CheckEligibility,
    Command,
    CompleteDossier,
    DecideAward,
    HoldKind,
    PresentAward,
    PublishForComment,
    TakeVote,
)
from domain.award.refusals import AwardUnknown, VoteUnknown
from domain.decider import Message, Sealed
from domain.ids import Id, stream
from domain.paper import Document
from domain.refusals import Refused
from domain.rules import Reason, obstacles
from tenants.scope import TenantScope

Name = Literal["complete", "appraise", "check-eligibility", "publish", "take-vote", "decide", "present"]


class NextStep(Message, frozen=True, kw_only=True):
    """One step of the course, decided on the present state and facts without recording anything.

    `open`: it would be carried out, once its sender says what it `asks`; `refused`: it would not, for `refusal`;
    `done`: it was, and stands. `obstacles` are the rules that stand in the way of it, or, of a check or a vote that is
    open, those that would be found unmet now.
    """

    step: Name
    standing: Literal["open", "refused", "done"]
    asks: tuple[str, ...]
    refusal: Refusal | None
    obstacles: tuple[ToldReason, ...]


class Turned(Message, frozen=True, kw_only=True):
    """The dossier was sent back, not supported, or declined: the words, and the rules that stood in the way then."""

    how: Literal["returned", "not-supported", "declined"]
    reason: Sealed
    obstacles: tuple[str, ...]


class WhyNot(Message, frozen=True, kw_only=True):
    """How a dossier stands. `unmet` and `met` are what the last check and the last vote said, or the decision.

    `turned` None: nobody has turned it down. `holds` is what is pending, `complaints_open` the numbers of complaints
    that wait. `steps` are those of the ordinary course, or of the fast path.
    """

    award_id: Id
    version: int
    status: str
    unmet: tuple[ToldReason, ...]
    met: tuple[ToldReason, ...]
    turned: Turned | None
    holds: tuple[HoldKind, ...]
    complaints_open: tuple[int, ...]
    steps: tuple[NextStep, ...]


async def why_not(
    platform: Platform,
    scope: TenantScope,
    award_id: str,
    *,
    words: Words,
    session_id: str | None = None,
    until: int | None = None,
) -> WhyNot:
    """What stands in the way now, from the log alone; nothing is recorded. `session_id`: the council session whose vote
    would be taken over. `until`: what stood in the way when the log ended there, by the index of subjects and the clock
    that `platform` has of then.

    Who may send a step is not asked: the roles are.

    Raises:
        AwardUnknown: there is no such dossier, or was none then.
        OutOfReach: it lies outside the scope's units.
        Unavailable: the store is away.
    """
    reader = platform.reader(scope.tenant_id, until=until)
    award = await reader.state(AWARD, award_id)
    if award.nominated is None:
        raise AwardUnknown()
    await reach(scope, award.nominated.unit_id, reader)
    reasons = told(_reasons(award))
    trial = _Trial(platform=platform, reader=reader, award_id=award_id, award=award, words=words, session_id=session_id)
    return WhyNot(
        award_id=award_id,
        version=reader.version(AWARD, award_id),
        status=award.status.value,
        unmet=tuple(reason for reason in reasons if reason.obstacle),
        met=tuple(reason for reason in reasons if not reason.obstacle),
        turned=_turned(award),
        holds=award.holds,
        complaints_open=tuple(each.received.number for each in award.complaints if each.is_open),
        steps=tuple([await trial.step(name) for name in _course(award)]),
    )


def _reasons(award: Award) -> tuple[Reason, ...]:
    if award.decided is not None:
        return award.decided.reasons
    return tuple(reason for judged in (award.checked, award.voted) if judged for reason in judged.reasons)


def _turned(award: Award) -> Turned | None:
    if award.declined is not None:
        return Turned(how="declined", reason=award.declined.reason, obstacles=award.declined.obstacles)
    if award.status is Status.RETURNED and award.returned is not None:
        return Turned(how="returned", reason=award.returned.reason, obstacles=())
    if award.appraised is not None and not award.appraised.supports:
        return Turned(how="not-supported", reason=award.appraised.opinion, obstacles=())
    return None


def _course(award: Award) -> Iterator[Name]:
    if award.status is Status.RETURNED:
        yield "complete"
    yield from ("appraise", "check-eligibility")
    if award.nominated is not None and not award.nominated.fast_path:
        yield from ("publish", "take-vote")
    yield from ("decide", "present")


ASKS: dict[Name, tuple[str, ...]] = {
    "complete": ("report",),
    "appraise": ("supports", "opinion"),
    "check-eligibility": (),
    "publish": ("published_from", "published_until", "channel"),
    "take-vote": ("session_id",),
    "decide": ("decision", "signing_body"),
    "present": ("presented_on",),
}
_NO_SESSION = "00000000-0000-0000-0000-000000000000"


class _Trial(msgspec.Struct, frozen=True, kw_only=True):
    """The dossier as it stands, to try steps on."""

    platform: Platform
    reader: Reader
    award_id: str
    award: Award
    words: Words
    session_id: str | None

    async def step(self, name: Name) -> NextStep:
        if self._was_done(name):
            return _done(name)
        try:
            events = await self._decide(name)
        except VoteUnknown as refused:
            return _open(name) if self.session_id is None else self._refused(name, refused)
        except Refused as refused:
            return self._refused(name, refused)
        if not events:
            return _done(name)
        return _open(name, obstacles(getattr(events[0], "reasons", ())))

    async def _decide(self, name: Name) -> list[Any]:
        stream_id = stream(AWARD.name, self.award_id)
        command = self._command(name, None)
        facts = await facts_for(self.reader, command, self.award, stream_id)
        if facts is not None and facts.outcome is not None:
            command = self._command(name, facts.outcome.decision)
        return AWARD.decide(command, self.award, facts, self.platform.clock.now())

    def _command(self, name: Name, decision: Document | None) -> Command:
        """The step as somebody would ask for it who says the right things today."""
        today = self.reader.today
        match name:
            case "complete":
                return CompleteDossier(report="")
            case "appraise":
                return AppraiseDossier(supports=True, opinion="")
            case "check-eligibility":
                return CheckEligibility()
            case "publish":
                return PublishForComment(published_from=today, published_until=today, channel="–")
            case "take-vote":
                return TakeVote(session_id=self.session_id or _NO_SESSION)
            case "decide":
                return DecideAward(decision=decision or _paper(today), signing_body="–")
            case "present":
                return PresentAward(presented_on=today)

    def _was_done(self, name: Name) -> bool:
        award = self.award
        if name == "check-eligibility" and award.status is not Status.CHECKED:
            return award.checked is not None
        done = {
            "appraise": award.appraised,
            "publish": award.published,
            "take-vote": award.voted,
            "decide": award.decided,
            "present": award.presented,
        }
        return done.get(name) is not None

    def _refused(self, name: Name, refused: Refused) -> NextStep:
        standing = msgspec.convert(refused.facts.get("obstacles", []), tuple[Reason, ...])
        return NextStep(
            step=name,
            standing="refused",
            asks=ASKS[name],
            refusal=refusal_of(refused, self.words),
            obstacles=told(standing),
        )


def _open(name: Name, unmet: tuple[Reason, ...] = ()) -> NextStep:
    return NextStep(step=name, standing="open", asks=ASKS[name], refusal=None, obstacles=told(unmet))


def _done(name: Name) -> NextStep:
    return NextStep(step=name, standing="done", asks=(), refusal=None, obstacles=())


def _paper(today: date) -> Document:
    return Document(kind="Quyết định", issued=today.isoformat(), title="–", issuer="–")
