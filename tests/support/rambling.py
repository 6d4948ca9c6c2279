"""Commands at random, many of them refused: what a store and its twin must agree on, and read models keep up with."""

from datetime import date
from random import Random
from typing import Any

from domain.campaign import CAMPAIGN
from domain.campaign.messages import (
    AmendCampaign,
    ClosePhase,
    OpenPhase,
)
from domain.decider import Command
from domain.directive import Kind
from domain.duty import DUTY
from domain.duty.messages import AcceptDuty, ReturnDuty
from domain.member import MEMBER
from domain.member.messages import (
    ChangeEmployment,
    EnrolMember,
    LeaveMember,
    MoveMember,
    RecordMemberTitle,
    RejoinMember,
    StrikeMemberTitle,
)
from domain.refusals import Refused
from domain.registration import REGISTRATION
from domain.registration import messages as registration
from domain.unit import (
    UNIT,
    ChangeSector,
    MoveUnit,
    RecordUnitTitle,
    RenameUnit,
    ReportHeadcount,
    StrikeUnitTitle,
)
from tests.support.directives import CIRCULAR, PLAN, SMALL
from tests.support.story import SIGN, Story


async def ramble(story: Story, random: Random, commands: int) -> None:
    """Random commands on the settled federation; what a decider refuses changes nothing."""
    for _ in range(commands):
        if random.random() < 0.05:
            story.clock.day = min(
                date.fromordinal(story.clock.day.toordinal() + random.randint(1, 40)), date(2024, 12, 30)
            )
        try:
            await _random_step(story, random)
        except Refused:
            continue


async def _random_step(story: Story, random: Random) -> None:
    unit = random.choice(("nha-may", "xuong", "truong", "cum-tren"))
    person, home = random.choice((("an", "nha-may"), ("binh", "xuong"), ("chi", "truong")))
    number = random.randint(1, 4)
    name = f"random-{number}"
    match random.randint(0, 9):
        case 0:
            await story.do(UNIT, unit, random.choice(_on_unit(story.clock.day, number)))
        case 1:
            parent = random.choice(("ldld-song-mau", "cum-tren"))
            await story.do(UNIT, unit, MoveUnit(parent_id=story.id(parent), on=story.clock.day))
        case 2:
            day = date(2024, random.randint(1, 3), random.randint(1, 10))
            counted = ReportHeadcount(members=number, workers=number * 9, direct_workers=number, on=day)
            await story.do(UNIT, unit, counted)
        case 3:
            await _about_member(story, random, person, unit)
        case 4 | 5:
            subject = random.choice((registration.Collective(), registration.Individual(person_id=story.id(person))))
            kind = random.choice((Kind.WORK, Kind.TITLE, Kind.INITIATIVE))
            title = "cong-nhan-gioi" if kind is Kind.TITLE else None
            await story.register(name, home, kind, subject, title=title)
        case 6 | 7:
            await story.do(REGISTRATION, name, random.choice(_ON_REGISTRATION))
        case 8:
            await _about_duty(story, random, f"duty-{number}-{unit}", unit)
        case _:
            await _about_campaign(story, random)


def _on_unit(day: date, number: int) -> tuple[Command, ...]:
    return (
        RenameUnit(name=f"Tên {number}", on=day),
        ChangeSector(sector="school" if number % 2 else "state-enterprise", on=day),
        RecordUnitTitle(**_title(number)),
        StrikeUnitTitle(title="co-thi-dua", year=2018 + number, reason="nhập nhầm", document=PLAN),
    )


def _title(number: int) -> dict[str, Any]:
    particulars = {"title": "co-thi-dua", "title_name": "Cờ thi đua", "year": 2018 + number, "issuer": "UBND tỉnh"}
    return {**particulars, "scheme": "merit", "level": "federation", "decision": CIRCULAR if number % 2 else PLAN}


_ON_REGISTRATION: tuple[Command, ...] = (
    registration.ConfirmRegistration(),
    registration.ReturnRegistration(reason="thiếu"),
    registration.ResubmitRegistration(name="lại"),
    registration.ReportProgress(quantity=3),
    registration.CompleteRegistration(),
    registration.WithdrawRegistration(),
    registration.RecogniseWork(document=PLAN, plaque=True),
    registration.PutUnderReview(council="Hội đồng sáng kiến"),
    registration.RecogniseInitiative(scope="upper", document=PLAN, value_vnd=5_000_000),
    registration.AttachPlaque(on=date(2024, 1, 10), place="Cổng chính"),
    registration.WithdrawRecognition(document=PLAN, reason="sai"),
)


async def _about_member(story: Story, random: Random, person: str, unit: str) -> None:
    command = random.choice(
        (
            MoveMember(unit_id=story.id(unit), on=story.clock.day),
            ChangeEmployment(employment=random.choice(("leader", "other")), on=story.clock.day),
            LeaveMember(on=story.clock.day),
            RejoinMember(unit_id=story.id(unit), on=story.clock.day),
            RecordMemberTitle(**_title(random.randint(1, 3))),
            StrikeMemberTitle(title="co-thi-dua", year=2019, reason="nhập nhầm", document=PLAN),
            EnrolMember(
                person_id=story.id(f"{person}-2"), unit_id=story.id(unit), code="x", full_name="X", employment="other",
                joined_on=story.clock.day,
            ),
        )
    )  # fmt: skip
    await story.do(MEMBER, f"{person}-2" if isinstance(command, EnrolMember) else person, command)


async def _about_duty(story: Story, random: Random, name: str, unit: str) -> None:
    match random.randint(0, 5):
        case 3:
            await story.report(name, unit)
        case 4:
            await story.do(DUTY, name, SIGN)
        case 5:
            await story.remind(name, unit, random.choice(("before-3", "on-day", "overdue-7")))
        case 0:
            await story.hand_in(name, random.choice(("ke-hoach", "phat-dong", "khau-hieu")), unit)
        case 1:
            await story.do(DUTY, name, ReturnDuty(reason="thiếu"))
        case _:
            await story.do(DUTY, name, AcceptDuty())


async def _about_campaign(story: Story, random: Random) -> None:
    phases = random.choice((SMALL.phases, (SMALL.phases[0],)))
    duties = random.choice((SMALL.duties, SMALL.duties[:4] + SMALL.duties[5:]))
    targets = tuple(target for target in SMALL.targets if target.code != "hoi-nghi")
    amended = type(SMALL)(**{**_fields(SMALL), "phases": phases, "duties": duties, "targets": targets})
    command = random.choice(
        (AmendCampaign(directive=amended, document=PLAN), OpenPhase(phase="dot-2"), ClosePhase(phase="dot-1"))
    )
    await story.do(CAMPAIGN, "campaign", command)


def _fields(directive: Any) -> dict[str, Any]:
    return {name: getattr(directive, name) for name in directive.__struct_fields__}
