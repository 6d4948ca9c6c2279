"""Registrations of several kinds, as commands, events and facts, for the tests of the registration."""

from datetime import date

from msgspec.structs import replace

from domain.dates import NoLaterThan, OpenEnded, Span
from domain.decider import Read
from domain.directive import Kind, RegistrationRule
from domain.paper import Document
from domain.registration.messages import (
    Collective,
    Facts,
    Individual,
    Pair,
    Party,
    RegistrationConfirmed,
    RegistrationResubmitted,
    RegistrationReturned,
    RegistrationSubmitted,
    RegistrationWithdrawn,
    ResubmitRegistration,
    SubmitRegistration,
)

CAMPAIGN, UNIT, PEER, ABOVE, PERSON, OTHER = (f"00000000-0000-4000-8000-00000000000{n}" for n in range(1, 7))
PAPER = Document(kind="Quyết định", number="05/QĐ", issued="2024-06-01", title="Công nhận", issuer="LĐLĐ huyện")
READ = (Read(stream=f"campaign-{CAMPAIGN}", version=3), Read(stream=f"unit-{UNIT}", version=1))
PHASES = (
    Span(code="dot-1", opens_on=date(2024, 1, 1), closes_on=date(2024, 7, 31)),
    Span(code="dot-2", opens_on=date(2024, 8, 1), closes_on=date(2024, 12, 31)),
)


def rule(kind: Kind, *subjects: str, **more: object) -> RegistrationRule:
    given: dict[str, object] = {"section": "II", "wording": "đăng ký", "rule": OpenEnded()}
    return RegistrationRule(code=kind.value, name=kind.value, kind=kind, subjects=subjects, **(given | more))  # type: ignore[arg-type]


def knowing(registration_rule: RegistrationRule | None, **more: object) -> Facts:
    known: dict[str, object] = {
        "campaign_known": True,
        "running": True,
        "rule": registration_rule,
        "phases": PHASES,
        "titles": (("cong-nhan-gioi", ("individual",)), ("giay-khen", ("individual", "collective"))),
        "unit_level": "grassroots",
        "receiver_id": ABOVE,
        "block": "doanh-nghiep",
        "employments": ((PERSON, "direct-worker"), (OTHER, "leader")),
        "units_known": (UNIT, PEER),
        "read": READ,
    }
    return Facts(**(known | more))  # type: ignore[arg-type]


RUNNING = Facts(campaign_known=True, running=True, recogniser_level="federation")
"""What a step on a registration knows of a campaign that was not cancelled."""
WORK = rule(Kind.WORK, "collective", rule=NoLaterThan(day=date(2024, 3, 15)))
WORK_FACTS = knowing(WORK, due_on=date(2024, 3, 15))
submit_work = SubmitRegistration(
    campaign_id=CAMPAIGN, unit_id=UNIT, kind=Kind.WORK, subject=Collective(), name="Sân chơi công nhân", content="mô tả"
)
work = RegistrationSubmitted(
    campaign_id=CAMPAIGN,
    unit_id=UNIT,
    receiver_id=ABOVE,
    level="grassroots",
    block="doanh-nghiep",
    phase="dot-1",
    kind=Kind.WORK,
    subject=Collective(),
    employment=None,
    name="Sân chơi công nhân",
    content="mô tả",
    title=None,
    quantity=None,
    quantity_unit=None,
    held_on=None,
    submitted_on=date(2024, 3, 15),
    due_on=date(2024, 3, 15),
    late=False,
    read_at=READ,
)

TITLE_FACTS = knowing(rule(Kind.TITLE, "individual", "collective"))
submit_title = SubmitRegistration(
    campaign_id=CAMPAIGN,
    unit_id=UNIT,
    kind=Kind.TITLE,
    subject=Individual(person_id=PERSON),
    name="Công nhân giỏi",
    title="cong-nhan-gioi",
)
title = replace(
    work,
    kind=Kind.TITLE,
    subject=Individual(person_id=PERSON),
    employment="direct-worker",
    name="Công nhân giỏi",
    content=None,
    title="cong-nhan-gioi",
    submitted_on=date(2024, 6, 30),
    due_on=None,
)

BOTH = Pair(parties=(Party(unit_id=UNIT), Party(unit_id=PEER)))
COMPACT_FACTS = knowing(rule(Kind.COMPACT, "pair"))
submit_compact = replace(submit_work, kind=Kind.COMPACT, subject=BOTH, name="Giao ước", content=None)
compact = replace(
    work,
    kind=Kind.COMPACT,
    subject=BOTH,
    name="Giao ước",
    content=None,
    submitted_on=date(2024, 6, 30),
    due_on=None,
)
initiative = replace(compact, kind=Kind.INITIATIVE, subject=Collective(), name="Cải tiến máy may")

confirmed = RegistrationConfirmed()
returned = RegistrationReturned(reason="thiếu mô tả")
withdrawn = RegistrationWithdrawn(reason="thôi")
resubmit = ResubmitRegistration(name="Sân chơi công nhân", content="mô tả kỹ")
resubmitted = RegistrationResubmitted(
    name="Sân chơi công nhân", content="mô tả kỹ", title=None, quantity=None, quantity_unit=None, held_on=None
)
