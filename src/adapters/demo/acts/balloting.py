"""A session that votes into the platform's ballot box: codes for the seats, papers nobody can trace, sums alone."""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime, time
from functools import partial
from typing import Any

import msgspec

from adapters.console.voting import Voter, VotingProblem, over_http
from adapters.demo.acts.awarding import Council
from adapters.demo.acts.nominating import Dossier
from adapters.demo.client import Unexpected
from domain.dates import ZONE

CLOSES_AT = time(17)
Votes = dict[str, str]
"""award id -> for or against"""


class Box:
    """What a voter's own program talks to: the public address, without any key. `code`: of the last refusal."""

    def __init__(self, url: str, session_id: str) -> None:
        self._send = over_http(url)
        self.session_id, self.code = session_id, ""

    def send(self, path: str, body: Any) -> tuple[int, Any]:
        status, answer = self._send(path, body)
        self.code = answer["code"] if status >= 400 else ""
        return status, answer

    def is_refused(self, step: Callable[[], object], code: str) -> None:
        """Raises: Unexpected, where the step is taken, or refused for another reason."""
        self.code = ""
        with suppress(VotingProblem):
            step()
        if self.code != code:
            raise Unexpected(f"a ballot: expected {code}, got {self.code or 'none'}")


async def electronically(council: Council, dossier: Dossier) -> None:
    """The first seat withdraws from the dossier; then a whole ballot."""
    await council.list_dossiers()
    await _withdraw(council, council.roster()[0], dossier)
    await council.scene.calendar.reach(council.meets_on)
    box = await _open(council)
    codes = [await _code(council, seat) for seat in council.roster()]
    council.scene.tell(council.who, "codes-drawn", count=len(codes))
    await _vote(council, box, codes)
    await council.step("close-ballot", {})
    await asyncio.to_thread(box.is_refused, Voter(box.send, council.id, codes[0]).sheet, "thing.unknown")
    council.scene.tell(council.who, "ballot-closed")
    await _adopt(council)


async def _withdraw(council: Council, seat: str, dossier: Dossier) -> None:
    body = {"seat": seat, "award_ids": [dossier.id], "conflict": "relative", "reason": "Là anh ruột của người này."}
    await council.step("record-recusal", body)
    council.recused[dossier.id] = 1
    council.scene.tell(council.who, "recused", number=1, subject=dossier.subject)


async def _open(council: Council) -> Box:
    """From now on nobody withdraws any more, and minutes of a count on paper are none."""
    closes_at = datetime.combine(council.meets_on, CLOSES_AT, ZONE)
    await council.step("open-ballot", {"closes_at": closes_at.isoformat()})
    other = {"seat": council.roster()[-1], "conflict": "other"}
    await council.who.refused(f"{council.path}/record-recusal", other, "council.ballot-open")
    await council.who.refused(f"{council.path}/record-result", council.minutes(), "council.counted-by-box")
    council.scene.tell(council.who, "ballot-opened", time=f"{closes_at:%H:%M}")
    return Box(council.scene.line.url, council.id)


async def _vote(council: Council, box: Box, codes: list[str]) -> None:
    """All but the last, after whom the box could be closed; nobody can close it before."""
    scene, votes = council.scene, [_votes_of(council, number) for number in range(council.seats)]
    await asyncio.to_thread(_all_vote, box, codes[:-1], votes[:-1])
    scene.tell("members", "voted", count=len(codes) - 1)
    await asyncio.to_thread(_takes_what_was_left, box, codes[0], codes[-1])
    scene.tell("members", "no-paper", number=1)
    await council.who.refused(f"{council.path}/close-ballot", {}, "council.ballot-not-over")
    scene.tell(council.who, "ballot-not-over", time=f"{CLOSES_AT:%H:%M}")
    await asyncio.to_thread(_votes_twice, box, codes[-1], votes[-1])
    scene.tell("members", "second-vote")


async def _code(council: Council, seat: str) -> str:
    told = await council.who.told(f"{council.path}/draw-voting-code", {"seat": seat})
    return str(told["code"])


def _votes_of(council: Council, number: int) -> Votes:
    """Of those who may vote on a dossier the first are against, as many as the story says."""
    votes: Votes = {}
    for each in council.dossiers:
        place = number - council.recused.get(each.id, 0)
        if place >= 0:
            votes[each.id] = "against" if place < council.votes_against(each) else "for"
    return votes


def _all_vote(box: Box, codes: list[str], votes: list[Votes]) -> None:
    """All take their papers first and cast later, as members are advised to."""
    voters = [Voter(box.send, box.session_id, code) for code in codes]
    taken = [
        [(voter.take(paper), _of(paper, own)) for paper in voter.sheet()["papers"]]
        for voter, own in zip(voters, votes, strict=True)
    ]
    for voter, papers in zip(voters, taken, strict=True):
        for ready, marked in papers:
            voter.cast(ready, marked)


def _of(paper: Mapping[str, Any], votes: Votes) -> Votes:
    return {each["award_id"]: votes[each["award_id"]] for each in paper["dossiers"]}


def _takes_what_was_left(box: Box, code: str, other: str) -> None:
    """The seat that withdrew gets no paper with the dossier, even when it asks for one that others were given."""
    voter = Voter(box.send, box.session_id, code)
    own = {paper["number"] for paper in voter.sheet()["papers"]}
    [paper] = [each for each in Voter(box.send, box.session_id, other).sheet()["papers"] if each["number"] not in own]
    box.is_refused(lambda: voter.take(paper), "ballot.withdrawn")


def _votes_twice(box: Box, code: str, votes: Votes) -> None:
    """One votes, sends the same ballot again, and tries to have another one taken."""
    voter = Voter(box.send, box.session_id, code)
    for paper in voter.sheet()["papers"]:
        ready, marked = voter.take(paper), _of(paper, votes)
        voter.cast(ready, marked)
        voter.cast(ready, marked)  # As after a lost answer: nothing changes.
        others = {award_id: "against" if vote == "for" else "for" for award_id, vote in marked.items()}
        box.is_refused(partial(voter.cast, ready, others), "ballot.second-vote")
        box.is_refused(partial(voter.take, paper), "ballot.taken")
        forged = msgspec.structs.replace(ready, token=bytes(len(ready.token)))
        box.is_refused(partial(voter.cast, forged, marked), "ballot.token-not-signed")


async def _adopt(council: Council) -> None:
    """The minutes take over the sums, which are what was voted; no answer says by whom."""
    minutes = council.scene.paper("Biên bản", "BB-HĐTĐKT", "Kiểm phiếu điện tử")
    await council.step("adopt-ballot", {"minutes": minutes})
    whole = await council.who.get(council.path)
    counted = whole["result"]["counted"]
    found = {each["award_id"]: (each["vote"]["votes_for"], each["vote"]["votes_against"]) for each in counted}
    wanted = {each.id: (council.votes_for(each), council.votes_against(each)) for each in council.dossiers}
    papers = [(each["taken"], each["cast"]) for each in whole["ballot_closed"]["sums"]]
    seats = council.roster()
    if found != wanted or papers != [(seats, len(seats)), (seats[1:], len(seats) - 1)]:
        raise Unexpected(f"{council.scene.place}: the box holds {found} of {papers}, not {wanted}")
    council.scene.tell(
        council.who,
        "ballot-adopted",
        number=minutes["number"],
        count=sum(cast for _, cast in papers),
        approved=len(council.approved()),
        dossiers=len(council.dossiers),
    )
