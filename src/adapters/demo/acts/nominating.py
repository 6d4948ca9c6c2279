"""Award dossiers up to their publication, and what may befall one at any time."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from adapters.demo.acts.evaluating import Evaluation
from adapters.demo.acts.registering import Registration
from adapters.demo.client import Done, Person, Unexpected
from adapters.demo.ledger import Nominated
from adapters.demo.scene import Scene
from domain.directive import TitleSpec

PATH = "/v1/awards"
CHANNEL = "Trang thông tin điện tử"


@dataclass(kw_only=True)
class Dossier:
    """A dossier that was nominated, as the story goes on with it. `reasons`: what its last check said."""

    scene: Scene
    id: str
    title: TitleSpec
    unit: str
    person: str | None
    reasons: list[dict[str, Any]] = field(default_factory=list)

    @property
    def record(self) -> Nominated:
        return self.scene.ledger.awards[self.id]

    @property
    def subject(self) -> str:
        return self.scene.named(self.unit, self.person)

    @property
    def decider(self) -> Person:
        """Who keeps the books of the council that decides: the secretary, or the upper-level union's officer."""
        if self.title.decided_by == "federation":
            return self.scene.secretary
        return self.scene.above(self.scene.union(self.unit))

    async def step(self, who: Person, what: str, body: dict[str, Any], *, state: str | None = None) -> Done:
        """One command; the ledger counts the step and keeps the version that it led to."""
        version = self.record.version if what in ("decide", "revoke") else None
        done = await who.command(f"{PATH}/{self.id}/{what}", body, version=version)
        self.went_on(done)
        self.record.state = state or self.record.state
        return done

    def went_on(self, done: Done) -> None:
        """A revocation that a complaint asked for is two steps: it settles the complaint too."""
        self.record.steps += done.version - self.record.version
        self.record.version = done.version

    async def send_back(self, reason: str, report: str) -> None:
        """The level above returns it; the unit completes it."""
        scene = self.scene
        await self.step(scene.above(self.unit), "return", {"reason": reason}, state="returned")
        scene.tell(scene.above(self.unit), "dossier-returned", subject=self.subject, reason=reason)
        await self.step(scene.officer(self.unit), "complete", {"report": report}, state="completed")
        scene.tell(scene.officer(self.unit), "dossier-completed", subject=self.subject)

    async def appraise(self, *, told: bool = True) -> "Dossier":
        body = {"supports": True, "opinion": "Đề nghị khen thưởng"}
        await self.step(self.scene.above(self.unit), "appraise", body, state="appraised")
        if told:
            self.scene.tell(self.scene.above(self.unit), "appraised", subject=self.subject)
        return self

    async def check(self, *, against: tuple[str, ...] = (), told: bool = True) -> "Dossier":
        """Judge it by the rules; `against` are the rules that are to stand in the way."""
        await self.step(self.decider, "check-eligibility", {}, state="checked")
        row = await self.decider.get(f"{PATH}/{self.id}")
        self.reasons = await _reasons(self)
        found = tuple(reason["rule"] for reason in self.reasons if reason["outcome"] != "for")
        if (found, row["eligible"]) != (against, not against):
            raise Unexpected(f"{self.scene.place}: {self.subject} is held up by {found}, not by {against}")
        if against:
            said = "; ".join(self.scene.voice.word(rule) for rule in against)
            self.scene.tell(self.decider, "not-eligible", subject=self.subject, reasons=said)
        elif told:
            self.scene.tell(self.decider, "eligible", subject=self.subject, count=len(self.reasons))
        return self

    async def decline(self, reason: str) -> None:
        await self.step(self.decider, "decline", {"reason": reason}, state="declined")
        self.scene.tell(self.decider, "declined", subject=self.subject, reason=reason)

    async def hold(self, kind: str, reason: str) -> None:
        await self.step(self.decider, "hold", {"kind": kind, "reason": reason})
        self.scene.tell(self.decider, "held", subject=self.subject, reason=reason)

    async def release(self, kind: str, outcome: str) -> None:
        await self.step(self.decider, "release", {"kind": kind, "outcome": outcome})
        self.scene.tell(self.decider, "released", subject=self.subject, reason=outcome)

    async def cannot_be_published(self, start: date, end: date) -> None:
        """What is not eligible is not published: the API says why."""
        body = {"published_from": start.isoformat(), "published_until": end.isoformat(), "channel": CHANNEL}
        await self.decider.refused(f"{PATH}/{self.id}/publish", body, "award.not-eligible")

    async def revoke(self, ground: str, reason: str) -> None:
        paper = self.scene.paper("Quyết định", "QĐ-LĐLĐ", "Thu hồi khen thưởng")
        who = self.decider if self.title.decided_by == "upper" else self.scene.federation
        await self.step(who, "revoke", {"ground": ground, "reason": reason, "document": paper}, state="revoked")
        self.scene.tell(who, "revoked", title=self.title.name, subject=self.subject, reason=reason)

    async def correct(self, reason: str) -> None:
        """The decision is cited rightly from now on, by virtue of a correcting paper."""
        right = self.scene.paper("Quyết định", "QĐ-LĐLĐ", "Khen thưởng")
        paper = self.scene.paper("Quyết định", "QĐ-LĐLĐ", "Đính chính")
        await self.step(self.decider, "correct", {"decision": right, "document": paper, "reason": reason})
        self.scene.tell(self.decider, "corrected", subject=self.subject, reason=reason)

    async def award_at_once(self, occasion: str) -> None:
        """The ad-hoc fast path: checked, decided and presented on one day, without publication and council."""
        paper = self.scene.paper("Quyết định", "QĐ-LĐLĐ", "Khen thưởng đột xuất")
        body = {"decision": paper, "signing_body": self.scene.directive.signing_body}
        await self.step(self.decider, "decide", body, state="decided")
        self.scene.tell(self.decider, "fast-path", subject=self.subject, number=paper["number"])
        await self.present(occasion)

    async def present(self, occasion: str, *, told: bool = True) -> None:
        body = {"presented_on": self.scene.today.isoformat(), "occasion": occasion}
        await self.step(self.scene.issuer(), "present", body, state="presented")
        if told:
            self.scene.tell(self.scene.issuer(), "presented", title=self.title.name, subject=self.subject)


