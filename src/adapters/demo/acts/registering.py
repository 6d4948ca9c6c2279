"""Registrations: submitted, signed, returned, confirmed, carried out, recognised."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from adapters.demo.client import Done, Unexpected
from adapters.demo.ledger import Registered
from adapters.demo.scene import Scene
from domain.directive import Kind
from domain.schedule import phase_on

PATH = "/v1/registrations"


@dataclass(kw_only=True)
class Registration:
    """A registration that was submitted, as the story goes on with it."""

    scene: Scene
    id: str
    unit: str
    name: str

    @property
    def record(self) -> Registered:
        return self.scene.ledger.registrations[self.id]

    async def step(self, who: Any, what: str, body: dict[str, Any]) -> Done:
        done: Done = await who.command(f"{PATH}/{self.id}/{what}", body)
        return done

    # --- by the unit above

    async def send_back(self, reason: str) -> None:
        await self.step(self.scene.above(self.unit), "return", {"reason": reason})
        self.record.state = "returned"
        self.scene.tell(self.scene.above(self.unit), "returned", name=self.name, reason=reason)

    async def confirm(self, *, told: bool = True) -> "Registration":
        await self.step(self.scene.above(self.unit), "confirm", {})
        self.record.state = "confirmed"
        if told:
            self.scene.tell(self.scene.above(self.unit), "confirmed", name=self.name)
        return self

    async def recognise_work(self, *, plaque: bool) -> None:
        paper = self.scene.paper("Quyết định", "QĐ-LĐLĐ", f"Công nhận {self.name}")
        await self.step(self.scene.above(self.unit), "recognise-work", {"document": paper, "plaque": plaque})
        self.record.state = "recognised"
        key = "work-recognised" if plaque else "work-recognised-plain"
        self.scene.tell(self.scene.above(self.unit), key, name=self.name)

    async def recognise_initiative(self, scope: str) -> None:
        """By the unit above; with effect in the whole province, by the federation's own council."""
        scene, paper = self.scene, self.scene.paper("Quyết định", "QĐ-HĐSK", f"Công nhận sáng kiến {self.name}")
        body: dict[str, Any] = {"scope": scope, "document": paper}
        who = scene.above(self.unit)
        if scope == "province":
            who, body["recogniser_id"] = scene.officer(scene.root), scene.unit_id(scene.root)
        await self.step(who, "recognise-initiative", body)
        self.record.state, number = "recognised", paper["number"]
        self.scene.tell(who, "initiative-recognised", name=self.name, scope=scope, number=number)

    async def refuse_initiative(self, reason: str) -> None:
        paper = self.scene.paper("Thông báo", "TB-HĐSK", f"Không công nhận {self.name}")
        await self.step(self.scene.above(self.unit), "refuse-initiative", {"document": paper, "reason": reason})
        self.record.state = "refused"
        self.scene.tell(self.scene.above(self.unit), "initiative-refused", name=self.name, reason=reason)

    # --- by the parties

    async def sign(self) -> "Registration":
        """The other party signs, as the first has done by registering; before that the level above cannot confirm."""
        scene, (_, second) = self.scene, self.record.parties
        above = scene.above(self.unit)
        await above.refused(f"{PATH}/{self.id}/confirm", {}, "registration.compact-not-binding")
        scene.tell(above, "not-binding", name=self.name)
        await self.step(scene.officer(second[0]), "accept-compact", {"unit_id": scene.unit_id(second[0])})
        scene.tell(scene.officer(second[0]), "signed", name=self.name)
        return self

    async def resubmit(self, name: str, **more: Any) -> None:
        await self.step(self.scene.officer(self.unit), "resubmit", {"name": name, **more})
        self.name, self.record.state = name, "submitted"
        self.scene.tell(self.scene.officer(self.unit), "resubmitted", name=name)

    async def withdraw(self, reason: str) -> None:
        await self.step(self.scene.officer(self.unit), "withdraw", {"reason": reason})
        self.record.state = "withdrawn"
        self.scene.tell(self.scene.officer(self.unit), "withdrawn", name=self.name, reason=reason)

    async def progress(self, quantity: int, report: str) -> None:
        await self.step(self.scene.officer(self.unit), "progress", {"quantity": quantity, "report": report})
        self.scene.tell(self.scene.officer(self.unit), "progressed", name=self.name, quantity=quantity)

    async def complete(self) -> None:
        await self.step(self.scene.officer(self.unit), "complete", {"happened_on": self.scene.today.isoformat()})
        self.record.state = "completed"
        self.scene.tell(self.scene.officer(self.unit), "completed", name=self.name)


