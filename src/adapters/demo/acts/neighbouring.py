"""A district beside the campaign: what befalls units and persons in a year, and a campaign that never was."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from adapters.demo.client import Person
from adapters.demo.scene import Scene
from adapters.workbooks.templates import filled_in
from application.importing.sheets import MEMBERS as MEMBERS_SHEET
from domain.ids import derived

UNITS, MEMBERS, CAMPAIGNS = "/v1/units", "/v1/members", "/v1/campaigns"


@dataclass(kw_only=True)
class District:
    """An upper-level union that the federation enters, with what lies under it; none of it is in the file."""

    scene: Scene
    code: str
    name: str

    @property
    def who(self) -> Person:
        return self.scene.federation

    @property
    def id(self) -> str:
        return self.unit_id(self.code)

    def unit_id(self, code: str) -> str:
        return derived(self.scene.tenant_id, "unit", code)

    def person_id(self, code: str) -> str:
        return derived(self.scene.tenant_id, "member", code)

    async def settle(self, on: date) -> None:
        """The district's own union is entered, as of a day."""
        await self._establish(self.code, self.name, "upper", self.scene.unit_id(self.scene.root), on)
        self.scene.tell(self.who, "unit-entered", unit=self.name, day=on)

    async def enter(self, units: Mapping[str, str], on: date) -> None:
        """Grassroots unions of the district, by code, with their names."""
        for code, name in units.items():
            await self._establish(code, name, "grassroots", self.id, on)
            self.scene.tell(self.who, "unit-entered", unit=name, day=on)

    async def _establish(self, code: str, name: str, level: str, parent_id: str, on: date) -> None:
        body = {
            "code": code, "name": name, "level": level, "parent_id": parent_id, "sector": "public-service",
            "on": on.isoformat(),
        }  # fmt: skip
        await self.who.command(UNITS, body)

    async def change_unit(self, code: str, what: str, told: str, **body: Any) -> None:
        """A change that holds from today."""
        await self.who.command(f"{UNITS}/{self.unit_id(code)}/{what}", {"on": self.scene.today.isoformat(), **body})
        self.scene.tell(self.who, "unit-changed", unit=code, change=told)

    async def enrol(self, codes: Sequence[str], unit: str, *, on: date) -> None:
        """Persons come in a workbook, which is sent twice and imported once."""
        rows = [
            {
                "person_code": code, "full_name": f"Đoàn viên {code}", "unit_code": unit,
                "employment": "Lao động trực tiếp", "joined_on": f"{on:%d/%m/%Y}",
            }
            for code in codes
        ]  # fmt: skip
        content = filled_in(MEMBERS_SHEET, rows)
        told = await self.who.workbook("/v1/imports/members?file_name=doan-vien.xlsx", content)
        again = await self.who.workbook("/v1/imports/members?file_name=doan-vien.xlsx", content)
        assert (again["id"], again["position"]) == (told["id"], told["position"])
        self.scene.tell(self.who, "imported", rows=told["rows"], changed=told["changed"])

    async def change_member(self, code: str, what: str, told: str, **body: Any) -> None:
        await self.who.command(f"{MEMBERS}/{self.person_id(code)}/{what}", body)
        self.scene.tell(self.who, "member-changed", person=code, change=told)

    async def campaign_that_is_called_off(self, name: str) -> None:
        """Drafted, amended once, and cancelled before it was launched."""
        year, paper = self.scene.today.year, self.scene.paper("Kế hoạch", "KH-LĐLĐ", name)
        directive = {
            "name": name,
            "document": paper,
            "issuing_body": "Ban Thường vụ",
            "signing_body": "Ban Thường vụ",
            "signing_office": "Chủ tịch",
            "launched_on": self.scene.today.isoformat(),
            "horizon": {"code": str(year), "opens_on": f"{year}-01-01", "closes_on": f"{year}-12-31"},
        }
        done = await self.who.command(CAMPAIGNS, {"issuer_id": self.id, "directive": directive})
        amending = self.scene.paper("Công văn", "CV-LĐLĐ", "Bổ sung chủ đề")
        changed = {**directive, "theme": "Giữ phố xanh, sạch"}
        path = f"{CAMPAIGNS}/{done.id}"
        done = await self.who.command(f"{path}/amend", {"directive": changed, "document": amending}, version=1)
        ending = self.scene.paper("Quyết định", "QĐ-LĐLĐ", "Dừng phát động")
        body = {"document": ending, "reason": "Ghép vào phong trào của liên đoàn."}
        await self.who.command(f"{path}/cancel", body, version=done.version)
        self.scene.tell(self.who, "called-off", name=name, number=ending["number"])
