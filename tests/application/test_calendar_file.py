"""The calendar's file, and the rule sets that take their holidays from it."""

import shutil
from pathlib import Path

import pytest

from application.calendar_file import FILE, load_calendar
from application.federation_file import load_rule_set
from application.file_problems import FileProblems
from domain.rules import PublicationWorkingDaysMin
from tests.support.tree import PROJECT

DEPLOY = PROJECT / "deploy"
PUBLISHING = "chien-si-thi-dua-tinh.toml"


def keys(path: Path, text: str) -> list[str]:
    path.write_text(text, "utf-8")
    with pytest.raises(FileProblems) as caught:
        load_calendar(path)
    return [problem.key for problem in caught.value.problems]


def test_each_mistake_is_named_by_its_key(tmp_path: Path) -> None:
    whole = (DEPLOY / FILE).read_text("utf-8")
    path = tmp_path / "viet-nam.toml"
    assert keys(path, whole.replace("year = 2021", "year = 2020", 1))[0] == "years[0].days_off[0].day"
    assert keys(path, whole.replace(', source = "law"', ', source = "hearsay"', 1)) == ["years[0].days_off[0].source"]
    assert keys(tmp_path / "lao.toml", whole) == ["code"]
    assert keys(path, "code =") == [""]


def test_a_publication_rule_takes_its_holidays_from_the_calendar_and_holds_them() -> None:
    rule_set = load_rule_set(DEPLOY / "rules" / PUBLISHING)
    (rule,) = (rule for rule in rule_set.rules if isinstance(rule, PublicationWorkingDaysMin))
    assert rule.holidays == load_calendar(DEPLOY / FILE).holidays()


def test_a_publication_rule_without_a_calendar_beside_it_is_refused(tmp_path: Path) -> None:
    rules = tmp_path / "rules"
    rules.mkdir()
    shutil.copy(DEPLOY / "rules" / PUBLISHING, rules)
    shutil.copy(DEPLOY / "base-salaries.toml", tmp_path)
    with pytest.raises(FileProblems) as caught:
        load_rule_set(rules / PUBLISHING)
    assert caught.value.problems[0].path == str(tmp_path / FILE)


def test_a_rule_that_lists_its_own_days_keeps_them(tmp_path: Path) -> None:
    path = tmp_path / "rules" / PUBLISHING
    path.parent.mkdir()
    shutil.copy(DEPLOY / "base-salaries.toml", tmp_path)
    text = (DEPLOY / "rules" / PUBLISHING).read_text("utf-8")
    path.write_text(text.replace("days = 10\n", "days = 10\nholidays = [2024-02-08]\n", 1), "utf-8")
    (rule,) = (rule for rule in load_rule_set(path).rules if isinstance(rule, PublicationWorkingDaysMin))
    assert [str(day) for day in rule.holidays] == ["2024-02-08"]


def test_a_rule_file_that_lies_elsewhere_takes_them_from_the_folder_that_is_named(tmp_path: Path) -> None:
    shutil.copy(DEPLOY / "rules" / PUBLISHING, tmp_path)
    assert load_rule_set(tmp_path / PUBLISHING, DEPLOY) == load_rule_set(DEPLOY / "rules" / PUBLISHING)
