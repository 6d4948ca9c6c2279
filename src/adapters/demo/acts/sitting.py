"""What may come between the calling of a council and its count: another day, another holder of a seat, a withdrawal."""

from datetime import date, timedelta
from typing import Any

from adapters.demo.acts.awarding import Council
from adapters.demo.acts.nominating import Dossier
from adapters.demo.client import Unexpected

TOO_EARLY_DAYS = 10


async def with_a_member_who_is_proposed(council: Council, dossier: Dossier, *, moved_to: date) -> None:
    """The session is moved, and its last seat goes to a person whose dossier is on the list: until that seat has
    withdrawn from it the minutes are refused, and after that its vote is missing in that sum alone."""
    seat = council.roster()[-1]
    await council.list_dossiers()
    await _move(council, moved_to, "Trùng lịch họp Ban Chấp hành.")
    await _replace(council, seat, dossier)
    await council.scene.calendar.reach(council.meets_on)
    await council.attend()
    council.recused[dossier.id] = 1
    minutes = council.minutes()
    problem = await council.who.refused(f"{council.path}/record-result", minutes, "council.not-recused")
    if problem["facts"] != {"seat": seat, "award_id": dossier.id}:
        raise Unexpected(f"{council.scene.place}: the minutes are held up by {problem['facts']}")
    council.scene.tell(council.who, "not-recused", number=council.seats)
    recusal = {"seat": seat, "award_ids": [dossier.id], "conflict": "own-award", "reason": "Có hồ sơ đề nghị khen."}
    await council.step("record-recusal", recusal)
    council.scene.tell(council.who, "recused", number=council.seats, subject=dossier.subject)
    await council.count(minutes)
    await _shown(council, seat, dossier)


async def _move(council: Council, day: date, reason: str) -> None:
    """Not to a day before the publication is long enough."""
    early = {"meets_on": (council.meets_on - timedelta(days=TOO_EARLY_DAYS)).isoformat(), "reason": reason}
    await council.who.refused(f"{council.path}/move", early, "council.published-too-short")
    await council.step("move", {"meets_on": day.isoformat(), "reason": reason})
    council.scene.tell(council.who, "session-moved", before=council.meets_on, day=day, reason=reason)
    council.meets_on = day


async def _replace(council: Council, seat: str, holder: Dossier) -> None:
    assert holder.person is not None
    body = {"seat": seat, "office": "Ủy viên", "person_id": council.scene.person_id(holder.person)}
    stranger = {**body, "seat": "ghe-khach"}
    await council.who.refused(f"{council.path}/replace-seat", stranger, "council.off-roster")
    await council.step("replace-seat", body)
    council.scene.tell(council.who, "seat-replaced", number=council.seats, person=holder.person)


async def _shown(council: Council, seat: str, dossier: Dossier) -> None:
    """The session tells who withdrew, and its sums agree with the votes that were left."""
    whole = await council.who.get(council.path)
    withdrawn = [(each["seat"], each["conflict"], each["award_ids"]) for each in whole["recusals"]]
    held = next(each["person_id"] for each in whole["roster"] if each["seat"] == seat)
    sums: dict[str, Any] = {each["award_id"]: each["vote"] for each in whole["result"]["counted"]}
    found = {award_id: (vote["votes_for"], vote["recused"], vote["roster"]) for award_id, vote in sums.items()}
    wanted = {
        each.id: (council.votes_for(each), council.recused.get(each.id, 0), council.seats) for each in council.dossiers
    }
    met = whole["session"]["meets_on"]
    if withdrawn != [(seat, "own-award", [dossier.id])] or found != wanted or met != council.meets_on.isoformat():
        raise Unexpected(f"{council.scene.place}: the session of {met} is shown with {withdrawn} and {found}")
    assert dossier.person is not None
    if held != council.scene.person_id(dossier.person):
        raise Unexpected(f"{council.scene.place}: {seat} is held by {held}")
    count = council.votes_for(dossier)
    council.scene.tell(council.who, "sum-without", subject=dossier.subject, count=count, whole=council.seats)
