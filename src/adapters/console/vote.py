"""`thidua vote`: what a member sees and answers at the terminal."""

import secrets
import time
from typing import Any

import click

from adapters.console.voting import Voter, over_http
from adapters.said import both

CHOICES = {"1": "for", "2": "against", "3": "blank"}


def vote(url: str, session_id: str, *, wait_seconds_max: int) -> None:
    """Ask for the code and the votes, take the papers, wait a while that nobody knows, and cast them.

    Raises:
        VotingProblem: the code is wrong, the ballot is closed, or the platform cannot be reached.
    """
    code = click.prompt(both("Mã bỏ phiếu", "Voting code"), hide_input=True)
    voter = Voter(over_http(url), session_id, code.strip())
    sheet = voter.sheet()
    click.echo(f"{sheet['title']} — {both('họp ngày', 'meets on')} {sheet['meets_on']}")
    votes = [(paper, _chosen(paper)) for paper in sheet["papers"]]
    click.confirm(both("Bỏ phiếu như trên?", "Cast these votes?"), abort=True)
    ready = [(voter.take(paper), chosen) for paper, chosen in votes]
    click.echo(both("Đã nhận phiếu; giữ chương trình mở.", "The papers are taken; keep this program open."))
    for paper, chosen in ready:
        # Whoever sees the network would otherwise see a seat take its paper, and a ballot come the moment after.
        time.sleep(secrets.randbelow(wait_seconds_max + 1))
        voter.cast(paper, chosen)
    click.echo(both("Phiếu đã vào hòm.", "Your ballot is in the box."))


def _chosen(paper: dict[str, Any]) -> dict[str, str]:
    seats = both(f"lá phiếu {paper['number']}, {paper['seats']} ghế được bỏ", f"{paper['seats']} seats may vote")
    click.echo(seats)
    return {dossier["award_id"]: _asked(dossier) for dossier in paper["dossiers"]}


def _asked(dossier: dict[str, Any]) -> str:
    who = " ".join(part for part in (dossier["member_code"], dossier["unit_code"], dossier["unit_name"]) if part)
    question = (
        f"  {who} ({dossier['achievement'] or '-'})  1 {both('đồng ý', 'for')}, 2 {both('không', 'against')}, 3 —"
    )
    return CHOICES[click.prompt(question, type=click.Choice(list(CHOICES)), show_choices=False)]