async def register(
    scene: Scene,
    unit: str,
    kind: Kind,
    name: str,
    *,
    person: str | None = None,
    other: tuple[str, str | None] | None = None,
    due: date | None = None,
    told: bool = True,
    **particulars: Any,
) -> Registration:
    """Submit a registration of the unit, of a person in it, or of two parties. `due`: it comes after that day."""
    parties = ((unit, person),) if other is None else ((unit, person), other)
    body = {
        "campaign_id": scene.campaign_id,
        "unit_id": scene.unit_id(unit),
        "kind": kind.value,
        "subject": _subject(scene, parties),
        "name": name,
        **particulars,
    }
    key = scene.line.fresh_key()
    done = await scene.officer(unit).command(PATH, body, key=key)
    subject = "pair" if other else "individual" if person else "collective"
    first = not scene.ledger.registrations
    scene.ledger.registrations[done.id] = Registered(
        kind=kind,
        parties=parties,
        subject=subject,
        phase=particulars.get("phase") or _phase(scene),
        on=scene.today,
        late=due is not None,
    )
    if told:
        _narrate(scene, unit, kind, name, due)
    if first:
        await _again(scene, unit, body, key, done)
    registration = Registration(scene=scene, id=done.id, unit=unit, name=name)
    if due is not None:
        await _shown_as_late(scene, registration, due)
    return registration


def _subject(scene: Scene, parties: tuple[tuple[str, str | None], ...]) -> dict[str, Any]:
    sides = [
        {"unit_id": scene.unit_id(unit), "person_id": person and scene.person_id(person)} for unit, person in parties
    ]
    if len(sides) == 2:
        return {"kind": "pair", "parties": sides}
    if sides[0]["person_id"]:
        return {"kind": "individual", "person_id": sides[0]["person_id"]}
    return {"kind": "collective"}


def _phase(scene: Scene) -> str | None:
    assert scene.ledger.launched_on is not None, "registered before the launch"
    return phase_on(scene.today, scene.directive.spans(scene.ledger.launched_on))


def _narrate(scene: Scene, unit: str, kind: Kind, name: str, due: date | None) -> None:
    if due is None:
        scene.tell(scene.officer(unit), "registered", kind=kind.value, name=name)
    else:
        scene.tell(scene.officer(unit), "registered-late", kind=kind.value, name=name, due=due)


async def _again(scene: Scene, unit: str, body: dict[str, Any], key: str, done: Done) -> None:
    """A retry with the same idempotency key changes nothing."""
    answer = await scene.officer(unit).post(PATH, body, key=key)
    if answer.body["id"] != done.id or answer.headers.get("idempotency-replayed") != "true":
        raise Unexpected(f"{scene.place}: a repeated registration was answered otherwise: {answer.body}")
    scene.tell(scene.officer(unit), "retried")


async def _shown_as_late(scene: Scene, registration: Registration, due: date) -> None:
    row = await scene.above(registration.unit).get(f"{PATH}/{registration.id}")
    if (row["late"], row["due_on"]) != (True, due.isoformat()):
        raise Unexpected(f"{scene.place}: a late registration is shown as {row['late']}, due {row['due_on']}")
