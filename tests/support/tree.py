"""The files of the project, for tests that hold all of them to a rule."""

import ast
import os
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]


MADE_BY_TOOLS = {".git", ".venv", ".hypothesis", "build", "dist", "__pycache__"}


@cache
def project_files() -> tuple[Path, ...]:
    """Every file that is tracked or would be: all but what .gitignore names."""
    return tuple(sorted(path for path in listed_by_git() or found_without_git() if path.is_file()))


def listed_by_git() -> list[Path]:
    """What git lists; nothing where there is no git, or where this is an unpacked archive."""
    command = ["git", "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        listed = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=True).stdout
    except (FileNotFoundError, subprocess.CalledProcessError):
        return []
    return [PROJECT / name for name in listed.split("\0") if name]


def found_without_git() -> Iterator[Path]:
    for folder, inside, files in os.walk(PROJECT):
        inside[:] = [name for name in inside if not is_made_by_tools(name)]
        yield from (Path(folder) / name for name in files if name != ".venv")


def is_made_by_tools(folder: str) -> bool:
    return folder in MADE_BY_TOOLS or folder.endswith(("_cache", ".egg-info"))


@cache
def text_of(path: Path) -> str | None:
    """The file's text, or None if it is none."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return None


def shown(path: Path) -> str:
    return str(path.relative_to(PROJECT))


def python_files(*folders: str) -> list[Path]:
    """The project's Python files, or those in the named folders."""
    inside = [PROJECT / folder for folder in folders] or [PROJECT]
    return [path for path in project_files() if path.suffix == ".py" and any(map(path.is_relative_to, inside))]


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def functions(path: Path) -> Iterator[tuple[str, int]]:
    """Each function of a file by name with its number of lines, its signature and docstring included."""
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert node.end_lineno is not None
            yield node.name, node.end_lineno - node.lineno + 1
