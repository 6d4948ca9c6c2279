"""A federation over HTTP in which everything that may be said of a person in free words is said of many, and looked for
afterwards wherever it could have been kept."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import httpx
import msgspec

from adapters.postgres.catalogue import PostgresRegistry
from domain.ids import TenantId, derived
from tenants.scope import Role
from tests.support.directives import PLAN, SMALL
from tests.support.http import ROLES, Caller

AT_ONCE = 8
PAPER = msgspec.to_builtins(PLAN)
LATER = PAPER | {"issued": "2024"}
GOOD = [{"criterion": "nang-suat-diem", "points_x100": 5_500}, {"criterion": "phong-trao", "points_x100": 3_800}]
TITLE = "cong-nhan-gioi"


class Told:
    """`mark` stands in every text that is said of a person, and in nothing else."""

    def __init__(self, clock: Path, owner_url: str, client: httpx.AsyncClient, count: int) -> None:
        self.clock, self.owner_url, self.client, self.count = clock, owner_url, client, count
        self.mark = f"kin{uuid4().hex}"
        self.tenant_id = TenantId(str(uuid4()))
        self.units = {name: derived(self.tenant_id, "unit", name) for name in ("federation", "upper", "base")}
        self.callers: dict[str, Caller] = {}
        self.awards: list[str] = []
        self.compacts: list[str] = []
        self.exemplars: list[str] = []
        self.registrations: dict[int, str] = {}
        self.evaluations: dict[int, str] = {}
        self.requests: dict[int, str] = {}

    @property
    def officer(self) -> Caller:
        return self.callers[Role.FEDERATION_OFFICER.value]

    def person(self, number: int) -> str:
        return derived(self.tenant_id, "member", f"DV-{number}")

    def said(self, number: int, of_what: str) -> str:
        """A text about a person that is found nowhere else."""
        return f"{self.mark} {of_what} của người thứ {number}"

    def reach(self, day: str) -> None:
        self.clock.write_text(f"{day}T08:00:00+07:00")

    async def each(self, tell: Callable[[int], Awaitable[None]], numbers: Iterable[int] | None = None) -> None:
        """Tell it of every person, some at once."""
        gate = asyncio.Semaphore(AT_ONCE)

        async def one(number: int) -> None:
            async with gate:
                await tell(number)

        await asyncio.gather(*(one(number) for number in numbers or range(self.count)))

    async def settle(self) -> None:
        """A federation, two unions in it, a key for each role, and a campaign that runs."""
        connection = await asyncpg.connect(self.owner_url)
        try:
            registry = PostgresRegistry(connection)
            await registry.create_tenant(self.tenant_id, "lien-doan", "Liên đoàn")
            await registry.set_applied(self.tenant_id, name="Liên đoàn", digest=bytes(32))
            for role in ROLES:
                unit_id = self.units["base"] if role is Role.UNIT_OFFICER else None
                issued = await registry.issue_credential(self.tenant_id, role=role, actor=role.value, unit_id=unit_id)
                self.callers[role.value] = Caller(self.client, issued.key, issued.credential_id)
        finally:
            await connection.close()
        for name, parent, level in (
            ("federation", None, "federation"),
            ("upper", "federation", "upper"),
            ("base", "upper", "grassroots"),
        ):
            sector = "state-enterprise" if level == "grassroots" else "union-body"
            body = {"code": name, "name": name, "level": level, "sector": sector, "on": "2020-01-01"}
            await self.officer.done("/v1/units", {**body, "parent_id": parent and self.units[parent]})
        drafted = {"issuer_id": self.units["federation"], "directive": msgspec.to_builtins(SMALL)}
        self.campaign = str((await self.officer.done("/v1/campaigns", drafted))["id"])
        await self.officer.done(f"/v1/campaigns/{self.campaign}/launch", {})

    async def enrol(self, number: int) -> None:
        officer, path = self.officer, f"/v1/members/{self.person(number)}"
        body = {
            "unit_id": self.units["base"], "code": f"DV-{number}", "full_name": self.said(number, "họ tên"),
            "identity": self.said(number, "số định danh"), "employment": "direct-worker", "joined_on": "2020-02-01",
        }  # fmt: skip
        await officer.done("/v1/members", body)
        ground = {"kind": "reprimand", "on": "2024-02-01", "ground": self.said(number, "vi phạm")}
        await officer.done(f"{path}/record-discipline", ground)
        held = {
            "title": "bang-khen", "title_name": "Bằng khen", "year": 2022, "scheme": "merit", "level": "federation",
            "issuer": "LĐLĐ tỉnh", "decision": PAPER,
        }  # fmt: skip
        await officer.done(f"{path}/record-title", held)
        struck = {"title": "bang-khen", "year": 2022, "reason": self.said(number, "ghi nhầm"), "document": PAPER}
        await officer.done(f"{path}/strike-title", struck)

    async def register(self, number: int) -> None:
        officer = self.officer
        body = {
            "campaign_id": self.campaign, "unit_id": self.units["base"], "kind": "title", "title": TITLE,
            "subject": {"kind": "individual", "person_id": self.person(number)}, "name": "Đăng ký",
            "content": self.said(number, "nội dung"),
        }  # fmt: skip
        made = (await officer.done("/v1/registrations", body))["id"]
        self.registrations[number] = made
        for step, said in (
            ("return", {"reason": self.said(number, "lý do trả")}),
            ("resubmit", {"name": "Đăng ký lại", "title": TITLE, "content": self.said(number, "nội dung mới")}),
            ("confirm", {}),
            ("progress", {"quantity": 50, "report": self.said(number, "tiến độ")}),
            ("complete", {"report": self.said(number, "kết quả thực hiện")}),
        ):
            await officer.done(f"/v1/registrations/{made}/{step}", said)
        other = {**body, "kind": "initiative", "title": None, "content": self.said(number, "sáng kiến")}
        initiative = (await officer.done("/v1/registrations", other))["id"]
        for step, said in self._end_of_initiative(number):
            await officer.done(f"/v1/registrations/{initiative}/{step}", said)
        await self._compact(number)
        await self._exemplar(number)

    def _end_of_initiative(self, number: int) -> list[tuple[str, dict[str, Any]]]:
        """Withdrawn, refused, or recognised and taken back."""
        if number % 3 == 0:
            return [("withdraw", {"reason": self.said(number, "lý do rút")})]
        review: list[tuple[str, dict[str, Any]]] = [("confirm", {}), ("put-under-review", {"council": "Hội đồng"})]
        if number % 3 == 1:
            refused = {"document": PAPER, "reason": self.said(number, "không công nhận")}
            return [*review, ("refuse-initiative", refused)]
        taken_back = {"document": PAPER, "reason": self.said(number, "thu hồi công nhận")}
        recognised = ("recognise-initiative", {"scope": "grassroots", "document": PAPER})
        return [*review, recognised, ("withdraw-recognition", taken_back)]

    async def _compact(self, number: int) -> None:
        """Two by two: an even number with the next."""
        if number % 2 or number + 1 >= self.count:
            return
        parties = [{"unit_id": self.units["base"], "person_id": self.person(each)} for each in (number, number + 1)]
        body = {
            "campaign_id": self.campaign, "unit_id": self.units["base"], "kind": "compact", "name": "Giao ước",
            "subject": {"kind": "pair", "parties": parties}, "content": self.said(number, "giao ước"),
        }  # fmt: skip
        self.compacts.append((await self.officer.done("/v1/registrations", body))["id"])

    async def _exemplar(self, number: int) -> None:
        body = {
            "unit_id": self.units["base"], "person_id": self.person(number), "kind": "person",
            "name": self.said(number, "điển hình"), "story": self.said(number, "việc làm"),
        }  # fmt: skip
        made = (await self.officer.done("/v1/exemplars", body))["id"]
        self.exemplars.append(made)
        await self.officer.done(f"/v1/exemplars/{made}/withdraw", {"reason": self.said(number, "thôi nêu gương")})

    async def evaluate(self, number: int) -> None:
        officer = self.officer
        body = {
            "campaign_id": self.campaign, "unit_id": self.units["base"], "person_id": self.person(number),
            "phase": "dot-1", "period": "2024", "rubric": "bang-diem", "peers": [self.units["upper"]],
        }  # fmt: skip
        made = (await officer.done("/v1/evaluations", body))["id"]
        self.evaluations[number] = made
        commented = [{**GOOD[0], "comment": self.said(number, "nhận xét")}, GOOD[1]]
        for step, said in (
            ("self-score", {"scores": commented, "explanation": self.said(number, "thuyết minh")}),
            ("cross-score", {
                "peer_unit_id": self.units["upper"], "scores": commented, "explanation": self.said(number, "chấm chéo"),
            }),
            ("appraise", {"scores": commented, "explanation": self.said(number, "thẩm định")}),
            ("adjust", {"criterion": "phong-trao", "points_x100": 3_900, "reason": self.said(number, "sửa điểm")}),
            ("adjust-bonus", {"bonus_x100": 100, "penalty_x100": 0, "reason": self.said(number, "điểm thưởng")}),
            ("classify", {}),
            ("complain", {"complaint": self.said(number, "khiếu nại xếp loại")}),
            ("resolve", {"upheld": False, "answer": self.said(number, "trả lời xếp loại")}),
        ):  # fmt: skip
            await officer.done(f"/v1/evaluations/{made}/{step}", said)

    async def nominate(self, number: int) -> None:
        officer = self.officer
        body = {
            "campaign_id": self.campaign, "phase": "dot-1", "year": 2024, "title": TITLE, "scheme": "movement",
            "unit_id": self.units["base"], "person_id": self.person(number), "achievement": f"viec-{number}",
            "registration_id": self.registrations[number], "evaluation_id": self.evaluations[number],
            "report": self.said(number, "thành tích"),
        }  # fmt: skip
        made = str((await officer.done("/v1/awards", body))["id"])
        self.awards.append(made)
        file = f"%PDF-1.7\n{self.said(number, 'tài liệu')}".encode()
        sent = await officer.post(
            f"/v1/awards/{made}/parts/minutes?name={self.mark}-{number}.pdf", file, content_type="application/pdf"
        )
        assert sent.status_code == 200, sent.text
        complaint = {"received_on": "2024-08-01", "channel": "đơn", "complaint": self.said(number, "tố cáo")}
        for step, said in (
            ("return", {"reason": self.said(number, "lý do trả hồ sơ")}),
            ("complete", {"report": self.said(number, "thành tích bổ sung")}),
            ("appraise", {"supports": True, "opinion": self.said(number, "ý kiến")}),
            ("check-eligibility", {}),
            ("publish", {"published_from": "2024-08-01", "published_until": "2024-08-20", "channel": "trang tin"}),
            ("receive-complaint", {**complaint, "complainant": self.said(number, "người tố cáo")}),
            ("resolve-complaint", {
                "number": 1, "upheld": False, "answer": self.said(number, "trả lời"), "document": LATER,
            }),
            ("hold", {"kind": "allegation", "reason": self.said(number, "lý do chờ")}),
            ("release", {"kind": "allegation", "outcome": self.said(number, "kết quả")}),
        ):  # fmt: skip
            await officer.done(f"/v1/awards/{made}/{step}", said)

    async def decline(self, number: int) -> None:
        """One more is nominated, and gets nothing."""
        body = {
            "campaign_id": self.campaign, "year": 2024, "title": TITLE, "scheme": "movement", "report": self.mark,
            "unit_id": self.units["base"], "person_id": self.person(number), "achievement": "khong-dat",
        }  # fmt: skip
        made = (await self.officer.done("/v1/awards", body))["id"]
        await self.officer.done(f"/v1/awards/{made}/decline", {"reason": self.said(number, "không khen")})

    async def decide(self) -> None:
        """The council, in which two of the persons sit and withdraw, and the decision; one award is revoked."""
        officer, seats = self.officer, [f"ghe-{number}" for number in range(5)]
        roster = [{"seat": seat, "office": seat} for seat in seats]
        roster[0]["person_id"], roster[1]["person_id"] = self.person(0), self.person(1)
        convened = {
            "unit_id": self.units["federation"], "campaign_id": self.campaign, "title": TITLE,
            "meets_on": "2024-09-10", "roster": roster, "chair": "ghe-4",
        }  # fmt: skip
        done = await officer.done("/v1/councils", convened)
        session = done["id"]
        votes = [{"award_id": award, "votes_for": 3, "votes_against": 0} for award in self.awards]
        recused = {"award_ids": self.awards, "conflict": "own-award"}
        for step, said in (
            ("list-dossiers", {"award_ids": self.awards}),
            ("record-recusal", {**recused, "seat": "ghe-0", "reason": self.said(0, "rút lui")}),
            ("record-recusal", {**recused, "seat": "ghe-1", "reason": self.said(1, "rút lui")}),
            ("record-attendance", {"present": seats[2:]}),
            ("record-result", {
                "minutes": PAPER, "ballots_issued": 3, "returned_in_room": 3, "tallies": votes,
            }),
            ("check-quota", {}),
            ("issue-decision", {"decision": PAPER, "signing_body": "Ban Thường vụ"}),
        ):  # fmt: skip
            done = await officer.done(f"/v1/councils/{session}/{step}", said, if_match=f'"{done["version"]}"')
        for award in self.awards:
            taken = await officer.done(f"/v1/awards/{award}/take-vote", {"session_id": session})
            decided = {"decision": PAPER, "signing_body": "Ban Thường vụ"}
            done = await officer.done(f"/v1/awards/{award}/decide", decided, if_match=f'"{taken["version"]}"')
        corrected = {"decision": PAPER | {"number": "2/QĐ"}, "document": PAPER, "reason": self.said(0, "đính chính")}
        await officer.done(f"/v1/awards/{self.awards[0]}/correct", corrected)
        revoked = {"ground": "false-declaration", "reason": self.said(9, "khai sai"), "document": PAPER}
        await officer.done(f"/v1/awards/{award}/revoke", revoked, if_match=f'"{done["version"]}"')

    async def ask(self, number: int) -> None:
        """Each asks for an erasure; some were denied what they asked before."""
        body = {"person_id": self.person(number), "received_on": "2024-09-10", "channel": "post"}
        if number % 10 == 0:
            first = (await self.officer.done("/v1/requests", {**body, "kind": "access"}))["id"]
            denied = {"reason": self.said(number, "lý do từ chối"), "document": PAPER}
            await self.officer.done(f"/v1/requests/{first}/deny", denied)
        request = (await self.officer.done("/v1/requests", {**body, "kind": "erasure"}))["id"]
        self.requests[number] = str(request)

    async def erase(self, number: int) -> None:
        order = {"ground": "request", "request_id": self.requests[number], "document": PAPER}
        await self.officer.done(f"/v1/members/{self.person(number)}/erase", order)


async def rows_with(superuser_url: str, mark: str) -> dict[str, int]:
    """How many rows of each table, of every schema, hold the text: as text, or inside bytes."""
    connection = await asyncpg.connect(superuser_url)
    try:
        tables = await connection.fetch(
            "SELECT n.nspname || '.' || quote_ident(c.relname) AS name FROM pg_class AS c"
            " JOIN pg_namespace AS n ON n.oid = c.relnamespace"
            " WHERE c.relkind IN ('r', 'm', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')"
        )
        found: dict[str, int] = {}
        for table in tables:
            sql = f"SELECT count(*) FROM {table['name']} AS t WHERE t::text ~* $1"
            found[table["name"]] = await connection.fetchval(sql, f"{mark}|{mark.encode().hex()}")
    finally:
        await connection.close()
    return {name: count for name, count in found.items() if count}


def files_with(folders: Iterable[Path], mark: str) -> list[str]:
    """The files below the folders that hold the text, in the encodings that a program could have written it in."""
    wanted = [mark.encode(), mark.encode("utf-16-le"), mark.encode().hex().encode()]
    paths = (path for folder in folders for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    return [str(path) for path in paths if any(each in path.read_bytes() for each in wanted)]
