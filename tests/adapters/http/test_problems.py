"""Problems: one table of statuses, one catalogue of texts, and nothing of the system's inside."""

import importlib
import pkgutil
from collections.abc import Iterator
from datetime import date

import msgspec
import pytest

import application
import domain
from adapters.http.problems import STATUS, body_of, problem_of
from adapters.http.texts import TEXTS
from application.ports import Unavailable
from domain.refusals import Refused
from domain.registration.refusals import (
    RegistrationClosed,
)


def refusals() -> list[type[Refused]]:
    """Every refusal there is, in the domain and the application."""
    for package in (domain, application):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            importlib.import_module(module.name)
    return sorted(_below(Refused), key=lambda cls: (cls.code, cls.__module__))


def _below(cls: type[Refused]) -> Iterator[type[Refused]]:
    for below in cls.__subclasses__():
        yield below
        yield from _below(below)


@pytest.mark.parametrize("refusal", refusals(), ids=lambda cls: f"{cls.__module__}.{cls.__name__}")
def test_every_refusal_has_a_status_and_both_texts(refusal: type[Refused]) -> None:
    if refusal not in STATUS:
        assert refusal.code in TEXTS
    assert any(issubclass(refusal, family) for family in STATUS)


def test_every_text_is_there_in_both_languages() -> None:
    assert all(all(texts) and texts[0] != texts[1] for texts in TEXTS.values())


def test_a_problem_shows_facts_as_plain_values() -> None:
    problem = problem_of(RegistrationClosed(due_on=date(2024, 3, 15), submitted_on=date(2024, 3, 16)))
    body = msgspec.json.decode(body_of(problem, language="en", instance="i"))
    assert body["facts"] == {"due_on": "2024-03-15", "submitted_on": "2024-03-16"}
    assert body["detail"] == "Registration had closed (due_on = 2024-03-15; submitted_on = 2024-03-16)"
    assert (body["status"], body["type"]) == (409, "urn:thidua:problem:registration.closed")


def test_a_database_that_is_away_is_to_be_asked_again() -> None:
    problem = problem_of(Unavailable("connection refused by 10.0.0.7"))
    assert (problem.status, problem.headers) == (503, {"retry-after": "1"})
    assert b"10.0.0.7" not in body_of(problem, language="vi", instance="i")


def test_a_fault_of_the_system_says_nothing_of_itself() -> None:
    body = body_of(problem_of(ZeroDivisionError("secret")), language="en", instance="i")
    assert b"secret" not in body
    assert msgspec.json.decode(body)["code"] == "internal"