async def _reasons(dossier: Dossier) -> list[dict[str, Any]]:
    """What the last check said, as the dossier's replay shows it."""
    history = await dossier.scene.auditor.get(f"{PATH}/{dossier.id}/replay", fresh=False)
    checked = [step["rerun"] for step in history["steps"] if step["type"] == "award.eligibility-checked"]
    if not checked[-1]["same"]:
        raise Unexpected(f"{dossier.scene.place}: the check of {dossier.subject} comes out otherwise when run again")
    reasons: list[dict[str, Any]] = checked[-1]["recorded"]
    return reasons


async def holders_counted(dossier: Dossier, *, found: int, share_percent: int, title: str) -> None:
    """How many persons of a collective hold the title, of how many, as its last check has counted them."""
    scene = dossier.scene
    of_file = scene.units[dossier.unit].headcount
    members, _ = scene.ledger.headcounts.get(dossier.unit, (of_file.members, of_file.workers))
    needed = -(-members * share_percent // 100)
    facts = next(reason["facts"] for reason in dossier.reasons if reason["rule"] == "holders-share-min")
    counted = (facts["found"], facts["members"], facts["needed"])
    if counted != (found, members, needed):
        raise Unexpected(f"{scene.place}: {dossier.subject}: {counted}, not {(found, members, needed)}")
    key = "share-short" if found < needed else "share-met"
    scene.tell(dossier.decider, key, found=found, members=members, needed=needed, title=title)


async def nominate(
    scene: Scene,
    title: str,
    unit: str,
    *,
    achievement: str,
    person: str | None = None,
    registration: Registration | None = None,
    evaluation: Evaluation | None = None,
    phase: str | None = None,
    scheme: str = "movement",
    fast_path: bool = False,
    told: bool = True,
) -> Dossier:
    """The unit hands a dossier in."""
    spec = scene.directive.title(title)
    assert spec is not None, title
    body = {
        "campaign_id": scene.campaign_id,
        "phase": phase,
        "year": scene.today.year,
        "title": title,
        "scheme": scheme,
        "unit_id": scene.unit_id(unit),
        "person_id": person and scene.person_id(person),
        "registration_id": registration and registration.id,
        "evaluation_id": evaluation and evaluation.id,
        "achievement": achievement,
        "report": "Báo cáo thành tích có xác nhận của tổ công đoàn.",
        "fast_path": fast_path,
    }
    done = await scene.officer(unit).command(PATH, body)
    scene.ledger.awards[done.id] = Nominated(title=title, unit=unit, person=person, version=done.version, steps=1)
    dossier = Dossier(scene=scene, id=done.id, title=spec, unit=unit, person=person)
    if told:
        scene.tell(scene.officer(unit), "nominated", title=spec.name, subject=dossier.subject)
    return dossier


async def report_service(scene: Scene, person: str, *, months: int = 12, absent_days: int = 3) -> None:
    """The person's unit reports the year's months of service and days absent: some titles ask for them."""
    unit = scene.members[person].unit
    body = {"year": scene.today.year, "months_of_service": months, "absent_days": absent_days}
    await scene.officer(unit).command(f"/v1/members/{scene.person_id(person)}/report-service", body)


async def nominate_person(
    scene: Scene, title: str, person: str, *, registration: Registration | None, score: Evaluation, **more: Any
) -> Dossier:
    """Hand in the dossier of a person whose class is final; the unit above appraises it."""
    year = scene.today.year
    dossier = await nominate(
        scene,
        title,
        scene.members[person].unit,
        person=person,
        registration=registration,
        evaluation=await score.finalise(),
        achievement=f"{title}-{person.lower()}-{year}",
        **more,
    )
    return await dossier.appraise(told=more.get("told", True))
