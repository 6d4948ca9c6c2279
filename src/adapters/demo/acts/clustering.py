"""Clusters and blocks: who is in them, how they rank their members, whom they elect."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from adapters.demo.client import Person, Unexpected
from adapters.demo.scene import Scene

PATH = "/v1/clusters"


@dataclass(kw_only=True)
class Cluster:
    """A cluster that was formed, as the story goes on with it. `members` and `lead` are the story's own count."""

    scene: Scene
    id: str
    code: str
    name: str
    members: list[str]
    lead: str | None
    minutes: dict[str, str] = field(default_factory=dict)

    @property
    def who(self) -> Person:
        return self.scene.federation

    async def step(self, what: str, body: dict[str, Any]) -> None:
        await self.who.command(f"{PATH}/{self.id}/{what}", body)

    async def _step_today(self, what: str, **body: Any) -> None:
        await self.step(what, {"on": self.scene.today.isoformat(), **body})

    async def stands(self) -> dict[str, Any]:
        """What is told of it today: its name, its lead and its members are those of the story."""
        whole: dict[str, Any] = await self.who.get(f"{PATH}/{self.id}", day=self.scene.today.isoformat())
        members = {each["unit_id"] for each in whole["members"]}
        found = (whole["name"], whole["lead_unit_id"], members)
        wanted = (self.name, self.lead and self._unit(self.lead), {self._unit(unit) for unit in self.members})
        if found != wanted:
            raise Unexpected(f"{self.scene.place}: the cluster {self.code} is {found}, not {wanted}")
        return whole

    # --- who is in it

    async def admit(self, unit: str) -> None:
        await self._step_today("admit", unit_id=self._unit(unit))
        self.members.append(unit)
        await self.stands()
        self.scene.tell(self.who, "cluster-admitted", unit=self._named(unit), name=self.name)

    async def cannot_admit(self, unit: str, other: "Cluster") -> None:
        """A unit is in one cluster of each kind at a time."""
        body = {"on": self.scene.today.isoformat(), "unit_id": self._unit(unit)}
        problem = await self.who.refused(f"{PATH}/{self.id}/admit", body, "cluster.unit-taken")
        if problem["facts"]["cluster"] != other.code:
            raise Unexpected(f"{self.scene.place}: {unit} is said to be in {problem['facts']}, not in {other.code}")
        self.scene.tell(self.who, "cluster-taken", unit=self._named(unit), name=self.name, cluster=other.name)

    async def release(self, unit: str) -> None:
        """A lead that leaves leads no more."""
        await self._step_today("release", unit_id=self._unit(unit))
        self.members.remove(unit)
        self.lead = None if self.lead == unit else self.lead
        await self.stands()
        self.scene.tell(self.who, "cluster-released", unit=self._named(unit), name=self.name)

    async def name_lead(self, unit: str) -> None:
        await self._step_today("name-lead", unit_id=self._unit(unit))
        self.lead = unit
        await self.stands()
        self.scene.tell(self.who, "cluster-lead", unit=self._named(unit), name=self.name)

    async def rename(self, name: str) -> None:
        before, self.name = self.name, name
        await self._step_today("rename", name=name)
        await self.stands()
        self.scene.tell(self.who, "cluster-renamed", before=before, name=name)

    async def dissolve(self) -> None:
        """Nobody is in it from today on."""
        paper = self.scene.paper("Quyết định", "QĐ-LĐLĐ", f"Giải thể {self.name}")
        await self._step_today("dissolve", document=paper)
        self.members = []
        await self.stands()
        self.scene.tell(self.who, "cluster-dissolved", name=self.name, number=paper["number"])

    # --- ranking and election

    async def cannot_rank(self, period: str, *, missing: Sequence[str]) -> None:
        """While a member's class is not final: the API names it."""
        body = self._of(period)
        problem = await self.who.refused(f"{PATH}/{self.id}/rank", body, "cluster.not-all-final")
        if problem["facts"]["unit_ids"] != [self._unit(unit) for unit in missing]:
            raise Unexpected(f"{self.scene.place}: not final are {problem['facts']}, not {missing}")
        self.scene.tell(self.who, "not-all-final", name=self.name, count=len(missing))

    async def rank(self, period: str, totals: dict[str, int], *, left_out: dict[str, str] | None = None) -> None:
        """`totals` are the members' points in hundredths, as the story has them; `left_out`, the reasons by unit."""
        reasons = left_out or {}
        without = [{"unit_id": self._unit(unit), "reason": reason} for unit, reason in reasons.items()]
        await self.step("rank", self._of(period) | {"left_out": without})
        ranking = (await self.stands())["rankings"][-1]
        found = [(each["place"], each["unit_id"], each["total_x100"]) for each in ranking["places"]]
        order = sorted(totals, key=lambda unit: -totals[unit])
        wanted = [(place, self._unit(unit), totals[unit]) for place, unit in enumerate(order, 1)]
        if found != wanted or not ranking["holds"]:
            raise Unexpected(f"{self.scene.place}: {self.code} is ranked {found}, not {wanted}")
        said = "; ".join(f"{place}. {self._named(unit)} {totals[unit] / 100:g}" for place, unit in enumerate(order, 1))
        others = ", ".join(self._named(unit) for unit in reasons)
        key = "ranked-without" if reasons else "ranked"
        self.scene.tell(self.who, key, name=self.name, places=said, left_out=others)

    async def tied(self, period: str, votes: dict[str, int]) -> None:
        """Nobody is elected by as many votes as another has."""
        body = self._vote(period, votes, self._minutes())
        await self.who.refused(f"{PATH}/{self.id}/elect-leader", body, "cluster.election-tied")
        self.scene.tell(self.who, "election-tied", votes=max(votes.values()))

    async def elect(self, period: str, votes: dict[str, int]) -> None:
        """The one with the most votes leads; a second election is none while this one holds."""
        self.minutes = self._minutes()
        await self.step("elect-leader", self._vote(period, votes, self.minutes))
        first, most = _most(votes)
        election = (await self.stands())["elections"][-1]
        found = (election["elected"], election["members"], election["holds"])
        if found != (self._unit(first), len(self.members), True):
            raise Unexpected(f"{self.scene.place}: {self.code} has elected {found}, not {first}")
        number = self.minutes["number"]
        said = {"unit": self._named(first), "votes": most, "members": len(self.members), "number": number}
        self.scene.tell(self.who, "elected", name=self.name, **said)

    async def annul(self, period: str, reason: str, votes: dict[str, int]) -> None:
        """Another result is not written over the first: a paper annuls it, and it is shown as annulled."""
        body = self._vote(period, votes, self._minutes())
        problem = await self.who.refused(f"{PATH}/{self.id}/elect-leader", body, "cluster.elected-otherwise")
        elected = next(unit for unit in self.members if self._unit(unit) == problem["facts"]["elected"])
        self.scene.tell(self.who, "elected-otherwise", unit=self._named(elected))
        paper = self.scene.paper("Thông báo", "TB-LĐLĐ", "Hủy kết quả suy tôn")
        await self.step("annul-election", self._of(period) | {"document": paper, "ground": reason})
        whole = await self.stands()
        if whole["elections"][-1]["holds"] or whole["annulments"][-1]["minutes"]["number"] != self.minutes["number"]:
            raise Unexpected(f"{self.scene.place}: the annulled election of {self.code} still holds")
        self.scene.tell(self.who, "election-annulled", number=paper["number"], reason=reason)

    # --- words

    def _unit(self, code: str) -> str:
        return self.scene.unit_id(code)

    def _named(self, code: str) -> str:
        return self.scene.units[code].name

    def _of(self, period: str) -> dict[str, Any]:
        return {"campaign_id": self.scene.campaign_id, "period": period}

    def _minutes(self) -> dict[str, str]:
        return self.scene.paper("Biên bản", "BB-CTĐ", f"Suy tôn đơn vị dẫn đầu {self.name}")

    def _vote(self, period: str, votes: dict[str, int], minutes: dict[str, str]) -> dict[str, Any]:
        """Sums only; everybody who could has voted."""
        return self._of(period) | {
            "held_on": self.scene.today.isoformat(),
            "minutes": minutes,
            "electors": sum(votes.values()),
            "tallies": [{"unit_id": self._unit(unit), "votes": count} for unit, count in votes.items()],
            "elected": self._unit(_most(votes)[0]),
        }


def _most(votes: dict[str, int]) -> tuple[str, int]:
    return max(votes.items(), key=lambda item: item[1])


async def form(
    scene: Scene, code: str, name: str, under: str, units: Sequence[str], *, kind: str = "cluster", on: date
) -> Cluster:
    """Units under one union are grouped; the first of them leads."""
    paper = scene.paper("Quyết định", "QĐ-LĐLĐ", f"Thành lập {name}")
    body = {
        "code": code, "name": name, "kind": kind, "unit_id": scene.unit_id(under),
        "unit_ids": [scene.unit_id(unit) for unit in units], "lead_unit_id": scene.unit_id(units[0]),
        "on": on.isoformat(), "document": paper,
    }  # fmt: skip
    done = await scene.federation.command(PATH, body)
    cluster = Cluster(scene=scene, id=done.id, code=code, name=name, members=list(units), lead=units[0])
    await cluster.stands()
    scene.tell(scene.federation, "cluster-formed", name=name, count=len(units), lead=scene.units[units[0]].name)
    return cluster
