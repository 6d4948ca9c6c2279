"""A small federation whose campaign is lived through by real commands on a real log: one telling that ends with a known
state of everything, and random ones that the deciders let pass or refuse."""

from datetime import UTC, date, datetime, time
from typing import Any

import msgspec
from msgspec.structs import replace

from adapters.keys.memory import memory_vault
from application.execute import Platform, Request, Step, execute
from application.log_subjects import LogSubjects
from application.ports import EventStore
from domain import exemplar
from domain.allotment import ALLOTMENT, AllotTarget
from domain.award import AWARD, complaints, parts
from domain.award import messages as award
from domain.campaign import CAMPAIGN
from domain.campaign.messages import (
    AdmitTitle,
    ClosePhase,
    DraftCampaign,
    InterpretClause,
    LaunchCampaign,
    OpenPhase,
)
from domain.cluster import CLUSTER
from domain.cluster.messages import AdmitUnit, FormCluster, ReleaseUnit
from domain.council import COUNCIL
from domain.council import messages as council
from domain.dates import NoLaterThan
from domain.decider import AnyDecider, Command
from domain.delivery import DELIVERY, AcknowledgeDirective
from domain.demand import DEMAND, DemandDuty, WithdrawDemand
from domain.directive import Kind
from domain.duty import DUTY
from domain.duty.messages import AcceptDuty, PrepareReport, RecordReminder, ReturnDuty, SignReport, SubmitDuty
from domain.evaluation import EVALUATION
from domain.evaluation import messages as evaluation
from domain.exemplar import EXEMPLAR
from domain.ids import TenantId
from domain.member import MEMBER
from domain.member.messages import (
    EnrolMember,
)
from domain.paper import Signature
from domain.registration import REGISTRATION
from domain.registration import messages as registration
from domain.unit import (
    UNIT,
    EstablishUnit,
    ReportHeadcount,
)
from domain.workbook import WORKBOOK, RecordImport
from tenants.scope import Role, TenantScope
from tests.support.calendars import CALENDAR
from tests.support.directives import CIRCULAR, PLAN, RULES, SMALL, TITLE
from tests.support.figures import NoFigures
from tests.support.log import fresh_id

GOOD = (("nang-suat-diem", 5_500), ("phong-trao", 3_800))
SIGN = SignReport(signature=Signature(capacity="TM", body="Ban Thường vụ", office="Chủ tịch"))
POOR = (("nang-suat-diem", 2_000), ("phong-trao", 1_000))


class Clock:
    """Noon of `day`."""

    def __init__(self, day: date) -> None:
        self.day = day

    def now(self) -> datetime:
        return datetime.combine(self.day, time(12), UTC)


