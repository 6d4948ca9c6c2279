"""From publication to presentation: the council's session, its counting minutes, quota, decision and awards."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Literal

from adapters.demo.acts.nominating import CHANNEL, PATH, Dossier
from adapters.demo.client import Person
from adapters.demo.scene import Scene

COUNCILS = "/v1/councils"
SEATS = 9
OFFICES = ("Chủ tịch Hội đồng", "Phó Chủ tịch Hội đồng", "Ủy viên thường trực")


@dataclass(kw_only=True)
class Council:
    """A session on the dossiers for one title. `against` and `recused`: votes against a dossier, and seats that have
    withdrawn from it, by its id; all others are for it."""

    scene: Scene
    dossiers: list[Dossier]
    who: Person
    unit: str
    against: dict[str, int] = field(default_factory=dict)
    withheld: list[Dossier] = field(default_factory=list)
    recused: dict[str, int] = field(default_factory=dict)
    seats: int = SEATS
    ballot: Literal["minutes", "electronic"] = "minutes"
    meets_on: date = date.min
    id: str = ""
    version: int = 0

    @property
    def title_name(self) -> str:
        return self.dossiers[0].title.name

    async def step(self, what: str, body: dict[str, Any], *, version: int | None = None) -> None:
        done = await self.who.command(f"{COUNCILS}/{self.id}/{what}", body, version=version)
        self.version = done.version

    @property
    def path(self) -> str:
        return f"{COUNCILS}/{self.id}"

    def roster(self) -> list[str]:
        return [f"ghe-{number}" for number in range(1, self.seats + 1)]

    async def convene(self, meets_on: date) -> None:
        seats = [
            {"seat": seat, "office": OFFICES[number - 1] if number <= len(OFFICES) else f"Ủy viên {number}"}
            for number, seat in enumerate(self.roster(), start=1)
        ]
        body = {
            "unit_id": self.scene.unit_id(self.unit),
            "campaign_id": self.scene.campaign_id,
            "title": self.dossiers[0].title.code,
            "meets_on": meets_on.isoformat(),
            "roster": seats,
            "chair": "ghe-1",
            "ballot": self.ballot,
        }
        done = await self.who.command(COUNCILS, body)
        self.id, self.version, self.meets_on = done.id, done.version, meets_on
        self.scene.tell(self.who, "convened", seats=self.seats, day=meets_on)

    async def list_dossiers(self) -> None:
        await self.step("list-dossiers", {"award_ids": [each.id for each in self.dossiers]})

    async def attend(self) -> None:
        """All in the room but the last, who votes in writing."""
        *present, absent = self.roster()
        await self.step("record-attendance", {"present": present, "in_writing": [absent]})

    def minutes(self) -> dict[str, Any]:
        """The counting minutes: sums only."""
        tallies = [
            {"award_id": each.id, "votes_for": self.votes_for(each), "votes_against": self.votes_against(each)}
            for each in self.dossiers
        ]
        return {
            "minutes": self.scene.paper("Biên bản", "BB-HĐTĐKT", "Kiểm phiếu"),
            "ballots_issued": self.seats,
            "returned_in_room": self.seats - 1,
            "returned_in_writing": 1,
            "tallies": tallies,
        }

    async def count(self, minutes: dict[str, Any]) -> None:
        await self.step("record-result", minutes)
        self.scene.tell(
            self.who,
            "counted",
            number=minutes["minutes"]["number"],
            present=self.seats - 1,
            written=1,
            approved=len(self.approved()),
            count=len(self.dossiers),
        )

    def votes_against(self, dossier: Dossier) -> int:
        return self.against.get(dossier.id, 0)

    def votes_for(self, dossier: Dossier) -> int:
        return self.seats - self.votes_against(dossier) - self.recused.get(dossier.id, 0)

    def approved(self) -> list[Dossier]:
        """Who got the share of the whole roster that the campaign's rules ask for. In the stories one vote against is
        borne, more are not, and nine tenths of nine seats bear none. Who withdrew stays in the roster."""
        rules = self.scene.directive.rule_set(self.dossiers[0].title.rules)
        assert rules is not None
        share = next(rule.share_x100 for rule in rules.rules if hasattr(rule, "share_x100") and not hasattr(rule, "of"))
        return [each for each in self.dossiers if self.votes_for(each) * 10_000 >= share * self.seats]

    def granted(self) -> list[Dossier]:
        return [each for each in self.approved() if each not in self.withheld]


Sitting = Callable[[Council], Awaitable[None]]
"""What happens from the convening to the count."""


async def on_paper(council: Council) -> None:
    """The list, the day, who was there, and the minutes."""
    await council.list_dossiers()
    await council.scene.calendar.reach(council.meets_on)
    await council.attend()
    await council.count(council.minutes())


async def publish(scene: Scene, dossiers: list[Dossier], until: date) -> None:
    """From today on."""
    window = {"published_from": scene.today.isoformat(), "published_until": until.isoformat(), "channel": CHANNEL}
    for dossier in dossiers:
        await dossier.step(dossier.decider, "publish", window, state="published")
    title = dossiers[0].title.name
    scene.tell(dossiers[0].decider, "published", count=len(dossiers), title=title, start=scene.today, end=until)


async def decide(
    scene: Scene,
    dossiers: list[Dossier],
    *,
    days: int,
    against: dict[str, int] | None = None,
    withheld: list[Dossier] | None = None,
    hurried: bool = False,
    sitting: Sitting = on_paper,
    **more: Any,
) -> list[Dossier]:
    """Publish the dossiers for `days`, let the council that decides their title meet the day after, vote, decide,
    present. Those that were granted; what was voted down or withheld is declined. `hurried`: a session that would meet
    before the publication is long enough is tried first, and refused. `more` is of the council: `seats`, `ballot`."""
    ending = scene.today + timedelta(days=days)
    await publish(scene, dossiers, ending)
    first = dossiers[0]
    unit = scene.root if first.title.decided_by == "federation" else scene.units[first.unit].parent or scene.root
    council = Council(
        scene=scene, dossiers=dossiers, who=first.decider, unit=unit, against=against or {}, withheld=withheld or [],
        **more,
    )  # fmt: skip
    if hurried:
        await _too_early(council)
    await council.convene(ending + timedelta(days=1))
    await sitting(council)
    for dossier in dossiers:
        await dossier.step(dossier.decider, "take-vote", {"session_id": council.id}, state="voted")
    await _check_quota(council)
    decision = await _issue(council)
    await _grant(council, decision)
    await scene.calendar.reach(scene.today + timedelta(days=5))
    await _present(council)
    return council.granted()


async def _too_early(council: Council) -> None:
    early = Council(scene=council.scene, dossiers=council.dossiers, who=council.who, unit=council.unit)
    await early.convene(council.scene.today + timedelta(days=3))
    body = {"award_ids": [each.id for each in council.dossiers]}
    problem = await early.who.refused(f"{COUNCILS}/{early.id}/list-dossiers", body, "council.published-too-short")
    days = problem["facts"]["obstacles"][0]["facts"]["days_min"]
    council.scene.tell(early.who, "too-short", days=days)
    await early.step("cancel", {"reason": "Công khai chưa đủ ngày"})


async def _check_quota(council: Council) -> None:
    """The whole list first; if it is over the quota, again without what is withheld."""
    await council.step("check-quota", {})
    if council.withheld:
        paper = council.scene.paper("Quyết định", "QĐ-LĐLĐ", "Khen thưởng")
        body = {"decision": paper, "signing_body": council.scene.directive.signing_body}
        problem = await council.who.refused(
            f"{COUNCILS}/{council.id}/issue-decision", body, "council.quota-exceeded", version=council.version
        )
        facts = problem["facts"]["obstacles"][0]["facts"]
        council.scene.tell(council.who, "over-quota", granted=facts["granted"], whole=facts["whole"])
        await council.step("check-quota", {"withheld": [each.id for each in council.withheld]})
        for each in council.withheld:
            council.scene.tell(council.who, "withheld", subject=each.subject)


async def _issue(council: Council) -> dict[str, str]:
    decision = council.scene.paper("Quyết định", "QĐ-LĐLĐ", f"Tặng {council.title_name}")
    body = {"decision": decision, "signing_body": council.scene.directive.signing_body}
    await council.step("issue-decision", body, version=council.version)
    council.scene.tell(
        council.who, "decision", number=decision["number"], count=len(council.granted()), title=council.title_name
    )
    return decision


async def _grant(council: Council, decision: dict[str, str]) -> None:
    body = {"decision": decision, "signing_body": council.scene.directive.signing_body}
    for number, dossier in enumerate(council.granted()):
        if number == 0:  # Somebody else has looked at an older state of it: that is told apart before anything is done.
            stale = dossier.record.version - 1
            await dossier.decider.refused(f"{PATH}/{dossier.id}/decide", body, "version.stale", version=stale)
            council.scene.tell(dossier.decider, "stale")
        await dossier.step(dossier.decider, "decide", body, state="decided")
    for dossier in council.dossiers:
        if dossier not in council.granted():
            await dossier.decline("Không được Hội đồng đưa vào quyết định")


async def _present(council: Council) -> None:
    granted = council.granted()
    for dossier in granted:
        await dossier.present("Hội nghị biểu dương", told=len(granted) == 1)
    if len(granted) > 1:
        council.scene.tell(council.scene.issuer(), "presented-many", title=council.title_name, count=len(granted))
