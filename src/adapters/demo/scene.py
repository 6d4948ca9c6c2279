"""One federation in the demo: its file, its people and their keys, its ledger, and the day that it is."""

from datetime import date

from adapters.demo.calendar import Calendar
from adapters.demo.client import Line, Person
from adapters.demo.ledger import Ledger
from adapters.demo.stage import Admitted
from adapters.demo.voice import Voice
from application.federation_file import MemberEntry, UnitEntry
from domain.ids import derived
from tenants.scope import Role


class Scene:
    """Units and persons are named by their codes in the file; the people who act by the unit that they act for."""

    def __init__(self, admitted: Admitted, line: Line, calendar: Calendar, voice: Voice) -> None:
        self.file, self.tenant_id, self.line = admitted.file, admitted.tenant_id, line
        self.calendar, self.voice, self.ledger = calendar, voice, Ledger()
        (self.entry,) = admitted.file.campaigns
        self.directive = self.entry.directive
        self.place = admitted.file.federation.province
        self.units: dict[str, UnitEntry] = {unit.code: unit for unit in admitted.file.units}
        self.members: dict[str, MemberEntry] = {member.code: member for member in admitted.file.members}
        self.root = admitted.file.units[0].code
        self.campaign_id = derived(self.tenant_id, "campaign", self.entry.key)
        self.campaign = f"/v1/campaigns/{self.campaign_id}"
        self.federation = Person(line, admitted.roles[Role.FEDERATION_OFFICER], self.units[self.root].name)
        self.secretary = Person(line, admitted.roles[Role.COUNCIL_SECRETARY], "secretary")
        self.auditor = Person(line, admitted.roles[Role.AUDITOR], "auditor")
        self.integrator = Person(line, admitted.roles[Role.INTEGRATOR], "integrator")
        self._officers = {
            code: Person(line, key, self.units[code].name, self.unit_id(code))
            for code, key in admitted.officers.items()
        }
        self.last_day: date | None = None
        self._papers = 0

    @property
    def today(self) -> date:
        """The day that it is in this story: time may go on for others after its end."""
        return self.last_day or self.calendar.today

    async def reach(self, month: int, day: int, year: int | None = None) -> None:
        """Wait for a day, of this year unless another is said."""
        await self.calendar.reach(date(year or self.today.year, month, day))

    def unit_id(self, code: str) -> str:
        return derived(self.tenant_id, "unit", code)

    def person_id(self, code: str) -> str:
        return derived(self.tenant_id, "member", code)

    def officer(self, unit: str) -> Person:
        """Who acts for the unit; for a team, which nobody acts for, its union does."""
        return self.federation if unit == self.root else self._officers[self.union(unit)]

    def union(self, unit: str) -> str:
        """The unit itself; of a team the union right above it."""
        entry = self.units[unit]
        return entry.parent if entry.level == "team" and entry.parent is not None else unit

    def above(self, unit: str) -> Person:
        """Who acts for the unit above it; for the federation itself."""
        return self.officer(self.units[unit].parent or self.root)

    def issuer(self) -> Person:
        """Who acts for the unit that issues the campaign."""
        return self.officer(self.entry.issuer)

    def inside(self) -> list[UnitEntry]:
        """The units of the campaign: its issuer and all under it."""
        found = [self.units[self.entry.issuer]]
        for unit in found:
            found += [each for each in self.file.units if each.parent == unit.code]
        return found

    def union_since(self, unit: UnitEntry) -> date | None:
        """None: it has none."""
        return unit.since if unit.has_union else self.ledger.unions_founded.get(unit.code)

    def has_union(self, unit: UnitEntry) -> bool:
        return self.union_since(unit) is not None

    def named(self, unit: str, person: str | None) -> str:
        """A subject as the narration shows it."""
        return f"{person} ({self.units[unit].name})" if person else self.units[unit].name

    def paper(self, kind: str, mark: str, title: str) -> dict[str, str]:
        """A new paper of today, with a running number."""
        self._papers += 1
        return {
            "kind": kind,
            "number": f"{self._papers:02d}/{mark}",
            "issued": self.today.isoformat(),
            "title": title,
            "issuer": self.units[self.entry.issuer].name,
        }

    def tell(self, who: Person | str, key: str, /, **words: object) -> None:
        """Narrate a step that `who` has taken."""
        name = who if isinstance(who, str) else who.name
        self.voice.tell(self.today, self.place, name, key, **words)
