"""The officers' page is under test: what it sends is what the routes take, and each state of a thing is explained."""

import re
import shlex
from enum import Enum
from pathlib import Path
from uuid import uuid4

import pytest

from adapters.http.decoding import from_json, from_query
from adapters.http.route import Route
from adapters.http.routes import every_route
from domain.award.evolve import Status as OfAward
from domain.campaign.evolve import Status as OfCampaign
from domain.evaluation.evolve import Status as OfEvaluation
from domain.registration.evolve import Status as OfRegistration

PAGE = (Path(__file__).parents[2] / "docs" / "huong-dan.md").read_text()
BLOCKS = re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)
WORDS = [word for block in BLOCKS for word in shlex.split(block.replace("\\\n", " "), comments=True)]
ASSIGNED = dict(word.split("=", 1) for word in WORDS if re.match(r"[A-Z_]+=\{", word))
PATH_AND_BODY = {"gui": (3, 4), "gui_khop": (4, 5), "gui_tep": (4, 0), "xem": (2, 0)}
"""Where they stand behind the shell function that sends them."""


def filled(text: str) -> str:
    """With what the page assigned, and an id in each other variable's place."""
    for name, value in ASSIGNED.items():
        text = text.replace(f"${name}", value)
    return re.sub(r"\$[A-Z_]+", str(uuid4()), text)


def calls() -> list[tuple[str, str, str]]:
    """Method, address and body of each line that the page sends."""
    found = []
    for number, word in enumerate(WORDS):
        named = word.rpartition("(")[2]
        path, body = PATH_AND_BODY.get(named, (0, 0))
        if path and not WORDS[number + 1].startswith("{"):
            sent = filled(WORDS[number + body]) if body else ""
            found.append(("GET" if named == "xem" else "POST", filled(WORDS[number + path]), sent))
    return found


def route_of(method: str, address: str) -> Route:
    path = re.sub(r"[0-9a-f-]{36}", "{id}", address.partition("?")[0])
    path = re.sub(r"/parts/[a-z-]+$", "/parts/{part}", path)
    return next(route for route in every_route() if (route.method, route.path) == (method, path))


def test_the_page_is_read() -> None:
    assert len(calls()) > 40


@pytest.mark.parametrize(("method", "address", "body"), calls())
def test_what_the_page_sends_is_what_the_route_takes(method: str, address: str, body: str) -> None:
    route = route_of(method, address)
    if body:
        from_json(body.encode(), route.takes)
    elif route.parameters is not None:
        from_query(address.partition("?")[2].encode(), route.parameters)


@pytest.mark.parametrize("status", [*OfCampaign, *OfRegistration, *OfEvaluation, *OfAward])
def test_each_state_is_explained(status: Enum) -> None:
    assert status.value == "absent" or f"`{status.value}`" in PAGE
