"""A session that votes into the platform's ballot box: codes for the seats, papers nobody can trace, sums alone."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, time
from typing import Any

from adapters.console.voting import Ready, Voter, VotingProblem, over_http
from adapters.demo.acts.awarding import Council
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


async def electronically(council: Council) -> None:
    """Open, hand out codes, let all vote but the last, try to close, let the last vote, close, adopt."""
    scene = council.scene
    await council.list_dossiers()
    await scene.calendar.reach(council.meets_on)
    closes_at = datetime.combine(council.meets_on, CLOSES_AT, ZONE)
    await council.step("open-ballot", {"closes_at": closes_at.isoformat()})
    scene.tell(council.who, "ballot-opened", time=f"{closes_at:%H:%M}")
    await council.who.refused(f"{council.path}/record-result", council.minutes(), "council.counted-by-box")
    codes = [await _code(council, seat) for seat in council.roster()]
    scene.tell(council.who, "codes-drawn", count=len(codes))
    box = Box(scene.line.url, council.id)
    votes = [_votes_of(council, number) for number in range(council.seats)]
    await asyncio.to_thread(_all_vote, box, codes[:-1], votes[:-1])
    scene.tell("members", "voted", count=len(codes) - 1)
    await council.who.refused(f"{council.path}/close-ballot", {}, "council.ballot-not-over")
    scene.tell(council.who, "ballot-not-over", time=f"{closes_at:%H:%M}")
    await asyncio.to_thread(_votes_twice, box, codes[-1], votes[-1])
    scene.tell("members", "second-vote")
    await council.step("close-ballot", {})
    await asyncio.to_thread(box.is_refused, Voter(box.send, council.id, codes[0]).sheet, "thing.unknown")
    scene.tell(council.who, "ballot-closed")
    await _adopt(council)


async def _code(council: Council, seat: str) -> str:
    told = await council.who.told(f"{council.path}/draw-voting-code", {"seat": seat})
    return str(told["code"])


def _votes_of(council: Council, number: int) -> Votes:
    """The first seats are against, as many as the story says."""
    return {each.id: "against" if number < council.votes_against(each) else "for" for each in council.dossiers}


def _all_vote(box: Box, codes: list[str], votes: list[Votes]) -> None:
    """All take their papers first and cast later, as members are advised to."""
    voters = [Voter(box.send, box.session_id, code) for code in codes]
    taken = [[voter.take(paper) for paper in voter.sheet()["papers"]] for voter in voters]
    for voter, ready, own in zip(voters, taken, votes, strict=True):
        for paper in ready:
            voter.cast(paper, own)


def _votes_twice(box: Box, code: str, votes: Votes) -> None:
    """One votes, sends the same ballot again, and tries to have another one taken."""
    voter = Voter(box.send, box.session_id, code)
    [paper] = voter.sheet()["papers"]
    ready = voter.take(paper)
    voter.cast(ready, votes)
    voter.cast(ready, votes)  # As after a lost answer: nothing changes.
    others = {award_id: "against" if vote == "for" else "for" for award_id, vote in votes.items()}
    box.is_refused(lambda: voter.cast(ready, others), "ballot.second-vote")
    box.is_refused(lambda: voter.take(paper), "ballot.taken")
    forged = Ready(paper=ready.paper, token=bytes(len(ready.token)), signature=ready.signature)
    box.is_refused(lambda: voter.cast(forged, votes), "ballot.token-not-signed")


async def _adopt(council: Council) -> None:
    """The minutes take over the sums, which are what was voted; no answer says by whom."""
    minutes = council.scene.paper("Biên bản", "BB-HĐTĐKT", "Kiểm phiếu điện tử")
    await council.step("adopt-ballot", {"minutes": minutes})
    whole = await council.who.get(council.path)
    counted = whole["result"]["counted"]
    found = {each["award_id"]: (each["vote"]["votes_for"], each["vote"]["votes_against"]) for each in counted}
    wanted = {each.id: (council.votes_for(each), council.votes_against(each)) for each in council.dossiers}
    [sums] = whole["ballot_closed"]["sums"]
    if found != wanted or sums["taken"] != council.roster() or sums["cast"] != council.seats:
        raise Unexpected(f"{council.scene.place}: the box holds {found}, not {wanted}")
    council.scene.tell(
        council.who,
        "ballot-adopted",
        number=minutes["number"],
        count=sums["cast"],
        approved=len(council.approved()),
        dossiers=len(council.dossiers),
    )
