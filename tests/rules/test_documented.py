"""What an operator can set, run or depends on is written down, and nothing else is."""

import importlib
import re
import tomllib
from collections.abc import Iterator

import click

from adapters.settings import NOT_OURS, Settings, variable
from tests.support.tree import PROJECT, project_files, shown, text_of

REQUIREMENT = re.compile(r"^([a-z0-9][a-z0-9._-]*)", re.MULTILINE)


def document(name: str) -> str:
    return (PROJECT / "docs" / name).read_text(encoding="utf-8")


def rows(text: str) -> set[str]:
    """The first cells of a Markdown table, out of their back-quotes."""
    return set(re.findall(r"^\| `([^`]+)`", text, re.MULTILINE))


def commands(command: click.Command, path: str) -> Iterator[tuple[str, str]]:
    """The full name of each command that can be run, with its help text."""
    if not isinstance(command, click.Group):
        yield path, command.help or ""
        return
    for name, inner in command.commands.items():
        yield from commands(inner, f"{path} {name}")


def test_every_setting_is_documented_and_every_documented_setting_is_there() -> None:
    assert rows(document("settings.md")) == {variable(field) for field in Settings.__struct_fields__}


def test_no_file_speaks_of_a_setting_that_does_not_exist() -> None:
    known = {variable(field) for field in Settings.__struct_fields__}
    spoken = {
        (shown(path), name)
        for path in project_files()
        if not shown(path).startswith("tests/")
        for name in re.findall(r"\bTHIDUA_[A-Z_]*[A-Z]\b", text_of(path) or "")
    }
    assert [pair for pair in spoken if pair[1] not in known and not pair[1].startswith(NOT_OURS)] == []


def test_every_command_is_documented_and_explains_itself() -> None:
    main = importlib.import_module("adapters.cli").main
    assert isinstance(main, click.Command)
    there = dict(commands(main, "thidua"))
    written = set(re.findall(r"^#+ `(thidua[a-z -]*?)(?: [\[A-Z-].*)?`", document("cli.md"), re.MULTILINE))
    assert written == set(there)
    assert [name for name, help_text in there.items() if not help_text] == []


def test_every_dependency_has_a_row_that_says_what_for() -> None:
    asked = {*REQUIREMENT.findall((PROJECT / "deploy" / "requirements.in").read_text())}
    assert rows(document("dependencies.md")) == asked


def test_the_project_declares_what_it_asks_for_and_nothing_else() -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]
    runtime, _, _ = (PROJECT / "deploy" / "requirements.in").read_text().partition("# --- development")
    asked = [line for line in runtime.splitlines() if line and not line.startswith("#")]
    assert sorted(project["dependencies"]) == sorted(asked)


def test_everything_asked_for_is_locked_with_hashes_and_the_lock_names_no_place() -> None:
    asked = {*REQUIREMENT.findall((PROJECT / "deploy" / "requirements.in").read_text())}
    lock = (PROJECT / "deploy" / "requirements.lock").read_text()
    entries = re.split(r"^(?=[a-z0-9])", lock, flags=re.MULTILINE)[1:]
    assert {entry.partition("==")[0] for entry in entries} >= asked
    assert [entry.partition("\n")[0] for entry in entries if "--hash=sha256:" not in entry] == []
    assert [line for line in lock.splitlines() if line.startswith("-") or "://" in line or " @ " in line] == []


def test_every_link_of_a_page_leads_to_a_file_that_is_there() -> None:
    pages = [path for path in project_files() if path.suffix == ".md"]
    dead = [
        f"{shown(page)} -> {link}"
        for page in pages
        for link in re.findall(r"\]\(([^)#\s]+)[^)]*\)", text_of(page) or "")
        if "://" not in link and not (page.parent / link).exists()
    ]
    assert pages
    assert dead == []