class Story:
    """A tenant in which everybody may do everything. `ids` are by name; `position` is the log's after the last one."""

    def __init__(self, store: EventStore, tenant_id: TenantId) -> None:
        self.clock = Clock(date(2024, 1, 10))
        subjects = LogSubjects(store)
        self.platform = Platform(
            store=store,
            subjects=subjects,
            figures=NoFigures(),
            vault=memory_vault(),
            clock=self.clock,
            calendar=CALENDAR,
        )
        self.tenant_id, self.ids, self.position = tenant_id, dict[str, str](), 0

    def id(self, name: str) -> str:
        return self.ids.setdefault(name, fresh_id())

    async def do(self, decider: AnyDecider, name: str, command: Command) -> None:
        """Raises: Refused."""
        role = Role.COUNCIL_SECRETARY if decider is COUNCIL else Role.FEDERATION_OFFICER
        scope = TenantScope(tenant_id=self.tenant_id, credential_id=fresh_id(), actor=role.value, role=role)
        request = Request(command_id=fresh_id(), body=b"", correlation_id=fresh_id())
        done = await execute(self.platform, scope, [Step(decider, self.id(name), command)], request)
        self.position = done.position

    async def unit(self, code: str, level: Any, parent: str | None, sector: Any, members: int = 0) -> None:
        day, parent_id = date(2024, 1, 1), self.id(parent) if parent else None
        established = EstablishUnit(
            unit_id=self.id(code),
            code=code,
            name=f"Đơn vị {code}",
            level=level,
            parent_id=parent_id,
            sector=sector,
            on=day,
        )
        await self.do(UNIT, code, established)
        await self.do(
            UNIT, code, ReportHeadcount(members=members, workers=members, direct_workers=members // 2, on=day)
        )

    async def person(self, name: str, unit: str, employment: Any) -> None:
        enrolled = EnrolMember(
            person_id=self.id(name), unit_id=self.id(unit), code=name, full_name=f"Người {name}", employment=employment,
            joined_on=date(2024, 1, 2),
        )  # fmt: skip
        await self.do(MEMBER, name, enrolled)

    async def register(self, name: str, unit: str, kind: Kind, subject: Any, **more: Any) -> None:
        submitted = registration.SubmitRegistration(
            campaign_id=self.id("campaign"), unit_id=self.id(unit), kind=kind, subject=subject, name=name, **more
        )
        await self.do(REGISTRATION, name, submitted)

    async def settle(self) -> None:
        """The federation, its units and people, and the campaign on the day of its launch."""
        await self.unit("ldld-song-mau", "federation", None, "union-body", 10)
        await self.unit("cum-tren", "upper", "ldld-song-mau", "union-body", 10)
        for code, sector in (("nha-may", "state-enterprise"), ("xuong", "non-state-enterprise"), ("truong", "school")):
            await self.unit(code, "grassroots", "cum-tren", sector, 50)
        for name, unit, work in (
            ("an", "nha-may", "direct-worker"),
            ("binh", "xuong", "leader"),
            ("chi", "truong", "other"),
        ):
            await self.person(name, unit, work)
        drafted = DraftCampaign(issuer_id=self.id("ldld-song-mau"), directive=SMALL)
        await self.do(CAMPAIGN, "campaign", drafted)
        await self.do(CAMPAIGN, "campaign", LaunchCampaign())
        await self.do(CAMPAIGN, "campaign", OpenPhase(phase="dot-1"))

    async def tell(self) -> None:
        """From the launch to an award that is presented, and one that is revoked."""
        await self.settle()
        await self._addenda()
        record = RecordImport(kind="members", file_sha256="9f" * 32, rows=3, changed=2, refused=1)
        await self.do(WORKBOOK, "import", record)
        await self._registrations()
        await self._exemplars()
        await self._duties()
        await self._evaluations()
        await self._awards()

    async def _addenda(self) -> None:
        interpreted = InterpretClause(
            clause="targets.mot-cong-trinh", reading="Từ một trở lên", decided_by="Ban Thường vụ",
            decided_on=self.clock.day, read_as=">=",
        )  # fmt: skip
        await self.do(CAMPAIGN, "campaign", interpreted)
        code = "lao-dong-tien-tien"
        title, rules = replace(TITLE, code=code, rules=code), replace(RULES, code=code)
        await self.do(CAMPAIGN, "campaign", AdmitTitle(title=title, rule_set=rules, document=PLAN))

    async def _registrations(self) -> None:
        collective = registration.Collective()
        self.clock.day = date(2024, 3, 1)
        await self.register("work-in-time", "nha-may", Kind.WORK, collective)
        for name, person, unit in (("title-an", "an", "nha-may"), ("title-binh", "binh", "xuong")):
            subject = registration.Individual(person_id=self.id(person))
            await self.register(name, unit, Kind.TITLE, subject, title="cong-nhan-gioi", content="bí mật")
            await self.do(REGISTRATION, name, registration.ConfirmRegistration())
        self.clock.day = date(2024, 3, 20)
        await self.register("work-late", "xuong", Kind.WORK, collective)
        await self.do(REGISTRATION, "work-late", registration.ReturnRegistration(reason="thiếu ngày"))
        await self.do(REGISTRATION, "work-late", registration.ResubmitRegistration(name="Công trình mới"))
        for name in ("work-in-time", "work-late"):
            await self.do(REGISTRATION, name, registration.ConfirmRegistration())
        pair = registration.Pair(
            parties=tuple(registration.Party(unit_id=self.id(code)) for code in ("nha-may", "truong"))
        )
        await self.register("compact", "nha-may", Kind.COMPACT, pair)
        await self.do(REGISTRATION, "compact", registration.AcceptCompact(unit_id=self.id("truong")))
        await self.register("launch-event", "truong", Kind.LAUNCH_EVENT, collective, held_on=date(2024, 3, 5))
        await self.do(REGISTRATION, "launch-event", registration.WithdrawRegistration(reason="đổi ngày"))
        allotted = AllotTarget(
            campaign_id=self.id("campaign"), target="sang-kien", unit_id=self.id("nha-may"), period="2024", number=1,
            document=PLAN,
        )  # fmt: skip
        await self.do(ALLOTMENT, "allotment", allotted)

    async def _exemplars(self) -> None:
        told = exemplar.RegisterExemplar(
            campaign_id=self.id("campaign"), unit_id=self.id("nha-may"), person_id=self.id("an"), kind="person",
            name="Thợ giỏi", story="mười năm không sai hỏng",
        )  # fmt: skip
        await self.do(EXEMPLAR, "exemplar", told)
        await self.do(EXEMPLAR, "exemplar", exemplar.RecogniseExemplar(level="upper", document=PLAN))
        spread = exemplar.SpreadExemplar(channel="portal", on=self.clock.day, place="Trang thông tin")
        await self.do(EXEMPLAR, "exemplar", spread)

    async def hand_in(self, name: str, duty: str, unit: str, occurrence: str = "") -> None:
        proof = SubmitDuty(
            campaign_id=self.id("campaign"), duty=duty, occurrence=occurrence, unit_id=self.id(unit), proof="Văn bản",
            report="đã làm",
        )  # fmt: skip
        await self.do(DUTY, name, proof)

    async def _duties(self) -> None:
        await self.hand_in("plan-late", "ke-hoach", "nha-may")
        await self.do(DUTY, "plan-late", ReturnDuty(reason="thiếu chữ ký"))
        await self.hand_in("conference", "hoi-nghi", "truong", "2024")
        await self.do(DUTY, "conference", AcceptDuty())
        await self.report("report", "xuong")
        await self.do(DUTY, "report", SIGN)
        await self.remind("plan-reminded", "xuong", "before-3")
        await self._demands()

    async def _demands(self) -> None:
        demanded = DemandDuty(
            campaign_id=self.id("campaign"), by_unit_id=self.id("cum-tren"), unit_ids=(self.id("nha-may"),),
            kind="report", name="Báo cáo đột xuất", due=NoLaterThan(day=date(2024, 12, 20)),
        )  # fmt: skip
        await self.do(DEMAND, "demand", demanded)
        await self.do(DEMAND, "demand-withdrawn", demanded)
        await self.do(DEMAND, "demand-withdrawn", WithdrawDemand(reason="trùng"))
        acknowledged = AcknowledgeDirective(campaign_id=self.id("campaign"), unit_id=self.id("xuong"))
        await self.do(DELIVERY, "acknowledged", acknowledged)

    async def report(self, name: str, unit: str) -> None:
        """The figures of a unit's yearly report, as a draft."""
        asked = PrepareReport(campaign_id=self.id("campaign"), duty="bao-cao-nam", unit_id=self.id(unit))
        await self.do(DUTY, name, asked)

    async def remind(self, name: str, unit: str, kind: str) -> None:
        """A reminder of a unit's plan."""
        sent = RecordReminder(
            campaign_id=self.id("campaign"), duty="ke-hoach", unit_id=self.id(unit), kind=kind, channel="điện thoại"
        )
        await self.do(DUTY, name, sent)

    async def evaluate(self, name: str, unit: str, person: str | None, points: tuple[tuple[str, int], ...]) -> None:
        opened = evaluation.OpenEvaluation(
            campaign_id=self.id("campaign"), unit_id=self.id(unit), person_id=self.id(person) if person else None,
            phase="dot-1", period="2024", rubric="bang-diem",
        )  # fmt: skip
        scores = tuple(evaluation.Score(criterion=code, points_x100=score) for code, score in points)
        await self.do(EVALUATION, name, opened)
        await self.do(EVALUATION, name, evaluation.SelfScore(scores=scores))
        await self.do(EVALUATION, name, evaluation.AppraiseEvaluation(scores=scores))
        await self.do(EVALUATION, name, evaluation.ClassifyEvaluation())

    async def _cluster(self) -> None:
        members = (self.id("nha-may"), self.id("xuong"))
        grouped = FormCluster(
            cluster_id=self.id("cum"), code="cum", name="Cụm", unit_id=self.id("cum-tren"), unit_ids=members,
            lead_unit_id=members[0], on=date(2024, 3, 1),
        )  # fmt: skip
        await self.do(CLUSTER, "cum", grouped)
        await self.do(CLUSTER, "cum", AdmitUnit(unit_id=self.id("truong"), on=date(2024, 3, 2)))
        await self.do(CLUSTER, "cum", ReleaseUnit(unit_id=members[0], on=date(2024, 3, 20)))

    async def _evaluations(self) -> None:
        await self._cluster()
        self.clock.day = date(2024, 8, 1)
        await self.do(CAMPAIGN, "campaign", ClosePhase(phase="dot-1"))
        await self.evaluate("class-an", "nha-may", "an", GOOD)
        await self.evaluate("class-binh", "xuong", "binh", GOOD)
        await self.evaluate("class-nha-may", "nha-may", None, GOOD)
        await self.evaluate("class-xuong", "xuong", None, POOR)

    async def nominate(self, name: str, unit: str, person: str) -> None:
        nominated = award.NominateAward(
            campaign_id=self.id("campaign"), phase="dot-1", year=2024, title="cong-nhan-gioi", scheme="movement",
            unit_id=self.id(unit), person_id=self.id(person), registration_id=self.id(f"title-{person}"),
            evaluation_id=self.id(f"class-{person}"), achievement=f"viec-{person}", report="thành tích",
        )  # fmt: skip
        await self.do(AWARD, name, nominated)
        await self.do(AWARD, name, award.AppraiseDossier(supports=True, opinion="đồng ý"))
        await self.do(AWARD, name, award.CheckEligibility())
        days = {"published_from": date(2024, 8, 1), "published_until": date(2024, 8, 20)}
        await self.do(AWARD, name, award.PublishForComment(**days, channel="trang tin"))

    async def _awards(self) -> None:
        names = ("award-an", "award-binh")
        for name, unit, person in (("award-an", "nha-may", "an"), ("award-binh", "xuong", "binh")):
            await self.nominate(name, unit, person)
        await self._beside("award-an")
        await self.do(AWARD, "award-binh", award.HoldAward(kind="complaint", reason="đơn thư"))
        await self.do(AWARD, "award-binh", award.ReleaseAward(kind="complaint", outcome="không có cơ sở"))
        await self._council(names)
        for name in names:
            await self.do(AWARD, name, award.TakeVote(session_id=self.id("session")))
            await self.do(AWARD, name, award.DecideAward(decision=PLAN, signing_body="Ban Thường vụ"))
        await self.do(AWARD, "award-an", award.PresentAward(presented_on=self.clock.day))
        revoked = award.RevokeAward(ground="false-declaration", reason="khai sai", document=CIRCULAR)
        await self.do(AWARD, "award-binh", revoked)
        recovered = award.RecordRecovery(money_vnd=1, on=self.clock.day, document=CIRCULAR)
        await self.do(AWARD, "award-binh", recovered)

    async def _beside(self, name: str) -> None:
        """Two files of which one is taken out again, another body's word, and a complaint that is answered."""
        file = parts.AttachPart(
            part="minutes", name="bien-ban.pdf", media_type="application/pdf", size_bytes=3, address="a" * 64,
            content_sha256="tổng kiểm",
        )  # fmt: skip
        received = complaints.ReceiveComplaint(received_on=date(2024, 8, 1), complaint="đơn", channel="trực tiếp")
        paper = msgspec.structs.replace(PLAN, issued="2024")
        answered = complaints.ResolveAwardComplaint(number=1, upheld=False, answer="không đúng", document=paper)
        for command in (
            file,
            msgspec.structs.replace(file, address="b" * 64),
            parts.RemovePart(part="minutes", address="b" * 64),
            parts.RecordConcurrence(body="cong-an", body_name="Công an", agrees=True, document=PLAN),
            received,
            msgspec.structs.replace(received, complaint="đơn khác"),
            answered,
            msgspec.structs.replace(answered, number=2, upheld=True, follows="nothing"),
        ):
            await self.do(AWARD, name, command)

    async def _council(self, names: tuple[str, ...]) -> None:
        self.clock.day = date(2024, 9, 10)
        roster = tuple(council.Seat(seat=f"ghe-{n}", office=f"Ủy viên {n}") for n in range(1, 4))
        convened = council.ConveneCouncil(
            unit_id=self.id("ldld-song-mau"), campaign_id=self.id("campaign"), title="cong-nhan-gioi",
            meets_on=self.clock.day, roster=roster, chair="ghe-1",
        )  # fmt: skip
        awards = tuple(self.id(name) for name in names)
        tallies = tuple(council.Tally(award_id=each, votes_for=3, votes_against=0) for each in awards)
        for command in (
            convened,
            council.ListDossiers(award_ids=awards),
            council.RecordAttendance(present=tuple(seat.seat for seat in roster)),
            council.RecordResult(minutes=PLAN, ballots_issued=3, returned_in_room=3, tallies=tallies),
            council.CheckQuota(),
            council.IssueDecision(decision=PLAN, signing_body="Ban Thường vụ"),
        ):
            await self.do(COUNCIL, "session", command)
