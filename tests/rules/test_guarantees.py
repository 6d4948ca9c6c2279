"""What docs/guarantees.md promises is shown by tests that exist."""

import re

from tests.support.tree import PROJECT, functions, python_files

PAGE = (PROJECT / "docs" / "guarantees.md").read_text(encoding="utf-8")
NAMED = re.compile(r"`(test_\w+)`")
ROW = re.compile(r"^\| (?!---|guarantee)(.+?) \| (.*) \|$", re.MULTILINE)


def test_every_test_that_the_page_names_exists() -> None:
    there = {name for path in python_files("tests") for name, _ in functions(path)}
    assert set(NAMED.findall(PAGE)) - there == set()


def test_every_guarantee_names_a_test() -> None:
    rows = ROW.findall(PAGE.partition("## Measured")[0])
    assert len(rows) > 20
    assert [what for what, shown_by in rows if not NAMED.search(shown_by)] == []
