"""Persons ask about their own data: one is shown it, one is told no, one is erased, and all that was decided stays."""

from typing import Any

from adapters.demo.acts.neighbouring import MEMBERS, District
from adapters.demo.client import Unexpected
from application.sealing import ERASED

REQUESTS = "/v1/requests"


async def ask(district: District, code: str, kind: str) -> str:
    """The id of the request; its last day follows from the calendar."""
    scene = district.scene
    today = scene.today.isoformat()
    body = {"kind": kind, "person_id": district.person_id(code), "received_on": today, "channel": "in-person"}
    done = await district.who.command(REQUESTS, body)
    row = await district.who.get(f"{REQUESTS}/{done.id}")
    if (row["state"], row["overdue"]) != ("open", False) or row["due_on"] <= today:
        raise Unexpected(f"{scene.place}: the request of {code} is {row}")
    scene.tell(district.who, "request-received", person=code, kind=kind, due=row["due_on"])
    return done.id


async def show(district: District, code: str, request: str) -> None:
    """The officer prints what is held, and hands it over."""
    held = await district.who.get(f"{MEMBERS}/{district.person_id(code)}/held-data")
    body = {"handed_over": [f"Bản in {len(held['events'])} sự kiện đang lưu"]}
    await district.who.command(f"{REQUESTS}/{request}/grant", body)
    district.scene.tell(district.who, "request-granted", person=code, count=len(held["events"]))


async def deny(district: District, code: str, request: str, reason: str) -> None:
    paper = district.scene.paper("Công văn", "CV-LĐLĐ", "Trả lời yêu cầu về dữ liệu cá nhân")
    await district.who.command(f"{REQUESTS}/{request}/deny", {"reason": reason, "document": paper})
    district.scene.tell(district.who, "request-denied", person=code, reason=reason, number=paper["number"])


async def erase(district: District, code: str, request: str) -> None:
    """The request is answered by the erasure; the log keeps what it says, and nobody reads it any more."""
    path = f"{MEMBERS}/{district.person_id(code)}"
    before: dict[str, Any] = await district.who.get(path)
    paper = district.scene.paper("Quyết định", "QĐ-LĐLĐ", "Xóa dữ liệu cá nhân theo yêu cầu")
    await district.who.command(f"{path}/erase", {"ground": "request", "request_id": request, "document": paper})
    after: dict[str, Any] = await district.who.get(path)
    answered = (await district.who.get(f"{REQUESTS}/{request}"))["state"]
    if (after["full_name"], answered) != (ERASED, "granted") or before["full_name"] == ERASED:
        raise Unexpected(f"{district.scene.place}: after the erasure {code} is {after}, the request {answered}")
    district.scene.tell(district.who, "person-erased", person=code, number=paper["number"], shown=after["full_name"])
